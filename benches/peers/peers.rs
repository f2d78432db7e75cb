//! Every subject under divan.

use deliverability_peers::subjects;

fn main() {
    divan::main();
}

#[divan::bench(args = subjects().iter().map(ToString::to_string).collect::<Vec<_>>())]
fn peers(bencher: divan::Bencher<'_, '_>, name: &String) {
    let subjects = subjects();
    let subject = subjects.iter().find(|subject| subject.to_string() == *name).expect("a subject");
    bencher.bench(|| (subject.run)());
}
