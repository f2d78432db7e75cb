//! An IPv4 address in decimal octets, or as one number, within a name.

use core::net::Ipv4Addr;

use super::{Piece, PieceKind, WHOLE, length, stretches};
use crate::span::Span;

/// The most bytes between two octets of a whole address: `77.red-203-0-113`.
const WIDEST_GAP: usize = 8;

/// A run of digits that can be an octet; `None` for one that cannot, which parts its neighbours.
#[derive(Clone, Copy)]
struct Number {
    value: Option<u8>,
    span: Span,
}

/// The piece of `text` that says most of `address`.
pub(super) fn find(text: &[u8], address: Ipv4Addr) -> Option<Piece> {
    let runs = stretches(text, u8::is_ascii_digit);
    let numbers: Vec<Number> = runs.iter().flat_map(|run| numbers(text, *run)).collect();
    let octets = address.octets();
    whole(&numbers, octets)
        .or_else(|| one_number(text, &runs, address))
        .map(|span| Piece::new(span, PieceKind::WholeAddress, WHOLE))
        .or_else(|| three(&numbers, octets).map(|span| Piece::new(span, PieceKind::PartOfAddress, 6)))
        .or_else(|| last_two(&numbers, octets))
}

/// The octets that a run of digits stands for: one, or several padded to three digits.
fn numbers(text: &[u8], run: Span) -> Vec<Number> {
    let octet = |span: Span| core::str::from_utf8(span.of(text)).ok()?.parse::<u8>().ok();
    let whole = Number { value: None, span: run };
    match length(run) {
        1..=3 => vec![Number { value: octet(run), ..whole }],
        6 | 9 | 12 => {
            let groups = (run.start..run.end).step_by(3).map(|start| Span::new(start, start.saturating_add(3)));
            let padded: Vec<Number> = groups.map(|span| Number { value: octet(span), span }).collect();
            if padded.iter().all(|number| number.value.is_some()) { padded } else { vec![whole] }
        }
        _ => vec![whole],
    }
}

/// Four octets next to each other, in whatever order.
fn whole(numbers: &[Number], octets: [u8; 4]) -> Option<Span> {
    let mut wanted = octets.map(Some);
    wanted.sort_unstable();
    numbers.windows(4).filter(|window| gaps(window).all(|gap| gap <= WIDEST_GAP)).find_map(|window| {
        let mut values: Vec<Option<u8>> = window.iter().map(|number| number.value).collect();
        values.sort_unstable();
        (values == wanted).then(|| span(window)).flatten()
    })
}

/// The address as one 32-bit number, or its octets without anything between them.
fn one_number(text: &[u8], runs: &[Span], address: Ipv4Addr) -> Option<Span> {
    let [a, b, c, d] = address.octets();
    let written = [
        address.to_bits().to_string(),
        address.to_bits().swap_bytes().to_string(),
        format!("{a}{b}{c}{d}"),
        format!("{d}{c}{b}{a}"),
    ];
    // Shorter runs of digits are met by chance.
    let is_one = |run: &&Span| length(**run) >= 8 && written.iter().any(|number| number.as_bytes() == run.of(text));
    runs.iter().find(is_one).copied()
}

/// The first or the last three octets, in order or reversed.
fn three(numbers: &[Number], [a, b, c, d]: [u8; 4]) -> Option<Span> {
    let wanted = [[a, b, c], [c, b, a], [b, c, d], [d, c, b]].map(|three| three.map(Some));
    let windows = numbers.windows(3).filter(|window| gaps(window).all(|gap| gap <= 1));
    windows.filter(|window| wanted.iter().any(|three| window.iter().map(|n| n.value).eq(*three))).find_map(span)
}

/// The last two octets, in order or reversed: small ones are met by chance more often.
fn last_two(numbers: &[Number], [_, _, c, d]: [u8; 4]) -> Option<Piece> {
    let wanted = [[c, d], [d, c]].map(|two| two.map(Some));
    let windows = numbers.windows(2).filter(|window| gaps(window).all(|gap| gap <= 1));
    let pairs = windows.filter(|window| wanted.iter().any(|two| window.iter().map(|n| n.value).eq(*two)));
    let piece = |window: &[Number]| {
        let long = window.iter().all(|number| length(number.span) >= 2);
        Some(Piece::new(span(window)?, PieceKind::PartOfAddress, if long { 4 } else { 3 }))
    };
    pairs.filter_map(piece).max_by_key(|piece| piece.weight)
}

/// The bytes between neighbours.
fn gaps(window: &[Number]) -> impl Iterator<Item = usize> {
    window.iter().zip(window.iter().skip(1)).map(|(one, next)| next.span.start.saturating_sub(one.span.end))
}

fn span(window: &[Number]) -> Option<Span> {
    Some(Span::new(window.first()?.span.start, window.last()?.span.end))
}
