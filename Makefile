# Every command of the project; `make help` lists them. Variables: PORT, DATA_DIR, DATABASE_URL, BROKER_URL.

PORT ?= 8000
DATA_DIR ?= var
DEBUG ?= 1
PYTHON ?= python3
export PYTHON
run migrate demo bench: export PORT := $(PORT)
run migrate demo bench: export DATA_DIR := $(DATA_DIR)
run migrate demo bench: export DEBUG := $(DEBUG)

BIN := .venv/bin
TEMPLATES = $(shell find templates -name '*.html')

.DEFAULT_GOAL := help
.PHONY: help run test lint fix migrate demo bench clean lock

help: ## This list
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "  make %-9s %s\n", $$1, $$2}' Makefile

run: ## Install what is needed and start web, worker and beat (PORT, DATA_DIR, DATABASE_URL, BROKER_URL)
	@scripts/setup.sh run
	@exec $(BIN)/python scripts/supervise.py

test: ## Install what the tests need, Chromium included, and run them all
	@scripts/setup.sh dev
	env -u DATA_DIR $(BIN)/pytest -n 2 --dist worksteal

lint: ## Check style, templates, layers, migrations, deployment settings, Dockerfile and compose file
	@scripts/setup.sh dev
	@scripts/lint.sh

fix: ## Put code and templates in the house form
	@scripts/setup.sh dev
	$(BIN)/ruff check --fix --quiet . || true
	$(BIN)/ruff format .
	$(BIN)/djade $(TEMPLATES)

migrate: ## Bring the database to the current schema
	@scripts/setup.sh run
	@mkdir -p $(DATA_DIR)
	$(BIN)/python manage.py migrate

demo: migrate ## Reset and load the demonstration
	$(BIN)/python manage.py demo

bench: ## Measure pages, documents, exports and imports; prints a table and writes JSON
	@scripts/setup.sh dev
	@mkdir -p $(DATA_DIR)
	$(BIN)/python manage.py bench

lock: ## Resolve the dependencies again (after a change in pyproject.toml)
	@scripts/setup.sh run
	$(BIN)/uv lock --quiet
	$(BIN)/uv export --quiet --frozen --no-emit-project --no-dev --format requirements-txt -o requirements.lock
	$(BIN)/uv export --quiet --frozen --no-emit-project --format requirements-txt -o requirements-dev.lock

clean: ## Remove the virtual environment and the caches; the data folder stays
	rm -rf .venv .pytest_cache .ruff_cache .import_linter_cache .hypothesis .coverage
	find . -name __pycache__ -not -path './var/*' -prune -exec rm -rf {} +
