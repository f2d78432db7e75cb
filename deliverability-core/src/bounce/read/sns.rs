//! [Amazon SES notifications](https://docs.aws.amazon.com/ses/latest/dg/notification-contents.html) in JSON, bare or in
//! the `Message` of an SNS envelope.

use serde_json::Value;

use super::delivery_status::status;
use super::draft::Draft;
use super::limits::Limits;
use crate::bounce::cause::Cause;
use crate::bounce::returned::{Action, Bounce, Kind, Original};

/// Reads a notification; `None` where the text is none.
pub(super) fn read(text: &str, limits: &Limits) -> Option<Bounce> {
    let text = text.trim_start();
    if !text.starts_with('{') {
        return None;
    }
    let mut event = first_value(text)?;
    if let Some(message) = event.get("Message").and_then(Value::as_str) {
        event = first_value(message)?;
    }
    let kind = event.get("notificationType").or_else(|| event.get("eventType"))?.as_str()?;
    let drafts = match kind {
        "Bounce" => bounced(event.get("bounce")?),
        "Complaint" => complained(event.get("complaint")?),
        "Delivery" => delivered(event.get("delivery")?),
        "DeliveryDelay" => delayed(event.get("deliveryDelay")?),
        "Reject" => rejected(&event),
        _ => return None,
    };
    let cause = match kind {
        "Complaint" => Some(Cause::Feedback),
        // Amazon's only reason to refuse a message before it is sent: it contains a virus.
        "Reject" => Some(Cause::Virus),
        _ => None,
    };
    Some(Bounce {
        kind: Kind::Notification,
        recipients: drafts.take(limits.recipients).map(|draft| draft.into_recipient_of(cause, limits)).collect(),
        reporting_mta: reporting_mta(&event),
        original: original(event.get("mail")),
        feedback: None,
    })
}

/// The first JSON value of a text. The mail that carries it is folded within strings, and has more after it.
fn first_value(text: &str) -> Option<Value> {
    let first = |text: &str| serde_json::Deserializer::from_str(text).into_iter::<Value>().next()?.ok();
    first(text).or_else(|| first(&text.replace("\n ", "").replace('\n', "")))
}

fn reporting_mta(event: &Value) -> Option<String> {
    let mut details = ["bounce", "delivery", "deliveryDelay"].iter().filter_map(|name| event.get(name));
    details.find_map(|detail| text_of(detail, "reportingMTA")).map(|value| host(&value))
}

fn text_of(value: &Value, name: &str) -> Option<String> {
    value.get(name)?.as_str().map(ToOwned::to_owned)
}

fn host(value: &str) -> String {
    value.split_once(';').map_or(value, |(_, host)| host).trim().to_owned()
}

fn list<'a>(value: &'a Value, name: &str) -> impl Iterator<Item = &'a Value> + use<'a> {
    value.get(name).and_then(Value::as_array).into_iter().flatten()
}

type Drafts<'a> = Box<dyn Iterator<Item = Draft> + 'a>;

fn bounced(bounce: &Value) -> Drafts<'_> {
    let subtype = text_of(bounce, "bounceSubType").map(|word| spaced(&word)).unwrap_or_default();
    Box::new(list(bounce, "bouncedRecipients").map(move |recipient| {
        let mut draft = recipient_of(recipient);
        draft.action = draft.action.or(Some(Action::Failed));
        draft.add_reply(&subtype);
        draft
    }))
}

fn complained(complaint: &Value) -> Drafts<'_> {
    let kind = text_of(complaint, "complaintFeedbackType").unwrap_or_default();
    Box::new(list(complaint, "complainedRecipients").map(move |recipient| {
        let mut draft = recipient_of(recipient);
        draft.add_reply(&kind);
        draft
    }))
}

fn delivered(delivery: &Value) -> Drafts<'_> {
    Box::new(list(delivery, "recipients").filter_map(Value::as_str).map(|address| {
        let mut draft = Draft { action: Some(Action::Delivered), ..Draft::of(address) };
        draft.add_reply(&text_of(delivery, "smtpResponse").unwrap_or_default());
        draft.remote_host = text_of(delivery, "remoteMtaIp");
        draft
    }))
}

fn delayed(delay: &Value) -> Drafts<'_> {
    let kind = text_of(delay, "delayType").map(|word| spaced(&word)).unwrap_or_default();
    Box::new(list(delay, "delayedRecipients").map(move |recipient| {
        let mut draft = Draft { action: Some(Action::Delayed), ..recipient_of(recipient) };
        draft.add_reply(&kind);
        draft
    }))
}

fn rejected(event: &Value) -> Drafts<'_> {
    let reason = event.get("reject").and_then(|reject| text_of(reject, "reason")).unwrap_or_default();
    let mail = event.get("mail").unwrap_or(event);
    Box::new(list(mail, "destination").filter_map(Value::as_str).map(move |address| {
        let mut draft = Draft { action: Some(Action::Failed), ..Draft::of(address) };
        draft.add_reply(&reason);
        draft
    }))
}

fn recipient_of(recipient: &Value) -> Draft {
    let address = text_of(recipient, "emailAddress").unwrap_or_default();
    let address = super::address::all_in(&address).next().unwrap_or(&address).to_owned();
    let mut draft = Draft::of(&address);
    draft.status = text_of(recipient, "status").and_then(|code| status(&code));
    draft.action = match recipient.get("action").and_then(Value::as_str) {
        Some("delayed") => Some(Action::Delayed),
        Some("failed") => Some(Action::Failed),
        _ => None,
    };
    let diagnostic = text_of(recipient, "diagnosticCode").unwrap_or_default();
    draft.add_reply(diagnostic.strip_prefix("smtp;").unwrap_or(&diagnostic).trim());
    draft
}

/// `MailboxFull` as words.
fn spaced(word: &str) -> String {
    let mut words = String::with_capacity(word.len() + 4);
    for c in word.chars() {
        if c.is_ascii_uppercase() && !words.is_empty() {
            words.push(' ');
        }
        words.push(c);
    }
    words
}

/// The header fields of the message that was sent, where the notification includes them.
fn original(mail: Option<&Value>) -> Option<Original> {
    let mut header = String::new();
    for field in list(mail?, "headers") {
        let (name, value) = (text_of(field, "name")?, text_of(field, "value")?);
        header.extend([name.as_str(), ": ", &value.replace(['\r', '\n'], " "), "\r\n"]);
    }
    (!header.is_empty()).then(|| Original { octets: header.into_bytes().into(), is_whole: false })
}
