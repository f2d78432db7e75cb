//! iCloud Mail: the postmaster page.

use super::{Policy, Requirement, Scope};
use crate::receivers::receiver::Receiver;

const URL: &str = "https://support.apple.com/en-us/102322";
const AS_OF: &str = "2026-06";

pub(super) const ROWS: &[Policy] = &[
    Policy {
        id: "icloud.bulk/spf",
        receiver: Receiver::ICloud,
        scope: Scope::Bulk,
        requirement: Requirement::Spf,
        demand: "SPF passes",
        since: Some("2025-02"),
        codes: &[],
        url: URL,
        as_of: AS_OF,
    },
    Policy {
        id: "icloud.bulk/dkim",
        receiver: Receiver::ICloud,
        scope: Scope::Bulk,
        requirement: Requirement::Dkim,
        demand: "DKIM passes",
        since: Some("2025-02"),
        codes: &[],
        url: URL,
        as_of: AS_OF,
    },
    Policy {
        id: "icloud.bulk/dmarc-record",
        receiver: Receiver::ICloud,
        scope: Scope::Bulk,
        requirement: Requirement::DmarcRecord,
        demand: "the domain in From has a DMARC record",
        since: Some("2025-02"),
        codes: &[],
        url: URL,
        as_of: AS_OF,
    },
    Policy {
        id: "icloud.bulk/ptr",
        receiver: Receiver::ICloud,
        scope: Scope::Bulk,
        requirement: Requirement::Ptr,
        demand: "the address has a PTR record",
        since: Some("2025-02"),
        codes: &[],
        url: URL,
        as_of: AS_OF,
    },
    Policy {
        id: "icloud.bulk/one-click-unsubscribe",
        receiver: Receiver::ICloud,
        scope: Scope::Bulk,
        requirement: Requirement::OneClickUnsubscribe,
        demand: "the mail has a link to unsubscribe",
        since: Some("2025-02"),
        codes: &[],
        url: URL,
        as_of: AS_OF,
    },
    Policy {
        id: "icloud.bulk/format",
        receiver: Receiver::ICloud,
        scope: Scope::Bulk,
        requirement: Requirement::Format,
        demand: "the message keeps to RFC 5321 and RFC 5322",
        since: Some("2025-02"),
        codes: &[],
        url: URL,
        as_of: AS_OF,
    },
    Policy {
        id: "icloud.bulk/forwarding",
        receiver: Receiver::ICloud,
        scope: Scope::Bulk,
        requirement: Requirement::Forwarding,
        demand: "what is forwarded carries an ARC chain",
        since: Some("2025-02"),
        codes: &[],
        url: URL,
        as_of: AS_OF,
    },
];
