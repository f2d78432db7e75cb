//! What became of a listing from one look to the next.

use core::fmt;
use core::net::Ipv4Addr;

use super::verdict::Status;

/// What one list was last known to say about one subject: all that has to be kept between looks.
///
/// Plain data, to be stored as the caller likes. Times are the caller's too: seconds since 1970-01-01
/// UTC, by convention.
///
/// ```
/// use deliverability_core::dns::DnsError;
/// use deliverability_core::dnsbl::{ChangeKind, Sighting, Status};
///
/// let clean = Sighting::next(None, &Status::NotListed, 100);
/// assert_eq!(clean.kind, ChangeKind::NotListed);
/// // The list does not answer for a while, and is clean again: that is no news.
/// let silent = Sighting::next(clean.after.as_ref(), &Status::Failed(DnsError::Timeout), 200);
/// assert_eq!((silent.kind, silent.is_news()), (ChangeKind::BecameUnknown, false));
/// let clean = Sighting::next(silent.after.as_ref(), &Status::NotListed, 300);
/// assert_eq!((clean.kind, clean.after.unwrap().since), (ChangeKind::NotListed, 100));
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Sighting {
    /// The A values of the entry, in order; none where the subject was not listed.
    pub codes: Vec<Ipv4Addr>,
    /// When it was first seen to be listed, or not listed, with no answer to the contrary since.
    pub since: u64,
    /// Since when the list gives no answer that can be believed; `None` while it gives one.
    pub unknown_since: Option<u64>,
}

/// What became of a listing, with what was known before and is to be kept now.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Change {
    /// What became of it.
    pub kind: ChangeKind,
    /// What was known before.
    pub before: Option<Sighting>,
    /// What is known now: keep it for the next look. `None` while nothing was ever known.
    pub after: Option<Sighting>,
}

/// What became of a listing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum ChangeKind {
    /// Listed, and was not known to be.
    NewlyListed,
    /// Listed with other codes than before.
    CodesChanged,
    /// Not listed any more.
    Gone,
    /// No answer can be believed any more; what was known is kept.
    BecameUnknown,
    /// Listed as before.
    StillListed,
    /// Not listed, and was not known to be.
    NotListed,
    /// Still, or from the first look on, no answer can be believed.
    StillUnknown,
}

impl Sighting {
    /// Whether the subject was listed when last known.
    pub const fn is_listed(&self) -> bool {
        !self.codes.is_empty()
    }

    /// What became of a listing, by what was known `before` and what came out of a look at `now`.
    pub fn next(before: Option<&Self>, status: &Status, now: u64) -> Change {
        let (kind, after) = match status {
            Status::Listed { codes, .. } => {
                let mut values: Vec<Ipv4Addr> = codes.iter().map(|code| code.address).collect();
                values.sort_unstable();
                values.dedup();
                listed(before, values, now)
            }
            Status::NotListed => not_listed(before, now),
            _ => unknown(before, now),
        };
        Change { kind, before: before.cloned(), after }
    }

    fn new(codes: Vec<Ipv4Addr>, since: u64) -> Self {
        Self { codes, since, unknown_since: None }
    }
}

fn listed(before: Option<&Sighting>, codes: Vec<Ipv4Addr>, now: u64) -> (ChangeKind, Option<Sighting>) {
    let (kind, since) = match before.filter(|before| before.is_listed()) {
        None => (ChangeKind::NewlyListed, now),
        Some(before) if before.codes == codes => (ChangeKind::StillListed, before.since),
        Some(before) => (ChangeKind::CodesChanged, before.since),
    };
    (kind, Some(Sighting::new(codes, since)))
}

fn not_listed(before: Option<&Sighting>, now: u64) -> (ChangeKind, Option<Sighting>) {
    let (kind, since) = match before {
        Some(before) if before.is_listed() => (ChangeKind::Gone, now),
        Some(before) => (ChangeKind::NotListed, before.since),
        None => (ChangeKind::NotListed, now),
    };
    (kind, Some(Sighting::new(Vec::new(), since)))
}

fn unknown(before: Option<&Sighting>, now: u64) -> (ChangeKind, Option<Sighting>) {
    let Some(before) = before else { return (ChangeKind::StillUnknown, None) };
    let kind = if before.unknown_since.is_none() { ChangeKind::BecameUnknown } else { ChangeKind::StillUnknown };
    let unknown_since = before.unknown_since.or(Some(now));
    (kind, Some(Sighting { unknown_since, ..before.clone() }))
}

impl Change {
    /// Whether somebody who watches should be told: newly listed, other codes, gone, or a listing of
    /// which nothing is known any more. A list that falls silent about a subject that was not listed,
    /// and comes back, is no news.
    pub fn is_news(&self) -> bool {
        match self.kind {
            ChangeKind::NewlyListed | ChangeKind::CodesChanged | ChangeKind::Gone => true,
            ChangeKind::BecameUnknown => self.before.as_ref().is_some_and(Sighting::is_listed),
            _ => false,
        }
    }
}

/// In plain words, with the codes before and now.
impl fmt::Display for Change {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let shown = |sighting: &Option<Sighting>| match sighting {
            Some(sighting) if sighting.is_listed() => {
                sighting.codes.iter().map(Ipv4Addr::to_string).collect::<Vec<_>>().join(", ")
            }
            _ => "not listed".to_owned(),
        };
        let (before, after) = (shown(&self.before), shown(&self.after));
        match self.kind {
            ChangeKind::NewlyListed => write!(f, "newly listed: {after}"),
            ChangeKind::StillListed => write!(f, "still listed: {after}"),
            ChangeKind::CodesChanged => write!(f, "listed with another code: {after} (before: {before})"),
            ChangeKind::Gone => write!(f, "no longer listed (before: {before})"),
            ChangeKind::NotListed => f.write_str("not listed"),
            ChangeKind::BecameUnknown => write!(f, "unknown now (when last known: {before})"),
            ChangeKind::StillUnknown if self.before.is_none() => f.write_str("unknown"),
            ChangeKind::StillUnknown => write!(f, "still unknown (when last known: {before})"),
        }
    }
}

impl ChangeKind {
    /// Every kind.
    pub const ALL: &'static [Self] = &[
        Self::NewlyListed,
        Self::CodesChanged,
        Self::Gone,
        Self::BecameUnknown,
        Self::StillListed,
        Self::NotListed,
        Self::StillUnknown,
    ];

    /// The stable word.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::NewlyListed => "newly_listed",
            Self::CodesChanged => "codes_changed",
            Self::Gone => "gone",
            Self::BecameUnknown => "became_unknown",
            Self::StillListed => "still_listed",
            Self::NotListed => "not_listed",
            Self::StillUnknown => "still_unknown",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dns::{Answer, DnsError, RecordData, Response};
    use crate::dnsbl::{Kind, List, ListAnswer};

    /// The status of an entry with these last octets; of a clean answer without any.
    fn status(values: &[u8]) -> Status {
        let records = values.iter().map(|last| RecordData::A([127, 0, 0, *last].into()));
        let answer: Answer = Response::new(records).into_answer();
        match List::new("bl.test".parse().unwrap(), Kind::Ipv4).decode(&answer) {
            ListAnswer::Entry(codes) => Status::Listed { codes, reason: None, delist: None },
            _ => Status::NotListed,
        }
    }

    /// Looks at 1, 2, 3, ... and the words of each.
    fn words(statuses: &[Status]) -> Vec<String> {
        let mut known: Option<Sighting> = None;
        let look = |(n, status): (usize, &Status)| {
            let change = Sighting::next(known.as_ref(), status, n as u64 + 1);
            known.clone_from(&change.after);
            let since = change.after.as_ref().map_or(0, |after| after.since);
            format!("{}{change}, since {since}", if change.is_news() { "! " } else { "" })
        };
        statuses.iter().enumerate().map(look).collect()
    }

    #[test]
    fn a_listing_from_its_first_look_to_its_end() {
        let looks =
            [status(&[]), status(&[2]), status(&[2]), status(&[4, 2]), status(&[2, 4]), status(&[]), status(&[])];
        assert_eq!(
            words(&looks),
            [
                "not listed, since 1",
                "! newly listed: 127.0.0.2, since 2",
                "still listed: 127.0.0.2, since 2",
                "! listed with another code: 127.0.0.2, 127.0.0.4 (before: 127.0.0.2), since 2",
                "still listed: 127.0.0.2, 127.0.0.4, since 2",
                "! no longer listed (before: 127.0.0.2, 127.0.0.4), since 6",
                "not listed, since 6",
            ]
        );
    }

    #[test]
    fn a_flap_between_unknown_and_clean_is_no_news() {
        let silent = Status::Failed(DnsError::Timeout);
        let refused = Status::Refused { why: "no".into() };
        let looks = [silent.clone(), status(&[]), silent, refused.clone(), status(&[]), refused, status(&[2])];
        assert_eq!(
            words(&looks),
            [
                "unknown, since 0",
                "not listed, since 2",
                "unknown now (when last known: not listed), since 2",
                "still unknown (when last known: not listed), since 2",
                "not listed, since 2",
                "unknown now (when last known: not listed), since 2",
                "! newly listed: 127.0.0.2, since 7",
            ]
        );
    }

    #[test]
    fn a_listing_that_nothing_is_known_of_is_not_taken_for_gone() {
        let unhealthy = Status::Unhealthy { why: "emptied".into() };
        let looks = [status(&[2]), unhealthy.clone(), unhealthy, status(&[2]), Status::Untestable, status(&[])];
        assert_eq!(
            words(&looks),
            [
                "! newly listed: 127.0.0.2, since 1",
                "! unknown now (when last known: 127.0.0.2), since 1",
                "still unknown (when last known: 127.0.0.2), since 1",
                "still listed: 127.0.0.2, since 1",
                "! unknown now (when last known: 127.0.0.2), since 1",
                "! no longer listed (before: 127.0.0.2), since 6",
            ]
        );
    }
}
