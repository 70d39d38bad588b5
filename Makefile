# Two commands do all the set-up on a fresh machine: `make run` and `make test`.

# The first Python here that all packages support; another one: make run PYTHON=/path/to/python3.12
PYTHON ?= $(shell for python in python3 python3.12 python3.13 python3.11; do \
	"$$python" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] < (3, 14))' 2>/dev/null \
	&& { echo "$$python"; exit; }; done; echo python3)
BIN := .venv/bin
# Each worker has a server of its own; one of them also runs Airflow, and waits for it much
TEST_WORKERS ?= 3
BOOTSTRAP := include/linehouse/runtime/bootstrap.py
LINT := dags plugins include expectations migrations tests bench
export PYTHONPATH := $(CURDIR):$(CURDIR)/include

.DEFAULT_GOAL := help
.PHONY: help run stop test lint format docs bench install install-dev requirements clean

help: ## what can be done
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/make \1|\2/p' Makefile | column -t -s '|'

run: install ## set up, start everything, run the pipeline once, print the card; leaves it running
	@$(BIN)/linehouse up
	@$(BIN)/linehouse pipeline run --zone full

stop: ## stop every process
	@if [ -x $(BIN)/linehouse ]; then $(BIN)/linehouse down; fi

test: install-dev ## set up, run every test that needs no more than this machine
	@$(BIN)/python -m pytest --numprocesses=$(TEST_WORKERS)

lint: install-dev ## ruff, mypy, sqlfluff
	$(BIN)/ruff check $(wildcard $(LINT))
	$(BIN)/ruff format --check $(wildcard $(LINT))
	$(BIN)/mypy
	$(BIN)/sqlfluff lint --processes 2 --disable-progress-bar $(wildcard dbt/models dbt/tests dbt/analyses)

format: install-dev ## write files as lint wants them
	$(BIN)/ruff check --fix $(wildcard $(LINT))
	$(BIN)/ruff format $(wildcard $(LINT))

docs: install ## Great Expectations' pages about the newest verdicts; says where they are
	@$(BIN)/linehouse data docs

bench: install ## the benchmarks, one JSON row each
	@for name in landing promotion as_of pipeline all_sources sandbox devig signals backtest; do $(BIN)/linehouse bench $$name --json || exit 1; done

install: ## the virtual environment with what Linehouse runs on
	@$(PYTHON) $(BOOTSTRAP) requirements.txt

install-dev: ## the same, with what tests and lint need
	@$(PYTHON) $(BOOTSTRAP) requirements.txt requirements-dev.txt

requirements: install ## compile requirements*.in into requirements*.txt (needs uv)
	uv pip compile --quiet --universal --python-version 3.11 --no-header --no-annotate \
		requirements.in --output-file requirements.txt
	uv pip compile --quiet --universal --python-version 3.11 --no-header --no-annotate \
		requirements-dev.in --output-file requirements-dev.txt

clean: stop ## remove generated files; the warehouse in LINEHOUSE_HOME stays
	rm -rf .pytest_cache .mypy_cache .ruff_cache .hypothesis dbt/target dbt/logs
