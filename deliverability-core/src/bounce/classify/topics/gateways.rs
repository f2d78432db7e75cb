//! Codes of filters that stand in front of many receivers' servers.

use crate::bounce::cause::Cause::*;
use crate::bounce::classify::rule::Phrases;

pub(in crate::bounce::classify) const PHRASES: &[Phrases] = &[Phrases {
    source: "Sophos Central, Email Security: SMTP error codes",
    compared: Some("2026-11-22: docs.sophos.com, SMTP error codes XGEMAIL_0001 to 0015, as stored there"),
    says: &[
        ("xgemail_0001", DkimFail),
        ("xgemail_0002", SpfFail),
        ("xgemail_0003", DmarcPolicy),
        ("xgemail_0004", IpBlocklisted),
        ("xgemail_0005", DomainBlocklisted),
        ("xgemail_0006", TlsRequired),
        ("xgemail_0007", ServerError),
        ("xgemail_0008", SenderRejected),
        ("xgemail_0009", SenderRejected),
        ("xgemail_0010", RelayDenied),
        ("xgemail_0011", UserUnknown),
        ("xgemail_0012", Size),
        ("xgemail_0013", RateLimited),
        ("xgemail_0014", RateLimited),
        ("xgemail_0015", RateLimited),
    ],
}];
