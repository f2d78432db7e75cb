//! An SPF record as its grammar writes it (RFC 7208 §4.5, §4.6.1, §12).

use core::fmt::{self, Write as _};
use core::hash::{Hash, Hasher};
use core::str::FromStr;

use super::macro_string::MacroString;
use super::parse_error::ParseError;
use super::parser;
use crate::domain::DomainName;
use crate::network::Network;
use crate::span::Span;

/// An SPF record: its terms, in order.
///
/// `Display` prints it back in one spelling: `+` is left out, names of mechanisms are in lower
/// case, one space stands between terms. Reading that again gives an equal record. Spans do not
/// take part in `==`.
///
/// ```
/// use deliverability_core::spf::{Mechanism, Qualifier, Record};
///
/// let record: Record = "v=spf1  +MX a:example.net/24 -all".parse()?;
/// assert_eq!(record.to_string(), "v=spf1 mx a:example.net/24 -all");
/// let last = record.directives().last().unwrap();
/// assert_eq!((last.qualifier, &last.mechanism), (Qualifier::Fail, &Mechanism::All));
/// # Ok::<(), deliverability_core::spf::ParseError>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Record {
    /// Directives and modifiers, in the order written.
    pub terms: Vec<Term>,
}

impl Record {
    /// Reads a record from its joined bytes, which need not be UTF-8.
    ///
    /// # Errors
    ///
    /// The first thing that is wrong, anywhere in the record (§4.6), and where.
    pub fn parse(bytes: &[u8]) -> Result<Self, ParseError> {
        parser::record(bytes).map_err(|error| *error)
    }

    /// The directives, in order.
    pub fn directives(&self) -> impl Iterator<Item = &Directive> {
        self.terms
            .iter()
            .filter_map(|t| if let TermKind::Directive(directive) = &t.kind { Some(directive) } else { None })
    }

    /// The modifiers, in order.
    pub fn modifiers(&self) -> impl Iterator<Item = &Modifier> {
        self.terms.iter().filter_map(|t| if let TermKind::Modifier(modifier) = &t.kind { Some(modifier) } else { None })
    }

    /// The domain of `redirect=` (§6.1).
    pub fn redirect(&self) -> Option<&DomainSpec> {
        self.modifiers().find_map(|m| if let Modifier::Redirect(domain) = m { Some(domain) } else { None })
    }

    /// The domain of `exp=` (§6.2).
    pub fn explanation(&self) -> Option<&DomainSpec> {
        self.modifiers().find_map(|m| if let Modifier::Explanation(domain) = m { Some(domain) } else { None })
    }
}

impl FromStr for Record {
    type Err = ParseError;

    fn from_str(text: &str) -> Result<Self, ParseError> {
        Self::parse(text.as_bytes())
    }
}

impl fmt::Display for Record {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("v=spf1")?;
        self.terms.iter().try_for_each(|term| write!(f, " {term}"))
    }
}

/// A term and where it stands. The span does not take part in `==`.
#[derive(Clone, Debug)]
pub struct Term {
    /// Its bytes in the record.
    pub span: Span,
    /// What it says.
    pub kind: TermKind,
}

impl PartialEq for Term {
    fn eq(&self, other: &Self) -> bool {
        self.kind == other.kind
    }
}

impl Eq for Term {}

impl Hash for Term {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.kind.hash(state);
    }
}

impl fmt::Display for Term {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.kind {
            TermKind::Directive(directive) => directive.fmt(f),
            TermKind::Modifier(modifier) => modifier.fmt(f),
        }
    }
}

/// `directive / modifier` (§4.6.1).
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum TermKind {
    /// A mechanism and what its match means.
    Directive(Directive),
    /// Further information.
    Modifier(Modifier),
}

impl TermKind {
    /// The domain given, if any.
    pub(super) const fn domain_spec(&self) -> Option<&DomainSpec> {
        match self {
            Self::Directive(directive) => directive.mechanism.domain_spec(),
            Self::Modifier(Modifier::Redirect(domain_spec) | Modifier::Explanation(domain_spec)) => Some(domain_spec),
            Self::Modifier(Modifier::Unknown { .. }) => None,
        }
    }
}

/// `[ qualifier ] mechanism` (§4.6.1).
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Directive {
    /// What a match means.
    pub qualifier: Qualifier,
    /// What must match.
    pub mechanism: Mechanism,
}

impl fmt::Display for Directive {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.qualifier != Qualifier::Pass {
            f.write_char(self.qualifier.as_char())?;
        }
        self.mechanism.fmt(f)
    }
}

/// What a match of a mechanism means (§4.6.2). `Pass` is the default.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Qualifier {
    /// `+`, or none.
    #[default]
    Pass,
    /// `-`
    Fail,
    /// `~`
    Softfail,
    /// `?`
    Neutral,
}

impl Qualifier {
    /// The character that writes it.
    pub const fn as_char(self) -> char {
        match self {
            Self::Pass => '+',
            Self::Fail => '-',
            Self::Softfail => '~',
            Self::Neutral => '?',
        }
    }

    /// The result of a match.
    pub const fn result(self) -> crate::result::SpfResult {
        use crate::result::SpfResult;
        match self {
            Self::Pass => SpfResult::Pass,
            Self::Fail => SpfResult::Fail,
            Self::Softfail => SpfResult::Softfail,
            Self::Neutral => SpfResult::Neutral,
        }
    }
}

/// What a client may match (§5). Where no domain is given, it is the record's own.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Mechanism {
    /// `all`: always matches (§5.1).
    All,
    /// `include`: matches if the domain's record gives pass (§5.2).
    Include(DomainSpec),
    /// `a`: matches an address of the domain (§5.3).
    A {
        /// Whose addresses.
        domain_spec: Option<DomainSpec>,
        /// How many bits must match.
        cidr: DualCidr,
    },
    /// `mx`: matches an address of a mail exchanger of the domain (§5.4).
    Mx {
        /// Whose mail exchangers.
        domain_spec: Option<DomainSpec>,
        /// How many bits must match.
        cidr: DualCidr,
    },
    /// `ptr`: matches if a validated name of the client is within the domain (§5.5).
    Ptr {
        /// The domain.
        domain_spec: Option<DomainSpec>,
    },
    /// `ip4`: matches an IPv4 network (§5.6).
    Ip4(Network),
    /// `ip6`: matches an IPv6 network (§5.6).
    Ip6(Network),
    /// `exists`: matches if the name has an A record (§5.7).
    Exists(DomainSpec),
}

impl Mechanism {
    /// The name, in lower case.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::All => "all",
            Self::Include(_) => "include",
            Self::A { .. } => "a",
            Self::Mx { .. } => "mx",
            Self::Ptr { .. } => "ptr",
            Self::Ip4(_) => "ip4",
            Self::Ip6(_) => "ip6",
            Self::Exists(_) => "exists",
        }
    }

    /// The domain given, if any.
    pub const fn domain_spec(&self) -> Option<&DomainSpec> {
        match self {
            Self::Include(domain_spec) | Self::Exists(domain_spec) => Some(domain_spec),
            Self::A { domain_spec, .. } | Self::Mx { domain_spec, .. } | Self::Ptr { domain_spec } => {
                domain_spec.as_ref()
            }
            Self::All | Self::Ip4(_) | Self::Ip6(_) => None,
        }
    }

    /// Whether evaluating it takes DNS queries and counts against the limit of 10 (§4.6.4).
    pub const fn is_lookup(&self) -> bool {
        !matches!(self, Self::All | Self::Ip4(_) | Self::Ip6(_))
    }
}

impl fmt::Display for Mechanism {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())?;
        if let Some(domain_spec) = self.domain_spec() {
            write!(f, ":{domain_spec}")?;
        }
        match self {
            Self::A { cidr, .. } | Self::Mx { cidr, .. } => cidr.fmt(f),
            Self::Ip4(network) | Self::Ip6(network) => {
                write!(f, ":{}", network.address())?;
                let whole = *network == Network::host(network.address());
                if whole { Ok(()) } else { write!(f, "/{}", network.prefix()) }
            }
            _ => Ok(()),
        }
    }
}

/// `dual-cidr-length` (§5.6, §12): prefix lengths as written; all bits where none is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct DualCidr {
    /// Bits of IPv4 addresses, up to 32.
    pub ip4: Option<u8>,
    /// Bits of IPv6 addresses, up to 128.
    pub ip6: Option<u8>,
}

impl fmt::Display for DualCidr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(bits) = self.ip4 {
            write!(f, "/{bits}")?;
        }
        self.ip6.map_or(Ok(()), |bits| write!(f, "//{bits}"))
    }
}

/// Further information in a record (§6).
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Modifier {
    /// `redirect=`: whose record goes on where nothing matched (§6.1).
    Redirect(DomainSpec),
    /// `exp=`: where the explanation of a fail stands (§6.2).
    Explanation(DomainSpec),
    /// Any other name, which has no effect (§6).
    Unknown {
        /// The name, as written.
        name: Box<str>,
        /// The value.
        value: MacroString,
    },
}

impl fmt::Display for Modifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Redirect(domain_spec) => write!(f, "redirect={domain_spec}"),
            Self::Explanation(domain_spec) => write!(f, "exp={domain_spec}"),
            Self::Unknown { name, value } => write!(f, "{name}={value}"),
        }
    }
}

/// A `domain-spec` (§7.1): a name, or what becomes one by macro expansion.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum DomainSpec {
    /// A domain name as it stands; a final dot is dropped.
    Name(DomainName),
    /// Text with macros, or without any that no DNS name can hold (an empty or overlong label).
    Macro(MacroString),
}

impl fmt::Display for DomainSpec {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Name(name) => f.write_str(&plain(name)),
            Self::Macro(text) => text.fmt(f),
        }
    }
}

/// A name as SPF texts hold it: labels joined by dots, nothing escaped.
pub(super) fn plain(name: &DomainName) -> String {
    let mut text = String::new();
    for label in name.labels() {
        if !text.is_empty() {
            text.push('.');
        }
        text.push_str(&String::from_utf8_lossy(label));
    }
    text
}
