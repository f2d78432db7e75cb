//! What a receiver writes about a welcome list (RFC 8904).

use super::query_name::Subject;
use super::verdict::{Status, Verdict};
use super::words::Role;
use crate::dns::DnsError;
use crate::header::MethodResult;

impl Verdict {
    /// The `dnswl` result for an Authentication-Results field (RFC 8904 §2); `None` for what that method
    /// is not about: a list that is no welcome list, or a name instead of an address.
    ///
    /// `dns.sec` is `na`: a resolver here does not tell whether an answer was validated by DNSSEC.
    ///
    /// ```
    /// use deliverability_core::{Check, dns::Zone, dnsbl::{Kind, List, Lookup, Role}};
    ///
    /// let list = List::new("wl.example".parse()?, Kind::Ipv4).with_role(Role::Welcome).with_rfc_test_points();
    /// let zone: Zone = r#"
    /// 2.0.0.127.wl.example A 127.0.0.2
    /// 7.2.0.192.wl.example A 127.0.5.1
    /// 7.2.0.192.wl.example TXT "example.org"
    /// "#.parse()?;
    /// let verdicts = Lookup::of("192.0.2.7".parse()?).lists(&[list]).in_zone(&zone);
    /// assert_eq!(
    ///     verdicts[0].authentication_result().unwrap().to_string(),
    ///     "dnswl=pass dns.zone=wl.example dns.sec=na policy.ip=127.0.5.1 policy.txt=example.org"
    /// );
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn authentication_result(&self) -> Option<MethodResult> {
        if self.list().role() != Role::Welcome || !matches!(self.subject(), Subject::Ip(_)) {
            return None;
        }
        let status = self.status();
        let mut result = MethodResult::new("dnswl", word(status));
        result.reason = status.is_unknown().then(|| status.to_string());
        result = result.with("dns", "zone", self.list().zone()).with("dns", "sec", "na");
        let Status::Listed { codes, reason, .. } = status else { return Some(result) };
        let mut addresses: Vec<String> = codes.iter().map(|code| code.address.to_string()).collect();
        addresses.dedup();
        result = result.with("policy", "ip", addresses.join(","));
        Some(match reason {
            Some(reason) => result.with("policy", "txt", reason),
            None => result,
        })
    }
}

/// RFC 8904 §2: an error is permanent where the list is broken or declines to answer.
const fn word(status: &Status) -> &'static str {
    match status {
        Status::Listed { .. } => "pass",
        Status::NotListed => "none",
        Status::Refused { .. } | Status::Unhealthy { .. } | Status::Untestable | Status::Failed(DnsError::Refused) => {
            "permerror"
        }
        Status::Failed(_) => "temperror",
    }
}

#[cfg(test)]
#[cfg(feature = "zone-file")]
mod tests {
    use crate::dns::{Check as _, DnsError, Query, Zone};
    use crate::dnsbl::{Kind, List, Lookup, Role};

    fn result(role: Role, zone: &Zone) -> Option<String> {
        let list = List::new("wl.test".parse().unwrap(), Kind::Ipv4).with_role(role).with_rfc_test_points();
        let verdicts = Lookup::of("192.0.2.7".parse().unwrap()).lists(&[list]).in_zone(zone);
        verdicts[0].authentication_result().map(|result| result.to_string())
    }

    #[test]
    fn every_status_has_its_word() {
        // RFC 8904 §2.
        let healthy = "2.0.0.127.wl.test A 127.0.0.2\n";
        let zone = |more: &str| -> Zone { format!("{healthy}{more}").parse().unwrap() };
        let welcome = |zone: &Zone| result(Role::Welcome, zone).unwrap();
        assert_eq!(welcome(&zone("")), "dnswl=none dns.zone=wl.test dns.sec=na");
        let several = zone("7.2.0.192.wl.test A 127.0.5.1\n7.2.0.192.wl.test A 127.0.6.2");
        assert!(welcome(&several).ends_with(" policy.ip=\"127.0.5.1,127.0.6.2\""), "{}", welcome(&several));
        // The test entry does not work.
        assert!(welcome(&Zone::new()).starts_with("dnswl=permerror reason="));
        for (error, word) in
            [(DnsError::Timeout, "temperror"), (DnsError::Servfail, "temperror"), (DnsError::Refused, "permerror")]
        {
            let mut zone = zone("");
            zone.fail(Query::a("7.2.0.192.wl.test".parse().unwrap()), error);
            assert!(welcome(&zone).starts_with(&format!("dnswl={word} reason=")), "{}", welcome(&zone));
        }
        assert_eq!(result(Role::Block, &zone("")), None);
    }

    #[test]
    fn words_of_a_list_stay_in_their_place() {
        let zone = "2.0.0.127.wl.test A 127.0.0.2\n7.2.0.192.wl.test A 127.0.5.1\n7.2.0.192.wl.test TXT \"x\\013\\010Bcc: y; spf=pass\"";
        let written = result(Role::Welcome, &zone.parse().unwrap()).unwrap();
        assert!(!written.chars().any(char::is_control), "{written}");
        let read = crate::header::AuthenticationResults::parse(format!("mx.test; {written}").as_bytes());
        assert_eq!((read.results.len(), read.departures.len()), (1, 0), "{written}");
    }
}
