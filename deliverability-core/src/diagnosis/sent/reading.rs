//! From the fields of a header section.

use super::Sent;
use crate::dkim::Signature;
use crate::header::Field;

/// Octets of a header section that are read, as [`dkim::Limits`](crate::dkim::Limits) has it.
pub(in crate::diagnosis) const HEADER_OCTETS: usize = 1 << 20;
/// Most signatures whose keys are looked up, as [`dkim::Limits`](crate::dkim::Limits) has it.
const MAX_KEYS: usize = 20;

impl Sent {
    pub(in crate::diagnosis) fn take(&mut self, field: &Field<'_>) {
        if field.is("Return-Path") && self.return_path.is_none() {
            self.return_path = address(&field.unfolded());
        } else if field.is("DKIM-Signature") && self.keys.len() < MAX_KEYS {
            self.is_signed = true;
            let signature = Signature::parse(field.value).ok();
            self.keys.extend(signature.map(|signature| (signature.selector, signature.domain)));
        }
    }
}

/// The address between angle brackets, if it is one with a domain, or nothing at all.
fn address(value: &[u8]) -> Option<String> {
    let text = String::from_utf8_lossy(value);
    let inner = text.trim().strip_prefix('<')?.strip_suffix('>')?;
    (inner.is_empty() || inner.contains('@')).then(|| inner.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::header::fields;

    #[test]
    fn the_first_return_path_counts_and_every_signature_that_reads() {
        let mut sent = Sent::default();
        let hash = "A".repeat(43) + "=";
        let section = format!(
            "Return-Path: amy\r\nreturn-path:\r\n <>\r\nReturn-Path: <amy@a.test>\r\n\
                        DKIM-Signature: not one\r\n\
                        DKIM-Signature: v=1; a=rsa-sha256; d=a.test; s=s1; h=from; bh={hash}; b=AAAA\r\n"
        );
        let mut is_signed = Vec::new();
        for field in fields(section.as_bytes()) {
            sent.take(&field);
            is_signed.push(sent.is_signed);
        }
        assert_eq!(sent.return_path.as_deref(), Some(""));
        assert_eq!(sent.keys, [("s1".to_owned(), "a.test".parse().unwrap())]);
        assert_eq!(is_signed, [false, false, false, true, true]);
    }
}
