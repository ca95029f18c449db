"""Which module `file.method` names, here and in the deployed package."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from local.functions.handlers import HandlerLoadError, load_handler

if TYPE_CHECKING:
    from tests.unit.local_functions.conftest import Package


def test_a_module_at_the_package_root_is_the_handler(package: Package) -> None:
    package.write("fc_rooted.py", "def handler(event, context):\n    return b'root'\n")
    package.write("functions/fc_rooted/handler.py", "raise AssertionError('not me')\n")
    assert load_handler("fc_rooted.handler")(b"", None) == b"root"


def test_without_a_root_module_the_function_folder_is_imported(package: Package) -> None:
    package.write("functions/fc_foldered/__init__.py", "")
    package.write(
        "functions/fc_foldered/handler.py", "def handler(event, context):\n    return event\n"
    )
    assert load_handler("fc_foldered.handler")(b"x", None) == b"x"


def test_a_mere_folder_at_the_root_is_not_a_root_module(package: Package) -> None:
    package.write("fc_shadowed/notes.txt", "")
    package.write(
        "functions/fc_shadowed/handler.py", "def handler(event, context):\n    return b'folder'\n"
    )
    assert load_handler("fc_shadowed.handler")(b"", None) == b"folder"


def test_a_module_that_is_nowhere_cannot_be_imported() -> None:
    with pytest.raises(HandlerLoadError, match="Unable to import module 'fc_nowhere'") as caught:
        load_handler("fc_nowhere.handler")
    assert caught.value.error_type == "ImportModuleError"


def test_a_module_that_breaks_on_import_is_tried_anew_the_next_time(package: Package) -> None:
    package.write("fc_broken.py", "import builtins\nbuiltins.no_such_name\n")
    with pytest.raises(HandlerLoadError):
        load_handler("fc_broken.handler")
    package.write("fc_broken.py", "def handler(event, context):\n    return b'mended'\n")
    for cached in (package.root / "__pycache__").glob("*"):
        cached.unlink()
    assert load_handler("fc_broken.handler")(b"", None) == b"mended"


def test_a_method_that_is_not_there_is_named(package: Package) -> None:
    package.write("fc_empty.py", "")
    with pytest.raises(HandlerLoadError, match="'handler' is missing on module 'fc_empty'"):
        load_handler("fc_empty.handler")
