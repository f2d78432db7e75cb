//! The `Authentication-Results` field ([RFC 8601](https://www.rfc-editor.org/rfc/rfc8601)), read and
//! written, and the same list of results in `ARC-Authentication-Results` (RFC 8617 §4.1.1).

mod departure;
mod read;
mod trust;
mod words;

pub use departure::{Departure, DepartureKind};
pub use trust::{Claim, Standing};

use core::fmt;
use core::str::FromStr;

use super::{folding, quoting, reading};
use crate::domain::DomainName;

/// The field's name.
const NAME: &str = "Authentication-Results";
/// Longest word that is written for a method, a result, a property.
const MAX_WORD: usize = 32;
/// Longest address that is written as one, in octets: no space of it can be folded.
const MAX_ADDRESS: usize = 900;

/// What a host says that it found when it checked a message.
///
/// Anybody can write such a field into a message: only fields of a host that one trusts say
/// anything, see [`AuthenticationResults::is_by`].
///
/// Reading takes what is seen in the wild: no name of the host in front (Microsoft 365), values in no
/// quotes, properties without a type, words between, `;` at the end, folds. Nothing is refused, and
/// nothing is lost: what departs from the grammar is in [`AuthenticationResults::departures`], with its
/// place.
///
/// `Display` writes the whole field, name and all, folded, without a final line end. Whatever the
/// texts hold, it is one field and parses.
///
/// ```
/// use deliverability_core::header::AuthenticationResults;
///
/// let field: AuthenticationResults = "mx.example.net 1; spf=pass (sender ok) smtp.mailfrom=example.org;\
///     dkim=fail reason=\"bad signature\" header.d=example.org header.s=s1".parse().unwrap();
/// assert!(field.is_by("MX.example.net"));
/// let dkim = field.of("dkim").next().unwrap();
/// assert_eq!((dkim.result.as_str(), dkim.reason.as_deref()), ("fail", Some("bad signature")));
/// assert_eq!(dkim.property("header", "d"), Some("example.org"));
/// ```
///
/// Each outcome of this crate gives its result for the field that a receiver writes:
///
#[cfg_attr(all(feature = "verify", feature = "zone-file"), doc = "```")]
#[cfg_attr(not(all(feature = "verify", feature = "zone-file")), doc = "```ignore")]
/// use deliverability_core::header::AuthenticationResults;
/// use deliverability_core::{Check, arc, dkim, dmarc, dns::Zone, reverse_dns::Iprev, spf::CheckHost};
///
/// let zone: Zone = "
/// example.org            TXT \"v=spf1 ip4:192.0.2.1 -all\"
/// _dmarc.example.org     TXT \"v=DMARC1; p=reject\"
/// mx.example.org         A   192.0.2.1
/// 1.2.0.192.in-addr.arpa PTR mx.example.org
/// ".parse()?;
/// let ip = "192.0.2.1".parse()?;
/// let message = dkim::Message::of(b"From: amy@example.org\r\n\r\nhello\r\n");
/// let found = dmarc::Authentication::of("example.org".parse::<deliverability_core::DomainName>()?)
///     .spf(CheckHost::new(ip, "amy@example.org"))
///     .dkim(dkim::Verification::of(&message))
///     .in_zone(&zone);
///
/// let field = AuthenticationResults::new("mx.example.net")
///     .with(Iprev::of(ip).in_zone(&zone).authentication_result())
///     .with_all(found.authentication_results())
///     .with(arc::Verification::of(&message).in_zone(&zone).authentication_result());
/// assert_eq!(
///     field.to_string(),
///     "Authentication-Results: mx.example.net; iprev=pass policy.iprev=192.0.2.1;\r\n \
///      spf=pass reason=\"the term \\\"ip4:192.0.2.1\\\" in the SPF record of example.org\r\n \
///      matches\" smtp.mailfrom=example.org; dkim=none; dmarc=pass\r\n \
///      header.from=example.org policy.dmarc=reject; arc=none"
/// );
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct AuthenticationResults {
    /// The host that speaks (`authserv-id`); `None` where the field does not say.
    pub authserv_id: Option<String>,
    /// The version of the field's syntax, where one is stated; 1 is the only one.
    pub version: Option<u32>,
    /// What is said to people of the host, without the outer parentheses.
    pub comments: Vec<String>,
    /// One for each check, in order; none where the field says `none`.
    pub results: Vec<MethodResult>,
    /// What departs from the grammar of RFC 8601 §2.2, in order. Not written.
    pub departures: Vec<Departure>,
}

/// The result of one check.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct MethodResult {
    /// What was checked, in lower case: `spf`, `dkim`, `dmarc`, `iprev`, `arc`, ...
    pub method: String,
    /// The version of the method, where one is stated.
    pub version: Option<u32>,
    /// The result, in lower case.
    pub result: String,
    /// Why (`reason=`).
    pub reason: Option<String>,
    /// What is said to people, without the outer parentheses.
    pub comments: Vec<String>,
    /// What was checked, in order.
    pub properties: Vec<Property>,
}

/// A piece of the message or the session that a result is about, such as
/// `smtp.mailfrom=example.org`.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Property {
    /// Where it was taken from: `smtp`, `header`, `body` or `policy`, in lower case; empty where the
    /// field does not say.
    pub ptype: String,
    /// Its name, in lower case.
    pub name: String,
    /// Its value, without quotes.
    pub value: String,
}

impl AuthenticationResults {
    /// A field of this host, without results.
    pub fn new(authserv_id: impl Into<String>) -> Self {
        Self { authserv_id: Some(authserv_id.into()), ..Self::default() }
    }

    /// Adds a result.
    #[must_use]
    pub fn with(mut self, result: MethodResult) -> Self {
        self.results.push(result);
        self
    }

    /// Adds several results.
    #[must_use]
    pub fn with_all(mut self, results: impl IntoIterator<Item = MethodResult>) -> Self {
        self.results.extend(results);
        self
    }

    /// Reads a field, with its name or without. The places of departures index it.
    pub fn parse(field: &[u8]) -> Self {
        read::field(field, NAME)
    }

    /// Reads an `ARC-Authentication-Results` field, with its name or without: the instance and the
    /// results. `None` without an instance from 1 to 50 in front (RFC 8617 §4.1.1, §4.2.1).
    pub fn parse_arc(field: &[u8]) -> Option<(u8, Self)> {
        read::arc(field)
    }

    /// The results of a method.
    pub fn of(&self, method: &str) -> impl Iterator<Item = &MethodResult> {
        self.results.iter().filter(move |result| result.method.eq_ignore_ascii_case(method))
    }

    /// Whether the field names this host: case does not matter (RFC 8601 §2.5), nor whether a name is in
    /// A-labels or U-labels (§5). Believe only fields that name your own host, and that stand above those
    /// that came in with the message: see [`AuthenticationResults::of_message`].
    pub fn is_by(&self, authserv_id: &str) -> bool {
        let name = |id: &str| id.parse::<DomainName>().ok();
        self.authserv_id.as_deref().is_some_and(|id| {
            id.eq_ignore_ascii_case(authserv_id) || name(id).is_some_and(|id| name(authserv_id) == Some(id))
        })
    }

    /// Whether the version of the syntax is the one that is known (RFC 8601 §2.6): what follows another
    /// one may mean anything.
    pub fn is_known_version(&self) -> bool {
        is_one(self.version)
    }
}

/// RFC 8601 §2.2: 1 is the version of today, and no version says 1.
fn is_one(version: Option<u32>) -> bool {
    version.is_none_or(|version| version == 1)
}

impl MethodResult {
    /// A result of a method.
    pub fn new(method: impl Into<String>, result: impl fmt::Display) -> Self {
        Self { method: method.into(), result: result.to_string(), ..Self::default() }
    }

    /// Adds a property.
    #[must_use]
    pub fn with(mut self, ptype: &str, name: &str, value: impl fmt::Display) -> Self {
        self.properties.push(Property { ptype: ptype.into(), name: name.into(), value: value.to_string() });
        self
    }

    /// Sets the reason.
    #[must_use]
    pub fn because(self, reason: impl fmt::Display) -> Self {
        Self { reason: Some(reason.to_string()), ..self }
    }

    /// Whether the version of the method is 1; results of other versions are to be ignored
    /// (RFC 8601 §2.6).
    pub fn is_known_version(&self) -> bool {
        is_one(self.version)
    }

    /// The value of a property.
    pub fn property(&self, ptype: &str, name: &str) -> Option<&str> {
        let found = self.properties.iter().find(|property| property.ptype == ptype && property.name == name);
        found.map(|property| property.value.as_str())
    }
}

impl FromStr for AuthenticationResults {
    type Err = core::convert::Infallible;

    /// As [`AuthenticationResults::parse`].
    fn from_str(field: &str) -> Result<Self, Self::Err> {
        Ok(Self::parse(field.as_bytes()))
    }
}

impl fmt::Display for AuthenticationResults {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // RFC 8601 §2.2: a host must be named; one that is not known is said so.
        let mut whole = format!("{NAME}: {}", quoting::value(self.authserv_id.as_deref().unwrap_or("unknown")));
        whole.extend(self.version.map(|version| format!(" {version}")));
        whole.extend(self.comments.iter().map(|comment| format!(" {}", quoting::comment(comment))));
        let written: Vec<String> = self.results.iter().filter_map(MethodResult::written).collect();
        for result in &written {
            whole.push_str("; ");
            whole.push_str(result);
        }
        if written.is_empty() {
            whole.push_str("; none");
        }
        folding::write(f, &whole)
    }
}

/// `methodspec [reasonspec] [propspec...]`, as it stands in the field, not folded; nothing where the method
/// or the result is no word.
impl fmt::Display for MethodResult {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.written().unwrap_or_default())
    }
}

impl MethodResult {
    /// `methodspec [reasonspec] 1*propspec`; nothing where the method or the result is no word.
    fn written(&self) -> Option<String> {
        let version = self.version.map(|version| format!("/{version}")).unwrap_or_default();
        let mut pieces = vec![format!("{}{version}={}", word(&self.method)?, word(&self.result)?)];
        pieces.extend(self.comments.iter().map(|comment| quoting::comment(comment)));
        pieces.extend(self.reason.as_deref().map(|reason| format!("reason={}", quoting::value(reason))));
        pieces.extend(self.properties.iter().filter_map(Property::written));
        Some(pieces.join(" "))
    }
}

impl Property {
    /// `ptype "." property "=" pvalue`; nothing where the name is no word.
    fn written(&self) -> Option<String> {
        let ptype = word(&self.ptype).map(|ptype| format!("{ptype}.")).unwrap_or_default();
        Some(format!("{ptype}{}={}", word(&self.name)?, pvalue(&self.value)))
    }
}

/// `[ local-part ] "@" domain-name` is written as such, as an address must be; any other text as a value
/// (RFC 8601 §2.2).
fn pvalue(text: &str) -> String {
    address(text).filter(|address| address.len() <= MAX_ADDRESS).unwrap_or_else(|| quoting::value(text))
}

/// An address with its local part in quotes where they are needed (RFC 5322 §3.4.1).
fn address(text: &str) -> Option<String> {
    let (local, domain) = text.rsplit_once('@').filter(|(_, domain)| words::is_domain(domain))?;
    let inner = reading::quoted_string(local).filter(|(_, length)| *length == local.len());
    let local = match inner {
        _ if local.is_empty() => String::new(),
        Some((inner, _)) => quoting::local_part(&inner),
        None => quoting::local_part(local),
    };
    Some(format!("{local}@{domain}"))
}

/// `Keyword` (RFC 5321 §4.1.2), cut at 32 characters: letters, digits and `-` of a text, and the `_` that
/// some write.
fn word(text: &str) -> Option<String> {
    let kept = text.chars().filter(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_'));
    let word: String = kept.take(MAX_WORD).collect();
    (!word.is_empty()).then_some(word)
}
