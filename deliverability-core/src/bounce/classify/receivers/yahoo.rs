//! Yahoo and AOL (senders.yahooinc.com/smtp-error-codes).

use super::{Dialect, no_code};
use crate::bounce::cause::Cause::*;
use crate::bounce::classify::rule::Phrases;
use crate::receivers::Receiver;

pub(super) const DIALECT: Dialect = Dialect {
    of: &[Receiver::Yahoo],
    phrases: &[Phrases {
        source: "senders.yahooinc.com/smtp-error-codes; help.yahoo.com SLN3436; returned mail",
        compared: Some(
            "2026-11-22: the page of error codes as of 2026-02-15, which explains kinds and not codes (TS*, PH*, TSS by \
             kind), and SLN3436 for TS03; not compared: TSS09, TSS11, AU01, AU02, GL01 one by one",
        ),
        says: &[
            ("will be permanently deferred", IpBlockedPrivate),
            ("[tss09]", IpBlockedPrivate),
            ("[tss11]", IpBlockedPrivate),
            ("temporarily deferred due to unexpected volume or user complaints", IpReputation),
            ("temporarily deferred due to user complaints", IpReputation),
            ("temporarily deferred due to unexpected volume", IpReputation),
            ("due to user complaints", IpReputation),
            ("unresolvable rfc.5321 from domain", SenderDomain),
            ("unresolvable rfc.5321", SenderDomain),
            ("unresolvable from domain", SenderDomain),
            ("domain does not exist", SenderDomain),
            ("[tss0", IpReputation),
            ("[ts01]", IpReputation),
            ("[ts02]", IpReputation),
            ("[ts03]", IpBlockedPrivate),
            ("(au01)", DkimFail),
            ("(au02)", DkimFail),
            ("[au01]", DkimFail),
            ("authenticate with either spf or dkim", AuthMissing),
            ("because the sender is unauthenticated", AuthMissing),
            ("failed dmarc", DmarcPolicy),
            ("due to dmarc policy", DmarcPolicy),
            ("dmarc policy", DmarcPolicy),
            ("[gl01]", Greylisted),
            ("[ph0", ContentSpam),
            ("(ph0", ContentSpam),
            ("message temporarily deferred", IpReputation),
            ("temporarily deferred", IpReputation),
            ("too many messages from", RateLimited),
            ("excessive", RateLimited),
            ("doesn't have a * account", UserUnknown),
            ("user doesn't have a", UserUnknown),
            ("account has been disabled or discontinued", MailboxDisabled),
            ("mailbox is disabled", MailboxDisabled),
            ("account is over quota", MailboxFull),
            ("mailbox is full", MailboxFull),
            ("invalid ip for sending mail of domain", SpfFail),
            ("not accepted for policy reasons", PolicyUnspecified),
        ],
    }],
    statuses: &[(7, 5, 5, DkimFail)],
    code: no_code,
};
