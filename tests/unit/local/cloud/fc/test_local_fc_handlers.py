"""Which module `file.method` names, here and in the deployed package."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from local.cloud.fc.runtime import HandlerLoadError
from local.cloud.fc.spec import FunctionSpec
from local.own_handlers import load_handler

if TYPE_CHECKING:
    from local.cloud.fc.runtime import Handler
    from tests.unit.local.cloud.fc.conftest import Package


def loaded(module: str) -> Handler:
    return load_handler(FunctionSpec("f", f"{module}.handler"))


def test_a_module_at_the_package_root_is_the_handler(package: Package) -> None:
    package.write("fc_rooted.py", "def handler(event, context):\n    return b'root'\n")
    package.write("functions/fc_rooted/handler.py", "raise AssertionError('not me')\n")
    assert loaded("fc_rooted")(b"", None) == b"root"


def test_without_a_root_module_the_function_folder_is_imported(package: Package) -> None:
    package.write("functions/fc_foldered/__init__.py", "")
    package.write(
        "functions/fc_foldered/handler.py", "def handler(event, context):\n    return event\n"
    )
    assert loaded("fc_foldered")(b"x", None) == b"x"


def test_a_mere_folder_at_the_root_is_not_a_root_module(package: Package) -> None:
    package.write("fc_shadowed/notes.txt", "")
    package.write(
        "functions/fc_shadowed/handler.py", "def handler(event, context):\n    return b'folder'\n"
    )
    assert loaded("fc_shadowed")(b"", None) == b"folder"


def test_a_module_that_is_nowhere_cannot_be_imported() -> None:
    with pytest.raises(HandlerLoadError, match="Unable to import module 'fc_nowhere'") as caught:
        loaded("fc_nowhere")
    assert caught.value.error_type == "ImportModuleError"


def test_a_module_that_breaks_on_import_is_tried_anew_the_next_time(package: Package) -> None:
    package.write("fc_broken.py", "import builtins\nbuiltins.no_such_name\n")
    with pytest.raises(HandlerLoadError):
        loaded("fc_broken")
    package.write("fc_broken.py", "def handler(event, context):\n    return b'mended'\n")
    for cached in (package.root / "__pycache__").glob("*"):
        cached.unlink()
    assert loaded("fc_broken")(b"", None) == b"mended"


def test_a_method_that_is_not_there_is_named(package: Package) -> None:
    package.write("fc_empty.py", "")
    with pytest.raises(HandlerLoadError, match="'handler' is missing on module 'fc_empty'"):
        loaded("fc_empty")
