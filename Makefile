# Every target sets up what it needs; only make and Python 3.11 or newer must be there.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
MADE := $(VENV)/.made
RUNTIME := $(VENV)/.runtime
DEVELOPMENT := $(VENV)/.development
LOCK := pip compile --universal --python-version 3.11 --no-header --no-annotate

# A run starts dozens of processes: none of them should compile the program anew.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: $(shell sed -n 's/^\([a-z-]*\):.*## .*/\1/p' $(MAKEFILE_LIST))

help: ## List the targets
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1|\2/p' $(MAKEFILE_LIST) | awk -F'|' '{printf "%-22s%s\n", $$1, $$2}'

run: $(RUNTIME) ## Start everything: database, API, sender, worker, scheduler, WeChat simulator (Ctrl-C stops it)
	@exec $(BIN)/python -m launcher run

demo: $(RUNTIME) ## Play an owners' meeting from announcement to result
	@exec $(BIN)/python -m launcher.demo

demo-recovery: $(RUNTIME) ## Play it while API, sender, worker, PostgreSQL and Valkey are killed; nothing may be lost
	@exec $(BIN)/python -m launcher.demo.recovery

reliability: $(RUNTIME) ## Send 10,000 messages under each fault; nobody may get one twice, none may be lost
	@exec $(BIN)/python -m benchmarks.reliability

failover: $(RUNTIME) ## Kill the PostgreSQL primary in the midst of a vote; no accepted ballot may be lost, none doubled
	@exec $(BIN)/python -m benchmarks.failover

soak: $(RUNTIME) ## Ask for everything at once for 20 minutes (MINUTES=3: three) while processes are killed
	@exec $(BIN)/python -m benchmarks.soak

test: $(DEVELOPMENT) ## Run the linters and all tests, side by side
	@$(MAKE) --no-print-directory --jobs=2 lint unlinted-test

unlinted-test: $(DEVELOPMENT) ## Run all tests
	$(BIN)/pytest -n auto

lint: $(DEVELOPMENT) ## Check style, types and who imports whom
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	@if grep -qs '^\[tool.importlinter\]' pyproject.toml || [ -f .importlinter ]; then \
		echo $(BIN)/lint-imports && PYTHONPATH=. $(BIN)/lint-imports; fi

test-external: $(DEVELOPMENT) ## Run the tests on Debian's PostgreSQL 15 and Redis
	@exec $(BIN)/python -m launcher.external $(BIN)/pytest -n auto

screenshots: $(DEVELOPMENT) ## Take pictures of every page of the console, for docs/console
	@exec $(BIN)/python -m tests.screenshots

security: $(DEVELOPMENT) ## Look for weaknesses in code and dependencies, and for secrets in the history
	$(BIN)/ruff check --select S --ignore S101
	$(BIN)/bandit -ll --quiet --recursive --configfile pyproject.toml app miniprogram_api console tasks commands launcher verifier wsgi.py
	$(BIN)/python .ci/history.py
	$(BIN)/python .ci/advisories.py

stress-api: $(DEVELOPMENT) ## Send 20,000 generated requests to every operation, as people of two compounds
	GENERATED_REQUESTS=20000 $(BIN)/pytest -n 0 -s tests/miniprogram_api/test_generated_requests.py

stress-casting: $(DEVELOPMENT) ## Let clients cast across the close of voting, fifty times
	CLOSING_RUNS=50 $(BIN)/pytest -n 0 tests/miniprogram_api/test_casting_while_closing.py

stress-console: $(DEVELOPMENT) ## Walk every page and form of the console as every role
	CRAWL_ALL=1 $(BIN)/pytest -n 0 tests/console/test_crawler.py

stress-machines: $(DEVELOPMENT) ## Play meetings, wishes, list entries and volunteering at random, ten times as often as the tests do
	MACHINE_TIMES=10 $(BIN)/pytest -n 0 --timeout 3600 tests/machine

stress-volunteering: $(DEVELOPMENT) ## Let 200 clients take the last places and posts at once, fifty times
	VOLUNTEERING_RUNS=50 $(BIN)/pytest -n 0 tests/miniprogram_api/volunteering/test_at_once.py

stress-wishes: $(DEVELOPMENT) ## Let 200 clients claim one wish at once, fifty times
	WISHES_RUNS=50 $(BIN)/pytest -n 0 tests/miniprogram_api/wishes/test_at_once.py

stress-permissions: $(DEVELOPMENT) ## Ask every route of both faces as everybody of the permission table
	PERMISSIONS_ALL=1 $(BIN)/pytest -n 0 --timeout 3600 tests/permissions

stress-noticeboard: $(DEVELOPMENT) ## Let reviewers, publishers and appellants act on one entry at once, fifty times
	NOTICES_RUNS=50 $(BIN)/pytest -n 0 tests/miniprogram_api/noticeboard/test_at_once.py

COMPOUNDS ?= 3800

city: $(DEVELOPMENT) ## Build a made city of COMPOUNDS=3800 compounds in .data/city and keep it; prints a JSON line
	@exec $(BIN)/python -m benchmarks.city --compounds $(COMPOUNDS)

bench-cast: $(DEVELOPMENT) ## Measure ballots per second
	@exec $(BIN)/python -m benchmarks.cast

bench-console: $(DEVELOPMENT) ## Measure every page of the console on a city's data
	@exec $(BIN)/python -m benchmarks.console

bench-count: $(DEVELOPMENT) ## Measure the count of a million ballots beside a bare SQL aggregate
	@exec $(BIN)/python -m benchmarks.count

bench-events: $(DEVELOPMENT) ## Measure how fast WeChat's pushes are acknowledged
	@exec $(BIN)/python -m benchmarks.events

bench-fanout: $(DEVELOPMENT) ## Measure a fan-out of 100,000 messages beside wechatpy in a bare loop
	@exec $(BIN)/python -m benchmarks.fanout

bench-feed: $(DEVELOPMENT) ## Measure the first screen beside a bare handler of the same bytes
	@exec $(BIN)/python -m benchmarks.feed

bench-growth: $(DEVELOPMENT) ## Measure the hot paths and their plans in cities of 10, 100, 1,000 and 3,800 compounds; draws docs/performance/growth.svg
	@exec $(BIN)/python -m benchmarks.growth --picture

check-plans: $(DEVELOPMENT) ## Look at the plan of every statement of the hot paths in a city of COMPOUNDS=3800 compounds
	@exec $(BIN)/python -m benchmarks.growth --plans-only --sizes $(COMPOUNDS)

bench-login: $(DEVELOPMENT) ## Measure signing in through the WeChat simulator
	@exec $(BIN)/python -m benchmarks.login

bench-petition: $(DEVELOPMENT) ## Measure signing a petition in a compound of 8,000 flats
	@exec $(BIN)/python -m benchmarks.petition

bench-read: $(DEVELOPMENT) ## Measure reading a meeting, its turnout and the first screen beside a bare handler
	@exec $(BIN)/python -m benchmarks.read

bench-roll: $(DEVELOPMENT) ## Measure the import of a large roll
	@exec $(BIN)/python -m benchmarks.roll

bench-urgent: $(DEVELOPMENT) ## Measure critical messages while a fan-out runs
	@exec $(BIN)/python -m benchmarks.urgent

bench-verify: $(DEVELOPMENT) ## Measure the verifier on small and large bundles
	@exec $(BIN)/python -m benchmarks.verify

docs: $(RUNTIME) ## Render the documents that come from code
	@exec $(BIN)/python -m commands.documents

lock: $(MADE) ## Pin the requirements anew
	@command -v uv >/dev/null || [ -x $(BIN)/uv ] || $(BIN)/pip install --quiet uv
	PATH="$(BIN):$$PATH" uv $(LOCK) requirements.in -o requirements.txt
	PATH="$(BIN):$$PATH" uv $(LOCK) requirements-tracing.in -c requirements.txt -o requirements-tracing.txt
	PATH="$(BIN):$$PATH" uv $(LOCK) requirements-dev.in -o requirements-dev.txt

clean: ## Remove the virtual environment, the caches and all local data (.data)
	@pid=$$(sed -n 's/.*"launcher_pid": \([0-9]*\).*/\1/p' .data/run.json 2>/dev/null); \
	if [ -n "$$pid" ] && kill -0 "$$pid" 2>/dev/null; then \
		echo "The community still runs (process $$pid); stop it before 'make clean'." >&2; exit 1; fi
	rm -rf $(VENV) .data .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(MADE):
	@command -v $(PYTHON) >/dev/null || { \
		echo "Python 3.11 or newer is needed; '$(PYTHON)' was not found. Install it, or name it: make PYTHON=..." >&2; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
		echo "Python 3.11 or newer is needed; '$(PYTHON)' is older. Name a newer one: make PYTHON=python3.11 ..." >&2; exit 1; }
	@echo "Setting up $(VENV) ..."
	@$(PYTHON) -m venv $(VENV) || { \
		echo "The virtual environment could not be made; on Debian install the package python3-venv." >&2; exit 1; }
	@touch $@

$(RUNTIME): requirements.txt $(MADE)
	@echo "Installing requirements.txt ..."
	@$(BIN)/pip install --quiet --disable-pip-version-check -r requirements.txt
	@touch $@

$(DEVELOPMENT): requirements-dev.txt $(MADE)
	@echo "Installing requirements-dev.txt ..."
	@$(BIN)/pip install --quiet --disable-pip-version-check -r requirements-dev.txt
	@touch $@
