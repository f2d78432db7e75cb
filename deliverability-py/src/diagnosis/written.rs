//! A report read from its JSON.

use core::net::IpAddr;
use std::sync::Arc;

use deliverability_core::DomainName;
use deliverability_core::diagnosis as core_diagnosis;
use deliverability_core::dns::Answers as CoreAnswers;
use pyo3::prelude::*;
use serde::Deserialize;
use serde_json::Value;

use super::ask::AskReport;
use crate::dnsbl::list::{DnsblList, of_catalogue};
use crate::error::Unreadable;
use crate::span::{Span, line};

/// What a report in JSON was made of.
#[derive(Deserialize)]
pub(super) struct Written {
    version: u64,
    case: WrittenCase,
    #[serde(default)]
    inferred: Vec<WrittenInferred>,
    answers: Value,
}

#[derive(Deserialize)]
struct WrittenCase {
    domain: Option<DomainName>,
    sending_ips: Vec<IpAddr>,
    helo: Option<String>,
    selectors: Vec<String>,
    lists: Vec<String>,
    message: Option<WrittenMessage>,
    bounce: Option<WrittenBounce>,
}

#[derive(Deserialize)]
struct WrittenMessage {
    sha256: String,
    at: Option<u64>,
    #[serde(default)]
    trusted_authserv_ids: Vec<String>,
}

#[derive(Deserialize)]
struct WrittenBounce {
    kind: String,
    octets: usize,
}

/// What was taken from the returned mail: it was not asked for.
#[derive(Deserialize)]
struct WrittenInferred {
    what: String,
    value: String,
}

impl Written {
    /// Reads a report; `has_message` and `has_bounce` say what it is read with.
    pub(super) fn read(text: &str, has_message: bool, has_bounce: bool) -> PyResult<Self> {
        let wrong = |why: &str| Err(unreadable(text, why, 0, 0));
        let written: Self = serde_json::from_str(text)
            .map_err(|error| unreadable(text, &error.to_string(), error.line(), error.column()))?;
        if written.version != 1 {
            return wrong(&format!("it is of version {}, only 1 is known", written.version));
        }
        if written.case.message.is_some() && written.given("message").is_some() && !has_message {
            return wrong("it was made of a message, which it does not hold: pass message= too");
        }
        if written.case.bounce.is_some() && !has_bounce {
            return wrong("it was made of a returned mail, which it does not hold: pass bounce= too");
        }
        Ok(written)
    }

    /// Something, unless it was inferred.
    fn given(&self, what: &str) -> Option<()> {
        self.inferred.iter().all(|inferred| inferred.what != what).then_some(())
    }

    fn is_given(&self, what: &str, value: &impl ToString) -> bool {
        let value = value.to_string();
        !self.inferred.iter().any(|inferred| inferred.what == what && inferred.value == value)
    }

    /// What was asked.
    pub(super) fn ask(&self, text: &str, message: Option<Arc<[u8]>>, bounce: Option<Arc<[u8]>>) -> PyResult<AskReport> {
        let case = &self.case;
        let lists = case.lists.iter().filter(|zone| self.is_given("list", zone));
        let list = |zone: &String| of_catalogue(zone).map_err(|error| unreadable(text, &error.to_string(), 0, 0));
        Ok(AskReport {
            domain: self.given("domain").and_then(|()| case.domain.clone()),
            ips: case.sending_ips.iter().copied().filter(|ip| self.is_given("sending_ip", ip)).collect(),
            helo: self.given("helo").and_then(|()| case.helo.clone()),
            selectors: case.selectors.iter().filter(|selector| self.is_given("selector", selector)).cloned().collect(),
            lists: lists.map(list).collect::<PyResult<Vec<DnsblList>>>()?,
            message,
            at: self.given("at").and_then(|()| case.message.as_ref()?.at),
            bounce,
            trusted_authserv_ids: case.message.as_ref().map_or_else(Vec::new, |it| it.trusted_authserv_ids.clone()),
        })
    }

    pub(super) fn answers(&self, text: &str) -> PyResult<CoreAnswers> {
        let wrong = |why: &str| unreadable(text, why, 0, 0);
        CoreAnswers::from_json(&self.answers.to_string())
            .map_err(|error| wrong(&format!("answers, entry {}: {}", error.entry, error.why)))
    }

    /// Whether the report made again is of the same mail.
    pub(super) fn check(&self, text: &str, case: &core_diagnosis::Case) -> PyResult<()> {
        let digest = case.message.as_ref().map(core_diagnosis::CaseMessage::sha256);
        if digest != self.case.message.as_ref().map(|message| &*message.sha256) {
            return Err(unreadable(text, "it was made of another message, or of none", 0, 0));
        }
        let bounce = case.bounce.as_ref().map(|bounce| (bounce.bounce().kind().as_str(), bounce.octets()));
        if bounce != self.case.bounce.as_ref().map(|bounce| (&*bounce.kind, bounce.octets)) {
            return Err(unreadable(text, "it was made of another returned mail, or of none", 0, 0));
        }
        Ok(())
    }
}

fn unreadable(text: &str, why: &str, at_line: usize, column: usize) -> PyErr {
    let Span { start, end } = line(text, at_line);
    let start = start.saturating_add(column.saturating_sub(1)).min(end);
    Unreadable {
        message: format!("report: {why}"),
        kind: "json".to_owned(),
        span: Span { start, end },
        text: text.to_owned(),
    }
    .into()
}
