//! A record that does not parse, read piece by piece.

use core::ops::Range;

use super::glued::{self, Part};
use super::message;
use super::pieces::{Piece, PieceTerm, Pieces};
use super::repair::{self, Behind, Fault, Reading, Surroundings, strict};
use super::words::{Word, words};
use crate::problem::Problem;
use crate::span::Span;
use crate::spf::record::{Mechanism, Modifier, Record, Term, TermKind};

const VERSION: &str = "v=spf1";
const SPACE_INSIDE: Fault = Fault { says: "is one term, cut by a space", section: "RFC 7208 §4.6.1, §5" };

impl<'a> Pieces<'a> {
    /// The pieces of a record that does not parse; `None` if nothing shows that it is an SPF record.
    pub(super) fn of_malformed(text: &'a [u8], cuts: &'a [usize]) -> Option<Self> {
        let mut words = words(text);
        let version = take_version(&mut words)?;
        let mut reader = Reader {
            pieces: Self::malformed(text, version.span.end, cuts),
            cuts,
            after_all: false,
            foreign: false,
            last: false,
        };
        reader.pieces.others = version.problems(text);
        reader.read(words);
        Some(reader.pieces)
    }
}

/// The version as it stands.
struct Version {
    span: Span,
    is_exact: bool,
}

impl Version {
    fn problems(&self, text: &[u8]) -> Vec<Problem> {
        let mut problems = Vec::new();
        let front = Span::new(0, self.span.start);
        if front.start < front.end {
            let message = "something stands before the version; a record starts with \"v=spf1\" (RFC 7208 §4.5)";
            problems.push(message::blocking(front, message.to_owned()).with_edit(front, ""));
        }
        if !self.is_exact || !self.span.of(text).eq_ignore_ascii_case(VERSION.as_bytes()) {
            let fault = Fault { says: "is no version", section: "RFC 7208 §4.5" };
            let problem = message::of_fault(self.span, self.span.of(text), fault, VERSION);
            problems.push(problem.with_edit(self.span, VERSION));
        }
        problems
    }
}

/// Takes the version and what stands before it off the words.
fn take_version(words: &mut Vec<Word>) -> Option<Version> {
    const MISSPELLED: &[&str] =
        &["spf1", "v=spf", "v=spf2", "v=sfp1", "v=spf1.0", "vspf1", "v:spf1", "=spf1", "v=spfv1", "v=psf1"];
    let start = |word: &Word| word.text.get(..VERSION.len()).is_some_and(|head| head.eq_ignore_ascii_case(VERSION));
    if let Some(at) = words.iter().position(start) {
        words.drain(..at);
        let word = words.remove(0);
        let rest = word.text.get(VERSION.len()..).unwrap_or_default();
        let stray = rest.len().saturating_sub(rest.trim_start_matches([';', ',', ':', '.']).len());
        let terms = word.without_head(VERSION.len().saturating_add(stray));
        let span = word.span(0..VERSION.len());
        if !terms.text.is_empty() {
            words.insert(0, terms);
        }
        return Some(Version { span, is_exact: true });
    }
    let first = words.first()?;
    let pair = words.get(1).map(|second| first.joined(second));
    let is_misspelled = |word: &Word| MISSPELLED.iter().any(|known| word.text.eq_ignore_ascii_case(known));
    let is_parted = |word: &Word| word.text.eq_ignore_ascii_case(VERSION);
    let (word, taken) = match pair.filter(is_parted) {
        Some(pair) => (pair, 2),
        None => (Some(first.clone()).filter(is_misspelled)?, 1),
    };
    words.drain(..taken);
    Some(Version { span: word.whole(), is_exact: false })
}

/// Goes through the words.
struct Reader<'a, 'b> {
    pieces: Pieces<'a>,
    cuts: &'b [usize],
    after_all: bool,
    foreign: bool,
    /// The word under way is the last one.
    last: bool,
}

impl Reader<'_, '_> {
    fn read(&mut self, words: Vec<Word>) {
        let mut words = words.into_iter().peekable();
        while let Some(word) = words.next() {
            if let Some(next) = words.next_if(|next| belong_together(&word.text, &next.text)) {
                self.word(&word.joined(&next), true);
            } else {
                self.last = words.peek().is_none();
                self.word(&word, false);
            }
        }
    }

    /// One word: a term, or several glued together.
    fn word(&mut self, word: &Word, joined: bool) {
        let length = word.text.len();
        let is_term = |terms: Vec<Term>| !terms.iter().all(has_domain) || !glued::is_run_together(&word.text);
        if strict(&word.text).is_some_and(is_term) {
            return self.part(word, Part { range: 0..length, listed: false, tail: false }, joined);
        }
        for part in self.parts_at_cuts(word).unwrap_or_else(|| glued::parts(&word.text)) {
            self.part(word, part, joined);
        }
    }

    /// The parts of a word that the cuts of its strings make, if all are terms.
    fn parts_at_cuts(&self, word: &Word) -> Option<Vec<Part>> {
        let whole = word.whole();
        let from = self.cuts.partition_point(|cut| *cut <= whole.start);
        let cuts = self.cuts.iter().skip(from).take_while(|cut| **cut < whole.end).map(|cut| word.position(*cut));
        let mut start = 0;
        let mut parts = Vec::new();
        for cut in cuts.chain([word.text.len()]) {
            parts.push(Part { range: start..cut, listed: false, tail: false });
            start = cut;
        }
        let all_terms = parts.iter().all(|part| word.text.get(part.range.clone()).and_then(strict).is_some());
        (parts.len() > 1 && all_terms).then_some(parts)
    }

    fn part(&mut self, word: &Word, part: Part, joined: bool) {
        let text = word.text.get(part.range.clone()).unwrap_or_default();
        let listed = self.last_name().filter(|_| part.listed);
        let around = Surroundings {
            listed: listed.as_deref(),
            tail: part.tail,
            behind: if self.foreign {
                Behind::Foreign
            } else if self.after_all {
                Behind::All
            } else {
                Behind::Terms
            },
            last: self.last,
        };
        let reading = repair::read(text, around);
        let stands = self.pieces.stands(word.span(part.range.clone()));
        let piece = piece_of(word, part.range, stands, reading, joined);
        self.foreign =
            piece.foreign || (self.foreign && !piece.piece.terms.iter().any(is_directive) && !piece.piece.version);
        self.after_all |= piece.piece.terms.iter().any(is_all);
        self.pieces.found.push(piece.piece);
    }

    /// The name of the mechanism that was read last.
    fn last_name(&self) -> Option<String> {
        let term = self.pieces.found.last()?.terms.last()?;
        match &term.kind {
            TermKind::Directive(directive) => Some(directive.mechanism.name().to_owned()),
            TermKind::Modifier(_) => None,
        }
    }
}

fn is_directive(term: &PieceTerm) -> bool {
    matches!(term.kind, TermKind::Directive(_))
}

fn is_all(term: &PieceTerm) -> bool {
    matches!(&term.kind, TermKind::Directive(directive) if directive.mechanism == Mechanism::All)
}

/// Whether the term is one that a domain name may end.
fn has_domain(term: &Term) -> bool {
    match &term.kind {
        TermKind::Directive(directive) => directive.mechanism.domain_spec().is_some(),
        TermKind::Modifier(modifier) => !matches!(modifier, Modifier::Unknown { .. }),
    }
}

/// Whether a space that does not belong there divides a term.
fn belong_together(word: &str, next: &str) -> bool {
    const LONGEST: usize = 1_000;
    if word.len() > LONGEST || next.len() > LONGEST || strict(word).is_some() {
        return false;
    }
    let next_is_term = strict(next).is_some() || glued::is_start(next);
    match word.chars().next().filter(|first| word.len() == 1 && glued::is_qualifier(*first)) {
        Some(_) => next.eq_ignore_ascii_case("all"),
        None if next_is_term => false,
        None if word.ends_with([':', '=']) => next.bytes().any(|byte| byte.is_ascii_alphanumeric()),
        None => says_nothing(word) && strict(&format!("{word}{next}")).is_some(),
    }
}

/// Whether a word names nothing that could be authorized.
fn says_nothing(word: &str) -> bool {
    match repair::read(word, Surroundings::default()) {
        Reading::Unknown => glued::parts(word).len() == 1,
        Reading::Meant(terms, _) => terms.is_empty(),
        _ => false,
    }
}

struct Found {
    piece: Piece,
    foreign: bool,
}

/// The piece for a part of a word; `stands` is how it stands in the record.
fn piece_of(word: &Word, range: Range<usize>, stands: &[u8], reading: Reading, joined: bool) -> Found {
    let text = word.text.get(range.clone()).unwrap_or_default();
    let span = word.span(range);
    let from = word.oddities.partition_point(|oddity| oddity.span.start < span.start);
    let oddities = word.oddities.iter().skip(from).take_while(|oddity| oddity.span.end <= span.end).cloned().collect();
    let mut piece = Piece { span, oddities, ..Piece::default() };
    let foreign = matches!(reading, Reading::Foreign);
    match reading {
        Reading::Terms(terms) if !joined => piece.terms = of_terms(terms),
        Reading::Terms(terms) => {
            (piece.terms, piece.changed) = (of_terms(terms), true);
            piece.problems.push(message::of_fault(span, stands, SPACE_INSIDE, &piece.meant()));
        }
        Reading::Meant(terms, fault) => {
            (piece.terms, piece.changed) = (of_terms(terms), true);
            piece.problems.push(message::of_fault(span, stands, fault, &piece.meant()));
        }
        Reading::Foreign => {
            let fault = Fault {
                says: "is no part of an SPF record: it belongs in a TXT record of its own",
                section: "RFC 7208 §3.1, §4.6.1",
            };
            piece.problems.push(message::of_fault(span, stands, fault, ""));
        }
        // `structure` says what is to be done about it.
        Reading::Version => piece.version = true,
        Reading::Unknown => {
            piece.unknown = true;
            piece.problems.push(unknown(span, text));
        }
    }
    Found { piece, foreign }
}

fn of_terms(terms: Vec<Term>) -> Vec<PieceTerm> {
    terms.into_iter().map(PieceTerm::from).collect()
}

/// The parser's words about a text that nobody can mend.
fn unknown(span: Span, text: &str) -> Problem {
    match Record::parse(format!("{VERSION} {text}").as_bytes()) {
        Err(error) => Problem { span, ..message::of_error(&error) },
        Ok(_) => message::of_fault(span, text.as_bytes(), Fault { says: "is no term", section: "RFC 7208 §4.6.1" }, ""),
    }
}
