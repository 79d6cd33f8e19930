#!/bin/sh
# Lints and tests the training package in a virtual environment of its own (FASCICLE_VENV, default training/.venv).
set -eu
cd "$(dirname "$0")"
venv=${FASCICLE_VENV:-.venv}
# The stamp is the description of the package that the environment was made from.
if ! cmp -s pyproject.toml "$venv/.fascicle-pyproject.toml"; then
  python3 -m venv "$venv"
  "$venv/bin/pip" install -q --disable-pip-version-check torch==2.13.0
  "$venv/bin/pip" install -q --disable-pip-version-check -e '.[test]'
  cp pyproject.toml "$venv/.fascicle-pyproject.toml"
fi
"$venv/bin/ruff" check .
"$venv/bin/ruff" format --check .
exec "$venv/bin/python" -m pytest -q --no-header -p no:cacheprovider
