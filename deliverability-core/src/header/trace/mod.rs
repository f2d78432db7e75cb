//! The way of a message through its servers, as its Received fields tell
//! ([RFC 5321 §4.4](https://www.rfc-editor.org/rfc/rfc5321#section-4.4)): which of them can be relied on, who
//! handed the message over, how it came into the world, and what is odd about it.
//!
//! A server puts its field on top. So the fields of the receiver's own servers come first; below them stands
//! what strangers wrote.

mod address_kind;
mod hop;
mod note;
mod origin;
mod script;
mod source;
mod trusted;

use core::net::IpAddr;

use crate::header::received::Received;
use crate::header::{Field, fields};
use crate::span::Span;

pub use address_kind::AddressKind;
pub use hop::Hop;
pub use note::Note;
pub use origin::Origin;
pub use script::Script;
pub use source::{Boundary, Source};
pub use trusted::Trusted;

/// How much of a trace is read, and what counts as odd.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Limits {
    /// How many Received fields are read: 100, which RFC 5321 §6.3 has as the least number that a server
    /// takes for a loop. More give [`Note::TooMany`].
    pub hops: usize,
    /// By how many seconds clocks may disagree before it is noted: 60. More give [`Note::Backwards`].
    pub tolerance: i64,
    /// From how many seconds on a delay is noted: 900. It gives [`Note::Held`].
    pub held: i64,
}

impl Default for Limits {
    fn default() -> Self {
        Self { hops: 100, tolerance: 60, held: 900 }
    }
}

/// The way of a message, from the last hop to the first.
///
/// Reading never fails, and takes time linear in the header section but for loops, which are looked for among
/// at most [`Limits::hops`] fields.
///
/// ```
/// use deliverability_core::header::trace::{Boundary, Origin, Source, Trace};
///
/// let trace = Trace::of(b"\
/// Received: from mx.example.com (mx.example.com [10.0.0.2]) by store.example.com with ESMTP; Tue, 2 Mar 2004 12:52:00 +0000\r\n\
/// Received: from web.example.org (host7.example.net [192.0.2.7]) by mx.example.com with ESMTP; Tue, 2 Mar 2004 12:51:50 +0000\r\n\
/// Received: by web.example.org (Postfix, from userid 33) id 4F7D2; Tue, 2 Mar 2004 10:51:44 +0000\r\n\
/// \r\n");
/// assert_eq!(trace.source(), Source::Client { hop: 1, ip: "192.0.2.7".parse()? });
/// assert_eq!(trace.boundary(), Boundary::Inferred);
/// assert_eq!(trace.origin(), Origin::LocalSubmission);
/// let notes: Vec<String> = trace.notes().iter().map(ToString::to_string).collect();
/// assert_eq!(notes, [
///     "web.example.org held the message for 2 h 0 min",
///     "Received field 3 is unverified: no trusted server wrote it",
/// ]);
/// # Ok::<(), std::net::AddrParseError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Trace<'a> {
    hops: Vec<Hop<'a>>,
    script: Option<Script>,
    source: Source,
    boundary: Boundary,
    notes: Vec<Note>,
}

impl<'a> Trace<'a> {
    /// The trace of a message, or of its header section, with an inferred boundary.
    pub fn of(header: &'a [u8]) -> Self {
        Self::with(header, &Trusted::default(), &Limits::default())
    }

    /// The trace of a message whose reader trusts these servers.
    ///
    /// The topmost field is always taken for one of theirs: that a message was received somewhere is what its
    /// reader knows. Programs and clients at inside addresses are taken for theirs too, save the gateways of
    /// container networks and clients that logged in.
    pub fn with(header: &'a [u8], trusted: &Trusted, limits: &Limits) -> Self {
        let (mut hops, mut total) = (Vec::new(), 0_usize);
        let mut script = Script::default();
        for field in fields(header) {
            if field.is("Received") {
                total = total.saturating_add(1);
                hops.extend((hops.len() < limits.hops).then(|| hop(&field)));
            } else {
                script.take(&field);
            }
        }
        delays(&mut hops);
        let source = source::find(&mut hops, trusted);
        let notes = note::notes(&hops, source, limits, total);
        let boundary = if trusted.is_empty() { Boundary::Inferred } else { Boundary::Given };
        Self { hops, script: Some(script).filter(|script| !script.spans().is_empty()), source, boundary, notes }
    }

    /// The Received fields, from the top: at most [`Limits::hops`].
    pub fn hops(&self) -> &[Hop<'a>] {
        &self.hops
    }

    /// Who handed the message to the first trusted server.
    pub const fn source(&self) -> Source {
        self.source
    }

    /// The address of the connecting client, where it is known: what SPF is judged for.
    pub const fn source_ip(&self) -> Option<IpAddr> {
        self.source.ip()
    }

    /// How it was decided where the trusted fields end.
    pub const fn boundary(&self) -> Boundary {
        self.boundary
    }

    /// How the message came into the world, as its lowest field and the web host's fields say: unverified,
    /// unless all fields are trusted.
    pub fn origin(&self) -> Origin {
        let lowest = self.hops.last().map_or(Origin::Unknown, Hop::origin);
        let is_local = matches!(lowest, Origin::LocalSubmission | Origin::Unknown);
        let is_script = self.script.as_ref().is_some_and(Script::is_named);
        if is_local && is_script { Origin::Script } else { lowest }
    }

    /// What the fields of a web host say about the script or account that the message came from.
    pub const fn script(&self) -> Option<&Script> {
        self.script.as_ref()
    }

    /// What is odd about the way, from the top.
    pub fn notes(&self) -> &[Note] {
        &self.notes
    }

    /// Every client address, from the top, of all fields, the unverified ones too.
    pub fn addresses(&self) -> impl Iterator<Item = IpAddr> {
        self.hops.iter().filter_map(Hop::ip)
    }
}

fn hop<'a>(field: &Field<'a>) -> Hop<'a> {
    let span: Span = field.value_span;
    Hop { received: Received::parse(field.value), offset: span.start, span, is_trusted: false, delay: None }
}

fn delays(hops: &mut [Hop<'_>]) {
    let seconds: Vec<Option<i64>> = hops.iter().map(|hop| hop.received.date.map(|date| date.seconds)).collect();
    for (hop, pair) in hops.iter_mut().zip(seconds.windows(2)) {
        hop.delay = match pair {
            [Some(upper), Some(lower)] => upper.checked_sub(*lower),
            _ => None,
        };
    }
}
