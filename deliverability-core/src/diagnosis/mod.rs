//! Judgement: from what the checks found to findings, remedies and a report.
//!
//! [`Diagnosis`] is the main job: a case in, a [`Report`] out.

mod bounce;
mod case;
mod claimed;
mod comparison;
mod demands;
#[cfg(feature = "bounce")]
mod explain;
mod finding;
mod inference;
mod judged;
#[cfg(feature = "verify")]
mod message;
mod proposal;
mod remedy;
mod render;
mod report;
mod returned;
mod rules;
mod sent;
mod split_horizon;

pub use bounce::CaseBounce;
pub use case::Case;
pub use claimed::Claimed;
pub use comparison::Comparison;
#[cfg(feature = "bounce")]
pub use explain::Explain;
pub use finding::{Acts, Change, Evidence, Finding, Proven, Remedy, Stream, Unknown};
pub use judged::Judged;
#[cfg(feature = "verify")]
pub use message::CaseMessage;
pub use report::{Report, Verdict};
pub use returned::{Confirmation, Inferred, Returned};
pub use split_horizon::{Difference, SplitHorizon};

use core::net::IpAddr;

use crate::dns::{Check, Known, Needed, Reading, Step};
use crate::dnsbl;
use crate::domain::DomainName;
use crate::network::canonical;
use inference::Completed;
use rules::{Examined, FAMILIES, Family};

/// Why mail from a domain and its sending addresses does not arrive, and what to change.
///
/// A [`Check`] whose outcome is a [`Report`]: run it over a zone, recorded answers or a resolver.
///
/// ```
/// use deliverability_core::{Check, Diagnosis, dns::Zone};
///
/// let zone: Zone = r#"
/// example.org               MX  10 mx.example.org
/// example.org               TXT "v=spf1 mx -all"
/// mx.example.org            A   192.0.2.1
/// 7.100.51.198.in-addr.arpa PTR app.example.org
/// app.example.org           A   198.51.100.7
/// "#.parse()?;
/// let report = Diagnosis::of("example.org".parse()?).sending_ip("198.51.100.7".parse()?).lists(&[]).in_zone(&zone);
/// let worst = &report.findings()[0];
/// assert_eq!(worst.rule.as_str(), "spf.ip-not-authorized");
/// assert_eq!(worst.remedy.changes[0].new.as_ref().unwrap().to_string(), r#""v=spf1 mx ip4:198.51.100.7 -all""#);
/// assert_eq!(worst.remedy.proven.as_str(), "yes");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
#[must_use]
pub struct Diagnosis {
    case: Case,
    rewrites: proposal::Memory,
}

impl Diagnosis {
    /// A diagnosis of mail whose envelope sender is at `domain`.
    ///
    /// The default lists are those of [`dnsbl::default_lists`].
    pub fn of(domain: DomainName) -> Self {
        let lists = dnsbl::default_lists().into();
        let case = Case {
            domain,
            sending_ips: Vec::new(),
            helo: None,
            selectors: Vec::new(),
            lists,
            #[cfg(feature = "verify")]
            message: None,
            #[cfg(feature = "verify")]
            at: None,
            #[cfg(feature = "verify")]
            trusted_authserv_ids: Vec::new(),
            bounce: None,
            route: None,
        };
        Self { case, rewrites: proposal::Memory::default() }
    }

    /// Adds an address that mail is sent from. IPv4-mapped addresses are taken as IPv4.
    pub fn sending_ip(mut self, ip: IpAddr) -> Self {
        let ip = canonical(ip);
        if !self.case.sending_ips.contains(&ip) {
            self.case.sending_ips.push(ip);
        }
        self
    }

    /// The name that the sending server gives in HELO or EHLO: raw session text.
    pub fn helo(mut self, helo: impl Into<String>) -> Self {
        self.case.helo = Some(helo.into());
        self
    }

    /// Adds a DKIM selector in use: the `s=` tag of a signature.
    pub fn selector(mut self, selector: impl Into<String>) -> Self {
        let selector = selector.into();
        if !self.case.selectors.contains(&selector) {
            self.case.selectors.push(selector);
        }
        self
    }

    /// The lists to ask, in place of the default ones; none to ask none.
    ///
    /// They are asked about the sending addresses, and those of domains about the sender's domain,
    /// the HELO name and up to three PTR names of an address.
    pub fn lists(mut self, lists: &[dnsbl::List]) -> Self {
        self.case.lists = lists.into();
        self
    }

    /// A message in question, as it was sent or as it came back: header and body. Feature `verify`.
    ///
    /// It is read here; its content is not kept. Its signatures are verified, and SPF and DMARC judged for
    /// the address that handed it over and for the sending addresses.
    ///
    /// ```
    /// use deliverability_core::{Check, Diagnosis, RuleId, dns::Zone};
    ///
    /// let zone: Zone = "_dmarc.example.org TXT \"v=DMARC1; p=reject\"\nexample.org TXT \"v=spf1 -all\"".parse()?;
    /// let message = b"From: amy@example.org\r\nDate: Thu, 1 Jan 2026 00:00:00 +0000\r\nMessage-ID: <1@example.org>\r\n\r\nhello\r\n";
    /// let diagnosis = Diagnosis::of("example.org".parse()?).sending_ip("192.0.2.1".parse()?).lists(&[]);
    /// let report = diagnosis.message(message).in_zone(&zone);
    /// assert!(report.findings().iter().any(|found| found.rule == RuleId::DmarcNotAligned));
    /// assert_eq!(report.at_receiver().last().map(|judged| judged.result), Some("fail"));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[cfg(feature = "verify")]
    pub fn message(mut self, message: impl AsRef<[u8]>) -> Self {
        self.case.message = Some(CaseMessage::of(message.as_ref()));
        self
    }

    /// When the message is judged, in seconds since 1970: for signatures that expire. Without it their
    /// times are not judged. Feature `verify`.
    #[cfg(feature = "verify")]
    pub const fn at(mut self, seconds: u64) -> Self {
        self.case.at = Some(seconds);
        self
    }

    /// Trusts the results that this host wrote into the message, by the name that stands first in its
    /// Authentication-Results fields: [`Report::claims`] then shows them next to what is found here, and
    /// `results.disagree` says where they differ. Without it all results in the message are claims that
    /// nobody vouches for. Which field is the host's own is told by its place: see
    /// [`AuthenticationResults::of_message`](crate::header::AuthenticationResults::of_message). Feature
    /// `verify`.
    #[cfg(feature = "verify")]
    pub fn trusting_authserv_id(mut self, authserv_id: impl Into<String>) -> Self {
        let authserv_id = authserv_id.into();
        if !self.case.trusted_authserv_ids.contains(&authserv_id) {
            self.case.trusted_authserv_ids.push(authserv_id);
        }
        self
    }

    /// The inputs as given.
    pub const fn case(&self) -> &Case {
        &self.case
    }

    /// A returned mail, a reply of an SMTP server or a line of a log about the mail. Feature `bounce`.
    ///
    /// What it says is put to the test for each recipient ([`Report::returned`]). What was not given is taken from
    /// it ([`Report::inferred`]): the address that was refused, the name in HELO, the message if it came back whole.
    /// [`Explain`] takes the domain from it too.
    #[cfg(feature = "bounce")]
    pub fn bounce(mut self, returned: impl AsRef<[u8]>) -> Self {
        self.case.bounce = Some(CaseBounce::of(returned.as_ref()));
        self
    }

    /// One family of rules, with its remedies made and tried.
    fn examine(&self, case: &Case, family: &Family, known: &dyn Known, needed: &mut Needed) -> Option<Examined> {
        let mut examined = (family.examine)(case, known).or_need(needed)?;
        let proposer = proposal::Proposer { memory: &self.rewrites, known };
        proposer.propose(&mut examined.findings, needed);
        remedy::prove(&mut examined.findings, case, family.examine, known, needed);
        Some(examined)
    }
}

impl Check for Diagnosis {
    type Outcome = Report;

    fn step(&self, known: &dyn Known) -> Step<Report> {
        let reading = Reading::new(known);
        let mut needed = Needed::default();
        // What has to be asked to complete the case is asked first; the families go on with what it may be.
        let Completed { case, inferred } = inference::complete(&self.case, &reading, &mut needed);
        let mut parts: Vec<(usize, Examined)> = Vec::new();
        for family in FAMILIES.iter().filter(|family| !case.domain.is_root() || family.works_without_domain()) {
            parts.extend(self.examine(&case, family, &reading, &mut needed).map(|part| (family.place, part)));
        }
        if !needed.is_empty() {
            return Step::Need(needed);
        }
        parts.sort_by_key(|(place, _)| *place);
        Step::Done(
            Report::of_parts(case, parts.into_iter().map(|(_, part)| part), reading.into_answers())
                .with_inferred(inferred),
        )
    }
}
