#!/bin/sh
# Fetches the openspf test suite of RFC 7208 (BSD-3, see rfc7208-tests.LICENSE in the package)
# into .test-data/ at the workspace root: it comes with the source distribution of pyspf 2.0.14.
# pip checks the pinned hash before it looks into the package.
set -eu

root=$(cd "$(dirname "$0")/../../.." && pwd)
target="$root/.test-data"
suite="$target/rfc7208-tests.yml"
[ -s "$suite" ] && exit 0

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
echo "pyspf==2.0.14 --hash=sha256:57a7ef01bda090173aafb6af0106251686ed73f03db4e911fcd34c57fc347186" >"$work/pins.txt"

"${PYTHON:-python3}" -m pip download --quiet --disable-pip-version-check --no-deps --no-binary pyspf \
    --require-hashes --requirement "$work/pins.txt" --dest "$work"
tar -xzf "$work/pyspf-2.0.14.tar.gz" -C "$work"

mkdir -p "$target"
cp "$work/pyspf-2.0.14/test/rfc7208-tests.LICENSE" "$target/"
# Last, and in one step: a broken fetch leaves no half a suite.
mv "$work/pyspf-2.0.14/test/rfc7208-tests.yml" "$suite.part"
mv "$suite.part" "$suite"
