# The short way to everything; `make` alone says what there is. The work is done in tools/ and by CMake.
PREFIX ?= /usr/local
RELEASE := build/release

.PHONY: help demo build test bench install package clean
help: ## say what there is to make
	@echo "make TARGET, of:"
	@sed -n 's/^\([a-z]*\):.*## /  \1\t/p' $(MAKEFILE_LIST) | expand -t 12

demo: ## build it and measure a real training run of twenty seconds
	@tools/demo

build: ## build the library and the command into build/release
	@tools/setup build
	@test -e $(RELEASE)/build.ninja || cmake --preset release -DJOULEPRINT_BUILD_TESTS=OFF
	@cmake --build --preset release

test: ## build and run every test; the last line counts them
	@tools/setup test
	@tools/run_tests

bench: ## measure what it costs and how exact it is, beside other tools
	@tools/setup bench
	@cmake --preset release -DJOULEPRINT_BUILD_TESTS=OFF -DJOULEPRINT_BUILD_BENCH=ON >/dev/null
	@cmake --build --preset release
	@bench/run --build $(RELEASE)

install: build ## install below PREFIX (/usr/local); DESTDIR is honoured
	@cmake --install $(RELEASE) --prefix $(PREFIX)

package: build ## make a .deb and a .tar.gz in build/release
	@cd $(RELEASE) && cpack

clean: ## remove everything that was built
	@rm -rf build
