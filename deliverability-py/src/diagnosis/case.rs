//! What a diagnosis was given, what a receiver makes of its message, and what the message says that others made of it.

use core::net::IpAddr;

use deliverability_core::DomainName;
use deliverability_core::diagnosis as core_diagnosis;
use deliverability_core::dnsbl::List;

use crate::bounce::returned::Bounce;
use crate::dnsbl::list::DnsblList;
use crate::value::value_class;

value_class! {
    /// The inputs of a diagnosis.
    Case {
        /// The envelope domain of the mail; `None` where a returned mail does not tell it.
        domain: Option<DomainName>,
        /// The addresses that mail is sent from.
        sending_ips: Vec<IpAddr>,
        /// The name that the sending server gives in HELO or EHLO.
        helo: Option<String>,
        /// The DKIM selectors in use.
        selectors: Vec<String>,
        /// The lists to ask about the sending addresses and the names of the case.
        lists: Vec<DnsblList>,
        /// The message in question; its content is not told.
        message: Option<CaseMessage>,
        /// When the message is judged, in seconds since 1970; `None` leaves its times unjudged.
        at: Option<u64>,
        /// The returned mail, reply or log line in question.
        bounce: Option<CaseBounce>,
        /// The hosts whose results in the message are trusted.
        trusted_authserv_ids: Vec<String>,
    }
}

impl Case {
    /// A case of the core; `lists` are those that were given, which know how they are made again.
    pub(super) fn of(case: &core_diagnosis::Case, lists: &[DnsblList]) -> Self {
        let given = |list: &List| lists.iter().find(|known| known.list == *list).cloned();
        Self {
            domain: Some(case.domain.clone()).filter(|domain| !domain.is_root()),
            sending_ips: case.sending_ips.clone(),
            helo: case.helo.clone(),
            selectors: case.selectors.clone(),
            lists: case.lists.iter().map(|list| given(list).unwrap_or_else(|| DnsblList::inferred(list))).collect(),
            message: case.message.as_ref().map(CaseMessage::from),
            at: case.at,
            bounce: case.bounce.as_ref().map(CaseBounce::from),
            trusted_authserv_ids: case.trusted_authserv_ids.clone(),
        }
    }
}

value_class! {
    /// The returned mail that a diagnosis was given.
    CaseBounce {
        /// What it says, recipient by recipient.
        bounce: Bounce,
        /// How many octets were given.
        octets: usize,
        /// When it was returned, in seconds since 1970, by its Date field.
        at: Option<u64>,
    }
}

impl From<&core_diagnosis::CaseBounce> for CaseBounce {
    fn from(bounce: &core_diagnosis::CaseBounce) -> Self {
        Self { bounce: bounce.bounce().into(), octets: bounce.octets(), at: bounce.at() }
    }
}

value_class! {
    /// Which message a diagnosis was given.
    CaseMessage {
        /// How many octets it has.
        octets: usize,
        /// The SHA-256 digest of all of it, in hexadecimal.
        sha256: String,
        /// The one domain in its one From field; `None` where there is no such thing.
        author_domain: Option<DomainName>,
        /// The address that handed it over, as the topmost Received field with a public address has
        /// it: as true as that field is.
        source: Option<IpAddr>,
        /// The domains in its one From field, each once; empty where it is missing, repeated or malformed.
        author_domains: Vec<DomainName>,
    }
}

impl From<&core_diagnosis::CaseMessage> for CaseMessage {
    fn from(message: &core_diagnosis::CaseMessage) -> Self {
        Self {
            octets: message.octets(),
            sha256: message.sha256().to_owned(),
            author_domain: message.author_domain().cloned(),
            source: message.source(),
            author_domains: message.author_domains().to_vec(),
        }
    }
}

value_class! {
    /// What SPF, DKIM or DMARC comes to at a receiver, and why.
    Judged {
        /// "spf", "dkim" or "dmarc".
        method: String,
        /// What was judged: the domain, and the address that it was judged for.
        identity: String,
        /// The RFC's word.
        result: String,
        /// Why.
        reason: String,
    } with {
        fn __str__(&self) -> String {
            format!("{}={} ({}): {}", self.method, self.result, self.identity, self.reason)
        }
    }
}

impl From<&core_diagnosis::Judged> for Judged {
    fn from(judged: &core_diagnosis::Judged) -> Self {
        Self {
            method: judged.method.to_owned(),
            identity: judged.identity.clone(),
            result: judged.result.to_owned(),
            reason: judged.reason.clone(),
        }
    }
}

value_class! {
    /// A result that a field of the message states, of a host that checked it or claims so.
    Claimed {
        /// The host that is said to have checked; `None` where the field does not say.
        authserv_id: Option<String>,
        /// The field: "Authentication-Results", or "ARC-Authentication-Results i=1".
        field: String,
        /// Whether the host is trusted, and the field its own.
        trusted: bool,
        /// Whose word it is, in words.
        standing: String,
        /// What was checked: "spf", "dkim", ...
        method: String,
        /// What came out.
        result: String,
        /// What it is about, such as "smtp.mailfrom=example.org".
        identity: String,
        /// What this diagnosis finds of the same identity; `None` if the claim is not trusted, or nothing
        /// was found of that.
        here: Option<String>,
        /// Whether one says pass and the other does not, and neither had a temporary error.
        disagrees: bool,
        /// The whole in words; `str(claimed)` too.
        text: String,
    } with {
        fn __str__(&self) -> String {
            self.text.clone()
        }
    }
}

impl From<&core_diagnosis::Claimed> for Claimed {
    fn from(claimed: &core_diagnosis::Claimed) -> Self {
        Self {
            authserv_id: claimed.authserv_id.clone(),
            field: claimed.field.clone(),
            trusted: claimed.trusted,
            standing: claimed.standing.to_owned(),
            method: claimed.method.clone(),
            result: claimed.result.clone(),
            identity: claimed.identity.clone(),
            here: claimed.here.clone(),
            disagrees: claimed.disagrees(),
            text: claimed.to_string(),
        }
    }
}
