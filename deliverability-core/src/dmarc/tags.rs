//! The tags of a DMARC record (RFC 9989 §4.7, RFC 7489 §6.3).

use core::fmt;

/// A tag that RFC 9989 or RFC 7489 defines.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum TagName {
    /// `v`: the version.
    V,
    /// `p`: the policy.
    P,
    /// `sp`: the policy for subdomains.
    Sp,
    /// `np`: the policy for subdomains that do not exist.
    Np,
    /// `psd`: whether the domain is a public suffix domain.
    Psd,
    /// `t`: test mode.
    T,
    /// `adkim`: the alignment mode of DKIM.
    Adkim,
    /// `aspf`: the alignment mode of SPF.
    Aspf,
    /// `fo`: the options of failure reports.
    Fo,
    /// `rua`: where aggregate reports go.
    Rua,
    /// `ruf`: where failure reports go.
    Ruf,
    /// `pct`: removed by RFC 9989.
    Pct,
    /// `rf`: removed by RFC 9989.
    Rf,
    /// `ri`: removed by RFC 9989.
    Ri,
}

impl TagName {
    /// Every tag.
    pub const ALL: &'static [Self] = &[
        Self::V,
        Self::P,
        Self::Sp,
        Self::Np,
        Self::Psd,
        Self::T,
        Self::Adkim,
        Self::Aspf,
        Self::Fo,
        Self::Rua,
        Self::Ruf,
        Self::Pct,
        Self::Rf,
        Self::Ri,
    ];

    /// The tag as it is written.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::V => "v",
            Self::P => "p",
            Self::Sp => "sp",
            Self::Np => "np",
            Self::Psd => "psd",
            Self::T => "t",
            Self::Adkim => "adkim",
            Self::Aspf => "aspf",
            Self::Fo => "fo",
            Self::Rua => "rua",
            Self::Ruf => "ruf",
            Self::Pct => "pct",
            Self::Rf => "rf",
            Self::Ri => "ri",
        }
    }

    /// Whether RFC 9989 removed it (appendix C.5.2).
    pub const fn is_removed(self) -> bool {
        matches!(self, Self::Pct | Self::Rf | Self::Ri)
    }

    /// The tag of this name. The literals of RFC 9989 §4.8 are without case, but for `DMARC1`.
    pub(super) fn of(name: &[u8]) -> Option<Self> {
        Self::ALL.iter().copied().find(|tag| name.eq_ignore_ascii_case(tag.as_str().as_bytes()))
    }
}

impl fmt::Display for TagName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}
