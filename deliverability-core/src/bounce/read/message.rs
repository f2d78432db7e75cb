//! A message, read: which form it has, and whom it is about.

use super::address::all_in;
use super::auto_reply::{answering, is_auto_reply, is_from_mail_system};
use super::contents::Contents;
use super::delivery_status::Report;
use super::draft::Draft;
use super::entity::{Entity, HeaderSection};
use super::feedback;
use super::joined::joined;
use super::limits::Limits;
use super::sns;
use super::spoken::Spoken;
use crate::bounce::cause::Cause;
use crate::bounce::returned::{Bounce, Feedback, Kind};

/// Reads a message whose lines end in LF.
pub(super) fn read(octets: &[u8], limits: &Limits) -> Bounce {
    let mut contents = Contents::of(Entity::split(octets), limits);
    if let Some(fields) = complaint(&contents) {
        return complained(&contents, fields, limits);
    }
    if let Some(notification) = contents.texts.iter().find_map(|text| sns::read(text, limits)) {
        return notification;
    }
    let report = reported(&mut contents, limits);
    if report.recipients.is_empty() {
        return in_words(&contents, limits);
    }
    let mut drafts = report.recipients;
    Spoken::of(&contents, limits).add_to(&mut drafts);
    bounce(Kind::DeliveryReport, drafts, None, &contents, report.reporting_mta)
}

fn bounce(
    kind: Kind,
    drafts: Vec<Draft>,
    cause: Option<Cause>,
    contents: &Contents<'_>,
    mta: Option<String>,
) -> Bounce {
    Bounce {
        kind,
        recipients: drafts.into_iter().map(|draft| draft.into_recipient_of(cause)).collect(),
        reporting_mta: mta,
        original: contents.returned.as_ref().and_then(super::contents::Returned::to_original),
        feedback: None,
    }
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

/// The complaint that a message is, whatever its form.
fn complaint(contents: &Contents<'_>) -> Option<Feedback> {
    if let Some(text) = &contents.feedback {
        return Some(feedback::fields(text));
    }
    feedback::without_fields(contents.header)
}

fn complained(contents: &Contents<'_>, fields: Feedback, limits: &Limits) -> Bounce {
    let original = contents.returned.as_ref().map_or(HeaderSection(b""), |returned| returned.header());
    let text = contents.feedback.as_deref().unwrap_or_default();
    let mut drafts = feedback::recipients(text, original, contents.header, limits.recipients);
    if drafts.is_empty() {
        drafts.push(Draft::default());
    }
    let said = contents.texts.first().map(|text| joined(text.lines(), limits.reply)).unwrap_or_default();
    drafts.iter_mut().for_each(|draft| draft.add_reply(&said));
    let mut bounce = bounce(Kind::FeedbackReport, drafts, Some(Cause::Feedback), contents, None);
    bounce.feedback = Some(fields);
    bounce
}

/// A message without a report.
fn in_words(contents: &Contents<'_>, limits: &Limits) -> Bounce {
    if is_auto_reply(contents.header) {
        let mut drafts = answering(contents.header);
        let said = contents.texts.first().map(|text| joined(text.lines(), limits.reply)).unwrap_or_default();
        drafts.iter_mut().for_each(|draft| draft.add_reply(&said));
        return bounce(Kind::AutoReply, drafts, Some(Cause::AutoReply), contents, None);
    }
    let spoken = Spoken::of(contents, limits);
    if !(is_from_mail_system(contents.header) || is_null_sender(contents.header) || spoken.is_a_bounce()) {
        return bounce(Kind::Other, Vec::new(), None, contents, None);
    }
    let drafts = spoken.into_drafts();
    let kind = if drafts.is_empty() { Kind::Other } else { Kind::TextReport };
    bounce(kind, drafts, None, contents, None)
}

/// RFC 5321 §4.5.5: notifications have the null reverse-path.
fn is_null_sender(header: HeaderSection<'_>) -> bool {
    header.value("Return-Path").is_some_and(|path| path.trim() == "<>")
        || header.value("From").is_some_and(|from| all_in(&from).next().is_none())
}
