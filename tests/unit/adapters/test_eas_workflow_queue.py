"""How the GPU queue adapter takes what goes wrong."""

from __future__ import annotations

import base64
import contextlib
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit

import pytest

from shared.adapters.eas_workflow_queue import EasWorkflowQueue
from shared.core.errors import (
    AccountError,
    AmbiguousPostError,
    UpstreamRejectedError,
    UpstreamUnavailableError,
)
from tests.fakes import rude_server as rude
from tests.fakes.rude_server import RudeServer

if TYPE_CHECKING:
    from shared.ports import QueuedTask
    from tests.fakes.rude_server import Manner

TAKEN = rude.answer(200, b"1033", X_Eas_Queueservice_Request_Id="R1")


def queue_at(url: str, *, deadline_seconds: float = 5.0) -> EasWorkflowQueue:
    return EasWorkflowQueue(
        service_url=f"{url}/api/predict/svc/",
        token="the-token",
        timeout_seconds=2.0,
        deadline_seconds=deadline_seconds,
    )


def submit(url: str, *, deadline_seconds: float = 5.0) -> QueuedTask:
    queue = queue_at(url, deadline_seconds=deadline_seconds)
    return queue.submit("j-1", b"{}", tags={"job_id": "j"}, urgent=True)


def test_a_submit_is_one_post_as_the_vendor_wants_it() -> None:
    with RudeServer(TAKEN) as server:
        task = submit(server.url)
        (request,) = server.requests
    assert (task.index, task.request_id) == (1033, "R1")
    assert urlsplit(request.target).path == "/api/predict/svc/api_prompt"
    query = parse_qs(urlsplit(request.target).query)
    assert query == {"task_id": ["j-1"], "job_id": ["j"], "_priority_": ["1"]}
    assert (request.method, request.body) == ("POST", b"{}")
    assert request.headers["authorization"] == "the-token"
    assert request.headers["content-type"] == "application/json"


@pytest.mark.parametrize(
    "manner",
    [
        rude.reset,
        rude.hang_up,
        rude.hang,
        rude.drip_body,
        rude.truncated,
        rude.html_502(),
        rude.answer(504),
        rude.answer(500),
        rude.answer(200, b"not an index"),
        rude.answer(307, b"", Location="/elsewhere"),
    ],
)
def test_a_post_that_may_have_arrived_is_never_sent_again(manner: Manner) -> None:
    with RudeServer(manner) as server:
        with pytest.raises(AmbiguousPostError):
            submit(server.url, deadline_seconds=1.0)
        assert len(server.requests) == 1


@pytest.mark.parametrize("status", [429, 450, 503])
def test_a_received_not_now_is_posted_again(status: int) -> None:
    with RudeServer(rude.answer(status), TAKEN) as server:
        assert submit(server.url).index == 1033
        assert len(server.requests) == 2


@pytest.mark.parametrize(
    ("status", "error"),
    [(503, None), (429, None), (401, AccountError), (400, UpstreamRejectedError)],
)
@pytest.mark.parametrize("how", sorted(rude.spoiled(0).keys() - {"a body that hangs"}))
def test_a_received_refusal_is_one_however_its_words_are_spoiled(
    how: str, status: int, error: type[Exception] | None
) -> None:
    with RudeServer(rude.spoiled(status)[how], TAKEN) as server:
        with pytest.raises(error) if error else contextlib.nullcontext():
            submit(server.url)
        assert len(server.requests) == (1 if error else 2)


def test_a_lasting_not_now_is_unavailable_and_not_ambiguous() -> None:
    with RudeServer(rude.answer(450)) as server, pytest.raises(UpstreamUnavailableError) as caught:
        submit(server.url, deadline_seconds=2.0)
    assert not isinstance(caught.value, AmbiguousPostError)


def test_a_refused_connection_is_unavailable_and_not_ambiguous() -> None:
    with pytest.raises(UpstreamUnavailableError) as caught:
        submit(rude.closed_port(), deadline_seconds=0.5)
    assert not isinstance(caught.value, AmbiguousPostError)


@pytest.mark.parametrize("status", [400, 401, 404, 413])
def test_a_refusal_is_final(status: int) -> None:
    with RudeServer(rude.answer(status)) as server:
        with pytest.raises(UpstreamRejectedError, match=str(status)):
            submit(server.url)
        assert len(server.requests) == 1


def test_results_are_asked_for_without_taking_them() -> None:
    with RudeServer(rude.answer(204)) as server:
        assert queue_at(server.url).results(after=7, limit=3) == ()
        (request,) = server.requests
    query = parse_qs(urlsplit(request.target).query)
    assert urlsplit(request.target).path == "/api/predict/svc/sink"
    assert query["_auto_delete_"] == ["false"]
    assert (query["_index_"], query["_length_"]) == (["7"], ["3"])


def test_a_frame_that_is_not_ours_still_comes_out_with_its_index() -> None:
    data = base64.b64encode(b"[]").decode()
    frames = [
        {"index": 1, "tags": {"task_id": "j-1"}, "data": data},
        {"index": 2, "data": data},
        {"index": 3, "tags": {"task_id": "j-3"}, "data": "%%%"},
        {"index": 4, "tags": {"task_id": "j-4", "lastCode": "soon"}},
        "not a frame",
    ]
    with RudeServer(rude.answer_json(200, frames)) as server:
        messages = queue_at(server.url).results()
    assert [(each.index, each.task_id, each.body) for each in messages] == [
        (1, "j-1", b"[]"),
        (2, "", b"[]"),
        (3, "", b"%%%"),
        (4, "j-4", b""),
    ]
    assert {each.code for each in messages} == {200}


@pytest.mark.parametrize("number", ["Infinity", "-Infinity", "NaN", "1e400", "null", "[]", "{}"])
def test_a_number_that_is_none_keeps_no_frame_from_coming_out(number: str) -> None:
    frames = f'[{{"index": {number}}}, {{"index": 7, "tags": {{"lastCode": {number}}}}}]'
    with RudeServer(rude.answer(200, frames.encode())) as server:
        assert [each.index for each in queue_at(server.url).results()] == [0, 7]


ENDLESS = b"[" * 100_000


@pytest.mark.parametrize(
    "manner",
    [rude.answer(200, b"<html>"), rude.answer_json(200, {"a": 1}), rude.answer(200, ENDLESS)],
)
def test_results_that_cannot_be_read_are_unavailable_not_empty(manner: Manner) -> None:
    with RudeServer(manner) as server, pytest.raises(UpstreamUnavailableError):
        queue_at(server.url, deadline_seconds=0.3).results()


@pytest.mark.parametrize("trouble", [rude.html_502(), rude.reset, rude.truncated])
def test_reading_is_repeated(trouble: Manner) -> None:
    with RudeServer(trouble, rude.answer(204)) as server:
        assert queue_at(server.url).results() == ()
        assert len(server.requests) == 2


def test_a_discard_is_one_delete_for_all_and_repeated_when_lost() -> None:
    with RudeServer(rude.reset, rude.answer(200, b"OK")) as server:
        queue_at(server.url).discard([4, 5])
        assert [each.method for each in server.requests] == ["DELETE", "DELETE"]
        assert "_indexes_=4%2C5" in server.requests[1].target


def test_unknown_attributes_count_as_nothing() -> None:
    with RudeServer(rude.answer_json(200, {"stream.length": "many"})) as server:
        depth = queue_at(server.url).depth()
    assert (depth.waiting, depth.results, depth.results_limit) == (0, 0, 0)


def test_what_a_task_may_weigh_is_what_the_service_says() -> None:
    told = {"stream.length": "3", "meta.maxPayloadBytes": "8192"}
    with RudeServer(rude.answer_json(200, told)) as server:
        depth = queue_at(server.url).depth()
    assert (depth.waiting, depth.payload_limit) == (3, 8192)


@pytest.mark.parametrize("status", [401, 403])
def test_a_refusal_of_our_token_is_a_matter_of_our_account(status: int) -> None:
    with RudeServer(rude.answer(status)) as server, pytest.raises(AccountError):
        submit(server.url)


def _frame(index: int, task_id: str) -> dict[str, object]:
    return {"index": index, "tags": {"task_id": task_id}, "data": ""}


def test_listing_the_input_queue_takes_nothing_away() -> None:
    with RudeServer(rude.answer_json(200, [_frame(7, "a-1")])) as server:
        (task,) = queue_at(server.url).tasks(after=3, limit=50)
        (request,) = server.requests
    query = parse_qs(urlsplit(request.target).query)
    assert urlsplit(request.target).path == "/api/predict/svc"
    assert (task.index, task.task_id) == (7, "a-1")
    assert (query["_auto_delete_"], query["_index_"]) == (["false"], ["3"])


def test_a_service_that_ignores_tags_has_nobody_elses_task_deleted() -> None:
    manners = (
        rude.answer_json(200, [_frame(7, "a-1"), _frame(8, "b-1")]),
        rude.answer_json(200, {"IsPending": False, "WaitCount": 1}),
        rude.answer(200, b"OK"),
        rude.answer_json(200, [_frame(9, "c-1")]),
        rude.answer(204),
    )
    with RudeServer(*manners) as server:
        assert queue_at(server.url).withdraw("b-1") == "removed"
        asked = server.requests
    deleted = [parse_qs(urlsplit(r.target).query) for r in asked if r.method == "DELETE"]
    assert deleted == [{"_indexes_": ["8"]}]
    assert parse_qs(urlsplit(asked[0].target).query)["task_id"] == ["b-1"]


def test_an_item_that_is_gone_when_it_is_looked_for_is_not_deleted() -> None:
    manners = (
        rude.answer_json(200, [_frame(7, "a-1")]),
        rude.answer(404, b"no data in stream"),
        rude.answer(204),
    )
    with RudeServer(*manners) as server:
        assert queue_at(server.url).withdraw("a-1") == "none"
        assert [request.method for request in server.requests] == ["GET", "GET", "GET"]


def test_a_queue_that_cannot_say_where_an_item_stands_is_not_one_without_it() -> None:
    with RudeServer(rude.answer(503)) as server, pytest.raises(UpstreamUnavailableError):
        queue_at(server.url, deadline_seconds=0.3).holds(7)
