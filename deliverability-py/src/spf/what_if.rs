//! What proposed records would change.

use core::net::IpAddr;

use deliverability_core::SpfResult;
use deliverability_core::dns::{Query, RecordData, Response};
use deliverability_core::spf::{self, CheckHost, Compared, WhatIf};
use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::types::{PyMapping, PyTuple};

use super::cause::SpfCause;
use super::rewrite::RecordChange;
use crate::check::Check;
use crate::field::Field as _;
use crate::input::{Address, Domain, Session, each};
use crate::outcome::{Ask, outcome_class};
use crate::value::value_class;
use crate::zone;

outcome_class! {
    /// The verdicts of senders before and after records are published.
    SpfComparison of AskWhatIf, matched by (verdicts) {
        /// Every sender's verdicts, in the order given.
        verdicts: Vec<SpfVerdict> = |e| e.outcome.verdicts().iter().map(SpfVerdict::from).collect();
        /// Those whose result changes.
        changed: Vec<SpfVerdict> = |e| e.outcome.changed().map(SpfVerdict::from).collect();
    }
}

value_class! {
    /// One sender's verdict before and after.
    SpfVerdict {
        /// The client's address.
        ip: IpAddr,
        /// The MAIL FROM address as given.
        sender: String,
        /// The HELO name as given.
        helo: String,
        /// The result as things stand.
        before: SpfResult,
        /// The result with the proposed records.
        after: SpfResult,
        /// What decides as things stand.
        cause_before: SpfCause,
        /// What decides with the proposed records.
        cause_after: SpfCause,
        /// The verdict as a line of text; `str(verdict)` too.
        text: String,
    } with {
        fn __str__(&self) -> String {
            self.text.clone()
        }
    }
}

impl From<&spf::Verdict> for SpfVerdict {
    fn from(verdict: &spf::Verdict) -> Self {
        let (before, after) = (verdict.before(), verdict.after());
        Self {
            ip: before.ip(),
            sender: before.sender().to_owned(),
            helo: before.helo().to_owned(),
            before: before.result(),
            after: after.result(),
            cause_before: before.cause().into(),
            cause_after: after.cause().into(),
            text: verdict.to_string(),
        }
    }
}

/// A client, its sender and its HELO name.
type Sender = (IpAddr, String, Option<String>);

#[derive(Clone, PartialEq, Hash)]
pub(crate) struct AskWhatIf {
    senders: Vec<Sender>,
    changes: Vec<RecordChange>,
    sets: Vec<(Query, Vec<RecordData>)>,
}

impl AskWhatIf {
    fn what_if(&self) -> WhatIf {
        let checks = self.senders.iter().map(|(ip, sender, helo)| {
            let check = CheckHost::new(*ip, sender);
            helo.iter().fold(check, CheckHost::helo)
        });
        let changes = self.changes.iter().map(|change| spf::RecordChange::publish(change.name.clone(), &*change.new));
        let proposed = changes.fold(WhatIf::of(checks), WhatIf::publish);
        let sets = self.sets.iter().cloned();
        sets.fold(proposed, |proposed, (query, records)| proposed.publish_set(query, records))
    }
}

impl Ask for AskWhatIf {
    type Outcome = Compared;
    const FUNCTION: &'static str = "what_if";

    fn show(outcome: &Compared) -> String {
        let lines: Vec<_> = outcome.verdicts().iter().map(ToString::to_string).collect();
        if lines.is_empty() { "no senders to compare".to_owned() } else { lines.join("\n") }
    }

    fn arguments<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyTuple>> {
        let senders = self.senders.iter().map(|(ip, sender, helo)| (ip.to_string(), sender, helo));
        let sets =
            self.sets.iter().map(|(query, records)| (query.clone(), Response::new(records.clone()).into_answer()));
        let sets = zone::mapping(py, &sets.collect::<Vec<_>>())?;
        (senders.collect::<Vec<_>>(), self.changes.clone(), sets).into_pyobject(py)
    }
}

#[pyfunction]
pub(crate) fn what_if(
    senders: &Bound<'_, PyAny>,
    changes: &Bound<'_, PyAny>,
    sets: &Bound<'_, PyMapping>,
) -> PyResult<Check> {
    let ask = AskWhatIf {
        senders: each(senders, "senders", sender)?,
        changes: each(changes, "changes", change)?,
        sets: each(sets.items()?.as_any(), "sets", set)?,
    };
    let what_if = ask.what_if();
    Ok(SpfComparison::of(ask, what_if))
}

fn sender(value: &Bound<'_, PyAny>) -> PyResult<Sender> {
    if let Ok(pair) = value.cast::<PyTuple>()
        && pair.len() == 2
    {
        let (ip, sender): (Address, Session) = pair.extract()?;
        return Ok((ip.0, sender.0, None));
    }
    let (ip, sender, helo): (Address, Session, Option<Session>) = value.extract()?;
    Ok((ip.0, sender.0, helo.map(|helo| helo.0)))
}

/// A change, or a name and the record to publish there.
fn change(value: &Bound<'_, PyAny>) -> PyResult<RecordChange> {
    if let Ok(change) = RecordChange::from_py(value) {
        return Ok(change);
    }
    let (name, new): (Domain, Session) = value.extract()?;
    Ok(RecordChange { name: name.0, old: Vec::new(), new: new.0 })
}

/// A name and a type, and all records of that type there; none for no data.
fn set(item: &Bound<'_, PyAny>) -> PyResult<(Query, Vec<RecordData>)> {
    let (query, answer) = zone::entry(item)?;
    match answer {
        Ok(response) => Ok((query, response.records().to_vec())),
        Err(_) => {
            Err(PyTypeError::new_err(format!("sets: {query}: a list of values, which may be empty, not a DnsError")))
        }
    }
}
