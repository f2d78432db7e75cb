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
const MAX_TEXT: usize = 2048;
/// Most octets of values that one text reads. A macro may keep nothing of its value (§7.3), so the
/// length of the text alone does not bound the work.
const MAX_READ: usize = 32 * MAX_TEXT;

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

impl<'a> Values<'a> {
    /// What they stand for in a target in which no validated name is asked for.
    pub(super) fn of_target(subject: &'a Subject, sender_domain: &'a DomainName, domain: &'a DomainName) -> Self {
        Self { subject, sender_domain, domain, validated: "", receiver: None, time: None, for_people: false }
    }

    /// The name that the text of a target expands to.
    pub(super) fn target(&self, text: &MacroString) -> Option<DomainName> {
        target_name(&self.expand(text)?)
    }

    /// The expanded text; `None` if a value or the whole is too long.
    pub(super) fn expand(&self, text: &MacroString) -> Option<String> {
        let (mut out, mut read) = (String::new(), 0);
        for segment in &text.segments {
            match segment {
                Segment::Literal(literal) => out.push_str(literal),
                Segment::Percent => out.push('%'),
                Segment::Space => out.push(' '),
                Segment::EncodedSpace => out.push_str("%20"),
                Segment::Macro(expand) => self.push(*expand, &mut out, &mut read)?,
            }
            if out.len() > MAX_TEXT || read > MAX_READ {
                return None;
            }
        }
        Some(out)
    }

    fn push(&self, expand: MacroExpand, out: &mut String, read: &mut usize) -> Option<()> {
        let value = self.value(expand.letter);
        *read = read.saturating_add(value.len());
        if value.len() > MAX_VALUE {
            return None;
        }
        let value = transformed(&value, expand);
        if expand.url_escape {
            url_escape(&value, out);
        } else {
            out.push_str(&value);
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
    // A second final dot is an empty label.
    if rest.ends_with('.') { None } else { DomainName::from_ascii(rest.as_bytes()).ok() }
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mailbox::Mailbox;
    use crate::spf::Identity;

    /// The examples of RFC 7208 §7.4: sender strong-bad@email.example.com, domain as the sender's.
    fn expand(text: &str, ip: &str) -> Option<String> {
        let subject = Subject {
            ip: ip.parse().unwrap(),
            identity: Identity::MailFrom,
            mail_from: Mailbox::from_session("strong-bad@email.example.com"),
            helo: "mx.example.com".into(),
        };
        let domain = "email.example.com".parse().unwrap();
        let values = Values {
            subject: &subject,
            sender_domain: &domain,
            domain: &domain,
            validated: "mx.example.org",
            receiver: None,
            time: Some(1_234_567_890),
            for_people: false,
        };
        values.expand(&MacroString::parse_explanation(text.as_bytes()).unwrap())
    }

    #[track_caller]
    fn assert_expands(ip: &str, examples: &[(&str, &str)]) {
        for (text, expected) in examples {
            assert_eq!(expand(text, ip).as_deref(), Some(*expected), "{text}");
        }
    }

    #[test]
    fn the_rfcs_examples() {
        assert_expands(
            "192.0.2.3",
            &[
                ("%{s}", "strong-bad@email.example.com"),
                ("%{o}", "email.example.com"),
                ("%{d}", "email.example.com"),
                ("%{d4}", "email.example.com"),
                ("%{d3}", "email.example.com"),
                ("%{d2}", "example.com"),
                ("%{d1}", "com"),
                ("%{dr}", "com.example.email"),
                ("%{d2r}", "example.email"),
                ("%{l}", "strong-bad"),
                ("%{l-}", "strong.bad"),
                ("%{lr}", "strong-bad"),
                ("%{lr-}", "bad.strong"),
                ("%{l1r-}", "strong"),
                ("%{ir}.%{v}._spf.%{d2}", "3.2.0.192.in-addr._spf.example.com"),
                ("%{lr-}.lp._spf.%{d2}", "bad.strong.lp._spf.example.com"),
                ("%{lr-}.lp.%{ir}.%{v}._spf.%{d2}", "bad.strong.lp.3.2.0.192.in-addr._spf.example.com"),
                ("%{ir}.%{v}.%{l1r-}.lp._spf.%{d2}", "3.2.0.192.in-addr.strong.lp._spf.example.com"),
                ("%{d2}.trusted-domains.example.net", "example.com.trusted-domains.example.net"),
            ],
        );
        let v6 = "1.0.b.c.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6._spf.example.com";
        assert_expands("2001:db8::cb01", &[("%{ir}.%{v}._spf.%{d2}", v6)]);
    }

    #[test]
    fn letters_of_explanations_and_escapes() {
        assert_expands(
            "2001:db8::1",
            &[
                ("%{c} %{r} %{t}", "2001:db8::1 unknown 1234567890"),
                ("%{S}%-%%%_", "strong-bad%40email.example.com%20% "),
            ],
        );
        assert_expands(
            "192.0.2.3",
            &[("%{p} %{h} %{d999999999999}", "mx.example.org mx.example.com email.example.com")],
        );
    }

    #[test]
    fn too_long_is_no_text() {
        assert_eq!(expand(&"%{s}".repeat(100_000), "192.0.2.1"), None);
    }

    #[test]
    fn labels_go_from_the_left_until_a_query_can_hold_the_name() {
        // RFC 7208 §7.3.
        let long = format!("x.{}a.test", "label.".repeat(50));
        let name = target_name(&long).unwrap().to_string();
        assert!(name.len() <= 253 && name.len() > 247 && name.ends_with("label.a.test"), "{name}");
        let exact = format!("{}.{}.{}.{}", "a".repeat(63), "b".repeat(63), "c".repeat(63), "d".repeat(61));
        assert_eq!(target_name(&exact).unwrap().to_string(), exact);
        assert_eq!(target_name(&format!("x.{exact}.")).unwrap().to_string(), exact);
        for none in ["", ".", "a..test", "a.test..", &"a".repeat(64), &"a".repeat(300), "caf\u{e9}.test"] {
            assert_eq!(target_name(none), None, "{none}");
        }
    }
}
