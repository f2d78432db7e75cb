#!/usr/bin/env bash
# Ratios of medians, ours over each peer's, from one run: ./run.sh [part of a task's name]
set -euo pipefail
cd "$(dirname "$0")"
cargo run --release --locked --ignore-rust-version --quiet --bin ratios -- "$@"
