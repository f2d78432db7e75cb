//! The examples of RFC 6376 appendix A and RFC 8463 appendix A.
#![cfg(feature = "verify")]
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::print_stderr,
    clippy::indexing_slicing,
    reason = "a test may fail loudly"
)]

mod dkim_support;

use std::fs;

use deliverability_core::dkim::{Message, SignatureOutcome, Verification};
use deliverability_core::{Check, DkimResult};
use dkim_support::{shared, zone};

fn verify(example: &str) -> Vec<SignatureOutcome> {
    let Some(file) = shared(&format!("rfc6376/{example}.eml")) else { return Vec::new() };
    let message = Message::of(&fs::read(file).unwrap());
    Verification::of(&message).in_zone(&zone(&format!("rfc6376/{example}.dns")).unwrap())
}

#[test]
fn every_signature_of_the_examples_passes() {
    for example in ["rfc6376-a2-simple-simple", "rfc6376-pkcs1-key", "rfc8463-example"] {
        for outcome in verify(example) {
            assert_eq!(outcome.result(), DkimResult::Pass, "{example}: {outcome}");
            assert_eq!(outcome.body_matches(), Some(true), "{example}");
            assert_eq!(outcome.signature_verifies(), Some(true), "{example}");
            assert_eq!(outcome.identity_allowed(), Some(true), "{example}");
        }
    }
}

#[test]
fn rfc_8463_signs_twice() {
    let algorithms: Vec<_> =
        verify("rfc8463-example").iter().map(|o| o.signature().unwrap().algorithm.as_str()).collect();
    assert!(algorithms.is_empty() || algorithms == ["ed25519-sha256", "rsa-sha256"], "{algorithms:?}");
}
