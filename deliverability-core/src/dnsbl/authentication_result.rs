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
