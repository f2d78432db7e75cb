//! The key in `p=`: cut off, glued onto, in the wrong form, of the wrong size.

use super::{Linter, deletion};
use crate::dkim::base64;
use crate::dkim::key_lookup::MIN_RSA_BITS;
use crate::dkim::public_key::{ED25519_OCTETS, Fault, PublicKey, RsaForm, ed25519_in_spki, read_rsa};
use crate::escaped::Escaped;
use crate::problem::{Edit, Problem, Severity};
use crate::rule_id::RuleId;
use crate::span::Span;
use crate::tag_list;

/// The size that RFC 8301 §3.2 asks signers for, in bits.
const GOOD_RSA_BITS: usize = 2048;
/// The size up to which verifiers must go (RFC 8301 §3.2), in bits.
const MAX_RSA_BITS: usize = 4096;
/// Longest character-string of a TXT record, in octets (RFC 1035 §3.3).
const MAX_STRING: usize = 255;
/// What the base64 of an RSA key starts with, and what is lost of it in published records.
const LOST_STARTS: &[&str] = &["M", "MI", "MII", "MIG", "MIIB", "MIIC", "MIGf"];

impl Linter<'_> {
    /// Reports what is wrong with `p=`.
    pub(super) fn key(&mut self) {
        let tags: Vec<tag_list::Tag> = tag_list::tags(&self.work).flatten().collect();
        let value = |name: &[u8]| tags.iter().find(|tag| tag.name.of(&self.work) == name).map(|tag| tag.value);
        let Some(p) = value(b"p") else {
            let whole = Span::new(0, self.work.len());
            return self.report(Severity::Blocks, whole, "the record has no p= tag, and so no key", None);
        };
        let text = p.of(&self.work).to_vec();
        if text.is_empty() {
            let message = "p= is empty: the key has been revoked (RFC 6376 §3.6.1)";
            return self.problems.push(Problem::new(RuleId::DkimKeyMissing, Severity::Blocks, p, message));
        }
        match value(b"k").map_or(&b"rsa"[..], |k| k.of(&self.work)) {
            b"ed25519" => self.ed25519(p, &text),
            _ => self.rsa(p, &text),
        }
    }

    fn rsa(&mut self, p: Span, text: &[u8]) {
        match base64::decode(text) {
            Ok(data) => match read_rsa(&data) {
                Ok(key) => self.rsa_size(p, key),
                Err(fault) => self.not_rsa(p, text, &data, fault),
            },
            Err(fault) => self.bad_base64(p, text, fault),
        }
    }

    fn rsa_size(&mut self, p: Span, key: PublicKey) {
        let PublicKey::Rsa { bits, form } = key else { return };
        if bits < MIN_RSA_BITS {
            let message = format!("the RSA key has {bits} bits; verifiers refuse keys below 1024 (RFC 8301 §3.2)");
            self.report(Severity::Blocks, p, message, None);
        } else if bits < GOOD_RSA_BITS {
            let message = format!("the RSA key has {bits} bits; use 2048 (RFC 8301 §3.2)");
            self.report(Severity::Note, p, message, None);
        } else if bits > MAX_RSA_BITS {
            let message = format!("the RSA key has {bits} bits; verifiers need not go beyond 4096 (RFC 8301 §3.2)");
            self.report(Severity::Warning, p, message, None);
        }
        if form == RsaForm::RsaPublicKey {
            let message = "the key is a bare RSAPublicKey; some verifiers read SubjectPublicKeyInfo only";
            self.report(Severity::Note, p, message, None);
        }
    }

    /// The base64 is whole, and holds no RSA key.
    fn not_rsa(&mut self, p: Span, text: &[u8], data: &[u8], fault: Fault) {
        match fault {
            Fault::Truncated { says, has } => self.cut_off(p, says, has),
            Fault::Trailing { end } => self.glued(p, text, end),
            Fault::Ed25519 => {
                let message = "p= holds an Ed25519 key; write k=ed25519 and the bare 32 octets (RFC 8463 §4)";
                self.ed25519_as_rsa(p, message, ed25519_in_spki(data).unwrap_or_default());
            }
            Fault::Malformed if data.len() == ED25519_OCTETS => {
                let message =
                    "p= has 32 octets, the size of an Ed25519 key; if it is one, write k=ed25519 (RFC 8463 §4)";
                self.ed25519_as_rsa(p, message, data);
            }
            Fault::Malformed if self.start_is_lost(p, text) => {}
            Fault::Malformed => self.report(Severity::Blocks, p, "p= holds no RSA public key", None),
        }
    }

    /// The base64 is broken; what stands before the fault tells what happened.
    fn bad_base64(&mut self, p: Span, text: &[u8], fault: base64::Fault) {
        if self.stray_start(p, text) || self.start_is_lost(p, text) {
            return;
        }
        let prefix = base64::decode_prefix(text);
        match (read_rsa(&prefix), fault) {
            (Ok(_), _) => self.glued(p, text, prefix.len()),
            (Err(Fault::Trailing { end }), _) => self.glued(p, text, end),
            (Err(Fault::Truncated { says, has }), base64::Fault::Length { .. }) => self.cut_off(p, says, has),
            (Err(_), fault) => self.base64_fault(p, text, fault, |data| read_rsa(data).is_ok()),
        }
    }

    fn base64_fault(&mut self, p: Span, text: &[u8], fault: base64::Fault, is_key: impl Fn(&[u8]) -> bool) {
        let one = |at: usize| Span::new(at, at.saturating_add(1)).shifted(p.start);
        match fault {
            base64::Fault::Symbol { at, byte } => self.stray_symbol(p, one(at), byte, Stray::of(text, is_key)),
            base64::Fault::Padding { at } => {
                self.report(Severity::Blocks, one(at), "'=' may only end the base64 of p=", None);
            }
            base64::Fault::Length { symbols } => {
                let message =
                    format!("the base64 of p= has {symbols} characters, which is no multiple of four: some are lost");
                self.report(Severity::Blocks, Span::at(p.end), message, None);
            }
        }
    }

    /// A byte that no base64 has; the edit is for all of them.
    fn stray_symbol(&mut self, p: Span, at: Span, byte: u8, stray: Stray) {
        let shown = Escaped(&[byte]);
        let (span, message) = match stray {
            Stray::Extra(_) => (at, format!("'{shown}' is no base64 character; delete it")),
            Stray::Url(_) => {
                (p, "p= has the - and _ of URLs; write + for - and / for _ (RFC 6376 §2.10, RFC 4648 §5)".to_owned())
            }
            Stray::Unclear => (at, format!("'{shown}' is no base64 character; publish the key anew from its source")),
        };
        let edit = stray.mended().map(|replacement| Edit { span: p, replacement });
        self.report(Severity::Blocks, span, message, edit);
    }

    /// The key ends before its own length says.
    fn cut_off(&mut self, p: Span, says: usize, has: usize) {
        let at_255 = self.record.bytes().len() == MAX_STRING || p.end.is_multiple_of(MAX_STRING);
        let why = if at_255 { " at 255 octets; publish the record as several strings" } else { "" };
        let message = format!("the key is cut off{why}: it has {says} octets, and only {has} of them are here");
        self.report(Severity::Blocks, Span::at(p.end), message, None);
    }

    /// The key is whole after `octets` octets, and something follows.
    fn glued(&mut self, p: Span, text: &[u8], octets: usize) {
        let rest = Span::new(base64::end_of(text, octets), text.len()).shifted(p.start);
        if rest.of(&self.work).is_empty() {
            let padding = "=".repeat(3usize.saturating_sub(octets % 3) % 3);
            let message = format!("the base64 of p= lacks its padding; write {padding} at its end");
            return self.report(Severity::Blocks, rest, message, Some(Edit { span: rest, replacement: padding }));
        }
        let message = format!("\"{}\" stands behind the key; delete it", Escaped(rest.of(&self.work)));
        self.report(Severity::Blocks, rest, message, Some(deletion(rest)));
    }

    /// `p=p=MIG...` and `p==MIG...`: a key follows what was written twice.
    fn stray_start(&mut self, p: Span, text: &[u8]) -> bool {
        let stray = [&b"p="[..], b"="].into_iter().find_map(|stray| text.strip_prefix(stray).map(|rest| (stray, rest)));
        let Some((stray, rest)) = stray else { return false };
        let span = Span::new(0, stray.len()).shifted(p.start);
        let lost = self.start_is_lost(Span::new(span.end, p.end), rest);
        if lost || base64::decode(rest).is_ok_and(|data| read_rsa(&data).is_ok()) {
            let message = format!("\"{}\" stands before the key; delete it", Escaped(stray));
            self.report(Severity::Blocks, span, message, Some(deletion(span)));
            return true;
        }
        false
    }

    /// Whether a key appears once the first letters are put back.
    fn start_is_lost(&mut self, p: Span, text: &[u8]) -> bool {
        let is_key = |text: &[u8]| base64::decode(text).is_ok_and(|data| read_rsa(&data).is_ok());
        let Some(lost) = LOST_STARTS.iter().find(|lost| is_key(&[lost.as_bytes(), text].concat())) else {
            return false;
        };
        let edit = Edit { span: Span::at(p.start), replacement: (*lost).into() };
        let message = format!("the key has lost its first letters; put {lost} in front");
        self.report(Severity::Blocks, Span::at(p.start), message, Some(edit));
        true
    }

    fn ed25519_as_rsa(&mut self, p: Span, message: &str, key: &[u8]) {
        let whole = Span::new(0, self.work.len());
        let replacement = format!("v=DKIM1; k=ed25519; p={}", base64::encode(key));
        self.report(Severity::Blocks, p, message, Some(Edit { span: whole, replacement }));
    }

    fn ed25519(&mut self, p: Span, text: &[u8]) {
        let data = match base64::decode(text) {
            Ok(data) if data.len() == ED25519_OCTETS => return,
            Ok(data) => data,
            Err(_) if base64::decode_prefix(text).len() == ED25519_OCTETS => {
                return self.glued(p, text, ED25519_OCTETS);
            }
            Err(fault) => return self.base64_fault(p, text, fault, |data| data.len() == ED25519_OCTETS),
        };
        if let Some(key) = ed25519_in_spki(&data) {
            let message =
                "the Ed25519 key is wrapped in a SubjectPublicKeyInfo; publish the bare 32 octets (RFC 8463 §4)";
            let edit = Edit { span: p, replacement: base64::encode(key) };
            return self.report(Severity::Blocks, p, message, Some(edit));
        }
        let message = match read_rsa(&data) {
            Ok(_) => "p= holds an RSA key, but k= says ed25519; write k=rsa".to_owned(),
            Err(_) => format!("an Ed25519 key has 32 octets, p= has {} (RFC 8463 §4)", data.len()),
        };
        self.report(Severity::Blocks, p, message, None);
    }
}

/// What bytes that no base64 has are doing in a key.
enum Stray {
    /// Without them the key is whole.
    Extra(String),
    /// They are those of the URL alphabet (RFC 4648 §5).
    Url(String),
    /// They may stand for what is lost.
    Unclear,
}

impl Stray {
    fn of(text: &[u8], is_key: impl Fn(&[u8]) -> bool) -> Self {
        let reads = |text: &Vec<u8>| base64::decode(text).is_ok_and(|data| is_key(&data));
        let string = |text: Vec<u8>| String::from_utf8(text).ok();
        let url = text.iter().map(|byte| match byte {
            b'-' => b'+',
            b'_' => b'/',
            other => *other,
        });
        let extra = text.iter().copied().filter(|byte| base64::is_symbol(*byte) || *byte == b'=');
        let url = Some(url.collect()).filter(reads).and_then(string).map(Self::Url);
        let extra = || Some(extra.collect()).filter(reads).and_then(string).map(Self::Extra);
        url.or_else(extra).unwrap_or(Self::Unclear)
    }

    /// The value as it was meant.
    fn mended(self) -> Option<String> {
        match self {
            Self::Extra(text) | Self::Url(text) => Some(text),
            Self::Unclear => None,
        }
    }
}
