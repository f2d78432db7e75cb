//! Yandex (yandex.com/support/mail).

use super::{Dialect, no_code};
use crate::bounce::cause::Cause::*;
use crate::bounce::classify::rule::Phrases;
use crate::receivers::Receiver;

pub(super) const DIALECT: Dialect = Dialect {
    of: &[Receiver::Yandex],
    phrases: &[Phrases {
        source: "yandex.com/support/mail: sending errors; returned mail",
        compared: Some("2026-11-22: yandex.com/support/mail/bounces/yandex.html"),
        says: &[
            ("message rejected under suspicion of spam", ContentSpam),
            ("suspicion of spam", ContentSpam),
            ("blocked by spam statistics", IpBlockedPrivate),
            ("no such user", UserUnknown),
            ("no correct recipients", UserUnknown),
            ("bad recipient address syntax", UserUnknown),
            ("bad address mailbox syntax", UserUnknown),
            // The recipient's account is blocked.
            ("policy rejection on the target address", MailboxDisabled),
            ("policy rejection", PolicyUnspecified),
        ],
    }],
    statuses: &[],
    code: no_code,
};
