//! The results of SPF, DKIM and DMARC, where a reply states them.

use crate::bounce::cause::Cause;
use crate::bounce::classify::reading::Reading;
use crate::bounce::classify::words::Table;
use crate::result::{DkimResult, DmarcResult, SpfResult};

/// The three results. "Did not pass" is given as fail: the receiver does not say which way it went.
pub(super) fn stated(reading: &Reading, cause: Cause) -> (Option<SpfResult>, Option<DkimResult>, Option<DmarcResult>) {
    let [spf, dkim, dmarc] = [0, 1, 2].map(|check| after(reading, check));
    let mut spf = spf.and_then(|word| word.parse().ok());
    let mut dkim = dkim.and_then(|word| word.parse().ok());
    let dmarc = dmarc.and_then(|word| word.parse().ok());
    let is_said = |words: &str| reading.lower.get(reading.words..).is_some_and(|said| said.contains(words));
    if cause == Cause::AuthMissing && is_said("did not pass") {
        spf = spf.or(Some(SpfResult::Fail));
        dkim = dkim.or(Some(DkimResult::Fail));
    }
    // Gmail: "SPF [example.org] with ip: [192.0.2.1] = did not pass".
    match cause {
        Cause::SpfFail if spf.is_none() && is_said("= did not pass") => spf = Some(SpfResult::Fail),
        Cause::DkimFail if dkim.is_none() && is_said("= did not pass") => dkim = Some(DkimResult::Fail),
        _ => {}
    }
    (spf, dkim, dmarc)
}

/// The checks, by the words that replies have for them.
pub(in crate::bounce::classify) const CHECKS: &[&str] = &["spf", "dkim", "dmarc"];

/// The result after the check of that place and a sign: `spf=fail`, `Spf= Fail ,`, `SPF: softfail`, `SPF fail`.
fn after(reading: &Reading, check: usize) -> Option<&str> {
    let named = reading.found.of_table(Table::Checks, reading.words).filter(|word| word.rank == check);
    named.into_iter().find_map(|word| {
        let before = word.start.checked_sub(1).filter(|at| *at >= reading.words);
        let before = before.and_then(|at| reading.lower.as_bytes().get(at));
        let rest = reading.lower.get(word.end..)?;
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
