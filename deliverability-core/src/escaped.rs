//! Foreign text made safe to show: no control character reaches a terminal, a header or a log.

use core::fmt::{self, Write as _};

/// Longest piece of foreign text that a message shows, in characters.
const SHOWN: usize = 60;

/// Shows bytes that strangers wrote: printable characters as they are, all else as `\xNN`
/// escapes, cut after 60 characters.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Escaped<'a>(pub(crate) &'a [u8]);

impl fmt::Display for Escaped<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = 0;
        for chunk in self.0.utf8_chunks() {
            for character in chunk.valid().chars() {
                if shown == SHOWN {
                    return f.write_char('…');
                }
                shown += 1;
                write_character(f, character)?;
            }
            for byte in chunk.invalid() {
                if shown == SHOWN {
                    return f.write_char('…');
                }
                shown += 1;
                write!(f, "\\x{byte:02x}")?;
            }
        }
        Ok(())
    }
}

/// Shows text that strangers wrote, whole: what does not print is escaped as in [`Escaped`], a
/// backslash stays as it is.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Printable<'a>(pub(crate) &'a str);

impl fmt::Display for Printable<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.chars().try_for_each(|character| match character {
            '\\' => f.write_char(character),
            _ => write_character(f, character),
        })
    }
}

/// `escape_debug` knows what does not print; quotes are left as they are.
fn write_character(f: &mut fmt::Formatter<'_>, character: char) -> fmt::Result {
    match character {
        '"' | '\'' => f.write_char(character),
        '\0'..='\x1f' | '\x7f' => write!(f, "\\x{:02x}", u32::from(character)),
        _ if is_direction_mark(character) => write!(f, "{}", character.escape_unicode()),
        _ => write!(f, "{}", character.escape_debug()),
    }
}

/// Characters that change how the text around them is laid out.
fn is_direction_mark(character: char) -> bool {
    matches!(character, '\u{061c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn control_characters_do_not_pass() {
        assert_eq!(Escaped(b"a\"\x1b[2J\r\n\xff\\").to_string(), r#"a"\x1b[2J\x0d\x0a\xff\\"#);
        assert_eq!(Escaped("bü\u{202e}\u{85}".as_bytes()).to_string(), r"bü\u{202e}\u{85}");
    }

    #[test]
    fn long_text_is_cut() {
        assert_eq!(Escaped(&[b'a'; 100]).to_string().chars().count(), SHOWN + 1);
        assert_eq!(Escaped(&[0xff; 100]).to_string().len(), SHOWN * 4 + '…'.len_utf8());
    }
}
