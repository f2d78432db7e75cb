//! A message, read: which form it has, and whom it is about.

use super::address::all_in;
use super::auto_reply::{answering, is_auto_reply, is_from_mail_system};
use super::contents::{Contents, Returned};
use super::delivery_status::Report;
use super::draft::Draft;
use super::entity::{Entity, HeaderSection};
use super::feedback;
use super::joined::joined;
use super::limits::Limits;
use super::sns;
use super::spoken::Spoken;
use crate::bounce::cause::Cause;
use crate::bounce::returned::{Action, Bounce, Kind, Recipient};

/// Reads a message whose lines end in LF.
pub(super) fn read(octets: &[u8], limits: &Limits) -> Bounce {
    read_nested(octets, limits, true)
}

/// The same; a bounce that somebody forwards as an attachment is read, one of those forwards within it is not.
fn read_nested(octets: &[u8], limits: &Limits, may_be_forward: bool) -> Bounce {
    let mut contents = Contents::of(Entity::split(octets), limits);
    if contents.feedback.is_some() {
        return complained(&contents, limits);
    }
    if let Some(notification) = contents.texts.iter().find_map(|text| sns::read(text, limits)) {
        return notification;
    }
    let report = reported(&mut contents, limits);
    if report.recipients.is_empty() {
        return in_words(&contents, limits, may_be_forward);
    }
    let spoken = Spoken::of(&contents, limits);
    let is_only = report.recipients.len() == 1;
    let recipients = report.recipients.into_iter().map(|mut draft| {
        spoken.add_to(&mut draft, is_only);
        draft.into_recipient_with(|draft| spoken.add_more(draft, is_only), limits)
    });
    // A report without the message around it: its first fields were taken for a header section.
    let reporting_mta = report.reporting_mta.or_else(|| Report::parse(&contents.header.text(), 0).reporting_mta);
    Bounce { reporting_mta, ..bounce(Kind::DeliveryReport, recipients.collect(), &contents) }
}

fn bounce(kind: Kind, recipients: Vec<Recipient>, contents: &Contents<'_>) -> Bounce {
    let original = contents.returned.as_ref().and_then(Returned::to_original);
    Bounce { kind, recipients, reporting_mta: None, original, feedback: None }
}

/// Recipients whose cause the form itself gives, with the first words of the message.
fn stated(mut drafts: Vec<Draft>, cause: Cause, contents: &Contents<'_>, limits: &Limits) -> Vec<Recipient> {
    let said = contents.texts.first().map(|text| joined(text.lines(), limits.reply)).unwrap_or_default();
    for draft in &mut drafts {
        draft.add_reply(&said);
    }
    drafts.into_iter().map(|draft| draft.into_recipient_of(Some(cause), limits)).collect()
}

/// The reports of every part, else one within a text, which is cut off there.
fn reported(contents: &mut Contents<'_>, limits: &Limits) -> Report {
    let mut whole = Report::default();
    for text in &contents.reports {
        let report = Report::parse(text, limits.recipients - whole.recipients.len());
        whole.reporting_mta = whole.reporting_mta.or(report.reporting_mta);
        whole.recipients.extend(report.recipients);
    }
    if !whole.recipients.is_empty() {
        return whole;
    }
    for text in &mut contents.texts {
        if let Some((start, report)) = Report::embedded(text, limits.recipients) {
            text.truncate(start);
            return report;
        }
    }
    whole
}

/// A complaint, whatever its form.
fn complained(contents: &Contents<'_>, limits: &Limits) -> Bounce {
    let original = contents.returned.as_ref().map_or(HeaderSection(b""), Returned::header);
    let text = contents.feedback.as_deref().unwrap_or_default();
    let mut drafts = feedback::recipients(text, original, contents.header, limits.recipients);
    if drafts.is_empty() {
        drafts.push(Draft::default());
    }
    let fields = contents.feedback.as_deref().map(feedback::fields);
    Bounce {
        feedback: fields.or_else(|| feedback::without_fields(contents.header)),
        ..bounce(Kind::FeedbackReport, stated(drafts, Cause::Feedback, contents, limits), contents)
    }
}

/// A message without a report.
fn in_words(contents: &Contents<'_>, limits: &Limits, may_be_forward: bool) -> Bounce {
    if feedback::without_fields(contents.header).is_some() {
        return complained(contents, limits);
    }
    if is_auto_reply(contents.header) {
        let answering = stated(answering(contents.header), Cause::AutoReply, contents, limits);
        return bounce(Kind::AutoReply, answering, contents);
    }
    let spoken = Spoken::of(contents, limits);
    let is_of_system = is_from_mail_system(contents.header) || is_null_sender(contents.header);
    // What a person writes about bounces is one only with the bounce in it.
    let is_bounce = if spoken.is_a_bounce() {
        is_of_system || spoken.is_about_recipients()
    } else {
        is_of_system && spoken.names_recipients() || spoken.is_quoting_any()
    };
    let forwarded = || if may_be_forward { forwarded(contents, limits) } else { None };
    // What a person attaches says more than the words that go with it.
    if let Some(forwarded) = if is_bounce && is_of_system { None } else { forwarded() } {
        return forwarded;
    }
    if !is_bounce {
        return bounce(Kind::Other, Vec::new(), contents);
    }
    let mut drafts = spoken.drafts();
    if spoken.is_a_delay() {
        for draft in &mut drafts {
            draft.action = Some(Action::Delayed);
        }
    }
    let is_only = drafts.len() == 1;
    let classified =
        drafts.into_iter().map(|draft| draft.into_recipient_with(|draft| spoken.add_more(draft, is_only), limits));
    let mut recipients: Vec<_> = classified.collect();
    if recipients.iter().all(|recipient| recipient.cause() == Cause::Unknown) {
        pass_on(&mut recipients, forwarded());
    }
    bounce(Kind::TextReport, recipients, contents)
}

/// A gateway that passes a bounce on, and does not say itself why: what that bounce says of the same recipient.
fn pass_on(recipients: &mut [Recipient], inner: Option<Bounce>) {
    for known in inner.into_iter().flat_map(|inner| inner.recipients) {
        let is_same = |recipient: &&mut Recipient| recipient.address.is_some() && recipient.address == known.address;
        if let Some(recipient) = recipients.iter_mut().find(is_same) {
            recipient.reply = known.reply;
            recipient.remote_host = known.remote_host;
        }
    }
}

/// The bounces that are attached, as one; `None` where none is.
fn forwarded(contents: &Contents<'_>, limits: &Limits) -> Option<Bounce> {
    let attached = contents.returned.iter().chain(&contents.others);
    let inner = attached.map(|attached| read_nested(&attached.octets, limits, false));
    inner.filter(|inner| inner.kind() != Kind::Other).reduce(|mut all, next| {
        let room = limits.recipients.saturating_sub(all.recipients.len());
        all.recipients.extend(next.recipients.into_iter().take(room));
        all
    })
}

/// RFC 5321 §4.5.5: notifications have the null reverse-path.
fn is_null_sender(header: HeaderSection<'_>) -> bool {
    header.value("Return-Path").is_some_and(|path| path.trim() == "<>")
        || header.value("From").is_some_and(|from| all_in(&from).next().is_none())
}
