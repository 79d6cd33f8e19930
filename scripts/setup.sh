#!/bin/sh
# Makes this checkout ready to run: system packages, npm packages, native addon. Safe to run again; quick when all is there.
# Usage: setup.sh [--tests]   (--tests adds what only the tests need)
set -eu
cd "$(dirname "$0")/.."

# Installs Debian packages when this is root on a machine with apt; otherwise names the line to type and stops.
require() {
  missing=""
  for pair in "$@"; do
    probe=${pair%%=*}
    package=${pair#*=}
    case "$probe" in
      /*) [ -e "$probe" ] || missing="$missing $package" ;;
      *) command -v "$probe" >/dev/null 2>&1 || missing="$missing $package" ;;
    esac
  done
  [ -n "$missing" ] || return 0
  if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
    echo "setup: installing$missing"
    apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $missing >/dev/null
  else
    echo "setup: this machine lacks$missing. On Debian or Ubuntu: sudo apt-get install$missing" >&2
    echo "setup: on macOS: xcode-select --install && brew install node@24 cmake" >&2
    exit 1
  fi
}

case "$(uname -s)" in
  Linux) require npm=npm cmake=cmake c++=g++ make=make ;;
  *) require npm=npm cmake=cmake c++=g++ ;;
esac
if [ "${1:-}" = --tests ] && [ "$(uname -s)" = Linux ]; then
  require python3=python3 git=git /usr/include/doctest/doctest.h=doctest-dev clang-format=clang-format clang-tidy=clang-tidy \
    chromium=chromium /usr/share/fonts/truetype/liberation=fonts-liberation
  python3 -c 'import ensurepip' 2>/dev/null || require /nonexistent/venv=python3-venv
fi

# The stamp is the lockfile that node_modules was installed from.
if ! cmp -s package-lock.json node_modules/.fascicle-lock.json; then
  echo "setup: installing npm packages"
  npm ci --no-progress --loglevel=error
  cp package-lock.json node_modules/.fascicle-lock.json
fi

PATH="$PWD/node_modules/.bin:$PATH"
if [ "$(node -p 'Number(process.versions.napi) >= 10')" != true ]; then
  echo "setup: Node $(node --version) is too old and none was brought along for this platform. Install Node 24." >&2
  exit 1
fi
node scripts/build-native.ts

# The page, where it is older than its sources.
page=dist-renderer/index.html
if [ ! -e "$page" ] || [ -n "$(find src-renderer src-shared vite.config.ts -newer "$page" -type f | head -n 1)" ]; then
  vite build --logLevel warn
fi
