"""The queue service as any HTTP client meets it."""

from __future__ import annotations

import base64
import hmac
import json
import threading
from typing import TYPE_CHECKING, Any

import pytest
import requests

from local.cloud.eas.app import (
    REQUEST_ID_HEADER,
    create_eas_app,
)
from local.cloud.eas.frames import PROTOBUF
from local.cloud.eas.service import EasService
from tests.fakes.eas_wire import decode_attributes, decode_frames
from tests.fakes.stage import Stage

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


TOKEN = "local-eas-token"


@pytest.fixture(name="stage", scope="module")
def _stage() -> Iterator[Stage]:
    stage = Stage()
    with stage.server:
        yield stage


class Caller:
    """Speaks plain HTTP to one local service."""

    def __init__(self, url: str) -> None:
        self.base = f"{url}/api/predict/svc"
        self._session = requests.Session()
        self._session.headers["Authorization"] = TOKEN

    def send(
        self, method: str, path: str = "", body: bytes = b"", accept: str = "*/*", **query: str
    ) -> requests.Response:
        return self._session.request(
            method,
            self.base + path,
            params=query,
            data=body,
            headers={"Accept": accept},
            timeout=10,
        )

    def put(self, path: str = "/api_prompt", body: bytes = b"{}", **query: str) -> int:
        return int(self.send("POST", path, body, **query).text)

    def close(self) -> None:
        self._session.close()


@pytest.fixture(name="service")
def _service(tmp_path: Path) -> EasService:
    return EasService(tmp_path, "svc", input_max_items=3, sink_max_items=3, max_payload_bytes=50)


@pytest.fixture(name="caller")
def _caller(service: EasService, stage: Stage) -> Iterator[Caller]:
    stage.app = create_eas_app(service, TOKEN)
    caller = Caller(stage.server.url)
    yield caller
    caller.close()


def test_a_put_answers_the_index_as_text_and_a_request_id(caller: Caller) -> None:
    answer = caller.send("POST", "/api_prompt", b'{"1":{}}', task_id="t-1")
    assert (answer.status_code, answer.text) == (200, str(int(answer.text)))
    [frame] = caller.send("GET", _index_="0").json()
    assert frame["index"] == int(answer.text)
    assert frame["tags"] == {"task_id": "t-1", "requestId": answer.headers[REQUEST_ID_HEADER]}
    assert base64.b64decode(frame["data"]) == b'{"1":{}}'


def test_api_prompt_and_the_service_path_feed_the_same_queue(caller: Caller) -> None:
    first, second = caller.put("/api_prompt"), caller.put("")
    frames = caller.send("GET", _index_="0", _length_="9").json()
    assert [frame["index"] for frame in frames] == [first, second]


def test_parameters_with_an_underscore_do_not_become_tags(caller: Caller) -> None:
    caller.put(_priority_="1", task_id="t")
    [frame] = caller.send("GET", _index_="0").json()
    assert set(frame["tags"]) == {"task_id", "requestId"}
    assert caller.send("GET", _count_="true", _priority_="1").text == "1"


def test_a_client_cannot_choose_its_request_id(caller: Caller) -> None:
    answer = caller.send("POST", requestId="mine")
    assert answer.headers[REQUEST_ID_HEADER] != "mine"


def test_an_empty_queue_answers_204(caller: Caller) -> None:
    answer = caller.send("GET", "/sink", _index_="0", _length_="5", _timeout_="0s")
    assert (answer.status_code, answer.content) == (204, b"")


def test_a_long_poll_returns_as_soon_as_an_item_arrives(
    caller: Caller, service: EasService
) -> None:
    timer = threading.Timer(0.1, service.sink.put, (b"done", {"task_id": "t"}))
    timer.start()
    answer = caller.send("GET", "/sink", _index_="0", _length_="1", _timeout_="8s")
    timer.join()
    assert base64.b64decode(answer.json()[0]["data"]) == b"done"


def test_a_long_poll_ends_with_what_there_is(caller: Caller, service: EasService) -> None:
    service.sink.put(b"one", {})
    answer = caller.send("GET", "/sink", _index_="0", _length_="5", _timeout_="100ms")
    assert len(answer.json()) == 1


def test_a_get_without_auto_delete_shows_the_same_items_again(caller: Caller) -> None:
    caller.put()
    answers = [caller.send("GET", _index_="0", _auto_delete_="false").json() for _ in range(2)]
    assert answers[0] == answers[1]
    assert len(answers[0]) == 1


def test_auto_delete_removes_what_was_read(caller: Caller, service: EasService) -> None:
    caller.put()
    assert caller.send("GET", _index_="0", _auto_delete_="true").status_code == 200
    assert service.input.count() == 0


def test_raw_answers_the_bare_data(caller: Caller) -> None:
    caller.put(body=b"bare")
    assert caller.send("GET", _index_="0", _raw_="true").content == b"bare"


def test_a_get_can_filter_by_request_id_and_by_tag(caller: Caller) -> None:
    caller.put(task_id="a")
    wanted = caller.send("POST", task_id="b")
    by_id = caller.send("GET", _index_="0", requestId=wanted.headers[REQUEST_ID_HEADER]).json()
    by_tag = caller.send("GET", _index_="0", task_id="b").json()
    assert by_id == by_tag
    assert by_id[0]["index"] == int(wanted.text)


def test_protobuf_frames_are_sent_when_asked_for(caller: Caller) -> None:
    index = caller.put(body=b"\x00\xff", task_id="t")
    answer = caller.send("GET", accept=PROTOBUF, _index_="0")
    [frame] = decode_frames(answer.content)
    assert answer.headers["Content-Type"] == PROTOBUF
    assert (frame.index, frame.data, frame.tags["task_id"]) == (index, b"\x00\xff", "t")


def test_search_tells_the_place_in_the_queue_and_404_when_gone(
    caller: Caller, service: EasService
) -> None:
    held, waiting = caller.put(), caller.put()
    service.take("eas.one")
    assert caller.send("GET", _index_=str(held), _search_="true").json() == {
        "ConsumerId": "eas.one",
        "IsPending": True,
        "WaitCount": 0,
    }
    assert caller.send("GET", _index_=str(waiting), _search_="true").json()["IsPending"] is False
    gone = caller.send("GET", _index_="999", _search_="true")
    assert (gone.status_code, gone.text) == (404, "no data in stream")


def test_attributes_of_both_queues_are_text_by_name(caller: Caller) -> None:
    caller.put()
    source: dict[str, Any] = caller.send("GET", _attrs_="true").json()
    sink = caller.send("GET", "/sink", _attrs_="true").json()
    assert (source["meta.name"], sink["meta.name"]) == ("svc", "svc/sink")
    assert (source["stream.length"], sink["stream.length"]) == ("1", "0")
    assert (source["meta.maxPayloadBytes"], source["stream.approxMaxLength"]) == ("50", "3")
    assert source["meta.header.user"] == "X-EAS-QueueService-Redis-Uid"
    assert {"meta.header.group", "meta.header.priority"} <= set(source)


def test_attributes_come_as_protobuf_when_asked_for(caller: Caller) -> None:
    plain = caller.send("GET", _attrs_="true").json()
    assert decode_attributes(caller.send("GET", accept=PROTOBUF, _attrs_="true").content) == plain


def test_delete_and_commit_remove_the_listed_items(caller: Caller, service: EasService) -> None:
    first, second, third = (caller.put() for _ in range(3))
    assert caller.send("DELETE", _indexes_=f"{first},{second}").text == "OK"
    assert caller.send("PUT", _indexes_=str(third)).text == "OK"
    assert service.input.count() == 0


def test_truncate_removes_what_is_older(caller: Caller, service: EasService) -> None:
    caller.put()
    kept = caller.put()
    assert caller.send("DELETE", _index_=str(kept), _trunc_="true").status_code == 200
    assert [item.index for item in service.input.page(length=9)] == [kept]


def test_a_negative_commit_puts_an_item_back(caller: Caller, service: EasService) -> None:
    index = caller.put()
    service.take("eas.one")
    caller.send("PUT", _indexes_=str(index), _negative_="true")
    again = service.take("eas.two")
    assert again is not None
    assert again.index == index


def test_a_payload_beyond_the_limit_is_refused(caller: Caller, service: EasService) -> None:
    assert caller.send("POST", "/api_prompt", b"x" * 51).status_code == 413
    assert service.input.count() == 0


def test_a_full_queue_is_refused(caller: Caller, service: EasService) -> None:
    for _ in range(3):
        caller.put()
    assert caller.send("POST", "/api_prompt", b"{}").status_code == 450
    assert service.input.count() == 3


@pytest.mark.parametrize("token", [None, "", "Bearer local-eas-token", "wrong"])
def test_a_wrong_token_is_refused_everywhere(
    caller: Caller, service: EasService, token: str | None
) -> None:
    headers = {} if token is None else {"Authorization": token}
    for path in ("", "/api_prompt", "/sink"):
        answer = requests.post(caller.base + path, data=b"{}", headers=headers, timeout=10)
        assert answer.status_code == 401
    assert service.input.count() == service.sink.count() == 0


def test_a_signature_by_the_token_is_as_good_as_the_token(caller: Caller) -> None:
    headers = {"Content-MD5": "d41d", "Content-Type": "text/plain", "Date": "today"}
    signed = "\n".join(("POST", *headers.values(), "/api/predict/svc")).encode()
    digest = base64.b64encode(hmac.digest(TOKEN.encode(), signed, "sha1")).decode()

    def put(signature: str) -> int:
        shown = {**headers, "Authorization": f"EAS {signature}"}
        return requests.post(caller.base, data=b"{}", headers=shown, timeout=10).status_code

    assert (put(digest), put("wrong")) == (200, 401)
    headers["Date"] = "tomorrow"
    assert put(digest) == 401


@pytest.mark.parametrize("path", ["/prompt", "/sink/x", "/history/1"])
def test_an_unknown_path_answers_404(caller: Caller, path: str) -> None:
    assert caller.send("POST", path).status_code == 404


def test_a_malformed_number_answers_400(caller: Caller) -> None:
    assert caller.send("GET", _index_="first").status_code == 400
    assert caller.send("DELETE").status_code == 400


def test_what_is_not_offered_says_so(caller: Caller) -> None:
    assert caller.send("GET", _watch_="true").status_code == 501
    assert caller.send("POST", _eos_="true").status_code == 501


def test_chinese_tags_and_data_pass_unchanged(caller: Caller) -> None:
    body = json.dumps({"标题": "湖州"}, ensure_ascii=False).encode()
    caller.put(body=body, task_id="行程")
    [frame] = caller.send("GET", _index_="0").json()
    assert (base64.b64decode(frame["data"]), frame["tags"]["task_id"]) == (body, "行程")
