//! `tag=value` lists, shared by DKIM and DMARC (RFC 6376 §3.2).
//!
//! Knows the grammar, spans and duplicates; does not know what any tag means. Names and values
//! are case-sensitive, as §3.2 says. All of space, tab, CR and LF count as white space, as
//! verifiers read them; the grammar allows CR LF only before a space.

use core::fmt;
use std::collections::HashSet;

use memchr::memchr;

use crate::span::Span;

/// One `tag=value`, as spans into the list.
///
/// ```
/// use deliverability_core::tag_list;
///
/// let list = b"v=DKIM1; k = rsa ;p=";
/// let tags = tag_list::parse(list)?;
/// assert_eq!((tags[1].name.of(list), tags[1].value.of(list)), (&b"k"[..], &b"rsa"[..]));
/// assert!(tags[2].value.of(list).is_empty());
/// # Ok::<(), tag_list::ParseError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Tag {
    /// The tag's name.
    pub name: Span,
    /// The tag's value, without white space around it; white space inside is kept.
    pub value: Span,
}

/// Reads a list and its rules: names of letters, digits and underscores, printable values, no
/// tag twice.
///
/// # Errors
///
/// The first fault of [`tags`], or a name that stood before (RFC 6376 §3.2: the whole list is
/// invalid then).
pub fn parse(list: &[u8]) -> Result<Vec<Tag>, ParseError> {
    let (mut read, mut seen) = (Vec::<Tag>::with_capacity(8), HashSet::new());
    for tag in tags(list) {
        let tag = tag?;
        let name = tag.name.of(list);
        // Few names are compared, many are hashed.
        let stood = match read.len() {
            0..FEW => read.iter().any(|other| other.name.of(list) == name),
            FEW => {
                seen.extend(read.iter().map(|other| other.name.of(list)));
                !seen.insert(name)
            }
            _ => !seen.insert(name),
        };
        if stood {
            return Err(ParseError { kind: ErrorKind::Duplicate, span: tag.name });
        }
        read.push(tag);
    }
    Ok(read)
}

/// So many tags a list has at most, as a rule.
const FEW: usize = 16;

/// The tags of a list, in order. A fault stands in for its tag and the next tag follows, so that
/// a linter can name all of them. Duplicates are not looked for.
pub fn tags(list: &[u8]) -> impl Iterator<Item = Result<Tag, ParseError>> + '_ {
    let mut specs = specs(list).peekable();
    core::iter::from_fn(move || {
        let spec = specs.next()?;
        // RFC 6376 §3.2: one semicolon may end the list; an empty list has no tags.
        if spec.of(list).is_empty() && specs.peek().is_none() { None } else { Some(read_spec(list, spec)) }
    })
}

/// What stands between semicolons, without white space around it.
fn specs(list: &[u8]) -> impl Iterator<Item = Span> + '_ {
    let mut start = Some(0);
    core::iter::from_fn(move || {
        let from = start?;
        let end = memchr(b';', list.get(from..)?).and_then(|at| at.checked_add(from));
        start = end.and_then(|end| end.checked_add(1));
        Some(trimmed(list, Span::new(from, end.unwrap_or(list.len()))))
    })
}

/// `tag-spec = [FWS] tag-name [FWS] "=" [FWS] tag-value [FWS]`.
fn read_spec(list: &[u8], spec: Span) -> Result<Tag, ParseError> {
    let text = spec.of(list);
    if text.is_empty() {
        return Err(ParseError { kind: ErrorKind::Empty, span: spec });
    }
    let Some(equals) = text.iter().position(|byte| *byte == b'=') else {
        return Err(ParseError { kind: ErrorKind::NoEquals, span: spec });
    };
    let equals = spec.start.saturating_add(equals);
    let name = trimmed(list, Span::new(spec.start, equals));
    if !is_name(name.of(list)) {
        return Err(ParseError { kind: ErrorKind::Name, span: name });
    }
    let value = trimmed(list, Span::new(equals.saturating_add(1), spec.end));
    // Without a branch a byte, so that long values are read fast.
    if value.of(list).iter().fold(true, |sound, byte| sound & is_value_byte(*byte)) {
        return Ok(Tag { name, value });
    }
    let at = value.of(list).iter().position(|byte| !is_value_byte(*byte)).unwrap_or_default();
    Err(ParseError { kind: ErrorKind::Value, span: Span::new(at, at.saturating_add(1)).shifted(value.start) })
}

/// `tag-name = ALPHA *ALNUMPUNC`.
fn is_name(name: &[u8]) -> bool {
    name.first().is_some_and(u8::is_ascii_alphabetic) && name.iter().all(|b| b.is_ascii_alphanumeric() || *b == b'_')
}

/// `VALCHAR = %x21-3A / %x3C-7E`, and white space between.
fn is_value_byte(byte: u8) -> bool {
    let is_space = u8::from(byte == b' ') | u8::from(byte == b'\t') | u8::from(byte == b'\r') | u8::from(byte == b'\n');
    u8::from(byte.is_ascii_graphic()) | is_space != 0
}

/// Whether the byte is white space: space, tab, CR or LF.
pub const fn is_white(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\r' | b'\n')
}

/// `span` without the white space at its ends.
fn trimmed(list: &[u8], span: Span) -> Span {
    let text = span.of(list);
    let Some(start) = text.iter().position(|b| !is_white(*b)) else { return Span::at(span.start) };
    let end = text.iter().rposition(|b| !is_white(*b)).map_or(start, |at| at.saturating_add(1));
    Span::new(start, end).shifted(span.start)
}

/// Why a text is no tag list, and which of its bytes say so.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, thiserror::Error)]
#[error("{kind} (at byte {})", span.start)]
#[non_exhaustive]
pub struct ParseError {
    /// What is wrong.
    pub kind: ErrorKind,
    /// Where, in bytes of the list.
    pub span: Span,
}

/// What makes a text no tag list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// Two semicolons with nothing between them, or one at the start.
    Empty,
    /// A part without an equals sign.
    NoEquals,
    /// The name before the equals sign is none.
    Name,
    /// A byte that no value may hold.
    Value,
    /// The name stood before.
    Duplicate,
}

impl fmt::Display for ErrorKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Empty => "nothing stands between two semicolons; delete one",
            Self::NoEquals => "a part of the list has no '='; write tag=value and a semicolon between tags",
            Self::Name => "a tag's name must be a letter, then letters, digits or underscores",
            Self::Value => "a value holds a byte outside printable ASCII; delete it",
            Self::Duplicate => "the tag stands twice; keep one",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pairs(list: &str) -> Vec<(String, String)> {
        let text = |span: Span| String::from_utf8(span.of(list.as_bytes()).to_vec()).unwrap();
        parse(list.as_bytes()).unwrap().iter().map(|tag| (text(tag.name), text(tag.value))).collect()
    }

    fn error(list: &[u8]) -> (ErrorKind, Span) {
        let error = parse(list).unwrap_err();
        (error.kind, error.span)
    }

    #[test]
    fn white_space_may_stand_around_names_and_values() {
        let tags = pairs(" v = DKIM1 ;\r\n\tp=a b\tc= ; n=;");
        let tags: Vec<_> = tags.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        assert_eq!(tags, [("v", "DKIM1"), ("p", "a b\tc="), ("n", "")]);
    }

    #[test]
    fn empty_lists_have_no_tags() {
        assert!(pairs("").is_empty());
        assert!(pairs(" \t").is_empty());
    }

    #[test]
    fn faults_say_where() {
        assert_eq!(error(b"v=1;;p="), (ErrorKind::Empty, Span::at(4)));
        assert_eq!(error(b"v=1; rsa; p="), (ErrorKind::NoEquals, Span::new(5, 8)));
        assert_eq!(error(b"v=1; \"k=rsa"), (ErrorKind::Name, Span::new(5, 7)));
        assert_eq!(error(b"v=1; =x"), (ErrorKind::Name, Span::at(5)));
        assert_eq!(error(b"n=a\xff"), (ErrorKind::Value, Span::new(3, 4)));
        // RFC 6376 §3.2: a tag must not occur twice; names are case-sensitive.
        assert_eq!(error(b"p=a; p=b"), (ErrorKind::Duplicate, Span::new(5, 6)));
        assert_eq!(pairs("p=a; P=b").len(), 2);
    }

    #[test]
    fn a_linter_sees_what_follows_a_fault() {
        let list = b"v=1; rsa;; p=x; p=y";
        let read: Vec<_> = tags(list).map(|tag| tag.map_err(|e| e.kind)).collect();
        assert_eq!(read.len(), 5);
        assert_eq!(read[1], Err(ErrorKind::NoEquals));
        assert_eq!(read[2], Err(ErrorKind::Empty));
        assert_eq!(read[4].unwrap().value.of(list), b"y");
    }

    #[test]
    fn messages_tell_the_fix() {
        let message = parse(b"p=a; p=b").unwrap_err().to_string();
        assert_eq!(message, "the tag stands twice; keep one (at byte 5)");
    }
}
