//! The signatures of ARC, which are DKIM-Signatures but for a few tags (RFC 8617 §4.1).

use super::reading::{self, Reader};
use super::{Algorithm, Identity, Reading};
use crate::domain::DomainName;

impl Reading {
    /// Reads the value of an ARC-Message-Signature field (RFC 8617 §4.1.2): there is no `v=`, `i=` is
    /// the instance, and `h=` may leave `From` out.
    pub(crate) fn of_arc(value: &[u8]) -> Self {
        let mut reader = Reader::new(value);
        let signature = reader.parts(signed_fields, |_, domain| {
            domain.map(|domain| Identity { local_part: String::new(), domain: domain.clone() })
        });
        Self::new(value, reader, signature)
    }
}

/// `h=` must be there, and may name nothing. What stands empty between colons is no field, and selects
/// none.
fn signed_fields(reader: &mut Reader<'_>) -> Option<Vec<String>> {
    if reader.value("h").is_some_and(<[u8]>::is_empty) {
        return Some(Vec::new());
    }
    reader.required("h", |value| {
        let names = value.split(|byte| *byte == b':').filter(|name| !name.trim_ascii().is_empty());
        names.map(reading::field_name).collect()
    })
}

/// What could be read of an ARC-Seal field (RFC 8617 §4.1.3).
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Seal {
    pub(crate) algorithm: Option<Algorithm>,
    /// `b=`.
    pub(crate) octets: Option<Box<[u8]>>,
    pub(crate) domain: Option<DomainName>,
    pub(crate) selector: Option<String>,
    pub(crate) timestamp: Option<u64>,
    /// Tags and their places, and every fault.
    pub(crate) reading: Reading,
}

impl Seal {
    /// Reads the value of an ARC-Seal field.
    pub(crate) fn of(value: &[u8]) -> Self {
        let mut reader = Reader::new(value);
        let (algorithm, octets) = (reader.algorithm(), reader.octets());
        let (domain, selector) = (reader.domain(), reader.required_selector());
        let timestamp = reader.number("t").ok().flatten();
        let reading = Reading::new(value, reader, None);
        Self { algorithm, octets, domain, selector, timestamp, reading }
    }
}
