//! Messages stored with lines that end in LF alone (RFC 6376 §5.3).

use memchr::memchr;

/// Octets that are mended at a time.
const PIECE: usize = 1 << 14;

/// Gives every LF its CR.
#[derive(Clone, Debug, Default)]
pub(super) struct LineEnds {
    after_cr: bool,
    mended: Vec<u8>,
}

impl LineEnds {
    pub(super) fn feed(&mut self, octets: &[u8], sink: &mut impl FnMut(&[u8])) {
        for piece in octets.chunks(PIECE) {
            self.mended.clear();
            for line in piece.split_inclusive(|byte| *byte == b'\n') {
                self.line(line);
            }
            sink(&self.mended);
        }
    }

    fn line(&mut self, line: &[u8]) {
        let Some(text) = line.strip_suffix(b"\n") else {
            self.mended.extend_from_slice(line);
            self.after_cr = line.ends_with(b"\r");
            return;
        };
        let has_cr = text.last().map_or(self.after_cr, |byte| *byte == b'\r');
        self.mended.extend_from_slice(text);
        self.mended.extend_from_slice(if has_cr { b"\n" } else { b"\r\n" });
        self.after_cr = false;
    }
}

/// Whether the first line of a message ends in LF alone.
pub(super) fn is_stored_with_lf(message: &[u8]) -> bool {
    let end = memchr(b'\n', message);
    end.is_some_and(|end| end.checked_sub(1).and_then(|before| message.get(before)) != Some(&b'\r'))
}

/// The text with CR LF at the end of each line.
pub(super) fn mended(text: &[u8]) -> Vec<u8> {
    let mut all = Vec::with_capacity(text.len());
    LineEnds::default().feed(text, &mut |piece| all.extend_from_slice(piece));
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces_are_mended_as_the_whole() {
        let text = b"a\nb\r\n\n\r\nc\r";
        assert_eq!(mended(text), b"a\r\nb\r\n\r\n\r\nc\r");
        for cut in 0..text.len() {
            let (mut all, mut ends) = (Vec::new(), LineEnds::default());
            ends.feed(&text[..cut], &mut |piece| all.extend_from_slice(piece));
            ends.feed(&text[cut..], &mut |piece| all.extend_from_slice(piece));
            assert_eq!(all, mended(text), "{cut}");
        }
    }
}
