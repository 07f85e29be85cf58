# Thin: each target is a command or two. `make help` lists them.
CSIGN_TOOLS ?= $(or $(XDG_CACHE_HOME),$(HOME)/.cache)/countersign-tools
export PATH := $(CSIGN_TOOLS)/bin:$(PATH)
export CSIGN_TOOLS

SERVER := cargo clippy --quiet --all-targets --features ssr -- -D warnings
BROWSER := cargo clippy --quiet --lib --test browser --features hydrate --target wasm32-unknown-unknown -- -D warnings

.PHONY: help setup setup-build run dev build test check unit wasm-test e2e budget bench bench-large plain gallery lighthouse screenshots icons fmt clean
.DEFAULT_GOAL := help

help: ## list the targets
	@grep -E '^[a-z0-9-]+:.*## ' $(MAKEFILE_LIST) | sed 's/:.*## /|/' | awk -F'|' '{printf "  make %-12s %s\n", $$1, $$2}'

setup: ## install everything that is missing to build and to test
	@scripts/setup test

setup-build:
	@scripts/setup build

run: build ## build the release, start it on http://127.0.0.1:3000 with an account to try
	target/release/countersign serve --demo

dev: setup-build ## build and serve again at every change
	cargo leptos watch --split -- serve --demo

build: setup-build ## build the release: target/release/countersign and target/site
	cargo leptos build --release --split --precompress

test: setup check unit wasm-test e2e ## everything: formatting, lints, and every test

check: setup ## formatting and lints of both sides, without warnings
	cargo fmt --check
	$(SERVER)
	$(BROWSER)
	cd end2end && npx --no-install tsc --noEmit

unit: ## unit tests and the tests of the HTTP contract
	cargo test --features ssr

wasm-test: setup ## the tests of the browser room, in a browser
	CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUNNER="node $(CURDIR)/end2end/support/wasm-runner.mjs" \
	  cargo test --target wasm32-unknown-unknown --features hydrate --test browser

e2e: setup build ## Playwright against the release binary, on a port and a database of its own
	cd end2end && npx --no-install playwright test

budget: setup build ## how many bytes a first visit takes, against the limits
	cd end2end && npx --no-install playwright test --project=budget

bench: setup build plain ## measure everything against its yardstick, for docs/PERFORMANCE.md
	cargo bench --features ssr --bench hot_parts
	cargo bench --features ssr --bench whole
	cd end2end && LOADING=1 npx --no-install playwright test --project=loading

plain: setup-build ## build the plain page that ours is measured against, by the same versions
	cp Cargo.lock benches/plain/Cargo.lock
	cd benches/plain && CARGO_TARGET_DIR=$(CURDIR)/target/plain cargo leptos build --release --precompress

bench-large: build ## the same with a million users and ten million sessions: takes minutes, and some 4 GB of the disk
	cargo bench --features ssr --bench whole -- --large

screenshots: setup build ## take the README's pictures anew
	cd end2end && KEEP_SCREENSHOTS=1 npx --no-install playwright test --project=specs looks

gallery: setup build ## take the pictures of every state of every page anew
	cd end2end && GALLERY=take npx --no-install playwright test --project=gallery --update-snapshots=all

lighthouse: setup build ## have Lighthouse look at the pages
	cd end2end && LIGHTHOUSE=1 npx --no-install playwright test --project=lighthouse

icons: setup ## make the PNG icons anew out of public/favicon.svg
	cd end2end && node support/icons.mjs

fmt: ## format the code
	cargo fmt

clean: ## remove what was built; data/ stays
	cargo clean
	rm -rf end2end/node_modules end2end/test-results end2end/playwright-report
