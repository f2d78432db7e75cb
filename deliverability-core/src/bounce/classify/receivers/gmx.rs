//! GMX, WEB.DE, mail.com, IONOS (postmaster.gmx.net/en/error-messages). No enhanced codes; the `c=` of the page tells.

use super::{Dialect, no_code};
use crate::bounce::cause::Cause::*;
use crate::bounce::classify::rule::Phrases;
use crate::receivers::Receiver;

pub(super) const DIALECT: Dialect = Dialect {
    of: &[Receiver::Gmx],
    phrases: &[Phrases {
        source: "postmaster.gmx.net/en/error-messages; smtp.codes/unitedinternet; returned mail",
        compared: Some(
            "2026-11-22: postmaster.gmx.com/en/error-messages and smtp.codes/unitedinternet, the parts that tell of listings, \
             SPF and unknown mailboxes; not the others",
        ),
        says: &[
            ("bad dns ptr resource record", PtrMissing),
            ("invalid dns ptr resource record", PtrMissing),
            ("c=rdns", PtrMissing),
            ("ip address is block listed", IpBlockedPrivate),
            ("ip address is black listed", IpBlockedPrivate),
            ("ip address is blocklisted", IpBlockedPrivate),
            ("reject due to spf policy", SpfFail),
            ("due to spf policy", SpfFail),
            ("not permitted by the domain owner", SpfFail),
            ("due to dmarc", DmarcPolicy),
            ("dkim", DkimFail),
            ("dynamic ip", IpDynamic),
            ("dialup", IpDynamic),
            ("too many connections", RateLimited),
            ("sending limit", RateLimited),
            ("rate limit reached", RateLimited),
            ("mail rate limit", RateLimited),
            ("mail size limit exceeded", Size),
            ("message size exceeds", Size),
            ("exceeded storage allocation", MailboxFull),
            ("spf", SpfFail),
            ("dmarc", DmarcPolicy),
            ("rate limit", RateLimited),
            ("too many messages", RateLimited),
            ("too many recipients", RateLimited),
            ("greylist", Greylisted),
            ("spam", ContentSpam),
            ("blacklisted", IpBlockedPrivate),
            ("blocklisted", IpBlockedPrivate),
            ("policy violation", PolicyUnspecified),
            ("due to policy", PolicyUnspecified),
            // The first line of many a refusal, whatever the next says.
            ("mailbox unavailable", UserUnknown),
            ("mailbox name not allowed", UserUnknown),
            ("sender address is not allowed", SenderRejected),
            ("sender address has null mx", SenderNullMx),
            ("invalid sender domain", SenderDomain),
            ("domain does not exist", SenderDomain),
            ("message contains invalid header", RfcNoncompliant),
            ("header syntax", RfcNoncompliant),
            ("due to policy restrictions", PolicyUnspecified),
            ("policy restrictions", PolicyUnspecified),
            ("virus", Virus),
            ("c=r0", IpBlockedPrivate),
        ],
    }],
    statuses: &[],
    code: no_code,
};
