# 安督 AnDu. `make run` starts the office on this machine, `make test` checks everything.
SHELL := /bin/bash
.DEFAULT_GOAL := run
PY := .venv/bin/python

.PHONY: run test test-all test-fast lint bench setup setup-test setup-test-fast clean

run: setup
	@ANDU_DEMO=$${ANDU_DEMO:-1} exec $(PY) -m flask --app web office

test: setup-test lint
	$(PY) -m pytest --database sqlite -n 3
	$(PY) -m pytest --database postgresql -n 3 --short

test-all: setup-test lint
	$(PY) -m pytest --database sqlite -n 3
	$(PY) -m pytest --database postgresql -n 3

test-fast: setup-test-fast
	$(PY) -m pytest --database sqlite -n 2 -q -m "not browser and not slow"

lint:
	$(PY) -m ruff check .
	$(PY) -m ruff format --check .
	.venv/bin/lint-imports

bench: setup-test
	$(PY) -m tests.bench

setup:
	@scripts/setup.sh run

setup-test:
	@scripts/setup.sh test

setup-test-fast:
	@scripts/setup.sh test-fast

clean:
	rm -rf .venv .pytest_cache .ruff_cache .hypothesis .import_linter_cache
