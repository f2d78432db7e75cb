//! The results of SPF, DKIM and DMARC, where a reply states them.

use crate::bounce::cause::Cause;
use crate::bounce::classify::reading::Reading;
use crate::result::{DkimResult, DmarcResult, SpfResult};

/// The three results. "Did not pass" is given as fail: the receiver does not say which way it went.
pub(super) fn stated(reading: &Reading, cause: Cause) -> (Option<SpfResult>, Option<DkimResult>, Option<DmarcResult>) {
    let said = reading.lower.get(reading.words..).unwrap_or_default();
    let mut spf = after(said, "spf").and_then(|word| word.parse().ok());
    let mut dkim = after(said, "dkim").and_then(|word| word.parse().ok());
    let dmarc = after(said, "dmarc").and_then(|word| word.parse().ok());
    if cause == Cause::AuthMissing && said.contains("did not pass") {
        spf = spf.or(Some(SpfResult::Fail));
        dkim = dkim.or(Some(DkimResult::Fail));
    }
    // Gmail: "SPF [example.org] with ip: [192.0.2.1] = did not pass".
    if said.contains("= did not pass") {
        spf = spf.or((cause == Cause::SpfFail).then_some(SpfResult::Fail));
        dkim = dkim.or((cause == Cause::DkimFail).then_some(DkimResult::Fail));
    }
    (spf, dkim, dmarc)
}

/// The result after `check` and a sign: `spf=fail`, `Spf= Fail ,`, `SPF: softfail`, `SPF fail`.
fn after<'a>(said: &'a str, check: &str) -> Option<&'a str> {
    said.match_indices(check).find_map(|(at, _)| {
        let before = at.checked_sub(1).and_then(|at| said.as_bytes().get(at));
        let rest = said.get(at.checked_add(check.len())?..)?;
        let rest = rest.trim_start_matches([' ', '=', ':', '(', ')']);
        let rest = rest.strip_prefix("result").map_or(rest, |rest| rest.trim_start_matches([' ', '=', ':']));
        let word = rest.split(|c: char| !c.is_ascii_alphabetic()).next()?;
        let word = match word {
            "failed" | "fails" | "failure" | "hardfail" => "fail",
            "passed" | "passes" => "pass",
            other => other,
        };
        let is_result = matches!(word, "pass" | "fail" | "none" | "neutral" | "softfail" | "temperror" | "permerror");
        (is_result && before.is_none_or(|byte| !byte.is_ascii_alphanumeric())).then_some(word)
    })
}
