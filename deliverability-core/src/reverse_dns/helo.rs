//! The name that a client gives in HELO or EHLO (RFC 5321 §2.3.5, §4.1.1.1, §4.1.3).

use core::fmt;
use core::net::{IpAddr, Ipv6Addr};

use crate::dns::{Answer, Check, DnsError, Known, Needed, Query, Step, Ternary};
use crate::domain::DomainName;
use crate::escaped::Escaped;
use crate::network::canonical;

/// Names that lead nowhere on the Internet, with what says so. `test` and `example` are left out:
/// examples are written with them.
const PRIVATE_NAMES: &[(&str, &str)] = &[
    ("localhost", "RFC 6761 §6.3"),
    ("local", "RFC 6762 §3"),
    ("home.arpa", "RFC 8375 §3"),
    ("invalid", "RFC 6761 §6.4"),
    ("alt", "RFC 9476 §2"),
    ("onion", "RFC 7686 §1"),
    ("internal", "reserved by ICANN for private use"),
    ("localdomain", "no such top-level domain"),
    ("lan", "no such top-level domain"),
    ("home", "no such top-level domain"),
    ("corp", "no such top-level domain"),
    ("intranet", "no such top-level domain"),
    ("private", "no such top-level domain"),
];

/// The check of a HELO or EHLO argument against the client that gave it.
///
/// The argument is raw session text: anything a client can say is accepted. Only a host name is
/// asked for in the DNS, with A and AAAA.
///
/// ```
/// use deliverability_core::{dns::Zone, reverse_dns::Helo, Check};
///
/// let zone: Zone = "mail.example.org A 198.51.100.1".parse()?;
/// let outcome = Helo::of("mail.example.org", "192.0.2.1".parse()?).in_zone(&zone);
/// assert!(outcome.resolves().is_yes() && outcome.resolves_to_client().is_no());
/// assert_eq!(outcome.to_string(), "HELO mail.example.org resolves to 198.51.100.1, not to the client 192.0.2.1");
///
/// let inside = Helo::of("app01.corp.local", "192.0.2.1".parse()?).in_zone(&zone);
/// assert_eq!(inside.to_string(), "HELO app01.corp.local is a private name (RFC 6762 §3)");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Helo {
    text: Box<str>,
    form: HeloForm,
    client: IpAddr,
    receiver: Option<HeloForm>,
}

impl Helo {
    /// The check of what `client` said. White space around the argument does not count
    /// (RFC 5321 §4.1.1).
    pub fn of(helo: impl AsRef<str>, client: IpAddr) -> Self {
        let text = helo.as_ref().trim_matches([' ', '\t', '\r', '\n']);
        Self { text: text.into(), form: HeloForm::read(text), client: canonical(client), receiver: None }
    }

    /// The name or the address of the receiver: a client that says it is no other host than the
    /// one it talks to lies, and most receivers refuse it.
    #[must_use]
    pub fn receiver(self, receiver: impl AsRef<str>) -> Self {
        Self { receiver: Some(HeloForm::read(receiver.as_ref())), ..self }
    }

    /// What the argument is, by its form alone.
    pub const fn form(&self) -> &HeloForm {
        &self.form
    }
}

impl Check for Helo {
    type Outcome = HeloOutcome;

    fn step(&self, known: &dyn Known) -> Step<HeloOutcome> {
        let (mut missing, mut lookups) = (Vec::new(), Vec::new());
        if let HeloForm::HostName(name) = &self.form {
            for query in [Query::a(name.clone()), Query::aaaa(name.clone())] {
                match known.get(&query) {
                    Ok(answer) => lookups.push((query, answer)),
                    Err(wanted) => missing.push(wanted),
                }
            }
        }
        match Needed::in_order(missing) {
            Some(needed) => Step::Need(needed),
            None => Step::Done(HeloOutcome { helo: self.clone(), lookups }),
        }
    }
}

/// What a HELO or EHLO argument is, by its form alone.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum HeloForm {
    /// A name of several labels that the DNS can be asked for. It may hold underscores, which
    /// RFC 5321 §2.3.5 does not allow: see [`DomainName::is_host_name`].
    HostName(DomainName),
    /// `[192.0.2.1]` or `[IPv6:2001:db8::1]` (RFC 5321 §4.1.3).
    AddressLiteral(IpAddr),
    /// An address without brackets, which is no valid argument.
    BareAddress(IpAddr),
    /// A name of one label: not fully qualified (RFC 5321 §2.3.5).
    NotQualified(DomainName),
    /// A name for private use: `localhost`, `*.local`, `*.internal`, `*.home.arpa`, `*.lan`, ...
    Private {
        /// The name.
        name: DomainName,
        /// What says that it is private.
        source: &'static str,
    },
    /// Neither a domain nor an address literal.
    Malformed {
        /// What is wrong with it.
        why: Malformed,
    },
}

impl HeloForm {
    /// Reads raw session text; white space around it does not count (RFC 5321 §4.1.1).
    pub fn read(text: &str) -> Self {
        let text = text.trim_matches([' ', '\t', '\r', '\n']);
        if let Some(inner) = text.strip_prefix('[') {
            return address_literal(inner).map_or_else(|why| Self::Malformed { why }, Self::AddressLiteral);
        }
        if let Ok(address) = text.parse::<IpAddr>() {
            return Self::BareAddress(address);
        }
        domain(text).map_or_else(|why| Self::Malformed { why }, Self::of_domain)
    }

    fn of_domain(name: DomainName) -> Self {
        let private = PRIVATE_NAMES
            .iter()
            .find(|(suffix, _)| DomainName::from_ascii(suffix.as_bytes()).is_ok_and(|suffix| name.is_within(&suffix)));
        match private {
            Some((_, source)) => Self::Private { name, source },
            None if name.label_count() < 2 => Self::NotQualified(name),
            None => Self::HostName(name),
        }
    }

    /// The domain name, if the argument is one.
    pub const fn name(&self) -> Option<&DomainName> {
        match self {
            Self::HostName(name) | Self::NotQualified(name) | Self::Private { name, .. } => Some(name),
            _ => None,
        }
    }

    /// The address, with brackets or without.
    pub const fn address(&self) -> Option<IpAddr> {
        match self {
            Self::AddressLiteral(address) | Self::BareAddress(address) => Some(*address),
            _ => None,
        }
    }

    /// Whether RFC 5321 §4.1.1.1 allows the form: a fully qualified host name or an address literal.
    pub fn is_valid(&self) -> bool {
        match self {
            Self::HostName(name) => name.is_host_name(),
            Self::AddressLiteral(_) => true,
            _ => false,
        }
    }
}

/// Why a HELO argument is neither a domain nor an address literal.
#[derive(Clone, Debug, PartialEq, Eq, Hash, thiserror::Error)]
#[non_exhaustive]
pub enum Malformed {
    /// There is no argument.
    #[error("it is empty; RFC 5321 §4.1.1.1 asks for the client's host name")]
    Empty,
    /// The bracket holds no address that RFC 5321 §4.1.3 knows.
    #[error("the brackets must hold an IPv4 address, or IPv6: and an IPv6 address (RFC 5321 §4.1.3)")]
    AddressLiteral,
    /// The name has a U-label; SMTP sends A-labels (RFC 5321 §2.3.5).
    #[error("it holds characters outside ASCII; send the name in its xn-- form (RFC 5321 §2.3.5)")]
    NotAscii,
    /// A character that no host name has.
    #[error("it holds '{}'; a host name has letters, digits, hyphens and dots (RFC 5321 §2.3.5)", Escaped(&[*.0]))]
    Character(
        /// The first such octet.
        u8,
    ),
    /// Two dots in a row, a dot at the start or the end, or a hyphen at the edge of a label.
    #[error("a label is empty, or starts or ends with a hyphen (RFC 5321 §4.1.2)")]
    Label,
    /// A label over 63 octets or a name over 255.
    #[error("it is too long: labels have up to 63 octets, names up to 255 (RFC 1035 §2.3.4)")]
    TooLong,
    /// The last label has digits only, so the name is neither an address nor a host name.
    #[error("its last label is a number: it is neither an address nor a host name (RFC 3696 §2)")]
    NumericTopLabel,
}

/// What follows the opening bracket.
fn address_literal(inner: &str) -> Result<IpAddr, Malformed> {
    let inner = inner.strip_suffix(']').ok_or(Malformed::AddressLiteral)?;
    if let Some((tag, address)) = inner.split_once(':')
        && tag.eq_ignore_ascii_case("IPv6")
    {
        return address.parse::<Ipv6Addr>().map(IpAddr::V6).map_err(|_| Malformed::AddressLiteral);
    }
    // RFC 5321 §4.1.3: an IPv6 address without its tag is no literal.
    inner.parse().map(IpAddr::V4).map_err(|_| Malformed::AddressLiteral)
}

fn domain(text: &str) -> Result<DomainName, Malformed> {
    if text.is_empty() {
        return Err(Malformed::Empty);
    }
    if !text.is_ascii() {
        return Err(Malformed::NotAscii);
    }
    // Underscores are refused by few receivers, and the name can be asked for: not malformed.
    if let Some(odd) = text.bytes().find(|b| !(b.is_ascii_alphanumeric() || b"-._".contains(b))) {
        return Err(Malformed::Character(odd));
    }
    let bad_label = |label: &str| label.is_empty() || label.starts_with('-') || label.ends_with('-');
    if text.split('.').any(bad_label) {
        return Err(Malformed::Label);
    }
    if text.rsplit('.').next().is_some_and(|top| top.bytes().all(|b| b.is_ascii_digit())) {
        return Err(Malformed::NumericTopLabel);
    }
    DomainName::from_ascii(text.as_bytes()).map_err(|_| Malformed::TooLong)
}

/// What a HELO or EHLO argument is worth.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct HeloOutcome {
    helo: Helo,
    lookups: Vec<(Query, Answer)>,
}

impl HeloOutcome {
    /// The argument as given, without white space around it.
    pub fn text(&self) -> &str {
        &self.helo.text
    }

    /// What it is, by its form.
    pub const fn form(&self) -> &HeloForm {
        &self.helo.form
    }

    /// The client that gave it; never an IPv4-mapped address.
    pub const fn client(&self) -> IpAddr {
        self.helo.client
    }

    /// Whether the argument is the receiver's own name or address, with brackets or without;
    /// always false where the receiver was not told.
    pub fn is_receivers(&self) -> bool {
        let Some(receiver) = &self.helo.receiver else { return false };
        let same_name = receiver.name().is_some() && receiver.name() == self.form().name();
        let address = |form: &HeloForm| form.address().map(canonical);
        // A receiver behind the same address as the client is the client's own host.
        let same_address =
            address(receiver).is_some_and(|own| address(self.form()) == Some(own) && own != self.client());
        same_name || same_address
    }

    /// The address queries of a host name with their answers: A, then AAAA. None for other forms.
    pub fn lookups(&self) -> &[(Query, Answer)] {
        &self.lookups
    }

    /// The queries asked: A and AAAA of a host name.
    pub fn queries(&self) -> impl Iterator<Item = &Query> {
        self.lookups.iter().map(|(query, _)| query)
    }

    /// The addresses of a host name, of both families.
    pub fn addresses(&self) -> impl Iterator<Item = IpAddr> {
        self.lookups.iter().filter_map(|(_, answer)| answer.as_ref().ok()).flat_map(|response| response.addresses())
    }

    /// The first failure among the address queries.
    pub fn error(&self) -> Option<&DnsError> {
        self.lookups.iter().find_map(|(_, answer)| answer.as_ref().err())
    }

    /// Whether the name has any address. An address, in brackets or not, counts as one; names
    /// that were not asked for (private, one label, malformed) do not resolve.
    pub fn resolves(&self) -> Ternary {
        if self.form().address().is_some() || self.addresses().next().is_some() {
            return Ternary::Yes;
        }
        self.error().map_or(Ternary::No, |error| Ternary::Unknown(error.clone()))
    }

    /// Whether the client is one of the name's addresses, or the address given is the client.
    ///
    /// Unknown only if the query of the client's own family failed.
    pub fn resolves_to_client(&self) -> Ternary {
        if let Some(address) = self.form().address() {
            return Ternary::from(canonical(address) == self.client());
        }
        if self.addresses().any(|address| address == self.client()) {
            return Ternary::Yes;
        }
        let own = usize::from(self.client().is_ipv6());
        match self.lookups.get(own) {
            Some((_, Err(error))) => Ternary::Unknown(error.clone()),
            _ => Ternary::No,
        }
    }
}

/// One sentence, without a final stop.
impl fmt::Display for HeloOutcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "HELO {} ", Escaped(self.text().as_bytes()))?;
        let client = self.client();
        match self.form() {
            _ if self.is_receivers() => f.write_str("is the receiver itself, not the client"),
            HeloForm::HostName(_) => self.fmt_host_name(f),
            HeloForm::AddressLiteral(address) if canonical(*address) == client => {
                f.write_str("is the address literal of the client")
            }
            HeloForm::AddressLiteral(_) => write!(f, "is the address literal of another host than the client {client}"),
            HeloForm::BareAddress(_) => f.write_str("is an address without brackets (RFC 5321 §4.1.3)"),
            HeloForm::NotQualified(_) => f.write_str("is not fully qualified (RFC 5321 §2.3.5)"),
            HeloForm::Private { source, .. } => write!(f, "is a private name ({source})"),
            HeloForm::Malformed { why } => write!(f, "is malformed: {why}"),
        }
    }
}

impl HeloOutcome {
    fn fmt_host_name(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let client = self.client();
        if !self.form().is_valid() {
            f.write_str("holds an underscore (RFC 5321 §2.3.5) and ")?;
        }
        match (self.resolves_to_client(), self.addresses().next()) {
            (Ternary::Yes, _) => write!(f, "resolves to the client {client}"),
            (Ternary::Unknown(error), _) => write!(f, "could not be resolved: {error}"),
            (Ternary::No, Some(other)) => {
                let more = self.addresses().count().saturating_sub(1);
                let more = if more == 0 { String::new() } else { format!(" and {more} more") };
                write!(f, "resolves to {other}{more}")?;
                // Without a client, only the name itself is judged.
                if client.is_unspecified() { Ok(()) } else { write!(f, ", not to the client {client}") }
            }
            (Ternary::No, None) if self.error().is_some() => write!(f, "does not resolve to the client {client}"),
            (Ternary::No, None) => f.write_str("does not resolve"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dns::{RecordData, Zone};
    use core::net::Ipv4Addr;

    fn form(text: &str) -> HeloForm {
        HeloForm::read(text)
    }

    fn zone(name: &str, addresses: &[&str]) -> Zone {
        let mut zone = Zone::new();
        for address in addresses {
            let address: IpAddr = address.parse().unwrap();
            zone.insert(name.parse().unwrap(), RecordData::from(address));
        }
        zone
    }

    fn check(helo: &str, zone: &Zone) -> HeloOutcome {
        Helo::of(helo, "192.0.2.1".parse().unwrap()).in_zone(zone)
    }

    #[test]
    fn forms_of_rfc_5321() {
        assert!(matches!(form("mx.example.org"), HeloForm::HostName(name) if name.is_host_name()));
        assert!(matches!(form("app_1.example.org"), HeloForm::HostName(name) if !name.is_host_name()));
        assert_eq!(form("[192.0.2.1]"), HeloForm::AddressLiteral("192.0.2.1".parse().unwrap()));
        assert_eq!(form("[ipv6:2001:db8::1]"), HeloForm::AddressLiteral("2001:db8::1".parse().unwrap()));
        assert_eq!(form("192.0.2.1"), HeloForm::BareAddress("192.0.2.1".parse().unwrap()));
        assert_eq!(form("2001:db8::1"), HeloForm::BareAddress("2001:db8::1".parse().unwrap()));
        assert!(matches!(form("mailserver"), HeloForm::NotQualified(_)));
    }

    #[test]
    fn without_a_client_none_is_named() {
        let zone = zone("app_1.example.org", &["192.0.2.1"]);
        let outcome = Helo::of("app_1.example.org", Ipv4Addr::UNSPECIFIED.into()).in_zone(&zone);
        let said = "HELO app_1.example.org holds an underscore (RFC 5321 §2.3.5) and resolves to 192.0.2.1";
        assert_eq!(outcome.to_string(), said);
    }

    #[test]
    fn private_names() {
        for name in [
            "localhost",
            "LOCALHOST",
            "a.localhost",
            "localhost.localdomain",
            "dc1.corp.local",
            "mx.lan",
            "mx.internal",
            "host.invalid",
            "host.alt",
        ] {
            assert!(matches!(form(name), HeloForm::Private { .. }), "{name}");
        }
        assert!(matches!(form("nas.home.arpa"), HeloForm::Private { source: "RFC 8375 §3", .. }));
        assert!(matches!(form("local.example.org"), HeloForm::HostName(_)));
        assert!(matches!(form("mx.notlocal"), HeloForm::HostName(_)));
    }

    #[test]
    fn malformed_arguments_say_why() {
        let why = |text: &str| match form(text) {
            HeloForm::Malformed { why } => why,
            other => panic!("{text} is {other:?}"),
        };
        assert_eq!(why(""), Malformed::Empty);
        // RFC 5321 §4.1.3: the tag is part of the literal.
        for literal in ["[2001:db8::1]", "[192.0.2.1", "[]", "[IPv6:192.0.2.1]", "[192.0.2.256]"] {
            assert_eq!(why(literal), Malformed::AddressLiteral, "{literal}");
        }
        assert_eq!(why("bücher.example"), Malformed::NotAscii);
        assert_eq!(why("a b.example"), Malformed::Character(b' '));
        assert_eq!(why("mx.example.org."), Malformed::Label);
        assert_eq!(why("a..example"), Malformed::Label);
        assert_eq!(why("-a.example"), Malformed::Label);
        assert_eq!(why("192.0.2.300"), Malformed::NumericTopLabel);
        assert_eq!(why(&"a".repeat(64)), Malformed::TooLong);
    }

    #[test]
    fn hostile_text_is_escaped() {
        let outcome = check("\u{1b}[2Jx", &Zone::new());
        assert_eq!(
            outcome.to_string(),
            r"HELO \x1b[2Jx is malformed: it holds '\x1b'; a host name has letters, digits, hyphens and dots (RFC 5321 §2.3.5)"
        );
        let _ = check(&"\0[".repeat(100_000), &Zone::new()).to_string();
    }

    #[test]
    fn both_families_are_asked_and_the_clients_own_decides() {
        let mut zone = zone("mx.example.org", &["192.0.2.1", "2001:db8::1"]);
        zone.fail(Query::aaaa("mx.example.org".parse().unwrap()), DnsError::Timeout);
        let outcome = check("mx.example.org", &zone);
        assert_eq!(outcome.queries().count(), 2);
        assert_eq!(outcome.error(), Some(&DnsError::Timeout));
        assert!(outcome.resolves_to_client().is_yes());
        assert_eq!(outcome.to_string(), "HELO mx.example.org resolves to the client 192.0.2.1");

        zone.fail(Query::a("mx.example.org".parse().unwrap()), DnsError::Servfail);
        let outcome = check("mx.example.org", &zone);
        assert_eq!(outcome.resolves_to_client(), Ternary::Unknown(DnsError::Servfail));
        assert!(outcome.to_string().contains("could not be resolved: the name server failed"));
    }

    #[test]
    fn a_client_that_says_the_receivers_name_or_address() {
        let say = |helo: &str, receiver: &str| {
            Helo::of(helo, "192.0.2.1".parse().unwrap()).receiver(receiver).in_zone(&Zone::new())
        };
        for (helo, receiver) in [
            ("MX.example.net", "mx.example.net"),
            ("198.51.100.1", "198.51.100.1"),
            ("[198.51.100.1]", "198.51.100.1"),
            ("mailserver", "mailserver"),
        ] {
            let outcome = say(helo, receiver);
            assert!(outcome.is_receivers(), "{helo}");
            assert_eq!(outcome.to_string(), format!("HELO {helo} is the receiver itself, not the client"));
        }
        for (helo, receiver) in [("mx.example.org", "mx.example.net"), ("[192.0.2.1]", "192.0.2.1"), ("", "")] {
            assert!(!say(helo, receiver).is_receivers(), "{helo}");
        }
        assert!(!check("mx.example.net", &Zone::new()).is_receivers(), "not told");
    }

    #[test]
    fn sentences() {
        let say = |helo: &str| check(helo, &zone("mx.example.org", &["198.51.100.7", "198.51.100.8"])).to_string();
        assert_eq!(
            say(" mx.example.org\r\n"),
            "HELO mx.example.org resolves to 198.51.100.7 and 1 more, not to the client 192.0.2.1"
        );
        assert_eq!(say("gone.example.org"), "HELO gone.example.org does not resolve");
        assert_eq!(
            say("a_b.example.org"),
            "HELO a_b.example.org holds an underscore (RFC 5321 §2.3.5) and does not resolve"
        );
        assert_eq!(say("[192.0.2.1]"), "HELO [192.0.2.1] is the address literal of the client");
        assert_eq!(
            say("[192.0.2.9]"),
            "HELO [192.0.2.9] is the address literal of another host than the client 192.0.2.1"
        );
        assert_eq!(say("192.0.2.1"), "HELO 192.0.2.1 is an address without brackets (RFC 5321 §4.1.3)");
        assert_eq!(say("mailserver"), "HELO mailserver is not fully qualified (RFC 5321 §2.3.5)");
        assert_eq!(say("localhost"), "HELO localhost is a private name (RFC 6761 §6.3)");
    }
}
