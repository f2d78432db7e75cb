//! The TLS reporting record (RFC 8460 §3).

use core::fmt;
use core::str::FromStr;

use super::parse_error::{ErrorKind, ParseError};
use super::record_kind::{RecordKind, value_of};
use super::uri::is_uri;
use crate::span::Span;

/// `v=TLSRPTv1; rua=...`: where reports on failed TLS go.
///
/// ```
/// use deliverability_core::transport::TlsReportingRecord;
///
/// let record: TlsReportingRecord = "v=TLSRPTv1;rua=mailto:tls@example.org,https://example.org/tls".parse()?;
/// assert_eq!(record.rua.len(), 2);
/// # Ok::<(), deliverability_core::transport::ParseError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct TlsReportingRecord {
    /// `mailto:` and `https:` URIs, one at least.
    pub rua: Vec<String>,
}

impl TlsReportingRecord {
    /// Reads a record.
    ///
    /// # Errors
    ///
    /// It is no TLS reporting record, or senders of reports ignore it.
    pub fn parse(text: &[u8]) -> Result<Self, ParseError> {
        let tags = RecordKind::TlsReporting.read_tags(text)?;
        let Some(list) = value_of(&tags, text, "rua") else {
            return Err(ParseError::new(ErrorKind::Missing("rua"), Span::at(text.len())));
        };
        let mut rua = Vec::new();
        for span in items(text, list) {
            let item = span.of(text);
            // RFC 8460 §3: "mailto" and "https" are the two schemes.
            if !is_uri(item, "mailto:") && !is_uri(item, "https://") {
                return Err(ParseError::new(ErrorKind::ReportUri, span));
            }
            rua.push(String::from_utf8_lossy(item).into_owned());
        }
        Ok(Self { rua })
    }
}

/// The items of a list with commas between, without white space around them.
pub(super) fn items(text: &[u8], list: Span) -> impl Iterator<Item = Span> {
    let mut at = list.start;
    list.of(text).split(|byte| *byte == b',').map(move |item| {
        let start = at.saturating_add(item.len().saturating_sub(item.trim_ascii_start().len()));
        at = at.saturating_add(item.len()).saturating_add(1);
        Span::new(start, start.saturating_add(item.trim_ascii().len()))
    })
}

impl FromStr for TlsReportingRecord {
    type Err = ParseError;

    fn from_str(text: &str) -> Result<Self, ParseError> {
        Self::parse(text.as_bytes())
    }
}

impl fmt::Display for TlsReportingRecord {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "v=TLSRPTv1; rua={}", self.rua.join(","))
    }
}
