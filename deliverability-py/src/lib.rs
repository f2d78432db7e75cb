//! Python bindings of `deliverability-core`: conversion, docstrings and GIL release, no e-mail logic.

mod answer;
mod answers;
mod arc;
mod authentication_results;
mod bounce;
mod check;
mod diagnosis;
mod dkim;
mod dkim_set_up;
mod dmarc;
mod dnsbl;
mod drive;
mod error;
mod field;
mod generic_name;
mod health_memory;
mod helo;
mod historic;
mod input;
mod keyed;
mod mail_route;
mod mail_source;
mod native;
mod outcome;
mod problem;
mod process;
mod query;
mod received;
mod receivers;
mod record;
mod resolver;
mod reverse_dns;
mod sender_id;
mod span;
mod spf;
mod task;
mod trace;
mod transport;
mod tree;
mod value;
mod verify;
mod words;
mod zone;

/// The compiled half of the package.
#[pyo3::pymodule]
mod _core {
    use pyo3::prelude::*;

    #[pymodule_export]
    use crate::{
        answers::Answers,
        arc::{ArcFailure, ArcMessageSignature, ArcOutcome, ArcSeal, ArcSet, verify_arc},
        authentication_results::{AuthenticationResults, MethodResult, ResultProperty},
        bounce::reply::{NamedList, Parameters, Reply, classify_reply},
        bounce::returned::{Bounce, Feedback, Original, Recipient, read_bounce},
        bounce::words::{actor, receiver_title},
        check::Check,
        diagnosis::ask::diagnose,
        diagnosis::case::{Case, CaseBounce, CaseMessage, Claimed, Judged},
        diagnosis::comparison::{ReportComparison, compare_reports},
        diagnosis::finding::{Change, Evidence, Finding, Remedy, Stream, Unknown},
        diagnosis::report::Report,
        diagnosis::returned::{Confirmation, Inferred, Returned},
        diagnosis::split_horizon::{SplitDifference, SplitHorizon, split_horizon},
        dkim::{DkimKey, DkimKeyOutcome, check_dkim_key, lint_dkim_key},
        dkim_set_up::{DkimSelector, DkimSetUp, check_dkim_set_up},
        dmarc::aggregate_report::{
            AggregateReport, DkimResultSeen, FailingSource, PolicyOverride, PublishedPolicy, ReportMetadata,
            ReportRecord, SpfResultSeen, read_aggregate_report,
        },
        dmarc::destinations::{DmarcDestination, DmarcDestinations, check_dmarc_destinations},
        dmarc::discovery::{DmarcDiscovery, DmarcProblem, check_dmarc},
        dmarc::evaluation::{DmarcEvaluation, author_domains, evaluate_dmarc},
        dmarc::failure_report::{FailureReport, read_failure_report},
        dmarc::record::{DmarcRecord, lint_dmarc},
        dmarc::verdict::{DmarcDisagreement, DmarcIdentifier, DmarcVerdict},
        dnsbl::cell::{DnsblCell, SweepProgress},
        dnsbl::list::{
            DeadDnsblList, DnsblList, dnsbl_catalogue, dnsbl_default_lists, known_list, lists_from_toml, of_catalogue,
            of_file,
        },
        dnsbl::sighting::{DnsblChange, DnsblSighting, compare_dnsbl},
        dnsbl::sweep::{DnsblSweep, sweep_dnsbl},
        dnsbl::verdict::{DnsblCode, DnsblVerdict, check_dnsbl, check_dnsbl_list},
        drive::{Asking, Drive},
        generic_name::{GenericName, NamePiece, generic_name},
        health_memory::HealthMemory,
        helo::{HeloOutcome, check_helo},
        historic::{DomainKeysKey, DomainKeysPolicy, read_adsp},
        keyed::Keyed,
        mail_route::{MxHost, RouteOutcome, check_mail_route},
        mail_source::{SourceOutcome, check_source},
        problem::{Edit, Problem, apply_edits},
        process::close,
        query::Query,
        received::{
            Received, ReceivedAddress, ReceivedAuthentication, ReceivedDate, ReceivedProtocol, ReceivedSubmission,
            ReceivedTls, ReceivedWord,
        },
        receivers::{ReceiverPolicy, receiver_policies},
        resolver::Resolver,
        reverse_dns::{IprevOutcome, Pointer, check_reverse_dns},
        sender_id::{Pra, SenderIdRecord, purported_responsible_address},
        span::Span,
        spf::cause::SpfCause,
        spf::evaluation::{SpfEvaluation, check_host},
        spf::explanation::{SpfExplanation, SpfStep},
        spf::lint::lint_spf,
        spf::received::{ReceivedSpf, authentication_result, received_spf},
        spf::record::{SpfDirective, SpfModifier, SpfRecord},
        spf::rewrite::{RecordChange, SpfDifference, SpfProof, SpfRewrite, SpfUnproven, rewrite_spf},
        spf::trace::{SpfEvaluated, SpfLedger, SpfLimits, SpfLookup, SpfTrace, SpfVia, SpfVisit},
        spf::tree::{SpfKnownSender, SpfLoop, SpfNode, SpfPlace, SpfSpender, SpfTree, spf_tree},
        spf::what_if::{SpfComparison, SpfVerdict, what_if},
        task::Task,
        trace::{Hop, Script, Source, Trace, TraceNote, trace},
        transport::outcome::{TransportOutcome, check_transport, lint_transport},
        transport::record::{BimiRecord, MtaStsRecord, TlsReportingRecord},
        verify::{DkimCause, DkimNote, DkimOutcome, overall_dkim, verify_dkim, verify_dkim_signature},
        words::all_words,
        zone::Zone,
    };

    #[pymodule_init]
    fn init(module: &Bound<'_, PyModule>) -> PyResult<()> {
        module.py().import("atexit")?.call_method1("register", (module.getattr("_close")?,))?;
        Ok(())
    }
}
