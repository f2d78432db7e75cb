//! Folding of fields that are written (RFC 5322 §2.1.1, §2.2.3).

use core::fmt;

/// Where lines are folded, in characters (RFC 5322 §2.1.1).
const LINE: usize = 78;

/// Writes a whole field, folded at 78 characters where a space allows it. The first two words, the
/// name and what follows it, stay on one line, so that no line is without text.
pub(super) fn write(f: &mut fmt::Formatter<'_>, whole: &str) -> fmt::Result {
    let mut column = 0;
    for (n, word) in words(whole).enumerate() {
        let length = word.chars().count();
        if n > 1 && column + length > LINE {
            f.write_str("\r\n")?;
            column = 0;
        }
        f.write_str(word)?;
        column += length;
    }
    Ok(())
}

/// The words of a text, each with the spaces in front of it.
fn words(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = text;
    core::iter::from_fn(move || {
        let start = rest.find(|c| c != ' ')?;
        let end = rest.get(start..)?.find(' ').map_or(rest.len(), |end| start.saturating_add(end));
        let (word, after) = rest.split_at_checked(end)?;
        rest = after;
        Some(word)
    })
}
