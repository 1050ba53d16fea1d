# What can be done here. `make` alone lists it.

PYTHON ?= python3
BIN := .venv/bin
READY := .venv/.ready
READY_TO_TEST := .venv/.ready-to-test

.DEFAULT_GOAL := help
.PHONY: help setup develop chat test check format system clean

help:  ## List what can be done
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):[^#]*## (.*)/  make \1\t\2/' | expand -t 16

setup: $(READY)  ## Make the environment in .venv, with the trialogue command in it

$(READY): pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' \
		|| { echo "Python 3.11 to 3.13 is needed; name one with: make setup PYTHON=python3.12"; exit 1; }
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --constraint constraints.txt --editable .
	@touch $@

develop: $(READY_TO_TEST)  ## The same, with what tests and benches need

$(READY_TO_TEST): $(READY)
	$(BIN)/python -m pip install --quiet --constraint constraints.txt --editable '.[dev]'
	@touch $@

chat: setup  ## Index the bundled sample and open the web app
	$(BIN)/trialogue index --sample
	$(BIN)/trialogue serve

test: develop check  ## Check style, types, layers and run all tests
	$(BIN)/python -m pytest

check: develop  ## Check format, lint, types and layers
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

format: develop  ## Put the code into its format
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

system:  ## Install what some tests need from Debian (Chromium, PostgreSQL; needs root)
	apt-get update
	apt-get install --yes --no-install-recommends chromium fonts-dejavu-core libgomp1 postgresql

clean:  ## Remove the environment and caches; stores stay
	rm -rf .venv build dist *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache .files
