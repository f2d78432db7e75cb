//! What an address is to the sender's domain: one of its mail hosts, its web host, or a stranger.

use core::net::IpAddr;

use crate::bounce::Cause;
use crate::diagnosis::bounce::CaseBounce;
use crate::diagnosis::rules::organization;
use crate::dns::{Check, Known, Needed, Query};
use crate::domain::DomainName;
use crate::mail_route::MailRoute;
use crate::result::SpfResult;
use crate::reverse_dns::Iprev;
use crate::spf::CheckHost;

/// What an address is to a domain, the nearest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Relation {
    /// A mail host of the domain has it.
    MailHost,
    /// Its PTR name, which leads back to it, is of the domain's organization.
    Named,
    /// The domain itself leads to it, and not to its mail.
    WebHost,
    /// The domain's SPF record authorizes it.
    Authorized,
    /// Nothing ties it to the domain.
    Stranger,
    /// An answer is missing.
    Unknown,
}

impl Relation {
    pub(super) fn of(ip: IpAddr, domain: &DomainName, known: &dyn Known, needed: &mut Needed) -> Self {
        let spf = CheckHost::new(ip, format!("postmaster@{}", domain.to_string().replace('@', "\\064")));
        let checks = (spf, (MailRoute::of(domain.clone()), Iprev::of(ip)));
        let outcomes = checks.step(known).or_need(needed);
        let is_web_host = is_address_of(ip, domain, known, needed);
        let Some((spf, (route, iprev))) = outcomes else { return Self::Unknown };
        if route.hosts().iter().any(|host| host.addresses().any(|address| address == ip)) {
            return Self::MailHost;
        }
        let organization = organization(domain);
        if iprev.confirmed_names().any(|name| name.is_within(&organization)) {
            return Self::Named;
        }
        match spf.result() {
            _ if is_web_host => Self::WebHost,
            SpfResult::Pass => Self::Authorized,
            SpfResult::Temperror => Self::Unknown,
            _ => Self::Stranger,
        }
    }

    /// Whether it is the sender's own, or one that the sender authorized.
    pub(super) const fn is_own(self) -> bool {
        matches!(self, Self::MailHost | Self::Named | Self::Authorized | Self::WebHost)
    }

    /// Whether a message that it sent is somebody else's, by all that the returned mail tells.
    ///
    /// A web host of the domain that mail does not go to sends for it too: only if a script or a user of the web
    /// server submitted the message is that taken for abuse. A stranger may be a provider that the SPF record does
    /// not name yet: where that is what was refused, it is taken for one.
    pub(super) fn is_foreign(self, bounce: &CaseBounce) -> bool {
        let is_signed = |domain: &DomainName| bounce.original().keys.iter().any(|(_, signer)| signer == domain);
        if bounce.original().from.as_ref().is_some_and(is_signed) {
            return false;
        }
        match self {
            Self::WebHost => bounce.is_by_script(),
            Self::Stranger => {
                !bounce.hops().is_empty() && !bounce.recipients().iter().any(|it| is_about_sender(it.cause()))
            }
            _ => false,
        }
    }

    pub(super) const fn in_words(self) -> &'static str {
        match self {
            Self::MailHost => "it is one of the domain's mail hosts",
            Self::Named => "its PTR name is of the domain",
            Self::WebHost => "it is the domain's web host, not one of its mail hosts",
            Self::Authorized => "the domain's SPF record authorizes it",
            Self::Stranger => "nothing in the DNS ties it to the domain",
            Self::Unknown => "what it is to the domain could not be told",
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

fn is_address_of(ip: IpAddr, domain: &DomainName, known: &dyn Known, needed: &mut Needed) -> bool {
    let query = match ip {
        IpAddr::V4(_) => Query::a(domain.clone()),
        IpAddr::V6(_) => Query::aaaa(domain.clone()),
    };
    match known.get(&query) {
        Ok(answer) => answer.is_ok_and(|response| response.addresses().any(|address| address == ip)),
        Err(query) => {
            needed.extend(Needed::in_order([query]).unwrap_or_default());
            false
        }
    }
}
