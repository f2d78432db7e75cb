//! Texts in and out of encoded words (RFC 2047).

use data_encoding::BASE64;

use super::super::charset;
use super::super::encoding::hex_pair;
use super::{Variant, change::HeaderChange};

/// Longer texts need several words, which can be cut anywhere.
const MAX_TEXT: usize = 200;

/// The text as it is, and as one encoded word in the ways of the usual encoders.
pub(in super::super) fn forms(name: &str, value: &[u8]) -> Vec<Variant> {
    let Some(text) = decoded(value).filter(|text| text.len() <= MAX_TEXT && !text.is_ascii()) else {
        return Vec::new();
    };
    let mut all = vec![text.clone()];
    let latin = charset::to_latin_1(&text);
    let sets = [
        Some(("utf-8", text.clone())),
        Some(("UTF-8", text)),
        latin.clone().map(|text| ("iso-8859-1", text)),
        latin.map(|text| ("ISO-8859-1", text)),
    ];
    for (charset, text) in sets.into_iter().flatten() {
        for letters in ["Q", "q"] {
            let words = [quoted(&text, true), quoted(&text, false)];
            all.extend(words.map(|word| format!("=?{charset}?{letters}?{word}?=").into_bytes()));
        }
        all.extend(["B", "b"].map(|letter| format!("=?{charset}?{letter}?{}?=", BASE64.encode(&text)).into_bytes()));
    }
    let change = || HeaderChange::EncodedWords { name: name.to_owned() };
    let variants = all.into_iter().map(|text| Variant { value: [b" ", &text[..]].concat(), change: change() });
    variants.filter(|variant| variant.value != value).collect()
}

/// The characters in UTF-8.
fn decoded(value: &[u8]) -> Option<Vec<u8>> {
    let text = value.trim_ascii();
    if !text.is_ascii() {
        return core::str::from_utf8(text).ok().map(|text| text.as_bytes().to_vec());
    }
    let (mut all, mut rest, mut was_word) = (Vec::new(), text, false);
    while let Some(at) = memchr::memmem::find(rest, b"=?") {
        let (before, from) = rest.split_at_checked(at)?;
        // RFC 2047 §6.2: white space between encoded words is none.
        if !(was_word && before.trim_ascii().is_empty()) {
            all.extend_from_slice(before);
        }
        let (word, behind) = word(from)?;
        all.extend_from_slice(&word);
        (rest, was_word) = (behind, true);
    }
    all.extend_from_slice(rest);
    was_word.then_some(all)
}

/// The text of a word at the start, and what follows it.
fn word(from: &[u8]) -> Option<(Vec<u8>, &[u8])> {
    let mut parts = from.get(2..)?.splitn(3, |byte| *byte == b'?');
    let (charset, encoding, text) = (parts.next()?.to_ascii_lowercase(), parts.next()?, parts.next()?);
    let end = memchr::memmem::find(text, b"?=")?;
    let (text, behind) = (text.get(..end)?, text.get(end.checked_add(2)?..)?);
    let octets = match encoding {
        b"B" | b"b" => BASE64.decode(text).ok()?,
        b"Q" | b"q" => unquoted(text),
        _ => return None,
    };
    let utf_8 = match &charset[..] {
        b"utf-8" | b"us-ascii" => octets,
        b"iso-8859-1" => charset::from_latin_1(&octets).unwrap_or(octets),
        b"windows-1252" => charset::from_windows(&octets).unwrap_or(octets),
        _ => return None,
    };
    Some((utf_8, behind))
}

fn unquoted(text: &[u8]) -> Vec<u8> {
    let (mut all, mut rest) = (Vec::with_capacity(text.len()), text);
    while let [byte, tail @ ..] = rest {
        let pair = if *byte == b'=' { hex_pair(tail) } else { None };
        let plain = if *byte == b'_' { b' ' } else { *byte };
        let (octet, behind) = pair.unwrap_or((plain, tail));
        all.push(octet);
        rest = behind;
    }
    all
}

/// With punctuation as it is, or encoded.
fn quoted(text: &[u8], plain: bool) -> String {
    let of = |byte: &u8| match byte {
        b' ' => "_".to_owned(),
        b'=' | b'?' | b'_' | 0x80.. => format!("={byte:02X}"),
        byte if byte.is_ascii_alphanumeric() || (plain && byte.is_ascii_graphic()) => char::from(*byte).to_string(),
        byte => format!("={byte:02X}"),
    };
    text.iter().map(of).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_written_in_many_ways() {
        let all = forms("Subject", b" =?iso-8859-1?q?Gr=FC=DFe?=\r\n =?utf-8?B?IGF1cw==?=");
        for wanted in [" Gr\u{fc}\u{df}e aus", " =?UTF-8?B?R3LDvMOfZSBhdXM=?=", " =?utf-8?Q?Gr=C3=BC=C3=9Fe_aus?="] {
            assert!(all.iter().any(|variant| variant.value == wanted.as_bytes()), "{wanted}");
        }
        assert!(forms("Subject", b" plain").is_empty());
    }
}
