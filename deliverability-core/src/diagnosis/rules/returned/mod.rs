//! What a returned mail says: each reply put to the test, and the rules that only a reply can decide.

mod abuse;
mod advice;
mod backscatter;
mod bridge;
mod callout;
mod confirm;
mod confirm_auth;
mod confirm_list;
mod confirm_name;
mod forward;
mod listed;
mod private_block;
mod tls;
mod unsigned;

use super::{Examined, Lookups};
use crate::bounce::{Actor, Cause, Recipient, Reply};
use crate::diagnosis::bounce::CaseBounce;
use crate::diagnosis::case::Case;
use crate::diagnosis::demands;
use crate::diagnosis::finding::Unknown;
use crate::diagnosis::inference::is_only_in_link;
use crate::diagnosis::returned::{Confirmation, Returned};
use crate::dns::{Known, Step};
use confirm::{Answered, Question};

/// Most different replies of one returned mail that are tested.
const MAX_REPLIES: usize = 20;

pub(super) fn examine(case: &Case, known: &dyn Known) -> Step<Examined> {
    let Some(bounce) = &case.bounce else { return Step::Done(Examined::default()) };
    let lookups = Lookups::over(known);
    let mut found = Examined::default();
    let mut tested: Vec<(&Recipient, Returned)> = Vec::new();
    for recipient in bounce.recipients() {
        let same = tested.iter().find(|(other, _)| is_same(other, recipient)).map(|(_, returned)| returned.clone());
        let returned = match same {
            Some(returned) => with_names(returned, recipient),
            None if tested.len() >= MAX_REPLIES => of(case, recipient, &untested()),
            None => {
                let Some(returned) = test(case, recipient, &lookups, &mut found) else { continue };
                tested.push((recipient, returned.clone()));
                returned
            }
        };
        found.returned.push(returned);
    }
    unsigned::judge(case, &mut found);
    backscatter::judge(case, &lookups, &mut found);
    bridge::judge_header(case, &mut found);
    lookups.finish(found)
}

/// Whether two replies say the same, so that one test is enough.
fn is_same(one: &Recipient, other: &Recipient) -> bool {
    let (a, b) = (one.reply(), other.reply());
    // Routes are tested by the recipient's domain.
    let is_about_recipient = matches!(a.cause(), Cause::RecipientDomain | Cause::RecipientNullMx);
    let is_same_place = !is_about_recipient || one.address() == other.address();
    is_same_place && a.text() == b.text() && a.cause() == b.cause() && a.parameters() == b.parameters()
}

fn with_names(returned: Returned, recipient: &Recipient) -> Returned {
    let (address, host) = (recipient.address(), recipient.remote_host());
    Returned {
        recipient: address.map(str::to_owned),
        remote_host: host.map(str::to_owned),
        reply: recipient.reply().clone(),
        ..returned
    }
}

fn untested() -> Answered {
    Answered::unknown(format!("it was not tested: only the first {MAX_REPLIES} different replies are"))
}

/// Tests one reply, and lets every rule see it; `None` where answers are missing.
fn test(case: &Case, recipient: &Recipient, lookups: &Lookups<'_>, found: &mut Examined) -> Option<Returned> {
    let question = Question::of(case, recipient, lookups);
    let answered = question.answer()?;
    for judge in RULES {
        judge(&question, &answered, found);
    }
    if let Confirmation::Unknown(why) = &answered.confirmation {
        let says = format!("is it so now, what the reply says ({})", question.cause);
        found.leave_open(Unknown::new(says, why, true).for_want_of(&answered.queries));
    }
    Some(of(case, recipient, &answered))
}

type Rule = fn(&Question<'_>, &Answered, &mut Examined);

/// The rules that one reply decides.
const RULES: &[Rule] = &[
    listed::judge,
    private_block::judge,
    forward::judge,
    callout::judge,
    tls::judge,
    abuse::judge,
    bridge::judge_reply,
];

fn of(case: &Case, recipient: &Recipient, answered: &Answered) -> Returned {
    let reply = recipient.reply();
    let why = reply.underlying().unwrap_or_else(|| reply.cause());
    Returned {
        recipient: recipient.address().map(str::to_owned),
        remote_host: recipient.remote_host().map(str::to_owned),
        reply: reply.clone(),
        confirmation: answered.confirmation.clone(),
        evidence: answered.evidence.clone(),
        findings: Vec::new(),
        advice: format!("{}{}", advice::of(case, reply, why), inner_hop(case, reply)),
        actor: if listed::is_by_dead_list(reply, why) { Actor::Receiver } else { why.actor() },
        policy: demands::of_reply(reply),
    }
}

/// A link of the reply may be about a hop inside of the message, not about the client that was refused.
fn inner_hop(case: &Case, reply: &Reply) -> String {
    let client = case.route.as_ref().and_then(|route| route.client);
    let hops = case.bounce.iter().flat_map(CaseBounce::hops);
    let named = reply.parameters().ip.filter(|ip| is_only_in_link(reply.text(), *ip) && client != Some(*ip));
    match named.zip(hops.map(|hop| hop.ip).position(|ip| ip == reply.parameters().ip)) {
        Some((ip, hop)) => format!(
            " {ip}, which the link is about, is not the server that was refused, but Received field {} of the message: whoever \
             submitted it there is listed, or its network.",
            hop.saturating_add(1)
        ),
        None => String::new(),
    }
}
