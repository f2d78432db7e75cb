//! T-Online: as others report them; the pages in English say less.

use super::{Policy, Requirement, Scope};
use crate::receivers::receiver::Receiver;

const URL: &str = "https://postmaster.t-online.de";
const AS_OF: &str = "2026-06";

pub(super) const ROWS: &[Policy] = &[
    Policy {
        id: "t-online.all/alignment",
        receiver: Receiver::TOnline,
        scope: Scope::All,
        requirement: Requirement::Alignment,
        demand: "SPF, DKIM and the PTR name all stand for the domain in From",
        since: None,
        codes: &[],
        url: URL,
        as_of: AS_OF,
    },
    Policy {
        id: "t-online.all/ptr",
        receiver: Receiver::TOnline,
        scope: Scope::All,
        requirement: Requirement::Ptr,
        demand: "the address has a PTR record under a domain of the sender",
        since: None,
        codes: &[],
        url: URL,
        as_of: AS_OF,
    },
    Policy {
        id: "t-online.all/reputation",
        receiver: Receiver::TOnline,
        scope: Scope::All,
        requirement: Requirement::Reputation,
        demand: "the address is known to the service, or made known to it by mail",
        since: None,
        codes: &["NOWL", "BL"],
        url: URL,
        as_of: AS_OF,
    },
];
