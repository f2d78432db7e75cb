//! This library: in a zone, with records remembered, and through `run` with a resolver that is always ready.

use std::sync::Arc;

use deliverability_core::dns::{Check as _, Zone};
use deliverability_core::spf::{CheckHost, RecordCache};
use futures_util::FutureExt as _;

use crate::{CLIENT, Subject, sender, subject};

pub fn checks(task: &'static str, domain: &'static str, zone: &Zone) -> Vec<Subject> {
    let check = |sender: &str| CheckHost::new(CLIENT.into(), sender).helo("mx.example.net");
    let sender = sender(domain);
    assert_eq!(check(&sender).in_zone(zone).result().as_str(), "pass", "{domain}");
    let (one, two, three) = (zone.clone(), zone.clone(), zone.clone());
    let (text, name) = (sender.clone(), sender.clone());
    let records = Arc::new(RecordCache::default());
    vec![
        subject(task, "ours", move || check(&sender).in_zone(&one)),
        subject(task, "ours, cached", move || check(&name).record_cache(&records).in_zone(&two)),
        subject(task, "ours, run", move || check(&text).run(&three).now_or_never().expect("always ready")),
    ]
}
