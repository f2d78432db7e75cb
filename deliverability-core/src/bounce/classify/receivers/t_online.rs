//! T-Online (postmaster.t-online.de): refuses at connect what it does not know.

use super::{Dialect, no_code};
use crate::bounce::cause::Cause::*;
use crate::bounce::classify::rule::Phrases;
use crate::receivers::Receiver;

pub(super) const DIALECT: Dialect = Dialect {
    of: &[Receiver::TOnline],
    phrases: &[Phrases {
        source: "postmaster.t-online.de; timmehosting.de; returned mail",
        compared: Some(
            "2026-11-22: replies with NOWL, BL and DIAL as quoted by timmehosting.de, creoline.com, spamresource.com",
        ),
        says: &[
            ("none/bad reputation", IpBlockedPrivate),
            ("bad reputation", IpBlockedPrivate),
            ("a problem occurred", IpBlockedPrivate),
            ("(nowl)", IpBlockedPrivate),
            ("(bl)", IpBlockedPrivate),
            ("dialup", IpDynamic),
            ("dynamic", IpDynamic),
        ],
    }],
    statuses: &[],
    code: no_code,
};
