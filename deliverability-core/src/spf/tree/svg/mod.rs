//! The tree as a picture: SVG 1.1 that stands alone.
//!
//! `layout` gives every row its place, `bar` draws the worst case against the limit, `boxes` the
//! tree. Colours never speak alone: what they say is written beside them.

mod bar;
mod boxes;
mod layout;
mod paint;

use std::fmt::Write as _;

use super::outcome::{Standing, TreeOutcome};
use super::{text, view};
use layout::Layout;
use paint::{Text, escape, middle};

/// Space around the picture, in pixels as all lengths here.
const MARGIN: u32 = 24;
/// Where the tree begins, below the headline and the bar.
const HEADER: u32 = 158;
const LINE: u32 = 20;
const MIN_WIDTH: u32 = 820;

pub(super) fn draw(outcome: &TreeOutcome) -> String {
    let (rows, left_out) = view::rows(outcome);
    let layout = Layout::of(&rows, HEADER);
    let remarks = remarks(outcome, left_out);
    let lines = u32::try_from(remarks.len()).unwrap_or(u32::MAX);
    let width = layout.width.max(MIN_WIDTH);
    let height = layout.height.saturating_add(lines.saturating_mul(LINE)).saturating_add(3 * MARGIN + 2 * LINE);
    let mut svg = String::new();
    open(&mut svg, width, height, &text::headline(outcome));
    headline(&mut svg, outcome);
    bar::draw(&mut svg, outcome);
    boxes::draw(&mut svg, &layout);
    let legend = boxes::legend(&mut svg, &rows, layout.height.saturating_add(MARGIN), width);
    let mut y = legend.saturating_add(MARGIN + LINE / 2);
    for remark in &remarks {
        Text::at(MARGIN, y).size(13).colour("#333333").write(&mut svg, &middle(remark, 118), Some(remark));
        y = y.saturating_add(LINE);
    }
    svg.push_str("</svg>\n");
    svg
}

fn open(svg: &mut String, width: u32, height: u32, title: &str) {
    // Writing to a String cannot fail.
    let _ = writeln!(
        svg,
        "<svg xmlns=\"http://www.w3.org/2000/svg\" role=\"img\" width=\"{width}\" height=\"{height}\" \
         viewBox=\"0 0 {width} {height}\" font-family=\"Helvetica, Arial, 'Liberation Sans', sans-serif\">\n\
         <title>{}</title>\n<rect width=\"{width}\" height=\"{height}\" fill=\"#ffffff\"/>",
        escape(title)
    );
}

fn headline(svg: &mut String, outcome: &TreeOutcome) {
    let domain = outcome.domain().to_string();
    Text::at(MARGIN, 42).size(22).bold().write(svg, &middle(&domain, 56), Some(&domain));
    let told = text::worst_case(outcome);
    Text::at(MARGIN, 68).size(16).bold().colour(colour(outcome.standing())).write(svg, &told, None);
}

/// Dark enough on white to be read; the words stand beside it.
const fn colour(standing: Standing) -> &'static str {
    match standing {
        Standing::Within => "#1b6e3c",
        Standing::Near | Standing::Unknown => "#8a5a00",
        Standing::Over => "#b3261e",
    }
}

fn remarks(outcome: &TreeOutcome, left_out: usize) -> Vec<String> {
    let mut remarks = text::remarks(outcome);
    if left_out > 0 {
        remarks.insert(0, format!("More than {left_out} other terms are not drawn."));
    }
    remarks
}
