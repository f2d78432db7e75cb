//! KDDI (ezweb.ne.jp, au.com): the reason stands before the recipients, and the reply beside them hides it as an unknown
//! user.

use std::sync::LazyLock;

use crate::bounce::read::phrases::Phrases;

/// The sentence that gives the reason: `The user(s) account is disabled.`
pub(in crate::bounce::read) fn reason<'a>(preamble: &[&'a str]) -> Option<&'a str> {
    static WORDS: LazyLock<Phrases> = LazyLock::new(|| Phrases::new(&["the user(s) account is "]));
    preamble.iter().map(|line| line.trim()).find(|line| WORDS.find(line).is_some_and(|(start, _)| start == 0))
}

#[cfg(test)]
mod tests {
    use super::reason;

    #[test]
    fn the_reason_is_a_line_of_its_own() {
        assert_eq!(reason(&["", " The user(s) account is disabled. "]), Some("The user(s) account is disabled."));
        assert_eq!(reason(&["Perhaps the user(s) account is disabled."]), None);
    }
}
