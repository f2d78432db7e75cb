//! The results that the RFCs define, in the RFCs' words.

/// Declares a closed set of RFC result words: `as_str`, `Display`, `FromStr` and serde use the token.
macro_rules! result_words {
    ($(#[$meta:meta])* $name:ident { $($(#[$doc:meta])* $variant:ident = $token:literal,)+ }) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
        pub enum $name { $($(#[$doc])* #[cfg_attr(feature = "serde", serde(rename = $token))] $variant,)+ }

        impl $name {
            /// Every result, in the RFC's order.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The RFC's token.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $token,)+ }
            }
        }

        impl core::fmt::Display for $name {
            fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
                f.pad(self.as_str())
            }
        }

        impl core::str::FromStr for $name {
            type Err = UnknownResult;

            /// Reads the token, without case.
            fn from_str(text: &str) -> Result<Self, UnknownResult> {
                Self::ALL.iter().copied().find(|r| text.eq_ignore_ascii_case(r.as_str())).ok_or(UnknownResult)
            }
        }
    };
}

result_words! {
    /// What `check_host()` returns (RFC 7208 §2.6).
    ///
    /// ```
    /// use deliverability_core::SpfResult;
    /// assert_eq!(SpfResult::Softfail.to_string(), "softfail");
    /// assert_eq!("PermError".parse(), Ok(SpfResult::Permerror));
    /// ```
    SpfResult {
        /// No identity to check, or no record published (§2.6.1).
        None = "none",
        /// The domain says explicitly that it asserts nothing (§2.6.2).
        Neutral = "neutral",
        /// The client is authorized (§2.6.3).
        Pass = "pass",
        /// The client is not authorized (§2.6.4).
        Fail = "fail",
        /// The client is probably not authorized (§2.6.5).
        Softfail = "softfail",
        /// A transient error, mostly DNS; a later try may differ (§2.6.6).
        Temperror = "temperror",
        /// The published records could not be interpreted (§2.6.7).
        Permerror = "permerror",
    }
}

result_words! {
    /// What `iprev` returns (RFC 8601 §2.7.3).
    IprevResult {
        /// Some PTR name of the address resolves back to it.
        Pass = "pass",
        /// No PTR name resolves back to the address.
        Fail = "fail",
        /// The look-ups failed for now.
        Temperror = "temperror",
        /// The address has no PTR record: no later try can help.
        Permerror = "permerror",
    }
}

result_words! {
    /// What DKIM verification returns (RFC 8601 §2.7.1).
    ///
    /// ```
    /// use deliverability_core::result::DkimResult;
    /// assert_eq!(DkimResult::Permerror.to_string(), "permerror");
    /// ```
    DkimResult {
        /// The message is not signed.
        None = "none",
        /// The signature is acceptable and verifies.
        Pass = "pass",
        /// The signature is acceptable and does not verify.
        Fail = "fail",
        /// Some aspect of the signature is not acceptable to the verifier.
        Policy = "policy",
        /// The signature could not be processed.
        Neutral = "neutral",
        /// A transient error, mostly DNS; a later try may differ.
        Temperror = "temperror",
        /// An error that no later try can mend.
        Permerror = "permerror",
    }
}

result_words! {
    /// What DMARC evaluation returns (RFC 9989 §9.2, RFC 8601 §2.7).
    DmarcResult {
        /// A policy record exists, and an authenticated identifier is aligned with the author domain.
        Pass = "pass",
        /// A policy record exists, and no authenticated identifier is aligned.
        Fail = "fail",
        /// No policy record applies to the author domain.
        None = "none",
        /// A query failed for now, and the result depends on its answer.
        Temperror = "temperror",
        /// The result cannot be found, and a later try will not help.
        Permerror = "permerror",
    }
}

result_words! {
    /// What the verification of an Authenticated Received Chain returns (RFC 8617 §5.2). ARC is
    /// experimental.
    ArcResult {
        /// The message carries no ARC set.
        None = "none",
        /// The chain validates.
        Pass = "pass",
        /// The chain does not validate.
        Fail = "fail",
        /// A query failed for now, and nothing else is wrong. RFC 8617 has no such word: it counts
        /// this as `fail` (§5.2.1).
        Temperror = "temperror",
    }
}

result_words! {
    /// The Chain Validation Status that a seal states in `cv=` (RFC 8617 §4.4).
    ChainStatus {
        /// There was no chain when the message came in.
        None = "none",
        /// The chain did not validate.
        Fail = "fail",
        /// The chain validated.
        Pass = "pass",
    }
}

impl From<ArcResult> for ChainStatus {
    /// RFC 8617 §5.2.1: every failure is permanent, that of a query too.
    fn from(result: ArcResult) -> Self {
        match result {
            ArcResult::None => Self::None,
            ArcResult::Pass => Self::Pass,
            ArcResult::Fail | ArcResult::Temperror => Self::Fail,
        }
    }
}

/// A text that is none of the RFC's result tokens.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a result of this check")]
pub struct UnknownResult;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_are_the_rfcs() {
        for result in SpfResult::ALL {
            assert_eq!(result.to_string().parse(), Ok(*result));
        }
        assert_eq!("maybe".parse::<SpfResult>(), Err(UnknownResult));
        assert_eq!(IprevResult::Permerror.as_str(), "permerror");
    }
}
