//! The processing limits of RFC 7208 §4.6.4.

/// How much one evaluation may ask of the DNS. Defaults are the RFC's.
///
/// ```
/// use deliverability_core::spf::Limits;
/// let lenient = Limits { void_lookups: 5, ..Limits::default() };
/// assert_eq!(lenient.lookups, 10);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Limits {
    /// Terms that cause DNS queries, over the whole tree: 10 (§4.6.4, "MUST limit"). One more is
    /// [`CauseKind::TooManyLookups`](super::CauseKind::TooManyLookups).
    ///
    /// This also bounds nesting, since every include and redirect is such a term.
    pub lookups: u8,
    /// Terms whose query finds no record, over the whole tree: 2 (§4.6.4, "SHOULD limit"). One
    /// more is [`CauseKind::TooManyVoidLookups`](super::CauseKind::TooManyVoidLookups).
    ///
    /// The RFC counts terms, so an `mx` counts once at most, by its MX query. Some checkers also
    /// count each of its hosts without an address.
    pub void_lookups: u8,
    /// Hosts of one `mx`: 10 (§4.6.4). More is
    /// [`CauseKind::TooManyMxHosts`](super::CauseKind::TooManyMxHosts).
    pub mx_hosts: u8,
    /// PTR names looked at by `ptr` and `%{p}`: 10 (§4.6.4). The others are ignored; it is no error.
    pub ptr_names: u8,
}

impl Default for Limits {
    fn default() -> Self {
        Self { lookups: 10, void_lookups: 2, mx_hosts: 10, ptr_names: 10 }
    }
}
