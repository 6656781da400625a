# Everything a person needs: make serve, make test, make setup, make check.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP_OPTIONS := --quiet --disable-pip-version-check --require-hashes
HOST ?= 127.0.0.1
PORT ?= 8000

.PHONY: serve test setup setup-dev browser check lock clean
.DEFAULT_GOAL := serve

serve: setup ## set everything up and run the service
	HOST=$(HOST) PORT=$(PORT) $(BIN)/klinik serve

setup: $(VENV)/.installed ## only set everything up: gives .venv/bin/klinik

setup-dev: $(VENV)/.installed-dev

test: setup-dev browser check ## set everything up and pass all tests
	$(BIN)/python -m pytest -n 4 --dist worksteal

browser: ## the browser that the tests drive (Debian's package)
	@command -v chromium >/dev/null || (apt-get update -qq && apt-get install -y -qq --no-install-recommends chromium) \
	  || (echo "Tes memerlukan Chromium. Pasang paketnya, misalnya: sudo apt-get install chromium" >&2; exit 1)

check: setup-dev ## lint and types
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	KLINIK_DATA_DIR=$(VENV)/check-data $(BIN)/klinik check

lock: setup-dev ## pin requirements anew, with hashes and without addresses
	$(BIN)/python -m pip install --quiet uv
	@# The second by the first: what is served is what was tested, also where a tool of the tests is particular.
	$(BIN)/uv pip compile pyproject.toml --extra build --extra dev --universal --python-version 3.11 --generate-hashes --no-header -q -o requirements-dev.txt
	$(BIN)/uv pip compile pyproject.toml -c requirements-dev.txt --extra build --universal --python-version 3.11 --generate-hashes --no-header -q -o requirements.txt

clean:
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit("Klinik Ekspor memerlukan Python 3.11 atau lebih baru; yang ada %d.%d." % sys.version_info[:2] if sys.version_info < (3, 11) else 0)'
	$(PYTHON) -m venv $(VENV)

$(VENV)/.installed: requirements.txt pyproject.toml | $(VENV)/bin/python
	$(BIN)/python -m pip install $(PIP_OPTIONS) -r requirements.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@# What is learnt for a first answer and a first limit is kept for the first start. No setting plays a part.
	@env -i PATH="$$PATH" KLINIK_DATA_DIR=$(VENV)/check-data $(BIN)/klinik ask "apa itu KITE IKM" >/dev/null
	@env -i PATH="$$PATH" KLINIK_DATA_DIR=$(VENV)/check-data $(BIN)/klinik limit --office 100300 --received 2026-01-05T08:00 >/dev/null
	@rm -rf $(VENV)/check-data
	@touch $@

$(VENV)/.installed-dev: requirements-dev.txt $(VENV)/.installed
	$(BIN)/python -m pip install $(PIP_OPTIONS) -r requirements-dev.txt
	@touch $@
