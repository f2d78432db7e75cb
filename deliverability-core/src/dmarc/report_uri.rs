//! Where reports are to be sent: `dmarc-uri` (RFC 9989 §4.8), a URI of RFC 3986.

use core::fmt;

use crate::span::Span;

/// One reporting URI.
///
/// ```
/// use deliverability_core::dmarc::ReportUri;
///
/// let uri = ReportUri::parse(b"mailto:reports@example.org!10m").unwrap();
/// assert_eq!(uri.uri, "mailto:reports@example.org");
/// assert_eq!(uri.size_limit.as_deref(), Some("10m"));
/// assert_eq!(uri.mail_domain(), Some("example.org"));
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct ReportUri {
    /// The URI as written, without the size limit.
    pub uri: String,
    /// What stood behind `!`: a size limit, obsolete and to be ignored (RFC 9989 §4.8).
    pub size_limit: Option<String>,
}

impl ReportUri {
    /// `dmarc-uri / obs-dmarc-uri`.
    ///
    /// # Errors
    ///
    /// The first byte that no URI may hold there.
    pub fn parse(text: &[u8]) -> Result<Self, UriError> {
        let whole = Span::new(0, text.len());
        let bang = text.iter().position(|byte| *byte == b'!').unwrap_or(text.len());
        let (uri, size) = text.split_at_checked(bang).unwrap_or((text, b""));
        check_uri(uri)?;
        let size_limit = match size.split_first() {
            Some((_, digits)) if is_size(digits) => Some(digits),
            Some(_) => return Err(UriError::at(Span::new(bang, text.len()))),
            None => None,
        };
        let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).map_err(|_| UriError::at(whole));
        Ok(Self { uri: text(uri)?, size_limit: size_limit.map(text).transpose()? })
    }

    /// The scheme, as written.
    pub fn scheme(&self) -> &str {
        self.uri.split(':').next().unwrap_or_default()
    }

    /// Whether this is a `mailto:` URI, the only scheme that receivers must support (RFC 9989 §4.7).
    pub fn is_mailto(&self) -> bool {
        self.scheme().eq_ignore_ascii_case("mailto")
    }

    /// The address of a `mailto:` URI, percent signs as they stand; `None` for other schemes.
    pub fn mail_address(&self) -> Option<&str> {
        let after = self.uri.get(self.scheme().len()..)?.strip_prefix(':')?;
        self.is_mailto().then(|| after.split('?').next().unwrap_or_default())
    }

    /// The domain of a `mailto:` URI's address; `None` for other schemes and where there is none.
    pub fn mail_domain(&self) -> Option<&str> {
        let (_, domain) = self.mail_address()?.rsplit_once('@')?;
        (!domain.is_empty()).then_some(domain)
    }

    /// The host that reports go to: the mail domain, or the host part of the authority
    /// (RFC 9990 §4 step 1).
    pub fn host(&self) -> Option<&str> {
        if self.is_mailto() {
            return self.mail_domain();
        }
        let after = self.uri.get(self.scheme().len()..)?.strip_prefix("://")?;
        let authority = after.split(['/', '?', '#']).next().unwrap_or_default();
        let host = authority.rsplit('@').next().unwrap_or_default();
        let literal = host.find(']').and_then(|end| host.get(..=end)).filter(|host| host.starts_with('['));
        let host = literal.or_else(|| host.split(':').next()).unwrap_or_default();
        (!host.is_empty()).then_some(host)
    }
}

impl fmt::Display for ReportUri {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.uri)?;
        self.size_limit.as_ref().map_or(Ok(()), |limit| write!(f, "!{limit}"))
    }
}

/// A text is no URI.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, thiserror::Error)]
#[error("no URI such as mailto:reports@example.org (at byte {})", span.start)]
pub struct UriError {
    /// The first bytes that do not belong there.
    pub span: Span,
}

impl UriError {
    const fn at(span: Span) -> Self {
        Self { span }
    }
}

/// `obs-dmarc-report-size` without its exclamation mark.
fn is_size(text: &[u8]) -> bool {
    let digits = match text.split_last() {
        Some((unit, digits)) if matches!(unit.to_ascii_lowercase(), b'k' | b'm' | b'g' | b't') => digits,
        _ => text,
    };
    !digits.is_empty() && digits.iter().all(u8::is_ascii_digit)
}

/// `URI = scheme ":" hier-part [ "?" query ] [ "#" fragment ]` (RFC 3986 §3), by its characters.
fn check_uri(uri: &[u8]) -> Result<(), UriError> {
    let colon = uri.iter().position(|byte| *byte == b':').ok_or(UriError::at(Span::new(0, uri.len())))?;
    let scheme = uri.get(..colon).unwrap_or_default();
    let is_scheme = scheme.first().is_some_and(u8::is_ascii_alphabetic)
        && scheme.iter().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'-' | b'.'));
    if !is_scheme {
        return Err(UriError::at(Span::new(0, colon)));
    }
    let mut fragments = 0;
    let mut at = colon.saturating_add(1);
    while let Some(byte) = uri.get(at) {
        fragments += usize::from(*byte == b'#');
        let length = match byte {
            b'%' if is_percent_encoded(uri, at) => 3,
            b'#' if fragments == 1 => 1,
            b'[' | b']' if uri.get(colon..).is_some_and(|rest| rest.starts_with(b"://")) => 1,
            _ if is_uri_byte(*byte) => 1,
            _ => return Err(UriError::at(Span::new(at, at.saturating_add(1)))),
        };
        at = at.saturating_add(length);
    }
    Ok(())
}

fn is_percent_encoded(uri: &[u8], at: usize) -> bool {
    let digits = uri.get(at.saturating_add(1)..at.saturating_add(3)).unwrap_or_default();
    digits.len() == 2 && digits.iter().all(u8::is_ascii_hexdigit)
}

/// `unreserved`, `sub-delims` and the delimiters of RFC 3986 §2.2. Commas and exclamation marks must be
/// encoded in a DMARC record (RFC 9989 §4.8).
const fn is_uri_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric()
        || matches!(byte, b'-' | b'.' | b'_' | b'~' | b':' | b'/' | b'?' | b'@')
        || matches!(byte, b'$' | b'&' | b'\'' | b'(' | b')' | b'*' | b'+' | b'=')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_are_found_in_every_scheme() {
        // RFC 9990 §4 step 1.
        let hosts = [
            ("mailto:a@example.org", Some("example.org")),
            ("MAILTO:a@example.org?subject=x@y", Some("example.org")),
            ("mailto:nobody", None),
            ("https://u:p@reports.example.org:8443/dmarc?a=b#c", Some("reports.example.org")),
            ("https://[2001:db8::1]:443/", Some("[2001:db8::1]")),
            ("urn:x", None),
        ];
        for (uri, host) in hosts {
            assert_eq!(ReportUri::parse(uri.as_bytes()).unwrap().host(), host, "{uri}");
        }
    }

    #[test]
    fn what_is_no_uri_says_where() {
        // RFC 3986 §3, RFC 9989 §4.8.
        let faults = [
            ("dmarc@example.org", 0),
            ("", 0),
            ("mailto: a@example.org", 7),
            ("rua=mailto:a@example.org", 0),
            ("mailto:a@b!10x", 10),
            ("mailto:a%2", 8),
            ("mailto:a%2gb", 8),
            ("mailto:[a]", 7),
            ("http:a#b#c", 8),
            ("mailto:a\u{e9}", 8),
        ];
        for (text, at) in faults {
            assert_eq!(ReportUri::parse(text.as_bytes()).unwrap_err().span.start, at, "{text}");
        }
        assert!(ReportUri::parse(b"mailto:a%2Cb@example.org!50").is_ok());
    }
}
