# One screen of chores. `make demo` and `make test` work in a fresh clone with python3 (3.11), python3-venv and make.

PYTHON ?= python3
BIN := .venv/bin
.DEFAULT_GOAL := help
.PHONY: help demo serve test test-faults test-fuzz lint bench bench-million bench-bounded bench-delivery bench-detection bench-matching contract

help: ## show this list
	@grep -E '^[a-z-]+:.*## ' Makefile | sed 's/:.*## /\t/' | expand -t 16

demo: .venv/runtime.stamp ## start a server, send sample data, show one profile for each customer
	$(BIN)/openprofiles demo

serve: .venv/runtime.stamp ## start the server on 127.0.0.1:8090, data in ./openprofiles-data
	$(BIN)/openprofiles serve

test: .venv/dev.stamp ## run all tests
	$(BIN)/python -m pytest -n 2 --dist loadfile

test-faults: .venv/dev.stamp ## many clients, kills and lost answers, at length: 50 rounds, 200 kills (an hour)
	OPENPROFILES_TEST_FAULTS=many $(BIN)/python -m pytest tests/faults tests/api/test_retries.py

test-fuzz: .venv/dev.stamp ## 200,000 hostile calls on each store, 200,000 hostile requests (half an hour)
	OPENPROFILES_TEST_FUZZ_CASES=200000 $(BIN)/python -m pytest tests/fuzz

lint: .venv/dev.stamp ## style, types, import rules
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: .venv/dev.stamp ## speed, latency and memory on both stores, beside a plain hello (4 minutes)
	$(BIN)/python -m benchmarks

bench-million: .venv/dev.stamp ## the same puts at 1,000,000 profiles; the first time makes them
	$(BIN)/python -m benchmarks.million

bench-bounded: .venv/dev.stamp ## what a heavy client, or the deletion of a million profiles, costs all others
	$(BIN)/python -m benchmarks.bounded

bench-delivery: .venv/dev.stamp ## how fast, and how soon, changes reach an event stream
	$(BIN)/python -m benchmarks.delivery

bench-detection: .venv/dev.stamp ## how well mappings are proposed for objects of known and unknown systems
	$(BIN)/python -m benchmarks.detection

bench-matching: .venv/dev.stamp ## how well, how fast and how honestly the records of one customer are found
	$(BIN)/python -m benchmarks.matching

contract: .venv/dev.stamp ## generate shapes.py and operations.py from botocore's service model
	$(BIN)/python scripts/generate_api.py

$(BIN)/pip:
	$(PYTHON) -m venv .venv

.venv/runtime.stamp: pyproject.toml constraints.txt | $(BIN)/pip
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e .
	@touch $@

.venv/dev.stamp: pyproject.toml constraints.txt | $(BIN)/pip
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[dev]'
	@touch $@ .venv/runtime.stamp
