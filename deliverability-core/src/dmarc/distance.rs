//! How far a word is from the one that was meant.

/// The word of `words` that differs from `word` by the fewest letters, at most two, if there is one.
pub(super) fn nearest<'a>(word: &[u8], words: &[&'a str]) -> Option<&'a str> {
    // A longer word cannot be that near.
    if word.len() > 20 {
        return None;
    }
    let word = word.to_ascii_lowercase();
    let distances = words.iter().map(|other| (distance(&word, other.as_bytes()), *other));
    let (least, found) = distances.min()?;
    (least <= 2 && least < found.len()).then_some(found)
}

/// Letters to add, delete or change (Levenshtein).
fn distance(one: &[u8], other: &[u8]) -> usize {
    let mut row: Vec<usize> = (0..=other.len()).collect();
    for (n, letter) in one.iter().enumerate() {
        let mut before = n;
        let mut left = n + 1;
        for (cell, theirs) in row.iter_mut().zip(core::iter::once(None).chain(other.iter().map(Some))) {
            let above = *cell;
            *cell = match theirs {
                None => n + 1,
                Some(theirs) => (before + usize::from(letter != theirs)).min(above + 1).min(left + 1),
            };
            left = *cell;
            before = above;
        }
    }
    row.last().copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn typing_errors_are_near_and_other_words_are_not() {
        let policies = ["none", "quarantine", "reject"];
        for (word, meant) in [
            ("rejct", Some("reject")),
            ("quarentine", Some("quarantine")),
            ("None.", Some("none")),
            ("rejected", Some("reject")),
            ("monitor", None),
            ("", None),
            ("no", Some("none")),
        ] {
            assert_eq!(nearest(word.as_bytes(), &policies), meant, "{word}");
        }
        assert_eq!(distance(b"kitten", b"sitting"), 3);
    }
}
