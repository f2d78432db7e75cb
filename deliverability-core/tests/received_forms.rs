//! The Received fields of programs in use, each as its program writes it (RFC 5321 §4.4 and what became of
//! it), and fields that nobody should write.
//!
//! Each test is a table, and as long as that.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stderr,
    reason = "a test may fail loudly"
)]

use deliverability_core::header::received::{Received, Transmission, Word};

/// The parts that a form is about, as one line: empty parts are left out.
fn parts(field: &str) -> String {
    let received = Received::parse(field.as_bytes());
    let word = |word: &Option<Word<'_>>| word.as_ref().map(|word| word.text.clone().into_owned());
    let authentication = received.authentication.as_ref();
    let all = [
        ("helo", word(&received.helo)),
        ("rdns", word(&received.rdns)),
        ("ip", received.ip.map(|address| address.ip.to_string())),
        ("fetched", received.fetched_from.map(|address| address.ip.to_string())),
        ("ident", word(&received.ident)),
        ("auth", authentication.map(|authentication| authentication.as_str().to_owned())),
        ("user", authentication.and_then(|authentication| word(&authentication.user))),
        ("tls", received.tls.as_ref().and_then(|tls| tls.version).map(|version| version.as_str().to_owned())),
        ("by", word(&received.by)),
        ("id", word(&received.id)),
        ("for", word(&received.recipient)),
        ("sender", word(&received.envelope_from)),
        ("uid", received.submission.as_ref().and_then(|by| by.uid).map(|uid| uid.to_string())),
        ("account", received.submission.as_ref().and_then(|by| word(&by.user))),
    ];
    all.into_iter().filter_map(|(key, value)| Some(format!("{key}={}", value?))).collect::<Vec<_>>().join(" ")
}

const DATE: &str = "; Tue, 2 Mar 2004 12:51:44 -0500 (EST)";

fn assert_forms(forms: &[(&str, &str)]) {
    for (field, expected) in forms {
        let field = format!("{field}{DATE}");
        assert_eq!(parts(&field), *expected, "{field}");
        assert_eq!(Received::parse(field.as_bytes()).date.unwrap().seconds, 1_078_249_904, "{field}");
    }
}

#[test]
fn mail_servers() {
    assert_forms(&[
        // Postfix.
        (
            "from laptop (unknown [192.0.2.3]) (using TLSv1.3 with cipher X (256/256 bits) key-exchange X25519 server-digest SHA256) \
             (No client certificate requested) (Authenticated sender: amy@example.org) by smtp.example.org (Postfix) with ESMTPSA \
             id 4T for <b@c.test>",
            "helo=laptop ip=192.0.2.3 auth=Postfix user=amy@example.org tls=TLSv1.3 by=smtp.example.org id=4T for=b@c.test",
        ),
        // Exim.
        (
            "from client.isp.test ([192.0.2.9]:51234 helo=[127.0.0.1] ident=amy) by a.test with esmtpsa  (TLS1.2) tls X (Exim 4.95) \
             (envelope-from <amy@example.org>) id 1abc-02 for bob@b.test",
            "helo=[127.0.0.1] rdns=client.isp.test ip=192.0.2.9 ident=amy auth=esmtpsa tls=TLSv1.2 by=a.test id=1abc-02 \
             for=bob@b.test sender=amy@example.org",
        ),
        (
            "from [192.0.2.9] (port=4 helo=laptop) by a.test with esmtp (Exim 4.96) (envelope-from <>) id 1abc",
            "helo=laptop ip=192.0.2.9 by=a.test id=1abc sender=",
        ),
        // sendmail, and what it says of a name that leads elsewhere.
        (
            "from laptop (host.isp.test [192.0.2.9] (may be forged)) (authenticated bits=0) by a.test (8.15.2/8.15.2) with ESMTP \
             id u1 (version=TLSv1.2 cipher=X bits=256 verify=NO) for <b@c.test>",
            "helo=laptop rdns=host.isp.test ip=192.0.2.9 auth=Sendmail tls=TLSv1.2 by=a.test id=u1 for=b@c.test",
        ),
        // qmail, and its users.
        (
            "from unknown (HELO x) (amy@192.0.2.9) by a.test with ESMTPA",
            "helo=x ip=192.0.2.9 ident=amy auth=ESMTPA by=a.test",
        ),
        ("from a.isp.test (192.0.2.9) by a.test with SMTP", "helo=a.isp.test rdns=a.isp.test ip=192.0.2.9 by=a.test"),
        // Exchange: the name in front of the address is the client's own word.
        (
            "from mail.example.org (192.0.2.9) by FT.mail.protection.outlook.com (10.13.54.67) with Microsoft SMTP Server \
             (version=TLS1_2, cipher=X) id 15.20.1 via Frontend Transport",
            "helo=mail.example.org ip=192.0.2.9 tls=TLSv1.2 by=FT.mail.protection.outlook.com id=15.20.1",
        ),
        (
            "from A.prod.outlook.com ([fe80::1]) by A.prod.outlook.com ([fe80::1%5]) with mapi id 15.20.7",
            "helo=A.prod.outlook.com ip=fe80::1 by=A.prod.outlook.com id=15.20.7",
        ),
        // OpenSMTPD and Haraka note things outside of comments.
        (
            "from a.test (rdns.isp.test [192.0.2.9]) by b.test (OpenSMTPD) with ESMTPSA id 12 (TLSv1.3:X:256:NO) auth=yes user=amy \
             for <bob@b.test>",
            "helo=a.test rdns=rdns.isp.test ip=192.0.2.9 auth=authenticated user=amy tls=TLSv1.3 by=b.test id=12 for=bob@b.test",
        ),
        (
            "from mx.a.test (a.test [192.0.2.1]) by b.test (Haraka/2.8) with ESMTPS id AB.1 envelope-from <x@y.test>",
            "helo=mx.a.test rdns=a.test ip=192.0.2.1 by=b.test id=AB.1 sender=x@y.test",
        ),
        // CommuniGate Pro, MDaemon, IMail, MailEnable, Domino, Postini, Sun.
        (
            "from [192.0.2.5] (account amy@a.test [192.0.2.5] verified) by b.test (CommuniGate Pro SMTP 6.2) with ESMTPSA id 1",
            "helo=[192.0.2.5] ip=192.0.2.5 auth=CommuniGate user=amy@a.test by=b.test id=1",
        ),
        ("from pc (192.0.2.8) by b.test (MDaemon PRO v13) with ESMTP id md5", "helo=pc ip=192.0.2.8 by=b.test id=md5"),
        (
            "from a.test [192.0.2.7] by b.test with ESMTP (SMTPD32-7.07) id A1",
            "helo=a.test ip=192.0.2.7 by=b.test id=A1",
        ),
        ("from ([192.0.2.9]) with MailEnable ESMTPA", "ip=192.0.2.9 auth=MailEnable ESMTPA"),
        (
            "from a.test ([192.0.2.8]) by b.test (Lotus Domino Release 9.0) with ESMTP id 20-1 ",
            "helo=a.test ip=192.0.2.8 by=b.test id=20-1",
        ),
        (
            "from source ([192.0.2.4]) (using TLSv1) by exprod5mx1.postini.com ([192.0.2.10]) with SMTP",
            "ip=192.0.2.4 tls=TLSv1 by=exprod5mx1.postini.com",
        ),
        (
            "from a.test (a.test [192.0.2.1]) by b.test (Sun Java(tm) System Messaging Server 6.3 (built Mar 14 2008; 32bit)) \
             with ESMTP id <0K@b.test> for x@y.test",
            "helo=a.test rdns=a.test ip=192.0.2.1 by=b.test id=0K@b.test for=x@y.test",
        ),
        // amavis: the address behind `by` is its own.
        (
            "from mx ([127.0.0.1]) by localhost (mx.a.test [127.0.0.1]) (amavisd-new, port 10024) with ESMTP id X",
            "helo=mx ip=127.0.0.1 by=localhost id=X",
        ),
    ]);
}

#[test]
fn large_providers() {
    assert_forms(&[
        (
            "from a.test (a.test. [2001:db8::5]) by mx.google.com with ESMTPS id x1 for <b@c.test> (version=TLS1_3 cipher=X bits=256/256)",
            "helo=a.test rdns=a.test ip=2001:db8::5 tls=TLSv1.3 by=mx.google.com id=x1 for=b@c.test",
        ),
        ("by 2002:a05:6402:1e8e:: with SMTP id x1", "by=2002:a05:6402:1e8e:: id=x1"),
        // Yahoo: the address in front is a decoy.
        (
            "from 127.0.0.1  (EHLO a.test) (192.0.2.9)  by mta1.mail.gq1.yahoo.com with SMTPs",
            "helo=a.test ip=192.0.2.9 by=mta1.mail.gq1.yahoo.com",
        ),
        (
            "from [192.0.2.9] by n33.bulk.scd.yahoo.com with NNFMP",
            "helo=[192.0.2.9] ip=192.0.2.9 by=n33.bulk.scd.yahoo.com",
        ),
        (
            "from a.isp.test (HELO pc) (amy@192.0.2.7 with plain) by smtp.mail.yahoo.test with SMTP",
            "helo=pc rdns=a.isp.test ip=192.0.2.7 ident=amy auth=plain by=smtp.mail.yahoo.test",
        ),
        (
            "from a.test ([192.0.2.7]) by b.hotmail.com over TLS secured channel with Microsoft SMTPSVC(7.5)",
            "helo=a.test ip=192.0.2.7 by=b.hotmail.com",
        ),
        (
            "from a.test (rdns.test[192.0.2.7]) by b.attbi.com (b) with SMTP id <20>",
            "helo=a.test rdns=rdns.test ip=192.0.2.7 by=b.attbi.com id=20",
        ),
        ("by a.mtasv.net id hq1 for <amy@a.test>", "by=a.mtasv.net id=hq1 for=amy@a.test"),
    ]);
}

#[test]
fn webmail() {
    assert_forms(&[
        (
            "from 192.0.2.5 (SquirrelMail authenticated user amy) by a.test with HTTP",
            "ip=192.0.2.5 auth=HTTP user=amy by=a.test",
        ),
        (
            "from 192.0.2.5 ( [192.0.2.5]) as user amy@localhost by a.test with HTTP",
            "helo=192.0.2.5 ip=192.0.2.5 auth=HTTP user=amy@localhost by=a.test",
        ),
        ("from [192.0.2.5] by a.test with HTTP (HTTP/1.1 POST)", "ip=192.0.2.5 auth=HTTP by=a.test"),
        ("from [192.0.2.5] by web1.mail.yahoo.com via HTTP", "ip=192.0.2.5 auth=HTTP by=web1.mail.yahoo.com"),
        ("by e.mail.ru with HTTP", "by=e.mail.ru"),
        ("from 1234 named unknown by gmailapi.google.com with HTTPREST", "by=gmailapi.google.com"),
    ]);
}

#[test]
fn programs_of_the_server_itself() {
    assert_forms(&[
        ("by a.test (Postfix, from userid 33) id AB", "by=a.test id=AB uid=33"),
        ("from userid 33 by a.test with local", "by=a.test uid=33"),
        (
            "from amy by a.test with local (Exim 4.96) (envelope-from <amy@a.test>) id 1",
            "by=a.test id=1 sender=amy@a.test account=amy",
        ),
        ("(from amy@localhost) by a.test (8.15.2/8.15.2/Submit) id w5", "by=a.test id=w5 account=amy@localhost"),
        ("(qmail 123 invoked by uid 1000)", "uid=1000"),
        ("(qmail 123 invoked from network)", ""),
        ("(nullmailer pid 12 invoked by uid 1000)", "uid=1000"),
        (
            "from amy (uid 0) (envelope-from amy@a.test) id e0 by a.test (DragonFly Mail Agent v0.13)",
            "by=a.test id=e0 sender=amy@a.test uid=0",
        ),
        ("from x@y.test by a.test by uid 502 with qmail-scanner-1.20", "by=a.test uid=502"),
    ]);
}

#[test]
fn a_mailbox_that_was_fetched_has_no_client() {
    let field = "from pop.a.test [192.0.2.7] by localhost with POP3 (fetchmail-6.4) for <amy@localhost> (single-drop)";
    assert_forms(&[(field, "fetched=192.0.2.7 by=localhost for=amy@localhost")]);
    assert_eq!(Received::parse(field.as_bytes()).transmission(), Some(Transmission::Fetched));
}

#[test]
fn clauses_come_in_any_order_and_dress() {
    assert_forms(&[
        // RFC 5321 §4.4: the words are not case-sensitive.
        (
            "FROM a.test (a.test [192.0.2.1]) BY b.test WITH ESMTP ID x FOR <c@d.test>",
            "helo=a.test rdns=a.test ip=192.0.2.1 by=b.test id=x for=c@d.test",
        ),
        // RFC 5322 §2.2.3: folds are white space.
        (
            "from a.test\r\n\t(a.test\r\n [192.0.2.1])\r\n\tby b.test\r\n with Microsoft\r\n SMTP Server",
            "helo=a.test rdns=a.test ip=192.0.2.1 by=b.test",
        ),
        // A client may call itself by a word of the grammar.
        ("from by (by [192.0.2.1]) by b.test with SMTP", "helo=by rdns=by ip=192.0.2.1 by=b.test"),
        ("from a.test (b.test (192.0.2.1)) by c.test", "helo=a.test rdns=b.test ip=192.0.2.1 by=c.test"),
        ("from a.test(192.0.2.1 HELO b.test) by c.test", "helo=b.test rdns=a.test ip=192.0.2.1 by=c.test"),
        ("by b.test; (5.65/1.37) id 0", "by=b.test id=0"),
    ]);
    let odd = Received::parse(b"from a.test strange words (odd remark indeed) by b.test");
    assert_eq!(odd.unread.iter().map(|span| span.end - span.start).collect::<Vec<_>>(), [7, 5, 17]);
}

#[test]
fn hostile_fields_take_no_time() {
    let pieces = [
        "(", ")", "(a", "a(", ";(", "(;", "<", "<a", "\"", "[", "from ", "by ", "by (", "a@", "1.", ":", "=", "(uid ",
        "\r\n ", "; 1 ",
    ];
    for piece in pieces {
        for field in [
            piece.repeat(50_000),
            format!("from a (a {}", piece.repeat(50_000)),
            format!("{}) ; x", piece.repeat(50_000)),
        ] {
            let received = Received::parse(field.as_bytes());
            assert!(received.unread.len() <= 16, "{piece:?}");
        }
    }
}
