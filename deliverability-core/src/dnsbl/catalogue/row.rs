//! The form of a row: one list's facts, each row with its source and the day it was read.

use crate::dnsbl::pattern::Pattern;
use crate::dnsbl::words::{Cause, Impact, Kind, NameForm, Role, Terms};

/// One list's facts.
pub(super) struct Row {
    /// A zone that holds a key has the label `_key_` in its place.
    pub(super) zone: &'static str,
    /// Whether it is asked unless the caller says otherwise: open access only.
    pub(super) default: bool,
    pub(super) kind: Kind,
    pub(super) role: Role,
    pub(super) impact: Option<Impact>,
    pub(super) operator: &'static str,
    pub(super) codes: &'static [Code],
    pub(super) refusals: &'static [(Pattern, &'static str)],
    /// Must-be-listed points, and the value of one that would be a refusal elsewhere. Where none
    /// is known there is none.
    pub(super) listed: &'static [(&'static str, Option<[u8; 4]>)],
    pub(super) clean: Clean,
    pub(super) cause: Option<Cause>,
    pub(super) delist: Option<&'static str>,
    /// How removal is had and how long that takes.
    pub(super) removal: Option<&'static str>,
    pub(super) note: Option<&'static str>,
    pub(super) terms: Terms,
    pub(super) access: &'static str,
    pub(super) name_form: NameForm,
    pub(super) source: &'static str,
    pub(super) read: &'static str,
}

/// Must-not-be-listed points.
pub(super) enum Clean {
    /// Those of RFC 5782 §5.
    Rfc,
    /// These.
    At(&'static [&'static str]),
    /// None: the list has entries there by design.
    None,
}

/// What a row has unless it says otherwise.
pub(super) const BASE: Row = Row {
    zone: "",
    default: false,
    kind: Kind::Ipv4,
    role: Role::Block,
    impact: None,
    operator: "",
    codes: &[],
    refusals: &[],
    listed: &[],
    clean: Clean::Rfc,
    cause: None,
    delist: None,
    removal: None,
    note: None,
    terms: Terms::Open,
    access: "open",
    name_form: NameForm::Host,
    source: "",
    read: "2026-11-21",
};

/// What a list means by some values; what is `None` is as in its row.
#[derive(Clone, Copy)]
pub(super) struct Code {
    pub(super) pattern: Pattern,
    pub(super) meaning: &'static str,
    pub(super) impact: Option<Impact>,
    pub(super) role: Option<Role>,
    pub(super) cause: Option<Cause>,
    pub(super) removal: Option<&'static str>,
    pub(super) is_number: bool,
}

/// The code of one value.
pub(super) const fn code(value: [u8; 4], meaning: &'static str) -> Code {
    Code::new(Pattern::one(value), meaning)
}

/// The code of several values.
pub(super) const fn codes(first: [u8; 4], last: [u8; 4], meaning: &'static str) -> Code {
    Code::new(Pattern::between(first, last), meaning)
}

/// The code of a bit.
pub(super) const fn bit(bit: u8, meaning: &'static str) -> Code {
    Code::new(Pattern::bit(bit), meaning)
}

impl Code {
    const fn new(pattern: Pattern, meaning: &'static str) -> Self {
        Self { pattern, meaning, impact: None, role: None, cause: None, removal: None, is_number: false }
    }

    pub(super) const fn weighing(self, impact: Impact) -> Self {
        Self { impact: Some(impact), ..self }
    }

    pub(super) const fn meaning(self, role: Role) -> Self {
        Self { role: Some(role), ..self }
    }

    pub(super) const fn by(self, cause: Cause) -> Self {
        Self { cause: Some(cause), ..self }
    }

    pub(super) const fn removed(self, how: &'static str) -> Self {
        Self { removal: Some(how), ..self }
    }

    /// Its last octet is a number: a score, a level of trust, an age.
    pub(super) const fn number(self) -> Self {
        Self { is_number: true, ..self }
    }
}

/// The test points of RFC 5782 §5.
pub(super) const V4: (&str, Option<[u8; 4]>) = ("127.0.0.2", None);
pub(super) const V6: (&str, Option<[u8; 4]>) = ("::ffff:127.0.0.2", None);
pub(super) const NAME: (&str, Option<[u8; 4]>) = ("test", None);

const MISTYPED: (Pattern, &str) = (Pattern::one([127, 255, 255, 252]), "the list's zone name is mistyped");
const PUBLIC: (Pattern, &str) = (
    Pattern::one([127, 255, 255, 254]),
    "asked through a public or open resolver, or one whose reverse name is generic",
);
const VOLUME: (Pattern, &str) = (Pattern::one([127, 255, 255, 255]), "too many queries");

/// Spamhaus answers so since 2019-09-30 (spamhaus.org/news/article/788).
pub(super) const SPAMHAUS_REFUSALS: &[(Pattern, &str)] = &[MISTYPED, PUBLIC, VOLUME];
pub(super) const DBL_REFUSALS: &[(Pattern, &str)] = &[
    MISTYPED,
    PUBLIC,
    VOLUME,
    (Pattern::one([127, 0, 1, 255]), "asked about an address; the list holds domains only"),
];
pub(super) const ZRD_REFUSALS: &[(Pattern, &str)] = &[
    MISTYPED,
    PUBLIC,
    VOLUME,
    (Pattern::one([127, 0, 2, 255]), "asked about an address; the list holds domains only"),
];
pub(super) const VALIDITY_REFUSALS: &[(Pattern, &str)] =
    &[(Pattern::one([127, 255, 255, 255]), "the asker is not registered, or over the limit")];
pub(super) const SURBL_REFUSALS: &[(Pattern, &str)] =
    &[(Pattern::bit(1), "access blocked: a public resolver, or too many queries")];
pub(super) const URIBL_REFUSALS: &[(Pattern, &str)] =
    &[(Pattern::bit(1), "query refused: a public resolver, or too many queries")];

pub(super) const PART_OF_ZEN: &str = "a part of zen.spamhaus.org: asking both doubles the queries for nothing";
