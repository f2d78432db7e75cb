//! Looking a record up.

use core::fmt;
use std::sync::Arc;

use super::lint::lint;
use super::parse_error::ParseError;
use super::record_kind::{AnyRecord, RecordKind};
use crate::dns::{Check, DnsError, Known, Needed, Query, Response, Step, Text};
use crate::domain::{self, DomainName};
use crate::problem::{Problem, Severity};
use crate::span::Span;

/// The look-up of one kind of record of a domain.
///
/// ```
/// use deliverability_core::{Check, dns::Zone, transport::{Lookup, RecordKind, Status}};
///
/// let zone: Zone = r#"_mta-sts.example.org TXT "v=STSv1; id=20260101;""#.parse()?;
/// let outcome = Lookup::of(RecordKind::MtaSts, "example.org".parse()?).in_zone(&zone);
/// assert!(matches!(outcome.status(), Status::Found(_)));
/// let outcome = Lookup::of(RecordKind::TlsReporting, "example.org".parse()?).in_zone(&zone);
/// assert_eq!(outcome.to_string(), "example.org has no TLS reporting record");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lookup {
    kind: RecordKind,
    domain: DomainName,
    query: Result<Query, domain::ParseError>,
}

impl Lookup {
    /// The look-up of the record of `kind` that `domain` publishes; BIMI under the selector `default`.
    pub fn of(kind: RecordKind, domain: DomainName) -> Self {
        let query = kind.name(&domain).map(Query::txt);
        Self { kind, domain, query }
    }

    fn outcome(&self, status: Status) -> LookupOutcome {
        LookupOutcome { lookup: self.clone(), status, texts: Vec::new(), record: None, problems: Vec::new() }
    }

    fn read(&self, response: &Response) -> LookupOutcome {
        let texts: Vec<Text> = response.texts().cloned().collect();
        // RFC 8461 §3.1, RFC 8460 §3: what does not start with the version is discarded; then there must be one.
        let mut selected = texts.iter().filter(|text| self.kind.is_selected(text.bytes()));
        let (first, others) = (selected.next().cloned(), selected.count());
        let (status, record, problems) = match (first, others) {
            (None, _) => {
                let meant =
                    texts.iter().find(|text| self.kind.is_meant(text.bytes())).map(|text| Arc::clone(text.bytes()));
                let problems = meant.as_ref().map(|text| lint(self.kind, text)).unwrap_or_default();
                (Status::Missing { nxdomain: response.is_nxdomain() }, meant, problems)
            }
            (Some(text), 0) => {
                let status = self.kind.parse(text.bytes()).map_or_else(Status::Invalid, Status::Found);
                (status, Some(Arc::clone(text.bytes())), lint(self.kind, text.bytes()))
            }
            (Some(_), others) => {
                let count = others.saturating_add(1);
                let message = format!("{count} {} records stand at one name and count as none; keep one", self.kind);
                let problem = Problem::new(self.kind.rule(), Severity::Error, Span::at(0), message);
                (Status::Several { count }, None, vec![problem])
            }
        };
        LookupOutcome { texts, record, problems, ..self.outcome(status) }
    }
}

impl Check for Lookup {
    type Outcome = LookupOutcome;

    fn step(&self, known: &dyn Known) -> Step<LookupOutcome> {
        // A name that the DNS cannot hold has no record.
        let Ok(query) = &self.query else { return Step::Done(self.outcome(Status::Missing { nxdomain: true })) };
        match known.get(query) {
            Ok(Ok(response)) => Step::Done(self.read(&response)),
            Ok(Err(error)) => Step::Done(self.outcome(Status::Unknown(error))),
            Err(wanted) => Step::Need(Needed::in_order([wanted]).unwrap_or_default()),
        }
    }
}

/// Whether a domain has a record.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Status {
    /// It has.
    Found(AnyRecord),
    /// It has one that is ignored.
    Invalid(ParseError),
    /// It has several, which count as none.
    Several {
        /// How many.
        count: usize,
    },
    /// It has none.
    Missing {
        /// The name does not exist at all.
        nxdomain: bool,
    },
    /// Not known: the query failed.
    Unknown(DnsError),
}

/// What stands in the DNS.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct LookupOutcome {
    lookup: Lookup,
    status: Status,
    texts: Vec<Text>,
    record: Option<Arc<[u8]>>,
    problems: Vec<Problem>,
}

impl LookupOutcome {
    /// The kind of record.
    pub const fn kind(&self) -> RecordKind {
        self.lookup.kind
    }

    /// Whose record.
    pub const fn domain(&self) -> &DomainName {
        &self.lookup.domain
    }

    /// The TXT query; `None` if the name is too long for the DNS.
    pub fn query(&self) -> Option<&Query> {
        self.lookup.query.as_ref().ok()
    }

    /// Whether there is a record.
    pub const fn status(&self) -> &Status {
        &self.status
    }

    /// Every TXT record at the name.
    pub fn texts(&self) -> &[Text] {
        &self.texts
    }

    /// The bytes of the one record, or of a text that was meant as one; the problems' spans index them.
    pub const fn record(&self) -> Option<&Arc<[u8]>> {
        self.record.as_ref()
    }

    /// What is wrong with what stands there.
    pub fn problems(&self) -> &[Problem] {
        &self.problems
    }
}

/// One sentence, without a final stop.
impl fmt::Display for LookupOutcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (kind, domain) = (self.kind(), self.domain());
        match &self.status {
            Status::Found(_) => write!(f, "{domain} has a {kind} record"),
            Status::Invalid(error) => write!(f, "the {kind} record of {domain} is ignored: {error}"),
            Status::Several { count } => write!(f, "{domain} has {count} {kind} records, which count as none"),
            Status::Missing { .. } => write!(f, "{domain} has no {kind} record"),
            Status::Unknown(error) => write!(f, "it is not known whether {domain} has a {kind} record: {error}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dns::Zone;

    fn look_up(kind: RecordKind, zone: &str) -> LookupOutcome {
        Lookup::of(kind, "example.org".parse().unwrap()).in_zone(&zone.parse::<Zone>().unwrap())
    }

    #[test]
    fn kinds_of_nothing() {
        // RFC 8461 §3.1: several records count as none, other texts are discarded.
        let two = "_mta-sts.example.org TXT \"v=STSv1; id=1\"\n_mta-sts.example.org TXT \"v=STSv1; id=2\"";
        assert_eq!(look_up(RecordKind::MtaSts, two).status(), &Status::Several { count: 2 });
        let beside = "_mta-sts.example.org TXT \"v=STSv1; id=1\"\n_mta-sts.example.org TXT \"v=spf1 -all\"";
        assert!(matches!(look_up(RecordKind::MtaSts, beside).status(), Status::Found(_)));
        let other = look_up(RecordKind::Bimi, "default._bimi.example.org TXT \"v=bimi1; l=\"");
        assert_eq!(other.status(), &Status::Missing { nxdomain: false });
        assert_eq!(other.problems()[0].edit.as_ref().unwrap().replacement, "v=BIMI1");
        assert_eq!(look_up(RecordKind::TlsReporting, "").status(), &Status::Missing { nxdomain: true });
        let bad = look_up(RecordKind::TlsReporting, "_smtp._tls.example.org TXT \"v=TLSRPTv1; ruf=mailto:a@b\"");
        assert_eq!(
            bad.to_string(),
            "the TLS reporting record of example.org is ignored: the record has no rua=; add it (at byte 26)"
        );
    }

    #[test]
    fn a_failure_is_unknown_and_never_missing() {
        let mut zone = Zone::new();
        zone.fail(Query::txt("_mta-sts.example.org".parse().unwrap()), DnsError::Timeout);
        let outcome = Lookup::of(RecordKind::MtaSts, "example.org".parse().unwrap()).in_zone(&zone);
        assert_eq!(outcome.status(), &Status::Unknown(DnsError::Timeout));
    }
}
