//! GoDaddy, secureserver.net.

use super::{Dialect, no_code};
use crate::bounce::cause::Cause::*;
use crate::bounce::classify::rule::Phrases;
use crate::receivers::Receiver;

pub(super) const DIALECT: Dialect = Dialect {
    of: &[Receiver::GoDaddy],
    phrases: &[Phrases {
        source: "godaddy.com/help: email bounceback codes (IB codes); returned mail",
        compared: None,
        says: &[
            ("per it's spf record", SpfFail),
            ("per its spf record", SpfFail),
            ("ib508", SpfFail),
            ("ib504", RateLimited),
            ("ib705", Virus),
            ("account not found", UserUnknown),
            ("judged to be spam", ContentSpam),
        ],
    }],
    statuses: &[],
    code: no_code,
};
