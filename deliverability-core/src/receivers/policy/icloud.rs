//! iCloud Mail: the postmaster page.

use super::{Policy, Requirement, Scope};
use crate::receivers::receiver::Receiver;

const URL: &str = "https://support.apple.com/en-us/102322";
const READ: &str = "2026-06";

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
        read: READ,
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
        read: READ,
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
        read: READ,
    },
    Policy {
        id: "icloud.bulk/forward-confirmed",
        receiver: Receiver::ICloud,
        scope: Scope::Bulk,
        requirement: Requirement::ForwardConfirmed,
        demand: "the address has a PTR record that fits the domain",
        since: Some("2025-02"),
        codes: &[],
        url: URL,
        read: READ,
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
        read: READ,
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
        read: READ,
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
        read: READ,
    },
];
