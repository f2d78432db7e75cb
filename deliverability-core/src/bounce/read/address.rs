//! Addresses in running text: what a person would copy into the To field.

/// Whether a word is an address: a local part, one `@`, a domain with a dot.
pub(super) fn is_address(word: &str) -> bool {
    let Some((local, domain)) = word.rsplit_once('@') else { return false };
    let is_local = !local.is_empty()
        && local.len() <= 320
        && (local.starts_with('"') || !local.contains('@'))
        && !local.contains([':', '<', '>', '(', ')', '[', ']', ',', ';', ' ', '/', '|']);
    is_local && is_domain(domain)
}

fn is_domain(domain: &str) -> bool {
    let is_label =
        |label: &str| !label.is_empty() && label.chars().all(|c| c.is_alphanumeric() || c == '-' || c == '_');
    domain.len() <= 255 && domain.contains('.') && domain.split('.').all(is_label)
}

/// The address that a text begins with, bare or in angle brackets, and what follows it.
pub(super) fn leading(text: &str) -> Option<(&str, &str)> {
    let text = text.strip_prefix("mailto:").unwrap_or(text);
    if let Some(inner) = text.strip_prefix('<') {
        let (word, rest) = inner.split_once('>')?;
        let word = word.trim().trim_start_matches("mailto:");
        return is_address(word).then_some((word, rest));
    }
    let ends = |c: char| " \t<>()[],;:'\"#".contains(c) || is_wide_mark(c);
    let end = text.find(ends).unwrap_or(text.len());
    let (word, rest) = text.split_at_checked(end)?;
    let trimmed = word.trim_end_matches(['.', '!', '?']);
    let rest = text.get(trimmed.len()..).unwrap_or(rest);
    is_address(trimmed).then_some((trimmed, rest))
}

/// Marks of Chinese and Japanese text, which has no space beside them.
fn is_wide_mark(c: char) -> bool {
    "、。：，；（）【】「」《》“”".contains(c)
}

/// Every address of a line, in order.
pub(super) fn all_in(line: &str) -> impl Iterator<Item = &str> {
    let is_delimiter = |c: char| c.is_whitespace() || "<>()[],;:'\"`=".contains(c) || is_wide_mark(c);
    line.split(is_delimiter).filter(|word| word.contains('@')).filter_map(|word| {
        let word = word.trim_end_matches(['.', '!', '?']);
        is_address(word).then_some(word)
    })
}

#[cfg(test)]
mod tests {
    use super::{all_in, is_address, leading};

    #[test]
    fn an_address_has_one_at_sign_and_a_domain() {
        for word in ["a@example.org", "a+b=c@x.example", "неко@пример.рф"] {
            assert!(is_address(word), "{word}");
        }
        for word in ["@example.org", "a@localhost", "@smtp.example.net:a@server.example", "a@b@example.org", "a@.org"] {
            assert!(!is_address(word), "{word}");
        }
    }

    #[test]
    fn a_line_may_begin_with_an_address() {
        assert_eq!(leading("<a@example.org>: 550 no"), Some(("a@example.org", ": 550 no")));
        assert_eq!(leading("a@example.org: 550 no"), Some(("a@example.org", ": 550 no")));
        assert_eq!(leading("a@example.org<mailto:a@example.org>"), Some(("a@example.org", "<mailto:a@example.org>")));
        assert_eq!(leading("see a@example.org"), None);
        assert_eq!(
            all_in("from <a@example.org> to b@example.net.").collect::<Vec<_>>(),
            ["a@example.org", "b@example.net"]
        );
    }
}
