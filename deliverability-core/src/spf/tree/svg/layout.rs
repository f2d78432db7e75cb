//! Where each row of the tree stands: columns by depth, a record in the middle of what it leads to.

use crate::spf::tree::view::{Row, State};

pub(super) const BOX_WIDTH: u32 = 268;
const COLUMN: u32 = BOX_WIDTH + 46;
const GAP: u32 = 10;

/// The rows with their places.
#[derive(Debug)]
pub(super) struct Layout<'a> {
    pub(super) places: Vec<Place<'a>>,
    pub(super) width: u32,
    pub(super) height: u32,
}

#[derive(Debug)]
pub(super) struct Place<'a> {
    pub(super) row: &'a Row,
    pub(super) parent: Option<usize>,
    pub(super) x: u32,
    /// The middle of its height.
    pub(super) y: u32,
    pub(super) height: u32,
    /// The first and the last of what it leads to.
    below: Option<(u32, u32)>,
}

impl<'a> Layout<'a> {
    pub(super) fn of(rows: &'a [Row], top: u32) -> Self {
        let mut places: Vec<Place<'a>> = Vec::with_capacity(rows.len());
        let mut open: Vec<usize> = Vec::new();
        for (n, row) in rows.iter().enumerate() {
            open.truncate(row.depth);
            let depth = u32::try_from(row.depth).unwrap_or(u32::MAX);
            let x = super::MARGIN.saturating_add(depth.saturating_mul(COLUMN));
            places.push(Place { row, parent: open.last().copied(), x, y: 0, height: height(row), below: None });
            open.push(n);
        }
        let bottom = place_ends(&mut places, top);
        place_middles(&mut places);
        let width = places.iter().map(|place| place.x.saturating_add(BOX_WIDTH)).max().unwrap_or_default();
        Self { places, width: width.saturating_add(super::MARGIN), height: bottom }
    }
}

/// A host needs one line, a record two.
fn height(row: &Row) -> u32 {
    if row.state == State::Host && row.note.is_empty() && !row.is_cut_off { 26 } else { 44 }
}

/// What leads nowhere stands one below the other; gives where that ends.
fn place_ends(places: &mut [Place<'_>], top: u32) -> u32 {
    let depths: Vec<usize> = places.iter().map(|place| place.row.depth).skip(1).chain([0]).collect();
    let mut bottom = top;
    for (place, next) in places.iter_mut().zip(depths) {
        if next <= place.row.depth {
            place.y = bottom.saturating_add(place.height / 2);
            bottom = bottom.saturating_add(place.height).saturating_add(GAP);
        }
    }
    bottom
}

/// From the last row up, so that all below a record has its place before it.
fn place_middles(places: &mut [Place<'_>]) {
    for n in (0..places.len()).rev() {
        let Some(place) = places.get_mut(n) else { continue };
        if let Some((first, last)) = place.below {
            place.y = first.midpoint(last);
        }
        let (y, parent) = (place.y, place.parent);
        if let Some(parent) = parent.and_then(|parent| places.get_mut(parent)) {
            parent.below = Some((y, parent.below.map_or(y, |(_, last)| last)));
        }
    }
}
