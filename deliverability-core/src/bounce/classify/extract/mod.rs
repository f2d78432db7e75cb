//! What a reply names: addresses, domains, pages, codes, results.

pub(super) mod code;
mod domain;
mod ip;
mod results;
mod url;

use self::ip::{first_outside, in_url};
use super::reading::Reading;
use crate::bounce::cause::Cause::{self, *};
use crate::bounce::parameters::Parameters;

pub(super) use domain::{hosts, mailbox};
pub(super) use ip::addresses;
pub(super) use results::CHECKS;
pub(super) use url::{Url, urls};

/// Reads the parameters that belong to `cause`.
pub(super) fn parameters(reading: &Reading, cause: Cause, sender: Option<&str>) -> Parameters {
    let urls = urls(&reading.text, reading.start);
    let mut found = Parameters { code: code::own(reading), ..Parameters::default() };
    found.url = urls.first().map(|url| url.text.to_owned());
    if is_about_client(cause) {
        found.ip = first_outside(&reading.text, reading.start, &urls).or_else(|| in_url(&urls));
    }
    if is_about_domain(cause) {
        found.domain = domain::about(reading, &urls, cause);
    }
    if is_about_sender(cause) {
        found.sender = sender.map(str::to_owned).or_else(|| mailbox(&reading.text, reading.start));
    }
    if cause == HeloRejected {
        found.helo = domain::helo(reading);
    }
    (found.spf, found.dkim, found.dmarc) = results::stated(reading, cause);
    found
}

/// Causes that lie in the client's address, and those that an address can stand beside.
const fn is_about_client(cause: Cause) -> bool {
    matches!(
        cause,
        IpBlocklisted
            | IpBlockedPrivate
            | IpReputation
            | IpDynamic
            | DomainBlocklisted
            | UrlBlocklisted
            | SpfFail
            | SpfError
            | DkimFail
            | DmarcPolicy
            | AuthMissing
            | AuthLevel
            | ArcFail
            | PtrMissing
            | PtrMismatch
            | PtrGeneric
            | HeloRejected
            | Greylisted
            | RateLimited
            | ContentSpam
            | PolicyUnspecified
            | SpoofingPolicy
            | RelayDenied
            | AuthRequired
    )
}

const fn is_about_domain(cause: Cause) -> bool {
    matches!(
        cause,
        DomainBlocklisted
            | UrlBlocklisted
            | SpfFail
            | SpfError
            | DkimFail
            | DmarcPolicy
            | AuthMissing
            | AuthLevel
            | ArcFail
            | SenderDomain
            | SenderNullMx
            | SenderUnroutable
            | RecipientDomain
            | RecipientNullMx
    )
}

/// Causes that lie in the sender's address.
pub(super) const fn is_about_sender(cause: Cause) -> bool {
    matches!(cause, SenderDomain | SenderNullMx | SenderUnroutable | SenderRejected | SenderVerifyFailed)
        || is_callout(cause)
}

/// Causes of a failed callout.
pub(super) const fn is_callout(cause: Cause) -> bool {
    matches!(
        cause,
        CalloutUnreachable | CalloutRejected | CalloutNullSenderRefused | CalloutPostmaster | CalloutGreylisted
    )
}
