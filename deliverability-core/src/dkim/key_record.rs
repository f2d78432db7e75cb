//! The key record (RFC 6376 §3.6.1).

use core::fmt;
use core::str::FromStr;

use super::base64;
use super::public_key::{self, ED25519_OCTETS, PublicKey};
use crate::dns::Text;
use crate::escaped::Escaped;
use crate::span::Span;
use crate::tag_list::{self, Tag};

/// A DKIM key record. Tags that RFC 6376 §3.6.1 does not name are ignored, as it asks for.
///
/// ```
/// use deliverability_core::dkim::{KeyRecord, KeyType, PublicKey};
///
/// let record: KeyRecord = "v=DKIM1; k=ed25519; t=s; p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=".parse()?;
/// assert_eq!((&record.key_type, record.public_key), (&KeyType::Ed25519, PublicKey::Ed25519));
/// assert!(record.is_strict() && !record.is_testing());
/// assert_eq!(record.to_string(), "v=DKIM1; k=ed25519; t=s; p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=");
/// # Ok::<(), deliverability_core::dkim::ParseError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct KeyRecord {
    /// `v=`: whether the version `DKIM1` is stated; it is recommended.
    pub has_version: bool,
    /// `h=`: the acceptable hash algorithms; `None` allows all.
    pub hash_algorithms: Option<Vec<String>>,
    /// `k=`: the key type.
    pub key_type: KeyType,
    /// `n=`: notes for people, white space folded into single spaces.
    pub notes: Option<String>,
    /// `p=`: what the key is.
    pub public_key: PublicKey,
    /// `p=`: the octets of the key; empty if it has been revoked.
    pub data: Box<[u8]>,
    /// `s=`: the service types; `None` is `*`, all of them.
    pub services: Option<Vec<String>>,
    /// `t=`: the flags.
    pub flags: Vec<String>,
}

impl KeyRecord {
    /// Reads a record from its joined bytes.
    ///
    /// A key type that is not known, a service or a hash that does not fit, and a key that is too
    /// small are no parse errors: they are facts about the key.
    ///
    /// # Errors
    ///
    /// [`ErrorKind`] names the fault that makes verifiers refuse the record, its span indexes
    /// `record`.
    pub fn parse(record: &[u8]) -> Result<Self, ParseError> {
        let tags = tag_list::parse(record).map_err(|e| ParseError::new(ErrorKind::TagList(e.kind), e.span))?;
        let find = |name: &[u8]| tags.iter().find(|tag| tag.name.of(record) == name);
        let value = |name: &[u8]| find(name).map(|tag| tag.value.of(record));
        let has_version = check_version(record, &tags)?;
        let p = find(b"p").ok_or(ParseError::new(ErrorKind::MissingKey, Span::new(0, record.len())))?;
        let key_type = value(b"k").map_or(KeyType::Rsa, KeyType::read);
        let (public_key, data) = read_key(record, p.value, &key_type)?;
        Ok(Self {
            has_version,
            hash_algorithms: value(b"h").map(colon_list),
            key_type,
            notes: value(b"n").map(folded),
            public_key,
            data,
            services: value(b"s").map(colon_list),
            flags: value(b"t").map(colon_list).unwrap_or_default(),
        })
    }

    /// The TXT record to publish: the record cut into strings of at most 255 octets, which verifiers join
    /// without anything between (RFC 6376 §3.6.2.2). Its `Display` is what a zone file takes,
    /// [`Text::strings`] is what a DNS panel or API takes.
    ///
    /// ```
    /// use deliverability_core::dkim::KeyRecord;
    ///
    /// let octets = "QUJD".repeat(100);
    /// let record: KeyRecord = format!("v=DKIM1; k=later; p={octets}").parse()?;
    /// let text = record.to_text();
    /// assert_eq!(text.strings().map(<[u8]>::len).collect::<Vec<_>>(), [255, 165]);
    /// assert!(text.to_string().starts_with("\"v=DKIM1; k=later; p=QUJD"));
    /// assert_eq!(KeyRecord::parse(text.bytes())?, record);
    /// # Ok::<(), deliverability_core::dkim::ParseError>(())
    /// ```
    pub fn to_text(&self) -> Text {
        Text::from(self.to_string().as_str())
    }

    /// Whether the domain is testing DKIM (`t=y`): a failed signature must not count against it.
    pub fn is_testing(&self) -> bool {
        self.flags.iter().any(|flag| flag == "y")
    }

    /// Whether the domain in `i=` must be the one in `d=`, not a subdomain (`t=s`).
    pub fn is_strict(&self) -> bool {
        self.flags.iter().any(|flag| flag == "s")
    }

    /// Whether signatures with this hash may use the key: `sha256`, or `sha1`, which RFC 8301
    /// retired.
    pub fn allows_hash(&self, hash: &str) -> bool {
        self.hash_algorithms.as_ref().is_none_or(|hashes| hashes.iter().any(|allowed| allowed == hash))
    }

    /// Whether the key may sign mail: `s=` is absent or has `*` or `email`.
    pub fn is_for_email(&self) -> bool {
        self.services.as_ref().is_none_or(|types| types.iter().any(|service| service == "*" || service == "email"))
    }
}

impl FromStr for KeyRecord {
    type Err = ParseError;

    /// As [`KeyRecord::parse`].
    fn from_str(record: &str) -> Result<Self, ParseError> {
        Self::parse(record.as_bytes())
    }
}

/// The record on one line, `p=` last; reading it gives the same record.
impl fmt::Display for KeyRecord {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.has_version {
            f.write_str("v=DKIM1; ")?;
        }
        if let Some(hashes) = &self.hash_algorithms {
            write!(f, "h={}; ", hashes.join(":"))?;
        }
        write!(f, "k={}; ", self.key_type.as_str())?;
        if let Some(notes) = &self.notes {
            write!(f, "n={notes}; ")?;
        }
        if let Some(services) = &self.services {
            write!(f, "s={}; ", services.join(":"))?;
        }
        if !self.flags.is_empty() {
            write!(f, "t={}; ", self.flags.join(":"))?;
        }
        write!(f, "p={}", base64::encode(&self.data))
    }
}

/// The type of a key (`k=`).
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum KeyType {
    /// RSA, also if `k=` is absent (RFC 6376 §3.6.1).
    Rsa,
    /// Ed25519 (RFC 8463 §4).
    Ed25519,
    /// Another: verifiers ignore the record.
    Unknown(String),
}

impl KeyType {
    fn read(value: &[u8]) -> Self {
        match value {
            b"rsa" => Self::Rsa,
            b"ed25519" => Self::Ed25519,
            other => Self::Unknown(folded(other)),
        }
    }

    /// The word in the record.
    pub fn as_str(&self) -> &str {
        match self {
            Self::Rsa => "rsa",
            Self::Ed25519 => "ed25519",
            Self::Unknown(word) => word,
        }
    }
}

/// RFC 6376 §3.6.1: if `v=` is there it must come first and be DKIM1, to the letter.
fn check_version(record: &[u8], tags: &[Tag]) -> Result<bool, ParseError> {
    let Some(at) = tags.iter().position(|tag| tag.name.of(record) == b"v") else { return Ok(false) };
    match tags.get(at) {
        Some(v) if v.value.of(record) != b"DKIM1" => Err(ParseError::new(ErrorKind::Version, v.value)),
        Some(v) if at > 0 => Err(ParseError::new(ErrorKind::VersionNotFirst, v.name)),
        _ => Ok(true),
    }
}

fn read_key(record: &[u8], value: Span, key_type: &KeyType) -> Result<(PublicKey, Box<[u8]>), ParseError> {
    let text = value.of(record);
    // RFC 6376 §3.6.1: an empty value means that the key has been revoked.
    if text.is_empty() {
        return Ok((PublicKey::Revoked, Box::default()));
    }
    let data = base64::decode(text).map_err(|fault| ParseError::of_base64(fault, value))?;
    let key = match key_type {
        KeyType::Rsa => public_key::read_rsa(&data).map_err(|fault| {
            let kind = ErrorKind::of_key(fault, data.len());
            let start = if let public_key::Fault::Trailing { end } = fault { base64::end_of(text, end) } else { 0 };
            ParseError::new(kind, Span::new(value.start.saturating_add(start), value.end))
        })?,
        KeyType::Ed25519 if data.len() != ED25519_OCTETS => {
            return Err(ParseError::new(ErrorKind::Ed25519Length { octets: data.len() }, value));
        }
        KeyType::Ed25519 => PublicKey::Ed25519,
        KeyType::Unknown(_) => PublicKey::Unknown,
    };
    Ok((key, data.into()))
}

/// The words of a list with colons between; the grammar allows white space around them.
fn colon_list(value: &[u8]) -> Vec<String> {
    value.split(|byte| *byte == b':').map(folded).filter(|word| !word.is_empty()).collect()
}

/// The text with every run of white space as one space, none at the ends. Values are ASCII.
fn folded(value: &[u8]) -> String {
    let text = String::from_utf8_lossy(value);
    text.split_ascii_whitespace().collect::<Vec<_>>().join(" ")
}

/// Why a text is no key record that can be used, and which of its bytes say so.
#[derive(Clone, Debug, PartialEq, Eq, Hash, thiserror::Error)]
#[error("{kind} (at byte {})", span.start)]
#[non_exhaustive]
pub struct ParseError {
    /// What is wrong.
    pub kind: ErrorKind,
    /// Where, in bytes of the record.
    pub span: Span,
}

impl ParseError {
    const fn new(kind: ErrorKind, span: Span) -> Self {
        Self { kind, span }
    }

    fn of_base64(fault: base64::Fault, value: Span) -> Self {
        let one = |at: usize| Span::new(at, at.saturating_add(1)).shifted(value.start);
        match fault {
            base64::Fault::Symbol { at, byte } => Self::new(ErrorKind::Base64Symbol { byte }, one(at)),
            base64::Fault::Padding { at } => Self::new(ErrorKind::Base64Padding, one(at)),
            base64::Fault::Length { symbols } => Self::new(ErrorKind::Base64Length { symbols }, Span::at(value.end)),
        }
    }
}

/// What makes a key record unusable.
#[derive(Clone, Debug, PartialEq, Eq, Hash, thiserror::Error)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The text is no tag list (RFC 6376 §3.2).
    #[error("{0}")]
    TagList(tag_list::ErrorKind),
    /// `v=` is not `DKIM1`.
    #[error("the version must be v=DKIM1, in these letters")]
    Version,
    /// `v=` stands behind another tag.
    #[error("v=DKIM1 must be the first tag")]
    VersionNotFirst,
    /// There is no `p=`.
    #[error("the record has no p= tag, and so no key")]
    MissingKey,
    /// A byte in `p=` that no base64 has.
    #[error("'{}' is no base64 character; delete it", Escaped(&[*.byte]))]
    Base64Symbol {
        /// The byte.
        byte: u8,
    },
    /// An equals sign that does not end the base64.
    #[error("'=' may only end the base64 of p=")]
    Base64Padding,
    /// The base64 is no whole number of groups of four.
    #[error("the base64 of p= has {symbols} characters, which is no multiple of four: some are lost")]
    Base64Length {
        /// How many characters there are, white space left out.
        symbols: usize,
    },
    /// The key is longer than what stands in `p=`.
    #[error("the key is cut off: it has {says} octets, and only {has} of them are here")]
    KeyTruncated {
        /// The length that the key states.
        says: usize,
        /// How many octets there are.
        has: usize,
    },
    /// Octets stand behind the key.
    #[error("{octets} octets stand behind the key; delete them")]
    KeyTrailing {
        /// How many.
        octets: usize,
    },
    /// The octets are no RSA public key.
    #[error("p= holds no RSA public key")]
    NotRsa,
    /// An Ed25519 key under `k=rsa`, which is also the default.
    #[error("p= holds an Ed25519 key, but k= says rsa; write k=ed25519 and the bare 32 octets (RFC 8463 §4)")]
    Ed25519AsRsa,
    /// An Ed25519 key that is not 32 octets.
    #[error("an Ed25519 key has 32 octets, p= has {octets} (RFC 8463 §4)")]
    Ed25519Length {
        /// How many octets there are.
        octets: usize,
    },
}

impl ErrorKind {
    const fn of_key(fault: public_key::Fault, octets: usize) -> Self {
        match fault {
            public_key::Fault::Truncated { says, has } => Self::KeyTruncated { says, has },
            public_key::Fault::Trailing { end } => Self::KeyTrailing { octets: octets.saturating_sub(end) },
            public_key::Fault::Ed25519 => Self::Ed25519AsRsa,
            public_key::Fault::Malformed => Self::NotRsa,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dkim::public_key::RsaForm;

    /// The key of RFC 8463 appendix A.2.
    const ED25519: &str = "11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=";

    fn record(text: &str) -> KeyRecord {
        text.parse().unwrap()
    }

    fn error(text: &str) -> (ErrorKind, Span) {
        let error = text.parse::<KeyRecord>().unwrap_err();
        (error.kind, error.span)
    }

    #[test]
    fn key_of_rfc_6376_appendix_c() {
        let key = record(
            "v=DKIM1; p=MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQ\
             KBgQDwIRP/UC3SBsEmGqZ9ZJW3/DkMoGeLnQg1fWn7/zYt\
             IxN2SnFCjxOCKG9v3b4jYfcTNh5ijSsq631uBItLa7od+v\
             /RtdC2UzJ1lWT947qR+Rcac2gbto/NMqJ0fzfVjH4OuKhi\
             tdY9tf6mcwGjaNBcWToIMmPSPDdQPNUYckcQ2QIDAQAB",
        );
        assert_eq!(key.public_key, PublicKey::Rsa { bits: 1024, form: RsaForm::SubjectPublicKeyInfo });
        assert_eq!(key.key_type, KeyType::Rsa);
        assert!(key.is_for_email() && key.allows_hash("sha1") && !key.is_testing());
    }

    #[test]
    fn tags_of_rfc_6376_section_3_6_1() {
        let key = record(&format!(
            "v=DKIM1; h=sha1 : sha256; k=ed25519; n=two\t words; s=email:other; t=y:s; x=ignored; p={ED25519}"
        ));
        assert!(key.is_testing() && key.is_strict() && key.is_for_email() && key.allows_hash("sha256"));
        assert_eq!(key.notes.as_deref(), Some("two words"));
        assert_eq!(
            key.to_string(),
            format!("v=DKIM1; h=sha1:sha256; k=ed25519; n=two words; s=email:other; t=y:s; p={ED25519}")
        );
        assert_eq!(record(&key.to_string()), key);
        assert!(!record(&format!("k=ed25519; s=other; h=sha1; p={ED25519}")).is_for_email());
        assert!(!record(&format!("k=ed25519; s=other; h=sha1; p={ED25519}")).allows_hash("sha256"));
    }

    #[test]
    fn revoked_and_unknown_keys_are_records() {
        assert_eq!(record("v=DKIM1; p=").public_key, PublicKey::Revoked);
        let unknown = record("k=foo; p=AAAA");
        assert_eq!((unknown.key_type.as_str(), unknown.public_key), ("foo", PublicKey::Unknown));
        // RFC 6376 §3.2: values are case-sensitive.
        assert_eq!(record("k=RSA; p=AAAA").key_type, KeyType::Unknown("RSA".into()));
    }

    #[test]
    fn faults_have_a_kind_and_a_place() {
        assert_eq!(error("v=DKIM1; k=rsa"), (ErrorKind::MissingKey, Span::new(0, 14)));
        assert_eq!(error("v=dkim1; p="), (ErrorKind::Version, Span::new(2, 7)));
        assert_eq!(error("k=rsa; v=DKIM1; p="), (ErrorKind::VersionNotFirst, Span::new(7, 8)));
        assert_eq!(error("p=; p="), (ErrorKind::TagList(tag_list::ErrorKind::Duplicate), Span::new(4, 5)));
        assert_eq!(error("p=AA A*"), (ErrorKind::Base64Symbol { byte: b'*' }, Span::new(6, 7)));
        assert_eq!(error("p=A=AA"), (ErrorKind::Base64Padding, Span::new(3, 4)));
        assert_eq!(error("p=AAAAA"), (ErrorKind::Base64Length { symbols: 5 }, Span::at(7)));
        assert_eq!(error("p=AAAA"), (ErrorKind::NotRsa, Span::new(2, 6)));
        assert_eq!(error("p=MIGf"), (ErrorKind::KeyTruncated { says: 162, has: 3 }, Span::new(2, 6)));
        assert_eq!(error("p= MAAAAA=="), (ErrorKind::KeyTrailing { octets: 2 }, Span::new(6, 11)));
        assert_eq!(error("k=ed25519; p=AAAA"), (ErrorKind::Ed25519Length { octets: 3 }, Span::new(13, 17)));
        let spki = "p=MCowBQYDK2VwAyEA11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=";
        assert_eq!(error(spki), (ErrorKind::Ed25519AsRsa, Span::new(2, spki.len())));
    }

    #[test]
    fn messages_tell_the_fix() {
        let say = |text: &str| text.parse::<KeyRecord>().unwrap_err().to_string();
        assert_eq!(say("v=dkim1; p="), "the version must be v=DKIM1, in these letters (at byte 2)");
        assert_eq!(say("p=AA\"A"), "'\"' is no base64 character; delete it (at byte 4)");
        assert_eq!(say("p=MIGf"), "the key is cut off: it has 162 octets, and only 3 of them are here (at byte 2)");
        assert_eq!(say("k=ed25519; p=AAAA"), "an Ed25519 key has 32 octets, p= has 3 (RFC 8463 §4) (at byte 13)");
    }
}
