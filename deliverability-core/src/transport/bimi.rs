//! The BIMI assertion record (draft-brand-indicators-for-message-identification §4.2), no RFC yet.

use core::fmt;
use core::str::FromStr;

use super::parse_error::{ErrorKind, ParseError};
use super::record_kind::{RecordKind, value_of};
use super::uri::is_uri;
use crate::span::Span;
use crate::tag_list::Tag;

/// `v=BIMI1; l=...; a=...`: where a domain's logo is, and the evidence for it.
///
/// ```
/// use deliverability_core::transport::BimiRecord;
///
/// let record: BimiRecord = "v=BIMI1; l=https://example.org/logo.svg; a=".parse()?;
/// assert_eq!(record.l.as_deref(), Some("https://example.org/logo.svg"));
/// assert!("v=BIMI1; l=".parse::<BimiRecord>()?.declines());
/// # Ok::<(), deliverability_core::transport::ParseError>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct BimiRecord {
    /// The location of the logo, an SVG file.
    pub l: Option<String>,
    /// The location of the evidence, a certificate.
    pub a: Option<String>,
    /// Whether the sender's own picture goes before the brand's.
    pub avp: BimiAddressPreference,
    /// The local parts that have a logo of their own, as written.
    pub lps: Option<String>,
}

/// What `avp=` says.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum BimiAddressPreference {
    /// The brand's logo.
    #[default]
    Brand,
    /// The picture of the sender's address.
    Personal,
}

impl BimiRecord {
    /// Reads a record.
    ///
    /// # Errors
    ///
    /// It is no BIMI record, or its logo is not shown.
    pub fn parse(text: &[u8]) -> Result<Self, ParseError> {
        let tags = RecordKind::Bimi.read_tags(text)?;
        if value_of(&tags, text, "l").is_none() {
            return Err(ParseError::new(ErrorKind::Missing("l"), Span::at(text.len())));
        }
        let said = |span: Span| String::from_utf8_lossy(span.of(text)).into_owned();
        Ok(Self {
            l: location(&tags, text, "l")?,
            a: location(&tags, text, "a")?,
            avp: preference(&tags, text)?,
            lps: value_of(&tags, text, "lps").map(said),
        })
    }

    /// Whether the domain says that it has no logo: both locations are empty (§4.2.1).
    pub const fn declines(&self) -> bool {
        self.l.is_none() && self.a.is_none()
    }
}

/// A location, which may be empty.
fn location(tags: &[Tag], text: &[u8], name: &'static str) -> Result<Option<String>, ParseError> {
    match value_of(tags, text, name) {
        None => Ok(None),
        Some(span) if span.of(text).is_empty() => Ok(None),
        Some(span) if is_uri(span.of(text), "https://") => {
            Ok(Some(String::from_utf8_lossy(span.of(text)).into_owned()))
        }
        Some(span) => Err(ParseError::new(ErrorKind::Location(name), span)),
    }
}

fn preference(tags: &[Tag], text: &[u8]) -> Result<BimiAddressPreference, ParseError> {
    let Some(span) = value_of(tags, text, "avp") else { return Ok(BimiAddressPreference::Brand) };
    match span.of(text) {
        b"brand" => Ok(BimiAddressPreference::Brand),
        b"personal" => Ok(BimiAddressPreference::Personal),
        _ => Err(ParseError::new(ErrorKind::AddressPreference, span)),
    }
}

impl FromStr for BimiRecord {
    type Err = ParseError;

    fn from_str(text: &str) -> Result<Self, ParseError> {
        Self::parse(text.as_bytes())
    }
}

impl fmt::Display for BimiRecord {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "v=BIMI1; l={}", self.l.as_deref().unwrap_or_default())?;
        self.a.as_ref().map_or(Ok(()), |a| write!(f, "; a={a}"))?;
        f.write_str(if self.avp == BimiAddressPreference::Personal { "; avp=personal" } else { "" })?;
        self.lps.as_ref().map_or(Ok(()), |lps| write!(f, "; lps={lps}"))
    }
}
