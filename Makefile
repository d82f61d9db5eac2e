# Every way to work with the house. `make help` lists them.
PYTHON ?= python3
# Any build of torch 2.13 will do. Where the package index offers a CUDA build only, name the
# CPU build's index here: make setup TORCH_FROM="--index-url ..."
TORCH_FROM ?=
BIN := .venv/bin

.DEFAULT_GOAL := help
.PHONY: axe help setup dev demo test kill fuzz hostile lint serve bench screenshots docs lock

help: ## list the targets
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | sort | expand -t 10

setup: .venv/ready ## make .venv and install the program in it

.venv/ready: pyproject.toml requirements/base.txt
	$(PYTHON) -m venv .venv
	$(BIN)/pip install --quiet --disable-pip-version-check $(TORCH_FROM) "torch>=2.13,<2.14"
	$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r requirements/base.txt
	$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --editable .
	@touch $@

dev: .venv/dev ## setup, and what tests and lint need

.venv/dev: .venv/ready requirements/dev.txt
	$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r requirements/dev.txt
	@touch $@

demo: setup ## the whole way on an invented brand: from public posts to a recruit list
	@$(BIN)/soundingboard demo

test: dev ## run every test
	$(BIN)/pytest -n auto

kill: dev ## kill a hundred runs, and fifty mail senders at each fault; see that nothing is lost or doubled
	SOUNDINGBOARD_KILLS=100 $(BIN)/pytest -m kill

fuzz: dev ## send 5,000 requests to the interface for programs, good and bad; none may break it
	SOUNDINGBOARD_FUZZ=5000 $(BIN)/pytest tests/soundingboard/test_soundingboard_api_document.py

axe: dev ## hold every page to axe-core's rules in both themes and widths
	SOUNDINGBOARD_AXE=all $(BIN)/pytest tests/soundingboard/test_soundingboard_web_axe.py

hostile: dev ## show 10,000 hostile strings as posts, titles and names; none may be more than words
	SOUNDINGBOARD_HOSTILE=all $(BIN)/pytest tests/soundingboard/test_soundingboard_web_hostile.py

lint: dev ## style, types and the direction of imports
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

serve: setup ## run on schedule: collect, weigh, and write the daily digest
	$(BIN)/soundingboard serve

bench: dev ## measure against named alternatives (reads the data folder given as DATA)
	$(BIN)/python -m bench.recruit $(if $(DATA),--data $(DATA))

screenshots: dev ## a picture of every page, light, dark and narrow, in build/screenshots; HOUSE is a folder the demo ran in
	$(BIN)/python -m docs.screenshots $(if $(HOUSE),--house $(HOUSE))

docs: dev ## redraw what the documentation shows of the program
	$(BIN)/python -m docs.redraw
	$(BIN)/python -m docs.screenshots --docs

lock: dev ## write requirements/*.txt anew from pyproject.toml
	$(BIN)/pip install --quiet pip-tools
	sh requirements/lock.sh
