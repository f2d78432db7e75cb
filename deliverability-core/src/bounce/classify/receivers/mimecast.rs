//! Mimecast (community.mimecast.com: SMTP error codes).

use super::{Dialect, no_code};
use crate::bounce::cause::Cause::*;
use crate::bounce::classify::rule::Phrases;
use crate::receivers::Receiver;

pub(super) const DIALECT: Dialect = Dialect {
    of: &[Receiver::Mimecast],
    phrases: &[Phrases {
        source: "community.mimecast.com SMTP error codes (DOC-1369); returned mail",
        compared: Some("2026-11-22: the page of SMTP error codes, its beginning only: 421 and 451; nothing of 5xx"),
        says: &[
            ("poor reputation sender", IpBlockedPrivate),
            ("host network not allowed", IpBlockedPrivate),
            ("ip found on rbl", IpBlockedPrivate),
            ("header based anti-spoofing policy", SpoofingPolicy),
            ("anti-spoofing policy", SpoofingPolicy),
            ("spf sender invalid", SpfFail),
            ("dkim sender invalid", DkimFail),
            ("dmarc sender invalid", DmarcPolicy),
            ("dns authentication", AuthMissing),
            ("internal resource temporarily unavailable", Greylisted),
            ("mcspamsignature", ContentSpam),
            ("email rejected due to security policies", PolicyUnspecified),
            ("rejected due to security policies", PolicyUnspecified),
            ("sender address blocked", SenderRejected),
            ("envelope blocked", SenderRejected),
            ("invalid recipient", UserUnknown),
            ("open relay not allowed", RelayDenied),
            ("rejected by message size", Size),
            ("recipient server unavailable or busy", ServerError),
            ("unable to process connection at this time", ServerError),
        ],
    }],
    statuses: &[],
    code: no_code,
};
