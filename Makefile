# Every task does its own set-up: `make mock` and `make test` work in a fresh clone on a fresh Debian.

PYTHON  ?= python3
ARGS    ?=
# One pytest worker for each core; a file's tests stay on one worker, because they share one mock.
WORKERS ?= auto

VENV       := .venv
BIN        := $(VENV)/bin
CLIENTS    := .cache/clients
TYPESCRIPT := tests/clients/typescript
# Clients with exactly the documented surface: the release that the page describes, and the oldest one; and
# a recent one, for what the mock shows of recent releases.
WALDUR     := $(CLIENTS)/waldur-7.9.1 $(CLIENTS)/waldur-7.7.5 $(CLIENTS)/waldur-8.1.3
NODE       := $(TYPESCRIPT)/node_modules/.package-lock.json
EXPORTS    := tests/export/node/node_modules/.package-lock.json
PEERS      := benchmarks/node_modules/.package-lock.json

NODE_NEEDED := Node.js 18.18 or newer and npm (apt-get install nodejs npm)
HAS_NODE    := command -v npm >/dev/null 2>&1 && \
  node -e 'const [a, b] = process.versions.node.split("."); process.exit(a > 18 || (a == 18 && b >= 18) ? 0 : 1)'

# Two variables, because the older pips read the first one for build requirements and the newer ones the second.
PINNED := PIP_CONSTRAINT=constraints.txt PIP_BUILD_CONSTRAINT=constraints.txt PIP_DISABLE_PIP_VERSION_CHECK=1
PIP    := $(PINNED) $(BIN)/pip
PYTEST := $(BIN)/python -m pytest --numprocesses=$(WORKERS) --dist=loadfile

DEPLOYMENT := PYTHONPATH=tests $(BIN)/python -W ignore -m deployment

.DELETE_ON_ERROR:
.PHONY: help mock test check soak deployment deployment-dump differential selftest bench bench-ablation bench-quick bench-soak bench-store profile format wheel lock clean

help: ## list the tasks (the default)
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' Makefile

mock: $(VENV)/.mock ## serve the mock; options go into ARGS="--port 9000"
	@$(BIN)/creditkit mock $(ARGS)

test: $(VENV)/.dev $(WALDUR) $(NODE) $(EXPORTS) ## run the tests, real clients included; ARGS="-k list" goes to pytest
	$(PYTEST) -m "not soak" $(ARGS)

deployment: $(VENV)/.dev ## serve the independent deployment (docs/deployment.md); PORT=8100 PROFILE=documented LATENCY=0
	@$(DEPLOYMENT) serve --port $(or $(PORT),8100) --seed src/creditkit/store/worlds/default.yaml $(ARGS)

deployment-dump: $(VENV)/.dev ## print every row of the deployment that runs; ARGS=--no-logs leaves the event log out
	@$(DEPLOYMENT) dump $(ARGS)

differential: $(VENV)/.dev ## send the mock and the deployment the same 3,400 requests; ARGS=--all prints every difference
	PYTHONPATH=tests $(BIN)/python -m differential $(ARGS)

soak: $(VENV)/.dev ## run the long tests that `make test` leaves out
	$(PYTEST) --dist=load -m soak $(ARGS)

selftest: $(VENV)/.dev ## test the check with every deviation and mutant; ARGS="-k hex-uuids" goes to pytest
	$(PYTEST) --dist=load --quiet tests/selftest --ignore=tests/selftest/test_ablation.py $(ARGS)

bench: $(VENV)/.dev $(PEERS) ## measure the mock beside other mock servers (needs Node.js and wrk), some minutes
	$(BIN)/python -m benchmarks.http $(ARGS)

bench-ablation: $(VENV)/.dev ## measure what each trick of the HTTP front is worth (needs wrk), some minutes
	$(BIN)/python -m benchmarks.ablation $(ARGS)

bench-quick: $(VENV)/.dev ## measure the mock beside its stock engine and a bare server, under a minute
	$(BIN)/python -m benchmarks.quick $(ARGS)

bench-soak: $(VENV)/.dev ## send two million requests to one mock and watch its memory (needs wrk), some minutes
	$(BIN)/python -m benchmarks.soak $(ARGS)

profile: $(VENV)/.dev ## tell where the time of one request goes
	$(BIN)/python -m benchmarks.profile $(ARGS)

bench-store: $(VENV)/.dev ## measure the store beside TinyDB's own storages, some minutes
	$(BIN)/python -m benchmarks.store $(ARGS)

check: $(VENV)/.dev ## lint, format, types, and which package may import which
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports

format: $(VENV)/.dev ## put the code into its one format
	$(BIN)/ruff check --fix-only --quiet
	$(BIN)/ruff format

# A build/ that is left over would ship modules that are long deleted.
wheel: $(VENV)/.dev ## build the wheel into dist/
	@rm -rf build dist src/*.egg-info
	$(PINNED) $(BIN)/python -m build --wheel

lock: $(BIN)/pip ## resolve constraints.txt anew from pyproject.toml; ARGS=--upgrade takes newer releases
	@$(BIN)/pip install --quiet uv
	$(BIN)/uv pip compile pyproject.toml --extra dev --extra deployment --universal --python-version 3.11 \
	  --no-emit-index-url --custom-compile-command "make lock" --quiet --output-file constraints.txt $(ARGS)

clean: ## remove all that these tasks have made
	rm -rf $(VENV) .cache build dist src/*.egg-info $(TYPESCRIPT)/node_modules tests/export/node/node_modules benchmarks/node_modules
	rm -rf .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis .schemathesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(BIN)/pip:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { \
	  echo "creditkit needs Python 3.11 or newer: install it (apt-get install python3 python3-venv) or name it (make PYTHON=python3.12 ...)" >&2; exit 1; }
	@$(PYTHON) -m venv $(VENV) >/dev/null 2>&1 || { rm -rf $(VENV); \
	  echo "creditkit needs Python's venv module: apt-get install python3-venv" >&2; exit 1; }

# The mock's own dependencies only, so that the first `make mock` is quick.
$(VENV)/.mock: pyproject.toml constraints.txt | $(BIN)/pip
	@echo "Installing the mock into $(VENV) ..."
	@$(PIP) install --quiet --editable .
	@touch $@

$(VENV)/.dev: pyproject.toml constraints.txt | $(BIN)/pip
	@echo "Installing the mock and the development tools into $(VENV) ..."
	@$(PIP) install --quiet --editable '.[dev,deployment]'
	@touch $(VENV)/.mock $@

# What the clients themselves need is in the dev extra; without --no-deps each folder would hold it again.
$(CLIENTS)/waldur-%: | $(BIN)/pip
	@echo "Installing waldur-api-client $* into $@ ..."
	@rm -rf $@.part
	@$(PIP) install --quiet --no-deps --target $@.part waldur-api-client==$*
	@mv $@.part $@

$(PEERS): benchmarks/package-lock.json
	@$(HAS_NODE) || { echo "the other servers need $(NODE_NEEDED)" >&2; exit 1; }
	@echo "Installing the other servers into benchmarks/ ..."
	@cd benchmarks && npm ci --no-audit --no-fund --loglevel=error && touch node_modules/.package-lock.json

# Without Node their tests are skipped and say so; in CI they may not be.
$(NODE) $(EXPORTS): %/node_modules/.package-lock.json: %/package-lock.json
	@if $(HAS_NODE); then \
	  echo "Installing what $* needs ..."; \
	  cd $* && npm ci --no-audit --no-fund --loglevel=error && touch node_modules/.package-lock.json; \
	elif [ "$$CI" = true ]; then \
	  echo "the tests in $* need $(NODE_NEEDED)" >&2; exit 1; \
	else \
	  echo "The tests in $* will be skipped: they need $(NODE_NEEDED)."; \
	fi
