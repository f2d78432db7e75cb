//! A DMARC Policy Record (RFC 9989 §4.7).

use core::fmt;
use core::str::FromStr;

use super::parse_error::ParseError;
use super::reading::Reading;
use super::report_uri::ReportUri;

/// A record, as its tags say. Absent tags have their defaults; tags that are not known are left out.
///
/// `Display` prints a record that reads back the same.
///
/// ```
/// use deliverability_core::dmarc::{Policy, Record};
///
/// let record: Record = "v=DMARC1; p=reject; sp=quarantine; rua=mailto:d@example.org".parse()?;
/// assert_eq!((record.p, record.sp, record.np), (Some(Policy::Reject), Some(Policy::Quarantine), None));
/// assert_eq!(record.rua[0].mail_domain(), Some("example.org"));
/// assert_eq!(record.to_string(), "v=DMARC1; p=reject; sp=quarantine; rua=mailto:d@example.org");
///
/// let error = "v=DMARC1; p=rejct".parse::<Record>().unwrap_err();
/// assert_eq!(error.to_string(), "a policy must be none, quarantine or reject (at byte 12)");
/// # Ok::<(), deliverability_core::dmarc::ParseError>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Record {
    /// The Domain Owner Assessment Policy.
    pub p: Option<Policy>,
    /// The policy for subdomains that exist.
    pub sp: Option<Policy>,
    /// The policy for subdomains that do not exist.
    pub np: Option<Policy>,
    /// Whether the domain is a public suffix domain.
    pub psd: Psd,
    /// Test mode (`t=y`): the policy asked for is one level below the one that stands there.
    pub t: bool,
    /// How DKIM identifiers must be aligned.
    pub adkim: AlignmentMode,
    /// How SPF identifiers must be aligned.
    pub aspf: AlignmentMode,
    /// When failure reports are asked for; without `ruf` it means nothing.
    pub fo: FailureOptions,
    /// Where aggregate reports go.
    pub rua: Vec<ReportUri>,
    /// Where failure reports go.
    pub ruf: Vec<ReportUri>,
    /// The share of messages that the policy is for, in percent: a tag of RFC 7489 §6.3 that RFC 9989
    /// removed.
    pub pct: Option<u8>,
}

impl Record {
    /// Reads a record that has no fault at all. [`Reading::of`] reads it as receivers do.
    ///
    /// # Errors
    ///
    /// The first fault of [`Reading::of`].
    pub fn parse(text: &[u8]) -> Result<Self, ParseError> {
        let reading = Reading::of(text)?;
        match reading.faults().first() {
            Some(fault) => Err(*fault),
            None => Ok(reading.into_record()),
        }
    }
}

impl FromStr for Record {
    type Err = ParseError;

    fn from_str(text: &str) -> Result<Self, ParseError> {
        Self::parse(text.as_bytes())
    }
}

impl fmt::Display for Record {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("v=DMARC1")?;
        for (tag, policy) in [("p", self.p), ("sp", self.sp), ("np", self.np)] {
            policy.map_or(Ok(()), |policy| write!(f, "; {tag}={policy}"))?;
        }
        if self.psd != Psd::U {
            write!(f, "; psd={}", self.psd)?;
        }
        f.write_str(if self.t { "; t=y" } else { "" })?;
        for (tag, mode) in [("adkim", self.adkim), ("aspf", self.aspf)] {
            if mode == AlignmentMode::Strict {
                write!(f, "; {tag}=s")?;
            }
        }
        self.pct.map_or(Ok(()), |pct| write!(f, "; pct={pct}"))?;
        if self.fo != FailureOptions::default() {
            write!(f, "; fo={}", self.fo)?;
        }
        for (tag, uris) in [("rua", &self.rua), ("ruf", &self.ruf)] {
            for (n, uri) in uris.iter().enumerate() {
                if n == 0 { write!(f, "; {tag}={uri}") } else { write!(f, ",{uri}") }?;
            }
        }
        Ok(())
    }
}

/// A Domain Owner Assessment Policy (RFC 9989 §4.7), the mildest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Policy {
    /// No preference.
    None,
    /// Mail that fails is suspicious.
    Quarantine,
    /// Mail that fails does not come from the domain.
    Reject,
}

impl Policy {
    /// Every policy, the mildest first.
    pub const ALL: &'static [Self] = &[Self::None, Self::Quarantine, Self::Reject];

    /// The word of the RFC.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Quarantine => "quarantine",
            Self::Reject => "reject",
        }
    }

    /// The policy one level below: what `t=y` asks for (RFC 9989 §4.7).
    #[must_use]
    pub const fn one_below(self) -> Self {
        match self {
            Self::Reject => Self::Quarantine,
            Self::Quarantine | Self::None => Self::None,
        }
    }

    /// The policy that a word names, without case.
    pub(super) fn of(word: &[u8]) -> Option<Self> {
        Self::ALL.iter().copied().find(|policy| word.eq_ignore_ascii_case(policy.as_str().as_bytes()))
    }
}

impl fmt::Display for Policy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// What `psd=` says (RFC 9989 §4.7).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Psd {
    /// The domain is a public suffix domain.
    Y,
    /// The domain is an organizational domain.
    N,
    /// Neither is said.
    #[default]
    U,
}

impl fmt::Display for Psd {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Y => "y",
            Self::N => "n",
            Self::U => "u",
        })
    }
}

/// How an identifier must be aligned with the author domain (RFC 9989 §4.4).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum AlignmentMode {
    /// Both have the same organizational domain.
    #[default]
    Relaxed,
    /// Both are the same name.
    Strict,
}

impl fmt::Display for AlignmentMode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(if *self == Self::Strict { "strict" } else { "relaxed" })
    }
}

/// When failure reports are asked for (RFC 9989 §4.7, `fo`). The default is `0`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[expect(clippy::struct_excessive_bools, reason = "the four options of the RFC, each there or not")]
pub struct FailureOptions {
    /// `0`: if no mechanism gave an aligned pass.
    pub all_fail: bool,
    /// `1`: if some mechanism gave no aligned pass.
    pub any_fails: bool,
    /// `d`: if a DKIM signature failed.
    pub dkim: bool,
    /// `s`: if SPF failed.
    pub spf: bool,
}

impl Default for FailureOptions {
    fn default() -> Self {
        Self { all_fail: true, any_fails: false, dkim: false, spf: false }
    }
}

impl FailureOptions {
    /// `dmarc-fo` (RFC 9989 §4.8): each option once, `0` and `1` not together, in any order.
    pub(super) fn of(value: &[u8]) -> Option<Self> {
        let mut options = Self { all_fail: false, any_fails: false, dkim: false, spf: false };
        for word in value.split(|byte| *byte == b':') {
            let option = match word {
                b"0" => &mut options.all_fail,
                b"1" => &mut options.any_fails,
                b"d" | b"D" => &mut options.dkim,
                b"s" | b"S" => &mut options.spf,
                _ => return None,
            };
            if core::mem::replace(option, true) {
                return None;
            }
        }
        (!(options.all_fail && options.any_fails)).then_some(options)
    }
}

impl fmt::Display for FailureOptions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let words = [(self.all_fail, "0"), (self.any_fails, "1"), (self.dkim, "d"), (self.spf, "s")];
        let words: Vec<&str> = words.iter().filter(|(asked, _)| *asked).map(|(_, word)| *word).collect();
        f.write_str(&words.join(":"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn display_prints_what_reads_back() {
        // The default of every tag is left out.
        let text = "v=DMARC1; p=reject; sp=none; np=quarantine; psd=n; t=y; adkim=s; aspf=s; pct=20; fo=1:d:s; \
                    rua=mailto:a@example.org,https://example.org/x; ruf=mailto:b@example.org";
        let record: Record = text.parse().unwrap();
        assert_eq!(record.to_string(), text);
        assert_eq!(record.to_string().parse(), Ok(record));
        assert_eq!("v=DMARC1; adkim=r; psd=u; t=n; fo=0".parse::<Record>().unwrap().to_string(), "v=DMARC1");
    }

    #[test]
    fn failure_options_stand_in_any_order_once_each() {
        // RFC 9989 §4.8, dmarc-fo.
        for good in ["0", "1", "d", "s", "0:d", "d:1:s", "s:d:0", "d:s", "1:s:d", "D"] {
            assert!(FailureOptions::of(good.as_bytes()).is_some(), "{good}");
        }
        for bad in ["", "2", "0:1", "d:d", "1:", ":d", "1,d", "ds", "1 :d"] {
            assert!(FailureOptions::of(bad.as_bytes()).is_none(), "{bad}");
        }
    }

    #[test]
    fn test_mode_asks_for_one_level_below() {
        // RFC 9989 §4.7, t.
        let below: Vec<_> = Policy::ALL.iter().map(|policy| policy.one_below()).collect();
        assert_eq!(below, [Policy::None, Policy::None, Policy::Quarantine]);
    }
}
