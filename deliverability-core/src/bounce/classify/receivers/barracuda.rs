//! Barracuda Email Gateway Defense, formerly Email Security Service.

use super::{Dialect, no_code};
use crate::bounce::cause::Cause::*;
use crate::bounce::classify::rule::Phrases;
use crate::receivers::Receiver;

pub(super) const DIALECT: Dialect = Dialect {
    of: &[Receiver::Barracuda],
    phrases: &[Phrases {
        source: "campus.barracuda.com; returned mail",
        compared: None,
        says: &[
            ("failure for one or more recipients (*:blocked)", IpBlockedPrivate),
            ("failure for one or more recipients (*:5.1.1", UserUnknown),
            ("failure for one or more recipients (*user unknown", UserUnknown),
            ("message content rejected", ContentSpam),
        ],
    }],
    statuses: &[],
    code: no_code,
};
