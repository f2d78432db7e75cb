//! A dead list that a receiver still refuses by: `dnsbl.list-dead`.

use super::confirm::{Answered, Question};
use crate::bounce::{Cause, Reply};
use crate::diagnosis::finding::{Acts, Finding};
use crate::diagnosis::rules::Examined;
use crate::dnsbl::{DeadList, KnownList};
use crate::problem::Severity;
use crate::rule_id::RuleId;

pub(super) fn judge(question: &Question<'_>, _answered: &Answered, found: &mut Examined) {
    let Some(dead) = dead_list(question.reply(), question.cause) else { return };
    let message =
        format!("{dead}. A receiver refused mail by it all the same: the entry says nothing about the sender.");
    let text = format!(
        "Write to the receiver's postmaster by another way: {} must go from the configuration of the mail server. Nothing has to \
         be delisted. Source: {}, read {}.",
        dead.zone(),
        dead.source(),
        dead.read()
    );
    found.find(
        Finding::new(RuleId::DnsblListDead, Severity::Blocks, dead.zone(), message)
            .by(Acts::Receiver)
            .with_remedy(text, Vec::new()),
    );
}

pub(super) fn is_by_dead_list(reply: &Reply, cause: Cause) -> bool {
    dead_list(reply, cause).is_some()
}

fn dead_list(reply: &Reply, cause: Cause) -> Option<&'static DeadList> {
    let is_by_list = matches!(cause, Cause::IpBlocklisted | Cause::DomainBlocklisted | Cause::UrlBlocklisted);
    match reply.parameters().list.as_ref().filter(|_| is_by_list)?.known? {
        KnownList::Dead(dead) => Some(dead),
        KnownList::Active(_) => None,
    }
}
