# Few, obvious targets. `make bulletin` and `make test` set everything up by themselves.
PYTHON ?= $(shell command -v python3.11 || command -v python3)
BIN := .venv/bin

.PHONY: bulletin test setup setup-ocr lint bench soak sample clean

bulletin: setup  ## the main job, offline, on the shipped sample month
	$(BIN)/geppo run --sample --prefect

test: setup  ## all tests, a file of them to a core
	$(BIN)/python -m pytest -n logical --dist loadfile --no-loadscope-reorder

setup: .venv/.ready  ## the environment from exact pins

setup-ocr: setup  ## the optional reader of scanned files (280 MB)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps -r requirements-ocr.lock

lint: setup  ## style, types, vocabulary
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/geppo terms lint

bench: setup  ## speed, as ratios within one run
	$(BIN)/python -m pytest tests/benchmarks -q -s -o python_files='bench_*.py' -o python_functions='bench_*'

soak: setup  ## collecting from 2,000 pages of failing sites, killed 20 times
	$(BIN)/python tests/soak.py

sample: setup  ## record the sample month again from tests/web
	$(BIN)/python tests/web/record.py

clean:  ## remove the environment (never data/ or bulletins/)
	rm -rf .venv

.venv/.ready: requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; v = sys.version_info[:2]; sys.exit(0 if (3, 11) <= v <= (3, 13) else "Geppo needs Python 3.11 to 3.13, this is %d.%d; run: make PYTHON=python3.11 $(MAKECMDGOALS)" % v)'
	@$(PYTHON) -c 'import venv, ensurepip' 2>/dev/null || { echo "This Python has no venv module; on Debian: apt-get install python3-venv"; exit 1; }
	@echo "Setting up .venv (once, a few minutes) ..."
	@$(PYTHON) -m venv .venv
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps -r requirements.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@
