# Everything runs in .venv, which is built once from the locks; after that no target needs a network.
.DEFAULT_GOAL := app
.PHONY: app test coverage check bench locales lock sample screenshots clean

PYTHON ?= python3
UV_VERSION := 0.13.9
BIN := .venv/bin
UV := $(BIN)/uv
# compiled at once, so that the first command on an old machine does not wait for it
INSTALL := $(UV) pip install --quiet --compile-bytecode --python $(BIN)/python
export PYTHONUTF8 := 1

app: .venv/app.stamp
	$(BIN)/streamlit run streamlit_app.py

test: check
	$(BIN)/python -m pytest -n auto --dist loadfile

# the same tests, measured: it takes half as long again
coverage: check
	$(BIN)/python -m pytest -n auto --dist loadfile --cov --cov-report=term --cov-fail-under=90

check: .venv/dev.stamp
	$(BIN)/ruff check --no-cache .
	$(BIN)/ruff format --no-cache --check .
	$(BIN)/mypy
	$(BIN)/python -m pytest -q tests/test_architecture.py

bench: .venv/dev.stamp
	for script in benchmarks/*.py; do $(BIN)/python $$script || exit 1; done

# the catalogue: collect the texts, merge them into both languages, compile
locales: .venv/dev.stamp
	$(BIN)/python -m app.catalogue

sample: .venv/app.stamp
	$(BIN)/python data/sample/make_sample.py

screenshots: .venv/dev.stamp
	$(BIN)/python docs/make_images.py

# locks carry versions and hashes, never an address
LOCK := $(UV) pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-annotate \
	--no-header --no-emit-index-url --no-emit-find-links --upgrade pyproject.toml
lock: .venv/uv.stamp
	$(LOCK) --group build -o requirements.lock
	$(LOCK) --group build --group dev --group test --group bench -o requirements-dev.lock

.venv/uv.stamp:
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet uv==$(UV_VERSION)
	touch $@

.venv/app.stamp: .venv/uv.stamp requirements.lock pyproject.toml
	$(INSTALL) --require-hashes -r requirements.lock
	$(INSTALL) --no-deps --no-build-isolation --offline -e .
	touch $@

.venv/dev.stamp: .venv/app.stamp requirements-dev.lock
	$(INSTALL) --require-hashes -r requirements-dev.lock
	touch $@

clean:
	rm -rf .venv out .pytest_cache .mypy_cache .ruff_cache
