//! Failure reports (RFC 9991, RFC 6591): what one receiver says of one message.
//!
//! Reads the `message/feedback-report` part; to find it in a message is the business of whoever reads
//! bounces and complaints.

use core::net::IpAddr;

use super::identities::Mechanism;
use crate::header;

/// How many values of a field that may stand several times are kept.
const MAX_VALUES: usize = 20;

/// How many characters of a value are kept.
const MAX_TEXT: usize = 1_000;

/// The fields of a failure report. `None` or empty: not said.
///
/// ```
/// use deliverability_core::dmarc::{FailureReport, Mechanism};
///
/// let part = b"Feedback-Type: auth-failure\r\nAuth-Failure: dmarc\r\nSource-IP: 192.0.2.1\r\n\
///              Reported-Domain: example.org\r\nIdentity-Alignment: dkim, spf\r\n";
/// let report = FailureReport::read(part).unwrap();
/// assert_eq!(report.source_ip, Some("192.0.2.1".parse()?));
/// assert_eq!(report.not_aligned, Some(vec![Mechanism::Dkim, Mechanism::Spf]));
/// assert_eq!(FailureReport::read(b"Feedback-Type: abuse\r\n"), None);
/// # Ok::<(), std::net::AddrParseError>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct FailureReport {
    /// What failed (`Auth-Failure`): `dmarc`, `spf`, `signature`, `bodyhash` or `revoked`, in lower case.
    pub auth_failure: String,
    /// The mechanisms without an aligned pass (`Identity-Alignment`); empty for `none`.
    pub not_aligned: Option<Vec<Mechanism>>,
    /// Where the message came from.
    pub source_ip: Option<IpAddr>,
    /// The domain that the report is about.
    pub reported_domain: Option<String>,
    /// The MAIL FROM address.
    pub original_mail_from: Option<String>,
    /// The recipients.
    pub original_rcpt_to: Vec<String>,
    /// When the message came, as written.
    pub arrival_date: Option<String>,
    /// What was done with it: `delivered`, `spam`, `policy`, `reject` or `other`.
    pub delivery_result: Option<String>,
    /// `d=` of the signature.
    pub dkim_domain: Option<String>,
    /// `s=` of the signature.
    pub dkim_selector: Option<String>,
    /// `i=` of the signature.
    pub dkim_identity: Option<String>,
    /// The SPF records that were used.
    pub spf_dns: Vec<String>,
    /// What the receiver found, as written.
    pub authentication_results: Vec<String>,
}

impl FailureReport {
    /// Reads the part of type `message/feedback-report`. `None` if its `Feedback-Type` is not `auth-failure`
    /// (RFC 6591 §3.1). At most 20 values of a field and 1,000 characters of a value are kept.
    pub fn read(part: &[u8]) -> Option<Self> {
        let mut report = Self::default();
        let mut is_failure = false;
        for field in header::fields(part) {
            let value = String::from_utf8_lossy(&field.unfolded()).trim().chars().take(MAX_TEXT).collect::<String>();
            let name = field.name.to_ascii_lowercase();
            if name == "feedback-type" {
                is_failure = value.eq_ignore_ascii_case("auth-failure");
            } else if !value.is_empty() {
                report.take(&name, value);
            }
        }
        is_failure.then_some(report)
    }

    fn take(&mut self, name: &str, value: String) {
        match name {
            "auth-failure" => self.auth_failure = value.to_ascii_lowercase(),
            "identity-alignment" => self.not_aligned = mechanisms(&value),
            "source-ip" => self.source_ip = value.trim_matches(['[', ']']).parse().ok(),
            "reported-domain" => self.reported_domain = Some(value),
            "original-mail-from" => self.original_mail_from = Some(value),
            "original-rcpt-to" => keep(&mut self.original_rcpt_to, value),
            "arrival-date" => self.arrival_date = Some(value),
            "delivery-result" => self.delivery_result = Some(value.to_ascii_lowercase()),
            "dkim-domain" => self.dkim_domain = Some(value),
            "dkim-selector" => self.dkim_selector = Some(value),
            "dkim-identity" => self.dkim_identity = Some(value),
            "spf-dns" => keep(&mut self.spf_dns, value),
            "authentication-results" => keep(&mut self.authentication_results, value),
            _ => {}
        }
    }
}

fn keep(values: &mut Vec<String>, value: String) {
    if values.len() < MAX_VALUES {
        values.push(value);
    }
}

/// RFC 9991 §4: `none`, or names of mechanisms with commas between. `None` if a name is not known.
fn mechanisms(value: &str) -> Option<Vec<Mechanism>> {
    let words = value.split(',').map(str::trim).filter(|word| !word.is_empty() && !word.eq_ignore_ascii_case("none"));
    let mechanism = |word: &str| match word.to_ascii_lowercase().as_str() {
        "spf" => Some(Mechanism::Spf),
        "dkim" => Some(Mechanism::Dkim),
        _ => None,
    };
    words.take(MAX_VALUES).map(mechanism).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_of_rfc_6591_and_rfc_9991() {
        let part = b"Feedback-Type: Auth-Failure\nUser-Agent: x/1\nVersion: 1\nOriginal-Mail-From: <a@example.org>\n\
            Original-Rcpt-To: <b@example.net>\nSource-IP: [2001:db8::1]\nAuth-Failure: Signature\n\
            Delivery-Result: reject\nDKIM-Domain: example.org\nDKIM-Selector: s1\nIdentity-Alignment: none\n\
            SPF-DNS: txt : example.org :\n \"v=spf1 -all\"\nAuthentication-Results: mx.example.net; dkim=fail\n";
        let report = FailureReport::read(part).unwrap();
        assert_eq!((report.auth_failure.as_str(), report.delivery_result.as_deref()), ("signature", Some("reject")));
        assert_eq!(report.not_aligned, Some(Vec::new()));
        assert_eq!(report.source_ip, Some("2001:db8::1".parse().unwrap()));
        assert_eq!(report.spf_dns, ["txt : example.org : \"v=spf1 -all\""]);
        assert_eq!(report.original_rcpt_to, ["<b@example.net>"]);
    }

    #[test]
    fn hostile_parts_are_bounded_and_unknown_words_are_not_guessed() {
        let part = format!("Feedback-Type: auth-failure\n{}", "SPF-DNS: x\n".repeat(100));
        assert_eq!(FailureReport::read(part.as_bytes()).unwrap().spf_dns.len(), MAX_VALUES);
        let part =
            format!("Feedback-Type: auth-failure\nReported-Domain: {}\nIdentity-Alignment: arc", "x".repeat(5_000));
        let report = FailureReport::read(part.as_bytes()).unwrap();
        assert_eq!((report.reported_domain.unwrap().len(), report.not_aligned), (MAX_TEXT, None));
        assert_eq!(FailureReport::read(b"\xff\x00"), None);
    }
}
