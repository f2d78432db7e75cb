//! One step of a message's way.

use core::net::IpAddr;

use super::address_kind::AddressKind;
use super::origin::Origin;
use crate::header::received::Received;
use crate::span::Span;

/// One Received field of a message, and what it is worth.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Hop<'a> {
    pub(super) received: Received<'a>,
    pub(super) offset: usize,
    pub(super) span: Span,
    pub(super) is_trusted: bool,
    pub(super) delay: Option<i64>,
}

impl<'a> Hop<'a> {
    /// The field. Its spans index its value: see [`Hop::span_of`].
    pub const fn received(&self) -> &Received<'a> {
        &self.received
    }

    /// Where the field's value stands in the header section.
    pub const fn span(&self) -> Span {
        self.span
    }

    /// A span of the field, as one of the header section.
    pub const fn span_of(&self, inner: Span) -> Span {
        Span::new(inner.start.saturating_add(self.offset), inner.end.saturating_add(self.offset))
    }

    /// Whether a trusted server wrote the field. Any other may be forged.
    pub const fn is_trusted(&self) -> bool {
        self.is_trusted
    }

    /// The client's address.
    pub fn ip(&self) -> Option<IpAddr> {
        self.received.ip.map(|address| address.ip)
    }

    /// What kind of address the client has.
    pub fn address_kind(&self) -> Option<AddressKind> {
        self.ip().map(AddressKind::of)
    }

    /// Seconds between the field below and this one, by their clocks: how long the host below held the
    /// message. Negative where the clocks disagree; `None` for the lowest field and where a date is missing.
    pub const fn delay(&self) -> Option<i64> {
        self.delay
    }

    /// How the client handed the message over.
    pub fn origin(&self) -> Origin {
        Origin::of(&self.received)
    }
}
