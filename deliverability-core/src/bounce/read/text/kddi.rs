//! KDDI (ezweb.ne.jp, au.com): the reason stands before the recipients, and the reply beside them hides it as an unknown
//! user.

use crate::bounce::read::delivery_status::begins;

/// The sentence that gives the reason: `The user(s) account is disabled.`
pub(in crate::bounce::read) fn reason<'a>(preamble: &[&'a str]) -> Option<&'a str> {
    preamble.iter().map(|line| line.trim()).find(|line| begins(line, "the user(s) account is "))
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
