//! What an address is to the sender's domain, and whether what it sent is somebody else's.

use core::net::IpAddr;

use crate::bounce::Cause;
use crate::diagnosis::bounce::CaseBounce;
use crate::dns::{Check, Known, Needed};
use crate::domain::DomainName;
use crate::mail_source::{self, SourceOf, SourceOutcome};
use crate::public_suffix::organization;
use crate::result::SpfResult;
use crate::reverse_dns::Iprev;

/// What an address is to a domain, the nearest first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Relation {
    /// Its PTR name, which leads back to it, is of the domain's organization.
    Named(DomainName),
    /// A mail host of the domain, or one that its SPF record authorizes.
    Own(String),
    /// The domain itself leads to it, and not to its mail.
    WebHost(String),
    /// Nothing ties it to the domain.
    Stranger(String),
    /// An answer is missing, or no SPF record could tell.
    Unknown(String),
}

impl Relation {
    /// `None` where answers are missing, which are added to `needed`.
    pub(super) fn of(ip: IpAddr, domain: &DomainName, known: &dyn Known, needed: &mut Needed) -> Option<Self> {
        let checks = (SourceOf::new(ip, domain.clone()), Iprev::of(ip));
        let (source, iprev) = checks.step(known).or_need(needed)?;
        let organization = organization(domain);
        let named = iprev.confirmed_names().find(|name| name.is_within(&organization));
        Some(named.map_or_else(|| Self::of_source(&source), |name| Self::Named(name.clone())))
    }

    fn of_source(source: &SourceOutcome) -> Self {
        let says = source.to_string();
        match source.relation() {
            mail_source::Relation::MxHost | mail_source::Relation::Authorized => Self::Own(says),
            mail_source::Relation::WebHost => Self::WebHost(says),
            // Where no record says who is authorized, nobody is a stranger.
            mail_source::Relation::Stranger
                if matches!(source.spf().result(), SpfResult::None | SpfResult::Permerror) =>
            {
                Self::Unknown(format!("no SPF record tells what {} is to {}", source.ip(), source.domain()))
            }
            mail_source::Relation::Stranger => Self::Stranger(says),
            mail_source::Relation::Unknown(_) => Self::Unknown(says),
        }
    }

    /// Whether it is the sender's own, or one that the sender authorized.
    pub(super) const fn is_own(&self) -> bool {
        matches!(self, Self::Named(_) | Self::Own(_) | Self::WebHost(_))
    }

    pub(super) const fn is_stranger(&self) -> bool {
        matches!(self, Self::Stranger(_))
    }

    /// Whether a message that it sent is somebody else's, by all that the returned mail tells.
    ///
    /// A web host of the domain that mail does not go to sends for it too: only if a script or a user of the web
    /// server submitted the message is that taken for abuse. A stranger may be a provider that the SPF record does
    /// not name yet: where that is what was refused, it is taken for one.
    pub(super) fn is_foreign(&self, bounce: &CaseBounce) -> bool {
        let is_signed = |domain: &DomainName| bounce.original().sent.keys.iter().any(|(_, signer)| signer == domain);
        if bounce.original().from.as_ref().is_some_and(is_signed) {
            return false;
        }
        match self {
            Self::WebHost(_) => bounce.is_by_script(),
            Self::Stranger(_) => {
                !bounce.hops().is_empty() && !bounce.recipients().iter().any(|it| is_about_sender(it.cause()))
            }
            _ => false,
        }
    }

    pub(super) fn in_words(&self) -> String {
        match self {
            Self::Named(name) => format!("its PTR name {name} is of the domain"),
            Self::Own(says) | Self::WebHost(says) | Self::Stranger(says) | Self::Unknown(says) => says.clone(),
        }
    }
}

/// Whether the reply says that the sender did not authenticate.
const fn is_about_sender(cause: Cause) -> bool {
    matches!(
        cause,
        Cause::SpfFail | Cause::SpfError | Cause::DkimFail | Cause::DmarcPolicy | Cause::AuthMissing | Cause::AuthLevel
    )
}
