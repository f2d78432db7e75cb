//! What a problem says: what stands there, what was expected, and the section.

use super::repair::Fault;
use super::words::Oddity;
use crate::escaped::Escaped;
use crate::problem::{Problem, Severity};
use crate::rule_id::RuleId;
use crate::span::Span;
use crate::spf::parse_error::{ErrorKind, ParseError};

/// A problem that makes the record void.
pub(super) fn blocking(span: Span, message: String) -> Problem {
    Problem::new(RuleId::SpfSyntax, Severity::Blocks, span, message)
}

/// What the parser says.
pub(super) fn of_error(error: &ParseError) -> Problem {
    blocking(error.span, format!("{} ({})", error.kind, section(&error.kind)))
}

/// What a faulty term was meant to be.
pub(super) fn of_fault(span: Span, text: &[u8], fault: Fault, meant: &str) -> Problem {
    let Fault { says, section } = fault;
    let text = Escaped(text);
    let advice =
        if meant.is_empty() { "delete it".to_owned() } else { format!("write \"{}\"", Escaped(meant.as_bytes())) };
    blocking(span, format!("\"{text}\" {says}; {advice} ({section})"))
}

/// A character inside a term that reads as another one, or as nothing.
pub(super) fn of_oddity(oddity: &Oddity, text: &[u8]) -> Problem {
    let stands = Escaped(oddity.span.of(text));
    let advice = match oddity.reads {
        Some(character) => format!("stands for {character:?}; write that"),
        None => "stands inside a term; delete it".to_owned(),
    };
    blocking(oddity.span, format!("\"{stands}\" {advice} (RFC 7208 §4.6.1)"))
}

/// What stands between two words; `cut` if two strings of the record meet there.
pub(super) fn of_gap(span: Span, text: &[u8], cut: bool) -> Problem {
    if text.is_empty() && cut {
        let message =
            "two strings of the record are joined without a space; put one at the end of the first (RFC 7208 §3.3)";
        return blocking(span, message.to_owned());
    }
    if text.is_empty() {
        return blocking(span, "a space is missing between two terms (RFC 7208 §4.6.1)".to_owned());
    }
    let stands = Escaped(text.strip_prefix(b" ").unwrap_or(text));
    blocking(
        span,
        format!("\"{stands}\" stands between terms; expected a space (0x20) and nothing else (RFC 7208 §4.6.1)"),
    )
}

/// The section that a parse error rests on.
const fn section(kind: &ErrorKind) -> &'static str {
    match kind {
        ErrorKind::NoVersion => "RFC 7208 §4.5",
        ErrorKind::ForbiddenOctet { .. }
        | ErrorKind::BareAddress { .. }
        | ErrorKind::NotATerm { .. }
        | ErrorKind::QualifiedModifier { .. } => "RFC 7208 §4.6.1",
        ErrorKind::ModifierAsMechanism { .. } | ErrorKind::DuplicateModifier { .. } => "RFC 7208 §6",
        ErrorKind::BadAddress { .. } | ErrorKind::BadPrefixLength { .. } | ErrorKind::BadDualCidr { .. } => {
            "RFC 7208 §5.6"
        }
        ErrorKind::UnknownMechanism { .. } | ErrorKind::MissingArgument { .. } | ErrorKind::UnexpectedText { .. } => {
            "RFC 7208 §5"
        }
        ErrorKind::UnknownMacroLetter { .. } | ErrorKind::ExplanationOnlyLetter { .. } => "RFC 7208 §7.2",
        ErrorKind::ZeroParts => "RFC 7208 §7.3",
        _ => "RFC 7208 §7.1",
    }
}
