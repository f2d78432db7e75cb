//! Pieces of structured fields as they are written in the wild (RFC 5322 §3.2.2, §3.2.4).

/// The comment at the start of a text, nested ones with their parentheses, and its length. One
/// that is not closed takes the rest.
pub(super) fn comment(text: &str) -> Option<(String, usize)> {
    let mut characters = text.char_indices();
    characters.next().filter(|(_, c)| *c == '(')?;
    let (mut words, mut depth) = (String::new(), 1_usize);
    while let Some((at, character)) = characters.next() {
        match character {
            '\\' => words.extend(characters.next().map(|(_, quoted)| quoted)),
            ')' if depth == 1 => return Some((words, at.saturating_add(1))),
            _ => {
                depth = match character {
                    '(' => depth.saturating_add(1),
                    ')' => depth.saturating_sub(1),
                    _ => depth,
                };
                words.push(character);
            }
        }
    }
    Some((words, text.len()))
}

/// The `quoted-string` at the start of a text and its length; `None` if it is not closed.
pub(super) fn quoted_string(text: &str) -> Option<(String, usize)> {
    let mut characters = text.char_indices();
    characters.next().filter(|(_, c)| *c == '"')?;
    let mut value = String::new();
    while let Some((at, character)) = characters.next() {
        match character {
            '\\' => value.extend(characters.next().map(|(_, quoted)| quoted)),
            '"' => return Some((value, at.saturating_add(1))),
            _ => value.push(character),
        }
    }
    None
}
