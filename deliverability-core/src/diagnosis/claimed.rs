//! What a message says that others found: a line for each result.

use core::fmt;

/// A result that a field of the message states, of a host that checked it or claims so.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Claimed {
    /// The host that is said to have checked; `None` where the field does not say.
    pub authserv_id: Option<String>,
    /// The field: `Authentication-Results`, or `ARC-Authentication-Results i=1`.
    pub field: String,
    /// Whether the host is trusted, and the field its own.
    pub trusted: bool,
    /// Whose word it is, in words.
    pub standing: &'static str,
    /// What was checked: `spf`, `dkim`, ...
    pub method: String,
    /// What came out.
    pub result: String,
    /// What it is about, such as `smtp.mailfrom=example.org`.
    pub identity: String,
    /// What this diagnosis finds of the same identity; `None` if the claim is not trusted, or nothing was
    /// found of that.
    pub here: Option<String>,
}

impl Claimed {
    /// Whether one says pass and the other does not, and neither had a temporary error.
    pub fn disagrees(&self) -> bool {
        let is_open = |result: &str| result == "temperror";
        let parts =
            |here: &str| !is_open(here) && !is_open(&self.result) && (here == "pass") != (self.result == "pass");
        self.here.as_deref().is_some_and(parts)
    }
}

/// As `mx.example.net: spf=pass (smtp.mailfrom=example.org): trusted; here: fail`, with the instance behind
/// the host for what stands in a chain.
impl fmt::Display for Claimed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let host = self.authserv_id.as_deref().unwrap_or("nobody named");
        let set = self.field.split_once(' ').map(|(_, instance)| format!(", ARC {instance}")).unwrap_or_default();
        write!(f, "{host}{set}: {}={} ({}): {}", self.method, self.result, self.identity, self.standing)?;
        match &self.here {
            Some(here) => write!(f, "; here: {here}{}", if self.disagrees() { ", which disagrees" } else { "" }),
            None => Ok(()),
        }
    }
}
