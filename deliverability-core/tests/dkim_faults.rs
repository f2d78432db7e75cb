//! One fault a message: the verdict and the cause of each.
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

use deliverability_core::Check;
use deliverability_core::dkim::{Cause, Message, Note, SignatureOutcome, Verification, overall};
use dkim_support::{shared, zone};

/// The day the messages were made.
const NOW: u64 = 1_795_170_000;

/// Message, result, code of the cause or, where it passes, of what is worth knowing.
const EXPECTED: &[(&str, &str, &str)] = &[
    ("ok_rsa2048", "pass", ""),
    ("ok_simple_simple", "pass", ""),
    ("ok_spaces_in_p", "pass", ""),
    ("body_footer", "fail", "dkim.body-changed.footer"),
    ("body_ws_simple", "fail", "dkim.body-changed.trailing-space"),
    ("hdr_subject_prefix", "fail", "dkim.header-changed.subject-prefix"),
    ("hdr_refold_simple", "fail", "dkim.header-changed.refolded"),
    ("hdr_added_from", "pass", "dkim.note.unsigned-from"),
    ("key_rotated", "fail", "dkim.key-mismatch"),
    ("key_nxdomain", "permerror", "dkim.key.missing"),
    ("key_servfail", "temperror", "dkim.key.unknown"),
    ("key_timeout", "temperror", "dkim.key.unknown"),
    ("key_revoked", "permerror", "dkim.key.revoked"),
    ("key_escaped_semicolons", "permerror", "dkim.key.escaped"),
    ("key_v_wrong", "permerror", "dkim.key.version"),
    ("key_v_lower", "permerror", "dkim.key.version-case"),
    ("key_k_unknown", "permerror", "dkim.key.unknown-type"),
    ("key_ed_spki", "permerror", "dkim.key.ed25519-wrapped"),
    ("key_t_y_fail", "fail", "dkim.body-changed.footer"),
    ("key_two_records", "neutral", "dkim.key.several"),
    ("key_spf_plus_key", "pass", "dkim.note.other-records"),
    ("key_weak768", "permerror", "dkim.key.weak"),
    ("sig_sha1", "permerror", "dkim.signature.rsa-sha1"),
    ("sig_expired", "fail", "dkim.signature.expired"),
    ("sig_x_before_t", "permerror", "dkim.signature.expires-before-signing"),
    ("sig_future_t", "policy", "dkim.signature.future"),
    ("sig_l_zero", "pass", "dkim.note.body-unsigned"),
    ("sig_i_mismatch", "permerror", "dkim.signature.identity-outside-domain"),
    ("sig_dup_tag", "permerror", "dkim.signature.duplicate-tag"),
    ("sig_missing_v", "permerror", "dkim.signature.missing-v"),
    ("sig_missing_a", "permerror", "dkim.signature.missing-a"),
    ("sig_missing_h", "permerror", "dkim.signature.missing-h"),
    ("sig_v2", "permerror", "dkim.signature.version"),
    ("sig_a_unknown", "neutral", "dkim.signature.unknown-algorithm"),
    ("sig_c_unknown", "neutral", "dkim.signature.unknown-canonicalization"),
    ("sig_q_http", "neutral", "dkim.signature.unknown-query-method"),
    ("sig_t_not_number", "permerror", "dkim.signature.number"),
    ("sig_h_signs_itself", "pass", "dkim.note.signs-itself"),
    ("msg_bare_lf", "pass", "dkim.note.stored-with-lf"),
    ("msg_two_sigs", "pass", "dkim.key.missing"),
    ("msg_no_sig", "none", ""),
];

fn verify(fault: &str) -> Option<Vec<SignatureOutcome>> {
    let message = Message::of(&fs::read(shared(&format!("faults/{fault}.eml"))?).unwrap());
    Some(Verification::of(&message).at(NOW).in_zone(&zone(&format!("faults/{fault}.dns"))?))
}

fn codes(outcome: &SignatureOutcome) -> Vec<&'static str> {
    outcome.causes().iter().map(Cause::code).chain(outcome.notes().iter().map(Note::code)).collect()
}

#[test]
fn every_fault_has_its_verdict_and_its_cause() {
    let mut wrong = Vec::new();
    for (fault, result, code) in EXPECTED {
        let Some(outcomes) = verify(fault) else { return };
        let all: Vec<_> = outcomes.iter().map(codes).collect();
        let named = code.is_empty() || all.iter().any(|codes| codes.first() == Some(code));
        if overall(&outcomes).as_str() != *result || !named {
            wrong.push(format!("{fault}: {} {all:?}", overall(&outcomes)));
        }
        for problem in
            outcomes.iter().flat_map(|outcome| outcome.problems().into_iter().map(|p| (p, outcome.text().len())))
        {
            assert!(problem.0.span.end <= problem.1 && !problem.0.message.chars().any(char::is_control), "{problem:?}");
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_table_holds_every_fault() {
    let Some(file) = shared("faults/expected.json") else { return };
    let all: Vec<(String, String, String)> = serde_json::from_str(&fs::read_to_string(file).unwrap()).unwrap();
    let ours: Vec<&str> = EXPECTED.iter().map(|(fault, ..)| *fault).collect();
    assert_eq!(all.iter().map(|(fault, ..)| fault.as_str()).collect::<Vec<_>>(), ours);
}

#[test]
fn a_domain_in_testing_is_said_to_be() {
    // RFC 6376 §3.6.1, t=y.
    let Some(outcomes) = verify("key_t_y_fail") else { return };
    assert!(codes(&outcomes[0]).contains(&"dkim.note.testing"));
}

#[test]
fn what_is_judged_although_something_else_failed() {
    // The body is judged without a key, the signature with a body that was changed.
    let Some(outcomes) = verify("key_revoked") else { return };
    assert_eq!((outcomes[0].body_matches(), outcomes[0].signature_verifies()), (Some(true), None));
    let outcomes = verify("body_footer").unwrap();
    assert_eq!((outcomes[0].body_matches(), outcomes[0].signature_verifies()), (Some(false), Some(true)));
    let outcomes = verify("sig_sha1").unwrap();
    assert_eq!((outcomes[0].body_matches(), outcomes[0].signature_verifies()), (Some(true), Some(true)));
    // One of the two records is the key that signed.
    let outcomes = verify("key_two_records").unwrap();
    assert!(outcomes[0].to_string().ends_with("1 of them verify the signature"), "{}", outcomes[0]);
}
