//! Medians of one run and their ratios: the subjects of a task are measured in turns, so that
//! whatever else the machine does meets all of them alike.

use std::time::{Duration, Instant};

use deliverability_peers::{Subject, subjects};

/// How long one sample lasts at least, and how many of each are taken.
const SAMPLE: Duration = Duration::from_micros(300);
const SAMPLES: usize = 1001;
/// Samples of a task whose runs are longer than a sample.
const FEW: usize = 51;

fn main() {
    let wanted = std::env::args().nth(1).unwrap_or_default();
    let subjects: Vec<_> = subjects().into_iter().filter(|subject| subject.to_string().contains(&wanted)).collect();
    println!("{:<12}{:<20}{:>12}{:>14}", "task", "by", "median", "ours / theirs");
    for task in subjects.chunk_by(|one, other| one.task == other.task) {
        report(task, &medians(task));
    }
}

/// Nanoseconds of each subject of a task.
fn medians(task: &[Subject]) -> Vec<f64> {
    let runs: Vec<u32> = task.iter().map(runs_in_a_sample).collect();
    let mut samples = vec![Vec::with_capacity(SAMPLES); task.len()];
    let slow = task.iter().any(|subject| time(subject, 1) > 10.0 * SAMPLE.as_nanos() as f64);
    for _ in 0..if slow { FEW } else { SAMPLES } {
        for ((subject, runs), samples) in task.iter().zip(&runs).zip(&mut samples) {
            samples.push(time(subject, *runs));
        }
    }
    samples.iter_mut().map(|samples| median(samples)).collect()
}

fn runs_in_a_sample(subject: &Subject) -> u32 {
    let mut runs = 1;
    while time(subject, runs) * f64::from(runs) < SAMPLE.as_nanos() as f64 {
        runs *= 2;
    }
    runs
}

/// Nanoseconds a run.
fn time(subject: &Subject, runs: u32) -> f64 {
    let start = Instant::now();
    for _ in 0..runs {
        (subject.run)();
    }
    start.elapsed().as_nanos() as f64 / f64::from(runs)
}

fn median(samples: &mut [f64]) -> f64 {
    samples.sort_by(f64::total_cmp);
    samples[samples.len() / 2]
}

/// What remembers parsed records is compared with this library's own that does.
fn report(task: &[Subject], medians: &[f64]) {
    let cached = task.iter().position(|subject| subject.by == "ours, cached").unwrap_or(0);
    for (subject, median) in task.iter().zip(medians) {
        let base = if subject.by.ends_with(", cached") { cached } else { 0 };
        let ours = medians[base] / median;
        println!("{:<12}{:<20}{:>9.0} ns{:>14.2}", subject.task, subject.by, median, ours);
    }
}
