#!/bin/sh
# Builds the package once, installs it in a virtual environment of its own, and tests it there.
#
#   tests/run.sh [PYTEST ARGUMENTS...]
#
# PYTHON names the interpreter (python3), DELIVERABILITY_EXITS how many interpreters are ended with
# work pending (60). Pyright fetches parts of its own: where it cannot, that is said, and mypy alone
# checks the types.
set -eu

root=$(CDPATH= cd -- "$(dirname -- "$0")/.." && pwd)
python=${PYTHON:-python3}
version=$("$python" -c 'import sys; print("%d.%d" % sys.version_info[:2])')
venv=$root/../.venv/py-$version

[ -x "$venv/bin/python" ] || "$python" -m venv "$venv"
"$venv/bin/python" -m pip install --quiet --disable-pip-version-check \
    'pytest>=8,<10' 'mypy>=1.11,<3' 'pyright>=1.1.380,<2' 'dnspython>=2.6,<3' \
    'dkimpy[arc]>=1.1,<2' 'cryptography>=42'
"$venv/bin/python" -m pip install --quiet --disable-pip-version-check --force-reinstall --no-deps "$root"

# Outside of the source folder, which would shadow the installed package.
cd "$root/tests"
"$venv/bin/python" -m pytest "$@"
"$venv/bin/python" -m pytest --quiet --doctest-modules --pyargs deliverability
"$venv/bin/python" -m mypy.stubtest deliverability --concise --mypy-config-file ../pyproject.toml --allowlist stubtest_allowlist.txt
"$venv/bin/python" -m mypy --config-file ../pyproject.toml .
if "$venv/bin/pyright" --version >/dev/null 2>&1; then
    "$venv/bin/pyright" --project ../pyproject.toml --pythonpath "$venv/bin/python" .
else
    echo "SKIPPED: pyright cannot run here; mypy alone has checked the types" >&2
fi
