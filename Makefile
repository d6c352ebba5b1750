# Every target does its own set-up. What is present is not fetched again, so a second run needs no network.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory

BIN := .venv/bin
RUNTIME := .venv/.runtime
DEVELOPMENT := .venv/.development
MUTATION := .venv/.mutation
PAGE_TOOLS := node_modules/.installed
ARGS ?=

.PHONY: help setup demo serve test lint format bench mutation clean debian-packages

help:  ## This list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-8s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: $(DEVELOPMENT) $(PAGE_TOOLS) debian-packages  ## Everything below, made ready: .venv and, as root on Debian, what the tests need

demo: $(RUNTIME)  ## A server with virtual candidates; prints the links to open (ARGS="--port 8080")
	@$(BIN)/viva demo $(ARGS)

serve: $(RUNTIME)  ## The server alone (ARGS="--port 8080")
	@$(BIN)/viva serve $(ARGS)

test: $(DEVELOPMENT) $(PAGE_TOOLS) debian-packages  ## All tests (ARGS="-k name" for some)
	@$(BIN)/python -m pytest --numprocesses 2 --dist loadfile --no-loadscope-reorder $(ARGS)

lint: $(DEVELOPMENT) $(PAGE_TOOLS)  ## ruff, mypy --strict, import-linter, tsc
	@echo "ruff";          $(BIN)/ruff check .
	@echo "ruff format";   $(BIN)/ruff format --check .
	@echo "mypy --strict"; $(BIN)/mypy
	@echo "import-linter"; $(BIN)/lint-imports --no-logo
	@echo "tsc";           PATH="$(CURDIR)/$(BIN):$$PATH" node_modules/.bin/tsc --noEmit --project tsconfig.json

format: $(DEVELOPMENT)  ## Format the Python files
	@$(BIN)/ruff check --fix . && $(BIN)/ruff format .

bench: $(DEVELOPMENT)  ## Measurements: speed and accuracy on this machine
	@$(BIN)/python -m pytest tests/benchmarks -m benchmark -s $(ARGS)

mutation: $(MUTATION)  ## Small changes to the scorer and to turn-taking: do the tests notice? (ARGS="--sample 0")
	@$(BIN)/python -m tests.mutation $(ARGS)

clean:  ## Remove what the other targets made (not your data in var/)
	@rm -rf .venv node_modules build dist ./*.egg-info .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(RUNTIME): pyproject.toml constraints.txt
	@tools/python-environment
	@touch $@

$(DEVELOPMENT): pyproject.toml constraints.txt
	@tools/python-environment dev
	@touch $(RUNTIME) $@

$(MUTATION): $(DEVELOPMENT)
	@tools/python-environment dev,mutation
	@touch $@

debian-packages:
	@tools/debian-packages

$(PAGE_TOOLS): package.json $(DEVELOPMENT)
	@echo "Installing the page checks (node_modules)"
	@PATH="$(CURDIR)/$(BIN):$$PATH" npm install --silent --no-package-lock --no-fund --no-audit
	@touch $@
