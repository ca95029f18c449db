"""The maker's client against a loopback server that answers as it is told."""

from __future__ import annotations

import ast
import json
import sys
from collections import deque
from typing import TYPE_CHECKING, Any

import pytest
from starlette.applications import Starlette
from starlette.requests import Request as HttpRequest
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from client.trip_posters import (
    ApiError,
    BadRequestError,
    ConflictError,
    GoneError,
    Link,
    NoAnswerError,
    NotFoundError,
    ServerError,
    TooManyRequestsError,
    TripPosters,
    WaitTimeoutError,
    Warned,
)
from client.trip_posters.calling import Caller, retry_after
from local.cloud.serving import LoopbackServer
from tests.architecture.source_files import ROOT
from tools.write_docs import examples, examples_own

if TYPE_CHECKING:
    from collections.abc import Iterator

ANSWERS = {**examples.answers(), **examples_own.answers()}
JOB = ANSWERS["job"]
PROBLEM = {"type": "about:blank", "title": "No", "status": 422, "detail": "not so"}


class Service:
    """Answers in turn what it was given, the last for ever; keeps what it was asked."""

    def __init__(self) -> None:
        self.answers: deque[Response] = deque()
        self.asked: list[tuple[str, str, dict[str, str], bytes]] = []

    async def answer(self, request: HttpRequest) -> Response:
        """Note the request, answer the next."""
        target = request.url.path + (f"?{request.url.query}" if request.url.query else "")
        self.asked.append((request.method, target, dict(request.headers), await request.body()))
        return self.answers.popleft() if len(self.answers) > 1 else self.answers[0]


class Time:
    """Seconds that pass only by sleeping."""

    def __init__(self) -> None:
        self.now, self.slept = 0.0, list[float]()

    def sleep(self, seconds: float) -> None:
        """Let them pass."""
        self.slept.append(seconds)
        self.now += seconds


@pytest.fixture
def service() -> Service:
    return Service()


@pytest.fixture
def clock() -> Time:
    return Time()


@pytest.fixture
def posters(service: Service, clock: Time) -> Iterator[TripPosters]:
    methods = ["GET", "POST", "PATCH", "DELETE"]
    app = Starlette(routes=[Route("/{path:path}", service.answer, methods=methods)])
    with LoopbackServer(app) as server:
        caller = Caller(
            server.url,
            "token",
            headers={"X-Driver-Id": "d"},
            deadline=30.0,
            sleep=clock.sleep,
            clock=lambda: clock.now,
            chance=lambda: 1.0,
        )
        yield TripPosters(server.url, "token", caller=caller)
        caller.session.close()


def refused(status: int, **headers: str) -> Response:
    """Return problem details."""
    body = {**PROBLEM, "status": status, "problems": [{"pointer": "/seed", "detail": "0 to 9"}]}
    return JSONResponse(body, status, headers=headers)


def test_what_is_busy_or_away_is_asked_again_with_growing_pauses(
    posters: TripPosters, service: Service, clock: Time
) -> None:
    service.answers.extend([refused(503), refused(502), refused(429), JSONResponse(JOB)])
    assert posters.job("j").status == "succeeded"
    assert clock.slept == [0.5, 1.0, 2.0]


def test_a_time_that_was_named_is_waited_for(
    posters: TripPosters, service: Service, clock: Time
) -> None:
    service.answers.extend([refused(429, **{"Retry-After": "7"}), JSONResponse(JOB)])
    posters.job("j")
    assert clock.slept == [7.0]


def test_a_time_beyond_the_deadline_is_the_callers_to_wait_for(
    posters: TripPosters, service: Service, clock: Time
) -> None:
    service.answers.append(refused(429, **{"Retry-After": "3600"}))
    with pytest.raises(TooManyRequestsError) as caught:
        posters.job("j")
    assert caught.value.retry_after == 3600
    assert (clock.slept, len(service.asked)) == ([], 1)


def test_no_call_takes_longer_than_its_deadline(
    posters: TripPosters, service: Service, clock: Time
) -> None:
    service.answers.append(refused(503))
    with pytest.raises(ServerError):
        posters.job("j")
    assert clock.now < 30
    assert len(service.asked) == 7


def test_a_trip_is_sent_again_under_the_same_key(posters: TripPosters, service: Service) -> None:
    told = {"field": "/mood", "reason": "is missing", "assumed": "a joyful tone"}
    warned = {**ANSWERS["accepted"], "warnings": [told]}
    service.answers.extend([refused(503), JSONResponse(warned, 202)])
    accepted = posters.submit({"mood": "😎"})
    assert accepted.warnings == (Warned("/mood", "is missing", "a joyful tone"),)
    keys = {headers["idempotency-key"] for _, _, headers, _ in service.asked}
    assert keys == {accepted.idempotency_key}
    assert len(service.asked) == 2
    assert json.loads(service.asked[0][3]) == {"mood": "😎"}


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (400, BadRequestError),
        (404, NotFoundError),
        (409, ConflictError),
        (410, GoneError),
        (418, ApiError),
        (422, BadRequestError),
        (500, ServerError),
    ],
)
def test_a_refusal_is_an_exception_of_its_kind_with_all_it_says(
    posters: TripPosters, service: Service, status: int, kind: type[ApiError]
) -> None:
    service.answers.append(refused(status))
    with pytest.raises(kind) as caught:
        posters.job("j")
    assert (caught.value.status, caught.value.title, caught.value.detail) == (
        status,
        "No",
        "not so",
    )
    assert [each.pointer for each in caught.value.problems] == ["/seed"]
    assert "/seed: 0 to 9" in str(caught.value)
    assert len(service.asked) == 1


def test_a_refusal_tells_what_it_says_besides(posters: TripPosters, service: Service) -> None:
    told = {"claimed_by": "Bo", "until": "2026-11-30T10:02:00Z"}
    body = {**PROBLEM, "status": 409, "code": "claimed", **told}
    service.answers.append(Response(json.dumps(body), 409))

    with pytest.raises(ConflictError) as caught:
        posters.job("j")

    assert (caught.value.code, caught.value.members) == ("claimed", told)


@pytest.mark.parametrize("body", [b"<html>", b"[]", b"", b'{"problems": 3}', b'{"problems": [1]}'])
def test_a_refusal_that_says_nothing_useful_is_still_one(
    posters: TripPosters, service: Service, body: bytes
) -> None:
    service.answers.append(Response(body, 404))
    with pytest.raises(NotFoundError):
        posters.job("j")


@pytest.mark.parametrize("body", [b"<html>", b"[]"])
def test_a_good_answer_that_is_no_object_is_no_answer(
    posters: TripPosters, service: Service, body: bytes
) -> None:
    service.answers.append(Response(body, 200))
    with pytest.raises(NoAnswerError):
        posters.job("j")


def test_nobody_there_is_no_answer_and_says_nothing_of_the_address(clock: Time) -> None:
    caller = Caller(
        "http://127.0.0.1:9", "t", sleep=clock.sleep, clock=lambda: clock.now, deadline=3
    )
    with pytest.raises(NoAnswerError, match=r"^GET /v1/styles: no answer"):
        TripPosters("", "", caller=caller).styles()
    assert len(clock.slept) >= 2
    caller.session.close()


def test_waiting_asks_until_the_job_has_ended_and_tells_of_each_answer(
    posters: TripPosters, service: Service, clock: Time
) -> None:
    states = ["accepted", "queued", "queued", "succeeded"]
    service.answers.extend(JSONResponse({**JOB, "status": state}) for state in states)
    seen: list[str] = []
    job = posters.wait_for_poster("j", interval=2, seen=lambda job: seen.append(job.status))
    assert (job.status, seen, clock.slept) == ("succeeded", states, [2, 2, 2])
    assert job.poster is not None


def test_nobody_waits_for_a_reviewer(posters: TripPosters, service: Service) -> None:
    service.answers.append(JSONResponse({**JOB, "status": "needs_review", "poster": None}))
    assert not posters.wait_for_poster("j").is_closed


def test_waiting_ends_when_the_time_is_over(posters: TripPosters, service: Service) -> None:
    service.answers.append(JSONResponse({**JOB, "status": "queued", "poster": None}))
    with pytest.raises(WaitTimeoutError, match="still queued"):
        posters.wait_for_poster("j", seconds=5, interval=2)
    assert len(service.asked) == 3


def test_the_list_is_followed_to_its_end(posters: TripPosters, service: Service) -> None:
    first = {"jobs": [JOB, JOB], "cursor": "c/1"}
    service.answers.extend(map(JSONResponse, [first, {"jobs": [JOB], "cursor": None}]))
    assert len(list(posters.every_job())) == 3
    assert [target for _, target, _, _ in service.asked] == [
        "/v1/jobs?limit=50",
        "/v1/jobs?limit=50&cursor=c%2F1",
    ]


def test_fields_that_are_added_later_are_passed_over(
    posters: TripPosters, service: Service
) -> None:
    service.answers.append(JSONResponse({**JOB, "new": {"er": 1}}))
    assert posters.job("j").job_id == JOB["job_id"]


def test_each_call_goes_where_it_belongs(posters: TripPosters, service: Service) -> None:
    service.answers.extend(
        JSONResponse(ANSWERS[name])
        for name in ("shared", "repainted", "cancelled", "begun", "begun", "receipt", "export")
    )
    assert posters.set_share("j/../x", share=True).share
    posters.repaint("j", seed=0, idempotency_key="k")
    assert posters.cancel("j").task == "removed"
    assert posters.erase("j").status == "running"
    posters.erase_everything()
    assert posters.erasure("e").counts["posters"] == 1
    assert [len(each["jobs"]) for each in posters.export()] == [1]
    sent = [(method, path, body) for method, path, _, body in service.asked]
    assert sent == [
        ("PATCH", "/v1/jobs/j%2F..%2Fx", b'{"share": true}')
        if "%2F" in sent[0][1]
        else ("PATCH", "/v1/jobs/j/../x", b'{"share": true}'),
        ("POST", "/v1/jobs/j/repaint", b'{"seed": 0}'),
        ("POST", "/v1/jobs/j/cancel", b""),
        ("DELETE", "/v1/jobs/j", b""),
        ("DELETE", "/v1/me", b""),
        ("GET", "/v1/erasures/e", b""),
        ("GET", "/v1/me/export", b""),
    ]
    assert {headers["x-driver-id"] for _, _, headers, _ in service.asked} == {"d"}
    assert {headers["authorization"] for _, _, headers, _ in service.asked} == {"Bearer token"}


def test_a_link_is_fetched_without_the_token(
    posters: TripPosters, service: Service, clock: Time
) -> None:
    service.answers.extend([Response(b"busy", 503), Response(b"picture", 200)])
    link = Link(f"{posters._caller.url}/f?sign=1", examples.BEGAN)
    assert posters.download(link) == b"picture"
    assert all("authorization" not in headers for _, _, headers, _ in service.asked)


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        (None, None),
        ("", None),
        ("12", 12.0),
        ("soon", None),
        ("Mon, 01 Jan 2001 00:00:00 GMT", 0.0),
    ],
)
def test_a_retry_after_is_seconds_or_a_date(value: str | None, seconds: float | None) -> None:
    assert retry_after(value) == seconds


def test_the_client_needs_requests_alone() -> None:
    found: set[str] = set()
    for path in (ROOT / "client" / "trip_posters").glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            names: list[Any] = []
            if isinstance(node, ast.Import):
                names = [alias.name for alias in node.names]
            elif isinstance(node, ast.ImportFrom) and not node.level:
                names = [node.module]
            found |= {name.partition(".")[0] for name in names}
    assert found - sys.stdlib_module_names == {"requests"}
