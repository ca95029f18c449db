"""The documents agree with the code: generated parts, commands, paths, links, examples."""

from __future__ import annotations

import ast
import importlib
import json
import re
import shutil
from pathlib import Path
from typing import Any

import pytest

from comfyui.custom_nodes.trip_poster.dashscope_calls import URL_VARIABLE
from comfyui.custom_nodes.trip_poster.orders import FOLDER_VARIABLE
from scripts.write_docs import __main__ as write_docs
from scripts.write_docs import examples
from scripts.write_docs.functions_table import COMMIT_POINTS
from scripts.write_docs.marked_parts import MarkMissingError, replaced, table
from shared.errors import BundleError
from shared.job_view import JobView
from shared.jobs.record import JobStatus
from shared.setting_groups.every import GROUPS
from shared.trips.model import Trip
from shared.trips.reading import read_trip_json
from shared.trips.refusals import ALLOWED
from shared.trips.text_form import read_trip_text
from tests.architecture.source_files import ROOT, calls_in, function_names, modules

_PAGES = sorted([*(ROOT / "docs").glob("*.md"), *ROOT.glob("README*.md")])
_BLOCK = re.compile(r"^ *```(?P<kind>\w+)\n(?P<text>.*?)^ *```$", re.MULTILINE | re.DOTALL)
_CODE = re.compile(r"`([^`\n]+)`")
_LINK = re.compile(r"\]\((?!https?://|#|mailto:)([^)#\s]+)")
_PATH = re.compile(
    r"(?:functions|shared|comfyui|local|tests|docs|scripts|examples|bench)/[\w./-]*"
    r"|(?:s\.yaml|Makefile|pyproject\.toml|requirements[\w-]*\.txt|README[\w.]*\.md)"
)
_MAKE = re.compile(r"\bmake ([a-z][a-z-]+)\b")
_SETTING = re.compile(r"[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+")
_RESERVED = {"ALIYUN_ACCOUNT_ID", "STACK_NAME", "EAS_NAME", "LOG_PROJECT", "LOG_STORE"}
_OF_THE_NODES = {FOLDER_VARIABLE, URL_VARIABLE}


def _name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def _blocks(path: Path, kind: str) -> list[str]:
    return [m["text"] for m in _BLOCK.finditer(path.read_text("utf-8")) if m["kind"] == kind]


def _openapi() -> dict[str, Any]:
    found: dict[str, Any] = json.loads((ROOT / "docs" / "openapi.json").read_text("utf-8"))
    return found


def _operations() -> list[dict[str, Any]]:
    return [operation for path in _openapi()["paths"].values() for operation in path.values()]


def test_the_generated_parts_are_those_that_the_generator_writes() -> None:
    stale = [_name(path) for path in write_docs.stale_files()]
    assert stale == [], "run `make docs`"


def test_a_stale_file_is_named_by_the_check_and_mended_by_the_writer(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    shutil.copytree(ROOT / "docs", tmp_path / "docs")
    page = tmp_path / "docs" / "architecture.md"
    right = page.read_text("utf-8")
    page.write_text(right.replace("| `submit_trip` | HTTP |", "| `submit_trip` | fax |"), "utf-8")
    assert write_docs.main(["--check"], root=tmp_path) == 1
    assert "docs/architecture.md" in capsys.readouterr().err
    assert write_docs.main([], root=tmp_path) == 0
    assert page.read_text("utf-8") == right
    assert write_docs.main(["--check"], root=tmp_path) == 0


def test_a_page_without_the_marks_is_refused() -> None:
    with pytest.raises(MarkMissingError, match="generated:functions"):
        replaced("no marks", "functions", "new")


def test_a_bar_in_a_cell_does_not_end_it() -> None:
    assert table(["a"], [["x|y"]]).splitlines()[2] == r"| x\|y |"


def test_every_function_has_a_stated_commit_point() -> None:
    assert sorted(COMMIT_POINTS) == function_names()


@pytest.mark.parametrize("page", _PAGES, ids=_name)
def test_make_commands_that_are_mentioned_exist(page: Path) -> None:
    targets = re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE)
    text = page.read_text("utf-8")
    in_code = [*_CODE.findall(text), *(m["text"] for m in _BLOCK.finditer(text))]
    mentioned = {name for code in in_code for name in _MAKE.findall(code)}
    assert mentioned <= set(targets)


@pytest.mark.parametrize("page", _PAGES, ids=_name)
def test_paths_that_are_mentioned_exist(page: Path) -> None:
    mentioned = [code for code in _CODE.findall(page.read_text("utf-8")) if _PATH.fullmatch(code)]
    assert [path for path in mentioned if not (ROOT / path).exists()] == []


@pytest.mark.parametrize("page", _PAGES, ids=_name)
def test_links_between_pages_lead_somewhere(page: Path) -> None:
    links = _LINK.findall(page.read_text("utf-8"))
    assert [link for link in links if not (page.parent / link).exists()] == []


@pytest.mark.parametrize("page", _PAGES, ids=_name)
def test_settings_that_are_mentioned_exist(page: Path) -> None:
    known = {field.alias for group in GROUPS for field in group.model_fields.values()}
    mentioned = {
        code for code in _CODE.findall(page.read_text("utf-8")) if _SETTING.fullmatch(code)
    }
    assert mentioned - known - _RESERVED - _OF_THE_NODES == set()


@pytest.mark.parametrize("page", _PAGES, ids=_name)
def test_python_that_is_shown_compiles_and_imports_what_exists(page: Path) -> None:
    for block in _blocks(page, "python"):
        indent = len(block) - len(block.lstrip(" "))
        text = re.sub(rf"^ {{{indent}}}", "", block, flags=re.MULTILINE)
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("shared"):
                module = importlib.import_module(node.module or "")
                missing = [a.name for a in node.names if not hasattr(module, a.name)]
                assert missing == [] or _are_modules(node), f"{missing} of {node.module}"


def _are_modules(node: ast.ImportFrom) -> bool:
    return all(importlib.import_module(f"{node.module}.{alias.name}") for alias in node.names)


def test_every_page_that_the_architecture_names_is_there() -> None:
    names = {_name(page) for page in _PAGES}
    pages = ("architecture", "api", "settings", "glossary", "verify-on-first-deploy")
    assert {f"docs/{page}.md" for page in pages} <= names


def test_every_entry_to_be_verified_can_be_ticked_off_and_most_name_a_command() -> None:
    text = (ROOT / "docs" / "verify-on-first-deploy.md").read_text("utf-8")
    entries = text.split("- [ ] ")[1:]
    assert len(entries) >= 30
    assert [entry for entry in entries if not re.match(r"\*\*.+?\*\*", entry, re.DOTALL)] == []
    with_command = [entry for entry in entries if "```" in entry or re.search(r"`s \w+", entry)]
    assert len(with_command) >= len(entries) / 2


def test_every_json_example_of_the_api_page_parses() -> None:
    blocks = _blocks(ROOT / "docs" / "api.md", "json")
    assert len(blocks) >= 10
    for block in blocks:
        json.loads(block)


def test_both_examples_of_a_trip_are_the_sample_trip() -> None:
    page = ROOT / "docs" / "api.md"
    as_json = [block for block in _blocks(page, "json") if "mood" in json.loads(block)]
    (as_text,) = _blocks(page, "text")
    (body,) = as_json
    read = read_trip_json(body.encode())
    assert read.warnings == ()
    assert read == read_trip_json((ROOT / "examples/trips/may_day.json").read_bytes())
    assert read == read_trip_text(as_text)
    assert as_text == (ROOT / "examples/trips/article_trip.txt").read_text("utf-8")


def test_the_example_of_a_job_is_what_read_job_shows() -> None:
    found = [json.loads(block) for block in _blocks(ROOT / "docs" / "api.md", "json")]
    shown = [body for body in found if "history" in body]
    assert shown == [examples.job()]
    assert JobView.model_validate_json(json.dumps(shown[0])).status == JobStatus.SUCCEEDED.value
    assert examples.accepted() in found


def test_every_field_of_a_trip_is_explained() -> None:
    page = (ROOT / "docs" / "api.md").read_text("utf-8")
    table_of_fields = page.partition("| Field |")[2].partition("\n\n")[0]
    explained = {name for row in table_of_fields.splitlines() for name in _CODE.findall(row[:40])}
    assert set(Trip.model_fields) <= explained


def test_failure_codes_of_the_page_are_those_of_the_code() -> None:
    given = {
        keyword.value.value
        for path in modules("functions", "shared")
        for call in calls_in(path)
        if isinstance(call.func, ast.Name) and call.func.id == "Failure"
        for keyword in call.keywords
        if keyword.arg == "code" and isinstance(keyword.value, ast.Constant)
    }
    page = (ROOT / "docs" / "api.md").read_text("utf-8")
    rows = page.partition("| Code |")[2].partition("\n\n")[0].splitlines()[2:]
    assert {_CODE.findall(row)[0] for row in rows} == given


def test_every_reference_of_the_description_leads_somewhere() -> None:
    document = _openapi()
    references = re.findall(r'"\$ref": "#/([^"]+)"', json.dumps(document))
    assert references
    for reference in references:
        node: Any = document
        for part in reference.split("/"):
            node = node[part]
        assert node, reference


def test_every_refusal_of_the_code_is_described() -> None:
    described = {
        int(status) for operation in _operations() for status in operation["responses"]
    } - {200, 202, 302, 304}
    assert described == {error.status for error in _all_errors(BundleError)}


def _all_errors(error: type[BundleError]) -> list[type[BundleError]]:
    return [error, *(found for each in error.__subclasses__() for found in _all_errors(each))]


def test_an_example_stands_under_its_own_status() -> None:
    for operation in _operations():
        for status, answer in operation["responses"].items():
            content = answer.get("content", {})
            shown = content.get("application/problem+json", {}).get("examples", {})
            assert [e["value"]["status"] for e in shown.values()] == [int(status)] * len(shown)


def test_details_that_the_examples_quote_are_in_the_code() -> None:
    bodies = examples.problems(ROOT)
    source = "".join(path.read_text("utf-8") for path in modules("functions", "shared"))
    for name in ("not_found", "key_reused"):
        assert f'"{bodies[name]["detail"]}"' in source


def test_the_description_of_a_trip_has_all_its_fields_and_their_words() -> None:
    schemas = _openapi()["components"]["schemas"]
    assert set(schemas["Trip"]["properties"]) == set(Trip.model_fields)
    for name, schema in schemas["Trip"]["properties"].items():
        assert schema["description"] == ALLOWED[name]
