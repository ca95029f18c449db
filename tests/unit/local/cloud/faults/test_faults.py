"""Each fault as a caller meets it, and whether the request had its effect."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, get_args

import pytest
import requests
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from local.cloud.faults import FAULTS, Fault, FaultRules, Faults
from local.cloud.serving import LoopbackServer

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from starlette.requests import Request
    from starlette.responses import Response

_BODY = "what the service says" * 4
_ANSWERED = {"status_429": 429, "status_500": 500, "html_502": 502}
_HAPPENS = {"reset_after", "late_after", "truncated", "dripping"}


class _Counting:
    """A service whose effect is a count; it fails as its front is told."""

    def __init__(self, journal: Path, fault: Fault) -> None:
        self.effects = 0
        self.journal = journal
        rules = FaultRules(seed="1", share=1.0, late_seconds=0.3)
        app = Starlette(routes=[Route("/hook", self._take, methods=["POST"])])
        faults = Faults(rules, journal, watched=("hook",), kinds=(fault,))
        self.server = LoopbackServer(faults.front("hook", app))
        self.close = faults.close

    async def _take(self, _request: Request) -> Response:
        self.effects += 1
        return PlainTextResponse(_BODY)

    def post(self) -> requests.Response:
        headers = {"webhook-id": "message-1"}
        url = f"{self.server.url}/hook"
        return requests.post(url, data=b"bytes", headers=headers, timeout=0.15)

    def lines(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.journal.read_text().splitlines()]


@pytest.fixture
def service(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[_Counting]:
    counting = _Counting(tmp_path / "journal", request.param)
    with counting.server:
        yield counting
    counting.close()


@pytest.mark.parametrize("service", sorted(_ANSWERED), indirect=True)
def test_a_refusal_has_its_status_and_no_effect(service: _Counting) -> None:
    answer = service.post()

    assert answer.status_code in _ANSWERED.values()
    assert service.effects == 0


@pytest.mark.parametrize("service", ["closed_before", "late_before"], indirect=True)
def test_what_breaks_before_has_no_effect(service: _Counting) -> None:
    with pytest.raises(requests.RequestException):
        service.post()

    assert service.effects == 0


@pytest.mark.parametrize("service", ["reset_after", "late_after", "truncated"], indirect=True)
def test_what_breaks_after_has_had_its_effect(service: _Counting) -> None:
    with pytest.raises(requests.RequestException):
        service.post()

    assert service.effects == 1


@pytest.mark.parametrize("service", ["dripping"], indirect=True)
def test_a_dripping_answer_is_whole_at_last(service: _Counting) -> None:
    assert service.post().text == _BODY
    assert service.effects == 1


@pytest.mark.parametrize("service", ["status_500"], indirect=True)
def test_the_journal_tells_of_the_fault_and_of_the_messages_bytes(service: _Counting) -> None:
    service.post()

    sent, failed = service.lines()
    assert (sent["message"], len(sent["sha256"])) == ("message-1", 64)
    assert (failed["service"], failed["method"], failed["fault"]) == ("hook", "POST", "status_500")


def test_every_fault_is_looked_at_here() -> None:
    seen = {*_ANSWERED, "closed_before", "late_before", *_HAPPENS}

    assert seen == set(FAULTS) == set(get_args(Fault))
