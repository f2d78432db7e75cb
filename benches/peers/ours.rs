//! This library: in a zone, and through `run` with a resolver that is always ready.

use deliverability_core::dns::{Check as _, Zone};
use deliverability_core::spf::CheckHost;
use futures_util::FutureExt as _;

use crate::{CLIENT, Subject, sender, subject};

pub fn checks(task: &'static str, domain: &'static str, zone: &Zone) -> Vec<Subject> {
    let check = |sender: &str| CheckHost::new(CLIENT.into(), sender).helo("mx.example.net");
    let sender = sender(domain);
    assert_eq!(check(&sender).in_zone(zone).result().as_str(), "pass", "{domain}");
    let (one, other, text) = (zone.clone(), zone.clone(), sender.clone());
    vec![
        subject(task, "ours", move || check(&sender).in_zone(&one)),
        subject(task, "ours, run", move || check(&text).run(&other).now_or_never().expect("always ready")),
    ]
}
