# The tasks of a developer; `just NAME` runs one, and every line is a plain command.
python := ".venv/bin/python"

# What can be done here
default:
    @just --list

# An environment with the versions that the tests were last run with
setup:
    python3 -m venv .venv
    .venv/bin/pip install -r .ci/developers.lock -e ".[test,lint]"

# Format, and mend what the linter can
fix:
    .venv/bin/ruff check --fix .
    .venv/bin/ruff format .

# The linter and the formatter, changing nothing
lint:
    .venv/bin/ruff check .
    .venv/bin/ruff format --check .

# The types of the package
types:
    .venv/bin/mypy

# The fast lane: no processes of our own, no whole classes
test *options:
    {{python}} -m pytest -n 2 -m "not slow" {{options}}

# Everything
slow *options:
    {{python}} -m pytest -n 2 {{options}}

# A measurement, such as `just bench startup`
bench name *options:
    {{python}} tests/benchmarks/{{name}}.py {{options}}
