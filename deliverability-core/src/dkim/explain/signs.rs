//! What a body shows at a look: which changes there can have been at all.

use memchr::{memchr, memchr_iter, memmem};

use super::links;

/// A set of signs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Signs(u16);

impl Signs {
    /// There need not be any.
    pub(super) const NONE: Self = Self(0);
    /// A line end of LF alone, or with more than one CR.
    pub(super) const ODD_LINE_END: Self = Self(1);
    /// White space at the end of a line.
    pub(super) const WHITE_END: Self = Self(1 << 1);
    /// White space that relaxed canonicalization reduces.
    pub(super) const WHITE: Self = Self(1 << 2);
    pub(super) const FROM: Self = Self(1 << 3);
    pub(super) const QUOTED_FROM: Self = Self(1 << 4);
    /// A line that starts with a dot.
    pub(super) const DOT: Self = Self(1 << 5);
    pub(super) const TWO_DOTS: Self = Self(1 << 6);
    /// A line of two hyphens.
    pub(super) const HYPHENS: Self = Self(1 << 7);
    /// An empty line at the start.
    pub(super) const LEADING_LINE: Self = Self(1 << 8);
    /// What quoted-printable does not leave as it is (RFC 2045 §6.7).
    pub(super) const TO_BE_QUOTED: Self = Self(1 << 9);
    pub(super) const NON_ASCII: Self = Self(1 << 10);
    /// A link that leads through a scanner.
    pub(super) const SCANNED_LINK: Self = Self(1 << 11);
    /// It starts as a multipart body does (RFC 2046 §5.1.1).
    pub(super) const DELIMITER: Self = Self(1 << 12);
    /// A blank.
    pub(super) const BLANKS: Self = Self(1 << 13);
    /// The second line is empty.
    pub(super) const EMPTY_LINES: Self = Self(1 << 14);

    pub(super) fn of(body: &[u8]) -> Self {
        let mut signs = Self::of_octets(body);
        let mut start = 0;
        for end in memchr_iter(b'\n', body) {
            signs.add(Self::of_line(body.get(start..end).unwrap_or_default(), true));
            start = end.saturating_add(1);
        }
        signs.add(Self::of_line(body.get(start..).unwrap_or_default(), false));
        signs.add_if(body.starts_with(b"\r\n"), Self::LEADING_LINE);
        signs.add_if(links::has_scanned(body), Self::SCANNED_LINK);
        signs.add_if(body.starts_with(b"--") || body.starts_with(b"\r\n--"), Self::DELIMITER);
        signs.add_if(memchr(b' ', body).is_some(), Self::BLANKS);
        let mut empty = memmem::find_iter(body, b"\r\n").zip(memmem::find_iter(body, b"\r\n").skip(1)).take(2);
        signs.add_if(empty.next().is_some_and(|(one, other)| other == one.saturating_add(2)), Self::EMPTY_LINES);
        signs
    }

    /// Whether all of `others` are there.
    pub(super) const fn have(self, others: Self) -> bool {
        self.0 & others.0 == others.0
    }

    const fn add(&mut self, others: Self) {
        self.0 |= others.0;
    }

    const fn add_if(&mut self, is: bool, others: Self) {
        if is {
            self.0 |= others.0;
        }
    }

    fn of_octets(body: &[u8]) -> Self {
        let mut signs = Self::NONE;
        let is_ascii = body.is_ascii();
        signs.add_if(!is_ascii, Self::NON_ASCII);
        signs.add_if(!is_ascii || memchr(b'=', body).is_some() || has_control(body), Self::TO_BE_QUOTED);
        signs.add_if(memchr(b'\t', body).is_some() || memmem::find(body, b"  ").is_some(), Self::WHITE);
        signs
    }

    /// The signs of a line without its LF, if it had one.
    fn of_line(line: &[u8], ended: bool) -> Self {
        let mut signs = Self::NONE;
        let text = line.strip_suffix(b"\r").filter(|_| ended);
        signs.add_if(ended && text.is_none_or(|text| text.ends_with(b"\r")), Self::ODD_LINE_END);
        let text = text.unwrap_or(line);
        signs
            .add_if(matches!(text, [.., b' ' | b'\t']), Self(Self::WHITE_END.0 | Self::WHITE.0 | Self::TO_BE_QUOTED.0));
        // RFC 2045 §6.7 (5).
        signs.add_if(text.len() > 76, Self::TO_BE_QUOTED);
        match text {
            b"--" => signs.add(Self::HYPHENS),
            [b'.', b'.', ..] => signs.add(Self(Self::TWO_DOTS.0 | Self::DOT.0)),
            [b'.', ..] => signs.add(Self::DOT),
            [b'>', rest @ ..] if rest.starts_with(b"From ") => signs.add(Self::QUOTED_FROM),
            [b'F', rest @ ..] if rest.starts_with(b"rom ") => signs.add(Self::FROM),
            _ => {}
        }
        signs
    }
}

/// Whether a control character is there that no line of text has; without branches, so that many
/// octets are looked at together.
fn has_control(body: &[u8]) -> bool {
    let of = |byte: u8| {
        let is_text = u8::from(byte == b'\t') | u8::from(byte == b'\r') | u8::from(byte == b'\n');
        (u8::from(byte < b' ') & !is_text) | u8::from(byte == 0x7f)
    };
    body.iter().fold(0, |found, byte| found | of(*byte)) != 0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_sign_is_seen() {
        let seen = [
            (&b"a\nb\r\n"[..], Signs::ODD_LINE_END),
            (b"a\r\r\n", Signs::ODD_LINE_END),
            (b"a \r\n", Signs::WHITE_END),
            (b"a  b\r\n", Signs::WHITE),
            (b"a\tb\r\n", Signs::WHITE),
            (b"a \r\n", Signs::WHITE),
            (b"a\r\nFrom b\r\n", Signs::FROM),
            (b">From b\r\n", Signs::QUOTED_FROM),
            (b".\r\n", Signs::DOT),
            (b"..a", Signs::TWO_DOTS),
            (b"a\r\n--\r\n", Signs::HYPHENS),
            (b"\r\na", Signs::LEADING_LINE),
            (b"a=b", Signs::TO_BE_QUOTED),
            (b"a\x0cb", Signs::TO_BE_QUOTED),
            (b"a\x80b", Signs::NON_ASCII),
            (b"https://x.safelinks.protection.outlook.com/?url=http%3A%2F%2Fa", Signs::SCANNED_LINK),
            (b"--b\r\n", Signs::DELIMITER),
            (b"a\r\n\r\nb", Signs::EMPTY_LINES),
            (&[b'a'; 77], Signs::TO_BE_QUOTED),
        ];
        for (body, sign) in seen {
            assert!(Signs::of(body).have(sign), "{sign:?} {}", body.escape_ascii());
        }
        assert_eq!(Signs::of(b"plain\r\nlines\r\n\r\n"), Signs::NONE);
    }
}
