//! The MIME parts of a body (RFC 2045, RFC 2046 §5.1), as far as a search for changes needs them:
//! where each begins and ends, octet for octet, so that one can be put back and the whole hashed again.

use core::ops::Range;

use crate::dkim::message::Fields;

/// No more parts than this are looked at.
const MAX_PARTS: usize = 64;
/// No more multiparts within each other.
const MAX_DEPTH: usize = 8;

/// A part of a body, or the whole of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Part {
    /// Its header fields and the empty line; empty for a message that is one part.
    pub(super) header: Range<usize>,
    /// Its body, without the line end that belongs to the delimiter.
    pub(super) body: Range<usize>,
    /// Its content transfer encoding, in lower case; empty without one.
    pub(super) encoding: Vec<u8>,
    pub(super) kind: Kind,
}

/// What a part holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Text,
    Html,
    Multipart,
    Other,
}

impl Part {
    pub(super) const fn is_text(&self) -> bool {
        matches!(self.kind, Kind::Text | Kind::Html)
    }
}

/// The parts, each multipart before its own; one if the message is no multipart.
pub(super) fn of(body: &[u8], fields: &Fields) -> Vec<Part> {
    let last = |name: &str| fields.named(name).last().map(|field| fields.value(*field)).unwrap_or_default();
    let (content_type, encoding) = (last("Content-Type"), last("Content-Transfer-Encoding"));
    let whole = Part::new(0..0, 0, content_type, encoding);
    let mut reader = Reader { body, parts: vec![whole], open: Vec::new() };
    reader.open(content_type);
    reader.read();
    reader.parts
}

impl Part {
    fn new(header: Range<usize>, end: usize, content_type: &[u8], encoding: &[u8]) -> Self {
        let content_type = content_type.trim_ascii_start().to_ascii_lowercase();
        let kind = match &content_type[..] {
            [] => Kind::Text,
            word if word.starts_with(b"text/html") => Kind::Html,
            word if word.starts_with(b"text/") => Kind::Text,
            word if word.starts_with(b"multipart/") => Kind::Multipart,
            _ => Kind::Other,
        };
        Self { body: header.end..end, header, encoding: encoding.trim_ascii().to_ascii_lowercase(), kind }
    }
}

struct Reader<'a> {
    body: &'a [u8],
    parts: Vec<Part>,
    /// Boundaries of the multiparts around, and where each stands among the parts.
    open: Vec<(Vec<u8>, usize)>,
}

impl Reader<'_> {
    /// A multipart's boundary is waited for.
    fn open(&mut self, content_type: &[u8]) {
        let part = self.parts.len().saturating_sub(1);
        let is_multipart = self.parts.last().is_some_and(|part| part.kind == Kind::Multipart);
        if let Some(boundary) = boundary(content_type).filter(|_| is_multipart && self.open.len() < MAX_DEPTH) {
            self.open.push((boundary, part));
        }
    }

    fn read(&mut self) {
        let mut at = 0;
        // What is open now ends where a delimiter of it or of what is around it stands.
        let mut leaf = self.open.is_empty().then_some(0);
        while at < self.body.len() && self.parts.len() < MAX_PARTS && !self.open.is_empty() {
            let rest = self.body.get(at..).unwrap_or_default();
            let end = memchr::memchr(b'\n', rest).map_or(self.body.len(), |n| at.saturating_add(n).saturating_add(1));
            let line = self.body.get(at..end).unwrap_or_default().trim_ascii_end();
            let Some((depth, is_last)) = self.delimiter(line) else {
                at = end;
                continue;
            };
            let close = at.saturating_sub(2);
            self.close(leaf.take(), close, depth, if is_last { end } else { close });
            if is_last {
                self.open.truncate(depth);
                at = end;
            } else {
                self.open.truncate(depth.saturating_add(1));
                at = self.part(end);
                leaf = Some(self.parts.len().saturating_sub(1));
            }
        }
        self.close(leaf, self.body.len(), 0, self.body.len());
    }

    /// Which of the open multiparts a line delimits, and whether it closes it.
    fn delimiter(&self, line: &[u8]) -> Option<(usize, bool)> {
        let text = line.strip_prefix(b"--")?;
        let mut open = self.open.iter().enumerate().rev();
        open.find_map(|(n, (boundary, _))| match text.strip_prefix(&boundary[..])? {
            b"" => Some((n, false)),
            b"--" => Some((n, true)),
            _ => None,
        })
    }

    fn close(&mut self, leaf: Option<usize>, end: usize, depth: usize, around: usize) {
        let inner = self.open.iter().skip(depth.saturating_add(1)).map(|(_, part)| (*part, end));
        let this = self.open.get(depth).map(|(_, part)| (*part, around));
        let ends: Vec<(usize, usize)> = leaf.map(|leaf| (leaf, end)).into_iter().chain(inner).chain(this).collect();
        for (part, end) in ends {
            if let Some(part) = self.parts.get_mut(part) {
                part.body.end = end.max(part.body.start);
            }
        }
    }

    /// The header of a part that starts here; where its body starts.
    fn part(&mut self, start: usize) -> usize {
        let rest = self.body.get(start..).unwrap_or_default();
        let end = if rest.starts_with(b"\r\n") {
            2
        } else {
            memchr::memmem::find(rest, b"\r\n\r\n").map_or(rest.len(), |at| at.saturating_add(4))
        };
        let header = rest.get(..end).unwrap_or_default();
        let value = |name| value(header, name).and_then(|range| header.get(range)).unwrap_or_default();
        let (content_type, encoding) = (value("Content-Type"), value("Content-Transfer-Encoding"));
        let end = start.saturating_add(end);
        self.parts.push(Part::new(start..end, end, content_type, encoding));
        self.open(content_type);
        end
    }
}

/// Where the value of a field stands in the header of a part, without its line end.
pub(super) fn value(header: &[u8], name: &str) -> Option<Range<usize>> {
    let mut at = 0_usize;
    let mut found: Option<Range<usize>> = None;
    for line in header.split_inclusive(|byte| *byte == b'\n') {
        let end = at.saturating_add(line.trim_ascii_end().len());
        let is_more = matches!(line, [b' ' | b'\t', ..]);
        match &mut found {
            Some(found) if is_more => found.end = end,
            Some(_) => break,
            None => {
                let (head, rest) = line.split_at_checked(name.len()).unwrap_or_default();
                if head.eq_ignore_ascii_case(name.as_bytes()) && rest.starts_with(b":") {
                    let start = at.saturating_add(name.len()).saturating_add(1);
                    found = Some(start..end.max(start));
                }
            }
        }
        at = at.saturating_add(line.len());
    }
    found
}

fn boundary(content_type: &[u8]) -> Option<Vec<u8>> {
    let lower = content_type.to_ascii_lowercase();
    let at = memchr::memmem::find(&lower, b"boundary=")?.saturating_add(b"boundary=".len());
    let rest = content_type.get(at..)?;
    let text = match rest.strip_prefix(b"\"") {
        Some(quoted) => quoted.split(|byte| *byte == b'"').next()?,
        None => rest.split(|byte| *byte == b';' || byte.is_ascii_whitespace()).next()?,
    };
    (!text.is_empty()).then(|| text.to_vec())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dkim::Limits;

    #[test]
    fn parts_within_parts() {
        let header = b"Content-Type: multipart/mixed;\r\n boundary=\"a b\"\r\n";
        let fields = Fields::of(header, &Limits::default(), false);
        let body = b"pre\r\n--a b\r\nContent-Type: multipart/alternative; boundary=i\r\n\r\n--i\r\n\r\none\r\n--i\r\n\
            Content-Type: text/html\r\ncontent-transfer-encoding:\r\n base64\r\n\r\ntwo\r\n\r\n--i--\r\n\r\n--a b\r\n\
            Content-Type: image/png\r\n\r\nthree\r\n--a b--\r\npost\r\n";
        let parts = of(body, &fields);
        let texts: Vec<&[u8]> =
            parts.iter().filter(|part| part.kind != Kind::Multipart).map(|part| &body[part.body.clone()]).collect();
        assert_eq!(texts, [&b"one"[..], b"two\r\n", b"three"]);
        assert!(body[parts[1].body.clone()].ends_with(b"--i--\r\n"));
        assert_eq!((parts[3].kind, &parts[3].encoding[..]), (Kind::Html, &b"base64"[..]));
    }

    #[test]
    fn a_message_of_one_part() {
        let fields = Fields::of(b"Content-Type: text/html\r\n", &Limits::default(), false);
        let parts = of(b"<p>", &fields);
        assert_eq!((parts.len(), parts[0].body.clone(), parts[0].kind), (1, 0..3, Kind::Html));
        let unclosed = Fields::of(b"Content-Type: multipart/mixed; boundary=b\r\n", &Limits::default(), false);
        assert_eq!(of(b"--b\r\n\r\ntext", &unclosed)[1].body, 7..11);
    }
}
