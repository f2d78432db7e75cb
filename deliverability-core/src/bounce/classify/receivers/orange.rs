//! Orange and La Poste, who share a platform's codes: `OFR006_102 [102]`, `LPN000_630`.

use super::Dialect;
use crate::bounce::cause::Cause::{self, *};
use crate::bounce::classify::extract::code::numbered;
use crate::bounce::classify::reading::Reading;
use crate::bounce::classify::rule::Phrases;
use crate::bounce::classify::verdict::Verdict;
use crate::receivers::Receiver;

pub(super) const DIALECT: Dialect = Dialect {
    of: &[Receiver::Orange, Receiver::LaPoste],
    phrases: &[Phrases {
        source: "returned mail; aide.laposte.net (sender requirements of 2025-09)",
        compared: None,
        says: &[
            ("dmarc check failed", DmarcPolicy),
            ("bloquee pour incident de spam", IpBlockedPrivate),
            ("boite du destinataire archivee", MailboxDisabled),
            ("boite du destinataire pleine", MailboxFull),
            ("adresse d au moins un destinataire invalide", UserUnknown),
            ("adresse d'au moins un destinataire invalide", UserUnknown),
            ("invalid recipient", UserUnknown),
            ("trop de connexions", RateLimited),
            ("too many connections", RateLimited),
            ("service refuse", IpBlockedPrivate),
            ("service refused", IpBlockedPrivate),
            ("mail rejete", PolicyUnspecified),
        ],
    }],
    statuses: &[],
    code,
};

/// The number of the codes, and what it means. 107, 200 to 209 and 535 compared 2026-11-22 with egressif.io, which tells
/// what postmaster.orange.fr says of 2026-05; 102 to 105, 305, 401 to 420 and 506 to 514 with the words of replies that
/// are quoted in public; the others with nothing.
const CODES: &[(u16, Cause)] = &[
    (102, IpBlocklisted),
    (103, IpBlockedPrivate),
    (104, RateLimited),
    (105, RateLimited),
    (107, PtrMissing),
    (108, IpBlockedPrivate),
    (109, IpBlockedPrivate),
    (305, AuthRequired),
    (401, SpfFail),
    (402, AuthRequired),
    (403, SenderRejected),
    (405, SenderRejected),
    (415, SenderRejected),
    (416, UserUnknown),
    (417, MailboxFull),
    (420, MailboxDisabled),
    (421, SenderRejected),
    (426, MailboxDisabled),
    (506, ContentSpam),
    (510, IpBlockedPrivate),
    (513, ContentSpam),
    (514, Size),
    (517, DmarcPolicy),
    (535, DkimFail),
    (630, IpBlockedPrivate),
    (999, IpBlockedPrivate),
];

fn code(reading: &Reading) -> Option<Verdict> {
    let (number, span) = numbered(&reading.lower, "ofr").or_else(|| numbered(&reading.lower, "lpn"))?;
    let known = CODES.iter().find(|row| row.0 == number).map(|row| row.1);
    let cause = known.or_else(|| (200..=209).contains(&number).then_some(HeloRejected))?;
    let lists = if cause == IpBlocklisted { vec![list(&reading.lower)] } else { Vec::new() };
    Some(Verdict::new(cause, span).with_lists(lists))
}

/// The list whose page stands beside the code; Cloudmark's, as a rule.
fn list(lower: &str) -> &'static str {
    ["spamhaus", "senderscore", "abusix"].into_iter().find(|list| lower.contains(list)).unwrap_or("cloudmark-csi")
}
