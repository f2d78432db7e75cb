//! What an evaluation walked through, and what it spent.

use deliverability_core::dns::Query;
use deliverability_core::spf::{self, TermOutcome as Core};
use deliverability_core::{DomainName, Span as CoreSpan, SpfResult};

use super::record::SpfRecord;
use crate::field::variant_words;
use crate::span::{self, Span};
use crate::value::value_class;

value_class! {
    /// The whole tree that was walked, with its ledger of look-ups.
    SpfTrace {
        /// One visit a call of `check_host()`, in the order begun; none if the domain was malformed.
        visits: Vec<SpfVisit>,
        /// The look-ups spent.
        ledger: SpfLedger,
    }
}

value_class! {
    /// One call of `check_host()`: a domain and what became of its record.
    SpfVisit {
        /// The domain whose record was asked for.
        domain: DomainName,
        /// Its record, which spans index; U+FFFD stands for what is not UTF-8.
        text: Option<String>,
        /// The record, if it parsed.
        record: Option<SpfRecord>,
        /// How the domain was reached; `None` for the first visit.
        via: Option<SpfVia>,
        /// What this call returned.
        result: SpfResult,
        /// The terms that were evaluated, in order.
        evaluated: Vec<SpfEvaluated>,
    }
}

value_class! {
    /// The term that led to a visit.
    SpfVia {
        /// Index of the visit in `SpfTrace.visits`.
        visit: usize,
        /// Index of its term in `SpfRecord.terms`.
        term: usize,
    }
}

value_class! {
    /// A term that was evaluated.
    SpfEvaluated {
        /// Its index in `SpfRecord.terms`.
        term: usize,
        /// Where it stands in `SpfVisit.text`.
        span: Span,
        /// The target name after macro expansion.
        target: Option<DomainName>,
        /// What became of it.
        outcome: TermOutcome,
        /// The visit it led to, an index into `SpfTrace.visits`.
        child: Option<usize>,
    }
}

variant_words! {
    /// What became of a term.
    TermOutcome from Core {
        Match = "match",
        NoMatch = "no_match",
        Error = "error",
        NotEvaluated = "not_evaluated",
    } else NotEvaluated
}

value_class! {
    /// The look-ups that count, against the limits (RFC 7208 §4.6.4).
    SpfLedger {
        /// The look-ups, in order.
        entries: Vec<SpfLookup>,
        /// How many terms caused queries.
        lookups: usize,
        /// How many of them found no record.
        void_lookups: usize,
        /// The limits that held.
        limits: SpfLimits,
    }
}

value_class! {
    /// A term that causes queries.
    SpfLookup {
        /// The visit whose term it is, an index into `SpfTrace.visits`.
        visit: usize,
        /// The term, an index into `SpfRecord.terms`.
        term: usize,
        /// Where it stands in `SpfVisit.text`.
        span: Span,
        /// The query for its target; `None` if the target is no DNS name.
        query: Option<Query>,
        /// Whether the answer was NXDOMAIN or had no record.
        is_void: bool,
    }
}

value_class! {
    /// How much one evaluation may ask.
    SpfLimits {
        /// Terms that cause DNS queries.
        lookups: u8,
        /// Terms whose query finds no record.
        void_lookups: u8,
        /// Hosts of one `mx`.
        mx_hosts: u8,
        /// PTR names looked at by `ptr` and `%{p}`.
        ptr_names: u8,
    }
}

impl From<&spf::Trace> for SpfTrace {
    fn from(trace: &spf::Trace) -> Self {
        let visits = trace.visits();
        let text_of = |visit: usize| visits.get(visit).and_then(spf::Visit::text).map_or(&[][..], |text| text);
        let ledger = trace.ledger();
        let entries = ledger.entries().iter().map(|lookup| SpfLookup {
            visit: lookup.visit(),
            term: lookup.term(),
            span: Span::of_bytes(text_of(lookup.visit()), lookup.span()),
            query: lookup.query().cloned(),
            is_void: lookup.is_void(),
        });
        let limits = ledger.limits();
        let limits = SpfLimits {
            lookups: limits.lookups,
            void_lookups: limits.void_lookups,
            mx_hosts: limits.mx_hosts,
            ptr_names: limits.ptr_names,
        };
        let ledger = SpfLedger {
            entries: entries.collect(),
            lookups: ledger.lookups(),
            void_lookups: ledger.void_lookups(),
            limits,
        };
        Self { visits: visits.iter().map(SpfVisit::from).collect(), ledger }
    }
}

impl From<&spf::Visit> for SpfVisit {
    fn from(visit: &spf::Visit) -> Self {
        let text: &[u8] = visit.text().map_or(&[], |text| text);
        let evaluated = visit.evaluated().iter().map(|evaluated| SpfEvaluated::of(evaluated, text));
        Self {
            domain: visit.domain().clone(),
            text: visit.text().map(|text| span::text(text)),
            record: visit.text().zip(visit.record()).map(|(text, record)| SpfRecord::of(text, record)),
            via: visit.via().map(|via| SpfVia { visit: via.visit, term: via.term }),
            result: visit.result(),
            evaluated: evaluated.collect(),
        }
    }
}

impl SpfEvaluated {
    fn of(evaluated: &spf::Evaluated, text: &[u8]) -> Self {
        let span: CoreSpan = evaluated.span();
        Self {
            term: evaluated.term(),
            span: Span::of_bytes(text, span),
            target: evaluated.target().cloned(),
            outcome: evaluated.outcome().into(),
            child: evaluated.child(),
        }
    }
}
