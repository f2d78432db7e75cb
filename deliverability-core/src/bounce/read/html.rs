//! HTML as text, its lines kept: `mail-parser` runs table cells and the lines of `<pre>` together.

use mail_parser::decoders::html::html_to_text;

/// The text of an HTML document; table cells and other blocks end a line, as do the lines of preformatted text.
pub(super) fn text_of(html: &str) -> String {
    html_to_text(&with_breaks(html))
}

/// The document with `<br>` where a line ends. A folded line (RFC 5322 §2.2.3) of preformatted text is unfolded: its
/// indent would be lost.
fn with_breaks(html: &str) -> String {
    let mut marked = String::with_capacity(html.len() + html.len() / 8);
    let mut is_preformatted = false;
    for tag in html.split_inclusive('>') {
        let (text, name) = tag.rsplit_once('<').unwrap_or((tag, ""));
        if is_preformatted && text.contains('\n') {
            marked.push_str(&text.replace("\n ", " ").replace("\n\t", " ").replace('\n', "<br>"));
            marked.push_str(tag.get(text.len()..).unwrap_or_default());
        } else {
            marked.push_str(tag);
        }
        let name = name.trim_end_matches('>').split([' ', '\n', '\t']).next().unwrap_or_default();
        let is = |names: &[&str]| names.iter().any(|one| name.eq_ignore_ascii_case(one));
        is_preformatted = is(&["pre"]) || is_preformatted && !is(&["/pre"]);
        if is(&["/td", "/th", "/tr", "/div", "/li", "/h1", "/h2", "/h3", "/h4"]) {
            marked.push_str("<br>");
        }
    }
    marked
}

#[cfg(test)]
mod tests {
    use super::text_of;

    #[test]
    fn cells_and_preformatted_lines_stay_apart() {
        let lines = |html: &str| text_of(html).lines().map(|line| line.trim().to_owned()).collect::<Vec<_>>();
        let table = "<table><tr><td>Sender:</td><td>a@example.org</td></tr></table>";
        assert_eq!(lines(table)[..2], ["Sender:", "a@example.org"]);
        let fields = "<pre>Received: from a\n\tby b\nFrom: c\n</pre>";
        assert_eq!(lines(fields)[..2], ["Received: from a by b", "From: c"]);
    }
}
