#!/bin/sh
# Tests of the training package, in a virtual environment of its own under training/.venv (made on the first run).
set -eu
cd "$(dirname "$0")"
stamp=.venv/.pyproject.toml
if ! cmp -s pyproject.toml "$stamp"; then
  python3 -m venv .venv
  .venv/bin/pip install --quiet --disable-pip-version-check -e '.[test]'
  cp pyproject.toml "$stamp"
fi
.venv/bin/ruff check .
.venv/bin/ruff format --check .
exec .venv/bin/python -m pytest "$@"
