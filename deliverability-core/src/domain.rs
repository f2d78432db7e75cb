//! Domain names as DNS knows them (RFC 1035 §2.3.4, §3.1; RFC 2181 §11; RFC 5890).
//!
//! Knows labels, limits, case and the A-label form. Does not know what a name is for: host
//! name rules are asked with [`DomainName::is_host_name`], never enforced.

use core::cmp::Ordering;
use core::fmt::{self, Write as _};
use core::hash::{Hash, Hasher};
use core::str::FromStr;
use std::sync::Arc;

use self::short::Short;
use crate::span::Span;

mod short;

/// Longest label, in octets (RFC 1035 §2.3.4).
pub const MAX_LABEL: usize = 63;
/// Longest name on the wire, in octets, with its length octets and the root (RFC 1035 §2.3.4).
pub const MAX_WIRE: usize = 255;

/// An absolute domain name: compared without case, up to the wire limits, any octets in a label.
///
/// Underscore labels (`_spf`, `_domainkey`) are ordinary labels. U-labels become A-labels on
/// parsing (feature `idna`). The final dot is optional and never printed, except for the root.
/// Case is kept for display and ignored by `==`, ordering and hashing.
///
/// ```
/// use deliverability_core::DomainName;
///
/// let name: DomainName = "_spf.Example.ORG".parse()?;
/// assert_eq!(name, "_spf.example.org.".parse()?);
/// assert!(name.is_within(&"example.org".parse()?));
/// # #[cfg(feature = "idna")]
/// assert_eq!("bücher.example".parse::<DomainName>()?.to_string(), "xn--bcher-kva.example");
/// # Ok::<(), deliverability_core::domain::ParseError>(())
/// ```
#[derive(Clone)]
pub struct DomainName(Labels);

/// Length-prefixed labels without the root's zero octet.
#[derive(Clone)]
enum Labels {
    /// As nearly all are.
    Short(Short),
    /// A long name, shared with its parents; its first label starts at `start`.
    Shared { start: u8, wire: Arc<[u8]> },
}

impl DomainName {
    /// The root of the DNS, printed as `.`.
    pub const fn root() -> Self {
        Self(Labels::Short(Short::EMPTY))
    }

    /// A name from its labels, first label first, each taken as raw octets.
    ///
    /// # Errors
    ///
    /// [`ErrorKind`] names the limit that was passed; spans index the labels joined by dots.
    pub fn from_labels<L: AsRef<[u8]>>(labels: impl IntoIterator<Item = L>) -> Result<Self, ParseError> {
        let mut wire = Wire::default();
        let mut at = 0;
        for label in labels {
            let label = label.as_ref();
            wire.push(label, Span::new(at, at.saturating_add(label.len())))?;
            at = at.saturating_add(label.len()).saturating_add(1);
        }
        Ok(wire.finish())
    }

    /// A name from text whose only special character is the dot: no escapes, no U-labels.
    ///
    /// This is how names are read from a session or a record, where a backslash is a backslash.
    ///
    /// # Errors
    ///
    /// As [`DomainName::from_labels`]; an empty label anywhere but after a final dot is one.
    pub fn from_ascii(text: &[u8]) -> Result<Self, ParseError> {
        match text.strip_suffix(b".").unwrap_or(text) {
            [] if text.is_empty() => Err(ParseError::new(ErrorKind::Empty, Span::at(0))),
            [] => Ok(Self::root()),
            body => match Short::from_text(body) {
                Some(short) => Ok(Self(Labels::Short(short))),
                None => Self::from_labels(body.split(|&b| b == b'.')),
            },
        }
    }

    /// The name that [`DomainName::from_ascii`] reads from text without a final dot, if it is short.
    #[inline]
    pub(crate) fn short_from_ascii(text: &[u8]) -> Option<Self> {
        Short::from_text(text).map(|short| Self(Labels::Short(short)))
    }

    /// The labels, first label first; none for the root.
    pub fn labels(&self) -> impl Iterator<Item = &[u8]> + Clone {
        let mut rest = self.wire();
        core::iter::from_fn(move || {
            let (&length, tail) = rest.split_first()?;
            let (label, tail) = tail.split_at_checked(usize::from(length))?;
            rest = tail;
            Some(label)
        })
    }

    /// How many labels the name has; 0 for the root.
    pub fn label_count(&self) -> usize {
        self.labels().count()
    }

    /// Whether this is the root.
    pub fn is_root(&self) -> bool {
        self.wire().is_empty()
    }

    /// The name without its first label; `None` for the root. Allocates nothing.
    pub fn parent(&self) -> Option<Self> {
        let (&label, rest) = self.wire().split_first()?;
        Some(match &self.0 {
            Labels::Short(_) => Self::short(rest.get(usize::from(label)..)?)?,
            Labels::Shared { start, wire } => {
                let start = start.checked_add(label)?.checked_add(1)?;
                Self(Labels::Shared { start, wire: Arc::clone(wire) })
            }
        })
    }

    /// The name's ancestors, nearest first, the root last.
    ///
    /// ```
    /// # use deliverability_core::DomainName;
    /// let name: DomainName = "a.example.org".parse()?;
    /// let parents: Vec<String> = name.parents().map(|p| p.to_string()).collect();
    /// assert_eq!(parents, ["example.org", "org", "."]);
    /// # Ok::<(), deliverability_core::domain::ParseError>(())
    /// ```
    pub fn parents(&self) -> impl Iterator<Item = Self> {
        core::iter::successors(self.parent(), Self::parent)
    }

    /// Whether the name is `ancestor` or lies below it, at a label boundary.
    pub fn is_within(&self, ancestor: &Self) -> bool {
        let mut rest = self.wire();
        loop {
            if rest.len() <= ancestor.wire().len() {
                return rest.eq_ignore_ascii_case(ancestor.wire());
            }
            let Some((&length, tail)) = rest.split_first() else { return false };
            rest = tail.get(usize::from(length)..).unwrap_or_default();
        }
    }

    /// This name with one more label in front.
    ///
    /// # Errors
    ///
    /// The label is empty or over 63 octets, or the name would be over the wire limit.
    pub fn child(&self, label: &str) -> Result<Self, ParseError> {
        Self::from_labels(core::iter::once(label.as_bytes()).chain(self.labels()))
    }

    /// This name with all labels of `prefix` in front: `prefix.self`.
    ///
    /// # Errors
    ///
    /// The joined name would be over the wire limit.
    pub fn prefixed(&self, prefix: &Self) -> Result<Self, ParseError> {
        Self::from_labels(prefix.labels().chain(self.labels()))
    }

    /// Whether every label is a host name label: letters, digits and inner hyphens
    /// (RFC 1123 §2.1). The root is not.
    pub fn is_host_name(&self) -> bool {
        !self.is_root()
            && self.labels().all(|label| {
                label.iter().all(|b| b.is_ascii_alphanumeric() || *b == b'-')
                    && label.first() != Some(&b'-')
                    && label.last() != Some(&b'-')
            })
    }

    /// Whether two names are the same to the letter, case included.
    pub fn same_case(&self, other: &Self) -> bool {
        self.wire() == other.wire()
    }

    fn wire(&self) -> &[u8] {
        match &self.0 {
            Labels::Short(short) => short.octets(),
            Labels::Shared { start, wire } => wire.get(usize::from(*start)..).unwrap_or_default(),
        }
    }

    /// A name from octets known to be labels, if it is short.
    fn short(octets: &[u8]) -> Option<Self> {
        Short::new(octets).map(|short| Self(Labels::Short(short)))
    }
}

/// Length-prefixed labels under construction.
struct Wire {
    octets: [u8; MAX_WIRE],
    length: usize,
}

impl Default for Wire {
    fn default() -> Self {
        Self { octets: [0; MAX_WIRE], length: 0 }
    }
}

impl Wire {
    fn push(&mut self, label: &[u8], span: Span) -> Result<(), ParseError> {
        let length = match u8::try_from(label.len()) {
            Ok(0) => return Err(ParseError::new(ErrorKind::EmptyLabel, span)),
            Ok(length) if label.len() <= MAX_LABEL => length,
            _ => return Err(ParseError::new(ErrorKind::LabelTooLong { octets: label.len() }, span)),
        };
        // One octet for this label's length, one for the root's.
        let end = self.length + label.len() + 1;
        let Some([first, rest @ ..]) = self.octets.get_mut(self.length..end).filter(|_| end < MAX_WIRE) else {
            return Err(ParseError::new(ErrorKind::NameTooLong, span));
        };
        *first = length;
        rest.copy_from_slice(label);
        self.length = end;
        Ok(())
    }

    fn finish(&self) -> DomainName {
        let octets = self.octets.get(..self.length).unwrap_or_default();
        DomainName::short(octets).unwrap_or_else(|| DomainName(Labels::Shared { start: 0, wire: octets.into() }))
    }
}

impl FromStr for DomainName {
    type Err = ParseError;

    /// Reads presentation form: `\.` and `\DDD` escapes (RFC 1035 §5.1), U-labels, final dot.
    fn from_str(text: &str) -> Result<Self, ParseError> {
        if text.is_ascii() {
            return from_presentation(text);
        }
        let ascii = to_a_labels(text)?;
        from_presentation(&ascii).map_err(|error| ParseError { span: same_label(text, &ascii, error.span), ..error })
    }
}

fn from_presentation(text: &str) -> Result<DomainName, ParseError> {
    if !text.contains('\\') {
        return DomainName::from_ascii(text.as_bytes());
    }
    let mut wire = Wire::default();
    let (mut label, mut label_start, mut at) = (Vec::new(), 0, 0);
    let bytes = text.as_bytes();
    while let Some(&byte) = bytes.get(at) {
        match byte {
            b'\\' => {
                let (octet, length) = unescape(bytes.get(at..).unwrap_or_default())
                    .ok_or(ParseError::new(ErrorKind::BadEscape, Span::new(at, (at + 4).min(bytes.len()))))?;
                label.push(octet);
                at += length;
                continue;
            }
            b'.' => {
                wire.push(&label, Span::new(label_start, at))?;
                label.clear();
                label_start = at + 1;
            }
            _ => label.push(byte),
        }
        at += 1;
    }
    if label_start < at {
        wire.push(&label, Span::new(label_start, at))?;
    }
    Ok(wire.finish())
}

/// One escape at the start of `bytes`: its octet and its length in the text.
fn unescape(bytes: &[u8]) -> Option<(u8, usize)> {
    match bytes {
        [_, a, b, c, ..] if [a, b, c].iter().all(|d| d.is_ascii_digit()) => {
            let value = [a, b, c].iter().fold(0u16, |n, d| n * 10 + u16::from(**d - b'0'));
            Some((u8::try_from(value).ok()?, 4))
        }
        [_, digit, ..] if digit.is_ascii_digit() => None,
        [_, byte, ..] => Some((*byte, 2)),
        _ => None,
    }
}

#[cfg(feature = "idna")]
fn to_a_labels(text: &str) -> Result<String, ParseError> {
    use idna::uts46::{AsciiDenyList, DnsLength, Hyphens, Uts46};
    Uts46::new()
        .to_ascii(text.as_bytes(), AsciiDenyList::EMPTY, Hyphens::Allow, DnsLength::Ignore)
        .map(std::borrow::Cow::into_owned)
        .map_err(|_| ParseError::new(ErrorKind::NotALabel, first_non_ascii(text)))
}

#[cfg(not(feature = "idna"))]
fn to_a_labels(text: &str) -> Result<String, ParseError> {
    Err(ParseError::new(ErrorKind::NotALabel, first_non_ascii(text)))
}

/// The label of `text` that became the one at `span` of `ascii`.
fn same_label(text: &str, ascii: &str, span: Span) -> Span {
    let nth = ascii.bytes().take(span.start).filter(|b| *b == b'.').count();
    let mut start = 0;
    // UTS #46 takes three more characters for dots.
    for (n, label) in text.split(['.', '\u{3002}', '\u{ff0e}', '\u{ff61}']).enumerate() {
        if n == nth {
            return Span::new(start, start + label.len());
        }
        start += label.len();
        start += text.get(start..).and_then(|rest| rest.chars().next()).map_or(0, char::len_utf8);
    }
    Span::new(0, text.len())
}

/// The label with the first character that is not ASCII.
fn first_non_ascii(text: &str) -> Span {
    let mut start = 0;
    for label in text.split('.') {
        let span = Span::new(start, start + label.len());
        if !label.is_ascii() {
            return span;
        }
        start = span.end + 1;
    }
    Span::new(0, text.len())
}

impl fmt::Display for DomainName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_root() {
            return f.write_char('.');
        }
        for (n, label) in self.labels().enumerate() {
            if n > 0 {
                f.write_char('.')?;
            }
            for &byte in label {
                match byte {
                    b'.' | b'\\' => write!(f, "\\{}", char::from(byte))?,
                    0x21..=0x7e => f.write_char(char::from(byte))?,
                    _ => write!(f, "\\{byte:03}")?,
                }
            }
        }
        Ok(())
    }
}

impl fmt::Debug for DomainName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "DomainName({self})")
    }
}

impl PartialEq for DomainName {
    fn eq(&self, other: &Self) -> bool {
        if let (Labels::Short(one), Labels::Short(other)) = (&self.0, &other.0)
            && one.same(other)
        {
            return true;
        }
        let (one, other) = (self.wire(), other.wire());
        // Names are mostly spelled alike, which is quicker to see. Length octets are at most 63, so
        // folding ASCII case leaves them alone.
        one == other || one.eq_ignore_ascii_case(other)
    }
}

impl Eq for DomainName {}

impl Hash for DomainName {
    fn hash<H: Hasher>(&self, state: &mut H) {
        // A parent of a long name can be short, and is hashed as what it equals.
        let short = match &self.0 {
            Labels::Short(short) => Some(*short),
            Labels::Shared { .. } => Short::new(self.wire()),
        };
        match short {
            Some(short) => short.folded().into_iter().for_each(|half| state.write_u128(half)),
            None => self.wire().chunks(16).for_each(|block| state.write_u128(short::folded(block))),
        }
    }
}

impl PartialOrd for DomainName {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for DomainName {
    /// By labels from the left, without case.
    fn cmp(&self, other: &Self) -> Ordering {
        let (mut ours, mut theirs) = (self.labels(), other.labels());
        loop {
            let order = match (ours.next(), theirs.next()) {
                (Some(our), Some(their)) => cmp_folded(our, their),
                (our, their) => return our.cmp(&their),
            };
            if order.is_ne() {
                return order;
            }
        }
    }
}

fn cmp_folded(one: &[u8], other: &[u8]) -> Ordering {
    let folded = one.iter().zip(other).map(|(a, b)| (a.to_ascii_lowercase(), b.to_ascii_lowercase()));
    let difference = folded.map(|(a, b)| a.cmp(&b)).find(|order| order.is_ne());
    difference.unwrap_or_else(|| one.len().cmp(&other.len()))
}

#[cfg(feature = "serde")]
impl serde::Serialize for DomainName {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

#[cfg(feature = "serde")]
impl<'de> serde::Deserialize<'de> for DomainName {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

/// Why a text is not a domain name, and which of its bytes say so.
#[derive(Clone, Debug, PartialEq, Eq, Hash, thiserror::Error)]
#[error("{kind} (at byte {})", span.start)]
#[non_exhaustive]
pub struct ParseError {
    /// What is wrong.
    pub kind: ErrorKind,
    /// Where, in bytes of the text.
    pub span: Span,
}

impl ParseError {
    const fn new(kind: ErrorKind, span: Span) -> Self {
        Self { kind, span }
    }
}

/// What makes a text no domain name.
#[derive(Clone, Debug, PartialEq, Eq, Hash, thiserror::Error)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The text is empty; the root is written `.`.
    #[error("a domain name is empty; write at least one label, such as example.org")]
    Empty,
    /// Two dots in a row, or a dot at the start.
    #[error("a label is empty: a domain name has one dot between labels and none in front")]
    EmptyLabel,
    /// A label is over 63 octets.
    #[error("a label has {octets} octets; at most 63 are allowed")]
    LabelTooLong {
        /// The label's length.
        octets: usize,
    },
    /// The name is over 255 octets on the wire.
    #[error("the domain name is over 255 octets")]
    NameTooLong,
    /// A backslash is followed by neither a character nor three digits up to 255.
    #[error("a backslash must be followed by one character or by three digits up to 255")]
    BadEscape,
    /// A label outside ASCII has no A-label (or the crate was built without feature `idna`).
    #[error("a label outside ASCII cannot be written as an A-label (RFC 5891)")]
    NotALabel,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name(text: &str) -> DomainName {
        text.parse().unwrap()
    }

    fn error(text: &str) -> String {
        text.parse::<DomainName>().unwrap_err().to_string()
    }

    #[test]
    fn case_and_final_dot_do_not_matter() {
        assert_eq!(name("Example.ORG."), name("example.org"));
        assert_eq!(name("Example.ORG").cmp(&name("example.org")), Ordering::Equal);
        assert_eq!(name("Example.ORG").to_string(), "Example.ORG");
    }

    #[test]
    fn names_that_are_equal_hash_alike() {
        use core::hash::BuildHasher as _;
        let long = format!("{}.Example.ORG", "a".repeat(40));
        let state = std::hash::RandomState::new();
        for (one, other) in [(name("Example.ORG"), name("example.org")), (name(&long), name(&long.to_lowercase()))] {
            assert_eq!(state.hash_one(&one), state.hash_one(&other));
        }
        let (parent, short) = (name(&long).parent().unwrap(), name("example.org"));
        assert_eq!((&parent, state.hash_one(&parent)), (&short, state.hash_one(&short)));
        assert_ne!(state.hash_one(name(&long)), state.hash_one(&short));
    }

    #[test]
    fn limits_are_those_of_the_wire() {
        // RFC 1035 §2.3.4: labels 63 octets, names 255.
        let label = "a".repeat(63);
        let longest = format!("{label}.{label}.{label}.{}", "a".repeat(61));
        assert_eq!(name(&longest).to_string(), longest);
        assert_eq!(error(&format!("{longest}a")), "the domain name is over 255 octets (at byte 192)");
        assert_eq!(error(&format!("x.{label}a")), "a label has 64 octets; at most 63 are allowed (at byte 2)");
    }

    #[test]
    fn malformed_names_say_what_and_where() {
        assert!(error("").starts_with("a domain name is empty"));
        assert!(error("a..b").contains("a label is empty"));
        assert!(error("a..b").ends_with("(at byte 2)"));
        assert!(error(".a").ends_with("(at byte 0)"));
        assert!(error(r"a.b\25").contains("three digits up to 255"));
        assert!(error(r"a\256.b").contains("three digits"));
    }

    #[test]
    fn escapes_survive_a_round_trip() {
        // RFC 1035 §5.1: any octet can stand in a label.
        let odd = DomainName::from_labels([b"a.b\\\x00\xff".as_slice(), b"org"]).unwrap();
        assert_eq!(odd.to_string(), r"a\.b\\\000\255.org");
        assert_eq!(name(&odd.to_string()), odd);
        assert_eq!(name(r"a\.b.org.").label_count(), 2);
        assert_eq!(name(".").to_string(), ".");
    }

    #[test]
    fn within_respects_label_boundaries() {
        assert!(name("mx.Example.org").is_within(&name("example.org")));
        assert!(name("example.org").is_within(&name("example.org")));
        assert!(name("example.org").is_within(&DomainName::root()));
        assert!(!name("badexample.org").is_within(&name("example.org")));
        assert!(!name("org").is_within(&name("example.org")));
    }

    #[cfg(feature = "idna")]
    #[test]
    fn u_labels_become_a_labels_beside_underscores() {
        assert_eq!(name("_spf.Bücher.example").to_string(), "_spf.xn--bcher-kva.example");
        assert!(error("a.\u{200d}.example").contains("A-label"));
        // Spans index the text as given, not its A-labels.
        let span = |text: &str| text.parse::<DomainName>().unwrap_err().span;
        assert_eq!(span("ü..a"), Span::at(3));
        assert_eq!(span("日本語。例え..x"), Span::at(19));
        assert_eq!(span(&format!("ü.{}.x", "a".repeat(70))), Span::new(3, 73));
    }

    #[test]
    fn host_names_are_letters_digits_and_inner_hyphens() {
        assert!(name("mx-1.example.org").is_host_name());
        assert!(!name("_spf.example.org").is_host_name());
        assert!(!name("-a.example.org").is_host_name());
        assert!(!DomainName::root().is_host_name());
    }
}
