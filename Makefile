# `make run` and `make test` work as the first thing anyone does: on Debian with python3, python3-venv and make.
WORKERS ?= 2
NEO4J_HOME ?= tests/neo4j/home/people
BIN := .venv/bin

.DEFAULT_GOAL := help
.PHONY: help install install-tests run test lint style types layers dependencies queries explain format bench bench-large faults neo4j wheel clean

help: ## what there is
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / {printf "  make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

install: ## Vibe in .venv, editable, at the tested versions
	@sh install.sh run

install-tests:
	@sh install.sh test

run: install ## the daemon on the embedded store, with the sample in an empty graph
	@exec $(BIN)/vibe run --sample

test: install-tests ## everything: lint, types, all tests
	@$(MAKE) --no-print-directory -j $(WORKERS) lint
	$(BIN)/python -m pytest -n $(WORKERS) --dist loadgroup --ignore tests/edges/pages --ignore tests/contract/test_planning.py
	$(BIN)/python -m pytest -n $(WORKERS) --dist loadfile tests/edges/pages

lint: explain style types layers dependencies queries ## style, types, layers, dependencies, query files (-k shows all faults)

style: install-tests
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: install-tests
	$(BIN)/mypy

layers: install-tests
	$(BIN)/lint-imports --no-logo

dependencies: install-tests
	$(BIN)/deptry .

queries: install-tests
	$(BIN)/python tests/meta/lint_cypher.py

explain: install-tests ## EXPLAIN of every query on both servers
	$(BIN)/python -m pytest -q tests/contract/test_planning.py

format: install-tests ## put code into form
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: install-tests ## measure; writes bench/results/
	$(BIN)/python -m bench

bench-large: install-tests ## the same at a million blocks
	$(BIN)/python -m bench --large

faults: install-tests ## 300 rounds of kill -9 at random moments of cycles, work, taps and calls to a model (needs Node)
	$(BIN)/python -m bench.faults --rounds 100
	$(BIN)/python -m bench.faults_agents --rounds 100
	$(BIN)/python -m bench.faults_telegram --rounds 50
	$(BIN)/python -m bench.faults_model --rounds 50

neo4j: install ## a real Neo4j 5.26 with Neo4j Browser (needs Java 17+ and Maven)
	@exec $(BIN)/python tests/neo4j/server.py run --home $(NEO4J_HOME)

wheel: install-tests ## dist/vibe-*.whl, which works anywhere
	$(BIN)/python -m pip wheel -q --no-deps -w dist .

clean: ## everything that was made, apart from data
	rm -rf .venv dist build .mypy_cache .ruff_cache .pytest_cache .import_linter_cache tests/neo4j/lib tests/telegram/emulator/node_modules
