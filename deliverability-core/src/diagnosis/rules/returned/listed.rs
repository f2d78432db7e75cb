//! A dead list that a receiver still refuses by: `dnsbl.list-dead`.

use super::confirm::{Answered, Question};
use crate::bounce::Cause;
use crate::diagnosis::finding::{Acts, Finding};
use crate::diagnosis::rules::Examined;
use crate::dnsbl::KnownList;
use crate::problem::Severity;
use crate::rule_id::RuleId;

pub(super) fn judge(question: &Question<'_>, _answered: &Answered, found: &mut Examined) {
    let list = question.reply().parameters().list.as_ref();
    let is_by_list = matches!(question.cause, Cause::IpBlocklisted | Cause::DomainBlocklisted | Cause::UrlBlocklisted);
    let Some(KnownList::Dead(dead)) = list.filter(|_| is_by_list).and_then(|list| list.known) else { return };
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
