//! How much of a foreign text is read.

/// The bounds of [`read_within`](crate::bounce::read_within): what is beyond one is left unread, and what was read stands.
///
/// ```
/// let mut limits = deliverability_core::bounce::Limits::default();
/// limits.recipients = 10;
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Limits {
    /// Octets of the message: 32 MiB.
    pub octets: usize,
    /// Entities nested in one another (RFC 2046 §5.1), the message being the first: 8.
    pub depth: usize,
    /// Leaf parts: 64.
    pub parts: usize,
    /// Octets of each part that says something in words or fields: 256 KiB. The returned message is not one.
    pub text: usize,
    /// Recipients reported: 1,000.
    pub recipients: usize,
    /// Octets of one reply: 8 KiB.
    pub reply: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { octets: 32 << 20, depth: 8, parts: 64, text: 256 << 10, recipients: 1000, reply: 8 << 10 }
    }
}
