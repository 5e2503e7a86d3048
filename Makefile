# Two commands for a newcomer: `make demo` and `make test`. `make help` lists the rest.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready

.DEFAULT_GOAL := help
.PHONY: help setup demo test check unit e2e fuzz faults render lock docs bench bench-deploy race clean

help: ## This list
	@grep -hE '^[a-z0-9-]+:.*## ' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 14

setup: $(READY) ## A virtual environment with everything, from the lock file

# Hashes are checked, and nothing is resolved: what is locked is what is installed.
$(READY): requirements/dev.txt setup.cfg pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit("gen needs Python 3.11 or newer; try: make PYTHON=python3.11" if sys.version_info < (3, 11) else 0)'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes --requirement requirements/dev.txt
	$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

demo: setup ## Render, start the embedded AWS, deploy, call the API, show the audit trail, stop
	$(BIN)/python scripts/demo.py

test: check unit e2e ## All that CI runs

check: setup ## Format, lint, types, import rules, committed templates
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/gen render --all-envs --check

unit: setup ## Tests without the end-to-end ones, with coverage
	$(BIN)/pytest -q -n auto --dist loadfile -m "not e2e" --ignore tests/rules --cov --cov-report=term --cov-fail-under=90
	$(BIN)/pytest -q -n auto tests/rules

e2e: setup ## Real templates and handlers on the embedded AWS
	$(BIN)/pytest -q -n auto --dist loadfile -m e2e

fuzz: setup ## Broken templates and bytes of all kinds for gen lint and every rule, by the thousand
	GEN_FUZZ=1000 $(BIN)/pytest -q -n auto tests/lint/test_any_input.py tests/rules/test_any_template.py

faults: setup ## Every call of a deployment with every fault; writes docs/faults.md
	$(BIN)/python scripts/faults.py

render: setup ## Write every template
	$(BIN)/gen render --all-envs

lock: setup ## Resolve the lock files anew
	$(BIN)/python scripts/lock.py

docs: setup ## docs/rules.md, from the rules and what each requirement item is held by
	$(BIN)/python -m scripts.rules_doc

bench: setup ## Speed, as ratios to a bare script and to an empty Python
	$(BIN)/python scripts/bench.py

bench-deploy: setup ## Deploying many stacks, against the longest chain of them
	$(BIN)/python -m scripts.bench_deploy

race: setup ## Two deploys at the same moment, a hundred times over; and forty killed in the middle
	GEN_RACES=25 GEN_KILLS=20 $(BIN)/pytest -q tests/deploy/test_race.py tests/deploy/test_kill.py

clean: ## Remove what was built
	rm -rf $(VENV) build dist *.egg-info .mypy_cache .pytest_cache .ruff_cache .hypothesis .coverage
