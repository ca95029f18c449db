"""The documents agree with the code: generated parts, commands, paths, links, examples."""

from __future__ import annotations

import ast
import importlib
import json
import re
import shutil
from pathlib import Path
from typing import Any, get_args

import pytest

from comfyui.custom_nodes.trip_poster.dashscope_calls import URL_VARIABLE
from comfyui.custom_nodes.trip_poster.orders import FOLDER_VARIABLE
from local.cloud.fc.spec import load_stack
from local.printed import Say
from shared.core.errors import BundleError
from shared.core.refusals import Refusal
from shared.edge.job_view import JobView
from shared.jobs.record import JobStatus
from shared.settings.every import GROUPS
from shared.trips.model import Trip
from shared.trips.reading import read_trip_json
from shared.trips.refusals import ALLOWED
from shared.trips.text_form import read_trip_text
from tests.architecture.source_files import ROOT, calls_in, deployed_names, modules
from tools.write_docs import examples, pages
from tools.write_docs.functions_table import commit_points
from tools.write_docs.marked_parts import MarkMissingError, replaced, table

_PAGES = sorted(
    [*(ROOT / "docs").rglob("*.md"), *ROOT.glob("README*.md"), ROOT / "CONTRIBUTING.md"]
)
_REFERENCE = ROOT / "docs" / "reference"
_BLOCK = re.compile(r"^ *```(?P<kind>\w+)\n(?P<text>.*?)^ *```$", re.MULTILINE | re.DOTALL)
_CODE = re.compile(r"`([^`\n]+)`")
_PATH = re.compile(
    r"(?:functions|shared|comfyui|client|deploy|cli|tools|local|tests|docs|cli|tools|examples)/[\w./-]*"
    r"|(?:s\.yaml|Makefile|pyproject\.toml|requirements[\w-]*\.txt|README[\w.]*\.md)"
)
_MAKE = re.compile(r"\bmake ([a-z][a-z-]+)\b")
_SETTING = re.compile(r"[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+")
_RESERVED = {"ALIYUN_ACCOUNT_ID", "STACK_NAME", "EAS_NAME", "LOG_PROJECT", "LOG_STORE"}
_OF_THE_PLATFORM = {"FC_CUSTOM_LISTEN_PORT"}
_OF_THE_NODES = {FOLDER_VARIABLE, URL_VARIABLE}
_OF_THE_COMMAND = {"POSTER_BY"}


def _name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def _blocks(path: Path, kind: str) -> list[str]:
    return [m["text"] for m in _BLOCK.finditer(path.read_text("utf-8")) if m["kind"] == kind]


def _openapi() -> dict[str, Any]:
    found: dict[str, Any] = json.loads((ROOT / "openapi.json").read_text("utf-8"))
    return found


def _operations() -> list[dict[str, Any]]:
    return [operation for path in _openapi()["paths"].values() for operation in path.values()]


def test_the_generated_parts_are_those_that_the_generator_writes() -> None:
    stale = [_name(path) for path in pages.stale_files()]
    assert stale == [], "run `poster docs`"


def test_a_stale_file_is_named_by_the_check_and_mended_by_the_writer(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    shutil.copytree(ROOT / "docs", tmp_path / "docs")
    page = tmp_path / "docs" / "reference" / "functions.md"
    right = page.read_text("utf-8")
    page.write_text(right.replace("`POST /v1/trips`", "a fax", 1), "utf-8")
    assert pages.write(check=True, say=Say(), root=tmp_path) == 1
    assert "docs/reference/functions.md" in capsys.readouterr().out
    assert pages.write(check=False, say=Say(), root=tmp_path) == 0
    assert page.read_text("utf-8") == right
    assert pages.write(check=True, say=Say(), root=tmp_path) == 0


def test_a_page_without_the_marks_is_refused() -> None:
    with pytest.raises(MarkMissingError, match="generated:functions"):
        replaced("no marks", "functions", "new")


def test_a_bar_in_a_cell_does_not_end_it() -> None:
    assert table(["a", "b"], [["x|y", "z"]]).splitlines()[2] == r"x\|y| z"


def test_every_function_has_a_stated_commit_point() -> None:
    assert sorted(commit_points()) == deployed_names()


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
def test_settings_that_are_mentioned_exist(page: Path) -> None:
    known = {field.alias for group in GROUPS for field in group.model_fields.values()}
    mentioned = {
        code for code in _CODE.findall(page.read_text("utf-8")) if _SETTING.fullmatch(code)
    }
    known |= _RESERVED | _OF_THE_PLATFORM | _OF_THE_NODES | _OF_THE_COMMAND
    assert mentioned - known == set()


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


def test_every_point_to_be_verified_says_where_it_stands_and_how_to_check_it() -> None:
    text = (ROOT / "docs" / "how-to" / "verify-on-first-deploy.md").read_text("utf-8")
    rows = [re.split(r"(?<!\\)\| ", line) for line in text.splitlines() if "| " in line]
    points = [row for row in rows if row[0] not in {"Assumed", "---"}]
    assert len(points) >= 70
    assert [row for row in points if len(row) != 3 or not all(row)] == []
    assert len([row for row in points if "`" in row[2]]) >= len(points) / 2
    struck = [line for line in text.splitlines() if line.startswith("- ~~")]
    assert [line for line in struck if not line.partition("~~: ")[2]] == []


@pytest.mark.parametrize("page", _PAGES, ids=_name)
def test_json_that_is_shown_parses(page: Path) -> None:
    for block in _blocks(page, "json"):
        json.loads(block)


def test_both_examples_of_a_trip_are_one_trip() -> None:
    read = read_trip_json((ROOT / "examples/trips/may_day.json").read_bytes())
    assert read.warnings == ()
    assert read == read_trip_text((ROOT / "examples/trips/article_trip.txt").read_text("utf-8"))


def test_the_examples_of_the_description_are_what_is_answered() -> None:
    paths = _openapi()["paths"]
    shown = _example(paths["/v1/jobs/{job_id}"]["get"], "200")
    assert shown == examples.answers()["job"]
    assert JobView.model_validate_json(json.dumps(shown)).status == JobStatus.SUCCEEDED.value
    assert _example(paths["/v1/trips"]["post"], "202") == examples.answers()["accepted"]


def _example(operation: dict[str, Any], status: str) -> Any:
    return operation["responses"][status]["content"]["application/json"]["example"]


def test_every_field_of_a_trip_is_explained() -> None:
    page = (_REFERENCE / "api.md").read_text("utf-8")
    rows = page.partition("\nField |")[2].partition("\n\n")[0].splitlines()
    explained = {name for row in rows for name in _CODE.findall(row.partition(" | ")[0])}
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
    page = (_REFERENCE / "api.md").read_text("utf-8")
    rows = page.partition("\nCode |")[2].partition("\n\n")[0].splitlines()[2:]
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
    } - {200, 202, 204, 302, 304}
    assert described == {error.status for error in _all_errors(BundleError)}


def test_every_route_is_described_and_every_description_has_a_route() -> None:
    stack = load_stack(ROOT / "s.yaml", {})
    routes = {(method, each.path) for each in stack.routes for method in each.methods}
    described = {
        (method.upper(), re.sub(r"\{\w+\}", "*", path))
        for path, operations in _openapi()["paths"].items()
        for method in operations
    }
    # What browsers are answered is no part of the interface.
    assert described == {each for each in routes if not re.match(r"/(studio|$)", each[1])}


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


def test_every_code_of_a_refusal_has_an_example() -> None:
    shown = {
        each["value"]["code"]
        for operation in _operations()
        for answer in operation["responses"].values()
        for each in answer.get("content", {})
        .get("application/problem+json", {})
        .get("examples", {})
        .values()
    }
    assert shown == set(get_args(Refusal))
