//! Enhanced status codes ([RFC 3463](https://www.rfc-editor.org/rfc/rfc3463) §2, the registry of
//! [RFC 5248](https://www.rfc-editor.org/rfc/rfc5248)).

use core::fmt;
use core::str::FromStr;

/// An enhanced status code: `5.7.26`.
///
/// ```
/// use deliverability_core::bounce::EnhancedStatusCode;
///
/// let status: EnhancedStatusCode = "5.7.26".parse()?;
/// assert_eq!((status.class, status.subject, status.detail), (5, 7, 26));
/// assert_eq!(status.meaning(), Some("several authentication checks failed"));
/// assert!("3.7.1".parse::<EnhancedStatusCode>().is_err());
/// # Ok::<(), deliverability_core::bounce::NoStatusCode>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[expect(clippy::exhaustive_structs, reason = "closed by RFC 3463 §2")]
pub struct EnhancedStatusCode {
    /// 2 for success, 4 for a persistent transient failure, 5 for a permanent one.
    pub class: u8,
    /// What it is about, 0 to 999.
    pub subject: u16,
    /// The condition, 0 to 999.
    pub detail: u16,
}

impl EnhancedStatusCode {
    /// What the registry says of the subject and the detail, in our words; `None` for what it does not list. A
    /// receiver may mean something else by it: Gmail's 5.7.27 is a failed SPF check.
    pub fn meaning(self) -> Option<&'static str> {
        let key = (self.subject, self.detail);
        REGISTRY.binary_search_by_key(&key, |row| (row.0, row.1)).ok().and_then(|at| REGISTRY.get(at)).map(|row| row.2)
    }

    /// The code at the start of `text`, and how many octets it has.
    pub(super) fn leading(text: &str) -> Option<(Self, usize)> {
        let bytes = text.as_bytes();
        let class = match bytes.first()? {
            b'2' => 2,
            b'4' => 4,
            b'5' => 5,
            _ => return None,
        };
        let (subject, after) = number(bytes, 1)?;
        let (detail, end) = number(bytes, after)?;
        // A fourth number makes it an address or a version.
        let is_longer =
            bytes.get(end) == Some(&b'.') && bytes.get(end.saturating_add(1)).is_some_and(u8::is_ascii_digit);
        let is_word = bytes.get(end).is_some_and(u8::is_ascii_alphanumeric);
        (!is_longer && !is_word).then_some((Self { class, subject, detail }, end))
    }
}

/// The number after a dot at `at`, and where it ends.
fn number(bytes: &[u8], at: usize) -> Option<(u16, usize)> {
    let digits = bytes.get(at..)?.strip_prefix(b".")?;
    let length = digits.iter().take_while(|byte| byte.is_ascii_digit()).count();
    // RFC 3463 §2: one to three digits, and no leading zeros.
    let digits =
        digits.get(..length).filter(|digits| matches!(digits, [_] | [b'1'..=b'9', _] | [b'1'..=b'9', _, _]))?;
    let value = digits.iter().fold(0_u16, |value, digit| value.wrapping_mul(10).wrapping_add(u16::from(digit & 15)));
    Some((value, at.checked_add(1)?.checked_add(length)?))
}

impl FromStr for EnhancedStatusCode {
    type Err = NoStatusCode;

    fn from_str(text: &str) -> Result<Self, NoStatusCode> {
        match Self::leading(text) {
            Some((code, length)) if length == text.len() => Ok(code),
            _ => Err(NoStatusCode),
        }
    }
}

impl fmt::Display for EnhancedStatusCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}.{}", self.class, self.subject, self.detail)
    }
}

/// The text is no enhanced status code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("no enhanced status code: write a class (2, 4 or 5), a subject and a detail, as in 5.7.26")]
#[expect(clippy::exhaustive_structs, reason = "there is nothing more to say")]
pub struct NoStatusCode;

/// Subject, detail, meaning: the IANA registry of SMTP enhanced status codes as of 2024-12-06, in order.
const REGISTRY: &[(u16, u16, &str)] = &[
    (0, 0, "undefined"),
    (1, 0, "something about the address"),
    (1, 1, "the recipient's mailbox does not exist"),
    (1, 2, "the recipient's system does not exist or takes no mail"),
    (1, 3, "the recipient's address is malformed"),
    (1, 4, "the recipient's address is ambiguous"),
    (1, 5, "the recipient's address is valid"),
    (1, 6, "the mailbox has moved, and nobody knows where to"),
    (1, 7, "the sender's address is malformed"),
    (1, 8, "the sender's system does not exist or takes no mail"),
    (1, 9, "passed on to a server that gives no reports"),
    (1, 10, "the recipient's domain says that it takes no mail (null MX)"),
    (2, 0, "something about the mailbox"),
    (2, 1, "the mailbox is disabled"),
    (2, 2, "the mailbox is full"),
    (2, 3, "the message is larger than the mailbox takes"),
    (2, 4, "the mailing list could not be expanded"),
    (3, 0, "something about the mail system"),
    (3, 1, "the mail system is full"),
    (3, 2, "the system takes no mail now"),
    (3, 3, "the system lacks a feature that was asked for"),
    (3, 4, "the message is too large for the system"),
    (3, 5, "the system is misconfigured"),
    (3, 6, "the requested priority was changed"),
    (4, 0, "something about the network or the route"),
    (4, 1, "the host does not answer"),
    (4, 2, "the connection broke"),
    (4, 3, "a directory server failed"),
    (4, 4, "no route is found"),
    (4, 5, "the mail system is congested"),
    (4, 6, "a mail loop"),
    (4, 7, "the delivery time expired"),
    (5, 0, "something about the protocol"),
    (5, 1, "an invalid command"),
    (5, 2, "a syntax error"),
    (5, 3, "too many recipients"),
    (5, 4, "invalid arguments of a command"),
    (5, 5, "the wrong version of the protocol"),
    (5, 6, "the authentication exchange line is too long"),
    (6, 0, "something about the content"),
    (6, 1, "the kind of content is not supported"),
    (6, 2, "a conversion is needed and not allowed"),
    (6, 3, "a conversion is needed and not supported"),
    (6, 4, "converted, with a loss"),
    (6, 5, "the conversion failed"),
    (6, 6, "the content is not available"),
    (6, 7, "addresses beyond ASCII are not taken"),
    (6, 8, "a reply in UTF-8 is needed and not taken"),
    (6, 9, "header fields in UTF-8 are not taken"),
    (6, 10, "an unknown fault of internationalized mail"),
    (7, 0, "something about security or policy"),
    (7, 1, "not authorized: refused"),
    (7, 2, "the sender may not write to the mailing list"),
    (7, 3, "a security conversion is needed and not possible"),
    (7, 4, "a security feature is not supported"),
    (7, 5, "a cryptographic failure"),
    (7, 6, "a cryptographic algorithm is not supported"),
    (7, 7, "the message's integrity check failed"),
    (7, 8, "the login's credentials are invalid"),
    (7, 9, "the login's mechanism is too weak"),
    (7, 10, "encryption is needed"),
    (7, 11, "encryption is needed for this login"),
    (7, 12, "a password change is needed"),
    (7, 13, "the login's account is disabled"),
    (7, 14, "a trust relationship is needed"),
    (7, 15, "the priority is too low"),
    (7, 16, "the message is too large for its priority"),
    (7, 17, "the mailbox has another owner now"),
    (7, 18, "the domain has another owner now"),
    (7, 19, "whether the owner changed could not be found out"),
    (7, 20, "no DKIM signature passes"),
    (7, 21, "no acceptable DKIM signature"),
    (7, 22, "no valid DKIM signature of the author"),
    (7, 23, "SPF fails"),
    (7, 24, "SPF could not be evaluated"),
    (7, 25, "the reverse DNS check fails"),
    (7, 26, "several authentication checks failed"),
    (7, 27, "the sender's domain says that it takes no mail (null MX)"),
    (7, 28, "a mail flood"),
    (7, 29, "ARC validation failed"),
    (7, 30, "REQUIRETLS is needed and not supported"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_registry_is_in_order() {
        assert!(REGISTRY.windows(2).all(|pair| (pair[0].0, pair[0].1) < (pair[1].0, pair[1].1)));
    }

    #[test]
    fn a_code_is_read_whole_or_not_at_all() {
        for text in ["5.7.26", "4.2.1", "2.0.0", "5.1.351"] {
            assert_eq!(text.parse::<EnhancedStatusCode>().unwrap().to_string(), text);
        }
        for text in
            ["", "5", "5.7", "5.7.", "5..1", "1.7.1", "5.7.01", "5.7.1000", "5.7.1.2", "5.7.1x", "5.7.1 ", " 5.7.1"]
        {
            assert_eq!(text.parse::<EnhancedStatusCode>(), Err(NoStatusCode), "{text}");
        }
        assert_eq!(
            NoStatusCode.to_string(),
            "no enhanced status code: write a class (2, 4 or 5), a subject and a detail, as in 5.7.26"
        );
    }

    #[test]
    fn the_registry_knows_what_it_lists() {
        let meaning = |text: &str| text.parse::<EnhancedStatusCode>().unwrap().meaning();
        assert_eq!(meaning("4.1.10"), Some("the recipient's domain says that it takes no mail (null MX)"));
        assert_eq!(meaning("5.7.509"), None);
    }
}
