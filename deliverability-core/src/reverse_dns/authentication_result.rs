//! What a receiver writes about reverse DNS (RFC 8601 §2.7.3).

use super::iprev::Outcome;
use crate::header::MethodResult;
use crate::result::IprevResult;

impl Outcome {
    /// The result for an Authentication-Results field: the address, and why it does not pass.
    ///
    /// ```
    /// use deliverability_core::{dns::Zone, reverse_dns::Iprev, Check};
    ///
    /// let outcome = Iprev::of("2001:db8::1".parse()?).in_zone(&Zone::new());
    /// let result = outcome.authentication_result();
    /// assert_eq!((result.result.as_str(), result.property("policy", "iprev")), ("permerror", Some("2001:db8::1")));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn authentication_result(&self) -> MethodResult {
        let mut result = MethodResult::new("iprev", self.result());
        result.reason = (self.result() != IprevResult::Pass).then(|| self.to_string());
        result.with("policy", "iprev", self.address())
    }
}
