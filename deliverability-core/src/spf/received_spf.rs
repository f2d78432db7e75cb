//! What a receiver writes about an evaluation (RFC 7208 §9).

use super::cause::CauseKind;
use super::evaluation::Evaluation;
use crate::header::{MethodResult, ReceivedSpf};
use crate::result::SpfResult;

/// The Received-SPF field of an evaluation (RFC 7208 §9.1), to be put above the message.
///
/// `receiver` is the name of the host that checked; `helo` is left out where none was given.
/// `mechanism` is the term that matched, or `default` where none did; `problem` tells of an error.
/// Session text is written as it came; [`ReceivedSpf`]'s `Display` makes it harmless.
///
/// ```
/// use deliverability_core::{Check, dns::Zone, spf::{self, CheckHost}};
///
/// let zone: Zone = r#"example.org TXT "v=spf1 mx ~all""#.parse()?;
/// let check = CheckHost::new("192.0.2.1".parse()?, "amy@example.org").helo("mx.example.org");
/// let field = spf::received_spf(&check.in_zone(&zone), "mx.example.net");
/// assert_eq!(field.get("mechanism"), Some("~all"));
/// assert_eq!(
///     field.to_string().replace("\r\n", ""),
///     "Received-SPF: softfail (mx.example.net: the term \"~all\" in the SPF record of example.org matches, \
///      for 192.0.2.1 and amy@example.org) \
///      receiver=mx.example.net; identity=mailfrom; client-ip=192.0.2.1; envelope-from=\"amy@example.org\"; \
///      helo=mx.example.org; mechanism=~all"
/// );
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn received_spf(evaluation: &Evaluation, receiver: &str) -> ReceivedSpf {
    let cause = evaluation.cause();
    let sender = if evaluation.sender().is_empty() { "<>" } else { evaluation.sender() };
    // RFC 7208 §9.1: a comment with the address, the sender and the domain. The reason stands first,
    // so that no session text can push it out of a comment that is cut.
    let words = format!("{receiver}: {cause}, for {} and {sender}", evaluation.ip());
    let mut field = ReceivedSpf::new(evaluation.result())
        .comment(words.split_whitespace().collect::<Vec<_>>().join(" "))
        .with("receiver", receiver)
        .with("identity", evaluation.identity().as_str())
        .with("client-ip", evaluation.ip().to_string())
        .with("envelope-from", evaluation.sender());
    if !evaluation.helo().is_empty() {
        field = field.with("helo", evaluation.helo());
    }
    match (evaluation.result(), cause.kind()) {
        (SpfResult::Temperror | SpfResult::Permerror, _) => field.with("problem", cause.to_string()),
        (_, CauseKind::Matched) => field.with("mechanism", cause.term().unwrap_or_default()),
        // RFC 7208 §9.1: the word for a result that no mechanism gave.
        _ => field.with("mechanism", "default"),
    }
}

impl Evaluation {
    /// The result for an Authentication-Results field (RFC 7208 §9.2, RFC 8601 §2.7.2), with the reason.
    /// No local part is shown: SPF does not authenticate it.
    ///
    /// ```
    /// use deliverability_core::{Check, dns::Zone, spf::CheckHost};
    ///
    /// let zone: Zone = r#"example.org TXT "v=spf1 ip4:192.0.2.1 -all""#.parse()?;
    /// let evaluation = CheckHost::new("192.0.2.1".parse()?, "amy@example.org").in_zone(&zone);
    /// assert_eq!(
    ///     evaluation.authentication_result().to_string(),
    ///     r#"spf=pass reason="the term \"ip4:192.0.2.1\" in the SPF record of example.org matches" smtp.mailfrom=example.org"#
    /// );
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn authentication_result(&self) -> MethodResult {
        MethodResult::new("spf", self.result()).because(self.cause()).with(
            "smtp",
            self.identity().as_str(),
            self.domain(),
        )
    }
}

#[cfg(test)]
#[cfg(feature = "zone-file")]
mod tests {
    use super::*;
    use crate::dns::{Check as _, DnsError, Query, Zone};
    use crate::spf::CheckHost;

    fn field(check: &CheckHost, records: &str) -> ReceivedSpf {
        let mut zone: Zone = records.parse().unwrap();
        zone.fail(Query::txt("broken.test".parse().unwrap()), DnsError::Timeout);
        let field = received_spf(&check.in_zone(&zone), "mx.r.test");
        let read: ReceivedSpf = field.to_string().parse().unwrap();
        assert_eq!(read.to_string(), field.to_string());
        field
    }

    fn of(sender: &str, records: &str) -> ReceivedSpf {
        field(&CheckHost::new([192, 0, 2, 1].into(), sender).helo("h.test"), records)
    }

    #[test]
    fn every_result_keeps_its_reason() {
        let matched = of("amy@a.test", "a.test TXT \"v=spf1 include:b.test -all\"\nb.test TXT \"v=spf1 +all\"");
        assert_eq!((matched.result.as_str(), matched.get("mechanism")), ("pass", Some("include:b.test")));
        let default = of("amy@a.test", "a.test TXT \"v=spf1\"");
        assert_eq!((default.result.as_str(), default.get("mechanism")), ("neutral", Some("default")));
        let none = of("amy@a.test", "b.test TXT x");
        let why = "the SPF record of a.test is missing: the domain does not exist";
        assert_eq!(none.reason(), Some(&*format!("mx.r.test: {why}, for 192.0.2.1 and amy@a.test")));
        let permerror = of("amy@a.test", "a.test TXT \"v=spf1 include:b.test\"");
        let why = "the term \"include:b.test\" in the SPF record of a.test includes b.test, which has no SPF record";
        assert_eq!((permerror.get("problem"), permerror.get("mechanism")), (Some(why), None));
        let temperror = of("amy@broken.test", "");
        assert!(temperror.reason().unwrap().contains("no answer in time"));
    }

    #[test]
    fn the_identity_is_named() {
        // RFC 7208 §2.3, §2.4: a null sender is still the MAIL FROM identity.
        let records = "h.test TXT \"v=spf1 -all\"";
        assert_eq!(of("<>", records).get("identity"), Some("mailfrom"));
        assert_eq!(of("<>", records).get("envelope-from"), Some(""));
        let helo = CheckHost::of_helo("2001:db8::1".parse().unwrap(), "h.test");
        assert_eq!(field(&helo, records).get("identity"), Some("helo"));
        assert!(field(&helo, records).to_string().contains("client-ip=\"2001:db8::1\";"));
    }

    #[test]
    fn the_comment_tells_address_sender_and_domain() {
        // RFC 7208 §9.1; and the keys that let a reader verify the result.
        let records = "a.test TXT \"v=spf1 -all\"\nh.test TXT \"v=spf1 -all\"";
        let null = of("", records);
        assert!(null.comment.as_ref().unwrap().ends_with("of h.test matches, for 192.0.2.1 and <>"), "{null}");
        for field in [of("amy@a.test", records), null] {
            assert!(["client-ip", "helo", "envelope-from"].iter().all(|key| field.get(key).is_some()), "{field}");
        }
        let long = of(&format!("{}@a.test", "x".repeat(5000)), records);
        assert!(long.to_string().replace("\r\n", "").contains("in the SPF record of a.test matches"), "{long}");
    }

    #[test]
    fn what_is_no_token_is_quoted() {
        // RFC 7208 §9.1: dot-atom or quoted-string; RFC 8601 §2.2: a token of RFC 2045 or quoted.
        let cidr = of("amy@a.test", "a.test TXT \"v=spf1 a/24 -all\"\na.test A 192.0.2.9");
        assert!(cidr.to_string().contains("mechanism=\"a/24\""), "{cidr}");
        let zone: Zone = "a.test TXT x".parse().unwrap();
        let clause = CheckHost::new([192, 0, 2, 1].into(), "a@b/c?d").in_zone(&zone);
        let clause = clause.authentication_result().to_string();
        assert!(clause.ends_with("smtp.mailfrom=\"b/c?d\""), "{clause}");
    }

    #[test]
    fn session_text_cannot_leave_its_value() {
        let sender = "a\"\r\nX: y;@a.test";
        let field = of(sender, "a.test TXT \"v=spf1 -all\"");
        assert!(!field.to_string().replace("\r\n ", " ").contains(['\r', '\n']));
        let zone: Zone = "a.test TXT x".parse().unwrap();
        let clause = CheckHost::new([192, 0, 2, 1].into(), "a@b\r\nX: \"y").in_zone(&zone);
        let clause = clause.authentication_result().to_string();
        assert!(clause.ends_with(r#"smtp.mailfrom="b\\x0d\\x0aX: \"y""#), "{clause}");
    }
}
