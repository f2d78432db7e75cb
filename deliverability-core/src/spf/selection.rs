//! Which TXT records are SPF records (RFC 7208 §4.5).

use crate::dns::{Response, Text};

/// Whether the bytes of a TXT record are an SPF record: `v=spf1`, without case, then a space or
/// the end (RFC 7208 §4.5). Says nothing about the syntax of what follows.
///
/// ```
/// use deliverability_core::spf::is_spf_record;
/// assert!(is_spf_record(b"V=SPF1 -all") && is_spf_record(b"v=spf1"));
/// assert!(!is_spf_record(b"v=spf10 -all") && !is_spf_record(b"v=spf1-all"));
/// ```
pub fn is_spf_record(text: &[u8]) -> bool {
    version_end(text).is_some()
}

/// The SPF records among the texts of a response, in the order received.
pub fn select(response: &Response) -> impl Iterator<Item = &Text> {
    response.texts().filter(|text| is_spf_record(text.bytes()))
}

/// Where the version section ends.
pub(super) fn version_end(text: &[u8]) -> Option<usize> {
    const VERSION: &[u8] = b"v=spf1";
    let (version, rest) = text.split_at_checked(VERSION.len())?;
    let ends = rest.first().is_none_or(|next| *next == b' ');
    (version.eq_ignore_ascii_case(VERSION) && ends).then_some(VERSION.len())
}
