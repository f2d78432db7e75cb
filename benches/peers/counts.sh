#!/usr/bin/env bash
# Instructions a run, ours and mail-auth's, which no other load changes: ./counts.sh [part of a task's name]
# What a subject takes is what 2,000 runs take beyond 1,000. Needs valgrind.
set -euo pipefail
cd "$(dirname "$0")"
cargo build --release --locked --ignore-rust-version --quiet --bin counts
counts=${CARGO_TARGET_DIR:-target}/release/counts
instructions() {
    valgrind --tool=callgrind --callgrind-out-file=/dev/null "$counts" "$1" "$2" 2>&1 | sed -n 's/.*Collected : //p'
}
for task in "parse 57" "parse 491" tree ip4; do
    [[ $task == *${1:-}* ]] || continue
    for by in ours mail-auth "ours, cached" "mail-auth, cached"; do
        [[ $task == parse* && $by == *cached ]] && continue
        echo "$task/$by: $((($(instructions "$task/$by" 2000) - $(instructions "$task/$by" 1000)) / 1000))"
    done
done
