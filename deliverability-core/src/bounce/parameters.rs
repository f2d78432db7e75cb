//! What a reply says besides its cause.

use core::net::IpAddr;

use crate::dnsbl::KnownList;
use crate::domain::DomainName;
use crate::result::{DkimResult, DmarcResult, SpfResult};

/// What a reply names: each is what the text says, not what is true.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct Parameters {
    /// The blocklist that it names.
    pub list: Option<NamedList>,
    /// Further lists: the codes of some receivers stand for several at once.
    pub other_lists: Vec<NamedList>,
    /// The page that it points to: a look-up, a removal form, an explanation.
    pub url: Option<String>,
    /// The address that it is about: the client that was refused, as far as the text tells.
    pub ip: Option<IpAddr>,
    /// The domain that it is about: the one whose SPF, DMARC, DNS or name on a list is the matter.
    pub domain: Option<DomainName>,
    /// The sender's address that it is about, where it was verified or refused.
    pub sender: Option<String>,
    /// The sender's server that a callout asked, as an address or a name.
    pub mx: Option<String>,
    /// The HELO name that it is about.
    pub helo: Option<String>,
    /// The receiver's own code: `S3150`, `TSS09`, `AUP#In-1220`.
    pub code: Option<String>,
    /// What the receiver's SPF check came to.
    pub spf: Option<SpfResult>,
    /// What the receiver's DKIM check came to.
    pub dkim: Option<DkimResult>,
    /// What the receiver's DMARC check came to.
    pub dmarc: Option<DmarcResult>,
}

/// A blocklist that a reply names.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct NamedList {
    /// The stable word for it: `spamhaus-zen`, `spamcop`.
    pub name: String,
    /// Its zone, where the text or the catalogue tells one.
    pub zone: Option<DomainName>,
    /// What the catalogue knows of the zone.
    pub known: Option<KnownList>,
}
