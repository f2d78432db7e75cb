//! White space within and at the end of lines (RFC 6376 §3.4.4).

/// Reduces runs of white space to one space, and those at the end of a line to nothing.
#[derive(Clone, Debug, Default)]
pub(super) struct Reducer {
    /// White space was read and not written yet.
    white: bool,
    /// A CR behind that white space waits for its LF.
    cr: bool,
}

/// Octets that are looked at together.
const BLOCK: usize = 32;

impl Reducer {
    /// Pieces are slices of `octets` wherever possible: most lines need no change.
    pub(super) fn feed(&mut self, octets: &[u8], sink: &mut impl FnMut(&[u8])) {
        let Some(mut rest) = self.resume(octets, sink) else { return };
        while let Some(at) = next_change(rest) {
            let (kept, white) = rest.split_at_checked(at).unwrap_or((rest, &[]));
            let end = white.iter().position(|byte| !is_white(*byte)).unwrap_or(white.len());
            match white.get(end..).unwrap_or_default() {
                [] => return self.wait(kept, false, sink),
                [b'\r'] => return self.wait(kept, true, sink),
                behind @ [b'\r', b'\n', ..] => {
                    emit(kept, sink);
                    rest = behind;
                }
                behind => {
                    // The run's first space is the one to keep.
                    if white.starts_with(b" ") {
                        emit(rest.get(..=at).unwrap_or_default(), sink);
                    } else {
                        emit(kept, sink);
                        sink(b" ");
                    }
                    rest = behind;
                }
            }
        }
        emit(rest, sink);
    }

    /// White space ends the octets, maybe with a CR behind it.
    fn wait(&mut self, kept: &[u8], cr: bool, sink: &mut impl FnMut(&[u8])) {
        emit(kept, sink);
        *self = Self { white: true, cr };
    }

    /// Settles what waits; the octets that are still to be read, if there are any.
    fn resume<'a>(&mut self, octets: &'a [u8], sink: &mut impl FnMut(&[u8])) -> Option<&'a [u8]> {
        if !self.white {
            return Some(octets);
        }
        let mut rest = octets;
        if self.cr {
            sink(if rest.first()? == &b'\n' { b"\r" } else { b" \r" });
        } else {
            let end = rest.iter().position(|byte| !is_white(*byte))?;
            rest = rest.get(end..)?;
            match rest {
                [b'\r'] => {
                    self.cr = true;
                    return None;
                }
                [b'\r', b'\n', ..] => {}
                _ => sink(b" "),
            }
        }
        *self = Self::default();
        Some(rest)
    }

    /// The end: white space there ends a line.
    pub(super) fn finish(&mut self, sink: &mut impl FnMut(&[u8])) {
        if self.cr {
            sink(b" \r");
        }
        *self = Self::default();
    }
}

fn emit(piece: &[u8], sink: &mut impl FnMut(&[u8])) {
    if !piece.is_empty() {
        sink(piece);
    }
}

/// The first white space that may not stay as it is: a tab, or a space in front of white space, a
/// CR or the end.
fn next_change(text: &[u8]) -> Option<usize> {
    let mut at = 0;
    while let Some(block) = text.get(at..).and_then(|rest| rest.first_chunk::<{ BLOCK + 1 }>()) {
        if changes(block) {
            break;
        }
        at = at.saturating_add(BLOCK);
    }
    let rest = text.get(at..)?;
    let found = rest.iter().enumerate().find(|(n, byte)| match byte {
        b'\t' => true,
        b' ' => rest.get(n.saturating_add(1)).is_none_or(|next| is_white(*next) || *next == b'\r'),
        _ => false,
    });
    found.map(|(n, _)| at.saturating_add(n))
}

/// Whether a change may start within the block; without branches, so that it is done in parallel.
fn changes(block: &[u8; BLOCK + 1]) -> bool {
    let (octets, next) = (block.first_chunk::<BLOCK>(), block.last_chunk::<BLOCK>());
    let (Some(octets), Some(next)) = (octets, next) else { return true };
    let mut found = 0;
    for (byte, next) in octets.iter().zip(next) {
        let tab = u8::from(*byte == b'\t');
        let space = u8::from(*byte == b' ');
        let bad_next = u8::from(*next == b' ') | u8::from(*next == b'\t') | u8::from(*next == b'\r');
        found |= tab | (space & bad_next);
    }
    found != 0
}

const fn is_white(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t')
}
