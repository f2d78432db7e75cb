//! `spf2.0` records: version and scopes (RFC 4406 §3.1).

use core::fmt;
use core::str::FromStr;

use crate::escaped::Escaped;
use crate::span::Span;

/// What a record of any version 2 starts with.
const VERSION: &str = "spf2.";

/// Whether the bytes of a TXT record are a Sender ID record: `spf2.`, without case.
pub fn is_record(text: &[u8]) -> bool {
    text.get(..VERSION.len()).is_some_and(|head| head.eq_ignore_ascii_case(VERSION.as_bytes()))
}

/// A Sender ID record: which identities it is about, and terms as in SPF.
///
/// Receivers ignore such records today.
///
/// ```
/// use deliverability_core::historic::sender_id::{Record, Scope};
///
/// let record: Record = "spf2.0/mfrom,pra +mx ?all".parse()?;
/// assert_eq!(record.scopes, [Scope::Mfrom, Scope::Pra]);
/// assert_eq!(record.as_spf(), "v=spf1 +mx ?all");
/// assert!("spf2.0 mx".parse::<Record>().unwrap_err().to_string().starts_with("a scope is missing"));
/// # Ok::<(), deliverability_core::historic::sender_id::ParseError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Record {
    /// The digits behind `spf2.`: `0` in every record that the RFC knows.
    pub minor: Box<str>,
    /// The identities that the record is about, in order.
    pub scopes: Vec<Scope>,
    /// What follows the version section, without the spaces around it; not read here.
    pub terms: Box<str>,
}

impl Record {
    /// Reads a record's version section from the joined bytes of a TXT record.
    ///
    /// # Errors
    ///
    /// The first thing that is wrong with the version section, or an octet that no term can hold.
    pub fn parse(text: &[u8]) -> Result<Self, ParseError> {
        let section_end = text.iter().position(|octet| *octet == b' ').unwrap_or(text.len());
        if !is_record(text) {
            return Err(ParseError { kind: ErrorKind::NoVersion, span: Span::new(0, section_end) });
        }
        let text = visible(text)?;
        let digits_end = end_of_run(text, VERSION.len(), |c| c.is_ascii_digit());
        let minor = Span::new(VERSION.len(), digits_end);
        if minor.start == minor.end {
            return Err(ParseError { kind: ErrorKind::NoMinorVersion, span: minor });
        }
        let scopes = scopes(text, Span::new(digits_end, section_end))?;
        let terms = Span::new(section_end, text.len()).of_text(text).trim_matches(' ').into();
        Ok(Self { minor: minor.of_text(text).into(), scopes, terms })
    }

    /// Whether the record is about this identity.
    pub fn covers(&self, scope: &Scope) -> bool {
        self.scopes.contains(scope)
    }

    /// The same terms as an SPF record: RFC 4406 §3.1 takes their syntax and meaning from SPF.
    pub fn as_spf(&self) -> String {
        if self.terms.is_empty() { "v=spf1".into() } else { format!("v=spf1 {}", self.terms) }
    }
}

/// The text, if it holds visible ASCII characters and spaces only, as SPF terms do.
fn visible(text: &[u8]) -> Result<&str, ParseError> {
    let forbidden = text.iter().position(|octet| !(0x20..0x7f).contains(octet));
    match (forbidden, core::str::from_utf8(text)) {
        (None, Ok(text)) => Ok(text),
        (at, _) => {
            let at = at.unwrap_or_default();
            let octet = text.get(at).copied().unwrap_or_default();
            Err(ParseError { kind: ErrorKind::ForbiddenOctet { octet }, span: Span::new(at, at.saturating_add(1)) })
        }
    }
}

fn end_of_run(text: &str, start: usize, of: impl Fn(char) -> bool) -> usize {
    let rest = text.get(start..).unwrap_or_default();
    start.saturating_add(rest.find(|c| !of(c)).unwrap_or(rest.len()))
}

/// `scope = "/" scope-id *( "," scope-id )`.
fn scopes(text: &str, section: Span) -> Result<Vec<Scope>, ParseError> {
    let written = section.of_text(text);
    let Some(list) = written.strip_prefix('/') else {
        let kind = if written.is_empty() { ErrorKind::NoScope } else { ErrorKind::BadVersion };
        return Err(ParseError { kind, span: section });
    };
    let mut at = section.start.saturating_add(1);
    let mut scopes = Vec::new();
    for id in list.split(',') {
        let span = Span::new(at, at.saturating_add(id.len()));
        scopes.push(scope(id).ok_or_else(|| {
            let kind = if id.is_empty() {
                ErrorKind::NoScope
            } else {
                ErrorKind::BadScope { text: Escaped(id.as_bytes()).to_string().into() }
            };
            ParseError { kind, span }
        })?);
        at = span.end.saturating_add(1);
    }
    Ok(scopes)
}

/// `scope-id = "mfrom" / "pra" / name`.
fn scope(id: &str) -> Option<Scope> {
    let is_name = id.starts_with(|c: char| c.is_ascii_alphabetic())
        && id.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.'));
    if !is_name {
        return None;
    }
    Some(match id.to_ascii_lowercase().as_str() {
        "mfrom" => Scope::Mfrom,
        "pra" => Scope::Pra,
        _ => Scope::Other(id.into()),
    })
}

impl FromStr for Record {
    type Err = ParseError;

    fn from_str(text: &str) -> Result<Self, ParseError> {
        Self::parse(text.as_bytes())
    }
}

impl fmt::Display for Record {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{VERSION}{}", self.minor)?;
        for (n, scope) in self.scopes.iter().enumerate() {
            write!(f, "{}{scope}", if n == 0 { '/' } else { ',' })?;
        }
        if self.terms.is_empty() { Ok(()) } else { write!(f, " {}", self.terms) }
    }
}

/// An identity that a record is about.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Scope {
    /// The MAIL FROM address (RFC 4406 §3.1).
    Mfrom,
    /// The purported responsible address of the message's header.
    Pra,
    /// Any other name, which the RFC has ignored.
    Other(Box<str>),
}

impl fmt::Display for Scope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Mfrom => "mfrom",
            Self::Pra => "pra",
            Self::Other(name) => name,
        })
    }
}

/// Why a text is not a Sender ID record, and which of its bytes say so.
#[derive(Clone, Debug, PartialEq, Eq, Hash, thiserror::Error)]
#[error("{kind} (at byte {})", span.start)]
#[non_exhaustive]
pub struct ParseError {
    /// What is wrong.
    pub kind: ErrorKind,
    /// Where, in bytes of the record.
    pub span: Span,
}

/// What makes a text no Sender ID record. Foreign text in it is escaped and cut.
#[derive(Clone, Debug, PartialEq, Eq, Hash, thiserror::Error)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The text does not start with the version.
    #[error("a Sender ID record starts with \"spf2.0/\" and its scopes, such as \"spf2.0/mfrom,pra\"")]
    NoVersion,
    /// No digit follows `spf2.`.
    #[error("the minor version is missing; write spf2.0")]
    NoMinorVersion,
    /// Something else than a slash or a space follows the digits.
    #[error("this cannot follow the version; expected a slash and the scopes, such as \"/mfrom,pra\"")]
    BadVersion,
    /// No scope stands where one is expected.
    #[error("a scope is missing; expected mfrom or pra, as in \"spf2.0/mfrom,pra\"")]
    NoScope,
    /// A scope is no name.
    #[error("\"{text}\" is no scope; scopes are mfrom and pra, separated by commas without spaces")]
    BadScope {
        /// The scope.
        text: Box<str>,
    },
    /// A control character or an octet outside ASCII.
    #[error("octet {octet:#04x} is not allowed: a record holds visible ASCII characters and spaces")]
    ForbiddenOctet {
        /// The octet.
        octet: u8,
    },
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn assert_error(text: &str, at: &str, message: &str) {
        let error = text.parse::<Record>().unwrap_err();
        assert_eq!((error.span.of_text(text), error.kind.to_string().as_str()), (at, message), "{text}");
    }

    #[test]
    fn scopes_are_read_in_order() {
        // RFC 4406 §3.1: the version section ends with a space; case does not matter.
        let record: Record = "SPF2.0/PRA,x-new,mfrom  ip4:192.0.2.1 -all ".parse().unwrap();
        assert_eq!(record.scopes, [Scope::Pra, Scope::Other("x-new".into()), Scope::Mfrom]);
        assert_eq!(record.to_string(), "spf2.0/pra,x-new,mfrom ip4:192.0.2.1 -all");
        assert_eq!(record.to_string().parse(), Ok(record.clone()));
        assert!(record.covers(&Scope::Pra));
        assert_eq!("spf2.0/pra".parse::<Record>().unwrap().as_spf(), "v=spf1");
    }

    #[test]
    fn errors_say_what_and_where() {
        assert_error(
            "v=spf1 -all",
            "v=spf1",
            "a Sender ID record starts with \"spf2.0/\" and its scopes, such as \"spf2.0/mfrom,pra\"",
        );
        assert_error("spf2./pra", "", "the minor version is missing; write spf2.0");
        assert_error(
            "spf2.0pra -all",
            "pra",
            "this cannot follow the version; expected a slash and the scopes, such as \"/mfrom,pra\"",
        );
        let missing = "a scope is missing; expected mfrom or pra, as in \"spf2.0/mfrom,pra\"";
        for text in ["spf2.0 -all", "spf2.0", "spf2.0/ -all", "spf2.0/pra, mfrom"] {
            assert_error(text, "", missing);
        }
        assert_error(
            "spf2.0/pra;mfrom",
            "pra;mfrom",
            "\"pra;mfrom\" is no scope; scopes are mfrom and pra, separated by commas without spaces",
        );
        assert_error(
            "spf2.0/pra\tmx",
            "\t",
            "octet 0x09 is not allowed: a record holds visible ASCII characters and spaces",
        );
        assert_eq!("spf2.0 mx".parse::<Record>().unwrap_err().to_string(), format!("{missing} (at byte 6)"));
    }

    #[test]
    fn only_version_two_is_a_sender_id_record() {
        for text in ["spf2.0/pra", "SPF2.1", "spf2."] {
            assert!(is_record(text.as_bytes()), "{text}");
        }
        for text in ["", "spf2", "v=spf2.0", " spf2.0/pra"] {
            assert!(!is_record(text.as_bytes()), "{text}");
        }
    }
}
