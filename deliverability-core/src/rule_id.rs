//! The table of rules: one stable name a rule, append-only.

/// Declares the rules in one table: variant, name, reference.
macro_rules! rules {
    ($($(#[$doc:meta])* $variant:ident = $name:literal, $reference:literal;)+) => {
        /// A rule's stable name, such as `spf.ip-not-authorized`: the same in Rust, Python, text and JSON.
        ///
        /// Append-only: a name that was published never changes its meaning.
        ///
        /// ```
        /// use deliverability_core::RuleId;
        /// assert_eq!(RuleId::SpfIpNotAuthorized.as_str(), "spf.ip-not-authorized");
        /// assert_eq!("ptr.missing".parse::<RuleId>().unwrap(), RuleId::PtrMissing);
        /// ```
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[non_exhaustive]
        pub enum RuleId { $($(#[$doc])* $variant,)+ }

        impl RuleId {
            /// Every rule.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The stable name.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $name,)+ }
            }

            /// What the rule rests on: an RFC section or a receiver's page.
            pub const fn reference(self) -> &'static str {
                match self { $(Self::$variant => $reference,)+ }
            }
        }
    };
}

rules! {
    /// The envelope domain publishes no SPF record.
    SpfNone = "spf.none", "RFC 7208 §3";
    /// The sending address is not authorized by the domain's SPF record.
    SpfIpNotAuthorized = "spf.ip-not-authorized", "RFC 7208 §4.6, §8";
    /// Several SPF records stand at one name.
    SpfMultipleRecords = "spf.multiple-records", "RFC 7208 §4.5";
    /// Evaluation needs more than ten look-ups.
    SpfTooManyLookups = "spf.too-many-lookups", "RFC 7208 §4.6.4";
    /// Evaluation meets more than two void look-ups.
    SpfVoidLookups = "spf.void-lookups", "RFC 7208 §4.6.4";
    /// The record does not parse.
    SpfSyntax = "spf.syntax", "RFC 7208 §4.6, §12";
    /// An include or redirect leads to no usable record.
    SpfIncludeBroken = "spf.include-broken", "RFC 7208 §5.2, §6.1";
    /// The sending address has no PTR record.
    PtrMissing = "ptr.missing", "RFC 1912 §2.1, RFC 8601 §2.7.3";
    /// No PTR name of the sending address resolves back to it.
    PtrNotForwardConfirmed = "ptr.not-forward-confirmed", "RFC 8601 §2.7.3";
    /// The HELO name is not one that a server may give.
    HeloInvalid = "helo.invalid", "RFC 5321 §2.3.5, §4.1.1.1";
    /// The HELO name, the PTR name and the address do not belong together.
    HeloMismatch = "helo.mismatch", "RFC 5321 §4.1.4";
    /// A blocklist lists the sending address.
    DnsblIpListed = "dnsbl.ip-listed", "RFC 5782 §2";
    /// A blocklist gave no answer that can be believed.
    DnsblQueryRefused = "dnsbl.query-refused", "RFC 5782 §5";
    /// No key record stands at the selector.
    DkimKeyMissing = "dkim.key-missing", "RFC 6376 §3.6, §6.1.2";
    /// The key record cannot be used.
    DkimKeyBad = "dkim.key-bad", "RFC 6376 §3.6.1, RFC 8301";
    /// Mail to the sender's domain cannot be delivered.
    SenderUnresolvable = "sender.unresolvable", "RFC 5321 §5, RFC 7505 §4";
    /// No MX host of the domain can take mail.
    MxNone = "mx.none", "RFC 5321 §5.1";
    /// An MX names an alias.
    MxCname = "mx.cname", "RFC 2181 §10.3";
    /// An MX names an address.
    MxIpLiteral = "mx.ip-literal", "RFC 1035 §3.3.9, RFC 5321 §5.1";
    /// An MX names a host without an address.
    MxDangling = "mx.dangling", "RFC 5321 §5.1";
    /// An MX host has private addresses only.
    MxPrivateIp = "mx.private-ip", "RFC 1918 §3, RFC 5321 §5.1";
}

impl core::fmt::Display for RuleId {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.pad(self.as_str())
    }
}

impl core::str::FromStr for RuleId {
    type Err = UnknownRule;

    fn from_str(text: &str) -> Result<Self, UnknownRule> {
        Self::ALL.iter().copied().find(|rule| rule.as_str() == text).ok_or(UnknownRule)
    }
}

/// A name that no rule has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("no rule has this name")]
pub struct UnknownRule;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_unique_and_read_back() {
        for rule in RuleId::ALL {
            assert_eq!(rule.as_str().parse(), Ok(*rule));
        }
    }
}
