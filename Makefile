# Bare `make` prints the targets. Every target sets up what it needs by itself.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
MAKEFLAGS += --no-builtin-rules

PYTHON ?= python3
UV_VERSION := 0.13.9
CITYROUTE_CACHE ?= $(or $(XDG_CACHE_HOME),$(HOME)/.cache)/cityroute
export CITYROUTE_CACHE
export UV_CACHE_DIR ?= $(CITYROUTE_CACHE)/uv
export UV_LINK_MODE ?= hardlink

UV := .tools/bin/uv
BIN := .venv/bin
STAMPS := .runtime/stamps
WEB_FILES := $(shell find dashboard/web -name node_modules -prune -o -type f -print)
ROUTE ?= examples/london-birmingham.yaml

##@ Start
.PHONY: run
run: setup ## Run the London-Birmingham corridor on this machine (ROUTE=file for another, ARGS="--for 90s" for more)
	@$(BIN)/cityroute run $(ROUTE) $(ARGS)

.PHONY: setup
setup: $(STAMPS)/python $(STAMPS)/jars $(STAMPS)/web ## Install everything into this folder; done by every other target first

.PHONY: doctor
doctor: $(STAMPS)/python ## Say what this machine lacks
	@$(BIN)/cityroute doctor

##@ Check
.PHONY: check
check: test-static ## Format, lint, types, import rules, generated files

.PHONY: format
format: $(STAMPS)/python ## Format the code and sort imports
	@$(BIN)/ruff check --quiet --fix-only . && $(BIN)/ruff format .

##@ Test
.PHONY: test
test: setup ## Run all heights that this machine can, and say what was skipped and why
	@$(BIN)/python -m tests.support.heights

HEIGHTS := static unit chart spark scenario cluster browser
.PHONY: $(addprefix test-,$(HEIGHTS))
$(addprefix test-,$(HEIGHTS)): test-%: setup
	@$(BIN)/python -m tests.support.heights $*

# The sentences that `make` prints for the targets above.
# test-static: ## Format, lint, types, import rules, generated files
# test-unit: ## Unit and golden tests; need only Python
# test-chart: ## Chart tests
# test-spark: ## Spark jobs on a local Spark with real Iceberg tables
# test-scenario: ## The whole stream on this machine, with parts killed half way
# test-cluster: ## Tests against a Kubernetes API server
# test-browser: ## The page in headless Chromium, on a real run

##@ Generate
.PHONY: generate
generate: $(STAMPS)/python ## Write what is generated: docs pages and the lock of schemas
	@$(BIN)/python -m cityroute_contracts.render docs
	@$(BIN)/python -m cityroute_operator.pages > docs/status-reasons.md
	@$(BIN)/python -m cityroute_contracts.render lock

.PHONY: golden
golden: $(STAMPS)/python ## Record today's plans as the golden ones; review the difference
	@$(BIN)/pytest -q tests/golden --update-golden

.PHONY: lock
lock: $(UV) ## Resolve the Python packages and the jars anew
	@$(UV) lock --upgrade
	@$(MAKE) --no-print-directory $(STAMPS)/python
	@$(BIN)/python -m cityroute_cli.jars lock

##@ Measure
.PHONY: bench-start
bench-start: setup ## How fast `make run` comes alive, and its memory (P14, P15)
	@$(BIN)/python -m benchmarks.start

##@ Clean
.PHONY: clean
clean: ## Remove what setup installed here; caches and data stay
	rm -rf .venv .tools .runtime dashboard/web/node_modules dashboard/cityroute_dashboard/static

.PHONY: help
help:
	@awk 'BEGIN {FS = ":.*## "} \
	  /^##@ / {printf "\n%s\n", substr($$0, 5)} \
	  /^(# )?[a-z-]+:.*## / {sub(/^# /, ""); printf "  make %-15s %s\n", $$1, $$2}' Makefile

$(UV):
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { \
	  echo "CityRoute needs Python 3.11 or newer, and \`$(PYTHON)\` is not one."; \
	  echo "  Hint: install it, or name one: make PYTHON=/path/to/python3.11 …"; exit 1; } >&2
	@echo "Installing uv $(UV_VERSION)"
	@$(PYTHON) -m venv .tools || { \
	  echo "\`$(PYTHON) -m venv\` does not work here."; \
	  echo "  Hint: install the venv module, for example: apt-get install python3-venv"; exit 1; } >&2
	@.tools/bin/pip install --quiet --disable-pip-version-check uv==$(UV_VERSION)

$(STAMPS)/python: uv.lock pyproject.toml $(wildcard */pyproject.toml) | $(UV)
	@echo "Installing the Python packages"
	@$(UV) sync --quiet --locked --all-packages --compile-bytecode --python $(PYTHON)
	@mkdir -p $(STAMPS) && touch $@

$(STAMPS)/jars: jars.lock $(STAMPS)/python
	@$(BIN)/python -m cityroute_cli.jars fetch
	@touch $@

$(STAMPS)/web: $(WEB_FILES) $(STAMPS)/python
	@$(BIN)/python -m cityroute_dashboard.build
	@touch $@
