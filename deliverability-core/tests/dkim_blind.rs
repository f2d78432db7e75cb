//! What the world does to signed mail, written from the RFCs and from what postmasters see, not from the code: each
//! fault has its verdict and the cause that a postmaster wants named.
#![cfg(feature = "verify")]
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::print_stderr,
    clippy::indexing_slicing,
    reason = "a test may fail loudly"
)]

#[path = "dkim_blind/body.rs"]
mod body;
#[path = "dkim_blind/header.rs"]
mod header;
#[path = "dkim_blind/hosts.rs"]
mod hosts;
#[path = "dkim_blind/key.rs"]
mod key;
#[path = "dkim_blind/mails.rs"]
mod mails;
#[path = "dkim_blind/signature.rs"]
mod signature;
#[path = "dkim_support/signer.rs"]
#[allow(dead_code, reason = "the benches use the rest")]
mod signer;

use deliverability_core::Check;
use deliverability_core::dkim::{Cause, Message, Note, SignatureOutcome, Verification};
use deliverability_core::dns::{RecordData, Text, Zone};
use signer::{Key, Mail};

/// When the messages are judged.
const NOW: u64 = 1_795_170_000;

/// Fields that the messages are signed with, some more often than they stand.
const SIGNED: &str = "From:From:To:Cc:Subject:Subject:Date:Message-ID:MIME-Version:Content-Type:Reply-To";

/// A message that arrives, and the key record at `s._domainkey.example.org`.
struct Arrived {
    octets: Vec<u8>,
    zone: Zone,
}

/// One fault: its name, the result, and the codes any of which names it, the deciding one first; of a message that
/// passes, the code of the note.
struct Fault(&'static str, &'static str, &'static [&'static str], Arrived);

/// The keys of one run.
struct Keys {
    rsa: Option<Key>,
    other: Option<Key>,
    ed25519: Key,
}

impl Keys {
    fn new() -> Self {
        Self { rsa: Key::rsa(), other: Key::rsa(), ed25519: Key::ed25519() }
    }

    /// RSA where there is one.
    fn usual(&self) -> &Key {
        self.rsa.as_ref().unwrap_or(&self.ed25519)
    }
}

fn zone_of(records: &[&str]) -> Zone {
    let mut zone = Zone::new();
    for record in records {
        zone.insert("s._domainkey.example.org".parse().unwrap(), RecordData::Txt(Text::from(*record)));
    }
    zone
}

/// Signed as it stands, then changed.
fn changed(key: &Key, mail: &Mail, how: (&str, &str), change: impl FnOnce(&mut Mail)) -> Arrived {
    let mut signed = signer::sign(key, mail, how.0, how.1, SIGNED, "");
    let untouched = outcome(&Arrived { octets: signed.octets(), zone: key.zone() });
    assert_eq!(untouched.result().as_str(), "pass", "{untouched}");
    change(&mut signed);
    Arrived { octets: signed.octets(), zone: key.zone() }
}

fn outcome(arrived: &Arrived) -> SignatureOutcome {
    let message = Message::of(&arrived.octets);
    Verification::of(&message).at(NOW).in_zone(&arrived.zone)[0].clone()
}

fn judge(faults: &[Fault]) {
    let mut wrong = Vec::new();
    for Fault(name, result, codes, arrived) in faults {
        let outcome = outcome(arrived);
        let causes: Vec<&str> = outcome.causes().iter().map(Cause::code).collect();
        let notes: Vec<&str> = outcome.notes().iter().map(Note::code).collect();
        let decides = if causes.is_empty() { notes.first() } else { causes.first() };
        let named = codes.is_empty() && causes.is_empty() || codes.iter().any(|code| decides == Some(code));
        if outcome.result().as_str() != *result || !named {
            wrong.push(format!(
                "{name}: {} {causes:?} {notes:?}, not {result} {codes:?}\n    {outcome}",
                outcome.result()
            ));
        }
    }
    eprintln!("{} faults, {} named", faults.len(), faults.len() - wrong.len());
    assert!(wrong.is_empty(), "{} wrong\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn bodies() {
    judge(&body::faults(&Keys::new()));
}

#[test]
fn headers() {
    judge(&header::faults(&Keys::new()));
}

#[test]
fn signatures() {
    judge(&signature::faults(&Keys::new()));
}

#[test]
fn keys() {
    judge(&key::faults(&Keys::new()));
}

#[test]
fn hosts_that_change_much() {
    let keys = Keys::new();
    let mut wrong = Vec::new();
    for key in [keys.usual(), &keys.ed25519] {
        for (name, codes, arrived) in hosts::faults(key) {
            let outcome = outcome(&arrived);
            let causes: Vec<&str> = outcome.causes().iter().map(Cause::code).collect();
            // Two fields at once take more tries than an Ed25519 signature is given, which has to be verified for each.
            let is_ed25519 = matches!(key, Key::Ed25519(_)) && causes.get(1) == Some(&"dkim.signature-mismatch");
            if causes != codes && !(is_ed25519 && causes[0] == codes[0]) {
                wrong.push(format!("{name}: {causes:?}, not {codes:?}\n    {outcome}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{} wrong\n{}", wrong.len(), wrong.join("\n"));
}
