//! Replies in the words that receivers publish for them, or that are quoted of them in public: what each means by them.
//!
//! Each test is a table, and as long as that.
#![allow(clippy::print_stderr, reason = "a test may tell what fails")]

use deliverability_core::bounce::{Context, classify_reply_in};

/// Cause and text.
type Row = (&'static str, &'static str);

fn check(host: &str, rows: &[Row]) {
    let mut context = Context::default();
    context.remote_host = Some(host);
    let mut wrong = 0;
    for (cause, text) in rows {
        let reply = classify_reply_in(text, &context);
        if reply.cause().as_str() != *cause {
            wrong += 1;
            eprintln!("{cause}: {}\n    {text}", reply.cause());
        }
    }
    assert_eq!(wrong, 0, "of {}", rows.len());
}

#[test]
fn gmail() {
    check(
        "gmail-smtp-in.l.google.com",
        &[
            (
                "ptr_missing",
                "451 4.7.23 The sending IP address for this message doesn't have a PTR record, or the PTR record's forward DNS entry doesn't match the sending IP address.",
            ),
            ("spf_error", "451 4.7.24 The SPF record of the sending domain has one or more suspicious entries."),
            (
                "ptr_missing",
                "550 5.7.25 This message was blocked because the sending IP address doesn't have a PTR record, or the forwarding DNS entry doesn't reference the sending IP address.",
            ),
            (
                "auth_missing",
                "421 4.7.26 This email has been rate limited because it is unauthenticated. Gmail requires all senders to authenticate with either SPF or DKIM.",
            ),
            (
                "spf_fail",
                "550 5.7.27 This message was blocked because it didn't pass SPF authentication. Gmail requires bulk email senders to authenticate their email with SPF.",
            ),
            (
                "spf_fail",
                "421 4.7.27 Your email has been rate limited because SPF authentication didn't pass for this message.",
            ),
            (
                "ip_reputation",
                "421 4.7.28 Gmail has detected an unusual rate of unsolicited email originating from your IP Netblock 192.0.2.0.",
            ),
            (
                "rate_limited",
                "421 4.7.28 Gmail has detected an unusual rate of unsolicited email originating from your DKIM domain example.org.",
            ),
            (
                "rate_limited",
                "421 4.7.28 Gmail has detected an unusual rate of unsolicited email originating from your SPF domain example.org.",
            ),
            (
                "rate_limited",
                "421 4.7.28 Gmail has detected an unusual rate of unsolicited email containing one of your URL domains.",
            ),
            (
                "rate_limited",
                "421 4.7.28 Gmail has detected this sender exceeded the quota for sending messages that have the same Message-ID:.",
            ),
            ("tls_required", "421 4.7.29 Your email has been rate limited because you're not using a TLS connection."),
            ("dkim_fail", "550 5.7.30 This message was blocked because it didn't pass DKIM authentication."),
            (
                "auth_level",
                "421 4.7.31 Your email has been rate limited because the sending domain doesn't have a DMARC record, or the DMARC record doesn't specify a DMARC policy.",
            ),
            (
                "auth_level",
                "421 4.7.32 Your email has been rate limited because the From: header (RFC5322) in this message isn't aligned with either the authenticated SPF or DKIM organizational domain.",
            ),
            (
                "auth_level",
                "550 5.7.40 Your message was blocked because the sending domain doesn't have a DMARC record or the DMARC record doesn't specify a DMARC policy.",
            ),
            ("auth_required", "504 5.7.40 Unrecognized authentication type."),
            ("auth_required", "534 5.7.14 Please log in through your web browser and then try again."),
            (
                "content_spam",
                "421 4.7.0 This message is suspicious due to the nature of the content or the links within. The message has been blocked.",
            ),
            (
                "content_spam",
                "550 5.7.1 This message is likely unsolicited email. To reduce the amount of spam sent to Gmail, this message has been blocked.",
            ),
            (
                "policy_unspecified",
                "550 5.7.1 The user or domain that you are sending to (or from) has a policy that prohibits the email that you sent.",
            ),
            (
                "relay_denied",
                "550 5.7.0 Email relay denied 192.0.2.1. Invalid credentials for relay for one of the domains in: example.org",
            ),
            ("rfc_noncompliant", "550 5.7.1 Messages missing a valid Message-ID: header are not accepted."),
            ("rate_limited", "450 4.2.1 Peak SMTP relay limit exceeded for this customer."),
            ("rate_limited", "550 5.7.1 This email has been rate limited."),
        ],
    );
}

#[test]
fn microsoft() {
    check(
        "example-org.mail.protection.outlook.com",
        &[
            ("rate_limited", "451 4.7.500 Access denied, please try again later"),
            ("sender_rejected", "550 5.7.501 Access denied, spam abuse detected"),
            ("sender_rejected", "550 5.7.502 Access denied, banned sender"),
            ("ip_blocked_private", "550 5.7.511 Access denied, banned sender"),
            ("ip_blocked_private", "550 5.7.511 Access denied, banned sender[192.0.2.25]."),
            ("ip_blocked_private", "550 5.7.606 Access denied, banned sending IP [192.0.2.25]."),
            ("user_unknown", "550 5.7.504 [a@example.org]: Recipient address rejected: Access denied"),
            ("user_unknown", "550 5.7.505 Access denied, banned recipient"),
            ("ip_blocked_private", "550 5.7.507 Access denied, rejected by recipient"),
            ("policy_unspecified", "550 5.7.510 Access denied, example.org does not accept email over IPv6"),
            ("rate_limited", "550 5.2.2 Submission quota exceeded"),
            ("rate_limited", "432 4.3.2 STOREDRV.Deliver; recipient thread limit exceeded"),
            (
                "rate_limited",
                "550 5.1.90 Your message can't be sent because you've reached your daily limit for message recipients",
            ),
            ("ip_blocklisted", "550 OU-001 (SNT004-MC1F43) Unfortunately, messages from 192.0.2.25 weren't sent."),
            (
                "rate_limited",
                "550 5.7.233 Your message can't be sent because your tenant exceeded its daily limit for sending email to external recipients",
            ),
            (
                "policy_unspecified",
                "550 5.7.703 Your message can't be delivered because messages to a@example.org are blocked by your organization using Tenant Allow Block List.",
            ),
            ("rate_limited", "550 5.7.705 Access denied, tenant has exceeded threshold."),
            ("network", "450 4.4.316 Connection refused [Message=Socket error code 10061]"),
            (
                "ip_blocked_private",
                "550 OU-002 (SNT004-MC1F6) Unfortunately, messages from 192.0.2.25 weren't sent. Please contact your Internet service provider since part of their network is on our block list.",
            ),
            (
                "ip_blocked_private",
                "550 SC-001 (SNT004-MC4F53) Unfortunately, messages from 192.0.2.25 weren't sent. Please contact your Internet service provider since part of their network is on our block list.",
            ),
            (
                "ip_reputation",
                "451 4.7.651 The mail server [192.0.2.25] has been temporarily rate limited due to IP reputation. (S3114)",
            ),
        ],
    );
}

#[test]
fn yahoo_and_icloud() {
    check(
        "mta5.am0.yahoodns.net",
        &[
            ("content_spam", "554 5.7.9 [PH01] Email not accepted for policy reasons."),
            (
                "ip_blocked_private",
                "421 4.7.1 [TS03] All messages from 192.0.2.25 will be permanently deferred; Retrying will NOT succeed.",
            ),
            (
                "ip_reputation",
                "421 4.7.0 [TSS04] Messages from 192.0.2.25 temporarily deferred due to unexpected volume or user complaints",
            ),
            ("sender_domain", "451 Resources temporarily restricted: unresolvable RFC.5321 from domain"),
        ],
    );
    check(
        "mx01.mail.icloud.com",
        &[
            (
                "rate_limited",
                "421 4.7.1 Messages to a@icloud.com deferred due to excessive volume. Try again later - https://support.apple.com/en-us/HT204137",
            ),
            ("policy_unspecified", "550 5.7.1 [CS01] Message rejected due to local policy."),
            ("dmarc_policy", "550 5.7.1 Your message was rejected due to example.com DMARC policy."),
        ],
    );
}

#[test]
fn providers() {
    check(
        "mx3.qq.com",
        &[
            (
                "rate_limited",
                "550 Mailbox unavailable or access denied http://service.mail.qq.com/cgi-bin/help?id=20022",
            ),
            ("rate_limited", "550 Domain frequency limited http://service.mail.qq.com/cgi-bin/help?id=20022"),
            ("user_unknown", "550 Mailbox not found http://service.mail.qq.com/cgi-bin/help?id=20022"),
        ],
    );
    check(
        "smtp-in.orange.fr",
        &[
            ("auth_required", "550 5.7.0 Code d'authentification invalide OFR_305"),
            ("auth_required", "550 5.5.0 Authentification requise. Authentication Required. LPN105_402"),
            ("sender_rejected", "501 5.1.0 Emetteur invalide. Invalid Sender. OFR004_405 [405]"),
            ("mailbox_disabled", "550 5.1.1 Boite du destinataire archivee. Archived recipient. LPN004_420 [420]"),
            ("size", "552 5.2.0 Taille limite du message atteinte. Maximum size of the message reached. OFR_514 [514]"),
            ("ptr_missing", "550 5.7.1 Service refuse. Service refused. OFR006_107 [107]"),
            ("helo_rejected", "550 5.7.1 Service refuse. Service refused. OFR004_201 [201]"),
        ],
    );
    check(
        "cxr.mx.a.cloudfilter.net",
        &[
            (
                "rate_limited",
                "421 cmsmtp blocked. Refer to Error Codes section at https://www.cox.com/ for more information. AUP#CXCNCT",
            ),
            (
                "auth_missing",
                "550 5.1.0 message rejected. Refer to Error Codes section at https://www.cox.com/ for more information. AUP#CXSNDR",
            ),
        ],
    );
    check(
        "ff-ip4-mx-vip1.prodigy.net",
        &[
            ("ptr_missing", "550 [permfail] bellsouth.net requires valid sender domain"),
            ("ptr_missing", "421-failure in DNS look-up."),
            ("ip_dynamic", "550 unauthorized interface for <192.0.2.25>"),
            ("mailbox_disabled", "550 [suspend] Mailbox currently suspended--Please contact correspondent directly."),
            ("ip_blocked_private", "550 Error. Blocked for abuse."),
        ],
    );
    check(
        "mx03.t-online.de",
        &[(
            "ip_dynamic",
            "554 Dialup/transient IP not allowed. Use a mailgateway or contact toda@rx.t-online.de if obsolete. (DIAL)",
        )],
    );
    check(
        "smtp.secureserver.net",
        &[(
            "content_spam",
            "552 5.2.0 This message has been rejected due to content judged to be spam by the internet community IB212",
        )],
    );
    check(
        "mx.yandex.ru",
        &[
            ("mailbox_disabled", "550 5.7.1 Policy rejection on the target address"),
            ("content_spam", "554 5.7.1 Message rejected under suspicion of SPAM"),
            ("ip_blocked_private", "554 5.7.1 Blocked by spam statistics - see https://yandex.com/support/"),
            ("user_unknown", "550 5.7.1 No such user!"),
        ],
    );
    check(
        "us-smtp-inbound-1.mimecast.com",
        &[
            ("greylisted", "451 Internal resource temporarily unavailable"),
            ("server_error", "421 Unable to process connection at this time"),
        ],
    );
    check("mx.example.net", &[("user_unknown", "550 #5.1.0 Address rejected.")]);
}
