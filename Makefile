# The commands for people. `make help` lists them.
PYTHON ?= $(eval PYTHON := $(or $(shell sh infra/newest-python.sh),python3))$(PYTHON)
PORT ?= 8000
RUNS ?= 2000
MOTO_RUNS ?= 100
VENV ?= .venv
LINES_COVERED := 95# percent
# A worker for each core. A file stays with one worker, which makes its fixtures once.
WORKERS := -n auto --maxprocesses 4 --dist loadfile --no-loadscope-reorder
# A run in which many tests hang ends all the same, and prints what has failed.
ENDS := --session-timeout 2700
LONG := --timeout 0
BIN := $(VENV)/bin
READY := $(VENV)/ready
MINISTACK := build/ministack/ready
CHECKOV := build/checkov/ready
CLIENTS := build/clients/ready
NODE_CLIENTS := build/clients-node/ready
SWAGGER := web/vendor/swagger-ui
NPM := infra/page/npm/node_modules/.package-lock.json

# An environment outlives the Python that it was made with, or is older than Fanlight: FORCE then
# makes it again.
RUNS_3_11 := -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null
if-spoilt = $(if $(shell $(dir $1)bin/python $(RUNS_3_11) && echo sound),,FORCE)

.DEFAULT_GOAL := help
.PHONY: FORCE help run test test-fast test-alone test-oldest map vendor web-types tour test-memory \
  bench bench-feed bench-counters bench-coldstart bench-images bench-erasure \
  bench-signing chaos fuzz fuzz-api clients filters model check lint types format lock clean recount rotate-keys deploy diff status \
  logs redrive restore erase smoke finish destroy e2e package audit vendor-swagger

help: ## List all commands
	@grep -hE '^[a-z0-9-]+:.*## ' $(MAKEFILE_LIST) | awk -F':.*## ' '{printf "  make %-16s %s\n", $$1, $$2}'

run: $(READY) ## Start Fanlight on this machine, with demo people and photographs (PORT=, DEMO=0, VERBOSE=1)
	@PORT=$(PORT) $(BIN)/python -m infra.local

test: $(READY) $(CLIENTS) ## Run all tests, on the embedded stack and without network (ARGS= as for pytest)
	@$(BIN)/python -m pytest $(WORKERS) $(ENDS) --cov $(if $(ARGS),$(ARGS),--cov-fail-under=$(LINES_COVERED))

test-fast: $(READY) ## Run the unit, contract and architecture tests, within a minute (ARGS=)
	@$(BIN)/python -m pytest $(WORKERS) tests/unit tests/integration/contract tests/architecture $(ARGS)

test-alone: $(READY) ## Run every test file alone (ARGS= for some files)
	@$(BIN)/python -m tests.alone $(ARGS)

test-oldest: ## Run the fast tests with the oldest Python that Fanlight supports, if it is installed
	@python=$$(sh infra/newest-python.sh 3.11); test -n "$$python" || { echo "There is no Python 3.11 here."; exit 0; }; \
	$(MAKE) --no-print-directory test-fast VENV=build/py311 PYTHON="$$python"

check: lint types test ## Run everything that must pass: ruff, mypy --strict, all tests

lint: $(READY) ## Check style and the CloudFormation template
	@$(BIN)/ruff check . && $(BIN)/ruff format --check . && $(BIN)/cfn-lint infra/resources.yaml

types: $(READY) ## Check types with mypy --strict
	@$(BIN)/mypy

format: $(READY) ## Format the code
	@$(BIN)/ruff check --fix-only . && $(BIN)/ruff format .

lock: $(READY) ## Upgrade the dependencies in requirements.lock
	@$(BIN)/python $(PIP_INSTALL) uv
	@$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header \
	  --no-emit-index-url --no-emit-find-links --no-annotate --all-extras pyproject.toml --upgrade \
	  --output-file requirements.lock

bench: $(READY) ## Measure what a page, a fan-out and a photo cost, and how long a fan-out takes
	@$(BIN)/python -m bench.flow
	@$(BIN)/python -m bench.routers
	@$(BIN)/python -m bench.delay

bench-feed: $(READY) ## Compare the feed's costs with pure push and pure pull
	@$(BIN)/python -m bench.feed

bench-coldstart: $(READY) ## Measure imports, cold first requests and layer sizes
	@$(BIN)/python -m bench.coldstart
	@$(BIN)/python -m bench.first_request

bench-images: $(READY) ## Compare the renderer with Pillow, libvips and sharp
	@$(BIN)/python $(PIP_INSTALL) -r bench/requirements.txt
	@$(BIN)/python -m bench.images

bench-erasure: $(READY) ## Show what an account's erasure and export cost
	@$(BIN)/python -m bench.erasure

bench-signing: $(READY) ## Compare ECDSA with RSA for the signatures of a page
	@$(BIN)/python -m bench.signing

map: $(READY) ## Write the table of streams, queues and functions into docs/architecture.md
	@$(BIN)/python -m infra.event_map

rotate-keys: $(READY) ## Replace the keys of media and cursors in two runs (STACK=)
	@$(BIN)/python -m infra.rotate_keys $(STACK) $(ARGS)

chaos: RUNS = 10
chaos: $(READY) ## Run the product under injected faults (RUNS=10, SEED=1, THREADS=1, ARGS=); see docs/chaos.md
	@$(BIN)/python -m tests.chaos --seed $(or $(SEED),1) --runs $(RUNS) $(if $(THREADS),--threads) $(ARGS)

model: $(READY) ## Test the feed against its oracle at length (RUNS= on fakes, MOTO_RUNS= on moto)
	@MODEL_RUNS=$(RUNS) MODEL_MOTO_RUNS=$(MOTO_RUNS) $(BIN)/python -m pytest $(LONG) tests/model $(ARGS)

bench-counters: $(READY) ## Measure the cost of counting a like, and the drift of simpler methods
	@$(BIN)/python -m bench.counters

fuzz: $(READY) ## Render five thousand corrupted photographs
	@$(BIN)/python -m tests.fuzz.fuzz_images --cases 5000

fuzz-api: $(READY) $(CLIENTS) ## Fuzz the API against its description (ARGS="--seconds 600 --examples 200")
	@$(BIN)/python -m tests.fuzz.fuzz_api $(ARGS)

clients: $(READY) ## Lint the API's description and test a TypeScript client of it (needs Node)
	@if command -v npm >/dev/null; then $(MAKE) --no-print-directory $(NODE_CLIENTS) && \
	  $(BIN)/python -m tests.clients.typescript; \
	else echo "make clients: skipped, since there is no Node here"; fi

filters: $(READY) ## Build the filters' colour tables, previews and contact sheets
	@$(BIN)/python -m functions.media.filters.build && $(BIN)/python -m bench.images_sheets

deploy: ## Deploy a stage into your AWS account, step by step (STAGE=, FORCE=1)
diff: ## Show what a deploy would change (STAGE=)
status: ## Show a stage's stacks, functions, dead letters and alarms (STAGE=)
logs: ## Show the functions' log lines (STAGE=, FUNCTION=, MINUTES=15, FOLLOW=1)
redrive: ## Move dead letters back to their queues (STAGE=, QUEUE=)
restore: ## Restore a table's rows as of a moment (STAGE=, TABLE=, AT=, OVERWRITE=1)
erase: ## Delete a user's account permanently (STAGE=, USER_ID=, ERASE=)
recount: ## Recount likes, comments or views (STAGE=, WHAT="likes --all" or a field and ids)
smoke: ## Test a deployed stage over HTTP, and clean up (STAGE= or FANLIGHT_URL=, WHOLE=1)
finish: ## Give a stack of `make package` its keys and previews (STAGE=)
destroy: ## Delete a stage; refused while that loses data (STAGE=, DELETE=)

package: $(READY) ## Write a stage as one template, for a CI that deploys templates (STAGE=)
	@STAGE="$(STAGE)" $(BIN)/python -m infra.package && $(BIN)/cfn-lint build/package/$(STAGE)/sam.json

audit: package $(CHECKOV) ## Check the packaged template for weaknesses (STAGE=)
	@build/checkov/bin/checkov --config-file infra/audit/checkov.yaml -f build/package/$(STAGE)/sam.json

deploy diff status logs redrive restore erase recount smoke finish destroy: $(READY)
	@STAGE="$(STAGE)" exec $(BIN)/python -m infra.deploy $@

e2e: $(READY) $(MINISTACK) ## Deploy to a stand-in for AWS and test the deployed functions
	@$(BIN)/python -m pytest --no-cov -p no:randomly --timeout 900 --confcutdir=tests/e2e tests/e2e/on_*.py $(ARGS)

vendor: $(NPM) ## Build web/vendor and the icons from the pinned npm packages
	@cd infra/page/npm && node vendor.mjs

web-types: $(READY) $(NPM) ## Check the page's JSDoc types against the API as it is (needs npm)
	@$(BIN)/python -m infra.page.contract build/web/openapi.json
	@cd infra/page/npm && npx openapi-typescript ../../../build/web/openapi.json \
	  --output ../../../build/web/openapi.d.ts && npx tsc -p tsconfig.json

tour: $(READY) ## Make the pictures of docs/tour.md (needs Chromium)
	@TOUR=1 $(BIN)/python -m pytest --no-cov tests/browser/test_tour.py

test-memory: $(READY) ## Scroll the feed for long, and see that memory stays flat (MINUTES=30, needs Chromium)
	@MEMORY_MINUTES=$(or $(MINUTES),30) $(BIN)/python -m pytest -s --no-cov $(LONG) tests/browser/test_feed.py -k memory

# Scripts are ignored: one of them would report the installation.
vendor-swagger: ## Put Swagger UI, the page at /docs, into web/vendor again from npm
	@rm -rf build/swagger && mkdir -p build/swagger && cp infra/page/swagger/*.json build/swagger
	@cd build/swagger && npm ci --ignore-scripts --no-audit --no-fund --loglevel=error
	@cd build/swagger/node_modules/swagger-ui-dist && install -Dm 644 -t $(CURDIR)/$(SWAGGER) \
	  swagger-ui-bundle.js swagger-ui-bundle.js.LICENSE.txt swagger-ui.css LICENSE NOTICE
	@cd $(SWAGGER) && sha256sum swagger-ui* LICENSE NOTICE > SHA256SUMS

clean: ## Remove everything that was installed or built
	@rm -rf .venv build .coverage .pytest_cache .mypy_cache .ruff_cache .hypothesis

# The environment, recreated when the lock changes. Each check fails with one clear line.
# pip is told to be quiet twice: its warnings are about the settings of a machine, not about Fanlight.
PIP_INSTALL := -m pip install -qq --disable-pip-version-check
$(READY): requirements.lock $(call if-spoilt,$(READY))
	@command -v $(PYTHON) >/dev/null || { echo "Fanlight needs Python 3.11 or newer; set PYTHON= to one."; exit 1; }
	@$(PYTHON) $(RUNS_3_11) || \
	  { echo "Fanlight needs Python 3.11 or newer; $(PYTHON) is $$($(PYTHON) -V 2>&1 | head -1). Set PYTHON= to one."; exit 1; }
	@$(PYTHON) -c 'import venv, ensurepip' 2>/dev/null || \
	  { echo "This Python lacks venv; install it (Debian: apt install python3-venv)."; exit 1; }
	@$(if $(call if-spoilt,$@),test ! -e $@ || echo "The Python of $(VENV) is gone or older than 3.11.",true)
	@echo "Installing the locked dependencies into $(VENV) for $$($(PYTHON) -V), once (about a minute) ..."
	@$(PYTHON) -m venv --clear $(VENV)
	@$(BIN)/python $(PIP_INSTALL) --require-hashes --no-deps --only-binary :all: -r requirements.lock || \
	  { echo "Installing the dependencies failed: see above."; rm -rf $(VENV); exit 1; }
	@touch $@

$(NPM): infra/page/npm/package-lock.json
	@cd infra/page/npm && npm ci --ignore-scripts --no-audit --no-fund --silent && touch node_modules/.package-lock.json

# The stand-in for AWS and the auditor have their own environments, because they need other versions.
$(MINISTACK): tests/e2e/requirements.txt $(call if-spoilt,$(MINISTACK))
$(CLIENTS): tests/clients/requirements.txt $(call if-spoilt,$(CLIENTS))
$(CHECKOV): infra/audit/requirements.txt $(call if-spoilt,$(CHECKOV))
$(MINISTACK) $(CHECKOV) $(CLIENTS):
	@$(PYTHON) -m venv --clear $(dir $@)
	@$(dir $@)bin/python $(PIP_INSTALL) -r $<
	@touch $@

# The tools of Node as the lock has them; none of their scripts runs.
$(NODE_CLIENTS): tests/clients/package.json tests/clients/package-lock.json
	@mkdir -p $(dir $@) && cp tests/clients/package*.json $(dir $@)
	@npm ci --prefix $(dir $@) --silent --no-audit --no-fund --ignore-scripts
	@touch $@
