//! SMTP replies written for these tests, in the words of mail servers and receivers, each with what it must come to.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stderr,
    reason = "a test may fail loudly"
)]

use deliverability_core::bounce::{Cause, Reply, classify_reply};

/// The parameters that are set, as `key=value`.
fn named(reply: &Reply) -> Vec<String> {
    let found = reply.parameters();
    let list = found.list.as_ref();
    [
        ("list", list.map(|list| list.name.clone())),
        ("zone", list.and_then(|list| list.zone.as_ref()).map(ToString::to_string)),
        ("ip", found.ip.map(|ip| ip.to_string())),
        ("domain", found.domain.as_ref().map(|domain| domain.to_string().to_lowercase())),
        ("url", found.url.clone()),
        ("sender", found.sender.clone()),
        ("mx", found.mx.clone()),
        ("helo", found.helo.clone()),
        ("code", found.code.clone()),
        ("spf", found.spf.map(|result| result.to_string())),
        ("dkim", found.dkim.map(|result| result.to_string())),
        ("dmarc", found.dmarc.map(|result| result.to_string())),
    ]
    .into_iter()
    .filter_map(|(key, value)| Some(format!("{key}={}", value?)))
    .collect()
}

/// Cause, the parameters that must be among those found, text.
type Row<'a> = (&'a str, &'a str, &'a str);

fn check(rows: &[Row<'_>]) {
    let mut wrong = 0;
    for (cause, parameters, text) in rows {
        let reply = classify_reply(text);
        let found = named(&reply);
        let missing: Vec<_> =
            parameters.split(' ').filter(|p| !p.is_empty() && !found.contains(&(*p).into())).collect();
        if reply.cause().as_str() != *cause || !missing.is_empty() {
            wrong += 1;
            eprintln!("{cause} {missing:?}: {} {found:?}\n    {text}", reply.cause());
        }
    }
    assert_eq!(wrong, 0, "of {}", rows.len());
}

#[test]
fn lists_are_named() {
    check(&[
        ("ip_blocklisted", "list=spamcop zone=bl.spamcop.net ip=198.51.100.7 url=https://www.spamcop.net/bl.shtml?198.51.100.7", "554 5.7.1 Service unavailable; Client host [198.51.100.7] blocked using bl.spamcop.net; Blocked - see https://www.spamcop.net/bl.shtml?198.51.100.7"),
        ("ip_blocklisted", "list=spamhaus-zen zone=zen.spamhaus.org ip=2001:db8::25", "554 5.7.1 Service unavailable; Client host [2001:db8::25] blocked using zen.spamhaus.org; https://www.spamhaus.org/query/ip/2001:db8::25"),
        ("ip_blocklisted", "list=spamhaus-xbl zone=xbl.spamhaus.org ip=203.0.113.9", "550 5.7.1 Service unavailable; client [203.0.113.9] blocked using xbl.spamhaus.org"),
        ("ip_blocklisted", "list=psbl zone=psbl.surriel.com ip=198.51.100.20", "550 5.7.1 Rejected: 198.51.100.20 listed at psbl.surriel.com"),
        ("ip_blocklisted", "list=sorbs zone=dnsbl.sorbs.net ip=198.51.100.20", "550 rejected because 198.51.100.20 is in a black list at dnsbl.sorbs.net\r\nCurrently Sending Spam See: http://www.sorbs.net/lookup.shtml?198.51.100.20"),
        ("ip_blocklisted", "list=barracuda ip=198.51.100.20 url=http://www.barracudanetworks.com/reputation/?r=1&ip=198.51.100.20", "550 \"JunkMail rejected - mx.example.org [198.51.100.20]:41232 is in an RBL: Client host blocked using Barracuda Reputation, see http://www.barracudanetworks.com/reputation/?r=1&ip=198.51.100.20\""),
        ("ip_blocklisted", "list=spamhaus-zen zone=zen.spamhaus.org ip=192.0.2.25", "554 5.7.1 rejected by 25.2.0.192.zen.spamhaus.org"),
        ("ip_blocklisted", "list=bl.foo.example zone=bl.foo.example ip=198.51.100.1", "554 5.7.1 Service unavailable; Client host [198.51.100.1] blocked using bl.foo.example; listed for spam"),
        ("ip_blocklisted", "list=uceprotect-2 zone=dnsbl-2.uceprotect.net ip=198.51.100.1 url=http://www.uceprotect.net/rblcheck.php?ipr=198.51.100.1", "550 5.7.1 Service unavailable; Client host [198.51.100.1] blocked using dnsbl-2.uceprotect.net; Net 198.51.100.0/24 is UCEPROTECT-Level2 listed because of 12 abusers. See: http://www.uceprotect.net/rblcheck.php?ipr=198.51.100.1"),
        ("ip_blocklisted", "list=cbl zone=cbl.abuseat.org ip=198.51.100.1", "571 5.7.1 Email rejected: 198.51.100.1 listed at cbl.abuseat.org, see http://cbl.abuseat.org/lookup.cgi?ip=198.51.100.1"),
        ("ip_blocklisted", "list=abusix zone=_key_.combined.mail.abusix.zone", "554 5.7.1 Service unavailable; Client host [198.51.100.1] blocked using 0123456789abcdef.combined.mail.abusix.zone"),
        ("ip_blocklisted", "list=spamhaus-zen zone=_key_.zen.dq.spamhaus.net", "554 5.7.1 Service unavailable; Client host [198.51.100.1] blocked using secretkey.zen.dq.spamhaus.net"),
        ("ip_blocklisted", "list=mailspike ip=198.51.100.1", "550 Blocked: 198.51.100.1 found in bl.mailspike.net, see http://mailspike.net/anubis/lookup.html"),
        ("ip_blocklisted", "list=spamhaus-pbl code=BL23", "553 5.7.1 [BL23] Connections not accepted from IP addresses on Spamhaus PBL; see https://postmaster.yahooinc.com/error-codes"),
        ("ip_blocklisted", "list=spamhaus ip=198.51.100.1 code=BL21", "553 5.7.1 [BL21] Connections will not be accepted from 198.51.100.1, because the ip is in Spamhaus's list; see https://postmaster.yahooinc.com/error-codes"),
        ("ip_blocklisted", "list=senderscore ip=198.51.100.1 code=BL000100", "554 imta1.comcast.net comcast 198.51.100.1 found on one or more DNSBLs, see http://postmaster.comcast.net/smtp-error-codes.php#BL000100"),
        ("ip_blocklisted", "list=spamhaus-zen code=BL000011", "554 imta1.comcast.net comcast 198.51.100.1 found on one or more DNSBLs, see http://postmaster.comcast.net/smtp-error-codes.php#BL000011"),
        ("ip_blocklisted", "list=invaluement", "554 5.7.1 Connection refused. See https://www.cox.com/residential/support/email-error-codes.html AUP#IPBL0100"),
        ("ip_blocklisted", "list=cloudmark-csi", "554 Connection refused - 198.51.100.4. AUP#In-1210. See https://www.spectrum.net/support/internet/understanding-email-error-codes"),
        ("ip_blocklisted", "list=cloudmark-csi ip=198.51.100.4 code=OFR004_102", "550 mwinf5c10 ME Adresse IP source bloquee pour incident de spam. Client host blocked for spamming issues. OFR004_102 Ref http://csi.cloudmark.com/reset-request/?ip=198.51.100.4 [102]"),
        ("domain_blocklisted", "list=spamhaus-dbl zone=dbl.spamhaus.org domain=mailer.example", "554 5.7.1 Service unavailable; Sender address [news@mailer.example] blocked using dbl.spamhaus.org; https://www.spamhaus.org/query/domain/mailer.example"),
        ("domain_blocklisted", "list=spamhaus-dbl helo=", "550 5.7.1 Service unavailable; Helo command [mail.bad.example] blocked using dbl.spamhaus.org"),
        ("url_blocklisted", "list=surbl", "550 5.7.1 Message rejected: it contains a URL listed at multi.surbl.org"),
        ("url_blocklisted", "list=uribl", "554 5.7.1 Blacklisted URL in message (shop.example) in [black]. See http://lookup.uribl.com."),
        ("url_blocklisted", "list=spamhaus-dbl", "550 5.7.1 a link in the message body is listed in the Spamhaus DBL, https://www.spamhaus.org/dbl/"),
        ("ip_blocklisted", "list=spamcop zone=bl.spamcop.net ip=198.51.100.4", "550 5.7.1 Mail from 198.51.100.4 refused by blackhole site bl.spamcop.net"),
        ("ip_blocklisted", "list=spamhaus ip=198.51.100.4", "550 OU-001 Unfortunately, messages from 198.51.100.4 weren't sent: the address is listed by Spamhaus."),
        ("ip_blocklisted", "ip=198.51.100.4", "550 5.7.1 Recipient not authorized, your IP has been found on a block list [198.51.100.4]"),
        ("ip_blocklisted", "ip=198.51.100.4", "550 5.7.1 Your host 198.51.100.4 is listed on a DNSBL"),
    ].map(|(cause, parameters, text)| (cause, parameters.trim_end_matches(" helo="), text)));
}

#[test]
fn lists_of_the_receiver_alone() {
    check(&[
        (
            "ip_blocked_private",
            "ip=198.51.100.7",
            "554 5.7.1 <mx.example.org[198.51.100.7]>: Client host rejected: blocked using rbl.corp.example; see http://corp.example/rbl",
        ),
        (
            "ip_blocked_private",
            "ip=198.51.100.7 code=AS16012607",
            "550 5.7.513 Service unavailable, Client host [198.51.100.7] blocked by example.net using Customer Block list (AS16012607)",
        ),
        (
            "ip_blocked_private",
            "ip=198.51.100.7",
            "550 5.7.620 Access denied, banned sending IP [198.51.100.7]. To request removal from this list please visit https://sender.office.com/",
        ),
        (
            "ip_blocked_private",
            "ip=198.51.100.7 url=https://ipcheck.proofpoint.com/?ip=198.51.100.7",
            "550 5.7.0 Blocked - see https://ipcheck.proofpoint.com/?ip=198.51.100.7",
        ),
        (
            "ip_blocked_private",
            "",
            "550 #5.7.1 Your access to submit messages to this e-mail system has been rejected.",
        ),
        (
            "ip_blocked_private",
            "ip=198.51.100.7",
            "521 <198.51.100.7> is blocked. To request removal, see https://att.net/blocks",
        ),
        ("ip_blocked_private", "", "550 5.7.1 550 blocked by ldap:ou=rblmx,dc=att,dc=net"),
        (
            "ip_blocked_private",
            "ip=198.51.100.8",
            "554-web.de (mxweb012) Nemesis ESMTP Service not available\r\n554-No SMTP service\r\n554-IP address is block listed.\r\n554 For explanation visit https://postmaster.web.de/en/case?c=r0301&i=ip&v=198.51.100.8&r=0MAgRZ",
        ),
        (
            "ip_blocked_private",
            "code=SC-001",
            "550 SC-001 (BAY0-MC1-F10) Unfortunately, messages from 198.51.100.8 weren't sent. Mail rejected by Outlook.com for policy reasons.",
        ),
        (
            "ip_blocked_private",
            "code=TSS11",
            "553 5.7.2 [TSS11] All messages from 198.51.100.8 will be permanently deferred; Retrying will NOT succeed.",
        ),
        (
            "ip_dynamic",
            "code=DY-001",
            "550 DY-001 (COL004-MC4F12) Unfortunately, messages from 198.51.100.8 weren't sent. Mail rejected by Outlook.com for policy reasons. We generally do not accept email from dynamic IP's",
        ),
        ("ip_dynamic", "code=ES000001", "550 198.51.100.8 blocked by comcast: dynamic/residential IP space ES000001"),
        (
            "ip_dynamic",
            "ip=198.51.100.9",
            "550-5.7.1 [198.51.100.9] The IP you're using to send mail is not authorized to\n550-5.7.1 send email directly to our servers. Please use the SMTP relay at your\n550-5.7.1 service provider instead. Learn more at\n550 5.7.1  https://support.google.com/mail/?p=NotAuthorizedError x9si - gsmtp",
        ),
        (
            "ip_reputation",
            "ip=198.51.100.9",
            "421-4.7.0 [198.51.100.9      15] Our system has detected that this message is\n421-4.7.0 suspicious due to the very low reputation of the sending IP address.\n421 4.7.0 https://support.google.com/mail/answer/188131 - gsmtp",
        ),
        (
            "ip_reputation",
            "ip=198.51.100.9",
            "421-4.7.28 Our system has detected an unusual rate of unsolicited mail originating from your IP address [198.51.100.9]. - gsmtp",
        ),
        (
            "ip_reputation",
            "code=RP-001",
            "421 RP-001 (SNT004-MC2F23) Unfortunately, some messages from 198.51.100.9 weren't sent. The mail server IP connecting to Outlook.com server has exceeded the rate limit allowed.",
        ),
        (
            "ip_reputation",
            "code=S775",
            "451 4.7.650 The mail server [198.51.100.9] has been temporarily rate limited due to IP reputation. (S775)",
        ),
    ]);
}

#[test]
fn authentication() {
    check(&[
        ("spf_fail", "domain=example.net ip=198.51.100.3", "550-5.7.27 This mail has been blocked because SPF did not pass.\r\n550-5.7.27 Gmail requires all large senders to authenticate with SPF.\r\n550-5.7.27 SPF example.net with IP address: 198.51.100.3 = Did not pass\r\n550 5.7.27 - gsmtp"),
        ("spf_error", "domain=example.net", "550-5.7.24 The SPF record of the sending domain [example.net] contains suspicious entries. - gsmtp"),
        ("spf_fail", "domain=example.net ip=198.51.100.3 sender=", "550 5.7.23 <bob@example.com>: Recipient address rejected: Message rejected due to: SPF fail - not authorized. Please see http://www.openspf.net/Why?s=mfrom;id=amy@example.net;ip=198.51.100.3;r=bob@example.com"),
        ("spf_fail", "ip=2001:db8::3 domain=example.net", "550 [SPF] 2001:db8::3 is not allowed to send mail from example.net.  Please see http://www.open-spf.org/Why?scope=mfrom;identity=amy@example.net;ip=2001:db8::3"),
        ("spf_fail", "ip=198.51.100.3 domain=example.net", "550 5.7.1 SPF check failed: domain of amy@example.net does not designate 198.51.100.3 as permitted sender"),
        ("spf_fail", "spf=softfail", "550 5.7.1 Rejected: spf=softfail"),
        ("spf_error", "", "550 5.7.24 <a@b.example>: Recipient address rejected: SPF Permanent Error: Too many DNS lookups"),
        ("dkim_fail", "", "550-5.7.30 This mail has been blocked because DKIM does not pass. Gmail requires all large senders to authenticate with DKIM. - gsmtp"),
        ("dkim_fail", "dkim=fail", "550 5.7.1 DKIM signature verification failed (dkim=fail)"),
        ("dkim_fail", "", "550 5.7.21 Refused"),
        ("dmarc_policy", "domain=example.net", "550-5.7.26 Unauthenticated email from example.net is not accepted due to domain's\r\n550-5.7.26 DMARC policy. Please contact the administrator of example.net domain - gsmtp"),
        ("dmarc_policy", "", "501 5.0.2 mwinf5c11 ME Mail rejected. DMARC check failed OFR_520"),
        ("dmarc_policy", "domain=example.net", "550 5.7.1 rejected by DMARC policy for example.net"),
        ("dmarc_policy", "domain=example.net", "550 5.7.1 This message was not accepted due to domain (example.net) owner DMARC policy (RFC 7489) https://help.mail.ru/mail-help/postmaster/dmarc"),
        ("auth_level", "domain=example.net spf=pass dkim=fail dmarc=none", "550 5.7.515 Access denied, sending domain EXAMPLE.NET doesn't meet the required authentication level. Spf= Pass , Dkim= Fail , DMARC= None [DS1PEPF.eurprd02.prod.outlook.com]"),
        ("auth_level", "", "550-5.7.32 This message is blocked. The From: header (RFC5322) in this message isn't aligned with either the authenticated SPF or DKIM organizational domain. - gsmtp"),
        ("auth_missing", "", "554 5.7.1 [HME1] This message was blocked for failing both SPF and DKIM authentication checks. See https://support.apple.com/en-us/HT204137"),
        ("auth_missing", "ip=2001:db8::25", "550 5.7.26 Service unavailable, message sent over IPv6 [2001:db8::25] must pass either SPF or DKIM validation"),
        ("auth_missing", "", "421-4.7.26 This mail has been rate limited because it is unauthenticated. Gmail requires all senders to authenticate with either SPF or DKIM. - gsmtp"),
        ("arc_fail", "", "550 5.7.29 ARC validation failure"),
        ("pra_failure", "", "550 5.7.1 Sender ID (PRA) Not Permitted"),
        ("pra_failure", "", "517 Can't determine Purported Responsible Address"),
        ("spoofing_policy", "", "550 Rejected by header based Anti-Spoofing policy: amy@example.com - https://community.mimecast.com/docs/DOC-1369#550"),
    ].map(|(cause, parameters, text)| (cause, parameters.trim_end_matches(" sender="), text)));
}

#[test]
fn names_of_the_client() {
    check(&[
        (
            "ptr_missing",
            "ip=198.51.100.5",
            "450 4.7.1 Client host rejected: cannot find your reverse hostname, [198.51.100.5]",
        ),
        (
            "ptr_mismatch",
            "ip=198.51.100.5",
            "450 4.7.1 Client host rejected: cannot find your hostname, [198.51.100.5]",
        ),
        (
            "ptr_missing",
            "ip=198.51.100.5",
            "550-5.7.25 [198.51.100.5] The IP address sending this message does not have a PTR record setup, or the corresponding forward DNS entry does not point to the sending IP. - gsmtp",
        ),
        ("ptr_missing", "", "550 5.7.1 Access denied. IP name lookup failed [198.51.100.5]"),
        (
            "ptr_missing",
            "ip=198.51.100.5",
            "554-gmx.net (mxgmx017) Nemesis ESMTP Service not available 554-No SMTP service 554-Bad DNS PTR resource record. 554 For explanation visit https://postmaster.gmx.net/en/case?c=rdns&i=ip&v=198.51.100.5&r=1N",
        ),
        (
            "ptr_missing",
            "code=AUP#CXDNS",
            "554 5.1.0 rejected. AUP#CXDNS https://www.cox.com/residential/support/email-error-codes.html",
        ),
        ("ptr_mismatch", "", "550 5.7.25 Refused"),
        ("ptr_generic", "", "550 5.7.1 rejected, your reverse DNS looks dynamic"),
        (
            "helo_rejected",
            "helo=localhost",
            "504 5.5.2 <localhost>: Helo command rejected: need fully-qualified hostname",
        ),
        ("helo_rejected", "helo=mx.internal", "450 4.7.1 <mx.internal>: Helo command rejected: Host not found"),
        ("helo_rejected", "helo=[198.51.100.5", "501 5.5.2 <[198.51.100.5>: Helo command rejected: invalid ip address"),
        (
            "helo_rejected",
            "helo=web01",
            "501-5.5.4 HELO/EHLO argument \"web01\" invalid, closing connection.\n501 5.5.4  https://support.google.com/mail/?p=helo - gsmtp",
        ),
        ("helo_rejected", "", "550 5.7.506 Access Denied, Bad HELO"),
    ]);
}

/// Sentences of failed sender verifications, in both directions: theirs of us, and ours of them.
const CALLOUTS: &[Row<'static>] = &[
    ("callout_unreachable", "", "451 Could not complete sender verify callout"),
    (
        "callout_unreachable",
        "sender=amy@example.org mx=198.51.100.2",
        "451-could not connect to mx.example.org [198.51.100.2]: Connection refused\r\n451-Could not complete sender verify callout for <amy@example.org>.\r\n451-The mail server(s) for the domain may be temporarily unreachable.\r\n451 Please try again later",
    ),
    (
        "callout_unreachable",
        "sender=amy@example.org mx=198.51.100.2",
        "450 4.1.7 <amy@example.org>: Sender address rejected: unverified address: connect to mx.example.org[198.51.100.2]:25: Connection timed out",
    ),
    (
        "callout_unreachable",
        "sender=amy@example.org",
        "450 4.1.7 <amy@example.org>: Sender address rejected: unverified address: Address verification in progress",
    ),
    (
        "callout_unreachable",
        "mx=198.51.100.2",
        "550-Verification failed for <amy@example.org>\n550-Called:   198.51.100.2\n550-Sent:     RCPT TO:<amy@example.org>\n550-Response: 554 5.7.1 Service unavailable; Client host [203.0.113.1] blocked using zen.spamhaus.org\n550 Sender verify failed",
    ),
    (
        "callout_rejected",
        "sender=amy@example.org mx=198.51.100.2",
        "550-Verification failed for <amy@example.org>\r\n550-Called:   198.51.100.2\r\n550-Sent:     RCPT TO:<amy@example.org>\r\n550-Response: 550 5.1.1 <amy@example.org>: Recipient address rejected: User unknown in virtual mailbox table\r\n550 Sender verify failed",
    ),
    (
        "callout_rejected",
        "sender=amy@example.org mx=198.51.100.2",
        "550 5.1.7 <amy@example.org>: Sender address rejected: undeliverable address: host mx.example.org[198.51.100.2] said: 550 5.1.1 unknown user (in reply to RCPT TO command)",
    ),
    (
        "callout_rejected",
        "sender=amy@example.org",
        "550-Verification failed for <amy@example.org>\r\n550-No Such User Here\r\n550 Sender verify failed",
    ),
    (
        "callout_null_sender_refused",
        "sender=amy@example.org mx=198.51.100.2",
        "550-Callback setup failed while verifying <amy@example.org>\r\n550-Called:   198.51.100.2\r\n550-Sent:     MAIL FROM:<>\r\n550-Response: 550 5.7.1 null sender refused\r\n550-The initial connection, or a HELO or MAIL FROM:<> command was\r\n550-rejected. Refusing MAIL FROM:<> does not help fight spam, disregards\r\n550-RFC requirements, and stops you from receiving standard bounce\r\n550-messages. This host does not accept mail from domains whose servers\r\n550-refuse bounces.\r\n550 Sender verify failed",
    ),
    (
        "callout_null_sender_refused",
        "sender=amy@example.org mx=198.51.100.2",
        "550 5.1.7 <amy@example.org>: Sender address rejected: undeliverable address: host mx.example.org[198.51.100.2] said: 501 5.1.7 Bad sender address syntax (in reply to MAIL FROM command)",
    ),
    (
        "callout_postmaster",
        "sender=amy@example.org mx=2001:db8::2",
        "550-Postmaster verification failed while checking <amy@example.org>\r\n550-Called:   2001:db8::2\r\n550-Sent:     RCPT TO:<postmaster@example.org>\r\n550-Response: 550 5.1.1 no such user\r\n550-Several RFCs state that you are required to have a postmaster\r\n550-mailbox for each mail domain.\r\n550 Sender verify failed",
    ),
    (
        "callout_greylisted",
        "sender=amy@example.org mx=198.51.100.2",
        "451-response to \"RCPT TO:<amy@example.org>\" from mx.example.org [198.51.100.2] was: 451 4.7.1 Greylisting in action, please come back in 00:05:00\r\n451-Could not complete sender verify callout for <amy@example.org>.\r\n451 Please try later",
    ),
    (
        "callout_greylisted",
        "mx=198.51.100.2",
        "450 4.1.7 <amy@example.org>: Sender address rejected: unverified address: host mx.example.org[198.51.100.2] said: 450 4.2.0 <amy@example.org>: Recipient address rejected: Greylisted (in reply to RCPT TO command)",
    ),
    (
        "sender_domain",
        "sender=amy@gone.example",
        "450 4.1.7 <amy@gone.example>: Sender address rejected: unverified address: Host or domain name not found. Name service error for name=gone.example type=MX: Host not found",
    ),
    (
        "sender_domain",
        "sender=amy@gone.example",
        "550-Verification failed for <amy@gone.example>\r\n550-all relevant MX records point to non-existent hosts\r\n550 Sender verify failed",
    ),
    (
        "sender_unroutable",
        "sender=amy@example.org",
        "550-Verification failed for <amy@example.org>\r\n550-Unrouteable address\r\n550 Sender verify failed",
    ),
    (
        "sender_unroutable",
        "sender=amy@example.org",
        "550-Verification failed for <amy@example.org>\r\n550-The mail server could not deliver mail to amy@example.org.  The account or domain may not exist, they may be blacklisted, or missing the proper dns entries.\r\n550 Sender verify failed",
    ),
    (
        "sender_null_mx",
        "sender=amy@example.org",
        "550 5.1.7 <amy@example.org>: Sender address rejected: undeliverable address: Domain example.org does not accept mail (nullMX)",
    ),
    ("sender_verify_failed", "", "550 5.1.8 Sender verification failed"),
    ("sender_verify_failed", "", "550 Sender verify failed"),
    ("sender_verify_failed", "", "550 There is no valid sender in any header line"),
];

#[test]
fn callouts() {
    check(CALLOUTS);
}

#[test]
fn a_failed_callout_never_blames_the_recipient() {
    let blames =
        [Cause::UserUnknown, Cause::MailboxFull, Cause::MailboxDisabled, Cause::RecipientDomain, Cause::Greylisted];
    let quoted = [
        "550 5.1.1 no such user",
        "550 5.2.2 mailbox full",
        "452 4.2.2 over quota",
        "550 5.2.1 account disabled",
        "450 4.2.0 Greylisted",
        "550 5.1.2 Host unknown",
        "550 user unknown",
        "553 sorry, no mailbox here by that name",
    ];
    let mut texts: Vec<String> = CALLOUTS.iter().map(|row| row.2.to_owned()).collect();
    for reply in quoted {
        texts.push(format!("550-Verification failed for <a@example.org>\r\n550-Called:   192.0.2.3\r\n550-Sent:     RCPT TO:<a@example.org>\r\n550-Response: {reply}\r\n550 Sender verify failed"));
        texts.push(format!("450 4.1.7 <a@example.org>: Sender address rejected: unverified address: host mx.example.org[192.0.2.3] said: {reply} (in reply to RCPT TO command)"));
        texts.push(format!("451-response to \"RCPT TO:<a@example.org>\" from mx.example.org [192.0.2.3] was: {reply}\r\n451-Could not complete sender verify callout for\r\n451-<a@example.org>.\r\n451 Talk to your mail administrator for details."));
        texts.push(format!("host mx.example.com[198.51.100.1] said: 550 5.1.7 <a@example.org>: Sender address rejected: undeliverable address: host mx.example.org[192.0.2.3] said: {reply} (in reply to RCPT TO command) (in reply to RCPT TO command)"));
    }
    texts.push("550 5.7.1 Missing purported responsible address".into());
    texts.push("550 5.7.1 Sender ID (PRA) Not Permitted".into());
    for text in texts {
        for text in [text.replace("\r\n", "\n"), text.replace("\r\n", "\r"), text.replace("\r\n", " "), text] {
            let reply = classify_reply(&text);
            assert!(!blames.contains(&reply.cause()), "{}: {text}", reply.cause());
            assert_ne!(reply.cause(), Cause::Unknown, "{text}");
        }
    }
}

#[test]
fn senders() {
    check(&[
        (
            "sender_domain",
            "domain=gone.example sender=amy@gone.example",
            "450 4.1.8 <amy@gone.example>: Sender address rejected: Domain not found",
        ),
        (
            "sender_domain",
            "domain=gone.example sender=amy@gone.example",
            "553 5.1.8 <amy@gone.example>... Domain of sender address amy@gone.example does not exist",
        ),
        (
            "sender_null_mx",
            "domain=example.org",
            "550 5.7.27 <amy@example.org>: Sender address rejected: Domain example.org does not accept mail (nullMX)",
        ),
        ("sender_unroutable", "", "550 Unroutable sender address"),
        (
            "sender_rejected",
            "sender=amy@example.org",
            "554 5.7.1 <amy@example.org>: Sender address rejected: Access denied",
        ),
        ("sender_rejected", "", "553 sorry, your envelope sender is in my badmailfrom list (#5.7.1)"),
        ("sender_domain", "", "451 Message temporarily deferred due to unresolvable RFC.5321 from domain."),
    ]);
}

#[test]
fn rates_greylists_and_tls() {
    check(&[
        (
            "greylisted",
            "",
            "450 4.2.0 <bob@example.net>: Recipient address rejected: Greylisted, see http://postgrey.schweikert.ch/help/example.net.html",
        ),
        ("greylisted", "", "451 4.7.1 Greylisting in action, please come back later"),
        (
            "greylisted",
            "",
            "451 Internal resource temporarily unavailable - https://community.mimecast.com/docs/DOC-1369#451 [x.uk1]",
        ),
        ("rate_limited", "ip=198.51.100.6", "421 4.7.0 mx.example.net Error: too many connections from 198.51.100.6"),
        ("rate_limited", "code=RL000001", "421 imta4.comcast.net comcast Too many sessions opened RL000001"),
        (
            "rate_limited",
            "",
            "451 4.7.500 Server busy. Please try again later from [198.51.100.6]. (S77719) [AM3PEPF.eurprd05.prod.outlook.com]",
        ),
        ("rate_limited", "", "452 4.5.3 Error: too many recipients"),
        ("rate_limited", "", "421 4.7.1 Zu viele Verbindungen"),
        ("tls_required", "", "530 5.7.0 Must issue a STARTTLS command first"),
        (
            "tls_required",
            "",
            "421-4.7.29 This message has been rate limited because it wasn't sent over a TLS connection. - gsmtp",
        ),
        (
            "tls_required",
            "",
            "450 4.7.321 starttls-not-supported: Destination mail server must support TLS to receive mail.",
        ),
        ("tls_certificate", "", "450 4.7.322 certificate-expired: Destination mail server's certificate is expired."),
        ("tls_certificate", "", "451 4.4.8 MX hosts of 'example.org' failed MTA-STS validation."),
        ("tls_certificate", "", "Server certificate not verified"),
    ]);
}

#[test]
fn content() {
    check(&[
        ("content_spam", "", "554 5.7.1 Spam message rejected"),
        ("content_spam", "", "554 5.7.0 Reject, id=12345-01 - SPAM"),
        ("virus", "", "554 5.7.0 Reject, id=12345-01 - INFECTED: Eicar-Test-Signature"),
        ("virus", "", "550 This message contains a virus (Win.Trojan.Agent)."),
        (
            "attachment_blocked",
            "",
            "552-5.7.0 This message was blocked because its content presents a potential\r\n552-5.7.0 security issue. - gsmtp",
        ),
        ("attachment_blocked", "", "554 5.7.0 Reject, id=12345-01 - BANNED: .exe"),
        ("rfc_noncompliant", "", "550-5.7.1 Messages missing a valid messageId header are not accepted. - gsmtp"),
        ("rfc_noncompliant", "", "550 5.6.0 bare <LF> received"),
        (
            "policy_unspecified",
            "",
            "554 5.7.9 Message not accepted for policy reasons. See https://postmaster.yahooinc.com/error-codes",
        ),
        ("policy_unspecified", "code=CS01", "550 5.7.1 [CS01] Message rejected due to local policy."),
        (
            "policy_unspecified",
            "",
            "550 5.7.1 TRANSPORT.RULES.RejectMessage; the message was rejected by organization policy",
        ),
        ("content_spam", "", "550 5.7.1 Nachricht als Spam abgelehnt"),
    ]);
}

#[test]
fn recipients_and_servers() {
    check(&[
        (
            "user_unknown",
            "",
            "550 5.1.1 <bob@example.net>: Recipient address rejected: User unknown in local recipient table",
        ),
        ("user_unknown", "", "550 #5.1.0 Address rejected."),
        (
            "user_unknown",
            "",
            "550 5.4.1 Recipient address rejected: Access denied. [AM0EUR02FT009.eop-EUR02.prod.protection.outlook.com]",
        ),
        ("user_unknown", "", "550 5.1.1 Empfaenger unbekannt"),
        ("user_unknown", "", "550 5.1.1 Utilisateur inconnu"),
        ("user_unknown", "", "sorry, no mailbox here by that name. (#5.1.1)"),
        ("mailbox_full", "", "452-4.2.2 The recipient's inbox is out of storage space. - gsmtp"),
        ("mailbox_full", "", "552 5.2.2 <greylisted@example.net>: user is over quota"),
        ("mailbox_full", "", "550 Postfach voll"),
        ("mailbox_disabled", "", "550-5.2.1 The email account that you tried to reach is inactive. - gsmtp"),
        (
            "mailbox_disabled",
            "",
            "554 delivery error: dd This account has been disabled or discontinued [#102]. - mta4.mail.bf1.yahoo.com",
        ),
        ("size", "", "552 5.3.4 Message size exceeds fixed limit"),
        (
            "recipient_domain",
            "domain=gone.example",
            "Host or domain name not found. Name service error for name=gone.example type=MX: Host not found",
        ),
        ("recipient_null_mx", "", "556 5.1.10 Recipient address has null MX"),
        ("recipient_null_mx", "domain=nomail.example", "Domain nomail.example does not accept mail (nullMX)"),
        ("relay_denied", "", "554 5.7.1 <bob@example.net>: Relay access denied"),
        ("relay_denied", "", "553 sorry, that domain isn't in my list of allowed rcpthosts (#5.7.1)"),
        ("auth_required", "", "530 5.7.57 Client not authenticated to send mail"),
        ("network", "", "connect to mx.example.net[192.0.2.1]:25: Connection refused"),
        ("network", "", "lost connection with mx.example.net[192.0.2.1] while receiving the initial server greeting"),
        ("loop", "", "554 5.4.6 Too many hops"),
        ("loop", "", "mail for example.net loops back to myself"),
        ("server_error", "", "452 4.3.1 Insufficient system storage"),
        ("server_error", "", "451 4.3.0 <bob@example.net>: Temporary lookup failure"),
    ]);
}

/// Replies of receivers and providers; what each column holds is said at the file's head.
const RECEIVER_REPLIES: &str = include_str!("data/receiver_replies.tsv");

#[test]
fn receivers_and_providers_are_understood() {
    let rows = RECEIVER_REPLIES.lines().filter(|line| !line.starts_with('#')).map(|line| {
        let columns: Vec<_> = line.split('\t').collect();
        let [_, origin, cause, permanence, parameters, text] = columns[..] else { panic!("{line}") };
        assert!(matches!(origin, "quoted" | "written"), "{line}");
        assert_eq!(classify_reply(text).permanence().as_str(), permanence, "{text}");
        (cause, parameters, text)
    });
    let rows: Vec<Row<'_>> = rows.collect();
    assert!(rows.len() > 500, "{}", rows.len());
    check(&rows);
}

#[test]
fn case_and_line_ends_change_nothing() {
    for (_, _, text) in CALLOUTS {
        let lines: Vec<Cause> = ["\r\n", "\n", "\r", "\r\n\t", " "]
            .iter()
            .flat_map(|end| [text.replace("\r\n", end), text.replace("\r\n", end).to_uppercase()])
            .map(|text| classify_reply(&text).cause())
            .collect();
        assert!(lines.windows(2).all(|pair| pair[0] == pair[1]), "{text}: {lines:?}");
    }
}

/// Replies of mail servers, filters and gateways: origin, whose, cause, parameters, text.
const OF_SERVERS: &str = include_str!("data/bounce_texts_of_servers.tsv");

#[test]
fn servers_filters_and_gateways() {
    let rows: Vec<_> = OF_SERVERS.lines().filter(|line| !line.starts_with('#')).collect();
    let texts: Vec<(&str, &str, String)> = rows
        .iter()
        .map(|row| match row.split('\t').collect::<Vec<_>>()[..] {
            ["quoted" | "memory", _, cause, parameters, text] => (cause, parameters, text.replace("\\n", "\r\n")),
            _ => panic!("{row}"),
        })
        .collect();
    assert!(texts.len() > 400, "{}", texts.len());
    check(&texts.iter().map(|(cause, parameters, text)| (*cause, *parameters, text.as_str())).collect::<Vec<_>>());
}
