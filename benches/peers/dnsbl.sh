#!/usr/bin/env bash
# Blocklists at speed, against rbldnsd on loopback, in one run with dnsperf and pydnsbl:
#   ./dnsbl.sh [--million]      with it, also the sweep of a million look-ups that is stopped
# Needs rbldnsd and dnsperf (Debian), and pip for pydnsbl. Prints a table and whether each bound holds.
set -euo pipefail
cd "$(dirname "$0")/../.."
sh deliverability-core/tests/support/install_servers.sh
command -v dnsperf >/dev/null || apt-get install -y --no-install-recommends dnsperf >&2
cargo build --release --locked --quiet -p deliverability-benches --example dnsbl_speed
cargo build --release --locked --quiet -p deliverability-examples --example sweep
venv="${PEERS_VENV:-target/peers-venv}"
if ! "$venv/bin/python" -c 'import pydnsbl' 2>/dev/null; then
    "${PYTHON:-python3}" -m venv "$venv"
    "$venv/bin/pip" --quiet install pydnsbl==1.1.7
fi
exec "${PYTHON:-python3}" benches/peers/dnsbl.py "$venv/bin/python" "$@"
