//! Character sets done and undone: what stands in UTF-8 now, and the two sets of one octet a character that mail has.

/// Windows-1252 from 0x80 on, where it differs from ISO-8859-1; 0 where nothing stands.
const WINDOWS: [u16; 32] = [
    0x20ac, 0, 0x201a, 0x0192, 0x201e, 0x2026, 0x2020, 0x2021, 0x02c6, 0x2030, 0x0160, 0x2039, 0x0152, 0, 0x017d, 0, 0,
    0x2018, 0x2019, 0x201c, 0x201d, 0x2022, 0x2013, 0x2014, 0x02dc, 0x2122, 0x0161, 0x203a, 0x0153, 0, 0x017e, 0x0178,
];

/// From UTF-8 to ISO-8859-1; `None` where it cannot be, or is the same.
pub(super) fn to_latin_1(body: &[u8]) -> Option<Vec<u8>> {
    from_utf_8(body, |code| u8::try_from(code).ok())
}

/// From UTF-8 to Windows-1252.
pub(super) fn to_windows(body: &[u8]) -> Option<Vec<u8>> {
    from_utf_8(body, |code| {
        let octet = WINDOWS.iter().zip(0x80_u8..).find(|(is, _)| u32::from(**is) == code && **is != 0);
        octet.map(|(_, octet)| octet).or_else(|| u8::try_from(code).ok())
    })
}

/// From ISO-8859-1 to UTF-8.
pub(super) fn from_latin_1(body: &[u8]) -> Option<Vec<u8>> {
    to_utf_8(body, char::from)
}

/// From Windows-1252 to UTF-8.
pub(super) fn from_windows(body: &[u8]) -> Option<Vec<u8>> {
    to_utf_8(body, |byte| {
        let other = byte.checked_sub(0x80).and_then(|n| WINDOWS.get(usize::from(n))).filter(|code| **code != 0);
        other.and_then(|code| char::from_u32(u32::from(*code))).unwrap_or(char::from(byte))
    })
}

fn from_utf_8(body: &[u8], octet: impl Fn(u32) -> Option<u8>) -> Option<Vec<u8>> {
    let text = core::str::from_utf8(body).ok().filter(|text| !text.is_ascii())?;
    text.chars().map(|character| octet(u32::from(character))).collect()
}

fn to_utf_8(body: &[u8], character: impl Fn(u8) -> char) -> Option<Vec<u8>> {
    let is_other = core::str::from_utf8(body).is_err();
    is_other.then(|| body.iter().map(|byte| character(*byte)).collect::<String>().into_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn windows_has_quotes_where_latin_1_has_nothing() {
        let text = "\u{201c}3 \u{20ac}\u{201d} \u{fc}";
        assert_eq!(to_windows(text.as_bytes()).unwrap(), b"\x933 \x80\x94 \xfc");
        assert_eq!(from_windows(b"\x933 \x80\x94 \xfc").unwrap(), text.as_bytes());
        assert_eq!(to_latin_1(text.as_bytes()), None);
        assert_eq!((to_latin_1(b"plain"), from_latin_1(b"plain")), (None, None));
    }
}
