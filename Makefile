# The common tasks. Each sets up what it needs, and is quick when that is there. `make` lists them.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
.PHONY: help run test check lint fmt bench bench-kb bench-bridge simulate soak fuzz docs changelog clean venv venv-dev servers

BIN := .venv/bin
export PYTHON DATA

help: ## list these tasks
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-13s %s\n", $$1, $$2 }' Makefile

run: venv ## start the demonstration helpdesk on this machine (PORT=… chooses the port)
	@exec $(BIN)/helpdesk demo --state state/demo $(if $(PORT),--port $(PORT))

test: servers check ## everything: the checks, then all tests on real servers (PYTEST_ARGS=… adds arguments)
	@$(BIN)/python -m pytest -n 3 --dist loadfile $(PYTEST_ARGS)

check: lint ## style, formatting, types, the walls between packages, the changelog's fragments
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports
	@$(BIN)/towncrier build --draft --version next > /dev/null

lint: venv-dev ## style of the code, and the articles
	@$(BIN)/ruff check .
	@$(BIN)/helpdesk kb lint --starter

fmt: venv-dev ## format the code, mend what can be mended by itself
	@$(BIN)/ruff check --fix-only .
	@$(BIN)/ruff format .

bench: servers ## measure, side by side
	@$(BIN)/python -m tests.bench

bench-kb: ## compare the answers with other engines, on the sets in DATA=DIR (ARGS=… adds arguments)
	@: "$${DATA:?Name the folder of the sets: make bench-kb DATA=DIR}"
	@.ci/setup venv bench
	@$(BIN)/python -m tests.bench.knowledge "$(DATA)" $(ARGS)

bench-bridge: servers ## measure the relay beside a bare loop and heisenbridge (ARGS=… adds arguments)
	@.ci/setup heisenbridge
	@$(BIN)/python -m tests.bench.bridge $(ARGS)

simulate: venv-dev ## a year of a community through the real desk in a minute (ARGS="--tickets 500 --seed 7" changes it)
	@$(BIN)/python -m tests.simulate $(ARGS)

soak: servers ## the long proofs at their full size
	@HELPDESK_SOAK=1 $(BIN)/python -m pytest -m slow --timeout 3600 $(PYTEST_ARGS)

fuzz: ## feed the parsers what strangers may send, TIME=60 seconds each (ARGS=… names some)
	@.ci/setup venv fuzz
	@$(BIN)/python -m tests.fuzz --time $(or $(TIME),60) $(ARGS)

docs: venv-dev ## write the generated parts of docs/ anew
	@$(BIN)/helpdesk config reference --write docs

changelog: venv-dev ## show what the next release would say
	@$(BIN)/towncrier build --draft --version next

clean: ## remove caches and environments; state/ stays
	rm -rf .venv .venv-synapse .venv-heisenbridge build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache

venv:
	@.ci/setup venv run

venv-dev:
	@.ci/setup venv dev

servers: venv-dev
	@.ci/setup debian
	@.ci/setup synapse
