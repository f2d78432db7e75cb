//! Names that an address was given by a machine: they hold the address, or words for an access line.
//!
//! No RFC forbids them. Receivers read them as "nobody set this name up for a mail server" and
//! refuse or junk what such hosts send; the best known advice to name a host otherwise is the
//! receivers' own. The detector therefore shows its pieces, and how each of them weighed.
//!
//! | piece | weight |
//! |---|---|
//! | the whole address: decimal octets in any order, one number, hex, IPv6 groups or nibbles | 8 |
//! | three octets in order or reversed; 64 bits of prefix; 32 bits of nibbles | 5 or 6 |
//! | the last two octets side by side; with two digits each | 3; 4 |
//! | a name that a provider gives until its customer sets one; a reverse name itself | 4; 6 |
//! | a word for an access line: `dyn`, `pool`, `dsl`, `dhcp`, `unknown`, ... | 4 or 3 |
//! | a word that goes with them: `cust`, `client`, `ip`, `vps`; `host`, `node`, ... | 2; 1 |
//! | a word for a mail server: `mail`, `smtp`, `mx`, `out`, `relay`, ... | -3 |
//! | a registered name that speaks of mail: `mailgun.net` | -2 |
//! | a word for a line of its own: `static`, `business`, ... | -1 |
//!
//! The name is generic from [`GENERIC_FROM`] on. What speaks against it counts at most
//! [`MOST_AGAINST`] together, so nothing outweighs the whole address.

mod decimal;
mod hexadecimal;
mod words;

use core::fmt;
use core::net::IpAddr;

use crate::domain::DomainName;
use crate::network::canonical;
use crate::span::Span;

/// The score from which a name is taken for generic.
pub const GENERIC_FROM: i32 = 4;

/// The most that words against it take off the score.
pub const MOST_AGAINST: i32 = 4;

/// What in a host name looks made by a machine from its address, piece by piece.
///
/// Time and memory are bounded by the 255 octets of a name.
///
/// ```
/// use deliverability_core::reverse_dns::GenericName;
///
/// let dsl = GenericName::of(&"dsl-1-2-0-192.isp.example".parse()?, "192.0.2.1".parse()?);
/// assert!(dsl.is_generic());
/// let piece = dsl.strongest().unwrap();
/// assert_eq!(piece.span.of_text(dsl.text()), "1-2-0-192");
/// assert_eq!(dsl.to_string(), "holds the whole address (1-2-0-192) and the word dsl");
///
/// let mail = GenericName::of(&"mail-2-1.example.org".parse()?, "192.0.2.1".parse()?);
/// assert!(!mail.is_generic());
/// assert_eq!(mail.score(), 0);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct GenericName {
    text: Box<str>,
    pieces: Vec<Piece>,
}

impl GenericName {
    /// Looks at `name` as the name of `address`. An IPv4-mapped IPv6 address is taken as IPv4.
    pub fn of(name: &DomainName, address: IpAddr) -> Self {
        let text = name.to_string();
        let lower = text.to_ascii_lowercase();
        let found = match canonical(address) {
            IpAddr::V4(v4) => decimal::find(lower.as_bytes(), v4).into_iter().chain(hexadecimal::find_v4(&lower, v4)),
            IpAddr::V6(v6) => None.into_iter().chain(hexadecimal::find_v6(&lower, v6)),
        };
        // One piece for the address: the one that says most, of equals the first.
        let whole = found.reduce(|best, next| if next.weight > best.weight { next } else { best });
        let mut pieces: Vec<Piece> = whole.into_iter().chain(words::find(&lower)).collect();
        pieces.sort_by_key(|piece| core::cmp::Reverse(piece.weight));
        Self { text: text.into(), pieces }
    }

    /// The name as text, which the spans of the pieces index.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// What was found, the strongest first; what speaks against it has a weight below zero.
    pub fn pieces(&self) -> &[Piece] {
        &self.pieces
    }

    /// The piece that says most, if any speaks for a generic name.
    pub fn strongest(&self) -> Option<&Piece> {
        self.pieces.first().filter(|piece| piece.weight > 0)
    }

    /// The weights added up, those below zero as far as [`MOST_AGAINST`].
    pub fn score(&self) -> i32 {
        let sum =
            |of: fn(i32) -> bool| -> i32 { self.pieces.iter().map(|piece| piece.weight).filter(|w| of(*w)).sum() };
        sum(|weight| weight > 0).saturating_add(sum(|weight| weight < 0).max(-MOST_AGAINST))
    }

    /// Whether the score reaches [`GENERIC_FROM`].
    pub fn is_generic(&self) -> bool {
        self.score() >= GENERIC_FROM
    }

    /// Whether the name speaks of mail: somebody may have set it up for a mail server.
    pub fn speaks_of_mail(&self) -> bool {
        self.pieces.iter().any(|piece| matches!(piece.kind, PieceKind::MailWord))
    }
}

/// The pieces that speak for a generic name, in words.
impl fmt::Display for GenericName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut said = false;
        for piece in self.pieces.iter().filter(|piece| piece.weight > 0).take(4) {
            f.write_str(if said { " and " } else { "holds " })?;
            write!(f, "{}", Shown(piece, &self.text))?;
            said = true;
        }
        if said { Ok(()) } else { f.write_str("holds nothing that looks generic") }
    }
}

struct Shown<'a>(&'a Piece, &'a str);

impl fmt::Display for Shown<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = self.0.span.of_text(self.1);
        match self.0.kind {
            PieceKind::WholeAddress => write!(f, "the whole address ({text})"),
            PieceKind::PartOfAddress => write!(f, "a part of the address ({text})"),
            PieceKind::ReverseName => f.write_str("a reverse name itself"),
            PieceKind::ProviderDefault => write!(f, "a provider's default ({text})"),
            _ => write!(f, "the word {text}"),
        }
    }
}

/// One piece of a name, and what it says about it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Piece {
    /// Where it stands, in the bytes of [`GenericName::text`].
    pub span: Span,
    /// What it is.
    pub kind: PieceKind,
    /// What it adds to the score; below zero it speaks for a name given by hand.
    pub weight: i32,
}

impl Piece {
    const fn new(span: Span, kind: PieceKind, weight: i32) -> Self {
        Self { span, kind, weight }
    }
}

/// What a piece of a name is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum PieceKind {
    /// The address itself, in whatever notation.
    WholeAddress,
    /// Two or three octets of an IPv4 address, half of an IPv6 address.
    PartOfAddress,
    /// A name that a provider gives until its customer sets one.
    ProviderDefault,
    /// The name lies under `in-addr.arpa` or `ip6.arpa`.
    ReverseName,
    /// A word for an access line or a host without a name of its own.
    Word,
    /// A word for a mail server.
    MailWord,
    /// A word for a line with an address of its own, such as `static`.
    FixedLineWord,
}

impl PieceKind {
    /// Every value.
    pub const ALL: &'static [Self] = &[
        Self::WholeAddress,
        Self::PartOfAddress,
        Self::ProviderDefault,
        Self::ReverseName,
        Self::Word,
        Self::MailWord,
        Self::FixedLineWord,
    ];

    /// The stable word: `whole_address`, `part_of_address`, ...
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::WholeAddress => "whole_address",
            Self::PartOfAddress => "part_of_address",
            Self::ProviderDefault => "provider_default",
            Self::ReverseName => "reverse_name",
            Self::Word => "word",
            Self::MailWord => "mail_word",
            Self::FixedLineWord => "fixed_line_word",
        }
    }
}

/// The weight of the whole address.
const WHOLE: i32 = 8;

/// The maximal stretches of bytes that `is` accepts.
fn stretches(text: &[u8], is: impl Fn(&u8) -> bool) -> Vec<Span> {
    let mut found: Vec<Span> = Vec::new();
    for (at, _) in text.iter().enumerate().filter(|(_, byte)| is(byte)) {
        match found.last_mut() {
            Some(last) if last.end == at => last.end = at.saturating_add(1),
            _ => found.push(Span::new(at, at.saturating_add(1))),
        }
    }
    found
}

const fn length(span: Span) -> usize {
    span.end.saturating_sub(span.start)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(name: &str, address: &str) -> GenericName {
        GenericName::of(&name.parse().unwrap(), address.parse().unwrap())
    }

    fn strongest(name: &str, address: &str) -> Option<(String, PieceKind, i32)> {
        let found = of(name, address);
        found.strongest().map(|piece| (piece.span.of_text(found.text()).to_owned(), piece.kind, piece.weight))
    }

    fn whole(piece: &str) -> (String, PieceKind, i32) {
        (piece.to_owned(), PieceKind::WholeAddress, WHOLE)
    }

    fn part(piece: &str, weight: i32) -> (String, PieceKind, i32) {
        (piece.to_owned(), PieceKind::PartOfAddress, weight)
    }

    #[test]
    fn the_address_in_decimal() {
        for (name, piece) in [
            ("h-203-0-113-77.isp.example", "203-0-113-77"),
            ("77.113.0.203.isp.example", "77.113.0.203"),
            ("77-203-0-113.isp.example", "77-203-0-113"),
            ("203x0x113x77.isp.example", "203x0x113x77"),
            ("h203.000.113.077.isp.example", "203.000.113.077"),
            ("h203000113077.isp.example", "203000113077"),
            ("77.red-203-0-113.isp.example", "77.red-203-0-113"),
            ("as64500-203-0-113-77-x.isp.example", "203-0-113-77"),
            ("h203011377.isp.example", "203011377"),
            ("3405803853.isp.example", "3405803853"),
        ] {
            assert_eq!(strongest(name, "203.0.113.77"), Some(whole(piece)), "{name}");
        }
    }

    #[test]
    fn a_part_of_the_address() {
        assert_eq!(strongest("ns1.ip-203-0-113.example", "203.0.113.77"), Some(part("203-0-113", 6)));
        assert_eq!(strongest("a113-77.example.org", "203.0.113.77"), Some(part("113-77", 4)));
        assert_eq!(strongest("a77.113.example.org", "203.0.113.77"), Some(part("77.113", 4)));
        assert_eq!(strongest("a2-1.example.org", "192.0.2.1"), Some(part("2-1", 3)));
        assert_eq!(strongest("a113b77.example.org", "203.0.113.77"), Some(part("113b77", 4)));
        assert_eq!(strongest("a113-x-77.example.org", "203.0.113.77"), None);
        assert_eq!(strongest("a203-0.example.org", "203.0.113.77"), None, "a network of many");
        assert_eq!(strongest("a1113-77.example.org", "203.0.113.77"), None);
    }

    #[test]
    fn the_address_in_hex() {
        assert_eq!(strongest("pcb00714d.isp.example", "203.0.113.77"), Some(whole("cb00714d")));
        assert_eq!(strongest("p4D7100CB.isp.example", "203.0.113.77"), Some(whole("4D7100CB")));
        assert_eq!(strongest("cb-00-71-4d.isp.example", "203.0.113.77"), Some(whole("cb-00-71-4d")));
        assert_eq!(strongest("x-00714d.isp.example", "203.0.113.77"), Some(part("00714d", 5)));
    }

    #[test]
    fn the_address_in_nibbles_and_groups() {
        let v6 = "2001:db8:1234:5678:9abc:def0:1122:3344";
        for (name, piece) in [
            (
                "4.4.3.3.2.2.1.1.0.f.e.d.c.b.a.9.8.7.6.5.4.3.2.1.8.b.d.0.1.0.0.2.isp.example",
                "4.4.3.3.2.2.1.1.0.f.e.d.c.b.a.9.8.7.6.5.4.3.2.1.8.b.d.0.1.0.0.2",
            ),
            ("h20010db8123456789abcdef011223344.isp.example", "20010db8123456789abcdef011223344"),
            ("ip-2001-db8-1234-5678-9abc-def0-1122-3344.isp.example", "2001-db8-1234-5678-9abc-def0-1122-3344"),
            ("h9abcdef011223344.isp.example", "9abcdef011223344"),
        ] {
            assert_eq!(strongest(name, v6), Some(whole(piece)), "{name}");
        }
        assert_eq!(strongest("v6-2001-db8--1.isp.example", "2001:db8::1"), Some(whole("2001-db8--1")));
        assert_eq!(strongest("p11223344.isp.example", v6), Some(part("11223344", 5)));
        assert_eq!(strongest("mx-1.example.org", "2001:db8::1"), None);
        assert_eq!(strongest("0000000000000000.example.org", "2001:db8::1"), None, "zeros say nothing");
    }

    #[test]
    fn words_count_in_front_of_the_registered_name_only() {
        assert!(of("x7.dynamic.isp.example", "192.0.2.1").is_generic());
        assert!(of("x7.adsl.isp.co.uk", "192.0.2.1").is_generic());
        for name in ["pool.example", "mx.adsl-shop.co.uk", "cable.co.uk", "dynamics7.example.org"] {
            assert!(!of(name, "192.0.2.1").is_generic(), "{name}");
        }
    }

    #[test]
    fn what_speaks_against_it_is_limited() {
        let named = of("smtp-out-relay-mail-203-0-113-77.example.org", "203.0.113.77");
        assert!(named.pieces().iter().filter(|piece| piece.weight < 0).count() > 2);
        assert_eq!((named.score(), named.is_generic(), named.speaks_of_mail()), (WHOLE - MOST_AGAINST, true, true));
        assert_eq!(of("www.example.org", "192.0.2.1").to_string(), "holds nothing that looks generic");
    }

    #[test]
    fn a_reverse_name_is_no_name() {
        let found = of("7.0-63.2.0.192.in-addr.arpa", "198.51.100.7");
        assert_eq!(found.strongest().map(|piece| piece.kind), Some(PieceKind::ReverseName));
    }
}
