//! What somebody knows about mail that does not arrive.

use core::net::IpAddr;
use std::borrow::Cow;
use std::sync::Arc;

use super::finding::Scope;
use crate::dnsbl;
use crate::domain::DomainName;
use crate::network::is_public;

/// The inputs of a diagnosis, as its report shows them.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Case {
    /// The envelope domain of the mail.
    pub domain: DomainName,
    /// The addresses that mail is sent from.
    pub sending_ips: Vec<IpAddr>,
    /// The name that the sending server gives in HELO or EHLO, as raw session text.
    pub helo: Option<String>,
    /// The DKIM selectors in use.
    pub selectors: Vec<String>,
    /// The lists to ask about the sending addresses and the names of the case.
    pub lists: Arc<[dnsbl::List]>,
}

impl Case {
    /// The case as far as a finding of this scope goes.
    pub(super) fn part(&self, scope: &Scope) -> Cow<'_, Self> {
        let (sending_ips, selectors) = match scope {
            Scope::Case => return Cow::Borrowed(self),
            Scope::Address(ip) => (vec![*ip], Vec::new()),
            Scope::Selector(selector) => (Vec::new(), vec![selector.clone()]),
        };
        let (domain, helo, lists) = (self.domain.clone(), self.helo.clone(), Arc::clone(&self.lists));
        Cow::Owned(Self { domain, sending_ips, helo, selectors, lists })
    }

    /// The domain that DMARC is about: that of the From field, which is the envelope's without a message.
    pub(super) const fn author_domain(&self) -> &DomainName {
        &self.domain
    }

    /// Whether a message was given.
    pub(super) const fn has_message(&self) -> bool {
        false
    }

    /// The sending addresses that receivers can see.
    pub(super) fn public_ips(&self) -> impl Iterator<Item = IpAddr> {
        self.sending_ips.iter().copied().filter(|ip| is_public(*ip))
    }

    /// The sending addresses that no receiver can see: those of an inside network.
    pub(super) fn unseen_ips(&self) -> impl Iterator<Item = IpAddr> {
        self.sending_ips.iter().copied().filter(|ip| !is_public(*ip))
    }

    /// The MAIL FROM address that the streams are tried with.
    pub(super) fn sender(&self) -> String {
        // An `@` in the domain would make what follows it the domain; escaped, it is malformed.
        format!("postmaster@{}", self.domain.to_string().replace('@', "\\064"))
    }
}
