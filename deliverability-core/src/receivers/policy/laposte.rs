//! La Poste: the rules for all senders.

use super::{Policy, Requirement, Scope};
use crate::receivers::receiver::Receiver;

const URL: &str = "https://postmaster.laposte.net";
const AS_OF: &str = "2026-06";

pub(super) const ROWS: &[Policy] = &[
    Policy {
        id: "laposte.all/spf",
        receiver: Receiver::LaPoste,
        scope: Scope::All,
        requirement: Requirement::Spf,
        demand: "the SPF record is valid and authorizes the address",
        since: Some("2025-09"),
        codes: &[],
        url: URL,
        as_of: AS_OF,
    },
    Policy {
        id: "laposte.all/dmarc-record",
        receiver: Receiver::LaPoste,
        scope: Scope::All,
        requirement: Requirement::DmarcRecord,
        demand: "the domain in From has a DMARC record with p= and rua=",
        since: Some("2025-09"),
        codes: &[],
        url: URL,
        as_of: AS_OF,
    },
    Policy {
        id: "laposte.all/forward-confirmed",
        receiver: Receiver::LaPoste,
        scope: Scope::All,
        requirement: Requirement::ForwardConfirmed,
        demand: "the address has a PTR record, and its name leads back to the address",
        since: Some("2025-09"),
        codes: &[],
        url: URL,
        as_of: AS_OF,
    },
];
