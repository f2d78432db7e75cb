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
    // Nearly all write it in lower case, which is quicker to see.
    (ends && (version == VERSION || version.eq_ignore_ascii_case(VERSION))).then_some(VERSION.len())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dns::RecordData;

    #[test]
    fn the_version_ends_with_a_space_or_the_record() {
        // RFC 7208 §4.5.
        for text in ["v=spf1", "V=sPf1 -all", "v=spf1 "] {
            assert!(is_spf_record(text.as_bytes()), "{text}");
        }
        for text in ["", "v=spf", "v=spf10", "v=spf1-all", " v=spf1", "v=spf1\t-all", "spf2.0/pra"] {
            assert!(!is_spf_record(text.as_bytes()), "{text}");
        }
    }

    #[test]
    fn strings_are_joined_before_the_version_is_read() {
        // RFC 7208 §3.3: "v=spf1" "mx" reads v=spf1mx.
        let texts = [Text::from_strings(["v=spf1", "mx"]), Text::from_strings(["v=sp", "f1 mx"])];
        let response = Response::new(texts.map(RecordData::Txt));
        let found: Vec<_> = select(&response).map(Text::to_text).collect();
        assert_eq!(found, ["v=spf1 mx"]);
    }
}
