//! Spectrum (spectrum.net: understanding email error codes): `AUP#In-1220`.

use super::Dialect;
use crate::bounce::cause::Cause::{self, *};
use crate::bounce::classify::extract::code::numbered;
use crate::bounce::classify::reading::Reading;
use crate::bounce::classify::verdict::Verdict;
use crate::receivers::Receiver;

pub(super) const DIALECT: Dialect = Dialect { of: &[Receiver::Spectrum], phrases: &[], statuses: &[], code };

/// First and last number, what they mean, and the list behind it (as spectrum.net is known to
/// tell them; not compared with the page).
const CODES: &[(u16, u16, Cause, Option<&str>)] = &[
    (1000, 1009, IpBlockedPrivate, None),
    (1010, 1080, SenderRejected, None),
    (1090, 1090, ServerError, None),
    (1100, 1150, PtrMissing, None),
    (1160, 1190, PolicyUnspecified, None),
    (1200, 1210, IpBlocklisted, Some("cloudmark-csi")),
    (1220, 1250, IpBlocklisted, Some("spamhaus")),
    // No mail over IPv6.
    (1260, 1260, PolicyUnspecified, None),
    (1300, 1340, RateLimited, None),
    (1350, 1490, RateLimited, None),
    (1500, 1520, SenderRejected, None),
    (1530, 1530, Size, None),
    (1540, 1580, RateLimited, None),
];

fn code(reading: &Reading) -> Option<Verdict> {
    let (number, span) =
        ["aup#in-", "aup#out-", "aup#i-", "aup#o-"].into_iter().find_map(|mark| numbered(&reading.lower, mark))?;
    let row = CODES.iter().find(|row| (row.0..=row.1).contains(&number))?;
    Some(Verdict::new(row.2, span).with_lists(row.3.into_iter().collect()))
}
