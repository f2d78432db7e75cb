//! The recursive `check_host()` function (RFC 7208 §4).
//!
//! A missing answer is noted and stands in as "does not match"; the same walk goes on under the
//! same limits, so what it notes is what will be asked, as far as that can be foreseen. If
//! anything was missing, all but the notes is thrown away.

use std::sync::Arc;

use super::cause::{Cause, CauseKind};
use super::check_host::CheckHost;
use super::evaluation::Evaluation;
use super::parser;
use super::record::{DomainSpec, Modifier, Record, TermKind};
use super::selection::select;
use super::trace::{Held, TermOutcome, Trace};
use crate::dns::{Answer, Known, Needed, Query, Step};
use crate::domain::DomainName;
use crate::result::SpfResult;
use crate::span::Span;

/// One evaluation under way.
pub(super) struct Walk<'a> {
    pub(super) check: &'a CheckHost,
    pub(super) known: &'a dyn Known,
    pub(super) sender_domain: &'a DomainName,
    pub(super) missing: Vec<Query>,
    pub(super) trace: Trace,
    /// The query whose answer made the last match, where one did.
    pub(super) decided: Option<Query>,
    /// The visit whose record decided the call that ended last, and whose `exp=` explains a fail:
    /// where a redirect led, never an include (§6.2).
    pub(super) deciding: usize,
}

/// How a call of `check_host()` ended: two words, since each call hands one on.
pub(super) struct Ending {
    pub(super) result: SpfResult,
    pub(super) why: Why,
}

/// Why a call ended as it did, where neither a match nor the lack of any says it. Causes are large
/// and only the last call's is shown, so those two are made then.
pub(super) type Why = Option<Box<Cause>>;

/// A term under evaluation.
#[derive(Clone, Copy)]
pub(super) struct At<'a> {
    pub(super) visit: &'a Visiting<'a>,
    pub(super) term: usize,
    span: Span,
}

/// A call of `check_host()` under way.
#[derive(Clone, Copy)]
pub(super) struct Visiting<'a> {
    number: usize,
    pub(super) domain: &'a DomainName,
    /// The domain's name is made from the sender's local part.
    pub(super) personal: bool,
    text: &'a Arc<[u8]>,
}

impl At<'_> {
    pub(super) fn cause(self, kind: CauseKind, query: Option<Query>) -> Cause {
        Cause::new(kind).of_domain(self.visit.domain).in_record(self.visit.text, Some(self.span)).by(query)
    }

    pub(super) const fn number(self) -> usize {
        self.visit.number
    }
}

impl<'a> Walk<'a> {
    pub(super) fn run(check: &'a CheckHost, known: &'a dyn Known) -> Step<Evaluation> {
        let query = match check.subject.domain() {
            Ok(domain) => Query::txt(domain),
            Err(kind) => {
                let trace = Trace::new(check.subject.ip, check.limits, DomainName::root());
                return Step::Done(evaluation(check, SpfResult::None, None, Cause::new(kind), trace));
            }
        };
        let domain = &query.name;
        let trace = Trace::new(check.subject.ip, check.limits, domain.clone());
        let mut walk =
            Walk { check, known, sender_domain: domain, missing: Vec::new(), trace, decided: None, deciding: 0 };
        let ending = walk.answer(&query).map(|answer| walk.check_host(domain, false, answer));
        let explanation = ending.as_ref().and_then(|ending| walk.explanation(ending));
        match (ending, walk.missing.is_empty()) {
            (Some(ending), true) => {
                let (result, cause) = (ending.result, walk.cause_of(ending));
                Step::Done(evaluation(check, result, explanation, cause, walk.trace))
            }
            _ => Step::Need(Needed::in_order(walk.missing).unwrap_or_default()),
        }
    }

    /// The cause of the last call's ending.
    fn cause_of(&mut self, ending: Ending) -> Cause {
        if let Some(cause) = ending.why {
            return *cause;
        }
        let span = self.trace.last_span(self.deciding);
        let cause = match span {
            Some(_) => Cause::new(CauseKind::Matched).by(self.decided.take()),
            None => Cause::new(CauseKind::NoMatch),
        };
        match (self.trace.domain_of(self.deciding), self.trace.text_of(self.deciding)) {
            (Some(domain), Some(text)) => cause.of_domain(domain).in_record(text, span),
            _ => cause,
        }
    }

    /// The answer to a query; if it is not known, it is noted as missing, once.
    pub(super) fn answer(&mut self, query: &Query) -> Option<Answer> {
        match self.known.get(query) {
            Ok(answer) => Some(answer),
            Err(ask) => {
                if !self.missing.contains(&ask) {
                    self.missing.push(ask);
                }
                None
            }
        }
    }

    /// `check_host()` for `domain`, whose TXT records are `answer`; `personal` says that its name is
    /// made from the sender's local part.
    pub(super) fn check_host(&mut self, domain: &DomainName, personal: bool, answer: Answer) -> Ending {
        let visit = self.trace.enter();
        let ending = self.select_record(visit, domain, personal, answer);
        self.trace.leave(visit, ending.result);
        ending
    }

    /// RFC 7208 §4.4, §4.5: exactly one record, or none or an error.
    fn select_record(&mut self, visit: usize, domain: &DomainName, personal: bool, answer: Answer) -> Ending {
        let end = |result, kind| {
            let cause = Cause::new(kind).of_domain(domain).by(Some(Query::txt(domain.clone())));
            Ending { result, why: Some(Box::new(cause)) }
        };
        self.deciding = visit;
        let response = match answer {
            Ok(response) => response,
            Err(error) => return end(SpfResult::Temperror, CauseKind::Dns(error)),
        };
        let mut records = select(&response);
        match (records.next(), records.count()) {
            (Some(text), 0) => {
                let visiting = Visiting { number: visit, domain, personal, text: text.bytes() };
                let ending = self.evaluate(&visiting);
                self.trace.read(visit, response);
                ending
            }
            (Some(_), more) => end(SpfResult::Permerror, CauseKind::MultipleRecords { count: more.saturating_add(1) }),
            (None, _) if response.is_nxdomain() => end(SpfResult::None, CauseKind::NoDomain),
            (None, _) => end(SpfResult::None, CauseKind::NoRecord),
        }
    }

    /// RFC 7208 §4.6: a syntax error anywhere in the record is found before any term counts.
    fn evaluate(&mut self, visit: &Visiting<'_>) -> Ending {
        let Visiting { domain, text, number, .. } = *visit;
        let parsed = match &self.check.records {
            Some(records) => records.record(text).map(Held::Shared),
            None => parser::record(text).map(Held::Own),
        };
        let record = match parsed {
            Ok(record) => record,
            Err(error) => {
                let span = error.span;
                let cause = Cause::new(CauseKind::Syntax(*error)).of_domain(domain).in_record(text, Some(span));
                return Ending { result: SpfResult::Permerror, why: Some(Box::new(cause)) };
            }
        };
        let (ending, last) =
            self.first_match(visit, &record).unwrap_or_else(|| self.redirect_or_default(visit, &record));
        self.trace.evaluated(number, record, last);
        ending
    }

    /// RFC 7208 §4.6.2: directives from left to right, until one matches or fails to evaluate.
    fn first_match(&mut self, visit: &Visiting<'_>, record: &Record) -> Option<(Ending, Last)> {
        for (term, written) in record.terms.iter().enumerate() {
            let TermKind::Directive(directive) = &written.kind else { continue };
            let at = At { visit, term, span: written.span };
            let (outcome, result, why) = match self.mechanism(at, &directive.mechanism) {
                Ok(false) => continue,
                Ok(true) => (TermOutcome::Match, directive.qualifier.result(), None),
                Err(cause) => (TermOutcome::Error, cause.error_result(), Some(cause)),
            };
            self.deciding = visit.number;
            return Some((Ending { result, why }, Some((term, outcome))));
        }
        None
    }

    /// RFC 7208 §4.7, §6.1: nothing matched.
    fn redirect_or_default(&mut self, visit: &Visiting<'_>, record: &Record) -> (Ending, Last) {
        for (term, written) in record.terms.iter().enumerate() {
            if let TermKind::Modifier(Modifier::Redirect(target)) = &written.kind {
                let ending = self.redirect(At { visit, term, span: written.span }, target);
                let failed = matches!(ending.result, SpfResult::Temperror | SpfResult::Permerror);
                return (ending, Some((term, if failed { TermOutcome::Error } else { TermOutcome::Match })));
            }
        }
        self.deciding = visit.number;
        (NO_MATCH, None)
    }

    fn redirect(&mut self, at: At<'_>, target: &DomainSpec) -> Ending {
        let failed = |cause: Box<Cause>| Ending { result: cause.error_result(), why: Some(cause) };
        self.deciding = at.number();
        let name = match self.required_target(at, target) {
            Ok(Some(name)) => name,
            Ok(None) => return NO_MATCH,
            Err(cause) => return failed(cause),
        };
        let query = Query::txt(name);
        let answer = match self.ask(at, &query) {
            Ok(Some(answer)) => answer,
            Ok(None) => return NO_MATCH,
            Err(cause) => return failed(cause),
        };
        let ending = self.check_host(&query.name, at.visit.makes_personal(Some(target)), answer);
        if ending.result == SpfResult::None {
            // RFC 7208 §6.1: none becomes permerror here.
            self.deciding = at.number();
            let kind = CauseKind::RedirectWithoutRecord { target: query.name.clone() };
            return failed(Box::new(at.cause(kind, Some(query))));
        }
        ending
    }
}

/// The term that ended a call, and how.
type Last = Option<(usize, TermOutcome)>;

/// RFC 7208 §4.7: neutral. Also what stands in where an answer is missing.
const NO_MATCH: Ending = Ending { result: SpfResult::Neutral, why: None };

fn evaluation(
    check: &CheckHost,
    result: SpfResult,
    explanation: Option<Box<str>>,
    cause: Cause,
    trace: Trace,
) -> Evaluation {
    Evaluation { subject: Arc::clone(&check.subject), result, explanation, cause, trace }
}

#[cfg(test)]
#[cfg(feature = "zone-file")]
mod tests {
    use super::*;
    use crate::dns::{Answers, Check as _, DnsError, Zone};

    fn evaluate(sender: &str, zone: &str) -> Evaluation {
        CheckHost::new([192, 0, 2, 1].into(), sender).in_zone(&zone.parse().unwrap())
    }

    #[track_caller]
    fn assert_ends(zone: &str, result: &str, cause: &str) {
        let evaluation = evaluate("amy@a.test", zone);
        assert_eq!((evaluation.result().as_str(), evaluation.cause().to_string().as_str()), (result, cause));
    }

    #[test]
    fn every_ending_says_why() {
        assert_ends(
            "a.test TXT \"v=spf1 mx ~all\"",
            "softfail",
            "the term \"~all\" in the SPF record of a.test matches",
        );
        assert_ends(
            "a.test TXT \"v=spf1 mx\"",
            "neutral",
            "the SPF record of a.test has no term that matches, and no redirect",
        );
        assert_ends("b.test TXT x", "none", "the SPF record of a.test is missing: the domain does not exist");
        assert_ends(
            "a.test TXT \"v=spf10 +all\"",
            "none",
            "the SPF record of a.test is missing: the domain has no TXT record that starts with \"v=spf1\"",
        );
        assert_ends(
            "a.test TXT \"v=spf1 +all\"\na.test TXT \"v=spf1 -all\"",
            "permerror",
            "the SPF record of a.test is not unique: there are 2, and at most one is allowed",
        );
        assert_ends(
            "a.test TXT \"v=spf1 include:b.test +all\"",
            "permerror",
            "the term \"include:b.test\" in the SPF record of a.test includes b.test, which has no SPF record",
        );
        assert_ends(
            "a.test TXT \"v=spf1 redirect=b.test\"\nb.test TXT x",
            "permerror",
            "the term \"redirect=b.test\" in the SPF record of a.test redirects to b.test, which has no SPF record",
        );
        assert_ends(
            "a.test TXT \"v=spf1 redirect=%{l}\"",
            "permerror",
            "the term \"redirect=%{l}\" in the SPF record of a.test leads to no domain name",
        );
    }

    #[test]
    fn a_syntax_error_goes_before_any_match() {
        // RFC 7208 §4.6, also in an included record (§5.2), whose record is then the cause's.
        assert_ends(
            "a.test TXT \"v=spf1 include:b.test -all\"\nb.test TXT \"v=spf1 +all ipv4:192.0.2.1\"",
            "permerror",
            "the term \"ipv4:192.0.2.1\" in the SPF record of b.test is malformed: \"ipv4\" is no mechanism; mechanisms are all, include, a, mx, ptr, ip4, ip6 and exists (at byte 12)",
        );
    }

    #[test]
    fn a_syntax_error_names_its_whole_term() {
        // RFC 7208 §4.6: what is wrong can be a part of a term, or nothing where something is due.
        for (record, term) in [
            ("v=spf1 mx/ -all", "mx/"),
            ("v=spf1 -all  ip4:192.0.2.0/33", "ip4:192.0.2.0/33"),
            ("v=spf1 a: mx", "a:"),
            ("v=spf1 x\\226y mx", "x\\xe2y"),
        ] {
            let cause = evaluate("amy@a.test", &format!("a.test TXT \"{record}\"")).cause().to_string();
            assert!(
                cause.starts_with(&format!("the term \"{term}\" in the SPF record of a.test is malformed: ")),
                "{cause}"
            );
        }
    }

    #[test]
    fn a_malformed_sender_asks_nothing() {
        let check = CheckHost::new([192, 0, 2, 1].into(), "amy@[192.0.2.1]");
        let evaluation = check.run_with(|query| panic!("asked {query}"));
        assert_eq!(evaluation.result(), SpfResult::None);
        let why = "\"[192.0.2.1]\" is no fully qualified domain name, so there is nothing to check";
        assert_eq!(evaluation.cause().to_string(), why);
        assert!(evaluation.trace().visits().is_empty());
    }

    #[test]
    fn a_failed_query_is_temperror_wherever_it_is() {
        let mut zone: Zone =
            "a.test TXT \"v=spf1 include:b.test -all\"\nb.test TXT \"v=spf1 mx -all\"\nb.test MX 1 m.test"
                .parse()
                .unwrap();
        zone.fail(Query::a("m.test".parse().unwrap()), DnsError::Timeout);
        let evaluation = CheckHost::new([192, 0, 2, 1].into(), "amy@a.test").in_zone(&zone);
        assert_eq!(evaluation.result(), SpfResult::Temperror);
        assert_eq!(evaluation.cause().query(), Some(&Query::a("m.test".parse().unwrap())));
        let why =
            "the term \"mx\" in the SPF record of b.test could not be evaluated: no answer in time (asked: m.test A)";
        assert_eq!(evaluation.cause().to_string(), why);
    }

    #[test]
    fn the_trace_is_the_tree_walked() {
        let evaluation = evaluate(
            "amy@a.test",
            "a.test TXT \"v=spf1 include:b.test ?include:%{d1}.test redirect=c.test\"\n\
             b.test TXT \"v=spf1 ip4:192.0.2.9 -all mx\"\ntest.test TXT \"v=spf1\"\nc.test TXT \"v=spf1 a -all\"",
        );
        let visits = evaluation.trace().visits();
        let told: Vec<_> = visits.iter().map(|v| (v.domain().to_string(), v.result().as_str())).collect();
        let expected = [("a.test", "fail"), ("b.test", "fail"), ("test.test", "neutral"), ("c.test", "fail")];
        assert_eq!(told, expected.map(|(domain, result)| (domain.to_owned(), result)));
        let vias: Vec<_> = visits.iter().map(|v| v.via().map(|via| (via.visit, via.term))).collect();
        assert_eq!(vias, [None, Some((0, 0)), Some((0, 1)), Some((0, 2))]);
        let root: Vec<_> = visits[0].evaluated().iter().map(|e| (e.outcome(), e.child())).collect();
        let (no, yes) = (TermOutcome::NoMatch, TermOutcome::Match);
        assert_eq!(root, [(no, Some(1)), (no, Some(2)), (yes, Some(3))]);
        assert_eq!(visits[0].evaluated()[1].target().unwrap().to_string(), "test.test");
        assert_eq!(visits[1].outcome_of(2), TermOutcome::NotEvaluated);
        let ledger = evaluation.trace().ledger();
        assert_eq!((ledger.lookups(), ledger.void_lookups()), (4, 1));
        assert_eq!(ledger.entries()[3].query().unwrap().to_string(), "c.test A");
        // RFC 7208 §6.1: the redirect's target decides, with its own domain.
        assert_eq!(evaluation.cause().domain().unwrap().to_string(), "c.test");
    }

    /// What a step that knows these texts asks for.
    fn needed(known: &[(&str, &str)]) -> (String, Vec<String>) {
        let records: Vec<_> = known.iter().map(|(name, text)| format!("{name} TXT \"{text}\"")).collect();
        let zone: Zone = records.join("\n").parse().unwrap();
        let answers: Answers = known
            .iter()
            .map(|(name, _)| Query::txt(name.parse().unwrap()))
            .map(|query| (query.clone(), zone.answer(&query)))
            .collect();
        let check = CheckHost::new([192, 0, 2, 1].into(), "amy@a.test");
        let Step::Need(needed) = check.step(&answers) else { panic!("nothing is missing") };
        assert_eq!(needed.blocking.len(), 1);
        (needed.blocking[0].to_string(), needed.foreseen.iter().map(Query::to_string).collect())
    }

    #[test]
    fn what_will_be_asked_is_foreseen_in_order() {
        let (blocking, foreseen) = needed(&[
            ("a.test", "v=spf1 include:b.test mx include:c.test a:d.test redirect=e.test"),
            ("c.test", "v=spf1 exists:x.test ptr -all"),
        ]);
        assert_eq!(blocking, "b.test TXT");
        assert_eq!(foreseen, ["a.test MX", "x.test A", "1.2.0.192.in-addr.arpa PTR", "d.test A", "e.test TXT"]);
    }

    #[test]
    fn explanations_and_local_parts_are_never_foreseen() {
        let record = "v=spf1 a exists:%{l}.x.test a:%{s}.test mx -all exp=why.test";
        assert_eq!(needed(&[("a.test", record)]), ("a.test A".into(), vec!["a.test MX".into()]));
        // Surely reached, they are asked.
        assert_eq!(
            needed(&[("a.test", "v=spf1 exists:%{l}.x.test mx")]),
            ("amy.x.test A".into(), vec!["a.test MX".into()])
        );
        assert_eq!(needed(&[("a.test", "v=spf1 -all exp=why.test")]), ("why.test TXT".into(), vec![]));
    }

    #[test]
    fn foresight_ends_where_the_walk_would() {
        // RFC 7208 §4.6.4: the eleventh look-up is never asked; nothing after `all` is.
        let many = (0..20).map(|n| format!(" include:i{n}.test")).collect::<Vec<_>>().concat();
        let (_, foreseen) = needed(&[("a.test", &format!("v=spf1{many}"))]);
        assert_eq!(foreseen.len(), 9);
        assert_eq!(needed(&[("a.test", "v=spf1 a all mx")]).1, Vec::<String>::new());
    }
}
