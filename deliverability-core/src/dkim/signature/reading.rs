//! Reading a signature as far as it goes, with every fault.

use std::borrow::Cow;
use std::collections::HashSet;

use super::{
    Algorithm, Canonicalization, CopiedField, ErrorKind, Identity, ParseError, Signature, quoted_printable as qp,
};
use crate::dkim::base64;
use crate::domain::DomainName;
use crate::span::Span;
use crate::tag_list::{self, Tag};

/// No more faults than this are kept of one signature.
const MAX_ERRORS: usize = 16;

/// So many tags a signature has at most, as a rule.
const FEW: usize = 16;

/// What could be read of a signature. A fault in one tag does not keep the others from being
/// judged.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Reading {
    /// The signature, if everything that verification works on could be read.
    pub(crate) signature: Option<Signature>,
    /// `d=` and `s=` where there is no signature.
    place: (Option<DomainName>, Option<String>),
    /// The value of `b=` with all white space around it: what a signature leaves out of itself.
    pub(crate) b: Option<Span>,
    /// Every fault, in the order that verifiers look at the tags.
    pub(crate) errors: Vec<ParseError>,
    tags: Vec<(Name, Tag)>,
}

/// The name of a tag if it is of two letters at most, as all known ones are; zeros if it is longer.
type Name = [u8; 2];

impl Reading {
    /// Reads the value of a DKIM-Signature field.
    pub(crate) fn of(value: &[u8]) -> Self {
        let mut reader = Reader::new(value);
        let signature = reader.signature();
        Self::new(value, reader, signature)
    }

    pub(super) fn new(value: &[u8], reader: Reader<'_>, signature: Option<Signature>) -> Self {
        Self {
            place: if signature.is_some() { (None, None) } else { (reader.quietly("d"), reader.selector()) },
            signature,
            b: reader.find("b").map(|tag| surrounded(value, tag)),
            tags: reader.tags,
            errors: reader.errors,
        }
    }

    /// `d=`, whatever else is wrong.
    #[cfg(feature = "verify")]
    pub(crate) fn domain(&self) -> Option<&DomainName> {
        self.signature.as_ref().map(|signature| &signature.domain).or(self.place.0.as_ref())
    }

    /// `s=`, whatever else is wrong.
    #[cfg(feature = "verify")]
    pub(crate) fn selector(&self) -> Option<&str> {
        self.signature.as_ref().map(|signature| &*signature.selector).or(self.place.1.as_deref())
    }

    /// Where the value of a tag stands; at the start of the text if it is absent.
    #[cfg(feature = "verify")]
    pub(crate) fn span(&self, tag: &str) -> Span {
        self.tag(tag).unwrap_or(Span::at(0))
    }

    /// Where the value of a tag stands, if it is there.
    #[cfg(feature = "verify")]
    pub(crate) fn tag(&self, tag: &str) -> Option<Span> {
        find(&self.tags, tag).map(|tag| tag.value)
    }
}

/// A tag with a name of one letter or two.
fn find<'t>(tags: &'t [(Name, Tag)], name: &str) -> Option<&'t Tag> {
    let name = short(name.as_bytes())?;
    tags.iter().find(|(other, _)| *other == name).map(|(_, tag)| tag)
}

/// A name of one letter or two.
const fn short(name: &[u8]) -> Option<Name> {
    match name {
        [one] => Some([*one, 0]),
        [one, other] => Some([*one, *other]),
        _ => None,
    }
}

/// Whether a name did not stand before. Few names are compared, many are hashed.
fn is_first<'a>(list: &'a [u8], tags: &[(Name, Tag)], seen: &mut HashSet<&'a [u8]>, name: &'a [u8]) -> bool {
    if tags.len() < FEW {
        let short = short(name);
        return tags
            .iter()
            .all(|(other, tag)| *other != short.unwrap_or_default() || (short.is_none() && tag.name.of(list) != name));
    }
    if seen.is_empty() {
        seen.extend(tags.iter().map(|(_, tag)| tag.name.of(list)));
    }
    seen.insert(name)
}

/// From behind the equals sign to the semicolon or the end.
fn surrounded(list: &[u8], tag: &Tag) -> Span {
    let from = |at: usize, byte: u8| {
        let rest = list.get(at..).unwrap_or_default();
        rest.iter().position(|b| *b == byte).map(|n| n.saturating_add(at))
    };
    let start = from(tag.name.end, b'=').map_or(tag.value.start, |at| at.saturating_add(1));
    Span::new(start, from(tag.value.end, b';').unwrap_or(list.len()))
}

pub(super) struct Reader<'a> {
    list: &'a [u8],
    tags: Vec<(Name, Tag)>,
    pub(super) errors: Vec<ParseError>,
}

impl<'a> Reader<'a> {
    pub(super) fn new(list: &'a [u8]) -> Self {
        let masked = masked(list);
        let (mut tags, mut errors, mut seen) = (Vec::with_capacity(FEW), Vec::new(), HashSet::new());
        for tag in tag_list::tags(&masked) {
            match tag {
                Ok(tag) if is_first(list, &tags, &mut seen, tag.name.of(list)) => {
                    tags.push((short(tag.name.of(list)).unwrap_or_default(), tag));
                }
                // RFC 6376 §3.2: a tag that stands twice makes the whole list invalid.
                Ok(tag) => {
                    errors.push(ParseError::new(ErrorKind::TagList(tag_list::ErrorKind::Duplicate), tag.name));
                }
                Err(error) => errors.push(ParseError::new(ErrorKind::TagList(error.kind), error.span)),
            }
        }
        errors.truncate(MAX_ERRORS);
        Self { list, tags, errors }
    }

    /// `None` if something is missing that verification works on; the errors say what.
    fn signature(&mut self) -> Option<Signature> {
        self.version();
        self.parts(|reader| reader.required("h", field_names), Self::identity)
    }

    /// What DKIM and ARC have in common. They differ in `h=` and `i=`.
    pub(super) fn parts(
        &mut self,
        signed_fields: impl FnOnce(&mut Self) -> Option<Vec<String>>,
        identity: impl FnOnce(&mut Self, Option<&DomainName>) -> Option<Identity>,
    ) -> Option<Signature> {
        let algorithm = self.algorithm();
        let octets = self.octets();
        let body_hash = self.body_hash(algorithm);
        let canonicalization = self.canonicalization();
        let domain = self.domain();
        let signed_fields = signed_fields(self);
        let selector = self.required_selector();
        let identity = identity(self, domain.as_ref());
        let (body_length, timestamp) = (self.number("l"), self.number("t").ok().flatten());
        let expiration = self.expiration(timestamp);
        self.query_methods();
        let (header_canonicalization, body_canonicalization) = canonicalization?;
        let domain = domain?;
        Some(Signature {
            algorithm: algorithm?,
            octets: octets?,
            body_hash: body_hash?,
            header_canonicalization,
            body_canonicalization,
            identity: identity.unwrap_or_else(|| Identity { local_part: String::new(), domain: domain.clone() }),
            domain,
            signed_fields: signed_fields?,
            body_length: body_length.ok()?,
            selector: selector?,
            timestamp,
            expiration,
            copied_fields: self.find("z").map(|tag| copied_fields(tag.value.of(self.list))).unwrap_or_default(),
        })
    }

    pub(super) fn algorithm(&mut self) -> Option<Algorithm> {
        self.required("a", |word| Algorithm::read(word).ok_or(ErrorKind::Algorithm))
    }

    pub(super) fn octets(&mut self) -> Option<Box<[u8]>> {
        self.required("b", |text| decoded(text, "b"))
    }

    pub(super) fn domain(&mut self) -> Option<DomainName> {
        self.required("d", |text| name(text, "d"))
    }

    pub(super) fn required_selector(&mut self) -> Option<String> {
        self.required("s", |text| name(text, "s").map(|_| text)).map(a_labels)
    }

    /// The value of a tag.
    #[cfg(feature = "verify")]
    pub(super) fn value(&self, tag: &str) -> Option<&'a [u8]> {
        self.find(tag).map(|tag| tag.value.of(self.list))
    }

    /// A tag with a name of one letter or two.
    pub(super) fn find(&self, name: &str) -> Option<&Tag> {
        find(&self.tags, name)
    }

    pub(super) fn fault(&mut self, kind: ErrorKind, span: Span) {
        if self.errors.len() < MAX_ERRORS {
            self.errors.push(ParseError::new(kind, span));
        }
    }

    /// The value of a tag that must be there.
    pub(super) fn required<T>(
        &mut self,
        tag: &'static str,
        read: impl FnOnce(&'a [u8]) -> Result<T, ErrorKind>,
    ) -> Option<T> {
        let span = self.find(tag).map(|tag| tag.value);
        let value = span.map(|span| span.of(self.list)).filter(|value| !value.is_empty());
        match value.ok_or(ErrorKind::Missing { tag }).and_then(read) {
            Ok(value) => Some(value),
            Err(kind) => {
                self.fault(kind, span.unwrap_or(Span::new(0, self.list.len())));
                None
            }
        }
    }

    /// RFC 6376 §6.1.1: another version is incompatible.
    fn version(&mut self) {
        self.required("v", |version| if version == b"1" { Ok(()) } else { Err(ErrorKind::Version) });
    }

    fn body_hash(&mut self, algorithm: Option<Algorithm>) -> Option<Box<[u8]>> {
        self.required("bh", |text| {
            let hash = decoded(text, "bh")?;
            let expected = algorithm.map_or(hash.len(), |algorithm| algorithm.hash().octets());
            let length = ErrorKind::BodyHashLength { octets: hash.len(), expected };
            if hash.len() == expected { Ok(hash) } else { Err(length) }
        })
    }

    /// RFC 6376 §3.5: `simple/simple` if absent; the body's is `simple` if only one is named.
    fn canonicalization(&mut self) -> Option<(Canonicalization, Canonicalization)> {
        let Some(tag) = self.find("c").copied() else {
            return Some((Canonicalization::Simple, Canonicalization::Simple));
        };
        let mut words = tag.value.of(self.list).splitn(2, |byte| *byte == b'/');
        let header = words.next().and_then(Canonicalization::read);
        let body = words.next().map_or(Some(Canonicalization::Simple), Canonicalization::read);
        let both = header.zip(body);
        if both.is_none() {
            self.fault(ErrorKind::Canonicalization, tag.value);
        }
        both
    }

    fn identity(&mut self, domain: Option<&DomainName>) -> Option<Identity> {
        let tag = self.find("i").copied()?;
        let identity = identity(tag.value.of(self.list));
        let kind = match (&identity, domain) {
            (None, _) => ErrorKind::Identity,
            // RFC 6376 §6.1.1.
            (Some(identity), Some(domain)) if !identity.domain.is_within(domain) => ErrorKind::IdentityOutsideDomain,
            _ => return identity,
        };
        self.fault(kind, tag.value);
        identity
    }

    pub(super) fn number(&mut self, tag: &'static str) -> Result<Option<u64>, ()> {
        let Some(found) = self.find(tag).copied() else { return Ok(None) };
        let digits = found.value.of(self.list);
        if digits.is_empty() || !digits.iter().all(u8::is_ascii_digit) {
            self.fault(ErrorKind::Number { tag }, found.value);
            return Err(());
        }
        // RFC 6376 §3.5: what is too large to hold is as good as infinite.
        let number = digits.iter().fold(0_u64, |n, d| n.saturating_mul(10).saturating_add(u64::from(d - b'0')));
        Ok(Some(number))
    }

    /// RFC 6376 §3.5: `x=` must be greater than `t=`.
    fn expiration(&mut self, timestamp: Option<u64>) -> Option<u64> {
        let expiration = self.number("x").ok().flatten()?;
        if timestamp.is_some_and(|timestamp| expiration <= timestamp) {
            let span = self.find("x").map_or(Span::at(0), |tag| tag.value);
            self.fault(ErrorKind::ExpirationBeforeTimestamp, span);
        }
        Some(expiration)
    }

    /// RFC 6376 §3.5: methods that are not known are passed over; `dns/txt` is the only known one.
    fn query_methods(&mut self) {
        let Some(tag) = self.find("q").copied() else { return };
        let mut methods = tag.value.of(self.list).split(|byte| *byte == b':').map(trimmed);
        if !methods.any(|method| method == b"dns/txt" || method == b"dns") {
            self.fault(ErrorKind::QueryMethod, tag.value);
        }
    }

    /// A name, whatever else is wrong.
    fn quietly(&self, tag: &'static str) -> Option<DomainName> {
        name(self.find(tag)?.value.of(self.list), tag).ok()
    }

    fn selector(&self) -> Option<String> {
        let text = self.find("s")?.value.of(self.list);
        name(text, "s").ok().map(|_| a_labels(text))
    }
}

/// The list with an `x` for each octet of UTF-8 outside ASCII, which RFC 8616 §4 allows in `d=`,
/// `i=` and `s=`: so the list is read at the same offsets.
fn masked(list: &[u8]) -> Cow<'_, [u8]> {
    if list.is_ascii() || core::str::from_utf8(list).is_err() {
        return Cow::Borrowed(list);
    }
    list.iter().map(|byte| if byte.is_ascii() { *byte } else { b'x' }).collect()
}

fn decoded(text: &[u8], tag: &'static str) -> Result<Box<[u8]>, ErrorKind> {
    base64::decode(text).map(Vec::into_boxed_slice).map_err(|_| ErrorKind::Base64 { tag })
}

/// A domain name or selector, with U-labels (RFC 8616 §4). The root is none.
fn name(text: &[u8], tag: &'static str) -> Result<DomainName, ErrorKind> {
    let name = match core::str::from_utf8(text) {
        Ok(text) if !text.is_ascii() => text.parse().ok(),
        _ => Some(text).filter(|text| is_domain_name(text)).and_then(|text| DomainName::from_ascii(text).ok()),
    };
    name.filter(|name| !name.is_root()).ok_or(ErrorKind::Name { tag })
}

/// RFC 6376 §3.5: a name of RFC 5321, which has no dot at its end, and nothing that a label never has. Underscores, which
/// are in use, stay.
fn is_domain_name(text: &[u8]) -> bool {
    text.iter().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.')) && !text.ends_with(b".")
}

fn a_labels(text: &[u8]) -> String {
    let plain = || String::from_utf8_lossy(text).into_owned();
    if text.is_ascii() { plain() } else { name(text, "s").map_or_else(|_| plain(), |name| name.to_string()) }
}

/// RFC 6376 §3.5, §5.4: names with colons between, `From` among them.
fn field_names(value: &[u8]) -> Result<Vec<String>, ErrorKind> {
    let colons = memchr::memchr_iter(b':', value).count();
    let mut names = Vec::with_capacity(colons.saturating_add(1));
    for name in value.split(|byte| *byte == b':') {
        names.push(field_name(name)?);
    }
    let from = names.iter().any(|name| name.eq_ignore_ascii_case("from"));
    if from { Ok(names) } else { Err(ErrorKind::FromNotSigned) }
}

/// RFC 5322 §3.6.8: printable ASCII without a colon.
pub(super) fn field_name(name: &[u8]) -> Result<String, ErrorKind> {
    let name = trimmed(name);
    if name.is_empty() || !name.iter().all(u8::is_ascii_graphic) {
        return Err(ErrorKind::FieldName);
    }
    String::from_utf8(name.to_vec()).map_err(|_| ErrorKind::FieldName)
}

fn identity(value: &[u8]) -> Option<Identity> {
    let decoded = qp::decode(value);
    let at = decoded.iter().rposition(|byte| *byte == b'@')?;
    let (local, domain) = decoded.split_at_checked(at)?;
    let local_part = String::from_utf8_lossy(local).into_owned();
    Some(Identity { local_part, domain: name(domain.get(1..)?, "i").ok()? })
}

/// RFC 6376 §3.5: fields with bars between. What is malformed is left out: verification does not
/// rest on it.
fn copied_fields(value: &[u8]) -> Vec<CopiedField> {
    let fields = value.split(|byte| *byte == b'|').filter_map(|field| {
        let colon = field.iter().position(|byte| *byte == b':')?;
        let name = field_name(&qp::decode(field.get(..colon)?)).ok()?;
        Some(CopiedField { name, value: qp::decode(field.get(colon.saturating_add(1)..)?) })
    });
    fields.collect()
}

fn trimmed(text: &[u8]) -> &[u8] {
    let start = text.iter().position(|byte| !tag_list::is_white(*byte)).unwrap_or(text.len());
    let end = text.iter().rposition(|byte| !tag_list::is_white(*byte)).map_or(start, |at| at.saturating_add(1));
    text.get(start..end).unwrap_or_default()
}
