//! What is read of every bounce, reply and Received field at hand, as JSON lines: the tests of other languages
//! compare theirs with it, and the report on a bounce where no name exists. `DELIVERABILITY_BOUNCES_JSON` names the file to write.
#![cfg(all(feature = "bounce", feature = "serde"))]
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::print_stderr,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "a test may fail loudly"
)]

mod bounce_support;

use std::fs;

use bounce_support::{json, messages};
use deliverability_core::Check;
use deliverability_core::bounce::{self, Bounce, NamedList, Parameters, Recipient, Reply};
use deliverability_core::diagnosis::Explain;
use deliverability_core::dns::Zone;
use deliverability_core::dnsbl::KnownList;
use deliverability_core::header::received::{Received, Word};
use deliverability_core::receivers::Receiver;
use serde_json::{Value, json};

#[test]
fn bounces_are_written_as_json() {
    let Some(file) = std::env::var_os("DELIVERABILITY_BOUNCES_JSON") else { return };
    let mut lines = Vec::new();
    for folder in ["exim", "postfix", "sisimai"] {
        for (name, message) in messages(folder) {
            let report = Explain::of(&message).lists(&[]).in_zone(&Zone::new()).to_json();
            let read = of_bounce(&bounce::read(&message));
            lines.push(json!({"file": format!("{folder}/{name}"), "read": read, "report": report}));
        }
    }
    for (number, case) in json("replies.json").iter().flat_map(|cases| cases.as_array().unwrap()).enumerate() {
        let text = case["text"].as_str().unwrap();
        lines.push(json!({"file": format!("replies.json {number}"), "read": of_reply(&bounce::classify_reply(text))}));
    }
    for (number, case) in json("received_cases.json").iter().flat_map(|cases| cases.as_array().unwrap()).enumerate() {
        let field = Received::parse(case["received"].as_str().unwrap().as_bytes());
        lines.push(json!({"file": format!("received_cases.json {number}"), "read": of_received(&field)}));
    }
    let lines: Vec<String> = lines.iter().map(Value::to_string).collect();
    fs::write(file, lines.join("\n")).unwrap();
}

fn text(value: Option<&impl ToString>) -> Value {
    value.map(ToString::to_string).into()
}

fn of_bounce(bounce: &Bounce) -> Value {
    json!({
        "kind": bounce.kind().as_str(),
        "recipients": bounce.recipients().iter().map(of_recipient).collect::<Vec<_>>(),
        "reporting_mta": bounce.reporting_mta(),
        "original": bounce.original().map(|original| json!({
            "octets": String::from_utf8_lossy(original.octets()),
            "is_whole": original.is_whole(),
        })),
        "feedback": bounce.feedback().map(|feedback| json!({
            "kind": feedback.kind,
            "source_ip": text(feedback.source_ip.as_ref()),
            "reported_domain": feedback.reported_domain,
            "original_sender": feedback.original_sender,
            "authentication_failure": feedback.authentication_failure,
        })),
    })
}

fn of_recipient(recipient: &Recipient) -> Value {
    json!({
        "address": recipient.address(),
        "original_address": recipient.original_address(),
        "action": recipient.action().map(bounce::Action::as_str),
        "status": text(recipient.status().as_ref()),
        "remote_host": recipient.remote_host(),
        "reply": of_reply(recipient.reply()),
    })
}

fn of_reply(reply: &Reply) -> Value {
    let characters = |end: usize| reply.text()[..end].chars().count();
    json!({
        "text": reply.text(),
        "code": reply.code(),
        "status": text(reply.status().as_ref()),
        "cause": reply.cause().as_str(),
        "underlying": reply.underlying().map(bounce::Cause::as_str),
        "parameters": of_parameters(reply.parameters()),
        "receiver": reply.receiver().map(Receiver::as_str),
        "permanence": reply.permanence().as_str(),
        "sentence": {"start": characters(reply.sentence().start), "end": characters(reply.sentence().end)},
    })
}

fn of_parameters(parameters: &Parameters) -> Value {
    json!({
        "list": parameters.list.as_ref().map(of_list),
        "url": parameters.url,
        "ip": text(parameters.ip.as_ref()),
        "domain": text(parameters.domain.as_ref()),
        "sender": parameters.sender,
        "mx": parameters.mx,
        "helo": parameters.helo,
        "code": parameters.code,
        "spf": text(parameters.spf.as_ref()),
        "dkim": text(parameters.dkim.as_ref()),
        "dmarc": text(parameters.dmarc.as_ref()),
    })
}

fn of_list(list: &NamedList) -> Value {
    let known = list.known.as_ref().map(|known| match known {
        KnownList::Active(list) => list.zone().to_string(),
        KnownList::Dead(dead) => dead.zone().to_string(),
        _ => panic!("another kind of list"),
    });
    json!({"name": list.name, "zone": text(list.zone.as_ref()), "known": known})
}

fn of_received(field: &Received<'_>) -> Value {
    let word = |word: &Option<Word<'_>>| word.as_ref().map(|word| word.text.clone().into_owned());
    json!({
        "ip": text(field.ip.map(|address| address.ip).as_ref()),
        "helo": word(&field.helo),
        "rdns": word(&field.rdns),
        "by": word(&field.by),
        "id": word(&field.id),
        "ident": word(&field.ident),
        "envelope_from": word(&field.envelope_from),
        "date": field.date.map(|date| date.seconds),
        "is_authenticated": field.is_authenticated(),
        "is_encrypted": field.is_encrypted(),
    })
}
