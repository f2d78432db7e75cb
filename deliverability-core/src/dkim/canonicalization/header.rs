//! Header fields (RFC 6376 §3.4.1, §3.4.2).

use memchr::memchr3;

use crate::dkim::signature::Canonicalization;

/// Appends a field as it is hashed, without its last line end. `name` and `value` stand around the
/// colon of `raw`, which is the whole field and read under simple only.
pub(in crate::dkim) fn field(
    canonicalization: Canonicalization,
    raw: &[u8],
    name: &[u8],
    value: &[u8],
    out: &mut Vec<u8>,
) {
    match canonicalization {
        Canonicalization::Simple => simple_lines(raw, out),
        Canonicalization::Relaxed => {
            let start = out.len();
            out.extend_from_slice(name);
            out.get_mut(start..).unwrap_or_default().make_ascii_lowercase();
            out.push(b':');
            relaxed_value(value, out);
        }
    }
}

/// RFC 6376 §3.4.1: as it is. A line end without CR counts as CR LF (§5.3): the message was stored so.
fn simple_lines(raw: &[u8], out: &mut Vec<u8>) {
    for line in raw.split_inclusive(|byte| *byte == b'\n') {
        match line.strip_suffix(b"\n") {
            Some(text) => {
                out.extend_from_slice(text.strip_suffix(b"\r").unwrap_or(text));
                out.extend_from_slice(b"\r\n");
            }
            None => out.extend_from_slice(line),
        }
    }
}

/// RFC 6376 §3.4.2: space and tab, and the octets of line ends, which only folds have: on one line, each run of white
/// space one space, none at the ends.
fn relaxed_value(value: &[u8], out: &mut Vec<u8>) {
    let (start, text) = (out.len(), without_spaces(value));
    if is_relaxed(text) {
        return out.extend_from_slice(text);
    }
    let mut rest = text;
    while !rest.is_empty() {
        let end = memchr3(b'\t', b'\r', b'\n', rest).unwrap_or(rest.len());
        let (words, behind) = rest.split_at_checked(end).unwrap_or((rest, &[]));
        spaced(words, start, out);
        rest = behind.get(1..).unwrap_or_default();
    }
}

/// Appends words with spaces alone between them to the value that starts at `start`.
fn spaced(words: &[u8], start: usize, out: &mut Vec<u8>) {
    let words = without_spaces(words);
    let mut append = |word: &[u8]| {
        if out.len() > start {
            out.push(b' ');
        }
        out.extend_from_slice(word);
    };
    if is_relaxed(words) && !words.is_empty() {
        append(words);
    } else {
        words.split(|byte| *byte == b' ').filter(|word| !word.is_empty()).for_each(append);
    }
}

/// The text without the spaces at its ends.
fn without_spaces(text: &[u8]) -> &[u8] {
    let mut text = text;
    while let [b' ', rest @ ..] | [rest @ .., b' '] = text {
        text = rest;
    }
    text
}

/// Whether no two spaces stand side by side, and no control octet anywhere: eight octets and the eight behind each are
/// looked at together.
fn is_relaxed(text: &[u8]) -> bool {
    let behind = text.get(1..).unwrap_or_default();
    let before = text.get(..behind.len()).unwrap_or_default();
    let (Some(last), Some(behind_last)) = (before.last_chunk(), behind.last_chunk()) else {
        return text.iter().all(|octet| *octet >= b' ')
            && !before.iter().zip(behind).any(|pair| pair == (&b' ', &b' '));
    };
    let eights = before.as_chunks().0.iter().zip(behind.as_chunks().0);
    let changes = eights.fold(changes(*last, *behind_last), |found, (one, other)| found | changes(*one, *other));
    changes == 0 && text.first() >= Some(&b' ')
}

/// Not 0 if somewhere a space stands in both, or a control octet in the other.
fn changes(one: [u8; 8], other: [u8; 8]) -> u64 {
    const LOW: u64 = u64::from_ne_bytes([0x01; 8]);
    const HIGH: u64 = u64::from_ne_bytes([0x80; 8]);
    const SPACES: u64 = u64::from_ne_bytes([b' '; 8]);
    let (one, other) = (u64::from_ne_bytes(one), u64::from_ne_bytes(other));
    let differ = (one ^ SPACES) | (other ^ SPACES);
    // An octet below what is taken from it borrows, and nothing borrows before one does.
    let (spaces, controls) = (differ.wrapping_sub(LOW) & !differ, other.wrapping_sub(SPACES) & !other);
    (spaces | controls) & HIGH
}

#[cfg(test)]
mod tests {
    use super::*;

    fn canonical(canonicalization: Canonicalization, raw: &str) -> String {
        let (name, value) = raw.split_once(':').unwrap();
        let mut out = Vec::new();
        field(canonicalization, raw.as_bytes(), name.trim_end().as_bytes(), value.as_bytes(), &mut out);
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn the_example_of_rfc_6376_section_3_4_5() {
        let relaxed = |raw| canonical(Canonicalization::Relaxed, raw);
        assert_eq!((relaxed("A: X"), relaxed("B : Y\t\r\n\tZ  ")), ("a:X".to_owned(), "b:Y Z".to_owned()));
        assert_eq!(canonical(Canonicalization::Simple, "B : Y\t\r\n\tZ  "), "B : Y\t\r\n\tZ  ");
    }

    #[test]
    fn stored_line_ends_are_mended() {
        assert_eq!(canonical(Canonicalization::Simple, "B: Y\n Z"), "B: Y\r\n Z");
        assert_eq!(canonical(Canonicalization::Relaxed, "B:\n Y\n Z"), "b:Y Z");
        assert_eq!(canonical(Canonicalization::Relaxed, "B: \r\n "), "b:");
    }

    #[test]
    fn relaxed_is_words_with_single_spaces() {
        let words = [" ", "\t", "\r\n ", "a", "b c", "  ", "\u{b}", "\r"];
        for n in 0..words.len().pow(4) {
            let value: String = (0..4).map(|at| words[n / words.len().pow(at) % words.len()]).collect();
            let plain: Vec<&str> = value.split([' ', '\t', '\r', '\n']).filter(|word| !word.is_empty()).collect();
            let raw = format!("A:{value}");
            assert_eq!(canonical(Canonicalization::Relaxed, &raw), format!("a:{}", plain.join(" ")), "{value:?}");
        }
    }
}
