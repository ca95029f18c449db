#!/usr/bin/env bash
# Run what calls DashScope against the local stand-in, with another version of the vendor's SDK.
# That version lies in an environment of its own, in front of the project's: nothing there changes.
set -euo pipefail
cd "$(dirname "$0")/.."

version="${1:?the version of dashscope to try, such as 2.0.2}"
project="${PROJECT_PYTHON:-.venv/bin/python}"
sdk_env=".venv-dashscope-$version"

if [ ! -x "$sdk_env/bin/python" ]; then
  "$project" -m venv "$sdk_env"
fi
packages() { "$1" -c "import sysconfig; print(sysconfig.get_path('purelib'))"; }
# The project's own packages are found after the SDK's.
packages "$project" > "$(packages "$sdk_env/bin/python")/project.pth"
"$sdk_env/bin/python" -m pip install --quiet --disable-pip-version-check "dashscope==$version"
found="$("$sdk_env/bin/python" -c 'from dashscope.version import __version__; print(__version__)')"
echo "dashscope $found"
[ "$found" = "$version" ]
exec "$sdk_env/bin/python" -m pytest -n auto --dist loadfile --no-loadscope-reorder \
  tests/contract/local/test_dashscope_with_sdk.py \
  tests/contract/local/test_dashscope_messages_with_sdk.py \
  tests/contract/local/test_dashscope_nodes_with_sdk.py \
  tests/contract/test_prompt_model.py \
  tests/contract/test_scene_model.py \
  tests/contract/test_style_judge.py \
  tests/unit/adapters/test_dashscope_adapters.py \
  tests/comfyui/test_dashscope_nodes.py \
  "${@:2}"
