//! What is wrong with the text of a record, with edits where the mending is sure.

use super::parse_error::{ErrorKind, ParseError};
use super::record_kind::RecordKind;
use super::tls_reporting::items;
use crate::escaped::Escaped;
use crate::problem::{Edit, Problem, Severity, apply_edits};
use crate::span::Span;
use crate::tag_list;

/// The problems of a record of `kind`, in the order of the text. What makes it ignored has severity
/// `error`, and there is at most one such problem: the first.
///
/// ```
/// use deliverability_core::transport::{RecordKind, lint};
///
/// let problems = lint(RecordKind::TlsReporting, "v=TLSRPTv1; rua=tls@example.org");
/// assert_eq!(problems[0].message, "rua= takes mailto: and https: URIs, with commas between");
/// assert_eq!(problems[0].edit.as_ref().map(|edit| edit.replacement.as_str()), Some("mailto:"));
/// ```
pub fn lint(kind: RecordKind, text: impl AsRef<[u8]>) -> Vec<Problem> {
    let text = text.as_ref();
    let mut problems = Vec::new();
    if let Err(error) = kind.parse(text) {
        let problem = Problem::new(kind.rule(), Severity::Error, error.span, error.kind.to_string());
        problems.push(Problem { edit: mending(kind, text, error), ..problem });
    }
    if kind.is_selected(text) {
        problems.extend(odd_tags(kind, text));
        problems.extend(odd_values(kind, text));
    }
    problems.sort_by_key(|problem| problem.span);
    problems
}

/// Tags that are not known, which are ignored.
fn odd_tags(kind: RecordKind, text: &[u8]) -> Vec<Problem> {
    let note = |span: Span, message: String| Problem::new(kind.rule(), Severity::Note, span, message);
    let mut odd = Vec::new();
    for tag in tag_list::tags(text).flatten().skip(1) {
        let name = tag.name.of(text);
        if kind.tags().iter().any(|known| name == known.as_bytes()) {
            continue;
        }
        let shown = Escaped(name).to_string();
        match kind.tags().iter().find(|known| name.eq_ignore_ascii_case(known.as_bytes())) {
            Some(known) => {
                let problem = note(tag.name, format!("{shown}= is ignored: tags are case-sensitive; write {known}"));
                let problem = Problem { severity: Severity::Warning, ..problem.with_edit(tag.name, *known) };
                // A value that counted for nothing may be none of that tag: a good record stays good.
                let mended = kind.parse(&apply_edits(text, core::slice::from_ref(&problem))).is_ok();
                let edit = problem.edit.clone().filter(|_| mended || kind.parse(text).is_err());
                odd.push(Problem { edit, ..problem });
            }
            None => odd.push(note(tag.name, format!("{shown}= is no tag of a {kind} record and is ignored"))),
        }
    }
    odd
}

/// What is well-formed and still of little use.
fn odd_values(kind: RecordKind, text: &[u8]) -> Option<Problem> {
    let record = kind.parse(text).ok()?;
    let super::record_kind::AnyRecord::Bimi(bimi) = record else { return None };
    let l = bimi.l?;
    let value = tag_list::tags(text).flatten().find(|tag| tag.name.of(text) == b"l")?.value;
    let (severity, message) = if !l.to_ascii_lowercase().ends_with(".svg") {
        (Severity::Warning, "the logo must be an SVG file; mostly its name ends in .svg")
    } else if bimi.a.is_none() {
        (Severity::Note, "without a= most receivers show no logo: they want a certificate")
    } else {
        return None;
    };
    Some(Problem::new(kind.rule(), severity, value, message))
}

/// The change that mends the first fault, where it is sure.
fn mending(kind: RecordKind, text: &[u8], error: ParseError) -> Option<Edit> {
    let edit = |span, replacement: String| Some(Edit { span, replacement });
    match error.kind {
        ErrorKind::Version(version) => {
            // White space in front or within, or other letters.
            let head: Vec<u8> = error.span.of(text).iter().filter(|b| !b.is_ascii_whitespace()).copied().collect();
            let is_meant = head.eq_ignore_ascii_case(format!("v={version}").as_bytes());
            is_meant.then(|| Edit { span: error.span, replacement: format!("v={version}") })
        }
        ErrorKind::Form(tag_list::ErrorKind::Empty) => {
            edit(Span::new(error.span.start.saturating_sub(1), error.span.start), String::new())
        }
        ErrorKind::Id => {
            let id = tag_list::tags(text).flatten().find(|tag| tag.name.of(text) == b"id")?.value;
            let kept: Vec<u8> =
                id.of(text).iter().filter(|byte| byte.is_ascii_alphanumeric()).take(32).copied().collect();
            (!kept.is_empty()).then_some(Edit { span: id, replacement: String::from_utf8(kept).ok()? })
        }
        ErrorKind::ReportUri => {
            let item = error.span.of(text);
            let mended = [b"v=TLSRPTv1; rua=mailto:", item].concat();
            let is_address = item.contains(&b'@') && !item.contains(&b':') && kind.parse(&mended).is_ok();
            let is_empty = item.is_empty() && items(text, Span::new(0, text.len())).count() > 1;
            if is_empty {
                return edit(Span::new(error.span.start.saturating_sub(1), error.span.start), String::new())
                    .filter(|edit| edit.span.of(text) == b",");
            }
            is_address.then(|| Edit { span: Span::at(error.span.start), replacement: "mailto:".to_owned() })
        }
        ErrorKind::Location(_) => {
            let head = error.span.of(text).get(..7)?;
            let span = Span::new(error.span.start, error.span.start.saturating_add(7));
            head.eq_ignore_ascii_case(b"http://").then(|| Edit { span, replacement: "https://".to_owned() })
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn faults_are_named_and_mended() {
        use RecordKind::{Bimi, MtaSts, TlsReporting};
        let cases = [
            (MtaSts, "v=stsv1; id=1;", "v=STSv1; id=1;"),
            (MtaSts, " v=STSv1; id=1;", "v=STSv1; id=1;"),
            (MtaSts, "v=STSv1; id=2026-01-01;", "v=STSv1; id=20260101;"),
            (MtaSts, "v=STSv1;; id=1", "v=STSv1; id=1"),
            (TlsReporting, "v=TLSRPTv1; rua=a@b.c, mailto:d@e", "v=TLSRPTv1; rua=mailto:a@b.c, mailto:d@e"),
            (TlsReporting, "v=TLSRPTv1; rua=mailto:a@b.c,", "v=TLSRPTv1; rua=mailto:a@b.c"),
            (Bimi, "v=BIMI1; l=http://e.org/l.svg; a=", "v=BIMI1; l=https://e.org/l.svg; a="),
        ];
        for (kind, text, expected) in cases {
            let problems = lint(kind, text);
            assert_eq!(problems.iter().filter(|p| p.severity == Severity::Error).count(), 1, "{text}");
            let edited = apply_edits(text.as_bytes(), &problems);
            assert_eq!(String::from_utf8_lossy(&edited), expected);
        }
    }

    #[test]
    fn mending_a_name_never_breaks_a_good_record() {
        let text = "v=BIMI1; l=https://e.org/l.svg; A=s:";
        let problems = lint(RecordKind::Bimi, text);
        assert!(RecordKind::Bimi.parse(&apply_edits(text.as_bytes(), &problems)).is_ok(), "{problems:?}");
    }

    #[test]
    fn good_records_have_no_problem() {
        assert_eq!(lint(RecordKind::MtaSts, "v=STSv1; id=20160831085700Z;"), []);
        assert_eq!(lint(RecordKind::TlsReporting, "v=TLSRPTv1;rua=mailto:r@example.com"), []);
        assert_eq!(lint(RecordKind::Bimi, "v=BIMI1; l=https://e.org/l.svg; a=https://e.org/v.pem"), []);
        assert_eq!(lint(RecordKind::Bimi, "v=BIMI1; l=; a=;"), []);
    }

    #[test]
    fn what_is_ignored_is_a_note() {
        let notes = [
            (RecordKind::MtaSts, "v=STSv1; id=1; ri=2", Severity::Note),
            (RecordKind::Bimi, "v=BIMI1; l=https://e.org/l.svg", Severity::Note),
            (RecordKind::Bimi, "v=BIMI1; l=https://e.org/l.png; a=https://e.org/v.pem", Severity::Warning),
        ];
        for (kind, text, severity) in notes {
            let problems = lint(kind, text);
            assert_eq!((problems.len(), problems[0].severity), (1, severity), "{text}: {problems:?}");
        }
    }
}
