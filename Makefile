# `make` lists the targets; everything installs into .venv, from the requirements files alone.
# All else is one command: `. .venv/bin/activate`, then `poster --help`.
PYTHON ?= python3
VENV ?= .venv
TRIP ?= examples/trips/article_trip.txt
ARGS ?=
BIN := $(VENV)/bin
# The one of this folder, whichever folder the environment was made in.
POSTER := $(BIN)/python -m cli
export OMP_NUM_THREADS ?= 1
# Compiled modules are kept, whatever the shell says: stack and tests start many interpreters.
unexport PYTHONDONTWRITEBYTECODE
export PIP_DISABLE_PIP_VERSION_CHECK = 1

.DEFAULT_GOAL := help
.PHONY: help install demo up test test-long test-all unit browser lint types contracts build clean

help: ## list the targets; `poster --help` lists the commands
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## (.*)/  make \1\t\2/' | expand -t 24

install: $(VENV)/.local-installed ## everything but the tests' packages; .venv/bin/poster is there then

demo: $(VENV)/.local-installed ## run a trip through the local stack and show its poster (TRIP=file)
	@$(POSTER) demo $(TRIP) $(ARGS)

up: $(VENV)/.local-installed ## keep the local stack running until Ctrl-C
	@$(POSTER) up $(ARGS)

test: lint types contracts unit browser ## all checks, and the tests that end in five minutes

test-long: $(VENV)/.dev-installed ## the tests that take longer (ARGS=--ignore=tests/browser: no browser)
	$(BIN)/python -m pytest -m slow -rs -n auto --dist loadfile --no-loadscope-reorder --ignore=tests/commands $(ARGS)

test-all: ## the tests on every Python from 3.10 on that is present
	@bash tools/test_all.sh

unit: $(VENV)/.dev-installed ## the tests alone (ARGS= goes to pytest)
	$(BIN)/python -m pytest -n auto --dist loadfile --no-loadscope-reorder --ignore=tests/browser $(ARGS)

# A machine without Chromium, and without the right to install it, is told so and goes on.
browser: $(VENV)/.dev-installed ## the studio in a real browser; all flows: make test-long
	@$(POSTER) dev get-browser || true
	$(BIN)/python -m pytest tests/browser -rs -n 2 --dist loadfile $(ARGS)

lint: $(VENV)/.dev-installed ## ruff: rules and format
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(VENV)/.dev-installed ## mypy, strict
	$(BIN)/mypy

contracts: $(VENV)/.dev-installed ## import-linter: which room may import which
	$(BIN)/lint-imports

build: $(VENV)/.local-installed ## what is deployed: two zips for each Python of FC, in .build
	@$(POSTER) build $(ARGS)

clean: ## remove the environment, what was built, and everything the local stack has stored
	rm -rf $(VENV) .venv-* .local mutants .build .site .mypy_cache .ruff_cache .hypothesis .schemathesis *.egg-info

$(VENV)/.python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 10))' || { \
	  echo "Python 3.10 or newer is needed; $(PYTHON) is $$($(PYTHON) --version 2>&1)." \
	       "Name another one: make PYTHON=python3.12 ..." >&2; exit 1; }
	@$(PYTHON) -m venv $(VENV)
	@touch $@

# wheel: three packages come as source only and build faster with it. The last line puts `poster`
# into the environment: this folder itself, no copy of it.
$(VENV)/.local-installed $(VENV)/.dev-installed: $(VENV)/.%-installed: requirements-%.txt | $(VENV)/.python
	@echo "installing $< into $(VENV)"
	@$(BIN)/python -m pip install -q wheel setuptools
	@$(BIN)/python -m pip install -q -r $<
	@$(BIN)/python -m pip install -q --no-deps --no-build-isolation -e .
	@touch $@ $(VENV)/.local-installed

.PHONY: site
site: .venv-docs/.installed ## the pages as a site with search, in .site/ (serve it: python3 -m http.server -d .site)
	@NO_MKDOCS_2_WARNING=1 .venv-docs/bin/mkdocs build --strict --quiet

.venv-docs/.installed: requirements-docs.txt
	@$(PYTHON) -m venv .venv-docs
	@.venv-docs/bin/python -m pip install -q --require-hashes -r requirements-docs.txt
	@touch $@
# Targets of the last version say what they are called now; one is also a folder.
.PHONY: docs
docs:
	@$(PYTHON) cli/former.py $@
%:
	@$(PYTHON) cli/former.py $@
Makefile requirements-local.txt requirements-dev.txt: ;
