//! What decided an evaluation.

use deliverability_core::DomainName;
use deliverability_core::dns::{DnsError, Query};
use deliverability_core::spf::{self, CauseKind as Kind};

use crate::field::variant_words;
use crate::span::{self, Span};
use crate::value::value_class;

value_class! {
    /// What decided a result: which term of which record, or why there is an error or no result.
    SpfCause {
        /// What happened.
        kind: CauseKind,
        /// One plain sentence; `str(cause)` too.
        message: String,
        /// Whose record, or missing record, decided.
        domain: Option<DomainName>,
        /// That record, which `span` indexes; U+FFFD stands for what is not UTF-8.
        text: Option<String>,
        /// The deciding part: a term, or what is wrong in the record.
        span: Option<Span>,
        /// The text of that part.
        term: Option<String>,
        /// The query whose answer decided.
        query: Option<Query>,
        /// Why that query has no answer.
        error: Option<DnsError>,
    } with {
        fn __str__(&self) -> String {
            self.message.clone()
        }
    }
}

variant_words! {
    /// What decided a result.
    CauseKind from Kind {
        Matched = "matched",
        NoMatch = "no_match",
        MalformedDomain = "malformed_domain",
        NoDomain = "no_domain",
        NoRecord = "no_record",
        MultipleRecords = "multiple_records",
        Syntax = "syntax",
        TooManyLookups = "too_many_lookups",
        TooManyVoidLookups = "too_many_void_lookups",
        TooManyMxHosts = "too_many_mx_hosts",
        IncludeWithoutRecord = "include_without_record",
        RedirectWithoutRecord = "redirect_without_record",
        InvalidDomainSpec = "invalid_domain_spec",
        Dns = "dns",
    } else Other = "other"
}

impl From<&spf::Cause> for SpfCause {
    fn from(cause: &spf::Cause) -> Self {
        let text = cause.record().map(|bytes| span::text(bytes));
        let span = cause.record().zip(cause.span()).map(|(bytes, span)| Span::of_bytes(bytes, span));
        Self {
            kind: cause.kind().into(),
            message: cause.to_string(),
            domain: cause.domain().cloned(),
            term: text.as_ref().zip(span.as_ref()).map(|(text, span)| span.slice(text)),
            text,
            span,
            query: cause.query().cloned(),
            error: if let Kind::Dns(error) = cause.kind() { Some(error.clone()) } else { None },
        }
    }
}
