#!/usr/bin/env bash
# Write requirements*.txt from requirements*.in: the same versions for Python 3.10 to 3.13, with hashes.
# Versions that stand in the .txt files stay; --upgrade-package NAME moves one.
set -euo pipefail
cd "$(dirname "$0")/.."
venv=.venv-lock
[ -x "$venv/bin/uv" ] || { "${PYTHON:-python3}" -m venv "$venv" && "$venv/bin/python" -m pip install -q uv; }
for part in "" -local -dev -docs; do
  target="requirements$part.txt" lowest=3.10
  # The pages are made on one machine, by a tool that wants a newer Python.
  [ "$part" != -docs ] || lowest=3.11
  "$venv/bin/uv" pip compile -q --universal --python-version "$lowest" --generate-hashes \
    --no-header --no-annotate "requirements$part.in" -o "$target" "$@"
  note="# Written by \`poster dev lock\` from requirements$part.in: every version, and the SHA-256 of every file it may be."
  { echo "$note"; grep -v '^# Written by' "$target"; } >"$target.new"
  mv "$target.new" "$target"
done
echo "requirements.txt, requirements-local.txt, requirements-dev.txt and requirements-docs.txt are written; run make test"
