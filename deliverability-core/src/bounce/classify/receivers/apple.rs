//! iCloud Mail (support.apple.com/102322, formerly HT204137).

use super::{Dialect, no_code};
use crate::bounce::cause::Cause::*;
use crate::bounce::classify::rule::Phrases;
use crate::receivers::Receiver;

pub(super) const DIALECT: Dialect = Dialect {
    of: &[Receiver::ICloud],
    phrases: &[Phrases {
        source: "support.apple.com/102322; smtp.codes/icloud; returned mail",
        compared: Some(
            "2026-11-22: smtp.codes/icloud for CS01, DMARC, excessive volume, unknown users; the page of 2025-02-25 tells no \
             codes; not compared: CS02, HM07, HM08, HME1, PTR, alias",
        ),
        says: &[
            ("'s dmarc policy", DmarcPolicy),
            ("[hme1]", AuthMissing),
            ("failing both spf and dkim", AuthMissing),
            ("ip address does not have a reverse dns", PtrMissing),
            ("due to local policy", PolicyUnspecified),
            ("[cs01]", PolicyUnspecified),
            ("[cs02]", ContentSpam),
            ("[hm07]", PolicyUnspecified),
            ("[hm08]", PolicyUnspecified),
            ("unknown or illegal alias", UserUnknown),
            ("user is over quota", MailboxFull),
            ("too many connections", RateLimited),
            ("deferred due to excessive volume", RateLimited),
        ],
    }],
    statuses: &[],
    code: no_code,
};
