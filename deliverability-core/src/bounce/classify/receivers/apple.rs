//! iCloud Mail (support.apple.com/102322, formerly HT204137).

use super::{Dialect, no_code};
use crate::bounce::cause::Cause::*;
use crate::bounce::classify::rule::Phrases;
use crate::receivers::Receiver;

pub(super) const DIALECT: Dialect = Dialect {
    of: &[Receiver::ICloud],
    phrases: &[Phrases {
        source: "support.apple.com/102322; smtp.codes/icloud; returned mail",
        read: "2026-11-22",
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
        ],
    }],
    statuses: &[],
    code: no_code,
};
