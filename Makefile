# What a person does here. `make help` lists it.
PYTHON ?= python3
PORT ?= 8000
RUNS ?= 2000
MOTO_RUNS ?= 100
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/ready
MINISTACK := build/ministack/ready
CHECKOV := build/checkov/ready

.DEFAULT_GOAL := help
.PHONY: help run test bench bench-feed bench-counters bench-coldstart bench-images bench-erasure \
  bench-signing fuzz filters model check lint types format lock clean recount rotate-keys deploy diff status \
  logs redrive restore erase smoke finish destroy e2e package audit

help: ## List what there is to do
	@grep -hE '^[a-z0-9-]+:.*## ' $(MAKEFILE_LIST) | awk -F':.*## ' '{printf "  make %-14s %s\n", $$1, $$2}'

run: $(READY) ## Start Fanlight on this machine, with demo people and photographs (PORT=, DEMO=0, VERBOSE=1)
	@PORT=$(PORT) $(BIN)/python -m infra.local

test: $(READY) ## Run all tests, on the embedded stack, without network (ARGS= for some, as pytest takes them)
	@$(BIN)/python -m tests $(ARGS)

check: lint types test ## Everything that must pass: ruff, mypy --strict, all tests

lint: $(READY) ## Style
	@$(BIN)/ruff check . && $(BIN)/ruff format --check . && $(BIN)/cfn-lint infra/resources.yaml

types: $(READY) ## Types, strictly
	@$(BIN)/mypy

format: $(READY) ## Put the code into form
	@$(BIN)/ruff check --fix-only . && $(BIN)/ruff format .

lock: $(READY) ## Resolve the dependencies anew into requirements.lock
	@$(BIN)/pip install --quiet uv
	@$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header \
	  --no-emit-index-url --no-emit-find-links --no-annotate --all-extras pyproject.toml --upgrade \
	  --output-file requirements.lock

bench: $(READY) ## What a page, a fan-out and a photo cost, counted and timed side by side
	@$(BIN)/python -m bench.flow

bench-feed: $(READY) ## The feed's pages, fan-outs and changes of band, beside pure push and pure pull
	@$(BIN)/python -m bench.feed

bench-coldstart: $(READY) ## What each function's import costs beside the least, and a cold first request; sizes
	@$(BIN)/python -m bench.coldstart
	@$(BIN)/python -m bench.first_request

bench-images: $(READY) ## The renditions against Pillow, libvips and sharp, side by side
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -r bench/requirements.txt
	@$(BIN)/python -m bench.images

bench-erasure: $(READY) ## What deleting an account costs: a scan of the likes against an index of them
	@$(BIN)/python -m bench.erasure

bench-signing: $(READY) ## What the signatures of a page cost: ECDSA against RSA, cold and warm
	@$(BIN)/python -m bench.signing

rotate-keys: $(READY) ## Change the media key of a stage's STACK=, in two runs, without a broken picture
	@$(BIN)/python -m infra.rotate_keys $(STACK) $(ARGS)

model: $(READY) ## The feed against its oracle for long: RUNS= on the fakes, MOTO_RUNS= on moto
	@MODEL_RUNS=$(RUNS) MODEL_MOTO_RUNS=$(MOTO_RUNS) $(BIN)/python -m pytest tests/model $(ARGS)

bench-counters: $(READY) ## What counting a like costs, and how simpler ways of counting drift
	@$(BIN)/python -m bench.counters

recount: $(READY) ## Make counts anew: WHAT="likes --all", or a field and ids (a stage's environment)
	@$(BIN)/python -m infra.recount $(WHAT)

fuzz: $(READY) ## Five thousand corrupted photographs through the renderer
	@$(BIN)/python -m tests.fuzz.fuzz_images --cases 5000

filters: $(READY) ## Make the filters' colour tables, previews and contact sheets from their recipes
	@$(BIN)/python -m functions.media.filters.build && $(BIN)/python -m bench.images_sheets

deploy: ## Bring a stage into your AWS account, step by step (STAGE=, FORCE=1)
diff: ## Show what a deploy would change (STAGE=)
status: ## Show a stage's stacks, functions, dead letters and alarms (STAGE=)
logs: ## Show what the functions say (STAGE=, FUNCTION=, MINUTES=15, FOLLOW=1)
redrive: ## Bring back what failed for good (STAGE=, QUEUE=)
restore: ## Bring back a table's rows as of a moment (STAGE=, TABLE=, AT=, OVERWRITE=1)
erase: ## Delete somebody's account, for good (STAGE=, USER_ID=, ERASE=)
smoke: ## Test a deployed stage as a client does, and clean up (STAGE=, WHOLE=1, FANLIGHT_URL=)
finish: ## Give a stack of `make package` its keys and previews (STAGE=)
destroy: ## Take a stage away; refused while that loses data (STAGE=, DELETE=)

package: $(READY) ## Write one template of a stage, for a CI that deploys templates (STAGE=)
	@STAGE="$(STAGE)" $(BIN)/python -m infra.package && $(BIN)/cfn-lint build/package/$(STAGE)/sam.json

audit: package $(CHECKOV) ## Check the packaged template for weaknesses (STAGE=)
	@build/checkov/bin/checkov --config-file infra/audit/checkov.yaml -f build/package/$(STAGE)/sam.json

deploy diff status logs redrive restore erase smoke finish destroy: $(READY)
	@STAGE="$(STAGE)" $(BIN)/python -m infra.deploy $@

e2e: $(READY) $(MINISTACK) ## Deploy to a stand-in for AWS and drive the deployed functions
	@$(BIN)/python -m pytest --no-cov --confcutdir=tests/e2e tests/e2e/on_*.py $(ARGS)

clean: ## Remove what was installed and built
	@rm -rf $(VENV) build .coverage .pytest_cache .mypy_cache .ruff_cache .hypothesis

# The environment, made anew when the lock changes. The checks come first, each with one clear line.
$(READY): requirements.lock
	@command -v $(PYTHON) >/dev/null || { echo "Fanlight needs Python 3.11 or newer; set PYTHON= to one."; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "Fanlight needs Python 3.11 or newer; $(PYTHON) is $$($(PYTHON) -V 2>&1). Set PYTHON= to one."; exit 1; }
	@$(PYTHON) -c 'import venv, ensurepip' 2>/dev/null || \
	  { echo "This Python lacks venv; install it (Debian: apt install python3-venv)."; exit 1; }
	@echo "Installing the locked dependencies into $(VENV), once (about a minute) ..."
	@$(PYTHON) -m venv --clear $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --no-deps \
	  --only-binary :all: -r requirements.lock || \
	  { echo "The dependencies could not be installed: see above."; rm -rf $(VENV); exit 1; }
	@touch $@

# The stand-in for AWS and the auditor have environments of their own: they ask for other versions.
$(MINISTACK): tests/e2e/requirements.txt
$(CHECKOV): infra/audit/requirements.txt
$(MINISTACK) $(CHECKOV):
	@$(PYTHON) -m venv --clear $(dir $@)
	@$(dir $@)bin/python -m pip install --quiet --disable-pip-version-check -r $<
	@touch $@
