//! An evaluation in words: the way it took, what decided, what it spent, and what would have to
//! change for another result (RFC 7208 §4, §5).

mod otherwise;
mod sentence;

use core::fmt;

use super::evaluation::Evaluation;
use super::parse_error::shown;
use super::record::TermKind;
use super::trace::{Evaluated, TermOutcome, Visit};
use crate::dns::Known;
use crate::escaped::Escaped;
use crate::span::Span;
use sentence::Words;

/// The explanation of an evaluation.
///
/// `known` is where the words about addresses come from: the zone or the answers that the
/// evaluation ran over, or [`Answers`](crate::dns::Answers) that a recording kept. Nothing is asked
/// and nothing evaluated again; an answer that `known` does not hold is said to be not at hand, so
/// `Answers::new()` does too. Answers other than those evaluated make words that do not fit.
///
/// Time and memory are linear in the size of the records walked.
///
/// ```
/// use deliverability_core::{Check, dns::Zone, spf::{self, CheckHost}};
///
/// let zone: Zone = r#"
/// example.org     TXT "v=spf1 mx -all"
/// example.org     MX  10 mx.example.org
/// mx.example.org  A   192.0.2.1
/// "#.parse()?;
/// let evaluation = CheckHost::new("198.51.100.7".parse()?, "amy@example.org").in_zone(&zone);
/// let explanation = spf::explain(&evaluation, &zone);
/// let mx = &explanation.steps()[1];
/// assert_eq!(mx.term(), Some("mx"));
/// assert_eq!(mx.sentence(), "no match: the client has none of the addresses of the mail exchangers of example.org: mx.example.org (192.0.2.1)");
/// assert!(explanation.otherwise()[0].contains("put ip4:198.51.100.7 in front of \"-all\""));
/// println!("{explanation}");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn explain(evaluation: &Evaluation, known: &dyn Known) -> Explanation {
    let words = Words::of(evaluation, known);
    let mut steps = Vec::new();
    if !evaluation.trace().visits().is_empty() {
        add_visit(&words, 0, 0, &mut steps);
    }
    Explanation {
        question: question(evaluation),
        steps,
        decision: decision(evaluation),
        spent: spent(evaluation),
        otherwise: otherwise::otherwise(evaluation),
    }
}

/// An evaluation in words. `Display` is a readable text, indented by depth.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Explanation {
    question: String,
    steps: Vec<ExplainedStep>,
    decision: String,
    spent: Vec<String>,
    otherwise: Vec<String>,
}

impl Explanation {
    /// What was asked: client, identity and domain.
    pub fn question(&self) -> &str {
        &self.question
    }

    /// The way taken, in the order of the walk: a record, then its terms, an included record
    /// below its term. Empty if there was no domain to check.
    pub fn steps(&self) -> &[ExplainedStep] {
        &self.steps
    }

    /// The result and what decided it.
    pub fn decision(&self) -> &str {
        &self.decision
    }

    /// The look-ups spent against the limits, then one line a look-up.
    pub fn spent(&self) -> &[String] {
        &self.spent
    }

    /// What would have to change for another result. It is not tried out: lay the change over the
    /// answers with [`Overlay`](crate::dns::Overlay) and evaluate again to see what it does.
    pub fn otherwise(&self) -> &[String] {
        &self.otherwise
    }
}

/// One step of the way: a record come to, or a term of it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ExplainedStep {
    visit: usize,
    depth: usize,
    span: Option<Span>,
    term: Option<String>,
    outcome: Option<TermOutcome>,
    lookup: Option<usize>,
    sentence: String,
}

impl ExplainedStep {
    /// The visit, an index into [`Trace::visits`](super::Trace::visits).
    pub fn visit(&self) -> usize {
        self.visit
    }

    /// How many includes and redirects lead here; 0 in the domain's own record.
    pub fn depth(&self) -> usize {
        self.depth
    }

    /// The term's bytes in [`Visit::text`](super::Visit::text); `None` for the record as a whole.
    pub fn span(&self) -> Option<Span> {
        self.span
    }

    /// The term as written, escaped and cut when long.
    pub fn term(&self) -> Option<&str> {
        self.term.as_deref()
    }

    /// What became of the term; `None` for the record as a whole.
    pub fn outcome(&self) -> Option<TermOutcome> {
        self.outcome
    }

    /// Which look-up the term was, counted from 1 (§4.6.4); `None` if it was none.
    pub fn lookup(&self) -> Option<usize> {
        self.lookup
    }

    /// What happened, and why.
    pub fn sentence(&self) -> &str {
        &self.sentence
    }
}

impl fmt::Display for Explanation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}\n", self.question)?;
        for step in &self.steps {
            writeln!(f, "{step}")?;
        }
        if !self.steps.is_empty() {
            writeln!(f)?;
        }
        write!(f, "{}", self.decision)?;
        list(f, "\n\nSpent: ", &self.spent)?;
        list(f, "\n\nFor another result: ", &self.otherwise)
    }
}

/// A first line, and the others indented below it.
fn list(f: &mut fmt::Formatter<'_>, head: &str, lines: &[String]) -> fmt::Result {
    for (n, line) in lines.iter().enumerate() {
        write!(f, "{}{line}", if n == 0 { head } else { "\n  " })?;
    }
    Ok(())
}

/// A record at its depth, a term one further in, with its look-up in brackets.
impl fmt::Display for ExplainedStep {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Some(term) = &self.term else {
            return write!(f, "{:indent$}{}", "", self.sentence, indent = 4 * self.depth);
        };
        write!(f, "{:indent$}{term}: {}", "", self.sentence, indent = 4 * self.depth + 2)?;
        self.lookup.map_or(Ok(()), |number| write!(f, " [look-up {number}]"))
    }
}

/// Adds a visit, its terms, and the visits that they led to. As deep as the walk was: within the
/// limit of look-ups.
fn add_visit(words: &Words<'_>, number: usize, depth: usize, steps: &mut Vec<ExplainedStep>) {
    let Some(visit) = words.visit(number) else { return };
    let whole = ExplainedStep {
        visit: number,
        depth,
        span: None,
        term: None,
        outcome: None,
        lookup: None,
        sentence: words.record(visit),
    };
    steps.push(whole);
    let terms = visit.record().map(|record| record.terms.as_slice()).unwrap_or_default();
    let mut evaluated = visit.evaluated().iter().peekable();
    // Directives are evaluated in order; a redirect comes last, wherever it stands.
    for (index, term) in terms.iter().enumerate() {
        let of_term = evaluated
            .next_if(|e| e.term() == index)
            .or_else(|| visit.evaluated().last().filter(|last| last.term() == index));
        steps.push(ExplainedStep {
            visit: number,
            depth,
            span: Some(term.span),
            term: Some(term_text(visit, term.span)),
            outcome: Some(of_term.map_or(TermOutcome::NotEvaluated, Evaluated::outcome)),
            lookup: of_term.and_then(|_| words.lookup_number(number, index)),
            sentence: words.term(visit, term, of_term),
        });
        if let Some(child) = of_term.and_then(Evaluated::child) {
            add_visit(words, child, depth.saturating_add(1), steps);
        }
    }
}

/// The visit whose term decided: the root, or where redirects led from it.
fn deciding_visit(evaluation: &Evaluation) -> Option<&Visit> {
    let visits = evaluation.trace().visits();
    let mut visit = visits.first()?;
    while let Some(last) = visit.evaluated().last()
        && let Some(term) = visit.record().and_then(|record| record.terms.get(last.term()))
        && matches!(term.kind, TermKind::Modifier(_))
        && let Some(child) = last.child().and_then(|child| visits.get(child))
    {
        visit = child;
    }
    Some(visit)
}

fn term_text(visit: &Visit, span: Span) -> String {
    visit.text().map(|text| shown(span.of(text)).into()).unwrap_or_default()
}

fn question(evaluation: &Evaluation) -> String {
    let escaped = |text: &str| Escaped(text.as_bytes()).to_string();
    let (ip, domain) = (evaluation.ip(), escaped(evaluation.domain()));
    let who = match (evaluation.identity(), evaluation.sender()) {
        (super::Identity::Helo, _) => format!("call itself {domain}"),
        (super::Identity::MailFrom, "") => format!("send mail with the null sender as {domain}"),
        (super::Identity::MailFrom, sender) => format!("send mail as {}", escaped(sender)),
    };
    format!("May {ip} {who}?")
}

fn decision(evaluation: &Evaluation) -> String {
    format!("{}: {}.", capitalised(evaluation.result().as_str()), evaluation.cause())
}

fn capitalised(word: &str) -> String {
    let mut characters = word.chars();
    let first = characters.next().map(|c| c.to_ascii_uppercase());
    first.into_iter().chain(characters).collect()
}

fn spent(evaluation: &Evaluation) -> Vec<String> {
    let ledger = evaluation.trace().ledger();
    let limits = ledger.limits();
    let mut lines = vec![format!(
        "{} of {} look-ups, {} of {} void look-ups.",
        ledger.lookups(),
        limits.lookups,
        ledger.void_lookups(),
        limits.void_lookups
    )];
    for (n, lookup) in ledger.entries().iter().enumerate() {
        let visit = evaluation.trace().visits().get(lookup.visit());
        let term = visit.map(|visit| term_text(visit, lookup.span())).unwrap_or_default();
        let asked = lookup.query().map_or_else(|| "asked nothing".to_owned(), |query| format!("asked {query}"));
        let void = if lookup.is_void() { ", void" } else { "" };
        lines.push(format!("{}. {term}: {asked}{void}", n.saturating_add(1)));
    }
    lines
}

#[cfg(test)]
#[cfg(feature = "zone-file")]
mod tests {
    use super::*;
    use crate::dns::{Answers, Check as _, DnsError, Query, Zone};
    use crate::spf::CheckHost;

    fn explained(ip: &str, zone: &str) -> Explanation {
        let mut zone: Zone = zone.parse().unwrap();
        zone.fail(Query::a("broken.test".parse().unwrap()), DnsError::Timeout);
        let check = CheckHost::new(ip.parse().unwrap(), "amy@a.test").helo("h.test");
        explain(&check.in_zone(&zone), &zone)
    }

    /// The sentences of the terms of the domain's own record.
    fn sentences(ip: &str, record: &str, zone: &str) -> Vec<String> {
        let explanation = explained(ip, &format!("a.test TXT \"v=spf1 {record}\"\n{zone}"));
        let own = explanation.steps().iter().filter(|step| step.depth() == 0 && step.span().is_some());
        own.map(|step| step.sentence().to_owned()).collect()
    }

    #[track_caller]
    fn assert_term(ip: &str, record: &str, zone: &str, sentence: &str) {
        assert_eq!(sentences(ip, record, zone)[0], sentence, "{record}");
    }

    #[track_caller]
    fn assert_otherwise(record: &str, zone: &str, way: &str) {
        let explanation = explained("192.0.2.1", &format!("a.test TXT \"v=spf1 {record}\"\n{zone}"));
        assert_eq!(explanation.otherwise()[0], way, "{explanation}");
    }

    #[test]
    fn the_way_as_text() {
        let explanation = explained(
            "192.0.2.1",
            "a.test TXT \"v=spf1 include:b.test a:gone.test ~all mx exp=why.test\"\nb.test TXT \"v=spf1 ip4:198.51.100.0/24 -all\"",
        );
        let text = "\
May 192.0.2.1 send mail as amy@a.test?

the SPF record of a.test gives softfail
  include:b.test: no match: the record of b.test gives fail for this client, and only its pass would match [look-up 1]
    the SPF record of b.test gives fail
      ip4:198.51.100.0/24: no match: 192.0.2.1 is not within 198.51.100.0/24
      -all: match, which gives fail: all matches every client
  a:gone.test: no match: the client has none of the addresses of gone.test: the name does not exist [look-up 2]
  ~all: match, which gives softfail: all matches every client
  mx: not reached: evaluation ended before it
  exp=why.test: not used: it explains a fail that its own record decides

Softfail: the term \"~all\" in the SPF record of a.test matches.

Spent: 2 of 10 look-ups, 1 of 2 void look-ups.
  1. include:b.test: asked b.test TXT
  2. a:gone.test: asked gone.test A, void

For another result: for pass, put ip4:192.0.2.1 in front of \"~all\" in the SPF record of a.test, if this client sends for it;
  or send through a server that the record authorizes.
  For fail instead of softfail, the record has to end in -all: do that when every server that sends is in it.";
        assert_eq!(explanation.to_string(), text);
        let include = &explanation.steps()[1];
        assert_eq!((include.visit(), include.span().unwrap().range(), include.lookup()), (0, 7..21, Some(1)));
        assert_eq!(explanation.steps()[7].outcome(), Some(TermOutcome::NotEvaluated));
    }

    #[test]
    fn addresses_and_networks() {
        // RFC 7208 §5.3, §5.4, §5.6.
        let hosts =
            "a.test A 192.0.2.9\na.test MX 20 m.test\na.test MX 10 n.test\nm.test A 192.0.2.1\nm.test A 192.0.2.2";
        assert_term("192.0.2.1", "a", hosts, "no match: the client has none of the addresses of a.test: 192.0.2.9");
        assert_term(
            "192.0.2.1",
            "a/24",
            hosts,
            "match, which gives pass: the client is in the /24 of one of the addresses of a.test: 192.0.2.9",
        );
        assert_term(
            "192.0.2.1",
            "mx",
            hosts,
            "match, which gives pass: the client has one of the addresses of the mail exchangers of a.test: n.test (the name does not exist), m.test (192.0.2.1, 192.0.2.2)",
        );
        assert_term(
            "2001:db8::1",
            "a//64",
            hosts,
            "no match: the client is in the /64 of none of the addresses of a.test: no AAAA record",
        );
        assert_term(
            "2001:db8::1",
            "ip4:0.0.0.0/0",
            "",
            "no match: 2001:db8::1 is an IPv6 address, and this is an IPv4 network",
        );
        assert_term("192.0.2.1", "ip4:192.0.2.1", "", "match, which gives pass: it is the client's address");
        assert_term("192.0.2.1", "ip4:192.0.2.2", "", "no match: 192.0.2.1 is another address");
        assert_term("192.0.2.1", "ip4:192.0.2.0/24", "", "match, which gives pass: 192.0.2.1 is within 192.0.2.0/24");
        assert_term(
            "192.0.2.1",
            "mx",
            "a.test MX 0 .",
            "no match: the client has none of the addresses of the mail exchangers of a.test: none (null MX)",
        );
    }

    #[test]
    fn names_and_macros() {
        // RFC 7208 §5.5, §5.7, §4.8, §6.
        assert_term("192.0.2.1", "exists:%{i}.x.test", "", "no match: 192.0.2.1.x.test has no A record");
        assert_term(
            "192.0.2.1",
            "exists:%{l}.x.test",
            "amy.x.test A 127.0.0.2",
            "match, which gives pass: amy.x.test has an A record",
        );
        assert_term("192.0.2.1", "a:%{d}..test", "", "no match: after macro expansion its target is no domain name");
        assert_term(
            "192.0.2.1",
            "ptr",
            "1.2.0.192.in-addr.arpa PTR h.b.test",
            "no match: no name of the client lies within a.test and leads back to it: h.b.test",
        );
        assert_term("192.0.2.1", "x=y", "", "has no effect: the modifier is not known");
        assert_term(
            "192.0.2.1",
            "redirect=b.test",
            "b.test TXT \"v=spf1 -all\"",
            "followed, since nothing matched: the record of b.test gives fail",
        );
        let wherever = sentences("192.0.2.1", "redirect=b.test ip4:192.0.2.2", "b.test TXT \"v=spf1 -all\"");
        assert_eq!(
            wherever,
            [
                "followed, since nothing matched: the record of b.test gives fail",
                "no match: 192.0.2.1 is another address"
            ]
        );
        assert_term("192.0.2.1", "redirect=b.test ~all", "", "not followed: evaluation ended before it");
        assert_term(
            "192.0.2.1",
            "exp=e.test -all",
            "e.test TXT \"no, %{i}\"",
            "gives the explanation \"no, 192.0.2.1\"",
        );
        assert_term("192.0.2.1", "exp=e.test -all", "", "gives no explanation that can be used");
    }

    #[test]
    fn errors() {
        assert_term("192.0.2.1", "a:broken.test", "", "error: this term could not be evaluated: no answer in time");
        assert_term("192.0.2.1", "include:b.test", "", "error: this term includes b.test, which has no SPF record");
        let nested = sentences("192.0.2.1", "include:b.test", "b.test TXT \"v=spf1 moo\"");
        assert_eq!(nested, ["error: the record of b.test gives permerror, which ends the evaluation"]);
        let syntax = explained("192.0.2.1", "a.test TXT \"v=spf1 ipv4:192.0.2.1\"");
        assert!(
            syntax.steps()[0]
                .sentence()
                .starts_with("the term \"ipv4:192.0.2.1\" in the SPF record of a.test is malformed")
        );
        assert_eq!(
            syntax.otherwise(),
            ["mend \"ipv4\" in the record of a.test; until then every sender gets permerror."]
        );
    }

    #[test]
    fn what_is_not_at_hand_is_said() {
        let zone: Zone = "a.test TXT \"v=spf1 a mx ptr -all\"\na.test A 192.0.2.9".parse().unwrap();
        let evaluation = CheckHost::new([192, 0, 2, 1].into(), "amy@a.test").in_zone(&zone);
        let explanation = explain(&evaluation, &Answers::new());
        let told: Vec<_> =
            explanation.steps().iter().filter(|s| s.sentence().ends_with("answer not at hand")).collect();
        assert_eq!(told.len(), 3, "{explanation}");
    }

    #[test]
    fn what_would_change_the_result() {
        let front = |what: &str, of: &str| {
            format!("for pass, put ip4:192.0.2.1 {what} in the SPF record of {of}, if this client sends for it;")
        };
        assert_otherwise("mx", "", &front("at the end", "a.test"));
        assert_otherwise("-ip4:192.0.2.0/24 +all", "", &front("in front of \"-ip4:192.0.2.0/24\"", "a.test"));
        assert_otherwise(
            "mx redirect=b.test",
            "b.test TXT \"v=spf1 -all\"",
            &front("in front of \"redirect=b.test\"", "a.test"),
        );
        assert_otherwise("a mx +all exp=x.test", "", "without the term \"+all\", nothing would match: neutral.");
        assert_otherwise(
            "redirect=b.test",
            "b.test TXT \"v=spf1 ip4:192.0.2.1 redirect=c.test\"",
            "without the term \"ip4:192.0.2.1\", evaluation would go on with \"redirect=c.test\".",
        );
        assert_otherwise(
            "a:x.test a:y.test a:z.test",
            "",
            "remove the terms whose names have no such record: x.test A, y.test A, z.test A.",
        );
        assert_otherwise("include:%{l}", "", "give \"include:%{l}\" in the record of a.test a full domain name.");
        let none = explained("192.0.2.1", "a.test MX 0 .");
        assert_eq!(
            none.otherwise()[0],
            "publish one TXT record at a.test that names every server that sends, such as \"v=spf1 ip4:192.0.2.1 ~all\"."
        );
    }

    #[test]
    fn hostile_text_is_escaped() {
        let zone: Zone = "a.test TXT \"v=spf1 -all\"".parse().unwrap();
        let evaluation = CheckHost::new([192, 0, 2, 1].into(), "a\r\n\x1b[2J@b\x07c.test").in_zone(&zone);
        let explanation = explain(&evaluation, &zone);
        assert!(!explanation.to_string().replace('\n', "").chars().any(char::is_control), "{explanation:?}");
        assert!(explanation.steps().is_empty());
    }
}
