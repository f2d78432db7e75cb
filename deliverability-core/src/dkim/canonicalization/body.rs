//! Bodies, as a stream (RFC 6376 §3.4.3, §3.4.4).

use super::white_space::Reducer;
use crate::dkim::signature::Canonicalization;

/// Line ends to write many at once: a body may hold millions of empty lines.
const LINE_ENDS: [[u8; 2]; 64] = [*b"\r\n"; 64];

/// A body under canonicalization. Octets go in as they come; what comes out goes to `sink`, in
/// pieces as long as the text allows. Memory does not grow with the body.
#[derive(Clone, Debug)]
pub(in crate::dkim) struct Body {
    reducer: Option<Reducer>,
    trailing: Trailing,
}

impl Body {
    pub(in crate::dkim) fn new(canonicalization: Canonicalization) -> Self {
        let relaxed = canonicalization == Canonicalization::Relaxed;
        Self { reducer: relaxed.then(Reducer::default), trailing: Trailing::default() }
    }

    /// The next octets of the body. Lines end in CR LF.
    pub(in crate::dkim) fn feed(&mut self, octets: &[u8], sink: &mut impl FnMut(&[u8])) {
        let Self { reducer, trailing } = self;
        match reducer {
            Some(reducer) => reducer.feed(octets, &mut |piece| trailing.feed(piece, sink)),
            None => trailing.feed(octets, sink),
        }
    }

    /// The end of the body.
    pub(in crate::dkim) fn finish(mut self, sink: &mut impl FnMut(&[u8])) {
        let is_simple = self.reducer.is_none();
        if let Some(reducer) = &mut self.reducer {
            reducer.finish(&mut |piece| self.trailing.feed(piece, sink));
        }
        self.trailing.finish(is_simple, sink);
    }
}

/// Empty lines at the end are left out, so line ends wait until something follows them.
#[derive(Clone, Debug, Default)]
struct Trailing {
    /// Line ends that wait.
    line_ends: u64,
    /// A CR behind them that waits for its LF.
    cr: bool,
    /// Whether anything was written.
    started: bool,
}

impl Trailing {
    fn feed(&mut self, octets: &[u8], sink: &mut impl FnMut(&[u8])) {
        let Some(rest) = self.more_line_ends(octets) else { return };
        self.flush(sink);
        let mut text = rest;
        if let Some(without) = text.strip_suffix(b"\r") {
            text = without;
            self.cr = true;
        }
        while let Some(without) = text.strip_suffix(b"\r\n") {
            text = without;
            self.line_ends = self.line_ends.saturating_add(1);
        }
        if !text.is_empty() {
            self.started = true;
            sink(text);
        }
    }

    /// Counts the line ends at the start; what follows them, if anything does.
    fn more_line_ends<'a>(&mut self, octets: &'a [u8]) -> Option<&'a [u8]> {
        let mut rest = octets;
        loop {
            rest = match (self.cr, rest) {
                (_, []) => return None,
                (true, [b'\n', rest @ ..]) => {
                    self.cr = false;
                    self.line_ends = self.line_ends.saturating_add(1);
                    rest
                }
                (false, [b'\r', rest @ ..]) => {
                    self.cr = true;
                    rest
                }
                _ => return Some(rest),
            };
        }
    }

    /// Writes what waits: text follows it.
    fn flush(&mut self, sink: &mut impl FnMut(&[u8])) {
        while self.line_ends > 0 {
            let wanted = usize::try_from(self.line_ends).unwrap_or(usize::MAX);
            let now = LINE_ENDS.get(..wanted).unwrap_or(&LINE_ENDS);
            sink(now.as_flattened());
            self.line_ends = self.line_ends.saturating_sub(now.len() as u64);
            self.started = true;
        }
        if core::mem::take(&mut self.cr) {
            sink(b"\r");
            self.started = true;
        }
    }

    /// The last line gets its end. RFC 6376 §3.4.3: an empty body is one CR LF; §3.4.4: relaxed, it
    /// is nothing.
    fn finish(mut self, is_simple: bool, sink: &mut impl FnMut(&[u8])) {
        if self.cr {
            self.flush(sink);
        }
        if self.started || is_simple {
            sink(b"\r\n");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn canonical(canonicalization: Canonicalization, pieces: &[&[u8]]) -> Vec<u8> {
        let mut out = Vec::new();
        let mut body = Body::new(canonicalization);
        for piece in pieces {
            body.feed(piece, &mut |octets| out.extend_from_slice(octets));
        }
        body.finish(&mut |octets| out.extend_from_slice(octets));
        out
    }

    fn simple(body: &[u8]) -> Vec<u8> {
        canonical(Canonicalization::Simple, &[body])
    }

    fn relaxed(body: &[u8]) -> Vec<u8> {
        canonical(Canonicalization::Relaxed, &[body])
    }

    #[test]
    fn the_example_of_rfc_6376_section_3_4_5() {
        let body = b" C \r\nD \t E\r\n\r\n\r\n";
        assert_eq!(relaxed(body), b" C\r\nD E\r\n");
        assert_eq!(simple(body), b" C \r\nD \t E\r\n");
    }

    #[test]
    fn empty_bodies() {
        for body in [&b""[..], b"\r\n", b"\r\n\r\n"] {
            assert_eq!((simple(body), relaxed(body)), (b"\r\n".to_vec(), Vec::new()));
        }
        assert_eq!((simple(b" \t\r\n"), relaxed(b" \t\r\n \r\n")), (b" \t\r\n".to_vec(), Vec::new()));
    }

    #[test]
    fn the_last_line_gets_its_end() {
        assert_eq!((simple(b"a"), relaxed(b"a")), (b"a\r\n".to_vec(), b"a\r\n".to_vec()));
        assert_eq!((simple(b"a "), relaxed(b"a ")), (b"a \r\n".to_vec(), b"a\r\n".to_vec()));
        assert_eq!(relaxed(b"\r\n\r\na"), b"\r\n\r\na\r\n");
    }

    #[test]
    fn a_lone_cr_or_lf_is_an_octet_as_any_other() {
        assert_eq!(simple(b"a\r\n\r"), b"a\r\n\r\r\n");
        assert_eq!(relaxed(b"a \rb \nc\t\r"), b"a \rb \nc \r\r\n");
        assert_eq!(relaxed(b"\r\r\n\n"), b"\r\r\n\n\r\n");
    }

    /// RFC 6376 §3.4.4 in the plainest words.
    fn by_the_letter(body: &[u8]) -> Vec<u8> {
        let text = String::from_utf8(body.to_vec()).unwrap();
        let lines = text.split("\r\n").map(|line| {
            let mut reduced = String::new();
            for character in line.chars() {
                let is_white = matches!(character, ' ' | '\t');
                if !(is_white && reduced.ends_with(' ')) {
                    reduced.push(if is_white { ' ' } else { character });
                }
            }
            reduced.trim_end_matches(' ').to_owned()
        });
        let joined = lines.collect::<Vec<_>>().join("\r\n");
        let mut text = joined.as_str();
        while let Some(shorter) = text.strip_suffix("\r\n") {
            text = shorter;
        }
        if text.is_empty() { Vec::new() } else { format!("{text}\r\n").into_bytes() }
    }

    #[test]
    fn pieces_of_any_size_give_the_same() {
        const WORDS: [&[u8]; 9] =
            [b" ", b"\t", b"\r\n", b"\r\n", b"\r", b"\n", b"a", b"  ", b"a text of some length, on"];
        let mut state = 0x9e37_79b9_u32;
        let mut random = |below: usize| {
            state ^= state << 13;
            state ^= state >> 17;
            state ^= state << 5;
            state as usize % below
        };
        for _ in 0..3000 {
            let body: Vec<u8> = (0..random(24)).flat_map(|_| WORDS[random(WORDS.len())]).copied().collect();
            assert_eq!(relaxed(&body), by_the_letter(&body), "{body:?}");
            let mut pieces = Vec::new();
            let mut rest = &body[..];
            while !rest.is_empty() {
                let (piece, behind) = rest.split_at(1 + random(rest.len().min(40)));
                pieces.push(piece);
                rest = behind;
            }
            for canonicalization in [Canonicalization::Simple, Canonicalization::Relaxed] {
                assert_eq!(canonical(canonicalization, &pieces), canonical(canonicalization, &[&body]), "{body:?}");
            }
        }
    }
}
