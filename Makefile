# The two commands of the README: `make run` and `make test`. Every target makes its own environment first.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
DEV_STAMP := $(VENV)/.installed-dev
QUESTION ?= 办居住证要多久？

.PHONY: help web web-types web-lint run test lint evals bench test-vllm lock format screenshots clean

help: ## list the targets
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*##/\t/' | expand -t 16

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "Python 3.11 or newer is needed; say which: make run PYTHON=python3.11" >&2; exit 1; }
	$(PYTHON) -m venv $(VENV)

$(STAMP): requirements/service.txt pyproject.toml | $(VENV)/bin/python
	$(BIN)/python -m pip install -qq --disable-pip-version-check --require-hashes -r requirements/service.txt
	$(BIN)/python -m pip install -qq --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

$(DEV_STAMP): requirements/dev.txt $(STAMP)
	$(BIN)/python -m pip install -qq --disable-pip-version-check --require-hashes -r requirements/dev.txt
	@touch $@

web: $(STAMP) ## build the pages when their sources have changed; Node comes as a wheel where the machine has none
	@$(BIN)/python web/build.py --has-node || \
	  $(BIN)/python -m pip install -qq --disable-pip-version-check --require-hashes -r requirements/web.txt
	@$(BIN)/python web/build.py

run: web ## install, index the city pack, print one cited answer, serve at 127.0.0.1:8000
	$(BIN)/hotline corpus sync
	$(BIN)/hotline ask "$(QUESTION)"
	$(BIN)/hotline orders seed
	$(BIN)/hotline accounts demo
	$(BIN)/hotline serve

# Browser tests in processes of their own: Playwright keeps an event loop running, under which no asynchronous test starts.
test: $(DEV_STAMP) web ## all tests that need no model server
	$(BIN)/python web/build.py --run test
	$(BIN)/python -m pytest -n 4 --dist worksteal -m "not vllm and not bench and not chromium" tests
	$(BIN)/python -m pytest -n 4 --dist worksteal -m chromium tests/e2e/browser

lint: $(DEV_STAMP) ## format, style, types, import contracts
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/hotline corpus check
	$(MAKE) --no-print-directory web-lint

web-types: $(DEV_STAMP) web # types of the API's replies, from the description that the service itself gives
	$(BIN)/python -m assistant.api.description > web/openapi.json
	$(BIN)/python web/build.py --run api-types

web-lint: web-types # types, style and sizes of the pages
	$(BIN)/python web/build.py --run types
	$(BIN)/python web/build.py --run lint
	$(BIN)/python web/build.py --run budgets

evals: $(DEV_STAMP) ## every evaluation that needs no model, against the committed baselines
	$(BIN)/python -m evals.gate

bench: $(DEV_STAMP) ## speed beside LlamaIndex and LangChain (needs the public data sets)
	$(BIN)/python -m evals.bench.search
	$(BIN)/python -m evals.bench.ingest

test-vllm: $(DEV_STAMP) ## the model path against a real vLLM on the CPU (own environment, 3.5 GB)
	deploy/vllm/test_on_cpu.sh

screenshots: $(DEV_STAMP) web ## draw the pictures of docs/ anew (needs Chromium); PICTURES="knowledge policy" for some
	$(BIN)/python -m tests.e2e.browser.screenshots $(PICTURES)

UV_LOCK := uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --no-annotate
lock: ## resolve requirements/*.txt anew (needs uv); one resolution, so that the service runs on what was tested
	$(UV_LOCK) pyproject.toml requirements/build.in --extra evals --group dev -o requirements/dev.txt
	$(UV_LOCK) pyproject.toml requirements/build.in -c requirements/dev.txt -o requirements/service.txt
	$(UV_LOCK) requirements/web.in -o requirements/web.txt

format: $(DEV_STAMP) ## rewrite to the house format
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

clean: ## remove the environment and all derived data
	rm -rf $(VENV) .venv-vllm web/node_modules assistant/web var runs .pytest_cache .mypy_cache .ruff_cache
