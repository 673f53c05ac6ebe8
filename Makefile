# make demo   the whole road on the sample class: release, grade, feed back
# make test   every check, in environments of their own (tox)
# make venv   .venv with all that is needed to work on the kit itself
# make clean  removes environments, caches and what runs left behind
#
# Needed before: Python 3.11, 3.12 or 3.13. PYTHON=/path/to/python chooses one.

VENV := .venv
BIN := $(VENV)/bin
INSTALL := $(BIN)/python -m pip install --disable-pip-version-check -c constraints.txt
PINS := pyproject.toml constraints.txt
FITS := import sys, venv, ensurepip; sys.exit(not (3, 11) <= sys.version_info < (3, 14))

.PHONY: help demo test venv clean python
.DELETE_ON_ERROR:

help:
	@sed -n 's/^# //p; /^$$/q' Makefile

demo: $(VENV)/.kit
	$(BIN)/reskit demo

test: $(VENV)/.tox
	$(BIN)/tox run

venv: $(VENV)/.work

# Prints the interpreter that will be used; a name that is found but does not start is passed over.
python:
	@for name in $(PYTHON) python3.13 python3.12 python3.11 python3 python; do \
	  if "$$name" -c '$(FITS)' >/dev/null 2>&1; then command -v "$$name"; exit 0; fi; \
	done; \
	echo "No Python 3.11, 3.12 or 3.13 with its venv module was found." >&2; \
	echo "Debian and Ubuntu: apt install python3 python3-venv. Others: https://www.python.org/downloads/" >&2; \
	echo "If it is somewhere else: make PYTHON=/path/to/python" >&2; \
	exit 1

$(VENV)/.made:
	@if $(BIN)/python -c 'import pip; $(FITS)' >/dev/null 2>&1; then \
	  echo "Using the environment in $(VENV)"; \
	else \
	  python=$$($(MAKE) --silent --no-print-directory python) || exit 1; \
	  echo "Making $(VENV) with $$python"; \
	  "$$python" -m venv --clear $(VENV); \
	fi
	@touch $@

$(VENV)/.kit: $(VENV)/.made $(PINS)
	@echo "Installing the kit and TensorFlow: a few minutes, once"
	$(INSTALL) -e .
	@touch $@

$(VENV)/.tox: $(VENV)/.made $(PINS)
	$(INSTALL) tox
	@touch $@

$(VENV)/.work: $(VENV)/.made $(PINS)
	$(INSTALL) -e '.[test]' tox ruff mypy
	@touch $@

clean:
	rm -rf $(VENV) .tox build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis reskit-demo
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
