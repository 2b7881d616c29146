# SPDX-License-Identifier: Apache-2.0
# `make demo` and `make test` are all it takes on a fresh Debian 12 or Ubuntu 22.04 (or later): they install what is
# missing, build, and run. CMake does the building; see CMakePresets.json for the same by hand.
BUILD = build
JOBS = $(shell nproc 2>/dev/null || echo 2)
QUIET = -DCMAKE_RULE_MESSAGES=OFF -DCMAKE_TARGET_MESSAGES=OFF
GCC = $(shell sh scripts/compiler.sh g++)
CLANG = $(shell sh scripts/compiler.sh clang++)
TIDY = $(shell command -v clang-tidy-14 || command -v clang-tidy)
MAKEFLAGS += --no-print-directory
export CMAKE_GENERATOR = Unix Makefiles
export CMAKE_BUILD_PARALLEL_LEVEL = $(JOBS)

# configure <build folder> <options>, build <build folder> <what>, check <build folder>
configure = @echo "configuring $(1)" && cmake -S . -B $(1) $(QUIET) $(2) --log-level=WARNING >/dev/null
build = @echo "building $(2)" && cmake --build $(1)
# check <build folder> <ctest options>: a test that hangs fails, and does not stop the others
check = ctest --test-dir $(1) -j $(JOBS) --timeout 900 --output-on-failure --output-log $(1)/ctest.log $(2)
# build_and_check <build folder> <ctest options>
# A file that does not compile fails the run, but the tests of everything else still run.
build_and_check = @echo "building everything"; cmake --build $(1) -- --keep-going || failed="NOT EVERYTHING COMPILED"; \
	$(call check,$(1),$(2)); checked=$$?; test -z "$$failed" || { echo "$$failed: see above"; exit 1; }; exit $$checked

PREDICT = $(BUILD)/gambrel predict --device h100-sxm --tp 4 --runtime vllm --weights fp8 --kv fp8 \
	--prompt 2048 --output 256 --concurrency 64 --price 2.50

.PHONY: help demo test constants bench asan clang syntax fuzz tidy format mutants differential docs web web-test packages python_packages clean
help:
	@echo "make demo    predict Llama-3.1-70B on four H100: installs what is missing, builds, runs"
	@echo "make test    install what is missing, build everything, run every test"
	@echo "make constants  fit every shipped constant again, from the measurements in ../shared/data"
	@echo "make bench   build and run the benchmarks"
	@echo "make asan    every test that runs library code, under the address and undefined-behaviour sanitizers"
	@echo "make clang   every test with the second compiler"
	@echo "make syntax  every file looked at by the second compiler, none built"
	@echo "make fuzz    every reader under libFuzzer: SECONDS=60 each, READER=name for one"
	@echo "make differential predict, serve and simulate set against each other over random deployments"
	@echo "make mutants which small changes of meaning the unit tests notice"
	@echo "make docs    the site: pages, C++ and Python reference, search; into $(BUILD)/docs/site"
	@echo "make web     the page: the library in a browser; into $(BUILD)/web/index.html"
	@echo "make web-test the page's answers against the command's, and the page in chromium (make test leaves it aside)"
	@echo "make format  the C++ files as .clang-format has them (a test checks it)"
	@echo "make tidy    clang-tidy with the checks of .clang-tidy over command/ and what it includes"
	@echo "make clean   remove $(BUILD)/"

packages:
	@sh scripts/install-packages.sh
python_packages:
	@sh scripts/install-packages.sh --python

demo: packages
	$(call configure,$(BUILD),-DCMAKE_CXX_COMPILER=$(GCC))
	$(call build,$(BUILD),the gambrel command) --target gambrel_command
	$(PREDICT) --model examples/models/llama-3.1-70b.json
	$(PREDICT) --model meta-llama/Llama-3.1-70B-Instruct

# Without the programs that make what the library ships: no test needs them, and `make constants` builds them.
test: python_packages
	$(call configure,$(BUILD),-DCMAKE_CXX_COMPILER=$(GCC) -DGAMBREL_TOOLS=OFF)
	@echo "left aside: the page in the browser (make web-test)"
	$(call build_and_check,$(BUILD))

# Kernels first; then, with them compiled in, the software and the devices that have serving rows only.
DATA = $(or $(GAMBREL_DATA),../shared/data)
constants: packages
	$(call configure,$(BUILD),-DCMAKE_CXX_COMPILER=$(GCC) -DGAMBREL_TOOLS=ON)
	$(call build,$(BUILD),fit_kernels) --target fit_kernels
	$(BUILD)/fit_kernels $(DATA) .
	$(call build,$(BUILD),fit_ggml) --target fit_ggml
	$(BUILD)/fit_ggml $(DATA) .
	$(call build,$(BUILD),fit_software) --target fit_software
	$(BUILD)/fit_software $(DATA) .
	$(call build,$(BUILD),fit_traffic) --target fit_traffic
	$(BUILD)/fit_traffic $(DATA) .
	$(call build,$(BUILD),fit_memory) --target fit_memory
	$(BUILD)/fit_memory $(DATA) .

bench: packages
	$(call configure,$(BUILD),-DCMAKE_CXX_COMPILER=$(GCC))
	$(call build,$(BUILD),the benchmarks) --target benchmarks
	$(BUILD)/benchmarks

asan: packages
	$(call configure,$(BUILD)/asan,--preset asan -DCMAKE_CXX_COMPILER=$(GCC))
	$(call build_and_check,$(BUILD)/asan,--exclude-regex '^(static|structure|consumption|compile_fail)')

clang: packages
	@test -n "$(CLANG)" || { echo "clang++ 14 or later is not found"; exit 1; }
	$(call configure,$(BUILD)/clang,--preset clang -DCMAKE_CXX_COMPILER=$(CLANG))
	$(call build_and_check,$(BUILD)/clang)

# Every file by itself, without making code: what the second compiler takes, in a quarter of the time of `make clang`.
syntax: packages
	@test -n "$(CLANG)" || { echo "clang++ 14 or later is not found"; exit 1; }
	$(call configure,$(BUILD)/apart,--preset apart -DCMAKE_CXX_COMPILER=$(CLANG))
	@python3 scripts/check-syntax.py $(BUILD)/apart

# Clang with its libFuzzer. `SECONDS=3600 READER=device make fuzz`; what is found: build/fuzzing/fuzz/found (tests/fuzz/README.md).
fuzz: packages
	@test -n "$(CLANG)" || { echo "clang++ 14 or later is not found"; exit 1; }
	$(call configure,$(BUILD)/fuzzing,--preset clang -B $(BUILD)/fuzzing -DCMAKE_CXX_COMPILER=$(CLANG) -DGAMBREL_PYTHON=OFF)
	$(call build,$(BUILD)/fuzzing,the fuzzers) --target fuzzers
	@sh scripts/fuzz.sh $(BUILD)/fuzzing/fuzz $(or $(SECONDS),60) $(READER)

format:
	@sh scripts/format.sh

# Every file of the command is looked at, and with it every header that the product uses.
tidy: packages
	@test -n "$(TIDY)" || { echo "clang-tidy 14 or later is not found"; exit 1; }
	$(call configure,$(BUILD)/tidy,--preset clang -DCMAKE_CXX_COMPILER=$(CLANG))
	@echo command/*.cpp | xargs -n 1 -P $(JOBS) $(TIDY) --quiet -p $(BUILD)/tidy

differential: demo
	@GAMBREL=build/gambrel tools/differential/differential.py --deployments $(or $(DEPLOYMENTS),150) --seed $(or $(SEED),1)
	@GAMBREL=build/gambrel tools/differential/differential.py closed --ranks --deployments $(or $(DEPLOYMENTS),150) --seed $(or $(SEED),1)

# Pages quote what is compiled and tested; `make test` holds them to it. Here they are joined, and every link followed.
docs: python_packages
	@sh scripts/install-packages.sh --docs
	$(call configure,$(BUILD),-DCMAKE_CXX_COMPILER=$(GCC) -DGAMBREL_TOOLS=OFF)
	$(call build,$(BUILD),the Python package) --target python_package
	@PYTHONPATH=$(BUILD)/python /usr/bin/python3 scripts/build-docs.py $(BUILD)/docs

# The page: the same C++ by the distribution's emscripten. Its tests need the command, node, chromium, and from PyPI and npm
# Playwright and axe-core; what of these cannot be had is said, and what needs it is skipped.
web:
	@sh scripts/install-packages.sh --web
	@$(MAKE) -f web/Makefile OUT=$(BUILD)/web
web-test: web
	$(call configure,$(BUILD),-DCMAKE_CXX_COMPILER=$(GCC))
	$(call build,$(BUILD),the gambrel command) --target gambrel_command
	@sh web/tests/run.sh $(BUILD)/web $(BUILD)/gambrel

mutants: packages
	@python3 tools/mutants/mutants.py

clean:
	@rm -rf $(BUILD)
