//! Cox (cox.com: email error codes): `AUP#` and a word, or a mask of bits.

use super::Dialect;
use crate::bounce::cause::Cause::*;
use crate::bounce::classify::extract::code::bits;
use crate::bounce::classify::reading::Reading;
use crate::bounce::classify::rule::Phrases;
use crate::bounce::classify::verdict::Verdict;
use crate::receivers::Receiver;

pub(super) const DIALECT: Dialect = Dialect {
    of: &[Receiver::Cox],
    phrases: &[Phrases {
        source: "cox.com/residential/support/email-error-codes.html; returned mail",
        compared: Some(
            "2026-11-22: postmaster.cox.net, Error Codes, for CXBL, CDRBL, IPBL; forums.cox.com for CXSNDR, CXCNCT; \
             suped.com for CXMXRT; not compared: CXDNS, CXSMTP, URLBL",
        ),
        says: &[
            ("aup#cdrbl", IpBlockedPrivate),
            ("aup#cxbl", IpBlockedPrivate),
            ("aup#cxdns", PtrMissing),
            ("aup#cxsndr", AuthMissing),
            ("aup#cxsmtp", RfcNoncompliant),
            ("aup#cxcnct", RateLimited),
            ("aup#cxmxrt", RateLimited),
            ("aup#urlbl", UrlBlocklisted),
            ("urlbl0", UrlBlocklisted),
            ("urlbl1", UrlBlocklisted),
        ],
    }],
    statuses: &[],
    code,
};

/// The lists behind the bits of `IPBL1111`, lowest first.
const LISTS: &[&str] = &["spamhaus-zen", "senderscore", "invaluement", "cloudmark-csi"];

fn code(reading: &Reading) -> Option<Verdict> {
    let (mask, span) = bits(&reading.lower, "ipbl", 4)?;
    let lists: Vec<_> = LISTS.iter().enumerate().filter(|(bit, _)| mask >> bit & 1 == 1).map(|row| *row.1).collect();
    let cause = if lists.is_empty() { IpBlockedPrivate } else { IpBlocklisted };
    Some(Verdict::new(cause, span).with_lists(lists))
}
