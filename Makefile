# make run: the whole network on this machine. make test: all tests, beside it. make help: the rest.
SHELL := /bin/sh
FIND := for p in python3 python3.14 python3.13 python3.12 python3.11; do \
  if command -v $$p >/dev/null 2>&1 && $$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; \
  then echo $$p; break; fi; done
PYTHON ?= $(shell $(FIND))
UV ?= $(shell command -v uv || echo .pln/install/uv/bin/uv)
LOCK := pip compile pyproject.toml --quiet --universal --generate-hashes --python-version 3.11 --no-header

KILLS ?= 300
CASES ?= 20000
# Four at a time keep two cores busy, since tests of faults and of browsers often wait. `make test WORKERS=` runs one after the other.
WORKERS ?= --numprocesses 4 --dist loadscope --no-loadscope-reorder

# Each program that is started would compile all of it anew.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: help run stop reset test cases check sbom schemas lock bench faults venv venv-dev
.NOTPARALLEL:

help:
	@echo 'make run      install what is missing, start everything, load the demo region (Ctrl-C stops it)'
	@echo 'make stop     stop it from another terminal'
	@echo 'make reset    stop it and delete its data'
	@echo 'make test     install what is missing and run all tests, beside a running network'
	@echo 'make faults   kill everything many times (KILLS=1000) and see that nothing is lost or done twice'
	@echo 'make bench    measure it beside bare scripts, and write tests/bench/RESULTS.md (about six minutes)'
	@echo 'make cases    send 20,000 requests that are made up from the documents of the APIs (CASES=100000)'
	@echo 'make check    lint, types, imports, contracts'
	@echo 'make sbom     write what it is made of for a scanner of advisories (.pln/sbom.json, CycloneDX)'
	@echo 'make schemas  write schemas/published anew'
	@echo 'make lock     write the locks of packages, of the tools of tests/api and of Kafka anew (maintainers)'

run: venv
	@exec .venv/bin/pln up

stop: venv
	@.venv/bin/pln down

reset: venv
	@.venv/bin/pln reset

test: venv-dev
	@CHROMIUM="$$(.venv/bin/python -m services.cli.local.chromium)" && export CHROMIUM && \
	  echo "Chromium: $$CHROMIUM" && exec .venv/bin/python -m pytest $(WORKERS) $(ARGS)

cases: venv-dev
	@PLN_CASES=$(CASES) exec .venv/bin/python -m pytest tests/api/test_made_up_requests.py --timeout 7200 -s $(ARGS)

check: venv-dev
	@./.ci/check

sbom: venv-dev
	@.venv/bin/python deploy/local/sbom.py

schemas: venv
	@.venv/bin/python -m schemas.publish

# Constrained by the first, the second holds the same versions and the tools besides.
lock: venv-dev
	@command -v $(UV) >/dev/null || { $(PYTHON) -m venv .pln/install/uv && .pln/install/uv/bin/python -m pip install --quiet uv; }
	$(UV) $(LOCK) --upgrade --output-file requirements.lock
	$(UV) $(LOCK) --upgrade --extra dev --constraint requirements.lock --output-file requirements-dev.lock
	$(UV) $(subst pyproject.toml,tests/api/generator.in,$(LOCK)) --upgrade --output-file tests/api/generator.lock
	.venv/bin/python deploy/local/lock_jars.py

venv venv-dev:
	@if [ -z "$(PYTHON)" ]; then echo 'make: Python 3.11 or newer was not found. Install it, then start again.' >&2; exit 1; fi
	@"$(PYTHON)" deploy/local/venv.py $(if $(findstring dev,$@),dev,run)

ifneq ($(wildcard tests/bench),)
bench: venv-dev
	@exec .venv/bin/python -m tests.bench $(ARGS)
endif

ifneq ($(wildcard tests/faults),)
faults: venv-dev
	@PLN_LONG=1 .venv/bin/python -m pytest tests/faults --ignore tests/faults/test_kills.py
	@.venv/bin/python -m tests.faults --kills $(KILLS)
endif
