//! A cache of keys changes no outcome: one for all, and one so small that it forgets all the time.
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
use std::sync::Arc;

use data_encoding::BASE64;
use deliverability_core::Check;
use deliverability_core::dkim::{KeyCache, Message, Verification};
use deliverability_core::dns::{RecordData, Text, Zone};
use dkim_support::{shared, zone};

/// Judges a message without a cache, and twice with each.
fn agree(what: &str, message: &Message, zone: &Zone, caches: &[Arc<KeyCache>]) {
    let check = Verification::of(message).at(1_795_170_000);
    let plain = check.in_zone(zone);
    for cache in caches.iter().flat_map(|cache| [cache, cache]) {
        assert_eq!(check.clone().key_cache(cache).in_zone(zone), plain, "{what}");
    }
}

fn caches() -> [Arc<KeyCache>; 2] {
    [Arc::new(KeyCache::default()), Arc::new(KeyCache::new(10_000))]
}

#[test]
fn every_fault_and_example_is_judged_the_same() {
    let caches = caches();
    let mut messages = 0;
    for folder in ["faults", "rfc6376"] {
        let Some(path) = shared(folder) else { return };
        for file in fs::read_dir(path).unwrap().map(|entry| entry.unwrap().path()) {
            if file.extension().is_some_and(|e| e == "eml") {
                let name = file.file_stem().unwrap().to_str().unwrap();
                let zone = zone(&format!("{folder}/{name}.dns")).unwrap();
                agree(name, &Message::of(&fs::read(&file).unwrap()), &zone, &caches);
                messages += 1;
            }
        }
    }
    assert!(messages >= 44, "{messages}");
    assert!(!caches[0].is_empty() && caches[1].len() <= 3, "{caches:?}");
}

/// One DER element.
fn der(tag: u8, value: &[u8]) -> Vec<u8> {
    let length = u16::try_from(value.len()).unwrap().to_be_bytes();
    [&[tag, 0x82], &length[..], value].concat()
}

/// An integer in the shortest form, as X.690 has it.
fn integer(digits: &[u8]) -> Vec<u8> {
    let value = if digits[0] >= 0x80 { [&[0], digits].concat() } else { digits.to_vec() };
    if value.len() < 128 { [&[2, u8::try_from(value.len()).unwrap()], &value[..]].concat() } else { der(2, &value) }
}

fn record(modulus: &[u8], exponent: &[u8]) -> String {
    let numbers = [integer(modulus), integer(exponent)].concat();
    format!("v=DKIM1; p={}", BASE64.encode(&der(0x30, &numbers)))
}

#[test]
fn keys_made_to_hurt_are_judged_the_same() {
    let caches = caches();
    let exponents: [&[u8]; 7] = [&[0], &[1], &[2], &[3], &[1, 0, 1], &[0xff; 4], &[0xff; 300]];
    for octets in [128, 129, 256, 1024, 1025, 2048] {
        for last in [0xff, 0xfe, 0x00] {
            let mut modulus = vec![0xff; octets];
            modulus[octets - 1] = last;
            for exponent in exponents {
                let record = record(&modulus, exponent);
                let mut zone = Zone::new();
                let data = RecordData::Txt(Text::from(record.as_str()));
                zone.insert("s._domainkey.example.org".parse().unwrap(), data);
                for algorithm in ["rsa-sha256", "rsa-sha1", "ed25519-sha256"] {
                    let b = BASE64.encode(&vec![0; octets]);
                    let message = Message::of(
                        format!(
                            "DKIM-Signature: v=1; a={algorithm}; d=example.org; s=s; h=from;\r\n \
                             bh=47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=; b={b}\r\nFrom: a@example.org\r\n\r\n"
                        )
                        .as_bytes(),
                    );
                    agree(&format!("{octets} {last} {exponent:?} {algorithm}"), &message, &zone, &caches);
                }
            }
        }
    }
}
