//! Macro expansion (RFC 7208 §7.2, §7.3).

use std::borrow::Cow;
use std::fmt::Write as _;
use std::net::IpAddr;

use super::macro_string::{MacroExpand, MacroLetter, MacroString, Segment};
use super::record::plain;
use super::subject::Subject;
use crate::domain::DomainName;
use crate::network;

/// Longest domain name that a query takes, in characters without the final dot (§7.3).
const MAX_NAME: usize = 253;
/// Longest value of one macro, in octets: four times an SMTP path (RFC 5321 §4.5.3.1.3).
const MAX_VALUE: usize = 1024;
/// Longest expanded text, in octets: four SMTP reply lines (RFC 5321 §4.5.3.1.5).
pub(super) const MAX_TEXT: usize = 2048;

/// What the macros stand for.
#[derive(Debug)]
pub(super) struct Values<'a> {
    pub(super) subject: &'a Subject,
    pub(super) sender_domain: &'a DomainName,
    pub(super) domain: &'a DomainName,
    /// The client's validated name; only read by texts that use `%{p}`.
    pub(super) validated: &'a str,
    pub(super) receiver: Option<&'a str>,
    pub(super) time: Option<u64>,
    /// The text is an explanation, for people.
    pub(super) for_people: bool,
}

impl Values<'_> {
    /// The expanded text; `None` if a value or the whole is too long.
    pub(super) fn expand(&self, text: &MacroString) -> Option<String> {
        let mut out = String::new();
        for segment in &text.segments {
            match segment {
                Segment::Literal(literal) => out.push_str(literal),
                Segment::Percent => out.push('%'),
                Segment::Space => out.push(' '),
                Segment::EncodedSpace => out.push_str("%20"),
                Segment::Macro(expand) => self.push(*expand, &mut out)?,
            }
            if out.len() > MAX_TEXT {
                return None;
            }
        }
        Some(out)
    }

    fn push(&self, expand: MacroExpand, out: &mut String) -> Option<()> {
        let value = self.value(expand.letter);
        if value.len() > MAX_VALUE {
            return None;
        }
        let value = transformed(&value, expand);
        if expand.url_escape {
            url_escape(&value, out)
        } else {
            out.push_str(&value)
        }
        Some(())
    }

    /// The value of a letter before transformation (§7.2).
    fn value(&self, letter: MacroLetter) -> Cow<'_, str> {
        match letter {
            MacroLetter::Sender => Cow::Owned(format!("{}@{}", self.subject.local_part(), plain(self.sender_domain))),
            MacroLetter::LocalPart => Cow::Borrowed(self.subject.local_part()),
            MacroLetter::SenderDomain => Cow::Owned(plain(self.sender_domain)),
            MacroLetter::Domain => Cow::Owned(plain(self.domain)),
            MacroLetter::Ip => Cow::Owned(dotted(self.subject.ip, self.for_people)),
            MacroLetter::ValidatedName => Cow::Borrowed(self.validated),
            MacroLetter::Version => Cow::Borrowed(if self.subject.ip.is_ipv4() { "in-addr" } else { "ip6" }),
            MacroLetter::Helo => self.subject.helo_text(),
            MacroLetter::ReadableIp => Cow::Owned(self.subject.ip.to_string()),
            // RFC 7208 §7.3: "unknown" where the receiving host's name is not known.
            MacroLetter::Receiver => Cow::Borrowed(self.receiver.unwrap_or("unknown")),
            MacroLetter::Timestamp => self.time.map_or(Cow::Borrowed("unknown"), |time| Cow::Owned(time.to_string())),
        }
    }
}

/// The expanded text as a name to ask for; `None` if it is none.
pub(super) fn target_name(text: &str) -> Option<DomainName> {
    // RFC 8616 §4: a local part outside ASCII never matches.
    if !text.is_ascii() {
        return None;
    }
    let mut rest = text.strip_suffix('.').unwrap_or(text);
    // RFC 7208 §7.3: labels go from the left until 253 characters are left.
    while rest.len() > MAX_NAME {
        rest = rest.split_once('.')?.1;
    }
    DomainName::from_ascii(rest.as_bytes()).ok()
}

/// Splits, reverses, keeps the last parts and joins with dots (§7.3).
fn transformed(value: &str, expand: MacroExpand) -> Cow<'_, str> {
    if expand.parts.is_none() && !expand.reverse && expand.delimiters.is_empty() {
        return Cow::Borrowed(value);
    }
    let is_delimiter = |c: char| u8::try_from(c).is_ok_and(|b| expand.delimiters.split_at(b));
    let mut parts: Vec<&str> = value.split(is_delimiter).collect();
    if expand.reverse {
        parts.reverse();
    }
    let kept = expand.parts.and_then(|n| usize::try_from(n).ok()).unwrap_or(usize::MAX);
    let dropped = parts.len().saturating_sub(kept);
    Cow::Owned(parts.get(dropped..).unwrap_or_default().join("."))
}

/// `%{i}`: dotted quad, or dotted nibbles (§7.3).
fn dotted(ip: IpAddr, for_people: bool) -> String {
    let IpAddr::V6(v6) = ip else { return ip.to_string() };
    // The RFC leaves the case open: §7.4 has names in lower case, openspf.org's test suite has
    // explanations in upper case.
    let mut text: String =
        network::nibbles(v6).flat_map(|n| [char::from_digit(n.into(), 16).unwrap_or('0'), '.']).collect();
    text.pop();
    if for_people {
        text.make_ascii_uppercase();
    }
    text
}

/// Escapes all but the unreserved characters of RFC 3986 §2.3 (RFC 7208 §7.3).
fn url_escape(value: &str, out: &mut String) {
    for byte in value.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~') {
            out.push(char::from(byte));
        } else {
            // Writing to a String cannot fail.
            let _ = write!(out, "%{byte:02X}");
        }
    }
}
