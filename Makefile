# Everything lives in .venv and .amanah inside this folder; `make clean` leaves no trace of either.

.DEFAULT_GOAL := help
.PHONY: help install demo test check faults lock up down clean
MAKEFLAGS += --no-print-directory

# Name an interpreter to have it used; otherwise the first of CANDIDATES that runs and can make a virtual environment.
PYTHON ?=
CANDIDATES := python3.12 python3.11 python3.13 python3
# More arguments for pytest, as in PYTEST_ARGS="-k notice -x".
PYTEST_ARGS ?=
# So many test files run side by side, each worker with a server of its own; 0 runs them one after another.
WORKERS ?= 2
# More arguments for the resolver, as in LOCK_ARGS="--upgrade-package pandas".
LOCK_ARGS ?=
ONESHOT ?=
# So many processes are killed in all, and so many of them Airflow's; SEED repeats one kill, PLANTED puts a bug in.
KILLS ?= 100
AIRFLOW ?= 20
SEED ?=
PLANTED ?=

PY := .venv/bin/python
STAMP := .venv/installed
HALFWAY := .venv/halfway

help: ## say what can be done
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-9s %s\n", $$1, $$2 }' Makefile
	@echo "  make demo ONESHOT=1 stops after the summary; make test PYTEST_ARGS=\"-k notice\" runs a part of the suite."

# The stamp is the lock as it was installed, and where. A first install that was cut short leaves its mark and starts
# afresh, as does one in a folder that was moved; a later one goes on where it stopped.
install: ## put everything into .venv (does nothing when it is there already)
	@if [ -x $(PY) ] && $(PY) -c '' 2>/dev/null && { echo "$(CURDIR)"; cat requirements.txt; } | cmp -s - $(STAMP); then exit 0; fi; \
	if [ -e $(HALFWAY) ] || { [ -e .venv ] && ! $(PY) -c '' 2>/dev/null; } || \
	  { [ -e $(STAMP) ] && [ "$$(head -n 1 $(STAMP))" != "$(CURDIR)" ]; }; then rm -rf .venv; fi; \
	if [ ! -e .venv ]; then \
	  found=; \
	  for candidate in $(or $(PYTHON),$(CANDIDATES)); do \
	    if "$$candidate" -c 'import sys, venv, ensurepip; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' 2>/dev/null; \
	    then found="$$candidate"; break; fi; \
	  done; \
	  if [ -z "$$found" ]; then \
	    echo "Amanah needs Python 3.11, 3.12 or 3.13 with its venv module; none of these is one: $(or $(PYTHON),$(CANDIDATES))." >&2; \
	    echo "Install one (Debian, Ubuntu: apt install python3 python3-venv) or name yours: make $(or $(MAKECMDGOALS),install) PYTHON=/path/to/python3.12" >&2; \
	    exit 1; \
	  fi; \
	  "$$found" -m venv .venv && touch $(HALFWAY) || { rm -rf .venv; echo "$$found could not make .venv; see above." >&2; exit 1; }; \
	fi; \
	echo "Installing $$(grep -c '^[a-z0-9].*==' requirements.txt) pinned packages into .venv (a minute or two) ..."; \
	PIP_USER=0 $(PY) -m pip install -qq --disable-pip-version-check --no-input --compile --no-deps --require-hashes -r requirements.txt && \
	{ echo "$(CURDIR)"; cat requirements.txt; } > $(STAMP) && rm -f $(HALFWAY) || \
	{ echo "The installation was cut short; run make again." >&2; exit 1; }

demo: install ## run the main job on invented directories, with the Airflow UI left open
	@$(PY) -m include demo $(if $(filter-out 0 no false,$(ONESHOT)),--oneshot)

test: check ## run everything that has to hold: lint, types, layers, tests
	@$(PY) -m pytest -n $(WORKERS) --dist loadfile $(PYTEST_ARGS)

check: install ## lint, formatting, types and layers alone
	$(PY) -m ruff check .
	$(PY) -m ruff format --check .
	$(PY) -m mypy
	$(PY) -c 'import sys; from importlinter import cli; sys.argv = ["lint-imports"]; cli.lint_imports_command()'

# It goes on where it stopped: its results are in the folder that AMANAH_FAULTS names.
faults: install ## kill processes at random moments, compare with an undisturbed run (an hour; KILLS=, SEED=, PLANTED=)
	@PYTHONPATH=.:tests $(PY) tests/faults/drill.py --kills $(KILLS) --airflow $(AIRFLOW) \
	  $(if $(SEED),--seed $(SEED)) $(if $(PLANTED),--planted $(PLANTED))

# pip before version 26 needs the plain name beside a name with extras: .ci/both-names.awk writes both.
lock: install ## resolve the names in pyproject.toml into requirements.txt
	@[ -x .amanah/lock/bin/uv ] || { mkdir -p -m 700 .amanah && $(PY) -m venv .amanah/lock && .amanah/lock/bin/pip install --quiet uv; }
	@.amanah/lock/bin/uv pip compile --quiet --universal --no-strip-extras --python-version 3.11 --generate-hashes \
	  --custom-compile-command "make lock" $(LOCK_ARGS) pyproject.toml -o requirements.txt
	@awk -f .ci/both-names.awk requirements.txt > .amanah/lock/requirements.txt && cat .amanah/lock/requirements.txt > requirements.txt

up: ## start the production shape with Docker Compose
	docker compose up --build --detach --wait

down: ## stop it; the volumes stay
	docker compose down

clean: ## stop what the demo left running, remove .venv and .amanah
	@if [ -x $(PY) ] && [ -d .amanah ]; then unset AMANAH_HOME; $(PY) -m include demo --stop; \
	  $(PY) -c 'from include.store import EmbeddedServer, home; EmbeddedServer(home()).destroy()' || \
	  echo "The embedded server could not be removed; a part of its data may lie elsewhere." >&2; fi
	rm -rf .venv .amanah .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis
