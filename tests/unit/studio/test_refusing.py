"""Refusals: in the person's own language, with what to do next, and nothing of them in English."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from html import unescape
from pathlib import Path
from typing import Any, get_args

import pytest
from starlette.testclient import TestClient

from client.trip_posters.errors import ConflictError, FieldProblem, error_class
from shared.core.refusals import Conflict, Refusal
from studio import refusing
from studio.refusing import Told, told_of
from studio.wording import LANGUAGES, words_in
from tests.unit.studio.conftest import PlayedApi
from tests.unit.studio.test_vehicles_page import sets, version
from tools.write_docs.examples import answers

ROOT = Path(__file__).parents[3]
SignIn = Callable[..., None]
_CHINESE = ("zh-Hans", "zh-Hant")
_PART = {"hx-request": "true"}
_SENTENCE = re.compile(r"[A-Za-z']+(?:[ ,;]+[A-Za-z']+){2,}")
_CAR = version(1)["vehicle"]
# What somebody does in the studio, the call that it becomes, and the conflicts that may come of it.
_DEEDS: list[tuple[str, dict[str, str], tuple[str, str], tuple[str, ...]]] = [
    ("jobs/j1/share", {"share": "yes"}, ("PATCH", "jobs/j1"),
     ("unreviewed", "no_poster", "poster_recalled")),
    ("jobs/j1/repaint", {"key": "k"}, ("POST", "jobs/j1/repaint"), ("job_open",)),
    ("jobs/j1/cancel", {}, ("POST", "jobs/j1/cancel"), ("job_ended",)),
    ("review/decide", {"job_id": "j1", "decision": "approve"}, ("POST", "jobs/j1/review"),
     ("already_decided", "claimed", "not_waiting", "other_attempt")),
    ("review/decide", {"job_id": "j1", "decision": "repaint"}, ("POST", "jobs/j1/review"),
     ("vehicle_not_offered",)),
    ("review/j1/take-back", {}, ("POST", "jobs/j1/review"),
     ("nothing_to_take_back", "repaint_under_way", "files_gone", "job_ended", "already_decided")),
    ("seasons/winter-2026", {"action": "plan"}, ("POST", "campaigns/winter-2026"),
     ("campaign_under_way", "campaign_closed")),
    ("seasons/winter-2026", {"action": "start"}, ("POST", "campaigns/winter-2026"),
     ("campaign_closed", "campaign_not_open", "campaign_not_planned")),
    ("seasons/winter-2026", {"action": "pause"}, ("POST", "campaigns/winter-2026"),
     ("campaign_not_running",)),
    ("vehicles/decide", {"vehicle": _CAR, "decision": "approve"}, ("POST", "vehicles/decisions"),
     ("version_recalled", "version_refused")),
    ("vehicles/decide", {"vehicle": _CAR, "decision": "refuse"}, ("POST", "vehicles/decisions"),
     ("version_offered", "version_recalled")),
    ("vehicles/badge", {"vehicle": _CAR, "polygons": "[]"}, ("POST", "vehicles/badge"),
     ("version_outdated", "upload_gone")),
]  # fmt: skip
_EACH = [(*deed, code) for *deed, codes in _DEEDS for code in codes]


def _bodies() -> dict[str, dict[str, Any]]:
    """Return a refusal of each code, as the code of the API gives it."""
    paths = json.loads((ROOT / "openapi.json").read_text("utf-8"))["paths"]
    return {
        each["value"]["code"]: each["value"]
        for operations in paths.values()
        for operation in operations.values()
        for answer in operation["responses"].values()
        for each in answer.get("content", {})
        .get("application/problem+json", {})
        .get("examples", {})
        .values()
    }


def _seen(text: str) -> str:
    main = text.partition("<main")[2].partition("</main")[0] or text
    return unescape(re.sub(r"<[^>]+>", " ", re.sub(r"<(script|template).*?</\1>", " ", main)))


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_code_has_words_and_no_words_are_left_over(language: str) -> None:
    words = words_in(language)
    faults = {*refusing._FAULTS.values(), "file_name", "file_too_large", "file_twice", "with_hint"}

    # The studio itself refuses the last one.
    codes = {*get_args(Refusal), "share_own"}
    assert {f"refused.{code}" for code in codes} == _of(words, "refused.")
    assert {f"fault.{each}" for each in faults} == _of(words, "fault.")
    page = (ROOT / "docs/reference/api.md").read_text("utf-8")
    rows = page.partition("\nCode |")[2].partition("\n\n")[0].splitlines()[2:]
    assert {f"terms.failure.{row.split('`')[1]}" for row in rows} == _of(words, "terms.failure.")


def _of(words: Any, start: str) -> set[str]:
    return {key for key in words if key.startswith(start)}


def test_every_conflict_can_be_caused_from_the_studio_and_is_tried_here() -> None:
    assert {code for *_, code in _EACH} == set(get_args(Conflict))


@pytest.mark.parametrize("language", _CHINESE)
@pytest.mark.parametrize(("path", "form", "call", "code"), _EACH)
def test_a_conflict_is_told_in_chinese_alone(
    path: str,
    form: dict[str, str],
    call: tuple[str, str],
    code: str,
    language: str,
    client: TestClient,
    api: PlayedApi,
    sign_in: SignIn,
) -> None:
    body = _bodies()[code]
    api.answers[call[0], f"/v1/{call[1]}"] = (409, body)
    api.answers["GET", "/v1/vehicles/sets"] = (200, sets(version(1)))
    sign_in("driver", "reviewer", "studio", "operator", language=language)

    answer = client.post(f"/studio/{path}", data=form, headers=_PART)

    seen = _seen(answer.text)
    assert answer.status_code == 409
    assert not _SENTENCE.search(seen), seen
    by_name = "review/decide" in path and code in {"already_decided", "claimed"}
    if by_name:
        assert "王丽" in seen
    else:
        assert words_in(language)[f"refused.{code}"] in seen


@pytest.mark.parametrize("language", _CHINESE)
@pytest.mark.parametrize("code", get_args(Refusal))
def test_every_refusal_has_a_chinese_sentence_in_place_of_the_english_one(
    code: str, language: str
) -> None:
    status, words = _bodies()[code]["status"], words_in(language)
    error = error_class(status)(status, title="No", code=code, detail="an x y z")

    told = told_of(error, words)

    assert told == Told(words[f"refused.{code}"])
    assert not _SENTENCE.search(told.text)


def test_a_whole_page_of_a_refusal_is_chinese_alone(
    client: TestClient, api: PlayedApi, sign_in: SignIn
) -> None:
    api.answers["GET", "/v1/jobs/j1"] = (410, _bodies()["erased"])
    sign_in("driver", language="zh-Hans")

    answer = client.get("/studio/jobs/j1")

    assert answer.status_code == 410
    assert words_in("zh-Hans")["refused.erased"] in answer.text
    assert not _SENTENCE.search(_seen(answer.text))


def test_a_code_of_a_newer_interface_is_told_by_its_status_and_its_own_words() -> None:
    words = words_in("zh-Hans")
    error = ConflictError(409, title="No", code="quite_new", detail="It is over.")

    assert told_of(error, words) == Told(words["failed.conflict"], "It is over.")


def test_fields_are_named_by_their_labels_and_say_what_helps() -> None:
    words = words_in("zh-Hans")
    problems = tuple(
        FieldProblem(pointer, "allowed: x", code)
        for pointer, code in (
            ("/seed", "less_than_equal"),
            ("/style", "literal_error"),
            ("/note", "string_too_long"),
            ("/model", "missing"),
            ("/view", "string_pattern_mismatch"),
            ("/seed", "int_type"),
            ("/files/0", "file_too_large"),
            ("/new_field", "quite_new"),
        )
    )
    error = error_class(422)(422, title="No", code="invalid", problems=problems)

    told = told_of(error, words, {"/files/0": "vehicles.file_render"})

    assert told.text == words["refused.invalid"]
    assert [(label, fault.text or fault.english) for label, fault in told.fields] == [
        ("随机种子", "超出范围，请换一个数值（任意，或 0 至 2147483647）"),
        ("风格", "没有这个选项，请从列表中选择"),
        ("备注", "内容太长，请缩短"),
        ("车型", "请填写（1 至 32 个字符：a-z、0-9、- 和 _，以字母或数字开头）"),
        ("车辆视角", "格式不对，请修改"),
        ("随机种子", "格式不对，请修改（任意，或 0 至 2147483647）"),
        ("渲染图", "文件太大，请换一个小一些的"),
        ("new_field", "allowed: x"),
    ]


def test_labels_are_words_of_the_studio() -> None:
    said = {*refusing._LABELS.values(), *refusing._HINTS.values()}
    assert said <= words_in("en").keys()


@pytest.mark.parametrize(("scopes", "is_staff"), [(("driver",), False), (("operator",), True)])
@pytest.mark.parametrize("code", ["render_failed", "quite_new"])
def test_a_failed_job_says_why_in_chinese_and_the_rest_to_staff(
    code: str,
    scopes: tuple[str, ...],
    is_staff: bool,
    client: TestClient,
    api: PlayedApi,
    sign_in: SignIn,
) -> None:
    said = "3 tasks failed: the last one for x"
    failure = {"code": code, "detail": said}
    job = {**answers()["job"], "status": "failed", "poster": None, "failure": failure}
    api.answers["GET", "/v1/jobs/j1"] = (200, job)
    sign_in(*scopes, language="zh-Hans")

    page = client.get("/studio/jobs/j1").text

    is_known = code == "render_failed"
    assert ("多次尝试仍无合格图片" in page) is is_known
    assert (said in page) is (is_staff or not is_known)
    assert (code in page) is is_staff
