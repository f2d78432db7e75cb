//! An address in hex digits within a name: IPv4 octets, IPv6 nibbles and groups.

use core::net::{Ipv4Addr, Ipv6Addr};

use super::{Piece, PieceKind, WHOLE, stretches};
use crate::network::nibbles;
use crate::span::Span;

/// The most nibbles that a piece holds.
const NIBBLES: usize = 32;

/// The piece of `text` that says most of an IPv4 address.
pub(super) fn find_v4(text: &str, address: Ipv4Addr) -> Option<Piece> {
    let bytes = text.as_bytes();
    let [a, b, c, d] = address.octets();
    let joined =
        |octets: &[u8], by: &str| octets.iter().map(|octet| format!("{octet:02x}")).collect::<Vec<_>>().join(by);
    let hex = |octets: &[u8]| joined(octets, "");
    let (forward, reversed) = ([a, b, c, d], [d, c, b, a]);
    let mut whole = vec![hex(&forward), hex(&reversed)];
    // Digits alone are decimal octets, and were looked for as such.
    if whole.iter().any(|hex| hex.bytes().any(|byte| byte.is_ascii_alphabetic())) {
        whole.extend(["-", ".", "_"].into_iter().flat_map(|by| [joined(&forward, by), joined(&reversed, by)]));
    }
    let found =
        whole.iter().find_map(|hex| text.find(hex.as_str()).map(|at| Span::new(at, at.saturating_add(hex.len()))));
    if let Some(span) = found {
        return Some(Piece::new(span, PieceKind::WholeAddress, WHOLE));
    }
    let three = [hex(&[b, c, d]), hex(&[d, c, b])];
    let is_three = |run: &Span| three.iter().any(|hex| hex.as_bytes() == run.of(bytes));
    let run = stretches(bytes, u8::is_ascii_hexdigit).into_iter().find(is_three)?;
    run.of(bytes).iter().any(u8::is_ascii_alphabetic).then(|| Piece::new(run, PieceKind::PartOfAddress, 5))
}

/// The piece of `text` that says most of an IPv6 address.
pub(super) fn find_v6(text: &str, address: Ipv6Addr) -> Option<Piece> {
    let forward: Vec<u8> = nibbles(address).collect();
    let reversed: Vec<u8> = forward.iter().rev().copied().collect();
    let runs = [&forward, &reversed].into_iter().filter_map(|order| common_run(text.as_bytes(), order));
    let pieces = groups(text, address).into_iter().chain(runs.filter_map(of_run));
    pieces.reduce(|best, next| if next.weight > best.weight { next } else { best })
}

/// Nibbles of the address, one after the other.
#[derive(Clone, Copy, Default)]
struct Run {
    start: usize,
    end: usize,
    nibbles: usize,
    /// How many of them are not zero: zeros say nothing.
    telling: usize,
}

fn of_run(run: Run) -> Option<Piece> {
    let span = Span::new(run.start, run.end);
    match (run.nibbles, run.telling) {
        (12.., 4..) => Some(Piece::new(span, PieceKind::WholeAddress, WHOLE)),
        (8.., 4..) => Some(Piece::new(span, PieceKind::PartOfAddress, 5)),
        _ => None,
    }
}

/// The longest run of nibbles that text and address share, separators left out.
fn common_run(text: &[u8], order: &[u8]) -> Option<Run> {
    let mut best: Option<Run> = None;
    // `ending[n]`: the run that ends at the last nibble read and at nibble `n` of the address.
    let mut ending = [Run::default(); NIBBLES];
    for (at, byte) in text.iter().enumerate() {
        let Some(digit) = char::from(*byte).to_digit(16) else {
            if !matches!(byte, b'-' | b'.' | b'_') {
                ending = [Run::default(); NIBBLES];
            }
            continue;
        };
        let mut before = Run::default();
        for (place, nibble) in ending.iter_mut().zip(order) {
            let longer = if u32::from(*nibble) == digit { before.with(at, *nibble) } else { Run::default() };
            before = core::mem::replace(place, longer);
            if best.is_none_or(|best| longer.nibbles > best.nibbles) {
                best = Some(longer);
            }
        }
    }
    best
}

impl Run {
    fn with(self, at: usize, nibble: u8) -> Self {
        Self {
            start: if self.nibbles == 0 { at } else { self.start },
            end: at.saturating_add(1),
            nibbles: self.nibbles.saturating_add(1),
            telling: self.telling.saturating_add(usize::from(nibble != 0)),
        }
    }
}

/// Groups joined by hyphens within a label, zeros left out as in RFC 5952: `2001-db8--1`.
fn groups(text: &str, address: Ipv6Addr) -> Option<Piece> {
    let stretch = |byte: &u8| byte.is_ascii_hexdigit() || *byte == b'-';
    stretches(text.as_bytes(), stretch).into_iter().find_map(|span| {
        let label = span.of_text(text);
        let starts = core::iter::once(0).chain(label.match_indices('-').map(|(at, _)| at.saturating_add(1)));
        // More groups than an address has: the last ones are looked at.
        let starts: Vec<usize> = starts.collect();
        let mut last = starts.iter().rev().take(9).rev();
        last.find_map(|start| of_groups(label.get(*start..)?, address).map(|found| (*start, found))).map(
            |(start, (kind, weight))| Piece::new(Span::new(span.start.saturating_add(start), span.end), kind, weight),
        )
    })
}

fn of_groups(text: &str, address: Ipv6Addr) -> Option<(PieceKind, i32)> {
    let text = text.trim_end_matches('-').replace('-', ":");
    if text.contains(':') && text.parse() == Ok(address) {
        return Some((PieceKind::WholeAddress, WHOLE));
    }
    let groups: Vec<u16> = text.split(':').map(|group| u16::from_str_radix(group, 16).ok()).collect::<Option<_>>()?;
    let segments = address.segments();
    let (prefix, interface) = segments.split_at(4);
    let telling = groups.iter().filter(|group| **group != 0).count() >= 3;
    match groups.as_slice() {
        [..] if !telling => None,
        half if half == interface => Some((PieceKind::WholeAddress, WHOLE)),
        half if half == prefix => Some((PieceKind::PartOfAddress, 6)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_run_goes_over_separators_and_ends_at_other_letters() {
        let order: Vec<u8> = vec![1, 2, 3, 4, 5];
        let run = |text: &str| common_run(text.as_bytes(), &order).map(|run| (run.start, run.end, run.nibbles));
        assert_eq!(run("x1.2-3"), Some((1, 6, 3)));
        assert_eq!(run("1x2345"), Some((2, 6, 4)));
    }
}
