//! Who is checked: the client and the identity it claims (RFC 7208 §2.3, §2.4, §4.1, §4.3).

use std::borrow::Cow;
use std::net::IpAddr;

use super::cause::CauseKind;
use super::record::plain;
use crate::domain::DomainName;
use crate::mailbox::Mailbox;

/// Which identity of the session is checked (RFC 7208 §2.3, §2.4).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Identity {
    /// The HELO or EHLO name.
    Helo,
    /// The MAIL FROM address.
    MailFrom,
}

impl Identity {
    /// The token of RFC 7208 §9.1: `helo` or `mailfrom`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Helo => "helo",
            Self::MailFrom => "mailfrom",
        }
    }
}

impl core::fmt::Display for Identity {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.pad(self.as_str())
    }
}

/// The inputs of `check_host()` that a session gives.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Subject {
    pub(super) ip: IpAddr,
    pub(super) identity: Identity,
    pub(super) mail_from: Mailbox,
    pub(super) helo: Box<str>,
}

impl Subject {
    /// The text whose domain is checked; the HELO name stands in for a null sender (§2.4).
    pub(super) fn domain_text(&self) -> &str {
        match self.identity {
            Identity::MailFrom if !self.mail_from.is_null() => self.mail_from.domain(),
            _ => &self.helo,
        }
    }

    /// The local part of `<sender>` (§4.1): `postmaster` where the identity has none.
    pub(super) fn local_part(&self) -> &str {
        match self.identity {
            Identity::MailFrom => self.mail_from.local_part(),
            Identity::Helo => "postmaster",
        }
    }

    /// The HELO name for `%{h}`, as A-labels where it has U-labels.
    pub(super) fn helo_text(&self) -> Cow<'_, str> {
        if self.helo.is_ascii() {
            return Cow::Borrowed(&self.helo);
        }
        session_domain(&self.helo).map_or(Cow::Borrowed(&*self.helo), |name| Cow::Owned(plain(&name)))
    }

    /// `<domain>` (§4.3): fully qualified, or the reason why the result is none.
    pub(super) fn domain(&self) -> Result<DomainName, CauseKind> {
        let text = self.domain_text();
        let malformed = || CauseKind::MalformedDomain { text: super::parse_error::shown(text.as_bytes()) };
        let name = session_domain(text).ok_or_else(malformed)?;
        // RFC 7208 §4.3: a name of one label is no domain to check.
        if name.label_count() < 2 { Err(malformed()) } else { Ok(name) }
    }
}

/// A name as a session gives it: letters, digits, hyphens and underscores in labels, U-labels.
fn session_domain(text: &str) -> Option<DomainName> {
    let name = if text.is_ascii() {
        DomainName::from_ascii(text.as_bytes()).ok()?
    } else if text.contains('\\') {
        return None;
    } else {
        text.parse().ok()?
    };
    let plain = |label: &[u8]| label.iter().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_'));
    let is_plain = name.labels().all(plain);
    is_plain.then_some(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn subject(mail_from: &str, helo: &str) -> Subject {
        let ip = IpAddr::from([192, 0, 2, 1]);
        Subject { ip, identity: Identity::MailFrom, mail_from: Mailbox::from_session(mail_from), helo: helo.into() }
    }

    #[test]
    fn the_null_sender_is_postmaster_at_helo() {
        // RFC 7208 §2.4.
        let null = subject("<>", "mx.example.org");
        assert_eq!((null.local_part(), null.domain_text()), ("postmaster", "mx.example.org"));
    }

    #[test]
    fn malformed_domains_are_told_apart_from_names() {
        // RFC 7208 §4.3.
        for text in ["", "a@", "a@b", "a@[192.0.2.1]", "a@b..example", "a@b c.example", "a@ex\u{0}a.example"] {
            assert!(subject(text, "").domain().is_err(), "{text:?}");
        }
        assert_eq!(subject("a@_x.Example.", "").domain().unwrap().to_string(), "_x.Example");
    }

    #[test]
    #[cfg(feature = "idna")]
    fn u_labels_become_a_labels() {
        let subject = subject("a@b\u{fc}cher.example", "b\u{fc}cher.example");
        assert_eq!(subject.domain().unwrap().to_string(), "xn--bcher-kva.example");
        assert_eq!(subject.helo_text(), "xn--bcher-kva.example");
    }
}
