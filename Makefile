# make demo   a demo on this computer, with fictional patients; prints a link that signs you in
# make test   everything the tests need, then the tests
# make lint   style, and models without their migration
# make lock   resolves requirements.in and pyproject.toml into the two lock files (needs uv)
# make vendor renews static/vendor from npm (needs node; only to upgrade)

.PHONY: demo test lint lock vendor

demo:
	@.ci/setup
	@.venv/bin/python manage.py demo

test:
	@.ci/setup tests
	.venv/bin/python -m pytest -n auto --maxprocesses 8

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
