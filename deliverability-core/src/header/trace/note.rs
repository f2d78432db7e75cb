//! What is odd about a message's way: hidden clients, clocks, delays, loops.

use core::fmt;
use core::net::IpAddr;

use super::Limits;
use super::address_kind::AddressKind;
use super::hop::Hop;
use super::source::Source;
use crate::escaped::Escaped;

/// Something about a trace that a reader should know. `Display` says it in a sentence.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Note {
    /// The server saw its own container network instead of the client.
    HiddenClient {
        /// The hop, counted from the top, from 0.
        hop: usize,
        /// The host that wrote the field.
        by: String,
        /// The address that it saw.
        ip: IpAddr,
    },
    /// A field is older than the one below it.
    Backwards {
        /// The hop whose date is too early.
        hop: usize,
        /// By how many seconds.
        seconds: i64,
    },
    /// A host held the message for long.
    Held {
        /// The hop that the host wrote when the message came to it.
        hop: usize,
        /// The host.
        by: String,
        /// For how many seconds.
        seconds: i64,
    },
    /// The message came back to a host that it had left.
    Loop {
        /// The upper hop of that host.
        hop: usize,
        /// The lower one.
        first: usize,
        /// The host.
        by: String,
    },
    /// The fields from this hop on were written by servers that are not trusted, or by nobody.
    Unverified {
        /// The first of them.
        hop: usize,
        /// How many there are.
        count: usize,
    },
    /// There are more fields than were read: the message loops, or somebody made it look so.
    TooMany {
        /// How many were read.
        read: usize,
        /// How many there are.
        total: usize,
    },
}

impl fmt::Display for Note {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::HiddenClient { by, ip, .. } => write!(
                f,
                "{} saw the client as {ip}, {}: the client's true address is not known, and an SPF result for {ip} says nothing \
                 about it. Pass the client's address into the container (host network, or the PROXY protocol)",
                Escaped(by.as_bytes()),
                AddressKind::of(*ip)
            ),
            Self::Backwards { hop, seconds } => write!(
                f,
                "Received field {} is {} older than the one below it: a clock is wrong, or the lower field is forged",
                hop.saturating_add(1),
                Duration(*seconds)
            ),
            Self::Held { by, seconds, .. } => {
                write!(f, "{} held the message for {}", Escaped(by.as_bytes()), Duration(*seconds))
            }
            Self::Loop { hop, first, by } => write!(
                f,
                "the message came back to {}: Received fields {} and {}",
                Escaped(by.as_bytes()),
                first.saturating_add(1),
                hop.saturating_add(1)
            ),
            Self::Unverified { hop, count: 1 } => {
                write!(f, "Received field {} is unverified: no trusted server wrote it", hop.saturating_add(1))
            }
            Self::Unverified { hop, count } => write!(
                f,
                "Received fields {} to {} are unverified: no trusted server wrote them",
                hop.saturating_add(1),
                hop.saturating_add(*count)
            ),
            // RFC 5321 §6.3 counts Received fields to find loops.
            Self::TooMany { read, total } => {
                write!(
                    f,
                    "the message has {total} Received fields, of which {read} were read: it looks like a mail loop"
                )
            }
        }
    }
}

/// A length of time in its largest two units.
struct Duration(i64);

impl fmt::Display for Duration {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let seconds = self.0.unsigned_abs();
        let (days, hours, minutes) = (seconds / 86_400, seconds / 3600 % 24, seconds / 60 % 60);
        match (days, hours, minutes) {
            (0, 0, 0) => write!(f, "{seconds} s"),
            (0, 0, _) => write!(f, "{minutes} min {} s", seconds % 60),
            (0, _, _) => write!(f, "{hours} h {minutes} min"),
            _ => write!(f, "{days} d {hours} h"),
        }
    }
}

/// Everything that is odd, from the top.
pub(super) fn notes(hops: &[Hop<'_>], source: Source, limits: &Limits, total: usize) -> Vec<Note> {
    let mut notes = Vec::new();
    if let Source::Hidden { hop, ip } = source {
        notes.push(Note::HiddenClient { hop, by: by(hops, hop), ip });
    }
    for (n, hop) in hops.iter().enumerate() {
        let below = n.saturating_add(1);
        match hop.delay {
            Some(delay) if delay < limits.tolerance.saturating_neg() => {
                notes.push(Note::Backwards { hop: n, seconds: delay.saturating_neg() });
            }
            Some(delay) if delay >= limits.held => {
                notes.push(Note::Held { hop: below, by: by(hops, below), seconds: delay });
            }
            _ => {}
        }
        notes.extend(came_back(hops, n));
    }
    let trusted = hops.iter().take_while(|hop| hop.is_trusted).count();
    if trusted < hops.len() {
        notes.push(Note::Unverified { hop: trusted, count: hops.len().saturating_sub(trusted) });
    }
    if total > hops.len() {
        notes.push(Note::TooMany { read: hops.len(), total });
    }
    notes
}

fn by(hops: &[Hop<'_>], hop: usize) -> String {
    let by = hops.get(hop).and_then(|hop| hop.received.by.as_ref());
    by.map_or_else(|| "an unnamed host".to_owned(), |by| by.text.clone().into_owned())
}

/// Whether the host of a hop had the message before, and another host in between. Filters on the host itself
/// and programs that hand over without a network do not count.
fn came_back(hops: &[Hop<'_>], upper: usize) -> Option<Note> {
    let by = hops.get(upper)?.received.by.as_ref().filter(|by| !by.is("localhost"))?;
    let is_network = |hop: &Hop<'_>| hop.address_kind().is_some_and(|kind| kind != AddressKind::Loopback);
    let mut left = false;
    for (lower, hop) in hops.iter().enumerate().skip(upper.saturating_add(1)) {
        let Some(host) = &hop.received.by else { continue };
        if !host.is(by.as_str()) {
            left |= is_network(hop);
        } else if left && hops.get(upper).is_some_and(is_network) {
            return Some(Note::Loop { hop: upper, first: lower, by: by.text.clone().into_owned() });
        } else if !left {
            // Handed over within the host: the lower field of it tells.
            return None;
        }
    }
    None
}
