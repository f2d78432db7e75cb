//! Why a key cannot be used.

use core::fmt;

use crate::dkim::base64;
use crate::dkim::key_lookup::{KeyOutcome, KeyStatus, Unusable};
use crate::dkim::key_record;
use crate::dkim::public_key::{self, ED25519_OCTETS};
use crate::dns::DnsError;
use crate::domain::DomainName;
use crate::result::DkimResult;
use crate::tag_list;

/// Why the key of a signature cannot be used.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum KeyCause {
    /// There is none.
    Missing {
        /// The name, or the end of its CNAME chain, does not exist at all.
        nxdomain: bool,
        /// The name is an alias of this one, which has no TXT record.
        alias: Option<DomainName>,
    },
    /// It has been revoked.
    Revoked,
    /// Several stand at the name (RFC 6376 §3.6.2.2).
    Several {
        /// How many.
        count: usize,
        /// How many of them verify the signature.
        verifying: usize,
    },
    /// Backslashes of a zone file are left in the record.
    Escaped,
    /// The version is DKIM1 but for its case.
    VersionCase,
    /// An Ed25519 key in a SubjectPublicKeyInfo (RFC 8463 §4).
    Ed25519Wrapped,
    /// An Ed25519 key whose record does not say `k=ed25519`.
    Ed25519WithoutType,
    /// Quotes of a zone file are left in the record.
    Quoted,
    /// The key has the header of a PEM file.
    Pem,
    /// The private key was published.
    PrivateKey,
    /// The text at the selector is meant for something else.
    NotAKey,
    /// The record cannot be used.
    Unusable(Unusable),
    /// `k=` is of another type than `a=` (RFC 6376 §6.1.2).
    Type {
        /// `k=`.
        key: &'static str,
        /// What `a=` asks for.
        signature: &'static str,
    },
    /// `h=` of the key leaves the hash of `a=` out (RFC 6376 §6.1.2).
    Hash {
        /// The hash of `a=`.
        hash: &'static str,
    },
    /// The query failed.
    Unknown(DnsError),
    /// The selector cannot be part of a domain name.
    BadSelector,
}

impl KeyCause {
    /// Why the key cannot be used; `None` if it can.
    pub(crate) fn of(outcome: &KeyOutcome) -> Option<Self> {
        Some(match outcome.status() {
            KeyStatus::Usable(_) => return None,
            KeyStatus::Missing { nxdomain, alias } => Self::Missing { nxdomain: *nxdomain, alias: alias.clone() },
            KeyStatus::Revoked => Self::Revoked,
            KeyStatus::Several { count } => Self::Several { count: *count, verifying: 0 },
            KeyStatus::Unusable(Unusable::Syntax(error)) => {
                Self::of_syntax(error, outcome.record().map(|record| &record[..]).unwrap_or_default())
            }
            KeyStatus::Unusable(why) => Self::Unusable(why.clone()),
            KeyStatus::Unknown(error) => Self::Unknown(error.clone()),
            KeyStatus::BadSelector(_) => Self::BadSelector,
        })
    }

    fn of_syntax(error: &key_record::ParseError, record: &[u8]) -> Self {
        use key_record::ErrorKind;
        let value = error.span.of(record);
        let has = |part: &[u8]| memchr::memmem::find(record, part).is_some();
        match &error.kind {
            _ if !is_meant_as_key(record) => Self::NotAKey,
            _ if has(b"\\") => Self::Escaped,
            ErrorKind::Version if value.eq_ignore_ascii_case(b"DKIM1") => Self::VersionCase,
            _ if has(b"\"") => Self::Quoted,
            _ if has(b"-----") => Self::Pem,
            // The base64 of what stands before the 32 octets (RFC 8410 §4).
            ErrorKind::Ed25519Length { .. } if value.starts_with(b"MCowBQYDK2VwAyEA") => Self::Ed25519Wrapped,
            ErrorKind::Ed25519AsRsa => Self::Ed25519WithoutType,
            ErrorKind::NotRsa if base64::decode(value).is_ok_and(|key| key.len() == ED25519_OCTETS) => {
                Self::Ed25519WithoutType
            }
            ErrorKind::Base64Length { .. } => Self::Unusable(Unusable::Syntax(cut(error, record))),
            _ if is_private(&base64::decode_prefix(value)) => Self::PrivateKey,
            _ => Self::Unusable(Unusable::Syntax(error.clone())),
        }
    }

    /// The stable code.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Missing { .. } => "dkim.key.missing",
            Self::Revoked => "dkim.key.revoked",
            Self::Several { .. } => "dkim.key.several",
            Self::Escaped => "dkim.key.escaped",
            Self::VersionCase => "dkim.key.version-case",
            Self::Ed25519Wrapped => "dkim.key.ed25519-wrapped",
            Self::Ed25519WithoutType => "dkim.key.ed25519-without-k",
            Self::Quoted => "dkim.key.quotes",
            Self::Pem => "dkim.key.pem",
            Self::PrivateKey => "dkim.key.private",
            Self::NotAKey => "dkim.key.not-a-key",
            Self::Unusable(why) => unusable_code(why),
            Self::Type { .. } => "dkim.key.type",
            Self::Hash { .. } => "dkim.key.hash",
            Self::Unknown(_) => "dkim.key.unknown",
            Self::BadSelector => "dkim.key.selector",
        }
    }

    /// What a verifier says of a signature with such a key.
    pub(super) const fn result(&self) -> DkimResult {
        match self {
            // RFC 6376 §6.1.2: a query that fails may be tried again.
            Self::Unknown(_) => DkimResult::Temperror,
            // RFC 6376 §6.1.2: verifiers may take any of them.
            Self::Several { .. } => DkimResult::Neutral,
            _ => DkimResult::Permerror,
        }
    }

    /// What to do, as one sentence.
    pub const fn advice(&self) -> &'static str {
        match self {
            Self::Missing { .. } | Self::NotAKey => {
                "Publish the public half of the key that signs at the selector's name."
            }
            Self::Revoked => "Sign with a key that is published, or publish this one again.",
            Self::Several { .. } => "Keep one key record at the selector's name.",
            Self::Escaped => "Publish the record again without backslashes.",
            Self::VersionCase => "Write v=DKIM1, in these letters.",
            Self::Ed25519WithoutType => "Write k=ed25519 into the key record, and the bare 32 octets into p=.",
            Self::Quoted => "Publish the record again without quotes within it.",
            Self::Pem => "Publish the base64 between the first and the last line of the PEM file alone.",
            Self::PrivateKey => {
                "Delete the record, make a new pair of keys, sign with it, and publish its public half under a new \
                 selector: anybody can sign with this one."
            }
            Self::Ed25519Wrapped => "Publish the last 32 octets of the key alone in p=.",
            Self::Unusable(Unusable::Weak { .. }) => "Sign with a new RSA key of 2048 bits, under a new selector.",
            Self::Unusable(_) => "Publish the key record anew.",
            Self::Type { .. } => "Publish the key that belongs to the signatures, under a selector of its own.",
            Self::Hash { .. } => "Delete h= from the key record, or sign with a hash that it names.",
            Self::Unknown(_) => "Try again later; if it stays so, mend the domain's name servers.",
            Self::BadSelector => "Sign with a selector of letters, digits and hyphens.",
        }
    }
}

/// Whether somebody meant it as a key record: it says so, or has a key and no other version.
fn is_meant_as_key(record: &[u8]) -> bool {
    let upper = record.to_ascii_uppercase();
    let has = |part: &[u8]| memchr::memmem::find(&upper, part).is_some();
    has(b"DKIM1") || record.is_empty() || (has(b"P=") && !has(b"V=SPF1") && !has(b"V=DMARC1"))
}

/// Base64 that lost some of its characters, of a key that lost many.
fn cut(error: &key_record::ParseError, record: &[u8]) -> key_record::ParseError {
    let p = tag_list::tags(record).flatten().find(|tag| tag.name.of(record) == b"p");
    let prefix = base64::decode_prefix(p.map_or(&b""[..], |p| p.value.of(record)));
    let mut error = error.clone();
    if let Err(public_key::Fault::Truncated { says, has }) = public_key::read_rsa(&prefix) {
        error.kind = key_record::ErrorKind::KeyTruncated { says, has };
    }
    error
}

/// An RSAPrivateKey (RFC 8017 A.1.2) or what it is wrapped in (RFC 5958 §2): a version, 0, comes first.
fn is_private(der: &[u8]) -> bool {
    let ([0x30, 0x82, _, _, content @ ..] | [0x30, 0x81, _, content @ ..] | [0x30, 0..=0x7f, content @ ..]) = der
    else {
        return false;
    };
    content.starts_with(&[2, 1, 0])
}

const fn unusable_code(why: &Unusable) -> &'static str {
    use key_record::ErrorKind;
    match why {
        Unusable::Syntax(error) => match error.kind {
            ErrorKind::Version => "dkim.key.version",
            ErrorKind::VersionNotFirst => "dkim.key.version-not-first",
            ErrorKind::MissingKey => "dkim.key.no-p",
            ErrorKind::TagList(tag_list::ErrorKind::Duplicate) => "dkim.key.duplicate-tag",
            ErrorKind::Base64Symbol { .. } | ErrorKind::Base64Padding | ErrorKind::Base64Length { .. } => {
                "dkim.key.base64"
            }
            ErrorKind::KeyTruncated { .. } => "dkim.key.cut",
            ErrorKind::KeyTrailing { .. } => "dkim.key.trailing",
            ErrorKind::NotRsa => "dkim.key.not-rsa",
            ErrorKind::Ed25519Length { .. } => "dkim.key.ed25519-length",
            _ => "dkim.key.syntax",
        },
        Unusable::KeyType(_) => "dkim.key.unknown-type",
        Unusable::Weak { .. } => "dkim.key.weak",
        Unusable::Service => "dkim.key.service",
        Unusable::Hash => "dkim.key.hash",
    }
}

impl fmt::Display for KeyCause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Missing { alias: Some(alias), .. } => {
                write!(f, "there is no key: its name is an alias of {alias}, which has no TXT record")
            }
            Self::Missing { nxdomain: true, .. } => f.write_str("there is no key: its name does not exist"),
            Self::Missing { .. } => f.write_str("there is no key: its name has no TXT record"),
            Self::Revoked => f.write_str("the key has been revoked"),
            Self::Several { count, verifying } => {
                write!(f, "{count} key records stand at the selector, and which one counts is undefined; ")?;
                write!(f, "{verifying} of them verify the signature")
            }
            Self::Escaped => f.write_str("backslashes of a zone file are left in the key record"),
            Self::VersionCase => f.write_str("the version of the key record is not DKIM1 in these letters"),
            Self::Ed25519WithoutType => f.write_str("the key is an Ed25519 key, and the record does not say k=ed25519"),
            Self::Quoted => f.write_str("quotes of a zone file are left in the key record"),
            Self::Pem => f.write_str("the key record holds the header of a PEM file"),
            Self::PrivateKey => f.write_str("the private key was published: anybody can sign with it"),
            Self::NotAKey => f.write_str("the text at the selector is no key record"),
            Self::Ed25519Wrapped => f.write_str("the Ed25519 key is wrapped in a SubjectPublicKeyInfo (RFC 8463 §4)"),
            Self::Unusable(why) => write!(f, "the key cannot be used: {why}"),
            Self::Type { key, signature } => {
                write!(f, "the key is of type {key}, and the signature asks for {signature}")
            }
            Self::Hash { hash } => write!(f, "h= of the key record leaves {hash} out, which the signature uses"),
            Self::Unknown(error) => write!(f, "the key is not known: {error}"),
            Self::BadSelector => f.write_str("the selector cannot be part of a domain name: there can be no key"),
        }
    }
}
