//! What a header section says of how its message was sent: read alike of a message given and of one that came back.

#[cfg(any(feature = "bounce", feature = "verify"))]
mod reading;

use crate::domain::DomainName;
#[cfg(any(feature = "bounce", feature = "verify"))]
pub(super) use reading::HEADER_OCTETS;

/// Its envelope sender and its signatures.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Sent {
    /// The MAIL FROM address that the last server noted; empty for the null sender.
    pub(super) return_path: Option<String>,
    /// The selector and domain of each signature that can be read: at most 20.
    pub(super) keys: Vec<(String, DomainName)>,
    /// Whether a signature is there, readable or not.
    pub(super) is_signed: bool,
}
