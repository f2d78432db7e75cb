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
        _ => write!(f, "{}", character.escape_debug()),
    }
}

/// Foreign words as they are, uncut, but for what is unseen: that is escaped.
pub(crate) fn without_unseen(words: &str) -> String {
    let mut shown = String::with_capacity(words.len());
    words.chars().for_each(|character| push_seen(&mut shown, character));
    shown
}

/// Appends a character, escaped if it is unseen.
pub(crate) fn push_seen(shown: &mut String, character: char) {
    if is_unseen(character) {
        shown.extend(character.escape_unicode());
    } else {
        shown.push(character);
    }
}

/// Whether a character moves the cursor, turns the writing direction or takes no room.
fn is_unseen(character: char) -> bool {
    character.is_control()
        || matches!(character,
            '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
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
    fn what_is_unseen_is_escaped_by_both() {
        for unseen in (0..=0x10_ffff).filter_map(char::from_u32).filter(|c| is_unseen(*c)) {
            let text = unseen.to_string();
            assert!(!without_unseen(&text).contains(unseen), "{}", unseen.escape_unicode());
            assert!(!Escaped(text.as_bytes()).to_string().contains(unseen), "{}", unseen.escape_unicode());
        }
        assert_eq!(without_unseen("d\u{e9}j\u{e0} \"vu\"\\"), "d\u{e9}j\u{e0} \"vu\"\\");
    }

    #[test]
    fn long_text_is_cut() {
        assert_eq!(Escaped(&[b'a'; 100]).to_string().chars().count(), SHOWN + 1);
        assert_eq!(Escaped(&[0xff; 100]).to_string().len(), SHOWN * 4 + '…'.len_utf8());
    }
}
