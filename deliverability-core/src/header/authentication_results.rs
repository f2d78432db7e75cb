//! The `Authentication-Results` field ([RFC 8601](https://www.rfc-editor.org/rfc/rfc8601)), read and
//! written, and the same list of results in `ARC-Authentication-Results` (RFC 8617 §4.1.1).

mod read;

use core::fmt;
use core::str::FromStr;

use super::{folding, quoting};

/// The field's name.
const NAME: &str = "Authentication-Results";
/// Longest word that is written for a method, a result, a property.
const MAX_WORD: usize = 64;

/// What a host says that it found when it checked a message.
///
/// Anybody can write such a field into a message: only fields of a host that one trusts say
/// anything, see [`AuthenticationResults::is_by`].
///
/// Reading takes what is seen in the wild: no name of the host in front (Microsoft 365), values in no
/// quotes, properties without a type, words between, `;` at the end, folds. What departs from the
/// grammar is in [`AuthenticationResults::departures`]; nothing is refused.
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
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct AuthenticationResults {
    /// The host that speaks (`authserv-id`); `None` where the field does not say.
    pub authserv_id: Option<String>,
    /// The version of the field's syntax, where one is stated; 1 is the only one.
    pub version: Option<u32>,
    /// One for each check, in order; none where the field says `none`.
    pub results: Vec<MethodResult>,
    /// What departs from the grammar of RFC 8601 §2.2, in words. Not written.
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

/// What departs from the grammar.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Departure {
    /// No host is named in front: nobody can tell whose results these are.
    NoAuthservId,
    /// A part has no `method=result`.
    NoResult,
    /// A property has no type in front of its name.
    NoPropertyType,
    /// Words that are neither property nor comment.
    StrayWords,
    /// Neither results nor `none` follow the host.
    Nothing,
    /// More than 100 results; the others are left out.
    TooMany,
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

    /// Reads a field, with its name or without.
    pub fn parse(field: &[u8]) -> Self {
        read::field(field, &[NAME])
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

    /// Whether the field names this host: case does not matter (RFC 8601 §2.5). Believe only fields
    /// that name your own host, and that stand above those that came in with the message.
    pub fn is_by(&self, authserv_id: &str) -> bool {
        self.authserv_id.as_deref().is_some_and(|id| id.eq_ignore_ascii_case(authserv_id))
    }
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

/// `[ [ local-part ] "@" ] domain-name` stands without quotes where both halves may, any other text
/// as a value does (RFC 8601 §2.2).
fn pvalue(text: &str) -> String {
    let plain = |text: &str| !text.is_empty() && quoting::value(text) == text;
    match text.split_once('@') {
        Some((local, domain)) if plain(domain) && (local.is_empty() || plain(local)) => text.to_owned(),
        _ => quoting::value(text),
    }
}

/// `Keyword` (RFC 5321 §4.1.2), cut at 64 characters: letters, digits, `-` and `_` of a text.
fn word(text: &str) -> Option<String> {
    let kept = text.chars().filter(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_'));
    let word: String = kept.take(MAX_WORD).collect();
    (!word.is_empty()).then_some(word)
}

impl Departure {
    /// What departs, in words.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::NoAuthservId => "no host is named in front of the results (RFC 8601 §2.2)",
            Self::NoResult => "a part between semicolons has no method=result (RFC 8601 §2.2)",
            Self::NoPropertyType => "a property has no type such as smtp. or header. in front (RFC 8601 §2.2)",
            Self::StrayWords => "words stand where a property is expected (RFC 8601 §2.2)",
            Self::Nothing => "neither results nor \"none\" follow the host (RFC 8601 §2.2)",
            Self::TooMany => "more than 100 results",
        }
    }
}

impl fmt::Display for Departure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}
