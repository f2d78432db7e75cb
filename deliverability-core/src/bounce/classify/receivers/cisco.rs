//! Cisco Secure Email, formerly IronPort.

use super::{Dialect, no_code};
use crate::bounce::cause::Cause::*;
use crate::bounce::classify::rule::Phrases;
use crate::receivers::Receiver;

pub(super) const DIALECT: Dialect = Dialect {
    of: &[Receiver::Cisco],
    phrases: &[Phrases {
        source: "the default texts of AsyncOS; danrichard.com 2011; returned mail",
        compared: None,
        says: &[
            ("due to the sending mta's poor reputation", IpBlockedPrivate),
            ("poor reputation", IpBlockedPrivate),
            ("your access to submit messages to this e-mail system has been rejected", IpBlockedPrivate),
        ],
    }],
    statuses: &[],
    code: no_code,
};
