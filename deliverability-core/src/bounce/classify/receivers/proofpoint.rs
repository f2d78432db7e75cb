//! Proofpoint (ipcheck.proofpoint.com; Proofpoint Essentials).

use super::{Dialect, no_code};
use crate::bounce::cause::Cause::*;
use crate::bounce::classify::rule::Phrases;
use crate::receivers::Receiver;

pub(super) const DIALECT: Dialect = Dialect {
    of: &[Receiver::Proofpoint],
    phrases: &[Phrases {
        source: "ipcheck.proofpoint.com; support.proofpoint.com; returned mail",
        compared: Some(
            "2026-11-22: the questions about blocked addresses on proofpoint.com, for what it means; not the words",
        ),
        says: &[
            ("blocked - see https://ipcheck.proofpoint.com", IpBlockedPrivate),
            ("ipcheck.proofpoint.com", IpBlockedPrivate),
            ("support.proofpoint.com/dnsbl-lookup", IpBlockedPrivate),
            ("blocked - see", IpBlockedPrivate),
        ],
    }],
    statuses: &[],
    code: no_code,
};
