"""Planted words: after everything that can happen to a trip, none of them is found anywhere.

Looked through are all that the bundle keeps or sends on: both buckets (records, results, manifests,
every chunk of every picture, outbox, dead letters), the workflows posted to the GPU service, what
the community received, and all log lines. Left out are the platform's own queue of invocations and
its log (it is given the whole request), and the text model, which is sent the caption on purpose.
"""

from __future__ import annotations

import functools
import io
import json
import logging
import time
from typing import TYPE_CHECKING, Any

import pytest
import requests
import structlog
from PIL import Image
from structlog.testing import LogCapture

from functions.paint_trip.use_case import paint_trip
from local.options import StackOptions
from local.painter.plain import plain
from local.stack import LocalStack
from tests.integration.conftest import SAMPLE, finish
from tests.integration.conftest import driver as app_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

pytestmark = pytest.mark.slow

CAPTION, STREET, TEAM = "暗号甲句子", "暗号乙路七号", "暗号丙车队"
DRIVER, KEY, PERSON = "marker-driver-4711", "marker-key-0815", "marker-person"
WORDS = [CAPTION, "暗号乙路", TEAM, DRIVER, KEY, PERSON]
_PICTURES = (".png", ".jpg", ".webp")


class Everything(logging.Handler):
    """All lines of the standard library's loggers, whatever their level."""

    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        """Keep the line as text, with its traceback."""
        self.lines.append(f"{record.name} {self.format(record)}")


class Left:
    """What a run has left behind, as (where, bytes)."""

    def __init__(self) -> None:
        self.posted: list[bytes] = []
        self.lines: list[str] = []
        self.tokens: list[str] = []
        self.jobs: dict[str, dict[str, Any]] = {}
        self.stack: LocalStack

    @functools.cached_property
    def pieces(self) -> list[tuple[str, bytes]]:
        """Return everything, read once: what is looked for differs, what was left does not."""
        return list(self._pieces())

    def _pieces(self) -> Iterator[tuple[str, bytes]]:
        """Yield everything, pictures also with their chunks unpacked."""
        for bucket in self.stack.objects.buckets:
            folder = self.stack.objects.folder(bucket)
            for path in sorted(
                p for p in folder.rglob("*") if p.is_file() and p.parent.name != "tries"
            ):
                try:
                    data = path.read_bytes()
                except FileNotFoundError:
                    # A note of what is being tried goes at any moment.
                    continue
                yield str(path), str(path).encode() + data
                if path.suffix in _PICTURES:
                    yield f"{path} unpacked", unpacked(data)
        yield from (("posted workflow", body) for body in self.posted)
        yield from (("log", line.encode()) for line in self.lines)
        for endpoint in ("community", "backend"):
            told = self.stack.community.messages(endpoint)
            yield endpoint, json.dumps(told, ensure_ascii=False).encode()


def unpacked(data: bytes) -> bytes:
    """Return what Pillow reads out of a picture's chunks, compressed ones and EXIF included."""
    with Image.open(io.BytesIO(data)) as picture:
        picture.load()
        texts = [repr(value) for value in picture.info.values()]
        return "\n".join([*texts, repr(dict(picture.getexif()))]).encode()


def holders(left: Left, word: str) -> list[str]:
    """Return where a word is found: as it is, escaped as in JSON, or in UTF-16."""
    forms = {word.encode(), json.dumps(word)[1:-1].encode(), word.encode("utf-16-le")}
    return [where for where, data in left.pieces if any(form in data for form in forms)]


def _trip(**changes: Any) -> dict[str, Any]:
    sample = json.loads(SAMPLE.read_bytes())
    start = {**sample["start"], "address": f"上海市{STREET}"}
    start.pop("city", None)
    end = {**sample["end"], "address": f"湖州市{STREET}"}
    end.pop("city", None)
    planted = {"caption": CAPTION, "team": TEAM, "start": start, "end": end}
    return {**sample, **planted, **changes}


def _send(left: Left, name: str, **changes: Any) -> str:
    token = left.stack.keys.token(DRIVER)
    left.tokens.append(token)
    headers = {
        "Authorization": f"Bearer {token}",
        "Content-Type": "application/json",
        "Idempotency-Key": f"{KEY}-{name}",
    }
    body = json.dumps(_trip(**changes), ensure_ascii=False).encode()
    url = f"{left.stack.urls['app']}/v1/trips"
    answer = requests.post(url, data=body, headers=headers, timeout=15)
    assert answer.status_code == 202, answer.text
    return str(answer.json()["job_id"])


def _waits_for_review(left: Left, job_id: str) -> None:
    """Wait until a reviewer is asked; by the setting, of every poster that is to be shared."""
    app, end = app_of(left.stack, DRIVER), time.monotonic() + 60
    while app.job(job_id)["status"] != "needs_review":
        assert time.monotonic() < end
        time.sleep(0.2)


def _ended(left: Left, job_id: str) -> dict[str, Any]:
    return finish(app_of(left.stack, DRIVER), job_id)


def _run(left: Left, monkeypatch: pytest.MonkeyPatch) -> None:
    stack = left.stack
    left.jobs["alone"] = _ended(left, _send(left, "alone"))
    shared = _send(left, "shared", share=True)
    _waits_for_review(left, shared)
    _review(left, shared, 200, decision="approve", note="fine")
    left.jobs["shared"] = _ended(left, shared)
    stack.dashscope.behaviour.set("text", "moderate_caption", times=1)
    left.jobs["moderated"] = _ended(left, _send(left, "moderated"))
    stack.dashscope.behaviour.clear()
    _crash_once(monkeypatch)
    left.jobs["crashed"] = _ended(left, _send(left, "crashed", distance_km=77))
    stack.dashscope.behaviour.set("image", "fail_task", code="InternalError.Algo")
    left.jobs["failed"] = _ended(left, _send(left, "failed", distance_km=78))
    stack.dashscope.behaviour.clear()
    _refused_and_reviewed(left)
    # Of a reviewer's decision others hear a little later.
    end = time.monotonic() + 120
    while not stack.community.messages("community") or not stack.community.messages("backend"):
        assert time.monotonic() < end
        time.sleep(0.2)


def _crash_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have paint_trip raise once, as a bug would, quoting the record with the caption in it."""
    crashes = [1]

    def crashing(job_id: str, **ports: Any) -> Any:
        if crashes:
            crashes.pop()
            record = ports["jobs"].load(job_id)
            assert record.trip.caption == CAPTION
            msg = f"a bug that quotes its record: {record!r} {record}"
            raise RuntimeError(msg)
        return paint_trip(job_id, **ports)

    monkeypatch.setattr("functions.paint_trip.handler.paint_trip", crashing)


def _review(left: Left, job_id: str, status: int, **decision: str) -> None:
    token = left.stack.keys.token(PERSON, "reviewer")
    left.tokens.append(token)
    url = f"{left.stack.urls['app']}/v1/jobs/{job_id}/review"
    headers = {"Authorization": f"Bearer {token}"}
    decided = requests.post(url, json=decision, headers=headers, timeout=15)
    assert decided.status_code == status, decided.text


def _refused_and_reviewed(left: Left) -> None:
    """Send what is refused, with the planted words where they do not belong, and a review."""
    app = left.stack.urls["app"]
    _review(left, left.jobs["shared"]["job_id"], 409, decision="reject")
    wrong = {**_trip(), CAPTION: CAPTION, "weather": CAPTION, "end": {"city": CAPTION}}
    for body in (json.dumps(wrong), f"{{{CAPTION}"):
        sent = {
            "Authorization": f"Bearer {left.stack.keys.token(DRIVER)}",
            "Content-Type": "application/json",
        }
        answer = requests.post(f"{app}/v1/trips", data=body.encode(), headers=sent, timeout=15)
        assert answer.status_code in {400, 422}
        assert CAPTION not in answer.text


@pytest.fixture(scope="module")
def left(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Left]:
    found, capture, heard = Left(), LogCapture(), Everything()
    before, root = structlog.get_config(), logging.getLogger()
    chatty = [logging.getLogger(name) for name in ("fc2", "dashscope", "urllib3", "requests")]
    levels = [(each, each.level) for each in (root, *chatty)]
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.format_exc_info,
            capture,
        ],
        wrapper_class=structlog.make_filtering_bound_logger("DEBUG"),
        cache_logger_on_first_use=False,
    )
    root.addHandler(heard)
    for each in (root, *chatty):
        each.setLevel(logging.DEBUG)
    folder: Path = tmp_path_factory.mktemp("private")
    try:
        with (
            LocalStack(
                folder, StackOptions(paint=plain, settings={"ANNOUNCE": "after_review"})
            ) as stack,
            pytest.MonkeyPatch.context() as patch,
        ):
            found.stack = stack
            put = stack.eas.input.put

            def kept(data: bytes, *arguments: Any, **options: Any) -> Any:
                found.posted.append(data + repr((arguments, options)).encode())
                return put(data, *arguments, **options)

            patch.setattr(stack.eas.input, "put", kept)
            _run(found, patch)
            found.lines = [
                *(repr(line) for line in capture.entries),
                *(json.dumps(line, ensure_ascii=False, default=repr) for line in capture.entries),
                *heard.lines,
            ]
            yield found
    finally:
        root.removeHandler(heard)
        for each, level in levels:
            each.setLevel(level)
        structlog.configure(**before)


def test_the_run_took_every_way(left: Left) -> None:
    """Or the search would look through nothing."""
    ends = {name: job["status"] for name, job in left.jobs.items()}
    assert ends == {
        "alone": "succeeded",
        "shared": "succeeded",
        "moderated": "succeeded",
        "crashed": "succeeded",
        "failed": "failed",
    }
    assert left.jobs["moderated"]["prompt_source"] == "model_without_caption"
    assert any("job.reviewed" in line for line in left.lines)
    assert any("invocation.crashed" in line for line in left.lines)
    assert any("urllib3" in line for line in left.lines)
    assert len(left.posted) >= 4
    places = [where for where, _ in left.pieces]
    for part in ("/jobs/", "/results/", "announced", "unpacked", "community", "backend"):
        assert any(part in where for where in places), part


@pytest.mark.parametrize("word", WORDS)
def test_no_planted_word_is_left_anywhere(left: Left, word: str) -> None:
    assert holders(left, word) == []


def test_no_token_is_left_anywhere(left: Left) -> None:
    # A whole token has its signature in it.
    for token in left.tokens:
        assert holders(left, token.rpartition(".")[2]) == []


def test_a_planted_word_would_be_found(left: Left) -> None:
    """A word that is meant to be there: the city, in records, workflows and manifests."""
    where = holders(left, "湖州市")
    assert any("/jobs/" in each for each in where)
    out = io.BytesIO()
    from PIL.PngImagePlugin import PngInfo

    info = PngInfo()
    info.add_text("note", CAPTION * 50, zip=True)
    Image.new("RGB", (4, 4)).save(out, "PNG", pnginfo=info)
    assert CAPTION.encode() not in out.getvalue()
    assert CAPTION.encode() in unpacked(out.getvalue())
