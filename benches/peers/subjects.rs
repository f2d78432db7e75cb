//! What is measured: each task done by this library and by those peers that can do it.
//!
//! Every peer gets the set-up that its documentation shows: answers wait in memory in the peer's own
//! types, in maps that hash as quickly as this library's own zone does (keyed, by folded
//! multiplication), and its futures never wait. A run starts from what a session gives (texts and an
//! address) and ends when its outcome is dropped, with the trace kept but not read.

mod dkim;
mod mail_auth_peer;
mod mailrs_peer;
mod ours;
#[path = "../../deliverability-core/tests/dkim_support/signer.rs"]
#[allow(dead_code, reason = "not all of it is measured here")]
mod signer;
mod viadkim_peer;
mod viaspf_peer;
mod world;

use std::fmt;
use std::hint::black_box;

use deliverability_benches::{LONG, SHORT};
use deliverability_core::dns::Zone;
use mail_auth::dns::TxtRecordParser as _;

/// The client of every check.
const CLIENT: [u8; 4] = [192, 0, 2, 1];

/// One way of doing one task.
pub struct Subject {
    pub task: &'static str,
    pub by: &'static str,
    pub run: Box<dyn Fn()>,
}

impl fmt::Display for Subject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.task, self.by)
    }
}

fn subject<T>(task: &'static str, by: &'static str, run: impl Fn() -> T + 'static) -> Subject {
    Subject { task, by, run: Box::new(move || drop(black_box(run()))) }
}

/// All subjects, task by task.
pub fn subjects() -> Vec<Subject> {
    let mut subjects = parsers("parse 57", SHORT);
    subjects.extend(parsers("parse 491", LONG));
    for (task, domain) in [("tree", "tree.test"), ("ip4", "plain.test"), ("exists", "exists.test"), ("mx", "mx.test")] {
        subjects.extend(checks(task, domain));
    }
    subjects.extend(dkim::subjects());
    subjects
}

fn parsers(task: &'static str, text: &'static str) -> Vec<Subject> {
    vec![
        subject(task, "ours", move || {
            deliverability_core::spf::Record::parse(black_box(text).as_bytes()).expect("valid")
        }),
        subject(task, "mail-auth", move || {
            mail_auth::spf::SpfRecord::parse(black_box(text).as_bytes()).expect("valid")
        }),
        subject(task, "mailrs-spf", move || mailrs_spf::Record::parse(black_box(text)).expect("valid")),
        subject(task, "viaspf", move || black_box(text).parse::<viaspf::record::SpfRecord>().expect("valid")),
        subject(task, "decon-spf", move || black_box(text).parse::<decon_spf::Spf<String>>().expect("valid")),
    ]
}

/// `check_host()` for a sender at `domain`, whom all find to pass.
fn checks(task: &'static str, domain: &'static str) -> Vec<Subject> {
    let zone: Zone = deliverability_benches::zone(domain);
    let mut subjects = ours::checks(task, domain, &zone);
    subjects.extend(mail_auth_peer::checks(task, domain, &zone));
    subjects.extend(viaspf_peer::checks(task, domain, &zone));
    subjects.extend(mailrs_peer::checks(task, domain, &zone));
    subjects
}

/// A sender at `domain`.
fn sender(domain: &str) -> String {
    format!("amy@{domain}")
}
