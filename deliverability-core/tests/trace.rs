//! The way of a message: the trusted part, the source, the origin, and what is odd (RFC 5321 §4.4, §6.3).
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stderr,
    reason = "a test may fail loudly"
)]

use std::net::IpAddr;

use deliverability_core::header::trace::{AddressKind, Boundary, Limits, Note, Origin, Source, Trace, Trusted};

fn ip(text: &str) -> IpAddr {
    text.parse().unwrap()
}

fn header(fields: &[&str]) -> Vec<u8> {
    fields.iter().flat_map(|field| format!("Received: {field}\r\n").into_bytes()).collect()
}

fn notes(trace: &Trace<'_>) -> Vec<String> {
    trace.notes().iter().map(ToString::to_string).collect()
}

fn is_trusted(trace: &Trace<'_>) -> Vec<bool> {
    trace.hops().iter().map(deliverability_core::header::trace::Hop::is_trusted).collect()
}

const INSIDE: &[&str] = &[
    "from mx.example.com (LHLO mx.example.com) (10.1.2.3) by store.example.com with LMTP; Tue, 2 Mar 2004 12:00:05 +0000",
    "from localhost (localhost [127.0.0.1]) by mx.example.com (Postfix) with ESMTP id 2; Tue, 2 Mar 2004 12:00:04 +0000",
    "from mail.example.org (mail.example.org [192.0.2.7]) by mx.example.com (Postfix) with ESMTPS id 1; Tue, 2 Mar 2004 12:00:01 +0000",
    "from forged.example.com (forged [198.51.100.66]) by mail.example.org with ESMTP; Tue, 2 Mar 2004 12:00:00 +0000",
];

#[test]
fn the_source_is_the_first_client_from_elsewhere() {
    let header = header(INSIDE);
    let trace = Trace::of(&header);
    assert_eq!(trace.source(), Source::Client { hop: 2, ip: ip("192.0.2.7") });
    assert_eq!((trace.boundary(), is_trusted(&trace)), (Boundary::Inferred, vec![true, true, true, false]));
    assert!(trace.boundary().to_string().starts_with("inferred: "));
    assert_eq!(notes(&trace), ["Received field 4 is unverified: no trusted server wrote it"]);
    let hop = &trace.hops()[3];
    assert_eq!(hop.span_of(hop.received().ip.unwrap().span).of(&header), b"198.51.100.66");
}

#[test]
fn trusted_servers_move_the_boundary() {
    let header = header(INSIDE);
    for trusted in [
        Trusted::default().network("192.0.2.0/24".parse().unwrap()),
        Trusted::default().host("example.org".parse().unwrap()),
    ] {
        let trace = Trace::with(&header, &trusted, &Limits::default());
        assert_eq!(trace.source(), Source::Client { hop: 3, ip: ip("198.51.100.66") });
        assert_eq!(trace.boundary(), Boundary::Given);
        assert_eq!(notes(&trace), [""; 0]);
    }
}

#[test]
fn a_name_that_the_client_gave_itself_is_not_trusted() {
    // RFC 5321 §4.1.1.1: HELO is what the client says.
    let trusted = Trusted::default().host("example.com".parse().unwrap());
    for from in [
        "from mx.example.com ([192.0.2.66])",
        "from mx.example.com (unknown [192.0.2.66])",
        "from x (mx.example.com [192.0.2.66] (may be forged))",
    ] {
        let header = header(&[
            &format!("{from} by mx.example.com with SMTP; Tue, 2 Mar 2004 12:00:05 +0000"),
            "from y (y [192.0.2.7]) by mx.example.com with SMTP; Tue, 2 Mar 2004 12:00:05 +0000",
        ]);
        let source = Trace::with(&header, &trusted, &Limits::default()).source();
        assert_eq!(source, Source::Client { hop: 0, ip: ip("192.0.2.66") }, "{from}");
    }
}

#[test]
fn a_container_gateway_hides_the_client() {
    let header = header(&[
        "from mail.example.org (unknown [172.17.0.1]) by mx.example.com (Postfix) with ESMTPS; Tue, 2 Mar 2004 12:00:05 +0000",
        "from x (x [198.51.100.66]) by mail.example.org with ESMTP; Tue, 2 Mar 2004 12:00:05 +0000",
    ]);
    let trace = Trace::of(&header);
    assert_eq!(trace.source(), Source::Hidden { hop: 0, ip: ip("172.17.0.1") });
    assert_eq!((trace.source_ip(), trace.hops()[0].address_kind()), (None, Some(AddressKind::ContainerGateway)));
    assert!(notes(&trace)[0].contains("an SPF result for 172.17.0.1 says nothing"), "{:?}", notes(&trace));
    // A container behind it is one of the receiver's own.
    let header = String::from_utf8(header).unwrap().replace("172.17.0.1", "172.18.0.5").into_bytes();
    assert_eq!(Trace::of(&header).source_ip(), Some(ip("198.51.100.66")));
}

#[test]
fn exchange_online_hands_on_over_public_addresses() {
    let header = header(&[
        "from AM0PR01.eurprd01.prod.exchangelabs.com (2603:10a6:208::1) by AM0PR02.eurprd02.prod.outlook.com (2603:10a6:20b::2) \
         with Microsoft SMTP Server (version=TLS1_2, cipher=X) id 15.20; Mon, 20 Nov 2023 10:00:03 +0000",
        "from mail.example.org (192.0.2.9) by AM0EUR02FT.mail.protection.outlook.com (10.13.54.67) with Microsoft SMTP Server \
         (version=TLS1_2, cipher=X) id 15.20 via Frontend Transport; Mon, 20 Nov 2023 10:00:02 +0000",
    ]);
    assert_eq!(Trace::of(&header).source(), Source::Client { hop: 1, ip: ip("192.0.2.9") });
    // The name alone does not make it so.
    let header = String::from_utf8(header).unwrap().replace("2603:10a6:208::1", "2001:db8::1").into_bytes();
    assert_eq!(Trace::of(&header).source_ip(), Some(ip("2001:db8::1")));
}

#[test]
fn what_a_logged_in_user_sends_is_not_read_on() {
    let header = header(&[
        "from laptop (laptop [10.0.0.9]) by mail.example.com (Postfix) with ESMTPSA; Tue, 2 Mar 2004 12:00:05 +0000",
        "from bank.test (bank.test [192.0.2.1]) by mail.example.com with ESMTPS; Tue, 2 Mar 2004 12:00:04 +0000",
    ]);
    let trace = Trace::of(&header);
    assert_eq!(trace.source(), Source::Inside { hop: 0, ip: Some(ip("10.0.0.9")) });
    assert_eq!((trace.source_ip(), is_trusted(&trace)), (None, vec![true, false]));
}

#[test]
fn a_source_that_nobody_noted_is_unknown() {
    for (field, source) in [
        ("from smalldog.test by list.test with SMTP; x", Source::Unnoted { hop: 0 }),
        ("from [Masked] by list.test with ESMTP; x", Source::Unnoted { hop: 0 }),
        ("from 1 named unknown by gmailapi.google.com with HTTPREST; x", Source::Unnoted { hop: 0 }),
        ("by 2002:a05:: with SMTP id 1; x", Source::Inside { hop: 0, ip: None }),
        ("(qmail 3 invoked by uid 9); x", Source::Local { hop: 0 }),
        ("by a.test (Postfix, from userid 33) id x", Source::Local { hop: 0 }),
    ] {
        assert_eq!(Trace::of(&header(&[field])).source(), source, "{field}");
    }
    assert_eq!(Trace::of(b"Subject: x\r\n\r\nReceived: x").source(), Source::None);
}

#[test]
fn clocks_and_delays_are_noted() {
    let header = header(&[
        "from b (b [192.0.2.2]) by c.test with ESMTP; Tue, 2 Mar 2004 12:00:00 +0000",
        "from a (a [192.0.2.1]) by b.test with ESMTP; Tue, 2 Mar 2004 12:00:50 +0000",
        "from x (x [192.0.2.9]) by a.test with ESMTP; Tue, 2 Mar 2004 12:10:00 +0000",
        "by x.test with local; Mon, 1 Mar 2004 10:00:00 +0000",
    ]);
    let trace = Trace::of(&header);
    let delays: Vec<_> = trace.hops().iter().map(deliverability_core::header::trace::Hop::delay).collect();
    // 50 s is what clocks may differ by.
    assert_eq!(delays, [Some(-50), Some(-550), Some(94_200), None]);
    assert_eq!(
        notes(&trace)[..2],
        [
            "Received field 2 is 9 min 10 s older than the one below it: a clock is wrong, or the lower field is forged",
            "x.test held the message for 1 d 2 h",
        ]
    );
    let mut limits = Limits::default();
    (limits.tolerance, limits.held) = (10, 1_000_000);
    let trace = Trace::with(&header, &Trusted::default(), &limits);
    assert!(trace.notes().iter().take(2).all(|note| matches!(note, Note::Backwards { .. })));
}

#[test]
fn a_loop_is_noted_a_filter_is_not() {
    let date = "Tue, 2 Mar 2004 12:00:00 +0000";
    let hop = |from: &str, by: &str| format!("from x (x [{from}]) by {by} with ESMTP; {date}");
    let looped = [hop("192.0.2.2", "a.test"), hop("192.0.2.1", "b.test"), hop("192.0.2.9", "A.test.")];
    let looped: Vec<&str> = looped.iter().map(String::as_str).collect();
    assert_eq!(notes(&Trace::of(&header(&looped)))[0], "the message came back to a.test: Received fields 3 and 1");
    let filtered = [hop("127.0.0.1", "a.test"), hop("127.0.0.1", "localhost"), hop("192.0.2.9", "a.test")];
    let filtered: Vec<&str> = filtered.iter().map(String::as_str).collect();
    assert_eq!(notes(&Trace::of(&header(&filtered))), [""; 0]);
}

#[test]
fn fields_without_end_are_not_read() {
    // RFC 5321 §6.3: a hundred Received fields are a loop.
    let fields = vec!["from x (x [192.0.2.1]) by a.test; Tue, 2 Mar 2004 12:00:00 +0000"; 5000];
    let header = header(&fields);
    let trace = Trace::of(&header);
    assert_eq!(trace.hops().len(), 100);
    assert!(trace.notes().contains(&Note::TooMany { read: 100, total: 5000 }));
}

#[test]
fn what_strangers_wrote_shows_escaped() {
    let header = header(&[
        "from a (a [172.17.0.1]) by \x1b[2J\x07 with ESMTP; Tue, 2 Mar 2004 12:00:00 +0000",
        "by x\x1b[2J with local; Mon, 1 Mar 2004 10:00:00 +0000",
    ]);
    let notes = notes(&Trace::of(&header));
    assert_eq!(notes.len(), 3);
    assert!(notes.iter().all(|note| !note.chars().any(char::is_control)), "{notes:?}");
}

#[test]
fn a_script_is_an_origin() {
    let mut message = header(&[
        "from h.test (h.test [192.0.2.1]) by mx.test with ESMTPS; Tue, 2 Mar 2004 12:00:01 +0000",
        "from amy by h.test with local (Exim 4.96) (envelope-from <amy@h.test>) id 1; Tue, 2 Mar 2004 12:00:00 +0000",
    ]);
    assert_eq!(Trace::of(&message).origin(), Origin::LocalSubmission);
    message.extend_from_slice(b"X-PHP-Script: a.test/contact.php for 198.51.100.9\r\n\r\n");
    let trace = Trace::of(&message);
    assert_eq!((trace.origin(), trace.script().unwrap().visitor()), (Origin::Script, Some(ip("198.51.100.9"))));
    assert_eq!(trace.addresses().collect::<Vec<_>>(), [ip("192.0.2.1")]);
}
