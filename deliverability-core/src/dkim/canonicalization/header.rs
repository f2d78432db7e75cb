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

/// RFC 6376 §3.4.2: space and tab, and the octets of line ends, which only folds have: on one line, each run of white space one space, none at the ends.
fn relaxed_value(value: &[u8], out: &mut Vec<u8>) {
    let start = out.len();
    let mut rest = value;
    while !rest.is_empty() {
        let end = memchr3(b'\t', b'\r', b'\n', rest).unwrap_or(rest.len());
        let (words, behind) = rest.split_at_checked(end).unwrap_or((rest, &[]));
        spaced(words, start, out);
        rest = behind.get(1..).unwrap_or_default();
    }
}

/// Appends words with spaces alone between them to the value that starts at `start`.
fn spaced(words: &[u8], start: usize, out: &mut Vec<u8>) {
    let first = words.iter().position(|byte| *byte != b' ').unwrap_or(words.len());
    let last = words.iter().rposition(|byte| *byte != b' ').map_or(first, |last| last.saturating_add(1));
    let words = words.get(first..last).unwrap_or_default();
    let mut append = |word: &[u8]| {
        if out.len() > start {
            out.push(b' ');
        }
        out.extend_from_slice(word);
    };
    if !words.is_empty() && !has_two_spaces(words) {
        append(words);
    } else {
        words.split(|byte| *byte == b' ').filter(|word| !word.is_empty()).for_each(append);
    }
}

/// Whether two spaces stand side by side: eight octets and the eight behind each are looked at together.
fn has_two_spaces(text: &[u8]) -> bool {
    let behind = text.get(1..).unwrap_or_default();
    let (Some(last), Some(behind_last)) = (text.get(..behind.len()).and_then(<[u8]>::last_chunk), behind.last_chunk())
    else {
        return text.iter().zip(behind).any(|(one, other)| [*one, *other] == [b' '; 2]);
    };
    let eights = text.as_chunks().0.iter().zip(behind.as_chunks().0);
    eights.fold(are_spaces(last, behind_last), |found, (one, other)| found | are_spaces(one, other))
}

/// Whether somewhere a space stands in both.
fn are_spaces(one: &[u8; 8], other: &[u8; 8]) -> bool {
    const LOW: u64 = u64::from_ne_bytes([0x01; 8]);
    const HIGH: u64 = u64::from_ne_bytes([0x80; 8]);
    let spaces = u64::from_ne_bytes([b' '; 8]);
    let differ = (u64::from_ne_bytes(*one) ^ spaces) | (u64::from_ne_bytes(*other) ^ spaces);
    // An octet that does not differ is zero, and only below such a one does the subtraction borrow.
    differ.wrapping_sub(LOW) & !differ & HIGH != 0
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
