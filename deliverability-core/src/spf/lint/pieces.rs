//! The terms of a record under examination, each with the bytes that it comes from, and the edits
//! that follow from what was found.

use super::message;
use super::words::Oddity;
use crate::problem::{Edit, Problem, Severity};
use crate::rule_id::RuleId;
use crate::span::Span;
use crate::spf::record::{Record, Term, TermKind};
use crate::spf::selection::version_end;

/// A record in pieces, behind its version.
#[derive(Debug)]
pub(super) struct Pieces<'a> {
    text: &'a [u8],
    /// Where the version ends.
    start: usize,
    pub(super) malformed: bool,
    pub(super) found: Vec<Piece>,
    /// Problems that belong to no piece, with their edits.
    pub(super) others: Vec<Problem>,
    /// A term to write at the end.
    append: Option<String>,
    /// Where its strings meet.
    cuts: &'a [usize],
}

/// Some bytes of the record and the terms that they are meant to be.
#[derive(Debug, Default)]
pub(super) struct Piece {
    pub(super) span: Span,
    pub(super) terms: Vec<PieceTerm>,
    pub(super) problems: Vec<Problem>,
    /// Which of the problems carries the edit.
    pub(super) mending: usize,
    /// Characters in it that are not what the grammar allows.
    pub(super) oddities: Vec<Oddity>,
    /// The terms are not what stands there.
    pub(super) changed: bool,
    /// Nobody can tell what it means: it stays as it stands.
    pub(super) unknown: bool,
    /// A version: another record starts here.
    pub(super) version: bool,
}

/// A term of a piece.
#[derive(Debug)]
pub(super) struct PieceTerm {
    pub(super) kind: TermKind,
    /// How it is to be written, where that is not how it stands.
    written: Option<String>,
    /// It is to be deleted.
    pub(super) gone: bool,
}

/// The place of a term: its piece, and its place in that.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Place {
    piece: usize,
    term: usize,
    /// The bytes of the piece.
    pub(super) span: Span,
}

/// What is to be done about a term.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Action {
    Keep,
    Delete,
    Write(String),
}

/// Something found about one term.
#[derive(Debug)]
pub(super) struct Note {
    pub(super) place: Place,
    pub(super) rule: RuleId,
    pub(super) severity: Severity,
    pub(super) message: String,
    pub(super) action: Action,
}

impl From<Term> for PieceTerm {
    fn from(term: Term) -> Self {
        Self { kind: term.kind, written: None, gone: false }
    }
}

impl PieceTerm {
    fn text(&self) -> String {
        self.written.clone().unwrap_or_else(|| Term { span: Span::at(0), kind: self.kind.clone() }.to_string())
    }
}

impl Piece {
    /// The terms as they are to be written.
    pub(super) fn meant(&self) -> String {
        self.terms.iter().filter(|term| !term.gone).map(PieceTerm::text).collect::<Vec<_>>().join(" ")
    }

    fn is_gone(&self) -> bool {
        !self.unknown && self.terms.iter().all(|term| term.gone)
    }

    /// The problems, one of them with the edit. `gap` is where the space in front of it starts.
    fn into_problems(mut self, text: &[u8], gap: usize) -> Vec<Problem> {
        let edit = if self.is_gone() {
            Some(Edit { span: Span::new(gap, self.span.end), replacement: String::new() })
        } else {
            let changed = self.changed && !self.unknown;
            changed.then(|| Edit { span: self.span, replacement: self.meant() })
        };
        let keeps = edit.is_none();
        if let Some(problem) = self.problems.get_mut(self.mending) {
            problem.edit = edit;
        }
        let odd = |oddity: &Oddity| {
            let problem = message::of_oddity(oddity, text);
            let meant = oddity.reads.map(String::from).unwrap_or_default();
            if keeps { problem.with_edit(oddity.span, meant) } else { problem }
        };
        self.oddities.iter().map(odd).chain(self.problems).collect()
    }
}

impl<'a> Pieces<'a> {
    /// A record that does not parse, still without pieces.
    pub(super) fn malformed(text: &'a [u8], start: usize, cuts: &'a [usize]) -> Self {
        Self { text, start, malformed: true, found: Vec::new(), others: Vec::new(), append: None, cuts }
    }

    /// The pieces of a record that parses: its terms.
    pub(super) fn of_record(text: &'a [u8], record: &Record) -> Self {
        let piece = |term: &Term| Piece { span: term.span, terms: vec![term.clone().into()], ..Piece::default() };
        let found = record.terms.iter().map(piece).collect();
        Self { malformed: false, found, ..Self::malformed(text, version_end(text).unwrap_or_default(), &[]) }
    }

    /// The bytes that stand there.
    pub(super) fn stands(&self, span: Span) -> &'a [u8] {
        span.of(self.text)
    }

    /// Just past the last byte of the record.
    pub(super) const fn end(&self) -> usize {
        self.text.len()
    }

    /// The terms that stay, in order.
    pub(super) fn terms(&self) -> impl DoubleEndedIterator<Item = (Place, &TermKind)> {
        self.found.iter().enumerate().flat_map(|(piece, at)| {
            let span = at.span;
            let terms = at.terms.iter().enumerate().filter(|(_, term)| !term.gone);
            terms.map(move |(term, at)| (Place { piece, term, span }, &at.kind))
        })
    }

    /// Adds what was found, and does what follows from it.
    pub(super) fn apply(&mut self, notes: Vec<Note>) {
        for note in notes {
            let Some(piece) = self.found.get_mut(note.place.piece) else { continue };
            let Some(term) = piece.terms.get_mut(note.place.term) else { continue };
            let at = piece.problems.len();
            match note.action {
                Action::Keep => {}
                Action::Delete => {
                    term.gone = true;
                    (piece.changed, piece.mending) = (true, at);
                }
                Action::Write(text) => {
                    term.written = Some(text);
                    piece.mending = if piece.changed { piece.mending } else { at };
                    piece.changed = true;
                }
            }
            piece.problems.push(Problem::new(note.rule, note.severity, note.place.span, note.message));
        }
    }

    /// Writes a term at the end of the record.
    pub(super) fn append(&mut self, term: String) {
        self.append = Some(term);
    }

    /// Every problem; no two edits overlap.
    pub(super) fn into_problems(self) -> Vec<Problem> {
        let mut problems = self.others;
        let mut end = self.start;
        for piece in self.found {
            let (gap, gone) = (Span::new(end, piece.span.start), piece.is_gone());
            let clean = !gap.of(self.text).is_empty() && is_spaces(gap.of(self.text));
            let closed = gone && gap.start == gap.end;
            if !clean && !closed {
                let problem = message::of_gap(gap, gap.of(self.text), self.cuts.binary_search(&gap.start).is_ok());
                problems.push(if gone { problem } else { problem.with_edit(gap, " ") });
            }
            let start = end;
            end = piece.span.end;
            problems.extend(piece.into_problems(self.text, start));
        }
        let rest = Span::new(end, self.text.len());
        let tail = rest.of(self.text);
        if let Some(term) = self.append {
            let message = format!("all has to be the last mechanism; write \"{term}\" at the end (RFC 7208 §5.1)");
            problems.push(message::blocking(rest, message).with_edit(rest, format!(" {term}")));
        } else if !is_spaces(tail) {
            problems.push(message::of_gap(rest, tail, false).with_edit(rest, ""));
        }
        problems
    }
}

fn is_spaces(text: &[u8]) -> bool {
    text.iter().all(|byte| *byte == b' ')
}
