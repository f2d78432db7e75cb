//! The MTA-STS record (RFC 8461 §3.1).

use core::fmt;
use core::str::FromStr;

use super::parse_error::{ErrorKind, ParseError};
use super::record_kind::{RecordKind, value_of};
use crate::span::Span;

/// `v=STSv1; id=...`: the domain has a policy, and this is the version of it.
///
/// ```
/// use deliverability_core::transport::MtaStsRecord;
///
/// let record: MtaStsRecord = "v=STSv1; id=20160831085700Z;".parse()?;
/// assert_eq!(record.id, "20160831085700Z");
/// let error = "v=STSv1; id=2016-08-31".parse::<MtaStsRecord>().unwrap_err();
/// assert_eq!(error.to_string(), "id= must be 1 to 32 letters and digits, such as 20260101000000 (at byte 16)");
/// # Ok::<(), deliverability_core::transport::ParseError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct MtaStsRecord {
    /// 1 to 32 letters and digits; it changes with the policy.
    pub id: String,
}

impl MtaStsRecord {
    /// Reads a record.
    ///
    /// # Errors
    ///
    /// It is no MTA-STS record, or senders ignore it.
    pub fn parse(text: &[u8]) -> Result<Self, ParseError> {
        let tags = RecordKind::MtaSts.read_tags(text)?;
        let Some(id) = value_of(&tags, text, "id") else {
            return Err(ParseError::new(ErrorKind::Missing("id"), Span::at(text.len())));
        };
        let value = id.of(text);
        if let Some(at) = value.iter().position(|byte| !byte.is_ascii_alphanumeric()) {
            return Err(ParseError::new(ErrorKind::Id, Span::new(at, at.saturating_add(1)).shifted(id.start)));
        }
        if value.is_empty() || value.len() > 32 {
            return Err(ParseError::new(ErrorKind::Id, id));
        }
        // RFC 8461 §3.1: sts-ext-name has at most 32 octets, sts-ext-value one at least.
        match tags.iter().find(|tag| tag.name.of(text).len() > 32 || tag.value.of(text).is_empty()) {
            Some(tag) => Err(ParseError::new(ErrorKind::Extension, tag.name)),
            None => Ok(Self { id: String::from_utf8_lossy(value).into_owned() }),
        }
    }
}

impl FromStr for MtaStsRecord {
    type Err = ParseError;

    fn from_str(text: &str) -> Result<Self, ParseError> {
        Self::parse(text.as_bytes())
    }
}

impl fmt::Display for MtaStsRecord {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "v=STSv1; id={};", self.id)
    }
}
