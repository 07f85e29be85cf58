# `make help` lists the targets.
CSIGN_TOOLS ?= $(or $(XDG_CACHE_HOME),$(HOME)/.cache)/countersign-tools
export PATH := $(CSIGN_TOOLS)/bin:$(PATH)
export CSIGN_TOOLS

# The features of our own application, as in Cargo.toml's section for cargo-leptos.
SERVER := --features ssr,app,cli,lazy
BROWSER := --features hydrate,app,lazy --target wasm32-unknown-unknown
DOC := RUSTDOCFLAGS="-D warnings" cargo doc --quiet --no-deps --lib

.PHONY: help setup setup-build run dev build test check unit package wasm-test e2e budget examples \
  bench plain sizes bench-postgres bench-large screenshots lighthouse icons fmt clean
.DEFAULT_GOAL := help

help: ## list the targets
	@grep -E '^[a-z0-9-]+:.*## ' $(MAKEFILE_LIST) | sed 's/:.*## /|/' \
	  | awk -F'|' '{printf "  make %-12s %s\n", $$1, $$2}'

setup: ## install the missing tools for building and testing
	@scripts/setup test

setup-build:
	@scripts/setup build

run: build ## build and start the release on http://127.0.0.1:3000, with a demo account
	target/release/countersign serve --demo

dev: setup-build ## serve a debug build, and rebuild it on every change
	cargo leptos watch --split -- serve --demo

build: setup-build ## build the release into target/release/countersign and target/site
	cargo leptos build --release --split --precompress

test: setup check unit package wasm-test e2e ## check formatting and lints, and run every test

check: setup ## check formatting, lints, types and the documentation; warnings are errors
	cargo fmt --check
	cargo clippy --quiet --all-targets $(SERVER) -- -D warnings
	cargo clippy --quiet --lib --test browser $(BROWSER) -- -D warnings
	cargo clippy --quiet --lib --features ssr -- -D warnings
	cargo clippy --quiet --lib --features hydrate --target wasm32-unknown-unknown -- -D warnings
	$(DOC) --features ssr
	$(DOC) --features hydrate --target wasm32-unknown-unknown
	$(DOC) $(SERVER) --document-private-items
	cd end2end && npx --no-install tsc --noEmit

unit: ## run the unit tests, and the HTTP contract tests with both databases
	cargo test $(SERVER) --lib --bins --test architecture --test failover_model --test minimal_example \
	  --test refresh_model
	TEST_DATABASE_URL= cargo test $(SERVER) --test contract -- --skip postgres::
	scripts/with-postgres cargo test $(SERVER) --test contract -- --skip sqlite::
	cargo test $(SERVER) --doc

package: setup ## check that what would be published compiles by itself
	CARGO_TARGET_DIR=$(CURDIR)/target cargo package --quiet --offline --allow-dirty --features ssr

wasm-test: setup ## run the tests of src/browser in a browser
	CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUNNER="node $(CURDIR)/end2end/support/wasm-runner.mjs" \
	  cargo test $(BROWSER) --test browser

e2e: setup build examples ## run Playwright against the release and the examples, each on its own port and database
	cd end2end && ../scripts/with-postgres npx --no-install playwright test

budget: setup build ## check the bytes of a first visit against their limits
	cd end2end && npx --no-install playwright test --project=budget

# They share a target folder. minimal is formatted as Leptos' own template.
examples: setup-build ## build and lint the examples, as applications of their own
	cargo fmt --check --manifest-path examples/notes/Cargo.toml
	for example in minimal notes; do \
	  cp Cargo.lock examples/$$example/Cargo.lock && cd examples/$$example && \
	  export RUSTFLAGS= CARGO_TARGET_DIR=$(CURDIR)/target/examples && \
	  cargo leptos build && \
	  cargo clippy --quiet --features ssr -- -D warnings && \
	  cargo clippy --quiet --lib --features hydrate --target wasm32-unknown-unknown -- -D warnings && \
	  cd ../.. || exit 1; \
	done

bench: setup build plain sizes bench-postgres ## measure performance and update docs/PERFORMANCE.md
	cargo bench $(SERVER) --bench hot_parts
	cargo bench $(SERVER) --bench whole
	cd end2end && LOADING=1 npx --no-install playwright test --project=loading --workers=1

plain: setup-build ## build benches/plain, the page that ours is compared with
	cp Cargo.lock benches/plain/Cargo.lock
	cd benches/plain && \
	  CARGO_TARGET_DIR=$(CURDIR)/target/plain cargo leptos build --release --precompress

# The wasm of the application in folder $(1), built as an application of its own builds it.
define wasm-as-a-host
	cp Cargo.lock $(1)/Cargo.lock
	cd $(1) && \
	  RUSTFLAGS= CARGO_TARGET_DIR=$(CURDIR)/target/sizes LEPTOS_SITE_ROOT=$(CURDIR)/target/sizes/site/$(2) \
	  cargo leptos build --release --frontend-only --precompress $(3)
endef

sizes: setup-build ## build the wasm of the minimal example and of Leptos' template, to be compared
	rm -rf target/sizes/site
	$(call wasm-as-a-host,tests/start-axum,start-axum)
	$(call wasm-as-a-host,examples/minimal,minimal)
	$(call wasm-as-a-host,examples/minimal,lazy,--split --features countersign/lazy)

bench-postgres: build ## measure only what runs on Postgres, whose server has to be installed
	cargo bench $(SERVER) --bench whole -- --postgres

bench-large: build ## measure with a million users: takes minutes and 4 GB of disk space
	cargo bench $(SERVER) --bench whole -- --large

screenshots: setup build ## update the pictures in docs/gallery
	cd end2end && SCREENSHOTS=1 npx --no-install playwright test --project=screenshots

lighthouse: setup build ## audit the pages with Lighthouse
	cd end2end && LIGHTHOUSE=1 npx --no-install playwright test --project=lighthouse

icons: setup ## generate the PNG icons from public/favicon.svg
	cd end2end && node support/icons.mjs

fmt: ## format the code
	cargo fmt

clean: ## remove all build output, but not data/
	cargo clean
	rm -rf end2end/node_modules end2end/test-results end2end/playwright-report
