//! Whose results may be believed (RFC 8601 §4.1, §5, §7.1).

use super::{AuthenticationResults, NAME};
use crate::header::fields;
use crate::span::Span;

/// Most fields of one message that are read.
const MAX_FIELDS: usize = 100;

/// An Authentication-Results field of a message, and whether it may be believed.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Claim {
    /// What it says. The places of its departures index its value.
    pub results: AuthenticationResults,
    /// Whether it may be believed.
    pub standing: Standing,
    /// Where its value stands in the header section.
    pub span: Span,
}

/// Whether results may be believed, and why not.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Standing {
    /// A trusted host is named, and nothing says that the field came in with the message.
    Trusted,
    /// Another host is named.
    OtherHost,
    /// No host is named.
    NoHost,
    /// A trusted host is named, and the version of the syntax is not known (RFC 8601 §2.6).
    UnknownVersion,
    /// A trusted host is named, and a Received field stands between this field and the topmost one of a
    /// trusted host: it came in with the message, from whoever wrote it. A receiver has to remove such a
    /// field (RFC 8601 §5).
    BelowBoundary,
}

impl Standing {
    /// In words.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Trusted => "trusted",
            Self::OtherHost => "another host's, not verified",
            Self::NoHost => "nobody's: it names no host",
            Self::UnknownVersion => "not verified: the version of its syntax is not known",
            Self::BelowBoundary => "not verified: it came in with the message, and names a trusted host",
        }
    }
}

impl core::fmt::Display for Standing {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.pad(self.as_str())
    }
}

impl AuthenticationResults {
    /// The Authentication-Results fields of a header section, from the top, at most 100, and which of them
    /// may be believed by somebody who trusts the hosts of these names.
    ///
    /// Anybody can write such a field, so nobody is trusted unless named: give the name that the border
    /// server of your own network writes, after making sure that it removes what others wrote in its name
    /// (RFC 8601 §5, §7.1). The topmost field of a trusted host is believed, and others of trusted hosts
    /// beside it. Those that a Received field separates from it came in with the message: so to see what
    /// an outer server of several found, name that one alone.
    ///
    /// ```
    /// use deliverability_core::header::{AuthenticationResults, Standing};
    ///
    /// let header = b"Authentication-Results: mx.example.net; spf=fail smtp.mailfrom=example.org\r\n\
    ///     Received: from forger by mx.example.net; Thu, 1 Jan 2026 00:00:00 +0000\r\n\
    ///     Authentication-Results: mx.example.net; spf=pass smtp.mailfrom=example.org\r\n";
    /// let claims = AuthenticationResults::of_message(header, &["mx.example.net"]);
    /// let standings: Vec<Standing> = claims.iter().map(|claim| claim.standing).collect();
    /// assert_eq!(standings, [Standing::Trusted, Standing::BelowBoundary]);
    /// ```
    pub fn of_message<S: AsRef<str>>(header: &[u8], trusted: &[S]) -> Vec<Claim> {
        let mut place = Place::Above;
        let mut claims = Vec::new();
        for field in fields(header) {
            if field.is("Received") && place == Place::Among {
                place = Place::Below;
            }
            if !field.is(NAME) || claims.len() >= MAX_FIELDS {
                continue;
            }
            let results = Self::parse(field.value);
            let standing = standing(&results, trusted, &mut place);
            claims.push(Claim { results, standing, span: field.value_span });
        }
        claims
    }
}

/// A place in the header section, seen from the fields of trusted hosts.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    Above,
    Among,
    Below,
}

fn standing<S: AsRef<str>>(results: &AuthenticationResults, trusted: &[S], place: &mut Place) -> Standing {
    if results.authserv_id.is_none() {
        return Standing::NoHost;
    }
    if !trusted.iter().any(|id| results.is_by(id.as_ref())) {
        return Standing::OtherHost;
    }
    if *place == Place::Below {
        return Standing::BelowBoundary;
    }
    *place = Place::Among;
    if results.is_known_version() { Standing::Trusted } else { Standing::UnknownVersion }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn standings(header: &str, trusted: &[&str]) -> Vec<Standing> {
        let claims = AuthenticationResults::of_message(header.as_bytes(), trusted);
        claims.iter().map(|claim| claim.standing).collect()
    }

    #[test]
    fn nobody_is_trusted_by_default() {
        // RFC 8601 §4.1, §7.1: the list is empty until somebody fills it.
        let header = "Authentication-Results: mx.test; spf=pass\r\nAuthentication-Results: spf=pass\r\n";
        assert_eq!(standings(header, &[]), [Standing::OtherHost, Standing::NoHost]);
        assert_eq!(standings(header, &["MX.TEST"]), [Standing::Trusted, Standing::NoHost]);
        assert_eq!(standings(header, &["test"]), [Standing::OtherHost, Standing::NoHost]);
    }

    #[test]
    fn what_came_in_is_below_the_boundary() {
        // RFC 8601 §5, §7.1: the receiver's own fields stand on top, around its Received field.
        let own = "Received: by mx.test\r\nAuthentication-Results: mx.test; spf=fail\r\n\
                   Authentication-Results: mx.test; iprev=pass\r\n";
        let forged = "Received: from a\r\nAuthentication-Results: mx.test; spf=pass\r\n";
        let header = format!("{own}{forged}");
        assert_eq!(standings(&header, &["mx.test"]), [Standing::Trusted, Standing::Trusted, Standing::BelowBoundary]);
    }

    #[test]
    fn another_version_is_not_believed() {
        // RFC 8601 §2.6, §5.
        for version in ["2", "0", "99999999999"] {
            let header = format!("Authentication-Results: mx.test {version}; spf=pass\r\n");
            assert_eq!(standings(&header, &["mx.test"]), [Standing::UnknownVersion], "{version}");
        }
        assert_eq!(standings("Authentication-Results: mx.test 01; spf=pass\r\n", &["mx.test"]), [Standing::Trusted]);
    }

    #[cfg(feature = "idna")]
    #[test]
    fn a_labels_and_u_labels_are_one_name() {
        // RFC 8601 §5.
        let header = "Authentication-Results: mx.bücher.test; spf=pass\r\n";
        assert_eq!(standings(header, &["mx.xn--bcher-kva.test"]), [Standing::Trusted]);
    }

    #[test]
    fn fields_are_bounded() {
        let header = "Authentication-Results: mx.test; spf=pass\r\n".repeat(1000);
        assert_eq!(standings(&header, &["mx.test"]).len(), MAX_FIELDS);
    }
}
