//! Replays each target's corpus and a fixed number of seeded inputs on stable Rust.

use std::fs;
use std::path::Path;

use deliverability_fuzz::TARGETS;

/// Seeded inputs a target.
const INPUTS: u64 = 20_000;

/// SplitMix64: the same inputs on every machine.
struct Seeded(u64);

impl Seeded {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    fn below(&mut self, bound: usize) -> usize {
        (self.next() % bound.max(1) as u64) as usize
    }

    /// Pieces of the target's dictionary, now and then with bytes changed.
    fn input(&mut self, words: &[&str]) -> Vec<u8> {
        let mut bytes = Vec::new();
        for _ in 0..1 + self.below(12) {
            if self.below(8) == 0 {
                bytes.push(self.next() as u8);
            } else {
                bytes.extend_from_slice(words[self.below(words.len())].as_bytes());
            }
        }
        for _ in 0..self.below(3) {
            let at = self.below(bytes.len());
            bytes[at] = self.next() as u8;
        }
        bytes
    }
}

#[test]
fn targets_hold_on_their_corpus_and_seeded_inputs() {
    for target in TARGETS {
        let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus").join(target.name);
        let mut replayed = 0;
        for entry in fs::read_dir(&corpus).unwrap_or_else(|error| panic!("{}: {error}", corpus.display())) {
            (target.body)(&fs::read(entry.unwrap().path()).unwrap());
            replayed += 1;
        }
        assert!(replayed > 0, "{} has no corpus", target.name);
        let mut seeded = Seeded(0x5eed);
        for _ in 0..INPUTS {
            (target.body)(&seeded.input(target.words));
        }
        println!("{}: {replayed} from its corpus, {INPUTS} seeded", target.name);
    }
}
