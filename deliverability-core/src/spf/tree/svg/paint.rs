//! Text and boxes as SVG elements.

use std::borrow::Cow;
use std::fmt::Write as _;

/// A line of text.
#[derive(Clone, Copy, Debug)]
pub(super) struct Text {
    x: u32,
    y: u32,
    size: u32,
    bold: bool,
    colour: &'static str,
    anchor: &'static str,
}

impl Text {
    pub(super) const fn at(x: u32, y: u32) -> Self {
        Self { x, y, size: 12, bold: false, colour: "#1a1a1a", anchor: "start" }
    }

    pub(super) const fn size(self, size: u32) -> Self {
        Self { size, ..self }
    }

    pub(super) const fn bold(self) -> Self {
        Self { bold: true, ..self }
    }

    pub(super) const fn colour(self, colour: &'static str) -> Self {
        Self { colour, ..self }
    }

    pub(super) const fn centred(self) -> Self {
        Self { anchor: "middle", ..self }
    }

    /// Writes it; `whole` is shown on pointing at it, if it says more.
    pub(super) fn write(self, svg: &mut String, text: &str, whole: Option<&str>) {
        let weight = if self.bold { " font-weight=\"bold\"" } else { "" };
        let whole = whole.filter(|whole| *whole != text);
        let title = whole.map(|whole| format!("<title>{}</title>", escape(whole))).unwrap_or_default();
        let Self { x, y, size, colour, anchor, .. } = self;
        // Writing to a String cannot fail.
        let _ = writeln!(
            svg,
            "<text x=\"{x}\" y=\"{y}\" font-size=\"{size}\" fill=\"{colour}\" text-anchor=\"{anchor}\"{weight}>{title}{}</text>",
            escape(text)
        );
    }
}

/// A filled box with a border.
#[derive(Clone, Copy, Debug)]
pub(super) struct Rect {
    pub(super) x: u32,
    pub(super) y: u32,
    pub(super) width: u32,
    pub(super) height: u32,
    pub(super) radius: u32,
}

impl Rect {
    pub(super) fn write(self, svg: &mut String, fill: &str, border: &str, dashed: bool) {
        let Self { x, y, width, height, radius } = self;
        let pattern = if dashed { " stroke-dasharray=\"5 3\"" } else { "" };
        let _ = writeln!(
            svg,
            "<rect x=\"{x}\" y=\"{y}\" width=\"{width}\" height=\"{height}\" rx=\"{radius}\" fill=\"{fill}\" \
             stroke=\"{border}\" stroke-width=\"1.4\"{pattern}/>"
        );
    }
}

/// Text as XML holds it. Control characters were escaped before.
pub(super) fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            _ if character.is_control() => escaped.push('\u{fffd}'),
            _ => escaped.push(character),
        }
    }
    escaped
}

/// The text, or its beginning and end around an ellipsis where it is longer than `most` characters.
pub(super) fn middle(text: &str, most: usize) -> Cow<'_, str> {
    let length = text.chars().count();
    if length <= most {
        return Cow::Borrowed(text);
    }
    let tail = most / 2;
    let head = most.saturating_sub(tail).saturating_sub(1);
    let start = text.chars().take(head);
    let end = text.chars().skip(length.saturating_sub(tail));
    Cow::Owned(start.chain(['…']).chain(end).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn foreign_text_stays_text() {
        assert_eq!(escape("<a href='x'>&\"\u{1b}"), "&lt;a href=&#39;x&#39;&gt;&amp;&quot;\u{fffd}");
    }

    #[test]
    fn long_names_keep_both_ends() {
        assert_eq!(middle("abcdefghij", 5), "ab…ij");
        assert_eq!(middle("abcde", 5), "abcde");
    }
}
