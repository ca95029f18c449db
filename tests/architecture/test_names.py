"""Names tell the story: nothing is called by what it is made of, tests are found where they are."""

from __future__ import annotations

import re

from tests.architecture.source_files import ROOMS, ROOT, function_names, modules, place

_EMPTY_WORDS = {"utils", "util", "helpers", "helper", "common", "manager", "managers", "data"}
_VERB_OBJECT = re.compile(r"[a-z]+(_[a-z]+)+")
_TEST = re.compile(r"^\s*((async )?def test_|class Test|Test\w* *[:=])", re.MULTILINE)
# What a file of tests/ may be besides a test: support that tests import, never collected.
_SUPPORT = re.compile(r"(?!test_|.*_test\.py$)[a-z_][a-z0-9_]*\.py")


def test_no_module_or_folder_has_a_name_that_says_nothing() -> None:
    found = []
    for path in modules(*ROOMS, "tests"):
        words = {path.stem, *path.relative_to(ROOT).parent.parts}
        found += [f"{place(path)} ({word})" for word in sorted(words & _EMPTY_WORDS)]
    assert not found, f"name these by what they do: {found}"


def test_every_function_folder_is_a_verb_and_its_object() -> None:
    names = function_names()
    assert names
    assert [name for name in names if not _VERB_OBJECT.fullmatch(name)] == []


def test_every_function_folder_holds_a_handler_and_a_use_case() -> None:
    folders = [ROOT / "functions" / name for name in function_names()]
    for path in folders:
        assert (path / "use_case.py").is_file(), f"{place(path)} has no use_case.py"
    others = {p.name for p in (ROOT / "functions").iterdir() if p.is_dir()} - {"__pycache__"}
    assert others == set(function_names()), "a folder under functions/ has no handler.py"


def test_files_with_tests_begin_with_test_and_others_hold_none() -> None:
    wrong = []
    for path in modules("tests"):
        has_tests = _TEST.search(path.read_text("utf-8")) is not None
        well_named = path.name.startswith("test_") if has_tests else _SUPPORT.fullmatch(path.name)
        if not well_named:
            wrong.append(place(path))
    assert not wrong, f"pytest would overlook these, or find nothing in them: {wrong}"


def test_no_two_test_files_share_a_name() -> None:
    names = [path.name for path in modules("tests") if path.name.startswith("test_")]
    assert sorted(names) == sorted(set(names)), "pytest imports test files by their bare name"
