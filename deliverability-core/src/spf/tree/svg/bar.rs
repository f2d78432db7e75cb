//! The worst case as a bar: what each term of the domain's own record adds, against the limit.

use std::fmt::Write as _;

use super::paint::{Rect, Text, escape, middle};
use crate::escaped::Escaped;
use crate::spf::tree::count::Count;
use crate::spf::tree::node::LookupTerm;
use crate::spf::tree::outcome::TreeOutcome;

const TOP: u32 = 92;
const HEIGHT: u32 = 28;
const WIDTH: u32 = 760;
/// Of the parts within the limit, by turns.
const WITHIN: [&str; 2] = ["#bcd6f2", "#dcebfa"];
/// Of the parts beyond it.
const BEYOND: [&str; 2] = ["#f0a9a3", "#f8cdc9"];

/// How look-ups become pixels.
struct Scale {
    shown: u32,
    unit: u32,
}

impl Scale {
    fn of(outcome: &TreeOutcome) -> Self {
        let limit = u32::from(outcome.limits().lookups).max(1);
        // Beyond four times the limit nothing more is to be seen.
        let most = limit.saturating_mul(4);
        let shown = clipped(outcome.lookups(), most).clamp(limit, most);
        Self { shown, unit: (WIDTH / shown).clamp(1, 46) }
    }

    fn x(&self, lookups: u32) -> u32 {
        super::MARGIN.saturating_add(lookups.min(self.shown).saturating_mul(self.unit))
    }
}

fn clipped(count: Count, most: u32) -> u32 {
    count.finite().and_then(|count| u32::try_from(count).ok()).unwrap_or(u32::MAX).min(most)
}

pub(super) fn draw(svg: &mut String, outcome: &TreeOutcome) {
    let scale = Scale::of(outcome);
    let (start, end) = (scale.x(0), scale.x(scale.shown));
    let track = Rect { x: start, y: TOP, width: end.saturating_sub(start), height: HEIGHT, radius: 3 };
    track.write(svg, "#f7f7f7", "#c8c8c8", false);
    let mut terms: Vec<&LookupTerm> = outcome.spenders();
    terms.sort_by_key(|term| (term.lookups_before(), term.term()));
    // A path that comes to a loop does not leave it.
    let endless = terms.iter().position(|term| term.lookups() == Count::Endless);
    let drawn = endless.map_or(terms.len(), |at| at.saturating_add(1));
    for (n, term) in terms.into_iter().take(drawn).enumerate() {
        part(svg, outcome, &scale, term, n % 2);
    }
    let limit = u32::from(outcome.limits().lookups);
    let x = scale.x(limit);
    // Writing to a String cannot fail.
    let _ = writeln!(
        svg,
        "<path d=\"M{x} {} V{}\" stroke=\"#b3261e\" stroke-width=\"2.5\"/>",
        TOP.saturating_sub(6),
        TOP.saturating_add(HEIGHT).saturating_add(6)
    );
    let below = TOP.saturating_add(HEIGHT).saturating_add(19);
    Text::at(x, below).colour("#b3261e").bold().centred().write(svg, &format!("limit {limit}"), None);
}

/// One term's part, cut where the limit is.
fn part(svg: &mut String, outcome: &TreeOutcome, scale: &Scale, term: &LookupTerm, turn: usize) {
    let limit = u32::from(outcome.limits().lookups);
    let from = clipped(term.lookups_before(), scale.shown);
    let to = clipped(term.lookups_before().plus(term.lookups()), scale.shown);
    let text = outcome.root().term_text(term);
    let name = Escaped(text.as_bytes()).to_string();
    let _ = writeln!(svg, "<g><title>{}: {}</title>", escape(&name), term.lookups());
    for (from, to, colours) in [(from, to.min(limit), WITHIN), (from.max(limit), to, BEYOND)] {
        let (x, width) = (scale.x(from), scale.x(to).saturating_sub(scale.x(from)));
        if let Some(colour) = colours.get(turn).filter(|_| width > 0) {
            Rect { x, y: TOP, width, height: HEIGHT, radius: 0 }.write(svg, colour, "#6b7d92", false);
        }
    }
    let (x, width) = (scale.x(from), scale.x(to).saturating_sub(scale.x(from)));
    let cost = term.lookups().to_string();
    let short = name.split_once([':', '=']).map_or(&*name, |(_, target)| target);
    let letters = usize::try_from(width / 7).unwrap_or_default();
    let label = if letters >= 12 { format!("{} {cost}", middle(short, letters.saturating_sub(4))) } else { cost };
    if label.chars().count() <= letters.saturating_add(1) {
        let centre = x.saturating_add(width / 2);
        Text::at(centre, TOP.saturating_add(18)).size(11).centred().write(svg, &label, None);
    }
    svg.push_str("</g>\n");
}
