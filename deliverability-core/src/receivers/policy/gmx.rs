//! GMX, WEB.DE and mail.com: the postmaster pages.

use super::{Policy, Requirement, Scope};
use crate::receivers::receiver::Receiver;

const URL: &str = "https://postmaster.gmx.net/en/";
const AS_OF: &str = "2026-06";

pub(super) const ROWS: &[Policy] = &[
    Policy {
        id: "gmx.all/spf",
        receiver: Receiver::Gmx,
        scope: Scope::All,
        requirement: Requirement::Spf,
        demand: "SPF does not fail",
        since: None,
        codes: &[],
        url: URL,
        as_of: AS_OF,
    },
    Policy {
        id: "gmx.all/dkim",
        receiver: Receiver::Gmx,
        scope: Scope::All,
        requirement: Requirement::Dkim,
        demand: "WEB.DE: DKIM passes for a domain aligned with that of From; GMX: of bulk mail",
        since: None,
        codes: &[],
        url: URL,
        as_of: AS_OF,
    },
    Policy {
        id: "gmx.all/ptr",
        receiver: Receiver::Gmx,
        scope: Scope::All,
        requirement: Requirement::Ptr,
        demand: "the address has a PTR record: a full host name under a domain of the sender",
        since: None,
        codes: &[],
        url: URL,
        as_of: AS_OF,
    },
    Policy {
        id: "gmx.all/ptr-not-generic",
        receiver: Receiver::Gmx,
        scope: Scope::All,
        requirement: Requirement::PtrNotGeneric,
        demand: "the PTR name is not one made by a machine",
        since: None,
        codes: &[],
        url: URL,
        as_of: AS_OF,
    },
    Policy {
        id: "gmx.all/sender-resolvable",
        receiver: Receiver::Gmx,
        scope: Scope::All,
        requirement: Requirement::SenderResolvable,
        demand: "the sender's domain has an MX or address record",
        since: None,
        codes: &[],
        url: URL,
        as_of: AS_OF,
    },
    Policy {
        id: "gmx.all/reputation",
        receiver: Receiver::Gmx,
        scope: Scope::All,
        requirement: Requirement::Reputation,
        demand: "the address is static, and on none of the lists that are asked",
        since: None,
        codes: &[],
        url: URL,
        as_of: AS_OF,
    },
];
