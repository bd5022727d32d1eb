# Short names for plain commands; each can be typed as it stands. Set-up: CONTRIBUTING.md.

# All tests
test:
    .venv/bin/pytest

# The fast part of the tests
fast:
    .venv/bin/pytest -m "not slow"

# Everything that CI checks, in the environment that is there
check:
    PYTEST_ADDOPTS="--cov --cov-report=" .venv/bin/pytest
    .venv/bin/coverage report --fail-under=94
    .venv/bin/ruff format --check .
    .venv/bin/ruff check .
    .venv/bin/mypy
    .venv/bin/lint-imports
    .venv/bin/python tools/generate_docs.py --check
    .venv/bin/mkdocs build --strict
    PYTHONPATH=tests .venv/bin/python tests/digest/real_server.py
    .venv/bin/python benchmarks/search.py --short
    .venv/bin/python benchmarks/start.py --short
    .venv/bin/python benchmarks/scroll.py --short
    .venv/bin/python benchmarks/blocking.py --short
    .venv/bin/python benchmarks/library.py --short
    .venv/bin/python benchmarks/foryou.py --short
    .venv/bin/python benchmarks/meaning.py --short

# The generated pages and the site in site/
docs:
    .venv/bin/python tools/generate_docs.py
    .venv/bin/mkdocs build --strict

# The pictures (PNG needs Chromium)
shots:
    .venv/bin/python screenshots/take.py
    .venv/bin/python screenshots/mail.py
