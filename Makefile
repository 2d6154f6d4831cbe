# Everything a person does with this project, from nothing but Python 3.11 or newer and make.
# VENV=… puts the environment elsewhere; PYTHON=… takes another Python.

PYTHON ?= $(or $(firstword $(foreach p,python3 python3.14 python3.13 python3.12 python3.11,\
	$(shell $(p) -c 'import sys; print("$(p)" if sys.version_info >= (3, 11) else "")' 2>/dev/null))),python3)
VENV ?= .venv
BIN := $(VENV)/bin
APP := $(VENV)/demo.stamp
DEV := $(VENV)/dev.stamp
TEST_PROCESSES ?= 2
SAMPLE := sample_data/rides.h5

.DEFAULT_GOAL := help
.PHONY: help setup demo test test-long check bench docs pictures lock clean

help: ## this list
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1\t\2/p' Makefile | expand -t 18

demo: $(APP) ## open the app on the sample library (drawn to build/demo.png where there is no display)
ifneq ($(or $(DISPLAY),$(WAYLAND_DISPLAY),$(filter Darwin,$(shell uname))),)
	$(BIN)/projector open $(SAMPLE)
else
	@mkdir -p build
	QT_QPA_PLATFORM=offscreen $(BIN)/projector open $(SAMPLE) --screenshot build/demo.png
	@echo "No display here: the same window is drawn in build/demo.png"
endif

setup: $(DEV) ## the environment for development, nothing else

# in the order of the files: files of one long test last would leave a core idle at the end
test: $(DEV) ## every test (under 4 minutes on 2 cores)
	$(BIN)/python -m pytest -n $(TEST_PROCESSES) --dist loadfile --no-loadscope-reorder

test-long: $(DEV) ## every test, the fault tests at full size, and all again under another language and time zone
	$(BIN)/python -m pytest --long
	LC_ALL=de_DE.UTF-8 TZ=Pacific/Chatham $(BIN)/python -m pytest

check: $(DEV) ## ruff, mypy, the layers
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: $(DEV) ## measure: the table of what is fast and how fast
	$(BIN)/python -m benchmarks

docs: $(DEV) ## write the generated parts of the documents anew
	$(BIN)/python scripts/document.py

pictures: $(DEV) ## draw the README's pictures anew
	$(foreach theme,dark light,$(BIN)/projector open $(SAMPLE) --method umap --select ride_0003@2900 \
		--theme $(theme) --scale 1.5 --screenshot docs/images/inspect_$(theme).png &&) true

lock: ## make the two lock files anew from pyproject.toml
	$(PYTHON) scripts/lock.py

clean: ## remove the environment and everything built
	rm -rf $(VENV) build dist .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis

$(APP): requirements.lock pyproject.toml scripts/setup.py
	@$(PYTHON) scripts/setup.py $(VENV) $< $@

$(DEV): requirements-dev.lock pyproject.toml scripts/setup.py
	@$(PYTHON) scripts/setup.py $(VENV) $< $@
