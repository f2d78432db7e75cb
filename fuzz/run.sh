#!/bin/sh
# A short run of every fuzz target: under cargo-fuzz where a nightly compiler is, and always a
# replay of the corpus and of seeded inputs on stable. SECONDS_EACH sets how long each target runs.
set -eu
cd "$(dirname "$0")"
cargo test --locked --release --quiet -- --nocapture
seconds=${SECONDS_EACH:-20}
if ! cargo +nightly --version >/dev/null 2>&1; then
    echo "fuzz: no nightly compiler here: replayed on stable only"
    exit 0
fi
if ! cargo +nightly fuzz --version >/dev/null 2>&1; then
    cargo +nightly install --locked --quiet cargo-fuzz || { echo "fuzz: cargo-fuzz cannot be installed: replayed on stable only"; exit 0; }
fi
cd ..
found=$(mktemp -d)
trap 'rm -rf "$found"' EXIT
for target in $(sed -n 's/^name = "\(.*\)"$/\1/p' fuzz/Cargo.toml | grep -v deliverability-fuzz); do
    echo "fuzz: $target for $seconds s"
    # What a run finds goes beside the corpus, not into it.
    mkdir "$found/$target"
    cargo +nightly fuzz run --features libfuzzer "$target" "$found/$target" "fuzz/corpus/$target" -- \
        -max_total_time="$seconds" -max_len=4096 -timeout=10 -rss_limit_mb=1024 -verbosity=0 -print_final_stats=0
done
