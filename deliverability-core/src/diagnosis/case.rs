//! What somebody knows about mail that does not arrive.

use core::net::IpAddr;
use std::borrow::Cow;
use std::sync::Arc;

use super::bounce::CaseBounce;
use super::finding::Scope;
use super::inference::Route;
#[cfg(feature = "verify")]
use super::message::CaseMessage;
use crate::dnsbl;
use crate::domain::DomainName;
use crate::network::is_public;
use crate::spf::CheckHost;

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
    /// A message in question. Feature `verify`.
    #[cfg(feature = "verify")]
    pub message: Option<CaseMessage>,
    /// When the message is judged, in seconds since 1970; `None` leaves its times unjudged. Feature `verify`.
    #[cfg(feature = "verify")]
    pub at: Option<u64>,
    /// The hosts whose results in the message are trusted. Feature `verify`.
    #[cfg(feature = "verify")]
    pub trusted_authserv_ids: Vec<String>,
    /// A returned mail, a reply or a log line about the mail. Feature `bounce`.
    pub bounce: Option<CaseBounce>,
    /// The way that the refused message took, as the returned mail tells it.
    pub(super) route: Option<Route>,
}

impl Case {
    /// The case as far as a finding of this scope goes.
    pub(super) fn part(&self, scope: &Scope) -> Cow<'_, Self> {
        let (domain, sending_ips, selectors) = match scope {
            Scope::Case => return Cow::Borrowed(self),
            Scope::Address(ip) => (&self.domain, vec![*ip], Vec::new()),
            Scope::Selector(selector, domain) => (domain, Vec::new(), vec![selector.clone()]),
        };
        Cow::Owned(Self {
            domain: domain.clone(),
            sending_ips,
            helo: self.helo.clone(),
            selectors,
            lists: Arc::clone(&self.lists),
            #[cfg(feature = "verify")]
            message: None,
            #[cfg(feature = "verify")]
            at: self.at,
            #[cfg(feature = "verify")]
            trusted_authserv_ids: Vec::new(),
            bounce: None,
            route: None,
        })
    }

    /// The domain that DMARC is about: the first of the From field, which is the envelope's without a message.
    pub(super) fn author_domain(&self) -> &DomainName {
        #[cfg(feature = "verify")]
        if let Some(author) = self.message.as_ref().and_then(|message| message.author_domains().first()) {
            return author;
        }
        &self.domain
    }

    /// The domains of the From field that are not the envelope's.
    pub(super) fn other_authors(&self) -> Vec<DomainName> {
        #[cfg(feature = "verify")]
        let authors = self.message.iter().flat_map(CaseMessage::author_domains);
        #[cfg(not(feature = "verify"))]
        let authors = core::iter::empty::<&DomainName>();
        authors.filter(|author| **author != self.domain).cloned().collect()
    }

    /// The address that handed the message over, where it is none of the sending ones.
    #[cfg(feature = "verify")]
    pub(super) fn other_source(&self) -> Option<IpAddr> {
        let source = self.message.as_ref().filter(|_| !self.message_is_own() || self.sending_ips.is_empty());
        source.and_then(CaseMessage::source).filter(|ip| !self.sending_ips.contains(ip))
    }

    /// Whether a message was given.
    #[cfg_attr(not(feature = "verify"), expect(clippy::unused_self, reason = "the feature brings the messages"))]
    pub(super) const fn has_message(&self) -> bool {
        #[cfg(feature = "verify")]
        let has = self.message.is_some();
        #[cfg(not(feature = "verify"))]
        let has = false;
        has
    }

    /// Whether a message was given that may be the sender's own.
    pub(super) fn message_is_own(&self) -> bool {
        #[cfg(feature = "verify")]
        let is_own = self.message.is_some() && !self.message_is_from_elsewhere();
        #[cfg(not(feature = "verify"))]
        let is_own = false;
        is_own || self.came_back_unsigned()
    }

    /// Whether the header of an own message came back alone, and holds no signature.
    pub(super) fn came_back_unsigned(&self) -> bool {
        let is_unsigned = self.bounce.as_ref().is_some_and(|bounce| bounce.original().is_unsigned());
        is_unsigned && !self.has_message() && !self.is_foreign()
    }

    /// Whether the message came from an address that is not among the sending ones, as far as its Received
    /// fields say, and none of them names one that is.
    #[cfg(feature = "verify")]
    pub(super) fn message_is_from_elsewhere(&self) -> bool {
        let Some(message) = &self.message else { return false };
        // What a returned mail says of the way goes before what the fields of the message alone say.
        if let Some(route) = &self.route {
            return route.is_foreign;
        }
        let hops = message.hops();
        !self.sending_ips.is_empty() && !hops.is_empty() && !hops.iter().any(|hop| self.sending_ips.contains(hop))
    }

    /// The selectors in use, with their domains: those given, and those of the message's signatures if it may
    /// be the sender's own.
    pub(super) fn keys(&self) -> Vec<(String, DomainName)> {
        let mut keys: Vec<_> = self.selectors.iter().map(|selector| (selector.clone(), self.domain.clone())).collect();
        #[cfg(feature = "verify")]
        if let Some(message) = self.message.as_ref().filter(|_| !self.message_is_from_elsewhere()) {
            for key in message.keys() {
                if !keys.contains(key) {
                    keys.push(key.clone());
                }
            }
        }
        let came_back = self.bounce.as_ref().filter(|_| !self.has_message() && !self.is_foreign());
        for key in came_back.into_iter().flat_map(|bounce| &bounce.original().sent.keys) {
            if !keys.contains(key) {
                keys.push(key.clone());
            }
        }
        keys
    }

    /// Whether a returned mail shows that none of the sender's servers sent the message.
    pub(super) fn is_foreign(&self) -> bool {
        self.route.as_ref().is_some_and(|route| route.is_foreign)
    }

    /// The sending addresses that receivers can see.
    pub(super) fn public_ips(&self) -> impl Iterator<Item = IpAddr> {
        self.sending_ips.iter().copied().filter(|ip| is_public(*ip))
    }

    /// The sending addresses that no receiver can see: those of an inside network.
    pub(super) fn unseen_ips(&self) -> impl Iterator<Item = IpAddr> {
        self.sending_ips.iter().copied().filter(|ip| !is_public(*ip))
    }

    /// SPF of mail that an address sends for the domain.
    pub(super) fn check_host(&self, ip: IpAddr) -> CheckHost {
        self.check_host_of(ip, &self.sender())
    }

    /// The same with this MAIL FROM address.
    pub(super) fn check_host_of(&self, ip: IpAddr, sender: &str) -> CheckHost {
        self.helo.iter().fold(CheckHost::new(ip, sender), CheckHost::helo)
    }

    /// The MAIL FROM address that the streams are tried with.
    pub(super) fn sender(&self) -> String {
        // An `@` in the domain would make what follows it the domain; escaped, it is malformed.
        format!("postmaster@{}", self.domain.to_string().replace('@', "\\064"))
    }
}
