//! Runs one subject so many times, for callgrind to count its instructions: `counts SUBJECT RUNS`.

use deliverability_peers::subjects;

fn main() {
    let mut arguments = std::env::args().skip(1);
    let name = arguments.next().expect("a subject's name");
    let runs: u32 = arguments.next().expect("how many runs").parse().expect("a number");
    let subject = subjects().into_iter().find(|subject| subject.to_string() == name).expect("a subject");
    for _ in 0..runs {
        (subject.run)();
    }
}
