//! Texts cut between characters.

/// The longest start of a text that has at most `limit` octets and whole characters.
pub(crate) fn cut(text: &str, limit: usize) -> &str {
    // At most four steps back: a character has no more octets.
    (0..=limit.min(text.len())).rev().find_map(|end| text.get(..end)).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_character_is_cut_in_two() {
        let text = "a€𝄞";
        let cuts: Vec<&str> = (0..10).map(|limit| cut(text, limit)).collect();
        assert_eq!(cuts, ["", "a", "a", "a", "a€", "a€", "a€", "a€", text, text]);
        assert_eq!(cut("", 3), "");
    }
}
