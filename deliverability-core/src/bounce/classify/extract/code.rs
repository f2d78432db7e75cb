//! The codes that receivers make up: `S3150`, `TSS09`, `AUP#In-1220`, `BL000010`, `OFR006_102`.

use crate::bounce::classify::reading::Reading;
use crate::span::Span;

/// The number after a mark and an optional platform: `ofr006_102`, `ofr_506`, `aup#in-1220`.
pub(in crate::bounce::classify) fn numbered(lower: &str, mark: &str) -> Option<(u16, Span)> {
    lower.match_indices(mark).find_map(|(start, _)| {
        let after = start.checked_add(mark.len())?;
        let word = lower.get(after..)?;
        let length = word.bytes().take_while(|byte| byte.is_ascii_alphanumeric() || *byte == b'_').count();
        let word = word.get(..length)?;
        let digits = word.rsplit('_').next()?;
        (is_start(lower, start) && (3..=4).contains(&digits.len()))
            .then(|| Some((digits.parse().ok()?, Span::new(start, after.checked_add(length)?))))?
    })
}

/// The mask of bits after a mark: `bl000010` is 2.
pub(in crate::bounce::classify) fn bits(lower: &str, mark: &str, count: usize) -> Option<(u32, Span)> {
    lower.match_indices(mark).find_map(|(start, _)| {
        let after = start.checked_add(mark.len())?;
        let end = after.checked_add(count)?;
        let digits = lower.get(after..end)?;
        let goes_on = lower.as_bytes().get(end).is_some_and(u8::is_ascii_alphanumeric);
        let value = u32::from_str_radix(digits, 2).ok()?;
        (is_start(lower, start) && !goes_on).then_some((value, Span::new(start, end)))
    })
}

fn is_start(lower: &str, at: usize) -> bool {
    at.checked_sub(1).and_then(|at| lower.as_bytes().get(at)).is_none_or(|byte| !byte.is_ascii_alphanumeric())
}

/// The first word of the reply that is such a code, without its brackets.
pub(super) fn own(reading: &Reading) -> Option<String> {
    let text = reading.text.get(reading.words..)?;
    let last = || text.rsplit_once('#').map(|(_, word)| word.as_bytes());
    let mut words = text.as_bytes().split(|octet| is_gap(*octet)).map(trimmed);
    let found = words.find(|word| is_code(word)).or_else(|| last().filter(|word| is_code(word)));
    let bare = || [("(NOWL)", "NOWL"), ("(BL)", "BL")].into_iter().find(|(mark, _)| text.contains(mark));
    found.map(|word| String::from_utf8_lossy(word).into_owned()).or_else(|| bare().map(|(_, code)| code.to_owned()))
}

const fn is_gap(octet: u8) -> bool {
    octet.is_ascii_whitespace() || matches!(octet, b'[' | b']' | b'(' | b')' | b'<' | b'>' | b',' | b';')
}

/// A word without the marks around it.
const fn trimmed(mut word: &[u8]) -> &[u8] {
    while let [b'.' | b':' | b'"' | b'\'', rest @ ..] | [rest @ .., b'.' | b':' | b'"' | b'\''] = word {
        word = rest;
    }
    word
}

/// Letters, and how many digits follow them.
const SHAPES: &[(&str, usize)] = &[
    // Outlook.com and Microsoft 365.
    ("S", 3),
    ("S", 4),
    ("S", 5),
    ("AS", 8),
    ("AS", 9),
    ("DY-", 3),
    ("SC-", 3),
    ("OU-", 3),
    ("RP-", 3),
    // Yahoo.
    ("TS", 2),
    ("TSS", 2),
    ("BL", 2),
    ("GL", 2),
    ("AU", 2),
    // iCloud.
    ("CS", 2),
    ("HM", 2),
    ("HME", 1),
    // Comcast.
    ("BL", 6),
    ("RL", 6),
    ("ES", 6),
    // Cloudmark, GoDaddy.
    ("IB", 3),
    ("ETP", 3),
];

fn is_code(word: &[u8]) -> bool {
    if !(4..=24).contains(&word.len()) || !word.is_ascii() {
        return false;
    }
    let starts = |mark: &str| word.get(..mark.len()).is_some_and(|start| start.eq_ignore_ascii_case(mark.as_bytes()));
    let digits = word.iter().rev().take_while(|octet| octet.is_ascii_digit()).count();
    // Most words have none, and each shape ends in some.
    if digits == 0 {
        return starts("AUP#") && word.len() > 6;
    }
    let letters = word.get(..word.len().saturating_sub(digits)).unwrap_or_default();
    let is_shaped = SHAPES.iter().any(|(mark, count)| digits == *count && letters == mark.as_bytes());
    let is_platform = (starts("OFR") || starts("LPN")) && word.contains(&b'_') && digits == 3;
    is_shaped || is_platform || (starts("AUP#") && word.len() > 6)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn masks_and_numbers() {
        assert_eq!(bits("errors.php#bl000011", "bl", 6).map(|found| found.0), Some(3));
        assert_eq!(bits("tbl000011 bl0000112 bl00001", "bl", 6), None);
        assert_eq!(numbered("refuse. ofr006_102 ref", "ofr").map(|found| found.0), Some(102));
        assert_eq!(numbered("ofr_506", "ofr").map(|found| found.0), Some(506));
        assert_eq!(numbered("aup#in-1220", "aup#in-").map(|found| found.0), Some(1220));
        assert_eq!(numbered("ofrande", "ofr"), None);
    }

    #[test]
    fn codes_are_read_out_of_their_brackets() {
        for (text, code) in [
            ("550 5.7.1 our block list (S3150).", Some("S3150")),
            ("553 5.7.2 [TSS09] All messages", Some("TSS09")),
            ("554 5.7.5 (AU01) Message", Some("AU01")),
            ("550 more information. AUP#In-1220", Some("AUP#In-1220")),
            ("554 see http://postmaster.comcast.net/smtp-error-codes.php#BL000010", Some("BL000010")),
            ("421 Service refused. OFR_999 [999]", Some("OFR_999")),
            ("554 for reset. (NOWL)", Some("NOWL")),
            ("550 5.1.1 no such user S3 today", None),
        ] {
            assert_eq!(own(&Reading::of(text)).as_deref(), code, "{text}");
        }
    }
}
