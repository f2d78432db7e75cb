//! Text made safe for Markdown (CommonMark and GitHub's): nothing a stranger wrote is formatting or HTML.

use super::words::visible;
use crate::span::Span;

/// Running text: every character that means something inside a line is escaped, and what would begin a list, a
/// heading or a rule at its start.
pub(super) fn prose(text: &str) -> String {
    let text = visible(text);
    let mut out = String::with_capacity(text.len());
    for (at, character) in text.char_indices() {
        match character {
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '&' => out.push_str("&amp;"),
            '\\' | '`' | '*' | '_' | '[' | ']' | '|' | '~' | '$' => out.extend(['\\', character]),
            '#' | '+' | '-' | '=' if at == 0 => out.extend(['\\', character]),
            '.' | ')' if is_number(text.get(..at)) => out.extend(['\\', character]),
            _ => out.push(character),
        }
    }
    out
}

/// Whether a line that begins so would be an item of a numbered list.
fn is_number(start: Option<&str>) -> bool {
    start.is_some_and(|start| !start.is_empty() && start.bytes().all(|byte| byte.is_ascii_digit()))
}

/// A code span (CommonMark §6.1): its fence is longer than any run of backticks within.
pub(super) fn code(text: &str) -> String {
    let text = visible(text);
    let fence = "`".repeat(longest_run(&text).saturating_add(1));
    // A space that stands at both ends is taken away when it is shown.
    let room = if text.starts_with(['`', ' ']) || text.ends_with(['`', ' ']) || text.is_empty() { " " } else { "" };
    format!("{fence}{room}{text}{room}{fence}")
}

/// Code whose bytes in `span` stand out; all of it in one piece where the span is empty.
pub(super) fn marked(text: &str, span: Span) -> String {
    let (start, end) = (span.start.min(text.len()), span.end.min(text.len()));
    let parts = (text.get(..start), text.get(start..end), text.get(end..));
    let (Some(before), Some(within), Some(after)) = parts else { return code(text) };
    if within.is_empty() {
        return code(text);
    }
    // A cell between two code spans would join them into one without a space.
    let quoted = |part: &str| if part.is_empty() { String::new() } else { code(part) };
    [quoted(before), format!("**{}**", code(within)), quoted(after)]
        .into_iter()
        .filter(|part| !part.is_empty())
        .collect::<Vec<_>>()
        .join(" ")
}

fn longest_run(text: &str) -> usize {
    text.split(|character| character != '`').map(str::len).max().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prose_holds_no_formatting_and_no_html() {
        let hostile = "<img src=x onerror=alert(1)> [a](javascript:b) **c** `d` ~~e~~ $f$ | &lt;\u{1b}[1m";
        let shown = prose(hostile);
        assert!(!shown.contains(['<', '\u{1b}']));
        for special in ['[', ']', '*', '`', '~', '$', '|'] {
            let pieces = shown.split(special).collect::<Vec<_>>();
            let (_, before) = pieces.split_last().unwrap();
            assert!(before.iter().all(|piece| piece.ends_with('\\')), "{special}: {shown}");
        }
        assert_eq!(prose("1. one"), r"1\. one");
        assert_eq!(
            (prose("# one"), prose("- one"), prose("192.0.2.1 is")),
            (r"\# one".into(), r"\- one".into(), r"192\.0.2.1 is".into())
        );
    }

    #[test]
    fn code_cannot_be_closed_from_within() {
        assert_eq!(code("a"), "`a`");
        assert_eq!(code("a ``` b"), "````a ``` b````");
        assert_eq!(code("`"), "`` ` ``");
        assert_eq!(code("a\nb"), "`a\u{fffd}b`");
    }

    #[test]
    fn the_bytes_that_matter_stand_out() {
        assert_eq!(
            marked("v=spf1 -all", Span::new(7, 11)),
            "`` v=spf1  `` **`-all`**".replace("`` v=spf1  ``", "` v=spf1  `")
        );
        assert_eq!(marked("v=spf1 -all", Span::at(3)), "`v=spf1 -all`");
        assert_eq!(marked("é", Span::new(1, 2)), "`é`");
    }
}
