//! What a bounce says in words about each recipient, beside a report or without one.

use super::address::{all_in, is_address};
use super::contents::Contents;
use super::draft::Draft;
use super::entity::HeaderSection;
use super::joined::joined;
use super::limits::Limits;
use super::text::{Block, Blocks, Dialogue, said};

/// The words of a bounce.
#[derive(Debug)]
pub(super) struct Spoken<'a> {
    blocks: Blocks<'a>,
    dialogue: Dialogue,
    /// `X-Failed-Recipients` (Exim, Gmail).
    failed: Vec<String>,
    /// To whom the returned message was addressed.
    addressed: Vec<String>,
    subject: String,
    /// How the first text begins.
    opening: String,
    limits: Limits,
}

impl<'a> Spoken<'a> {
    /// Reads the texts of a message.
    pub(super) fn of(contents: &'a Contents<'_>, limits: &Limits) -> Self {
        let own = contents.header.value("To").unwrap_or_default();
        let own = all_in(&own).next().unwrap_or_default();
        let mut spoken = Self {
            blocks: Blocks::default(),
            dialogue: Dialogue::default(),
            failed: addresses(contents.header, "X-Failed-Recipients", limits.recipients),
            addressed: contents.returned.as_ref().map(|returned| addressed(returned.header())).unwrap_or_default(),
            subject: contents.header.value("Subject").unwrap_or_default().into_owned(),
            opening: contents.texts.first().map(|text| joined(text.lines().take(60), 3000)).unwrap_or_default(),
            limits: *limits,
        };
        for text in &contents.texts {
            let blocks = Blocks::of(text, own, limits.recipients);
            spoken.blocks.preamble.extend(blocks.preamble);
            spoken.blocks.blocks.extend(blocks.blocks);
            if spoken.dialogue.is_empty() && spoken.dialogue.verdict().is_none() {
                spoken.dialogue = Dialogue::of(text, limits.reply);
            }
        }
        spoken
    }

    /// Whether the words themselves are those of a bounce.
    pub(super) fn is_a_bounce(&self) -> bool {
        const WORDS: [&str; 24] = [
            "undeliver",
            "returned mail",
            "returned to sender",
            "failure notice",
            "delivery fail",
            "delivery status",
            "delivery notif",
            "delivery report",
            "mail failure",
            "mail failed",
            "could not be delivered",
            "not delivered",
            "non-delivery",
            "mail system error",
            "delivery has failed",
            "message delayed",
            "delayed mail",
            "warning: message",
            "not deliverable",
            "permanent error",
            "permanent fatal error",
            "could not be sent",
            "you are not a member",
            "duplicated message-id",
        ];
        let subject = self.subject.to_ascii_lowercase();
        let opening = self.opening.to_ascii_lowercase();
        !self.dialogue.is_empty() || WORDS.iter().any(|word| subject.contains(word) || opening.contains(word))
    }

    /// Adds what is said to the recipients of a report.
    pub(super) fn add_to(&self, drafts: &mut [Draft]) {
        let is_single = drafts.len() == 1;
        for draft in drafts {
            self.repair_address(draft);
            let address = draft.address.clone().unwrap_or_default();
            let block = self.blocks.blocks.iter().find(|block| draft.has_address(block.address));
            if let Some((reply, host)) = self.dialogue.refusal_of(&address).filter(|_| is_single || block.is_some()) {
                draft.add_fuller(reply);
                draft.remote_host = draft.remote_host.take().or_else(|| host.map(ToOwned::to_owned));
            }
            if let Some(block) = block {
                self.add_block(draft, block);
            }
            if let Some(verdict) = self.dialogue.verdict().filter(|_| is_single) {
                draft.add_reply(verdict);
            }
            if let Some(comment) = draft.status_comment.take() {
                draft.add_reply(&comment);
            }
            if is_single {
                draft.add_reply(&self.preamble());
            }
        }
    }

    /// A report on a pipe or a file names a command: the address is in `X-Failed-Recipients`, or within.
    fn repair_address(&self, draft: &mut Draft) {
        let Some(address) = draft.address.as_deref().filter(|address| !is_address(address)) else { return };
        let repaired = match self.failed.as_slice() {
            [failed] => Some(failed.clone()),
            _ => all_in(address).next().map(ToOwned::to_owned),
        };
        draft.address = repaired.or_else(|| draft.address.take());
    }

    fn add_block(&self, draft: &mut Draft, block: &Block<'_>) {
        let text = joined(block.lines.iter().copied(), self.limits.reply);
        let first = joined(block.first_paragraph(), self.limits.reply);
        let (paragraph, whole) = (said(&first), said(&text));
        if let Some(reply) = paragraph.reply.or(whole.reply) {
            draft.add_fuller(reply);
        }
        draft.add_reply(&text);
        if draft.remote_host.is_none() {
            draft.remote_host = paragraph.host.or(whole.host).map(ToOwned::to_owned);
        }
    }

    /// The recipients of a bounce that has no report.
    pub(super) fn into_drafts(self) -> Vec<Draft> {
        let mut drafts: Vec<Draft> = Vec::new();
        for address in self.named() {
            if drafts.len() < self.limits.recipients && !drafts.iter().any(|draft| draft.has_address(&address)) {
                drafts.push(Draft::of(&address));
            }
        }
        if drafts.is_empty() {
            drafts.push(Draft::default());
        }
        let preamble = self.preamble();
        for draft in &mut drafts {
            let address = draft.address.clone().unwrap_or_default();
            if let Some((reply, host)) = self.dialogue.refusal_of(&address) {
                draft.add_reply(reply);
                draft.remote_host = host.map(ToOwned::to_owned);
            }
            for block in self.blocks.blocks.iter().filter(|block| block.address.eq_ignore_ascii_case(&address)) {
                self.add_block(draft, block);
            }
            draft.add_reply(self.dialogue.last().unwrap_or_default());
            draft.add_reply(self.dialogue.verdict().unwrap_or_default());
            self.add_preamble(draft, &preamble);
        }
        drafts
    }

    fn add_preamble(&self, draft: &mut Draft, preamble: &str) {
        if let Some(reply) = said(preamble).reply {
            draft.add_reply(reply);
        }
        draft.add_reply(preamble);
        let subject = self.subject.trim();
        let reason = ["Returned mail:", "DELIVERY FAILURE:", "Undeliverable mail:", "Loop alert:"]
            .iter()
            .find(|start| super::delivery_status::begins(subject, start));
        if let Some(start) = reason {
            draft.add_reply(subject.get(start.len()..).unwrap_or_default().trim());
        }
    }

    /// The recipients, from the surest source that names any.
    fn named(&self) -> Vec<String> {
        let headed: Vec<String> = self.blocks.blocks.iter().map(|block| block.address.to_owned()).collect();
        let is_headed = |address: &String| headed.iter().any(|headed| headed.eq_ignore_ascii_case(address));
        if !self.failed.is_empty() && (headed.is_empty() || self.failed.iter().any(is_headed)) {
            return self.failed.clone();
        }
        if !headed.is_empty() {
            return headed;
        }
        let refused = self.dialogue.recipients();
        if !refused.is_empty() {
            return refused;
        }
        self.addressed.clone()
    }

    fn preamble(&self) -> String {
        joined(self.blocks.preamble.iter().copied(), self.limits.reply)
    }
}

fn addresses(header: HeaderSection<'_>, name: &str, limit: usize) -> Vec<String> {
    let mut found = Vec::new();
    for value in header.values(name) {
        found.extend(all_in(&value).take(limit).map(ToOwned::to_owned));
    }
    found.truncate(limit);
    found
}

/// RFC 5322 §3.6.3: whom the message was for, where nothing says more.
fn addressed(header: HeaderSection<'_>) -> Vec<String> {
    header.value("To").map(|to| all_in(&to).take(50).map(ToOwned::to_owned).collect()).unwrap_or_default()
}
