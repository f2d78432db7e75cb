//! What else a DMARC policy of reject would break: told before it is proposed.

use core::net::IpAddr;

use super::message::Seen;
use crate::dkim::{Namespace, SetUp};
use crate::domain::DomainName;
use crate::network::list_addresses;
use crate::public_suffix::organization;
use crate::result::SpfResult;
use crate::spf::{CheckHost, Evaluation};

/// The mail that would fail, in one sentence each.
pub(super) fn in_words(seen: &Seen<'_>, author: &DomainName, source: IpAddr) -> String {
    format!(
        "What else breaks: {}mail that is to leave {source} in the name of {author}, such as forms of a web site; every server \
         of yours that is not among the sending addresses here; {}; and mail of subdomains without a policy of their own.",
        own_servers(seen, author),
        forwarded(seen, author)
    )
}

/// The sending addresses of the case, by what becomes of them.
fn own_servers(seen: &Seen<'_>, author: &DomainName) -> String {
    let case = seen.case;
    let checks: Vec<CheckHost> = case.public_ips().map(|ip| case.check_host(ip)).collect();
    let Some(evaluations) = seen.lookups.run(&checks) else { return String::new() };
    // RFC 9989 §4.4: a pass for another organization's domain does not count.
    let is_aligned = organization(&case.domain) == organization(author);
    let of = |wanted: bool| -> Vec<IpAddr> {
        let passes = |evaluation: &Evaluation| evaluation.result() == SpfResult::Pass && is_aligned;
        evaluations.iter().filter(|found| passes(found) == wanted).map(Evaluation::ip).collect()
    };
    let (passing, failing) = (of(true), of(false));
    let stays = (!passing.is_empty())
        .then(|| format!("not mail from {}, which goes on passing by SPF; but ", list_addresses(&passing)));
    let falls = (!failing.is_empty())
        .then(|| format!("mail from {}, unless it is signed with d={author}; ", list_addresses(&failing)));
    [stays, falls].into_iter().flatten().collect()
}

/// What forwarders and lists pass on passes by DKIM only.
fn forwarded(seen: &Seen<'_>, author: &DomainName) -> String {
    let set_up = seen.case.selectors.iter().fold(SetUp::of(author.clone()), |set_up, name| set_up.selector(name));
    let Some(outcome) = seen.lookups.run(&set_up) else { return String::new() };
    let usable = outcome.selectors().iter().find(|selector| selector.key().key().is_some());
    match (usable, outcome.namespace()) {
        (Some(selector), _) => format!(
            "what forwarders and mailing lists pass on, where it is not signed with s={}; d={author}",
            selector.key().selector()
        ),
        (None, Some(Namespace::Empty)) => format!(
            "all that forwarders and mailing lists pass on, since no DKIM key of {author} is published (RFC 8020 §2)"
        ),
        _ => format!("what forwarders and mailing lists pass on, as long as it has no DKIM signature with d={author}"),
    }
}
