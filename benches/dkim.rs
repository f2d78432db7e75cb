//! DKIM: verification of messages of three sizes beside its floor (SHA-256 of the body and one RSA
//! check by `aws-lc-rs`), the search for a footer and for what is not found, and key records.

#[path = "dkim_mail.rs"]
mod dkim_mail;
#[path = "../deliverability-core/tests/dkim_support/signer.rs"]
#[allow(dead_code, reason = "the benches need RSA only")]
mod signer;

use deliverability_core::Check as _;
use deliverability_core::dkim::{KeyRecord, Message, Verification, overall};
use divan::{Bencher, black_box};

const SIZES: [usize; 3] = [1 << 10, 50 << 10, 10 << 20];

fn main() {
    divan::main();
}

#[divan::bench(args = SIZES)]
fn verify(bencher: Bencher<'_, '_>, octets: usize) {
    let (message, zone) = dkim_mail::signed(octets);
    let run = || Verification::of(&Message::of(black_box(&message))).at(1_767_225_700).in_zone(&zone);
    assert_eq!(overall(&run()).as_str(), "pass");
    bencher.bench(run);
}

#[divan::bench(args = SIZES)]
fn floor(bencher: Bencher<'_, '_>, octets: usize) {
    let floor = signer::Floor::new(octets);
    bencher.bench(|| floor.run());
}

#[divan::bench(args = SIZES)]
fn footer(bencher: Bencher<'_, '_>, octets: usize) {
    let (mut message, zone) = dkim_mail::signed(octets);
    message.extend_from_slice(b"_______________\r\nA list\r\nhttps://lists.example/\r\n");
    bencher.bench(|| Verification::of(&Message::of(black_box(&message))).in_zone(&zone));
}

const FORMS: [&str; 4] = ["text", "html", "base64", "alternative"];

#[divan::bench(args = FORMS)]
fn unchanged(bencher: Bencher<'_, '_>, form: &str) {
    let (message, zone) = dkim_mail::signed_in(form, 50 << 10);
    bencher.bench(|| Verification::of(&Message::of(black_box(&message))).in_zone(&zone));
}

/// One letter is another: no search finds it, and each goes on as far as its budget.
#[divan::bench(args = FORMS)]
fn not_found(bencher: Bencher<'_, '_>, form: &str) {
    let (mut message, zone) = dkim_mail::signed_in(form, 50 << 10);
    let middle = message.len() / 2;
    let letter = message[middle..].iter().position(u8::is_ascii_alphabetic).expect("text has letters");
    let letter = &mut message[middle + letter];
    *letter = if *letter == b'x' { b'y' } else { b'x' };
    bencher.bench(|| Verification::of(&Message::of(black_box(&message))).in_zone(&zone));
}

/// The footer is as long as the body that was signed.
#[divan::bench(args = [50 << 10])]
fn long_footer(bencher: Bencher<'_, '_>, octets: usize) {
    let (mut message, zone) = dkim_mail::signed(octets / 2);
    message.extend_from_slice(&b"A line of a footer that goes on and on and on and on and on and on.\r\n".repeat(360));
    bencher.bench(|| Verification::of(&Message::of(black_box(&message))).in_zone(&zone));
}

#[divan::bench]
fn key_record(bencher: Bencher<'_, '_>) {
    let key = signer::Key::rsa().expect("openssl makes the key");
    let record = key.record();
    bencher.bench(|| KeyRecord::parse(black_box(record.as_bytes())));
}
