//! What somebody knows about mail that does not arrive.

use core::net::IpAddr;
use std::sync::Arc;

use crate::dnsbl;
use crate::domain::DomainName;

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
    /// The lists to ask about the sending addresses.
    pub lists: Arc<[dnsbl::List]>,
}

impl Case {
    /// The MAIL FROM address that the streams are tried with.
    pub(super) fn sender(&self) -> String {
        format!("postmaster@{}", self.domain)
    }
}
