# The two commands: `make demo` shows the product, `make test` proves it. Both begin from nothing.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAGES := lint unit services streams browser

.PHONY: install demo test packages lock clean $(addprefix test-,$(STAGES)) test-services-api test-services-rest

install: $(VENV)/.installed

demo: install
	@$(BIN)/hotline demo

test: $(VENV)/.installed-tests packages
	@for stage in $(STAGES); do \
	  begun=$$SECONDS; \
	  $(MAKE) --no-print-directory test-$$stage || { echo "== $$stage FAILED after $$((SECONDS - begun)) s"; exit 1; }; \
	  echo "== $$stage: $$((SECONDS - begun)) s"; \
	done

test-lint:
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

test-unit:
	$(BIN)/pytest -q tests/unit tests/real

# Two at once, each told as a whole: half of either waits for processes and databases.
test-services:
	@$(MAKE) --no-print-directory -j2 --output-sync=target test-services-api test-services-rest

test-services-api:
	$(BIN)/pytest -q tests/api

test-services-rest:
	$(BIN)/pytest -q tests/store tests/ops tests/cli tests/upstream

test-streams:
	$(BIN)/pytest -q tests/streams tests/whole

test-browser:
	$(BIN)/pytest -q tests/browser

# What more of Debian the tests can use; without it they skip and say so.
packages:
	@for pair in chromium:chromium prometheus:promtool prometheus-alertmanager:amtool postgresql:pg_ctlcluster openjdk-17-jre-headless:java maven:mvn poppler-utils:pdftotext; do \
	  command -v $${pair#*:} >/dev/null || echo "optional: apt-get install $${pair%%:*} lets more tests run"; \
	done
	@fc-list :lang=zh 2>/dev/null | grep -q . || echo "optional: apt-get install fonts-noto-cjk shows Chinese in screenshots"

lock:
	uv pip compile pyproject.toml --generate-hashes --no-header -q -o requirements.lock
	uv pip compile pyproject.toml --extra test --generate-hashes --no-header -q -c requirements.lock -o tests/requirements.lock

clean:
	rm -rf $(VENV) .hotline test-artefacts

$(VENV)/bin/python:
	$(PYTHON) -m venv $(VENV)

$(VENV)/.installed: requirements.lock pyproject.toml | $(VENV)/bin/python
	@echo "installing the locked packages into $(VENV), about a minute"
	$(BIN)/pip install -q --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/pip install -q --disable-pip-version-check --no-deps -e .
	touch $@

$(VENV)/.installed-tests: tests/requirements.lock pyproject.toml | $(VENV)/bin/python
	@echo "installing the locked packages of the tests into $(VENV), about a minute"
	$(BIN)/pip install -q --disable-pip-version-check --require-hashes -r tests/requirements.lock
	$(BIN)/pip install -q --disable-pip-version-check --no-deps -e .
	touch $@ $(VENV)/.installed
