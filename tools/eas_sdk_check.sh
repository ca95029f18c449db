#!/usr/bin/env bash
# Show that the vendor's own EAS SDK works with the local queue service.
# The SDK pins an old protobuf, so it gets an environment of its own beside the project's.
set -euo pipefail
cd "$(dirname "$0")/.."

sdk_env=.venv-eas-sdk
server_python="${SERVER_PYTHON:-.venv/bin/python}"

if [ ! -x "$sdk_env/bin/python" ]; then
  python3 -m venv "$sdk_env"
fi
if ! "$sdk_env/bin/python" -c "import eas_prediction" >/dev/null 2>&1; then
  "$sdk_env/bin/python" -m pip install --quiet --disable-pip-version-check "eas-prediction==0.36"
fi
exec "$sdk_env/bin/python" tools/eas_sdk_check.py --server-python "$server_python"
