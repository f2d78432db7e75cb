//! A returned mail in, its cause, the proof and the fix out.

use core::net::IpAddr;

use super::{Diagnosis, Report};
use crate::dns::{Check, Known, Step};
use crate::dnsbl;
use crate::domain::DomainName;

/// Explains a returned mail, a bare reply of an SMTP server or a line of a mail server's log: why the mail did not
/// arrive, whether that is so now, and what to change. Feature `bounce`.
///
/// The case is taken from what is given: the sender's domain, the address that was refused, its name in HELO, the
/// message if it came back whole. [`Report::inferred`] says what was taken from where; what is told here goes before it.
///
/// ```
/// use deliverability_core::{Check, diagnosis::Explain, dns::Zone};
///
/// let zone: Zone = "example.org TXT \"v=spf1 ip4:192.0.2.1 -all\"".parse()?;
/// let reply = b"550 5.7.23 SPF validation failed";
/// let report = Explain::of(reply).domain("example.org".parse()?).sending_ip("198.51.100.7".parse()?).lists(&[]).in_zone(&zone);
/// assert_eq!(report.returned().len(), 1);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
#[must_use]
pub struct Explain {
    diagnosis: Diagnosis,
}

impl Explain {
    /// Explains these octets: a whole returned message, a reply, or a log line.
    pub fn of(returned: impl AsRef<[u8]>) -> Self {
        Self { diagnosis: Diagnosis::of(DomainName::root()).bounce(returned) }
    }

    /// The envelope domain of the mail, in place of the one that the returned mail tells.
    pub fn domain(mut self, domain: DomainName) -> Self {
        self.diagnosis.case.domain = domain;
        self
    }

    /// Adds an address that mail is sent from, in place of what the returned mail tells: what came from elsewhere is
    /// then not the sender's.
    pub fn sending_ip(self, ip: IpAddr) -> Self {
        Self { diagnosis: self.diagnosis.sending_ip(ip) }
    }

    /// The name that the sending server gives in HELO or EHLO, in place of what the returned mail tells.
    pub fn helo(self, helo: impl Into<String>) -> Self {
        Self { diagnosis: self.diagnosis.helo(helo) }
    }

    /// Adds a DKIM selector in use.
    pub fn selector(self, selector: impl Into<String>) -> Self {
        Self { diagnosis: self.diagnosis.selector(selector) }
    }

    /// The lists to ask, in place of the default ones; none to ask none, not even the one that a reply names.
    pub fn lists(self, lists: &[dnsbl::List]) -> Self {
        Self { diagnosis: self.diagnosis.lists(lists) }
    }

    /// The diagnosis that it is: for what else a [`Diagnosis`] can be told.
    pub fn into_diagnosis(self) -> Diagnosis {
        self.diagnosis
    }
}

impl Check for Explain {
    type Outcome = Report;

    fn step(&self, known: &dyn Known) -> Step<Report> {
        self.diagnosis.step(known)
    }
}
