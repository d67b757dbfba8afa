# `make demo` and `make test` need only Python 3.11 or newer and make; they set up .venv themselves.
PYTHON ?= $(if $(filter Windows_NT,$(OS)),python,python3)
VENV ?= .venv
BIN = $(VENV)/$(if $(filter Windows_NT,$(OS)),Scripts,bin)
LOWEST = .venv-lowest
TIMES ?= 1
WORKERS ?= 4 # tests wait more than they work: two for each core of a small machine
LOWEST_BIN = $(subst $(VENV)/,$(LOWEST)/,$(BIN))
# One test after the other, and tests/conftest.py puts the longest first, so that none runs on alone at the end.
LONG = $(BIN)/python -m pytest -n 6 --dist load --maxschedchunk 1 --ignore tests/packaging -o faulthandler_timeout=400
PIP_INSTALL = -m pip install --quiet --disable-pip-version-check

# Many tests start programs of ours: without their bytecode each start takes twice as long.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: demo test apps soak long matrix browser wheel lowest lowest-versions check fix docs bench bench-quick bench-peers bench-compare clean

demo: $(VENV)/.ready
	$(BIN)/mockmews demo

test: $(VENV)/.ready
	$(BIN)/python -m pytest -n $(WORKERS) --dist worksteal -m "not soak and not browser and not matrix"

# Each flawed app by the check that should find it, and each correct app: they wait most of the time.
apps: $(VENV)/.ready
	$(LONG) -m matrix

soak: $(VENV)/.ready
	$(LONG) -m soak

# Both at once, for what waits leaves the cores to what works.
long: $(VENV)/.ready
	$(LONG) -m "soak or matrix"

# The whole proof of docs/matrix.md. make matrix TIMES=20: every correct app twenty times.
matrix: $(VENV)/.ready
	$(BIN)/python -m tests.integrations.matrix --times $(TIMES)

# The console in a real browser; CHROMIUM names one where it is not /usr/bin/chromium.
browser: $(VENV)/.ready
	$(BIN)/python -m pytest -n 2 -m browser tests/console

# Builds the wheel, installs it into an environment of its own, and uses it there.
wheel: $(VENV)/.ready
	$(BIN)/python -m pytest -m soak tests/packaging

# What the versions of others can break: not the documentation, nor whole stories and programs run once more.
lowest: lowest-versions
	$(LOWEST_BIN)/python -m pytest -n $(WORKERS) --dist worksteal -m "not soak and not browser and not matrix" \
	  --ignore tests/docs --ignore tests/isolation --ignore tests/integrations --ignore tests/packaging \
	  --ignore tests/testkit/certification --ignore tests/testkit/demo --ignore tests/testkit/doctor \
	  --ignore tests/testkit/init --ignore tests/testkit/library --ignore tests/testkit/run \
	  --ignore tests/testkit/sample_app

lowest-versions: $(LOWEST)/.ready

check: $(VENV)/.ready
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo

fix: $(VENV)/.ready
	$(BIN)/ruff check --fix
	$(BIN)/ruff format

# The pages that are made from code and from the published benchmarks; tests fail where they are not up to date.
docs: $(VENV)/.ready
	$(BIN)/python -m tests.docs.settings_page docs/settings.md
	$(BIN)/python -m tests.docs.check_pages docs/checks
	$(BIN)/python -m tests.integrations.matrix.page docs/matrix.md
	$(BIN)/python -m bench.page bench/published.json

bench: $(VENV)/.ready
	$(BIN)/python -m bench

bench-quick: $(VENV)/.ready
	$(BIN)/python -m bench --quick

# The servers that the bench puts beside ours; needs npm, node and java.
bench-peers: $(VENV)/.ready
	npm install --prefix bench/.peers --no-save --no-audit --no-fund --ignore-scripts @stoplight/prism-cli @mockoon/cli wiremock
	$(BIN)/python -m venv bench/.peers/python
	bench/.peers/python/bin/python $(PIP_INSTALL) pytest-httpserver localstripe

# make bench-compare A=bench/results/ONE.json B=bench/results/OTHER.json
bench-compare: $(VENV)/.ready
	$(BIN)/python -m bench.compare "$(A)" "$(B)"

$(VENV)/.ready: pyproject.toml constraints.txt
	$(call make_venv,$(VENV))
	$(BIN)/python $(PIP_INSTALL) --constraint constraints.txt --upgrade pip
	$(BIN)/python $(PIP_INSTALL) --constraint constraints.txt --build-constraint constraints.txt --group dev --editable ".[all]"
	@touch $@

$(LOWEST)/.ready: pyproject.toml constraints.txt constraints-lowest.txt
	$(call make_venv,$(LOWEST))
	$(LOWEST_BIN)/python $(PIP_INSTALL) --constraint constraints.txt --upgrade pip
	$(LOWEST_BIN)/python $(PIP_INSTALL) --constraint constraints-lowest.txt --build-constraint constraints.txt --group test --editable ".[all]"
	@touch $@

# A new virtual environment, or one sentence that says what is missing.
define make_venv
@$(PYTHON) -c "pass" || { echo "mockmews: $(PYTHON) does not start. Install Python 3.11 or newer, or name one: make PYTHON=python3.12" >&2; exit 1; }
@$(PYTHON) -c "import sys; sys.exit(sys.version_info < (3, 11))" || { echo "mockmews: $(PYTHON) is older than Python 3.11. Name a newer one: make PYTHON=python3.12" >&2; exit 1; }
@$(PYTHON) -c "import ensurepip, venv" 2>/dev/null || { echo "mockmews: $(PYTHON) cannot make virtual environments. Debian, Ubuntu: apt-get install python3-venv" >&2; exit 1; }
@rm -rf $(1)
$(PYTHON) -m venv $(1)
endef

clean:
	rm -rf $(VENV) $(LOWEST) dist build
