# make demo   a demo on this computer, with fictional patients; prints a link that signs you in
# make test   everything the tests need, then the tests
# make test-postgres  the same tests on a PostgreSQL that is installed and started for them, and stopped after them
# make faults kills processes in the middle of their work, a hundred times on each engine, and all else of tests/faults
# make prove  proves the safety properties of the rules again, and writes docs/proof.md
# make docs   writes docs/pathway.md and its chart from the rules, docs/hazards.md from the hazard log (tests hold them current)
# make bench  how fast the pathway decides and explains, and the worklist and indicators of 100,000 patients; `make bench SAVE=--save` keeps the figures
# make mutate changes the rules' code in thousands of places, and lists the changes that no test notices (an hour or two)
# make lint   style, and models without their migration
# make lock   resolves requirements.in and pyproject.toml into the two lock files (needs uv)
# make vendor renews static/vendor from npm (needs node; only to upgrade)

.PHONY: demo test test-postgres faults prove docs bench mutate lint lock vendor

demo:
	@.ci/setup
	@.venv/bin/python manage.py demo

test:
	@.ci/setup tests
	.venv/bin/python -m pytest -n auto --maxprocesses 8

test-postgres:
	@.ci/setup tests
	.ci/postgres .venv/bin/python -m pytest -n auto --maxprocesses 8

faults:
	@.ci/setup tests
	KILLS=100 LIVES=100 .venv/bin/python -m pytest -s tests/faults
	KILLS=100 LIVES=100 .ci/postgres .venv/bin/python -m pytest -s tests/faults

prove:
	@.ci/setup tests
	.venv/bin/python -m pathway.guideline.proof

docs:
	@.ci/setup
	.venv/bin/python manage.py document_pathway
	.venv/bin/python manage.py document_hazards

bench:
	@.ci/setup tests
	@.venv/bin/python -m pip install --quiet --disable-pip-version-check zen-engine==2.1.3
	.venv/bin/python -m tests.load.bench $(SAVE)
	.venv/bin/python -m tests.load.worklist $(SAVE)
	.ci/postgres .venv/bin/python -m tests.load.worklist $(SAVE)

mutate:
	@.ci/setup tests
	nice .venv/bin/mutmut run --max-children 2
	.venv/bin/mutmut results

lint:
	@.ci/setup tests
	.venv/bin/ruff check .
	.venv/bin/ruff format --check .
	.venv/bin/python manage.py makemigrations --check --dry-run

lock:
	uv pip compile --universal --python-version 3.11 --upgrade requirements.in -o requirements.txt
	uv pip compile --universal --python-version 3.11 requirements.in --group dev -c requirements.txt -o requirements-dev.txt

vendor:
	.ci/vendor
