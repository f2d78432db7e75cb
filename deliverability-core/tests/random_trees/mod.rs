//! Small random trees of SPF records, and every path through them.

use std::fmt::Write as _;

use deliverability_core::dns::Zone;

/// What a term is, as far as its cost goes.
#[derive(Clone, Debug)]
pub(crate) enum Term {
    /// Matches or not.
    Network,
    /// Matches or not, and costs a look-up; its number makes its name.
    Exists(usize),
    /// Ends every evaluation.
    All,
    Include(usize),
    /// The number is that of a record that does not exist.
    Dead(usize),
}

#[derive(Clone, Debug, Default)]
pub(crate) struct Record {
    /// Whether a match gives pass, and the term.
    pub(crate) terms: Vec<(bool, Term)>,
    pub(crate) redirect: Option<usize>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Shape {
    /// Records are included by several others, without loops.
    Shared,
    /// Every record is included once; mechanisms are `exists` alone.
    Tree,
    /// The same, with includes of ancestors.
    Looping,
}

/// xorshift64*: the same trees everywhere.
struct Random(u64);

impl Random {
    fn below(&mut self, n: usize) -> usize {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        let mixed = self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 33;
        usize::try_from(mixed).unwrap() % n
    }

    fn one_in(&mut self, n: usize) -> bool {
        self.below(n) == 0
    }
}

pub(crate) fn records(seed: u64, shape: Shape) -> Vec<Record> {
    let mut random = Random((seed + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15));
    let count = 2 + random.below(4);
    let mut records: Vec<Record> = vec![Record::default(); count];
    let mut exists = 0;
    for (n, record) in records.iter_mut().enumerate() {
        for _ in 0..=random.below(3) {
            let term = if shape == Shape::Shared && random.one_in(3) {
                Term::Network
            } else if exists < 6 {
                exists += 1;
                Term::Exists(exists)
            } else {
                continue;
            };
            record.terms.push((random.one_in(2), term));
        }
        if shape == Shape::Looping && random.one_in(3) {
            let ancestor = random.below(n + 1);
            insert(record, &mut random, Term::Include(ancestor));
        }
        if random.one_in(12) {
            insert(record, &mut random, Term::Dead(n));
        }
    }
    call_each(&mut records, &mut random, shape);
    for record in &mut records {
        if random.one_in(2) {
            record.terms.push((random.one_in(2), Term::All));
        }
    }
    records
}

/// Gives every record below the root a caller above it, so that all are in the tree.
fn call_each(records: &mut [Record], random: &mut Random, shape: Shape) {
    for n in 1..records.len() {
        let times = if shape == Shape::Shared { 1 + random.below(2) } else { 1 };
        for _ in 0..times {
            let caller = random.below(n);
            if records[caller].redirect.is_none() && random.one_in(5) {
                records[caller].redirect = Some(n);
            } else {
                insert(&mut records[caller], random, Term::Include(n));
            }
        }
    }
}

fn insert(record: &mut Record, random: &mut Random, term: Term) {
    let at = random.below(record.terms.len() + 1);
    record.terms.insert(at, (!random.one_in(4), term));
}

pub(crate) fn zone(records: &[Record]) -> Zone {
    let mut text = String::new();
    for (n, record) in records.iter().enumerate() {
        write!(text, "n{n}.test TXT \"v=spf1").unwrap();
        if let Some(redirect) = record.redirect {
            // Written first, evaluated last (RFC 7208 §6).
            write!(text, " redirect=n{redirect}.test").unwrap();
        }
        for (passes, term) in &record.terms {
            text.push_str(if *passes { " " } else { " -" });
            match term {
                Term::Network => text.push_str("ip4:198.51.100.0/24"),
                Term::Exists(number) => write!(text, "exists:x{number}.test").unwrap(),
                Term::All => text.push_str("all"),
                Term::Include(target) => write!(text, "include:n{target}.test").unwrap(),
                Term::Dead(number) => write!(text, "include:dead{number}.test").unwrap(),
            }
        }
        text.push_str("\"\n");
    }
    text.parse().unwrap()
}

pub(crate) fn exists_names(records: &[Record]) -> Vec<String> {
    let terms = records.iter().flat_map(|record| &record.terms);
    terms.filter_map(|(_, term)| if let Term::Exists(n) = term { Some(format!("x{n}.test")) } else { None }).collect()
}

/// How a path through a record ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum End {
    Pass,
    Other,
    Error,
}

/// The most look-ups on any path, by going through every one of them.
pub(crate) fn brute_force(records: &[Record]) -> u64 {
    // An IPv4 and an IPv6 client: the networks are IPv4.
    let paths = |ip4| paths(records, 0, ip4).into_iter().map(|(_, cost)| cost).max().unwrap();
    paths(true).max(paths(false))
}

/// Every path through a record: its end and its cost.
fn paths(records: &[Record], at: usize, ip4: bool) -> Vec<(End, u64)> {
    let mut ended = Vec::new();
    let mut alive = vec![0];
    for (passes, term) in &records[at].terms {
        let matched = if *passes { End::Pass } else { End::Other };
        let mut next = Vec::new();
        for cost in alive {
            match term {
                Term::Network if ip4 => {
                    ended.push((matched, cost));
                    next.push(cost);
                }
                Term::Network => next.push(cost),
                Term::Exists(_) => {
                    ended.push((matched, cost + 1));
                    next.push(cost + 1);
                }
                Term::All => ended.push((matched, cost)),
                Term::Dead(_) => ended.push((End::Error, cost + 1)),
                Term::Include(target) => {
                    for (end, inner) in paths(records, *target, ip4) {
                        match end {
                            End::Pass => ended.push((matched, cost + 1 + inner)),
                            End::Other => next.push(cost + 1 + inner),
                            End::Error => ended.push((End::Error, cost + 1 + inner)),
                        }
                    }
                }
            }
        }
        alive = next;
    }
    for cost in alive {
        match records[at].redirect {
            Some(target) => {
                let paths = paths(records, target, ip4).into_iter();
                ended.extend(paths.map(|(end, inner)| (end, cost + 1 + inner)));
            }
            None => ended.push((End::Other, cost)),
        }
    }
    ended
}
