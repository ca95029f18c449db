#!/usr/bin/env bash
# Run the tests on every Python from 3.10 on that can be found, each in its own environment.
set -euo pipefail
cd "$(dirname "$0")/.."
ran=0
for version in 3.10 3.11 3.12 3.13 3.14; do
  for python in "python$version" "$HOME/.pyenv/versions/$version".*/bin/python; do
    "$python" -c "import sys; sys.exit('%d.%d' % sys.version_info[:2] != '$version')" 2>/dev/null || continue
    echo "== Python $version"
    make --no-print-directory unit PYTHON="$python" VENV=".venv-$version"
    ran=$((ran + 1))
    break
  done
done
[ "$ran" -gt 0 ] || { echo "no Python from 3.10 on was found" >&2; exit 1; }
echo "== $ran versions passed"
