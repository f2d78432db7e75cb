//! Enhanced status codes ([RFC 3463](https://www.rfc-editor.org/rfc/rfc3463) §2).

use core::fmt;

/// An enhanced status code: `5.7.26`.
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

impl fmt::Display for EnhancedStatusCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}.{}", self.class, self.subject, self.detail)
    }
}
