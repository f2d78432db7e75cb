//! Mail addresses as a session gives them: raw text, split and no more.

/// A MAIL FROM address as raw session text, split at its last `@`.
///
/// Anything a client can say is accepted. An absent local part is `postmaster` (RFC 7208 §4.3).
///
/// ```
/// use deliverability_core::mailbox::Mailbox;
/// let sender = Mailbox::from_session("<amy@example.org>");
/// assert_eq!((sender.local_part(), sender.domain()), ("amy", "example.org"));
/// assert!(Mailbox::from_session("<>").is_null());
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Mailbox {
    text: Box<str>,
    at: Option<usize>,
}

impl Mailbox {
    /// Reads an address; one pair of angle brackets around it is dropped.
    pub fn from_session(text: &str) -> Self {
        let text = text.strip_prefix('<').and_then(|t| t.strip_suffix('>')).unwrap_or(text);
        // A quoted local part may hold an `@`; a domain cannot (RFC 5321 §4.1.2).
        Self { text: text.into(), at: text.rfind('@') }
    }

    /// The address as given, without angle brackets.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Whether this is the null reverse-path `<>` (RFC 5321 §4.5.5).
    pub fn is_null(&self) -> bool {
        self.text.is_empty()
    }

    /// What stands before the last `@`; `postmaster` where that is nothing (RFC 7208 §4.3).
    pub fn local_part(&self) -> &str {
        let local = self.at.and_then(|at| self.text.get(..at)).unwrap_or_default();
        if local.is_empty() { "postmaster" } else { local }
    }

    /// What stands after the last `@`; the whole text where there is none.
    pub fn domain(&self) -> &str {
        let start = self.at.map_or(0, |at| at.saturating_add(1));
        self.text.get(start..).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn local_part_defaults_to_postmaster() {
        for text in ["@example.org", "example.org"] {
            let sender = Mailbox::from_session(text);
            assert_eq!((sender.local_part(), sender.domain()), ("postmaster", "example.org"));
        }
    }

    #[test]
    fn the_last_at_sign_divides() {
        let sender = Mailbox::from_session("\"a@b\"@example.org");
        assert_eq!((sender.local_part(), sender.domain()), ("\"a@b\"", "example.org"));
    }
}
