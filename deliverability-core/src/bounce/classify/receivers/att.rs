//! AT&T (rbl.att.net/block_enduser.html).

use super::{Dialect, no_code};
use crate::bounce::cause::Cause::*;
use crate::bounce::classify::rule::Phrases;
use crate::receivers::Receiver;

pub(super) const DIALECT: Dialect = Dialect {
    of: &[Receiver::Att],
    phrases: &[Phrases {
        source: "rbl.att.net/block_enduser.html; returned mail",
        compared: Some(
            "2026-11-22: rbl.att.net and worldnet.att.net, block_enduser.html; not on them: DNSBL, reverse DNS",
        ),
        says: &[
            ("dnsbl:attrbl", IpBlockedPrivate),
            ("dnsbl:rblatt", IpBlockedPrivate),
            ("_is_blocked", IpBlockedPrivate),
            ("> is blocked", IpBlockedPrivate),
            ("blocked by ldap:", IpBlockedPrivate),
            ("fix reverse dns", PtrMissing),
            ("without a valid sender domain", PtrMissing),
            ("requires valid sender domain", PtrMissing),
            ("failure in dns look-up", PtrMissing),
            ("blocked for abuse", IpBlockedPrivate),
            ("unauthorized interface for", IpDynamic),
            ("mailbox currently suspended", MailboxDisabled),
        ],
    }],
    statuses: &[],
    code: no_code,
};
