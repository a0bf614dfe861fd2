.DEFAULT_GOAL := help
.PHONY: help run setup test check format lock assets messages fuzz bench bench-national bench-feeds clean
PORT ?= 5000
BIN := .venv/bin
# Where it is set, each start of Python compiles everything anew: the site starts in 4 seconds and not in 2.
unexport PYTHONDONTWRITEBYTECODE

help: ## Show what you can do here
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-14s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

run: setup ## Set up, load the listings, and serve on 127.0.0.1:5000 (PORT=8000 for another port)
	@PORT=$(PORT) $(BIN)/gunicorn wsgi:app

setup: ## Install what running needs, and bring the database up to date
	@scripts/set-up requirements.txt
	@$(BIN)/flask --app wsgi hub setup

test: ## Install what testing needs, and run every test (ARGS="tests/unit -k postcode" for some)
	@scripts/set-up requirements-dev.txt
	@scripts/browser
	@$(BIN)/python -m pytest -n auto --dist loadgroup $(if $(ARGS),$(ARGS),--cov --cov-report=term:skip-covered)

fuzz: ## Ask 50,000 hostile requests on each database, and all that the description allows (N=1000 SEED=2 for others)
	@scripts/set-up requirements-dev.txt
	@$(BIN)/python -m tests.fuzz $(or $(N),50000) --seed $(or $(SEED),1)
	@FUZZ_EXAMPLES=100 $(BIN)/python -m pytest -q tests/integration/test_openapi_fuzz.py

check: ## Lint, types, layers and templates
	@scripts/set-up requirements-dev.txt
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo
	$(BIN)/djlint templates --lint --quiet
	$(BIN)/djlint templates --check --quiet

format: ## Put Python and templates into the house form
	$(BIN)/ruff check --fix-only .
	$(BIN)/ruff format .
	$(BIN)/djlint templates --reformat --quiet

lock: ## Choose package versions anew and write them down with their hashes
	@scripts/set-up requirements-dev.txt
	$(BIN)/uv pip compile --quiet --upgrade --universal --python-version 3.11 --generate-hashes --no-header \
		--no-annotate --no-emit-index-url requirements.in -o requirements.txt
	$(BIN)/uv pip compile --quiet --upgrade --universal --python-version 3.11 --generate-hashes --no-header \
		--no-annotate --no-emit-index-url -c requirements.txt requirements-dev.in -o requirements-dev.txt

assets: ## Build the style sheets (needs Node.js; the built ones are kept in static/)
	cd assets && npm ci --silent && npm run --silent build

messages: ## Collect what families read, in sources and data, for the translators, and compile what is translated
	@scripts/set-up requirements-dev.txt
	@scripts/messages hub_finder/translations/messages.pot
	@$(BIN)/pybabel --quiet update --no-fuzzy-matching --ignore-obsolete --ignore-pot-creation-date --no-wrap \
		--input-file hub_finder/translations/messages.pot --output-dir hub_finder/translations
	@$(BIN)/pybabel --quiet compile --directory hub_finder/translations
	@$(BIN)/flask --app wsgi hub update-translations

bench: ## Measure pages, also on a slow phone, imports, searching 10,000 listings, duplicates, proposals and coverage on both databases (SIZES="1000" for other imports)
	@scripts/set-up requirements-dev.txt
	@$(BIN)/python -m bench.pages
	@$(BIN)/python -m bench.phone
	@$(BIN)/python -m bench.import_listings $(SIZES)
	@$(BIN)/python -m bench.duplicates
	@$(BIN)/python -m bench.submissions
	@$(BIN)/python -m bench.gaps
	@$(BIN)/python -m bench.feeds 2000 --rounds 1 --seconds 2
	@$(BIN)/python -m bench.national 10000 --rounds 2 --seconds 3

bench-national: ## Measure a country's worth of listings and write bench/RESULTS.md (N="10000 100000" for other sizes)
	@scripts/set-up requirements-dev.txt
	@$(BIN)/python -m bench.national $(or $(N),100000 1000000) --write $(ARGS)

bench-feeds: ## Measure our feed beside datasette's JSON of the same table and write bench/FEEDS.md (N=10000 for more listings)
	@scripts/set-up requirements-dev.txt
	@$(BIN)/python -m bench.feeds $(or $(N),2000) --write $(ARGS)

clean: ## Remove the environment and the local database
	rm -rf .venv instance
