//! What a bounce says in words about each recipient, beside a report or without one.

use std::borrow::Cow;
use std::sync::LazyLock;

use super::address::{all_in, is_address};
use super::contents::{Contents, Returned};
use super::draft::Draft;
use super::entity::HeaderSection;
use super::joined::joined;
use super::limits::Limits;
use super::phrases::Phrases;
use super::text::{Block, Blocks, Dialogue, host_of, kddi_reason, said};

/// The words of a bounce.
#[derive(Debug)]
pub(super) struct Spoken<'a> {
    blocks: Blocks<'a>,
    dialogue: Dialogue,
    /// `X-Failed-Recipients` (Exim, Gmail).
    failed: Vec<String>,
    /// The header section of the returned message.
    returned: HeaderSection<'a>,
    subject: Cow<'a, str>,
    /// To whom the bounce went.
    own: String,
    texts: &'a [String],
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
            returned: contents.returned.as_ref().map_or(HeaderSection(b""), Returned::header),
            subject: contents.header.words("Subject").unwrap_or_default(),
            own: own.to_owned(),
            texts: &contents.texts,
            limits: *limits,
        };
        for text in &contents.texts {
            let blocks = Blocks::of(text, own, limits.recipients);
            spoken.blocks.add(blocks);
            if spoken.dialogue.is_empty() && spoken.dialogue.verdict().is_none() {
                spoken.dialogue = Dialogue::of(text, limits.reply);
            }
        }
        spoken
    }

    /// Whether the words themselves are those of a bounce.
    pub(super) fn is_a_bounce(&self) -> bool {
        static WORDS: LazyLock<Phrases> = LazyLock::new(|| Phrases::new(&BOUNCE_WORDS));
        let opening = || self.texts.first().map(|text| joined(text.lines().take(60), 3000)).unwrap_or_default();
        !self.dialogue.is_empty() || WORDS.is_in(&self.subject) || WORDS.is_in(&opening())
    }

    /// Whether the words say that the message is still tried.
    pub(super) fn is_a_delay(&self) -> bool {
        static WORDS: LazyLock<Phrases> = LazyLock::new(|| Phrases::new(&DELAY_WORDS));
        let before = joined(self.blocks.preamble.iter().copied(), self.limits.reply);
        WORDS.is_in(&self.subject) || WORDS.is_in(&before)
    }

    /// Whether the words themselves name a recipient, or quote what was refused.
    pub(super) fn is_about_recipients(&self) -> bool {
        !(self.blocks.blocks.is_empty() && self.dialogue.is_empty() && self.failed.is_empty())
    }

    /// Whether recipients are named, be it in the returned message only.
    pub(super) fn names_recipients(&self) -> bool {
        !self.named().is_empty()
    }

    /// Adds what is quoted about the recipient of a report; `is_only`: it reports on no other.
    pub(super) fn add_to(&self, draft: &mut Draft, is_only: bool) {
        self.repair_address(draft);
        draft.add_reply(kddi_reason(&self.blocks.preamble).unwrap_or_default());
        let address = draft.address.clone().unwrap_or_default();
        let block = self.blocks.blocks.iter().find(|block| draft.has_address(block.address));
        if let Some((reply, host)) = self.dialogue.refusal_of(&address).filter(|_| is_only || block.is_some()) {
            draft.add_fuller(reply);
            draft.remote_host = draft.remote_host.take().or_else(|| host.map(ToOwned::to_owned));
        }
        if let Some(block) = block {
            self.add_block(draft, block);
        }
    }

    /// Adds what may tell the cause where the quoted replies do not: the rest of the block, the sending server's verdict,
    /// the words before the recipients, the subject.
    pub(super) fn add_more(&self, draft: &mut Draft, is_only: bool) {
        let blocks = self.blocks.blocks.iter().filter(|block| draft.has_address(block.address)).take(8);
        let whole: Vec<_> = blocks.map(|block| joined(block.lines.iter().copied(), self.limits.reply)).collect();
        for text in &whole {
            draft.add_reply(text);
        }
        if let Some(comment) = draft.status_comment.take() {
            draft.add_reply(&comment);
        }
        if is_only {
            draft.add_reply(self.dialogue.last().unwrap_or_default());
            draft.add_reply(self.dialogue.verdict().unwrap_or_default());
        }
        if is_only || draft.replies.is_empty() {
            self.add_preamble(draft);
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

    /// Whether a reply is quoted under an address.
    pub(super) fn is_quoting_any(&self) -> bool {
        self.blocks.blocks.iter().take(8).any(|block| self.is_quoting(block))
    }

    fn is_quoting(&self, block: &Block<'_>) -> bool {
        said(&joined(block.lines.iter().copied(), self.limits.reply)).is_some()
    }

    /// The reply that a block quotes, else the whole block.
    fn add_block(&self, draft: &mut Draft, block: &Block<'_>) {
        let first = joined(block.first_paragraph(), self.limits.reply);
        draft.remote_host = draft.remote_host.take().or_else(|| host_of(&first).map(ToOwned::to_owned));
        if let Some(reply) = said(&first) {
            return draft.add_fuller(reply);
        }
        let whole = joined(block.lines.iter().copied(), self.limits.reply);
        draft.remote_host = draft.remote_host.take().or_else(|| host_of(&whole).map(ToOwned::to_owned));
        match said(&whole) {
            Some(reply) => draft.add_fuller(reply),
            None => draft.add_reply(&whole),
        }
    }

    /// The recipients of a bounce that has no report.
    pub(super) fn drafts(&self) -> Vec<Draft> {
        let mut drafts: Vec<Draft> = Vec::new();
        for address in self.named() {
            if drafts.len() < self.limits.recipients && !drafts.iter().any(|draft| draft.has_address(&address)) {
                drafts.push(Draft::of(&address));
            }
        }
        if drafts.is_empty() {
            drafts.push(Draft::default());
        }
        for draft in &mut drafts {
            let address = draft.address.clone().unwrap_or_default();
            if let Some((reply, host)) = self.dialogue.refusal_of(&address) {
                draft.add_reply(reply);
                draft.remote_host = host.map(ToOwned::to_owned);
            }
            let blocks = self.blocks.blocks.iter().filter(|block| block.address.eq_ignore_ascii_case(&address)).take(8);
            // Exchange says it in words first, and quotes the reply under the address once more.
            let (quoting, other): (Vec<_>, Vec<_>) = blocks.partition(|block| self.is_quoting(block));
            for block in quoting.into_iter().chain(other) {
                self.add_block(draft, block);
            }
        }
        drafts
    }

    fn add_preamble(&self, draft: &mut Draft) {
        let preamble = joined(self.blocks.preamble.iter().copied(), self.limits.reply);
        if let Some(reply) = said(&preamble) {
            draft.add_reply(reply);
        }
        draft.add_reply(&preamble);
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
        let addressed = addressed(self.returned);
        if addressed.is_empty() { self.told().into_iter().collect() } else { addressed }
    }

    /// What the words show of the returned header section: `To: a@example.org`.
    fn told(&self) -> Option<String> {
        let mut lines = self.texts.iter().flat_map(|text| text.lines()).map(str::trim);
        let line = lines.find(|line| super::delivery_status::begins(line, "To:"))?;
        all_in(line).next().filter(|address| !address.eq_ignore_ascii_case(&self.own)).map(ToOwned::to_owned)
    }
}

/// What subjects and openings of bounces say.
const BOUNCE_WORDS: [&str; 24] = [
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

/// What subjects and openings say while the server goes on trying.
const DELAY_WORDS: [&str; 15] = [
    "not yet been delivered",
    "has been delayed",
    "is delayed",
    "delayed mail",
    "(delay)",
    "still being retried",
    "will be retried",
    "gmail will retry",
    "warning message only",
    "a warning only",
    "delivery incomplete",
    "delivery attempts will continue",
    "will keep trying",
    "will continue to try",
    "could not send message for past",
];

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
