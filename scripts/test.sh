#!/bin/sh
# Sets up all that the tests need and runs every part of them. Arguments name parts; none means all.
set -eu
cd "$(dirname "$0")/.."
sh scripts/setup.sh --tests
PATH="$PWD/node_modules/.bin:$PATH" exec node scripts/run-tests.ts "$@"
