//! The boxes of the tree, the lines between them, and what their looks mean.

use std::fmt::Write as _;

use super::layout::{BOX_WIDTH, Layout, Place};
use super::paint::{Rect, Text, middle};
use crate::spf::tree::view::{Row, State};

/// How a state looks, and in words.
struct Look {
    fill: &'static str,
    border: &'static str,
    dashed: bool,
    words: &'static str,
}

const fn look(state: State) -> Look {
    let (fill, border, dashed, words) = match state {
        State::Record => ("#e8f1fb", "#2f6db0", false, "record"),
        State::Host => ("#f4f4f4", "#7a7a7a", false, "host, one look-up"),
        State::Repeated => ("#ffffff", "#2f6db0", true, "again: it stands above"),
        State::Loop => ("#fdecea", "#b3261e", false, "LOOP: back to a record above"),
        State::Broken => ("#fdecea", "#b3261e", false, "BROKEN: ends in permerror"),
        State::Void => ("#fdecea", "#b3261e", true, "VOID: nothing is there"),
        State::Unknown => ("#fff6e0", "#8a5a00", true, "not known here"),
        State::NotReached => ("#ffffff", "#9a9a9a", true, "no client comes to it"),
    };
    Look { fill, border, dashed, words }
}

/// Of what the limit can cut off.
const CUT_OFF: &str = "#b3261e";

pub(super) fn draw(svg: &mut String, layout: &Layout<'_>) {
    for place in &layout.places {
        if let Some(parent) = place.parent.and_then(|parent| layout.places.get(parent)) {
            line(svg, parent, place);
        }
    }
    for place in &layout.places {
        draw_box(svg, place);
    }
}

fn line(svg: &mut String, from: &Place<'_>, to: &Place<'_>) {
    let (x, y) = (from.x.saturating_add(BOX_WIDTH), from.y);
    let middle = x.midpoint(to.x);
    let colour = if to.row.state == State::NotReached { "#c8c8c8" } else { "#8a9bb0" };
    // Writing to a String cannot fail.
    let _ = writeln!(
        svg,
        "<path d=\"M{x} {y} C{middle} {y} {middle} {1} {0} {1}\" fill=\"none\" stroke=\"{colour}\" stroke-width=\"1.4\"/>",
        to.x, to.y
    );
}

fn draw_box(svg: &mut String, place: &Place<'_>) {
    let row = place.row;
    let look = Look { border: if row.is_cut_off { CUT_OFF } else { look(row.state).border }, ..look(row.state) };
    let top = place.y.saturating_sub(place.height / 2);
    let outline = Rect { x: place.x, y: top, width: BOX_WIDTH, height: place.height, radius: 5 };
    outline.write(svg, look.fill, look.border, look.dashed);
    let (kind, name) = parts(row);
    let colour = if row.state == State::NotReached { "#6a6a6a" } else { "#1a1a1a" };
    let title = Text::at(place.x.saturating_add(10), top.saturating_add(18)).colour(colour);
    let whole = if row.note.is_empty() { row.label.clone() } else { format!("{}: {}", row.label, row.note) };
    let title = if row.state == State::Host { title } else { title.bold() };
    // A letter takes up to 8 pixels; the cost stands at the end of the line.
    let letters = BOX_WIDTH.saturating_sub(22).saturating_sub(cost_width(row)) / 8;
    title.write(svg, &middle(name, usize::try_from(letters).unwrap_or_default()), Some(&whole));
    if place.height > 30 {
        let colour = if row.state == State::Record && !row.is_cut_off { "#4a5a6a" } else { look.border };
        let below = Text::at(place.x.saturating_add(10), top.saturating_add(35)).size(11).colour(colour);
        below.write(svg, &second_line(row, kind, look.words), Some(&whole));
    }
    cost(svg, place, top, look.border);
}

fn second_line(row: &Row, kind: &str, words: &str) -> String {
    let words = match row.state {
        State::Record => "",
        State::Host => &row.note,
        _ => words,
    };
    let is_final = matches!(row.state, State::Broken | State::Loop);
    let cut_off = if row.is_cut_off && !is_final { "can be CUT OFF" } else { "" };
    [kind, words, cut_off].into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" · ")
}

/// What a box spends, at its right end.
fn cost(svg: &mut String, place: &Place<'_>, top: u32, border: &'static str) {
    let cost = place.row.lookups.to_string();
    let width = cost_width(place.row);
    let x = place.x.saturating_add(BOX_WIDTH).saturating_sub(width.saturating_add(6));
    Rect { x, y: top.saturating_add(4), width, height: 18, radius: 9 }.write(svg, "#ffffff", border, false);
    let middle = x.saturating_add(width / 2);
    Text::at(middle, top.saturating_add(17)).bold().centred().write(svg, &cost, None);
}

fn cost_width(row: &Row) -> u32 {
    u32::try_from(row.lookups.to_string().len()).unwrap_or(8).saturating_mul(7).saturating_add(12)
}

/// `include` and what is included; other terms are one part.
fn parts(row: &Row) -> (&str, &str) {
    if row.depth == 0 {
        return ("the domain's own record", &row.label);
    }
    let is_call = |kind: &str| {
        let kind = kind.trim_start_matches(['+', '-', '~', '?']);
        kind.eq_ignore_ascii_case("include") || kind.eq_ignore_ascii_case("redirect")
    };
    row.label.split_once([':', '=']).filter(|(kind, _)| is_call(kind)).unwrap_or(("", &row.label))
}

/// What the looks mean, as far as they are used; gives the line that it ends on.
pub(super) fn legend(svg: &mut String, rows: &[Row], y: u32, width: u32) -> u32 {
    let (mut x, mut y) = (super::MARGIN, y);
    for state in State::ALL.into_iter().filter(|state| rows.iter().any(|row| row.state == *state)) {
        let Look { fill, border, dashed, words } = look(state);
        let letters = u32::try_from(words.len()).unwrap_or_default();
        let needed = letters.saturating_mul(7).saturating_add(44);
        if x.saturating_add(needed) > width {
            (x, y) = (super::MARGIN, y.saturating_add(super::LINE));
        }
        Rect { x, y: y.saturating_sub(11), width: 18, height: 13, radius: 3 }.write(svg, fill, border, dashed);
        Text::at(x.saturating_add(24), y).colour("#4a4a4a").write(svg, words, None);
        x = x.saturating_add(needed);
    }
    y
}
