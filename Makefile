# From a clone to a running page: make demo.   All targets: make help.
SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory

# Any Python from 3.11 on will do; the newest name that answers comes last.
PYTHON ?= $(shell for p in python3.11 python3; do \
	"$$p" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && { echo $$p; break; }; done)
BIN := .venv/bin
STAMPS := .venv/stamps
MISSION ?= demo-mission
WORLD ?= ardenya
JOBS ?= 2
# The folder of real data that benchmarks and a few tests read; none is shipped here.
TOCSIN_DATA ?= $(wildcard ../shared/data)
export TOCSIN_DATA
# Threads that wait by spinning lose many times over on a small shared machine.
export OMP_NUM_THREADS := 1
export OPENBLAS_NUM_THREADS := 1

PO := $(wildcard locale/*/LC_MESSAGES/*.po)
MO := $(PO:.po=.mo)
VENDOR := src/tocsin/web/static/vendor/.stamp

.PHONY: help setup setup-dev assets translations messages demo test test-fast bench docs screenshots lock upgrade check lint formatted types contracts format clean

help: ## Show this list.
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## (.*)/  make \1|\2/' | column -t -s '|'

setup: $(STAMPS)/package ## Install Tocsin with its analysis extra into .venv.

setup-dev: $(STAMPS)/dev $(STAMPS)/package ## The same, with the tools that test and check it.

$(STAMPS)/venv:
	@test -n "$(PYTHON)" || { echo "Python 3.11 or newer is needed: apt-get install python3 python3-venv" >&2; exit 1; }
	$(PYTHON) -m venv .venv
	@mkdir -p $(STAMPS) && touch $@

$(STAMPS)/tools: requirements/tools.txt $(STAMPS)/venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/tools.txt
	@touch $@

$(STAMPS)/analysis: requirements/analysis.txt $(STAMPS)/tools
	VIRTUAL_ENV=.venv $(BIN)/uv pip install --quiet --require-hashes -r requirements/analysis.txt
	@touch $@

$(STAMPS)/dev: requirements/dev.txt $(STAMPS)/tools
	VIRTUAL_ENV=.venv $(BIN)/uv pip install --quiet --require-hashes -r requirements/dev.txt
	@touch $@ $(STAMPS)/analysis

# The package itself is installed in place; the builder is already there, so nothing is fetched.
$(STAMPS)/package: pyproject.toml | $(STAMPS)/analysis
	VIRTUAL_ENV=.venv $(BIN)/uv pip install --quiet --no-build-isolation --no-deps --editable .
	@touch $@

node_modules/.package-lock.json: package.json package-lock.json .npmrc
	npm ci --ignore-scripts --loglevel=error
	@touch $@

$(VENDOR): node_modules/.package-lock.json tools/copy_assets.py
	@$(PYTHON) tools/copy_assets.py
	@touch $@

assets: $(VENDOR) ## Copy the browser files of the pages into the static folder.

%.mo: %.po
	msgfmt --check-format --output-file=$@ $<

translations: $(MO) ## Compile the translations that changed.

messages: setup ## Bring the catalogues of locale/ up to date with pages and code.
	$(BIN)/python tools/messages.py

demo: ## Run a fictional mission with its accounts; its data are kept for the next time.
	@PYTHON="$(PYTHON)" tools/setup_system.sh demo
	@$(MAKE) setup assets translations
	@test -d "$(MISSION)" || $(BIN)/tocsin init "$(MISSION)" --world "$(WORLD)" --ending today \
		|| { rm -rf "$(MISSION)"; exit 1; } # a mission half made is no mission
	@exec $(BIN)/tocsin -m "$(MISSION)" serve

test: ## Check everything, then test it on SQLite and on PostgreSQL 15, in a browser too.
	@PYTHON="$(PYTHON)" tools/setup_system.sh test
	@$(MAKE) setup-dev assets translations
	@JOBS="$(JOBS)" tools/test.sh

test-fast: setup-dev ## Core, command line and house, without browser or PostgreSQL.
	$(BIN)/python -m pytest --quiet -m "not engine and not browser and not real_data" -n $(JOBS) \
		$(wildcard tests/core tests/house tests/cli)

bench: setup-dev ## Measure on real data: make bench TOCSIN_DATA=folder
	$(BIN)/python -m benchmarks

docs: setup-dev ## Write the generated parts of the documents anew.
	$(BIN)/python -m tests.house.generated docs README.md

screenshots: setup-dev assets translations ## Take the pictures of the documents anew, in a browser.
	$(BIN)/python tools/screenshots.py

lock: $(STAMPS)/tools ## Write the locks anew from pyproject.toml and package.json.
	tools/lock.sh

upgrade: $(STAMPS)/tools ## The same, taking the newest versions that the pins allow.
	tools/lock.sh --upgrade

check: lint formatted types contracts ## Lint, format, types and the contracts between floors.

lint: setup-dev
	$(BIN)/ruff check .

formatted: setup-dev
	$(BIN)/ruff format --check --output-format=concise .

types: setup-dev
	$(BIN)/mypy

contracts: setup-dev
	$(BIN)/lint-imports --no-logo

format: setup-dev ## Rewrite the code as `make check` wants it.
	$(BIN)/ruff check --fix --quiet . || true
	$(BIN)/ruff format .

clean: ## Remove what was built; a mission folder is never touched.
	rm -rf .venv node_modules src/tocsin/web/static/vendor build dist htmlcov .coverage \
		.mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis $(MO)
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
