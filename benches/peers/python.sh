#!/usr/bin/env bash
# Ratios of medians from Python, ours over pyspf's and dkimpy's, from one run. Sets itself up in .venv.
set -euo pipefail
cd "$(dirname "$0")"
[ -d .venv ] || python3 -m venv .venv
.venv/bin/pip install --quiet --disable-pip-version-check pyspf==2.0.14 dnspython==2.9.2 dkimpy==1.1.8 cryptography==50.0.2
.venv/bin/pip install --quiet --disable-pip-version-check --force-reinstall --no-deps ../../deliverability-py
.venv/bin/python python.py
.venv/bin/python python_dkim.py
