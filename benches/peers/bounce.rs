//! Returned mail: ours reads, joins and classifies; the peer takes the message apart, which is the floor.

#[path = "../bounce_mail.rs"]
mod bounce_mail;

use std::hint::black_box;

use deliverability_core::bounce;
use mail_parser::MessageParser;

use crate::{Subject, subject};

/// One run is the whole corpus.
pub fn subjects() -> Vec<Subject> {
    let corpus = bounce_mail::corpus();
    let same = corpus.clone();
    eprintln!("bounce: a run is {} messages", corpus.len());
    vec![
        subject("bounce", "ours", move || corpus.iter().map(|one| bounce::read(black_box(one)).recipients().len()).sum::<usize>()),
        subject("bounce", "mail-parser", move || {
            let parser = MessageParser::default();
            same.iter().filter_map(|one| parser.parse(black_box(one))).map(|one| one.parts.len()).sum::<usize>()
        }),
    ]
}
