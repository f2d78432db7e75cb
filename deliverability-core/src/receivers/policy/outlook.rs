//! Outlook.com, Hotmail and Live: the requirements for domains that send more than 5,000 messages a day.

use super::{Policy, Requirement, Scope};
use crate::receivers::receiver::Receiver;

const URL: &str = "https://techcommunity.microsoft.com/blog/microsoftdefenderforoffice365blog/strengthening-email-ecosystem-outlook%E2%80%99s-new-requirements-for-high%E2%80%90volume-senders/4399730";
const AS_OF: &str = "2026-06";

pub(super) const ROWS: &[Policy] = &[
    Policy {
        id: "outlook.bulk/spf",
        receiver: Receiver::Outlook,
        scope: Scope::Bulk,
        requirement: Requirement::Spf,
        demand: "SPF passes",
        since: Some("2025-05-05"),
        codes: &["5.7.515"],
        url: URL,
        as_of: AS_OF,
    },
    Policy {
        id: "outlook.bulk/dkim",
        receiver: Receiver::Outlook,
        scope: Scope::Bulk,
        requirement: Requirement::Dkim,
        demand: "DKIM passes",
        since: Some("2025-05-05"),
        codes: &["5.7.515"],
        url: URL,
        as_of: AS_OF,
    },
    Policy {
        id: "outlook.bulk/dmarc-record",
        receiver: Receiver::Outlook,
        scope: Scope::Bulk,
        requirement: Requirement::DmarcRecord,
        demand: "the domain in From has a DMARC record, p=none at least",
        since: Some("2025-05-05"),
        codes: &["5.7.515"],
        url: URL,
        as_of: AS_OF,
    },
    Policy {
        id: "outlook.bulk/alignment",
        receiver: Receiver::Outlook,
        scope: Scope::Bulk,
        requirement: Requirement::Alignment,
        demand: "SPF or DKIM, best both, pass for a domain aligned with that of From",
        since: Some("2025-05-05"),
        codes: &["5.7.515"],
        url: URL,
        as_of: AS_OF,
    },
    Policy {
        id: "outlook.all/reputation",
        receiver: Receiver::Outlook,
        scope: Scope::All,
        requirement: Requirement::Reputation,
        demand: "the address has no bad name with the service",
        since: None,
        codes: &["S3140", "S3150", "S775", "S3113"],
        url: URL,
        as_of: AS_OF,
    },
];
