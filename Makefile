# The commands of the monograph. `make` alone lists them.
# Only python3, python3-venv and make are assumed; everything else comes from requirements.txt.

PYTHON ?= python3
BIN    := .venv/bin
PORT   ?= 8000
# three on two cores: the browser tests wait more than they compute
JOBS   ?= 3
SITE   := _build/html
NB     ?=
MUTATION ?=
RECOVERY ?=
# oldest or newest, for `make versions`
VERSIONS ?= newest
VERSION := $(shell sed -n 's/^version = "\(.*\)"/\1/p' pyproject.toml)
RELEASE := etm-monograph-$(VERSION)

export PIP_DISABLE_PIP_VERSION_CHECK := 1
# One thread a process: tests and notebooks run side by side.
export OMP_NUM_THREADS := 1
export OPENBLAS_NUM_THREADS := 1

.DEFAULT_GOAL := help
.PHONY: help env book pdf serve test notebooks bench evidence mutation recovery lint types dist dist-check release versions image lab lock clean

help:  ## list the commands
	@echo "The Extended Tunneling Model: a computational monograph"
	@echo
	@grep -E '^[a-z-]+:.*## ' Makefile | sed -E 's/^([a-z-]+):.*## /\1\t/' | while IFS="$$(printf '\t')" read -r n d; do printf '  make %-10s %s\n' "$$n" "$$d"; done

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

pdf: .venv/.stamp  ## print the whole book to _build/pdf/etm.pdf (needs Chromium; a few minutes)
	@test -f $(SITE)/index.html || $(MAKE) --no-print-directory book
	@echo "==> printing the book"
	$(BIN)/python tools/make_pdf.py

serve: .venv/.stamp  ## serve the built book on localhost (PORT=8000)
	@test -f $(SITE)/index.html || $(MAKE) --no-print-directory book
	@echo "The book is at http://localhost:$(PORT)/  (Ctrl-C stops)"
	@$(BIN)/python -m http.server $(PORT) --bind 127.0.0.1 --directory $(SITE)

test: .venv/.stamp  ## run every test, the notebooks included
	@echo "==> running the tests and the notebooks"
	$(BIN)/python -m pytest tests book --nbval --nbval-current-env --nbval-sanitize-with tests/sanitize.cfg -n $(JOBS) --dist loadscope --no-loadscope-reorder

notebooks: .venv/.stamp  ## re-run all notebooks and store their outputs (NB="book/02_three_wells.ipynb" for some)
	$(BIN)/python tools/refresh_notebooks.py $(NB)

bench: .venv/.stamp  ## run the timed comparisons
	@for script in benchmarks/*.py; do echo "==> $$script"; $(BIN)/python $$script || exit 1; done

evidence: .venv/.stamp  ## measure tests, coverage and run times for the page on trust
	$(BIN)/python tools/evidence.py

mutation: .venv/.stamp  ## plant errors in a sample of etm and count those that tests notice (MUTATION="--seed 2")
	$(BIN)/python tools/mutation.py $(MUTATION)

recovery: .venv/.stamp  ## count how often quoted errors contain the truth (an hour; goes on where it was stopped)
	nice $(BIN)/python tools/recovery.py $(RECOVERY)

lint: .venv/.stamp types  ## check style, formatting and types
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: .venv/.stamp  ## check the types of the package
	$(BIN)/mypy

dist: .venv/.stamp  ## build wheel, source package and their checksums into dist/
	@rm -rf dist build
	@echo "==> building the packages"
	SOURCE_DATE_EPOCH=$$(git log -1 --format=%ct 2>/dev/null || echo 315532800) $(BIN)/python -m build --no-isolation >/dev/null
	cd dist && sha256sum *.whl *.tar.gz > SHA256SUMS && cat SHA256SUMS

dist-check: dist  ## install the wheel in an empty environment and use it there
	rm -rf _build/empty
	$(PYTHON) -m venv _build/empty
	_build/empty/bin/python -m pip install --quiet dist/*.whl
	cd _build/empty && bin/python -I -W error ../../tools/check_installed.py

release: dist  ## what a release holds: packages, the whole source, the book; with checksums (TAG=v1.2.3)
	@test -z "$(TAG)" || test "$(TAG)" = "v$(VERSION)" || { echo "the tag $(TAG) is not v$(VERSION) of pyproject.toml" >&2; exit 1; }
	@test -f $(SITE)/index.html || $(MAKE) --no-print-directory book
	git archive --format=tar.gz --prefix=$(RELEASE)/ -o dist/$(RELEASE)-source.tar.gz HEAD
	tar -czf dist/$(RELEASE)-html.tar.gz -C _build html
	cd dist && sha256sum *.whl *.tar.gz > SHA256SUMS && cat SHA256SUMS

versions:  ## test the package with other libraries (VERSIONS=oldest or newest, PYTHON=python3.13; needs uv)
	uv venv --clear --quiet --python $(PYTHON) _build/versions
	uv pip install --quiet --python _build/versions --only-binary :all: --no-binary etm \
		--resolution $(if $(filter oldest,$(VERSIONS)),lowest-direct,highest) -e '.[posterior,cluster,check]'
	uv pip list --python _build/versions
	_build/versions/bin/python -m pytest tests/unit tests/limits tests/published -n $(JOBS) --dist loadscope \
		$(if $(filter oldest,$(VERSIONS)),-W ignore::DeprecationWarning)

image: .venv/.stamp  ## build Binder's image and run a chapter in it (needs docker)
	$(BIN)/repo2docker --no-run --user-id 1000 --user-name reader --image-name etm-book .
	docker run --rm etm-book jupyter execute book/02_three_wells.ipynb

lab: .venv/.stamp  ## open the chapters as live notebooks in JupyterLab
	$(BIN)/jupyter lab book

lock: .venv/.stamp  ## compile requirements.txt again from pyproject.toml (needs uv)
	$(BIN)/python tools/lock.py

clean:  ## remove everything that make has built
	rm -rf _build .venv dist build .pytest_cache .ruff_cache .mypy_cache .hypothesis
