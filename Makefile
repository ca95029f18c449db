# `make` lists the commands. Everything installs into .venv, from the requirements files alone.
PYTHON ?= python3
VENV ?= .venv
TRIP ?= examples/trips/article_trip.txt
ARGS ?=
JOBS ?= 200
SEED ?= 1
SDK ?= 2.0.2
SECONDS ?= 330
BIN := $(VENV)/bin
export OMP_NUM_THREADS ?= 1
# Compiled modules are kept, whatever the shell says: stack and tests start many interpreters.
unexport PYTHONDONTWRITEBYTECODE
# Large pictures go back to the system when they are freed; without this the stack keeps them all.
demo up bench: export MALLOC_ARENA_MAX ?= 2
demo up bench: export MALLOC_MMAP_THRESHOLD_ ?= 1048576
export PIP_DISABLE_PIP_VERSION_CHECK = 1

.DEFAULT_GOAL := help
.PHONY: help demo up try preflight kill-points check-commands explore check-workflows check-styles designer-workflows chaos test test-all unit lint types contracts golden operate season bench-season cost docs fuzz-api lifecycle check-sdk eas-sdk-check gallery belonging bench bench-picture bench-plates bench-poster bench-submit bench-upload bench-upload-forms bench-cold build check-build licences deployment-files lock clean

help: ## list the commands
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## (.*)/  make \1\t\2/' | expand -t 24

demo: $(VENV)/.local-installed ## run a trip through the local stack and show its poster (TRIP=file)
	@$(BIN)/python -m local demo $(TRIP) $(ARGS)

up: $(VENV)/.local-installed ## keep the local stack running until Ctrl-C
	@$(BIN)/python -m local up $(ARGS)

test: lint types contracts unit ## all checks and all tests

test-all: ## the tests on every Python from 3.10 on that is present
	@bash scripts/test_all.sh

unit: $(VENV)/.dev-installed ## the tests alone (ARGS= goes to pytest)
	$(BIN)/python -m pytest -n auto --dist loadfile --no-loadscope-reorder $(ARGS)

kill-points: $(VENV)/.dev-installed ## every journey of a job, with the process dying at each effect (minutes)
	$(BIN)/python -m pytest tests/unit tests/integration -n auto -m slow $(ARGS)

check-commands: $(VENV)/.dev-installed ## every command line of the pages, in a copy of the project with its own stack (minutes)
	$(BIN)/python -m pytest tests/commands -m slow $(ARGS)

explore: $(VENV)/.dev-installed ## the tests with examples that were not drawn before (minutes)
	$(BIN)/python -m pytest -n auto --dist loadfile --no-loadscope-reorder --hypothesis-profile others $(ARGS)

lint: $(VENV)/.dev-installed ## ruff: rules and format
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(VENV)/.dev-installed ## mypy, strict
	$(BIN)/mypy

contracts: $(VENV)/.dev-installed ## import-linter: which room may import which
	$(BIN)/lint-imports

chaos: $(VENV)/.local-installed ## trips while everything fails and is killed (JOBS=200 SEED=1 SECONDS=330 of faults)
	@$(BIN)/python -m scripts.chaos --jobs $(JOBS) --seed $(SEED) --seconds $(SECONDS) $(ARGS)

golden: $(VENV)/.dev-installed ## write the golden files anew; review the difference
	$(BIN)/python -m pytest tests/golden --write-golden

check-workflows: $(VENV)/.dev-installed ## hold the workflows against a ComfyUI (OBJECT_INFO=url or file; WORKFLOW=name), or graphs beside the engine (COMFYUI=url)
	@$(BIN)/python -m $(if $(COMFYUI),tests.comfyui.graphs $(COMFYUI),scripts.check_workflows $(if $(OBJECT_INFO),--object-info $(OBJECT_INFO)) $(WORKFLOW)) $(ARGS)

check-styles: $(VENV)/.dev-installed ## hold the style files against their workflows (OBJECT_INFO=url or file; STYLE=id)
	@$(BIN)/python -m scripts.check_styles $(if $(OBJECT_INFO),--object-info $(OBJECT_INFO)) $(STYLE) $(ARGS)

designer-workflows: $(VENV)/.dev-installed ## write the workflow.json files that designers open anew
	@$(BIN)/python -m scripts.designer_workflows $(WORKFLOW)

try: $(VENV)/.local-installed ## a trip on a ComfyUI alone (COMFYUI=url STYLE=id TRIP=file VEHICLE=a/b/c TOKEN=...)
	@$(BIN)/python -m local try --trip $(TRIP) $(if $(STYLE),--style $(STYLE)) $(if $(VEHICLE),--vehicle $(VEHICLE)) \
	  $(if $(COMFYUI),--comfyui $(COMFYUI)) $(if $(TOKEN),--token $(TOKEN)) $(ARGS)

preflight: $(VENV)/.local-installed ## is this configuration fit to go live (ARGS="--local", "--offline", ARGS=-h)
	@$(BIN)/python -m scripts.preflight $(ARGS)

operate: $(VENV)/.local-installed ## look at jobs, pause, resume, replay (ARGS="--local show JOB", ARGS=-h)
	@$(BIN)/python -m scripts.operate $(ARGS)

fuzz-api: $(VENV)/.local-installed .venv-schemathesis/.installed ## what docs/openapi.json allows and what not, against the local stack (ARGS="--seconds 60")
	@$(BIN)/python -m scripts.fuzz_api $(ARGS)

.venv-schemathesis/.installed: scripts/fuzz_api/requirements.txt
	@$(PYTHON) -m venv .venv-schemathesis
	@.venv-schemathesis/bin/python -m pip install -q -r scripts/fuzz_api/requirements.txt
	@touch $@

lifecycle: $(VENV)/.local-installed ## the buckets' lifecycle rules from the settings of this shell, into .build/lifecycle/
	@$(BIN)/python -m scripts.write_lifecycle

season: $(VENV)/.local-installed ## plan, start, pause or stop a season's campaign (ARGS="--local plan winter-2026", ARGS=-h)
	@$(BIN)/python -m scripts.season $(ARGS)

bench-season: $(VENV)/.dev-installed ## seconds, requests and memory of a campaign, beside the naive form (minutes)
	@$(BIN)/python -m bench.bench_season $(ARGS)

docs: $(VENV)/.dev-installed ## write the generated parts of docs/ anew
	$(BIN)/python -m scripts.write_docs

check-sdk: $(VENV)/.dev-installed ## what calls DashScope, with another version of its SDK (SDK=2.0.2)
	@bash scripts/dashscope_sdk_check.sh $(SDK) $(ARGS)

eas-sdk-check: $(VENV)/.local-installed ## the EAS SDK's own client against the local queue
	@bash scripts/eas_sdk_check.sh

cost: $(VENV)/.local-installed ## what jobs cost, idling costs, N trips a day would (ARGS="--local", "--idle", "--forecast 20000")
	@$(BIN)/python -m scripts.cost $(ARGS)

gallery: $(VENV)/.local-installed ## posters drawn over all styles, seasons, paints and formats, with scores, on one page (REAL=folder)
	@$(BIN)/python -m scripts.gallery $(if $(REAL),--real $(REAL)) $(ARGS)

belonging: $(VENV)/.local-installed ## what the gate sees of planted faults of light and heading (ARGS="--plates FILE")
	@$(BIN)/python -m scripts.belonging $(ARGS)

bench-picture: .venv-bench/.installed ## composite and gate timed beside Pillow and scikit-image
	@.venv-bench/bin/python -m bench.bench_picture

bench-plates: $(VENV)/.local-installed ## how well the nodes read a plate's light and lines, beside a fixed guess (ARGS="--count 128")
	@$(BIN)/python -m bench.bench_plate_light $(ARGS)

bench-poster: $(VENV)/.local-installed ## what storing a poster costs beside the former way: CPU, bytes, the badge (ARGS=--all)
	@$(BIN)/python -m bench.bench_poster $(ARGS)

bench: $(VENV)/.local-installed ## what a job costs from submit to stored: CPU, requests, pace, memory (ARGS="--jobs 200", "--list")
	@$(BIN)/python -m bench.bench_job $(ARGS)

bench-cold: $(VENV)/.local-installed ## cold start of each function beside its bare SDKs and one big module
	@$(BIN)/python -m bench.bench_cold $(ARGS)

deployment-files: $(VENV)/.local-installed ## what is deployed, from deploy/stack.yaml (ARGS="--settings other.yaml --out folder")
	@$(BIN)/python -m scripts.write_deployment $(ARGS)

build: $(VENV)/.local-installed ## what is deployed: two zips for each Python of FC, in .build (ARGS="--python 3.10")
	@$(BIN)/python -m scripts.bundle $(ARGS)

check-build: $(VENV)/.local-installed ## unpack the zips, look for a newer glibc, paint a trip with them
	@$(BIN)/python -m scripts.bundle --check $(ARGS)

licences: $(VENV)/.local-installed ## write docs/licences.md from what `make build` has staged
	@$(BIN)/python -m scripts.bundle --licences

lock: ## write requirements*.txt from requirements*.in, with hashes (ARGS="--upgrade-package NAME")
	@bash scripts/lock.sh $(ARGS)

clean: ## remove the environment and everything the local stack has stored
	rm -rf $(VENV) .venv-* .local .mypy_cache .ruff_cache .hypothesis .schemathesis

$(VENV)/.python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 10))' || { \
	  echo "Python 3.10 or newer is needed; $(PYTHON) is $$($(PYTHON) --version 2>&1)." \
	       "Name another one: make PYTHON=python3.12 ..." >&2; exit 1; }
	@$(PYTHON) -m venv $(VENV)
	@touch $@

bench-submit: $(VENV)/.local-installed ## how many trips a second are accepted, and what twice as many does (ARGS="--seconds 60")
	@$(BIN)/python -m bench.bench_submit $(ARGS)

bench-upload: $(VENV)/.local-installed ## how fast uploaded files become jobs, and in how much memory (ARGS="1000 10000")
	@$(BIN)/python -m bench.bench_upload $(ARGS)

bench-upload-forms: $(VENV)/.local-installed ## what an upload costs in each form and encoding, beside .jsonl in UTF-8 (ARGS="1000")
	@$(BIN)/python -m bench.bench_upload_forms $(ARGS)

.venv-bench/.installed: bench/requirements.txt requirements-local.txt
	@$(PYTHON) -m venv .venv-bench
	@.venv-bench/bin/python -m pip install -q wheel setuptools
	@.venv-bench/bin/python -m pip install -q -r requirements-local.txt
	@.venv-bench/bin/python -m pip install -q -r bench/requirements.txt
	@touch $@

# wheel: three packages come as source only and build faster with it.
$(VENV)/.local-installed: requirements-local.txt | $(VENV)/.python
	@echo "installing requirements-local.txt into $(VENV)"
	@$(BIN)/python -m pip install -q wheel setuptools
	@$(BIN)/python -m pip install -q -r requirements-local.txt
	@touch $@

$(VENV)/.dev-installed: requirements-dev.txt | $(VENV)/.python
	@echo "installing requirements-dev.txt into $(VENV)"
	@$(BIN)/python -m pip install -q wheel setuptools
	@$(BIN)/python -m pip install -q -r requirements-dev.txt
	@touch $@ $(VENV)/.local-installed
