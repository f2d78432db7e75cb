//! Comcast (postmaster.comcast.net/smtp-error-codes.php): two letters and a mask of bits.

use super::Dialect;
use crate::bounce::cause::Cause::*;
use crate::bounce::classify::extract::code::bits;
use crate::bounce::classify::reading::Reading;
use crate::bounce::classify::rule::Phrases;
use crate::bounce::classify::verdict::Verdict;
use crate::receivers::Receiver;

pub(super) const DIALECT: Dialect = Dialect {
    of: &[Receiver::Comcast],
    phrases: &[Phrases {
        source: "postmaster.comcast.net/mail-error-codes.xml; returned mail",
        compared: Some(
            "2026-11-22: postmaster.comcast.net/mail-error-codes, the codes ES and BL and the sessions; not RL, DMARC",
        ),
        says: &[
            ("must have a ptr record", PtrMissing),
            ("reverse dns failure", PtrMissing),
            ("dynamic/residential ip space", IpDynamic),
            ("blocked by comcast", IpBlockedPrivate),
            ("too many sessions opened", RateLimited),
            ("try again later", RateLimited),
            ("dmarc", DmarcPolicy),
        ],
    }],
    statuses: &[],
    code,
};

/// The lists behind the bits of `BL000111`, lowest first.
const LISTS: &[&str] = &["spamhaus-zen", "cloudmark-csi", "senderscore"];

fn code(reading: &Reading) -> Option<Verdict> {
    let text = &reading.lower;
    if let Some((mask, span)) = bits(text, "bl", 6) {
        let lists: Vec<_> =
            LISTS.iter().enumerate().filter(|(bit, _)| mask >> bit & 1 == 1).map(|row| *row.1).collect();
        let cause = if lists.is_empty() { IpBlockedPrivate } else { IpBlocklisted };
        return Some(Verdict::new(cause, span).with_lists(lists));
    }
    if let Some((_, span)) = bits(text, "rl", 6) {
        return Some(Verdict::new(RateLimited, span));
    }
    // ES000001 and ES000010 are said of dynamic and residential space; the other bits are not published.
    let (_, span) = bits(text, "es", 6).filter(|(mask, _)| matches!(mask, 1..=3))?;
    Some(Verdict::new(IpDynamic, span))
}
