# Everything a contributor needs: `make test` sets up what it needs and runs every test.
# The servers of the real-servers test come from Debian; without root or apt that test skips loudly.

CARGO ?= cargo
PYTHON ?= python3

.PHONY: test test-rust test-python lint features doc fuzz bench clean

test: test-rust test-python

test-rust:
	$(CARGO) test --locked -p deliverability-core --all-features
	$(CARGO) test --locked -p deliverability-examples
	$(CARGO) build --locked -p deliverability-examples --examples --features watch

test-python:
	PYTHON=$(PYTHON) sh deliverability-py/tests/run.sh

lint:
	$(CARGO) fmt --all --check
	$(CARGO) fmt --manifest-path fuzz/Cargo.toml --check
	$(CARGO) clippy --locked --workspace --all-targets --all-features -- -D warnings
	$(CARGO) clippy --locked -p deliverability-core --no-default-features -- -D warnings
	$(CARGO) clippy --locked --manifest-path fuzz/Cargo.toml --all-targets -- -D warnings

# Every feature builds alone: feature unification hides breakage otherwise.
features:
	$(CARGO) check --locked -p deliverability-core --no-default-features
	for feature in idna zone-file psl list-file serde tokio hickory bulk verify reports bounce; do \
	  $(CARGO) check --locked -p deliverability-core --no-default-features --features $$feature || exit 1; done

doc:
	RUSTDOCFLAGS="-D warnings" $(CARGO) doc --locked --no-deps -p deliverability-core --all-features

fuzz:
	sh fuzz/run.sh

bench:
	$(CARGO) bench --locked -p deliverability-benches

clean:
	$(CARGO) clean
	rm -rf .test-data .venv fuzz/target
