//! `check_host()` as a check (RFC 7208 §4).

use std::net::IpAddr;
use std::sync::Arc;

use super::evaluation::Evaluation;
use super::limits::Limits;
use super::record_cache::RecordCache;
use super::subject::{Identity, Subject};
use super::walk::Walk;
use crate::dns::{Check, Known, Step};
use crate::mailbox::Mailbox;
use crate::network;

/// Whether a client may send mail in the name of a sender: `check_host()` of RFC 7208.
///
/// Sender and HELO name are raw session text: anything that a client can say is accepted, and
/// what is malformed gives the RFC's result. Nothing is read but the DNS answers; time and the
/// receiver's name, which only explanations can show, are inputs.
///
/// ```
/// use deliverability_core::{Check, SpfResult, dns::Zone, spf::CheckHost};
///
/// let zone: Zone = r#"
/// example.org      TXT "v=spf1 mx -all exp=why.example.org"
/// example.org      MX  10 mx.example.org
/// mx.example.org   A   192.0.2.1
/// why.example.org  TXT "%{i} is no mail server of %{d}, says %{r}"
/// "#.parse()?;
/// let check = CheckHost::new("198.51.100.7".parse()?, "amy@example.org")
///     .helo("mx.example.com")
///     .receiver("mx.example.net");
/// let evaluation = check.in_zone(&zone);
/// assert_eq!(evaluation.result(), SpfResult::Fail);
/// assert_eq!(evaluation.explanation(), Some("198.51.100.7 is no mail server of example.org, says mx.example.net"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct CheckHost {
    pub(super) subject: Arc<Subject>,
    pub(super) receiver: Option<Box<str>>,
    pub(super) time: Option<u64>,
    pub(super) limits: Limits,
    pub(super) records: Option<Arc<RecordCache>>,
}

impl CheckHost {
    /// Checks the MAIL FROM identity (§2.4) of a client. The empty text and `<>` are the null
    /// sender, for which `postmaster` at the HELO name is checked.
    pub fn new(ip: IpAddr, sender: impl AsRef<str>) -> Self {
        Self::of(ip, Identity::MailFrom, Mailbox::from_session(sender.as_ref()), "")
    }

    /// Checks the HELO identity (§2.3): `postmaster` at the HELO name.
    pub fn of_helo(ip: IpAddr, helo: impl AsRef<str>) -> Self {
        Self::of(ip, Identity::Helo, Mailbox::from_session(""), helo.as_ref())
    }

    fn of(ip: IpAddr, identity: Identity, mail_from: Mailbox, helo: &str) -> Self {
        // RFC 7208 §5: an IPv4 client seen over IPv6 is an IPv4 client.
        let subject = Subject { ip: network::canonical(ip), identity, mail_from, helo: helo.into() };
        Self { subject: Arc::new(subject), receiver: None, time: None, limits: Limits::default(), records: None }
    }

    /// The name given in HELO or EHLO: the macro `h`, and the domain of the null sender.
    #[must_use]
    pub fn helo(mut self, helo: impl AsRef<str>) -> Self {
        Arc::make_mut(&mut self.subject).helo = helo.as_ref().into();
        self
    }

    /// The name of the receiving host, for the macro `r`; `unknown` without (§7.3).
    #[must_use]
    pub fn receiver(self, receiver: impl AsRef<str>) -> Self {
        Self { receiver: Some(receiver.as_ref().into()), ..self }
    }

    /// The time in seconds since 1970 in UTC, for the macro `t`; `unknown` without.
    #[must_use]
    pub fn timestamp(self, seconds: u64) -> Self {
        Self { time: Some(seconds), ..self }
    }

    /// How much may be asked; the RFC's limits without.
    #[must_use]
    pub fn limits(self, limits: Limits) -> Self {
        Self { limits, ..self }
    }

    /// Where records that were parsed before are found, by their bytes: for many checks, a good
    /// deal quicker. The outcome is the same.
    #[must_use]
    pub fn record_cache(self, records: &Arc<RecordCache>) -> Self {
        Self { records: Some(Arc::clone(records)), ..self }
    }
}

impl Check for CheckHost {
    type Outcome = Evaluation;

    fn step(&self, known: &dyn Known) -> Step<Evaluation> {
        Walk::run(self, known)
    }
}
