# Everything here runs in .venv, which make builds itself and rebuilds when pyproject.toml or PYTHON changes.
#
#   make demo     the main job, on a real Postgres out of a wheel, or on a MariaDB that is installed (DB=mariadb)
#   make test     all tests, on real servers and real drivers; installs what they need where it may
#   make check    lint, format, types and the tests that need no server of their own
#   make fuzz     the tests that make up their input, long and at random (FUZZ_ARGS="-k answers", FUZZ_EXAMPLES=N)
#   make simulation     the engine in a hundred thousand orders of events (SIMULATION_ARGS="--from 1000000")
#   make automation     how long answers live, against writers around the edge in virtual time (AUTOMATION_ARGS=--write puts it into the docs)
#   make freshness      readers, writers and faults for ten minutes; no answer may be stale (FRESHNESS_SECONDS=N, FRESHNESS_DATABASE=mariadb)
#   make suites   the suites of SQLAlchemy, asyncpg, psycopg2 and pg8000, whole, with and without the edge (SUITES="asyncpg")
#   make bench    the performance tables (BENCH_ARGS="--database mariadb" one of them; BENCH_JSON=FILE, BENCH_SECONDS=N, BENCH_REPEATS=N, BENCH_STATEMENTS=N, BENCH_CONNECTIONS=N)
#   make bench-cli      what the command costs to start, beside others (BENCH_CLI_ARGS=--write puts it into the README)
#   make completions    write completions, man page, reference and the console's table of drivers anew
#   make clean    remove what make made

PYTHON ?= python3
WORKERS ?= 2
DB ?= postgres
FRESHNESS_SECONDS ?= 600
FRESHNESS_DATABASE ?= postgres
VENV := .venv
BIN := $(VENV)/bin
# Where tests have Node packages of their own; npm leaves its lock file behind when it is done.
NODE := tests/drivers/node tests/drivers/prisma tests/drivers/connstr/node tests/consumers/node tests/console/node tests/docs/node tests/e2e/serverless/node
PACKAGES_OF_schemathesis := schemathesis
PACKAGES_OF_starlette := starlette uvicorn httptools uvloop
NODE_PACKAGES := $(NODE:%=%/node_modules/.package-lock.json)

# The interpreter is part of the stamps' names, so that another PYTHON makes another environment.
TAG := $(shell $(PYTHON) -c 'import sys, zlib; v = sys.version_info; print("%d.%d.%d-%x" % (*v[:3], zlib.crc32(sys.base_prefix.encode())))' 2>/dev/null)

.PHONY: demo test check fuzz simulation automation freshness suites bench bench-cli completions clean packages
.DELETE_ON_ERROR:

demo: $(VENV)/.demo-$(TAG)
	$(BIN)/polyscale demo --db $(DB)

test: packages $(VENV)/.test-$(TAG) $(NODE_PACKAGES) build/schemathesis
	$(BIN)/python -m pytest -n $(WORKERS) --dist worksteal $(TEST_ARGS)

check: $(VENV)/.test-$(TAG)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/python -m pytest -q --ignore tests/e2e --ignore tests/drivers --ignore tests/consumers --ignore tests/console --ignore tests/docs --ignore tests/freshness --ignore tests/security --ignore tests/suites --ignore tests/transparency $(TEST_ARGS)

fuzz: packages $(VENV)/.test-$(TAG) build/schemathesis
	FUZZ_PROFILE=fuzz $(BIN)/python -m pytest -q -n $(WORKERS) --timeout 3600 tests/edge/engine tests/edge/wire tests/transparency/postgres/test_generated.py tests/transparency/mysql/test_generated.py $(FUZZ_ARGS)
	SCHEMATHESIS_EXAMPLES=200 $(BIN)/python -m pytest -q tests/e2e/serverless/test_openapi.py

simulation: $(VENV)/.test-$(TAG)
	$(BIN)/python -m tests.simulation $(SIMULATION_ARGS)

automation: $(VENV)/.test-$(TAG)
	$(BIN)/python -m benchmarks.automation $(AUTOMATION_ARGS)

freshness: packages $(VENV)/.test-$(TAG)
	$(BIN)/python -m tests.freshness.checker --database $(FRESHNESS_DATABASE) --seconds $(FRESHNESS_SECONDS) $(FRESHNESS_ARGS)

suites: packages $(VENV)/.test-$(TAG)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[suites]'
	$(BIN)/python -m tests.suites $(SUITES)

bench: packages $(VENV)/.test-$(TAG) build/starlette
	$(BIN)/python -m benchmarks $(BENCH_ARGS)

bench-cli: packages $(VENV)/.test-$(TAG)
	$(BIN)/python -m benchmarks.cli $(BENCH_CLI_ARGS)

completions: $(VENV)/.test-$(TAG)
	$(BIN)/python -m polyscale_cli.shell

clean:
	rm -rf $(VENV) build dist .mypy_cache .pytest_cache .ruff_cache .hypothesis $(NODE:%=%/node_modules)
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

packages:
	@.ci/packages

$(VENV)/.python-$(TAG):
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		|| { echo "$(PYTHON) is missing or older than 3.11; choose another: make PYTHON=python3.13 ..." >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip' 2>/dev/null || .ci/packages venv
	$(PYTHON) -m venv --clear $(VENV)
	# The scripts that an old pip writes import more than they need, and polyscale must start fast.
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --upgrade pip
	@touch $@

$(VENV)/.demo-$(TAG): $(VENV)/.python-$(TAG) pyproject.toml
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[demo]'
	@touch $@

$(VENV)/.test-$(TAG): $(VENV)/.python-$(TAG) pyproject.toml
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[demo,dev,test]'
	@touch $@ $(VENV)/.demo-$(TAG)

# Not into the environment itself: both bring click, and every command starts slower where that is found.
build/schemathesis build/starlette: pyproject.toml $(VENV)/.python-$(TAG)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --upgrade --target $@ $(PACKAGES_OF_$(notdir $@))
	@touch $@

$(NODE_PACKAGES): %/node_modules/.package-lock.json: %/package.json %/package-lock.json
	cd $* && npm ci --silent --no-audit --no-fund
	@touch $@
