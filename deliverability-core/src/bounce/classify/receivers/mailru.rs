//! mail.ru (help.mail.ru/mail-help/postmaster).

use super::{Dialect, no_code};
use crate::bounce::cause::Cause::*;
use crate::bounce::classify::rule::Phrases;
use crate::receivers::Receiver;

pub(super) const DIALECT: Dialect = Dialect {
    of: &[Receiver::MailRu],
    phrases: &[Phrases {
        source: "help.mail.ru/mail-help/postmaster; returned mail",
        compared: Some("2026-11-22: the reply about DMARC only, as ishosting.com quotes it"),
        says: &[
            ("generic dns ptr-records", PtrGeneric),
            ("generic dns ptr", PtrGeneric),
            ("mail from dynamic ips", IpDynamic),
            ("owner dmarc policy", DmarcPolicy),
            ("ip is not included in the domain's spf", SpfFail),
            ("spam message rejected", ContentSpam),
            ("message rejected as spam", ContentSpam),
            ("bounce message rejected", PolicyUnspecified),
            ("ratelimit exceeded", RateLimited),
            ("access from ip address * blocked", IpBlockedPrivate),
            ("blocked * /notspam-support", IpBlockedPrivate),
            ("invalid mailbox", UserUnknown),
            ("local delivery failed", UserUnknown),
        ],
    }],
    statuses: &[],
    code: no_code,
};
