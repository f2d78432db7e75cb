//! Returned mail, read and classified, beside `mail-parser` alone.

mod bounce_mail;

use deliverability_core::bounce;
use divan::counter::{BytesCount, ItemsCount};
use divan::{Bencher, black_box};
use mail_parser::MessageParser;

fn main() {
    divan::main();
}

/// The whole corpus, message by message.
#[divan::bench]
fn read(bencher: Bencher<'_, '_>) {
    let corpus = bounce_mail::corpus();
    let octets: usize = corpus.iter().map(Vec::len).sum();
    bencher.counter(ItemsCount::new(corpus.len())).counter(BytesCount::new(octets)).bench(|| {
        for message in &corpus {
            black_box(bounce::read(black_box(message)));
        }
    });
}

/// The floor: `mail-parser` takes the same messages apart, and no more.
#[divan::bench]
fn mail_parser(bencher: Bencher<'_, '_>) {
    let corpus = bounce_mail::corpus();
    let parser = MessageParser::default();
    bencher.counter(ItemsCount::new(corpus.len())).bench(|| {
        for message in &corpus {
            black_box(parser.parse(black_box(message)));
        }
    });
}

/// The replies alone: what classification costs of it.
#[divan::bench]
fn classify(bencher: Bencher<'_, '_>) {
    let corpus = bounce_mail::corpus();
    let read: Vec<_> = corpus.iter().map(|message| bounce::read(message)).collect();
    let texts: Vec<_> = read
        .iter()
        .flat_map(|bounce| bounce.recipients())
        .map(|recipient| recipient.reply().text().to_owned())
        .collect();
    bencher.counter(ItemsCount::new(texts.len())).bench(|| {
        for text in &texts {
            black_box(bounce::classify_reply(black_box(text)));
        }
    });
}
