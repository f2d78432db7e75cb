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
            0..FEW => read.iter().any(|other| is_same(other.name.of(list), name)),
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

/// Whether two names are the same; most differ at the first letter.
fn is_same(one: &[u8], other: &[u8]) -> bool {
    one.first() == other.first() && one == other
}

/// So many tags a list has at most, as a rule.
const FEW: usize = 16;

/// The tags of a list, in order. A fault stands in for its tag and the next tag follows, so that
/// a linter can name all of them. Duplicates are not looked for.
pub fn tags(list: &[u8]) -> impl Iterator<Item = Result<Tag, ParseError>> + '_ {
    let is_sound = is_value(list);
    let mut start = Some(0);
    core::iter::from_fn(move || {
        let from = start?;
        let end = memchr(b';', list.get(from..)?).and_then(|at| at.checked_add(from));
        start = end.and_then(|end| end.checked_add(1));
        let spec = trimmed(list, Span::new(from, end.unwrap_or(list.len())));
        // RFC 6376 §3.2: one semicolon may end the list; an empty list has no tags.
        if spec.start == spec.end && start.is_none() { None } else { Some(read_spec(list, spec, is_sound)) }
    })
}

/// `tag-spec = [FWS] tag-name [FWS] "=" [FWS] tag-value [FWS]`.
///
/// `is_sound` if the whole list is known to have no byte that a value may not hold.
fn read_spec(list: &[u8], spec: Span, is_sound: bool) -> Result<Tag, ParseError> {
    let text = spec.of(list);
    // Most names end at the equals sign.
    let end = text.iter().position(|byte| !is_name_byte(*byte)).unwrap_or(text.len());
    let equals = match text.get(end) {
        Some(b'=') => end,
        _ => text.iter().position(|byte| *byte == b'=').ok_or(ParseError::without_equals(spec))?,
    };
    let at = spec.start.saturating_add(equals);
    let name = Span::new(spec.start, at);
    let name = if equals == end { name } else { trimmed(list, name) };
    if !is_name(name.of(list)) {
        return Err(ParseError { kind: ErrorKind::Name, span: name });
    }
    let value = trimmed(list, Span::new(at.saturating_add(1), spec.end));
    if is_sound || is_value(value.of(list)) {
        return Ok(Tag { name, value });
    }
    let at = value.of(list).iter().position(|byte| is_odd(*byte) != 0).unwrap_or_default();
    Err(ParseError { kind: ErrorKind::Value, span: Span::new(at, at.saturating_add(1)).shifted(value.start) })
}

/// `tag-name = ALPHA *ALNUMPUNC`.
fn is_name(name: &[u8]) -> bool {
    name.first().is_some_and(u8::is_ascii_alphabetic) && name.iter().all(|byte| is_name_byte(*byte))
}

/// `ALNUMPUNC = ALPHA / DIGIT / "_"`.
const fn is_name_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_'
}

/// Without a branch a byte, so that long values are read fast.
fn is_value(value: &[u8]) -> bool {
    value.iter().fold(0, |odd, byte| odd | is_odd(*byte)) == 0
}

/// 1 if the byte is neither `VALCHAR = %x21-3A / %x3C-7E` nor a semicolon nor white space, which may stand between.
fn is_odd(byte: u8) -> u8 {
    let is_text = u8::from(byte.wrapping_sub(b' ') <= b'~' - b' ');
    let is_white = u8::from(byte == b'\t') | u8::from(byte == b'\r') | u8::from(byte == b'\n');
    1 ^ (is_text | is_white)
}

/// Whether the byte is white space: space, tab, CR or LF.
pub const fn is_white(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\r' | b'\n')
}

/// `span` without the white space at its ends.
fn trimmed(list: &[u8], span: Span) -> Span {
    let (mut start, mut text) = (span.start, span.of(list));
    while let [white, rest @ ..] = text
        && is_white(*white)
    {
        text = rest;
        start = start.saturating_add(1);
    }
    if text.is_empty() {
        return Span::at(span.start);
    }
    while let [rest @ .., white] = text
        && is_white(*white)
    {
        text = rest;
    }
    Span::new(start, start.saturating_add(text.len()))
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

impl ParseError {
    /// Of a part that has no equals sign, be it empty.
    const fn without_equals(spec: Span) -> Self {
        Self { kind: if spec.start == spec.end { ErrorKind::Empty } else { ErrorKind::NoEquals }, span: spec }
    }
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
