//! AT&T (rbl.att.net/block_enduser.html).

use super::{Dialect, no_code};
use crate::bounce::cause::Cause::*;
use crate::bounce::classify::rule::Phrases;
use crate::receivers::Receiver;

pub(super) const DIALECT: Dialect = Dialect {
    of: &[Receiver::Att],
    phrases: &[Phrases {
        source: "rbl.att.net/block_enduser.html; returned mail",
        read: "2026-11-22",
        says: &[
            ("dnsbl:attrbl", IpBlockedPrivate),
            ("dnsbl:rblatt", IpBlockedPrivate),
            ("_is_blocked", IpBlockedPrivate),
            ("> is blocked", IpBlockedPrivate),
            ("blocked by ldap:", IpBlockedPrivate),
            ("fix reverse dns", PtrMissing),
            ("without a valid sender domain", PtrMissing),
        ],
    }],
    statuses: &[],
    code: no_code,
};
