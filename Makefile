# Everything starts here: `make help` lists the commands. Set-up is in tools/ and does only what is
# missing; details of what it did are in var/setup.log.

PYTHON ?= python3
VENV_PYTHON = .venv/bin/python
FLASK = $(VENV_PYTHON) -m flask --app wsgi
COMPILE = $(VENV_PYTHON) -m uv pip compile --generate-hashes --no-header --quiet --python-version 3.11

.DEFAULT_GOAL := help
.PHONY: help setup run demo test lint format bench lock clean

help: ## list these commands
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/  make \1|\2/p' $(MAKEFILE_LIST) | awk -F'|' '{printf "%-16s%s\n", $$1, $$2}'

setup: ## make everything ready that `make run` needs
	@$(PYTHON) -m tools run

run: setup ## set up, then serve on http://127.0.0.1:8000 (PORT=…, HANTEI_DEMO=0: no demo data)
	@exec $(VENV_PYTHON) -m inspection.serve --die-with-parent

demo: setup ## load the demo data into the database
	@$(FLASK) db upgrade && $(FLASK) demo load && $(FLASK) demo info

test: ## set up PostGIS and a browser, then run all tests on both databases (ARGS=…)
	@$(PYTHON) -m tools test
	@$(VENV_PYTHON) -m pytest -n 2 --dist worksteal $(ARGS)

lint: ## check style, formatting and types
	@$(PYTHON) -m tools lint
	@$(VENV_PYTHON) -m ruff check .
	@$(VENV_PYTHON) -m ruff format --check .
	@$(VENV_PYTHON) -m mypy

format: ## format the code and sort imports
	@$(PYTHON) -m tools lint
	@$(VENV_PYTHON) -m ruff check --fix-only --quiet .
	@$(VENV_PYTHON) -m ruff format .

bench: ## measure against other software (ARGS=…)
	@$(PYTHON) -m tools test
	@$(VENV_PYTHON) -m bench $(ARGS)

lock: ## resolve the pinned, hashed requirements anew from the .in files (ARGS=--upgrade)
	@$(PYTHON) -m tools lint
	@$(COMPILE) $(ARGS) requirements.in -o requirements.txt
	@$(COMPILE) $(ARGS) requirements-dev.in -o requirements-dev.txt
	@$(COMPILE) $(ARGS) requirements-signing.in -o requirements-signing.txt
	@$(COMPILE) $(ARGS) tools/requirements-node.in -o tools/requirements-node.txt

clean: ## remove what set-up made; data in var/ stays
	@rm -rf .venv node_modules inspection/web/static/vendor var/node var/spatialite var/apt \
		var/setup.log var/.hantei-spatialite .pytest_cache .mypy_cache .ruff_cache
