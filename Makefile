# The commands of the monograph. `make` alone lists them.
# Only python3, python3-venv and make are assumed; everything else comes from requirements.txt.

PYTHON ?= python3
BIN    := .venv/bin
PORT   ?= 8000
JOBS   ?= 2
SITE   := _build/html
NB     ?=

export PIP_DISABLE_PIP_VERSION_CHECK := 1
# One thread a process: tests and notebooks run side by side.
export OMP_NUM_THREADS := 1
export OPENBLAS_NUM_THREADS := 1

.DEFAULT_GOAL := help
.PHONY: help env book serve test notebooks bench lint lab lock clean

help:  ## list the commands
	@echo "The Extended Tunneling Model: a computational monograph"
	@echo
	@grep -E '^[a-z]+:.*## ' Makefile | sed -E 's/^([a-z]+):.*## /\1\t/' | while IFS="$$(printf '\t')" read -r n d; do printf '  make %-10s %s\n' "$$n" "$$d"; done

env: .venv/.stamp  ## create .venv and install the locked environment

.venv/.stamp: requirements.txt pyproject.toml setup.py
	@$(PYTHON) -c 'import sys; v = sys.version_info[:2]; sys.exit(0 if (3, 11) <= v < (3, 14) else "Python 3.11, 3.12 or 3.13 is needed; %s is %d.%d. Try: make PYTHON=python3.11" % (sys.executable, *v))'
	@echo "==> creating .venv"
	$(PYTHON) -m venv .venv
	@echo "==> installing the locked environment (about 150 packages, a minute or two)"
	$(BIN)/python -m pip install --progress-bar off --quiet --require-hashes -r requirements.txt
	@echo "==> installing etm from this folder"
	$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation -e .
	@touch $@

book: .venv/.stamp  ## build the HTML book, warnings are errors
	@echo "==> building the book"
	$(BIN)/jupyter-book build . -W --keep-going -n
	@echo
	@echo "The book is ready. Open it at"
	@echo "    file://$(CURDIR)/$(SITE)/index.html"
	@echo "or run 'make serve' and open http://localhost:$(PORT)/"

serve: .venv/.stamp  ## serve the built book on localhost (PORT=8000)
	@test -f $(SITE)/index.html || $(MAKE) --no-print-directory book
	@echo "The book is at http://localhost:$(PORT)/  (Ctrl-C stops)"
	@$(BIN)/python -m http.server $(PORT) --bind 127.0.0.1 --directory $(SITE)

test: .venv/.stamp  ## run every test, the notebooks included
	@echo "==> running the tests and the notebooks"
	$(BIN)/python -m pytest tests book --nbval --nbval-current-env --nbval-sanitize-with tests/sanitize.cfg -n $(JOBS) --dist loadscope

notebooks: .venv/.stamp  ## re-run all notebooks and store their outputs (NB="book/02_three_wells.ipynb" for some)
	$(BIN)/python tools/refresh_notebooks.py $(NB)

bench: .venv/.stamp  ## run the timed comparisons
	@for script in benchmarks/*.py; do echo "==> $$script"; $(BIN)/python $$script || exit 1; done

lint: .venv/.stamp  ## check style and formatting of code and notebooks
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

lab: .venv/.stamp  ## open the chapters as live notebooks in JupyterLab
	$(BIN)/jupyter lab book

lock: .venv/.stamp  ## compile requirements.txt again from pyproject.toml (needs uv)
	$(BIN)/python tools/lock.py

clean:  ## remove everything that make has built
	rm -rf _build .venv .pytest_cache .ruff_cache .hypothesis
