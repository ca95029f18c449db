"""What every Announcer promises, on the fake and over HTTP to the community's stand-in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING

import pytest

from local.cloud.serving import LoopbackServer
from local.community.app import create_community_app, is_signed
from local.community.state import CommunityState, Conduct
from shared.adapters.system_clock import SystemClock
from shared.adapters.webhook_announcer import WebhookAnnouncer, WebhookEndpoint
from shared.core.errors import UpstreamRejectedError
from shared.ports import Receipt
from tests.fakes.announcer import FakeAnnouncer
from tests.fakes.clock import FakeClock
from tests.fakes.rude_server import (
    RudeServer,
    answer,
    closed_port,
    cut_headers,
    drip_body,
    drip_headers,
    endless,
    hang,
    hang_up,
    html_502,
    reset,
    spoiled,
    spoiled_head,
    truncated,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from shared.ports import Announcer, Clock
    from tests.fakes.rude_server import Manner

SECRET, OTHER = "whsec_" + "c2VjcmV0" * 6, "whsec_" + "b3RoZXIh" * 6
BODY = '{"type":"poster.ready","data":{"title":"太湖春色"}}'.encode()


@dataclass
class Bench:
    """An announcer, what its community has taken by id, and a switch for the next answer."""

    announcer: Announcer
    taken: Callable[[], dict[str, bytes]]
    behave: Callable[[str], None]


def webhook(
    url: str,
    *,
    seconds: float = 1.0,
    secrets: Sequence[str] = (SECRET,),
    hosts: tuple[str, ...] = ("127.0.0.1",),
    clock: Clock | None = None,
) -> WebhookAnnouncer:
    endpoints = {"community": WebhookEndpoint(url, tuple(secrets))}
    return WebhookAnnouncer(
        endpoints, allowed_hosts=hosts, timeout_seconds=seconds, clock=clock or SystemClock()
    )


@pytest.fixture(params=["fake", "webhook"])
def bench(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Bench]:
    if request.param == "fake":
        yield _fake()
        return
    state = CommunityState(tmp_path)
    with LoopbackServer(create_community_app(state, {"community": SECRET})) as server:

        def taken() -> dict[str, bytes]:
            return {path.stem: path.read_bytes() for path in tmp_path.glob("community/*")}

        yield Bench(
            webhook(f"{server.url}/hooks/community"),
            taken,
            lambda mode: state.behave(Conduct(mode, retry_after=120), times=1),  # type: ignore[arg-type]
        )


def _fake() -> Bench:
    announcer = FakeAnnouncer(endpoints=("community",))
    answers = {
        "error": Receipt(500),
        "throttle": Receipt(429, timedelta(seconds=120)),
        "gone": Receipt(410),
        "redirect": Receipt(307),
    }
    return Bench(
        announcer,
        lambda: {each.message_id: each.body for each in announcer.taken},
        lambda mode: announcer.answer(answers[mode]),
    )


def test_a_message_arrives_with_its_bytes(bench: Bench) -> None:
    receipt = bench.announcer.announce("community", "m-1", BODY)

    assert 200 <= receipt.status < 300
    assert bench.taken() == {"m-1": BODY}


def test_the_same_message_again_is_taken_and_changes_nothing(bench: Bench) -> None:
    receipts = [bench.announcer.announce("community", "m-1", BODY) for _ in range(2)]

    assert [receipt.status // 100 for receipt in receipts] == [2, 2]
    assert bench.taken() == {"m-1": BODY}


@pytest.mark.parametrize(
    ("mode", "status"), [("error", 500), ("throttle", 429), ("gone", 410), ("redirect", 307)]
)
def test_a_refusal_is_told_by_its_status(bench: Bench, mode: str, status: int) -> None:
    bench.behave(mode)

    assert bench.announcer.announce("community", "m-1", BODY).status == status
    assert bench.taken() == {}


def test_a_retry_after_is_handed_on(bench: Bench) -> None:
    bench.behave("throttle")

    receipt = bench.announcer.announce("community", "m-1", BODY)

    assert receipt.retry_after == timedelta(minutes=2)


def test_an_endpoint_without_an_address_is_refused(bench: Bench) -> None:
    with pytest.raises(UpstreamRejectedError, match="elsewhere"):
        bench.announcer.announce("elsewhere", "m-1", BODY)


@pytest.mark.parametrize("manner", [reset, hang, hang_up, drip_headers])
def test_no_answer_is_status_0_and_takes_no_longer_than_allowed(manner: Manner) -> None:
    with RudeServer(manner) as server:
        receipt = webhook(server.url, seconds=0.4).announce("community", "m-1", BODY)

        assert receipt == Receipt(0)
        assert len(server.requests) == 1


def test_nobody_there_is_status_0() -> None:
    assert webhook(closed_port()).announce("community", "m-1", BODY) == Receipt(0)


def test_a_html_502_is_its_status() -> None:
    with RudeServer(html_502()) as server:
        assert webhook(server.url).announce("community", "m-1", BODY).status == 502


@pytest.mark.parametrize("manner", [endless, cut_headers, truncated, drip_body])
def test_an_answer_whose_rest_does_not_matter_counts_by_its_status(manner: Manner) -> None:
    with RudeServer(manner) as server:
        assert webhook(server.url).announce("community", "m-1", BODY).status == 200


@pytest.mark.parametrize("status", [200, 204, 302, 410, 503])
@pytest.mark.parametrize("how", [*spoiled(0), *spoiled_head(0)])
def test_a_status_counts_however_the_rest_of_the_answer_is_spoiled(how: str, status: int) -> None:
    with RudeServer((spoiled(status) | spoiled_head(status))[how]) as server:
        receipt = webhook(server.url, seconds=2.0).announce("community", "m-1", BODY)

        assert receipt == Receipt(status)
        assert len(server.requests) == 1


def test_a_redirect_is_not_followed() -> None:
    with RudeServer(answer(204)) as other, RudeServer(answer(302, Location=other.url)) as server:
        receipt = webhook(server.url).announce("community", "m-1", BODY)

        assert (receipt.status, other.requests) == (302, [])


@pytest.mark.parametrize("hosts", [(), ("community.example.com",)])
def test_a_host_that_is_not_listed_is_never_called(hosts: tuple[str, ...]) -> None:
    with RudeServer(answer(204)) as server:
        with pytest.raises(UpstreamRejectedError):
            webhook(server.url, hosts=hosts).announce("community", "m-1", BODY)

        assert server.requests == []


def test_each_try_is_signed_anew_with_every_secret_over_the_raw_bytes() -> None:
    clock = FakeClock()
    with RudeServer(answer(204)) as server:
        announcer = webhook(server.url, secrets=(SECRET, OTHER), clock=clock)
        announcer.announce("community", "m-1", BODY)
        clock.advance(600)
        announcer.announce("community", "m-1", BODY)

    for request, seconds in zip(server.requests, (0, 600), strict=True):
        now = FakeClock().now().timestamp() + seconds
        assert request.body == BODY
        assert request.headers["webhook-timestamp"] == str(int(now))
        assert is_signed(request.headers, request.body, SECRET, now=now)
        assert is_signed(request.headers, request.body, OTHER, now=now)
    ids = {request.headers["webhook-id"] for request in server.requests}
    assert ids == {"m-1"}


@pytest.mark.parametrize(
    ("text", "pause"),
    [
        ("3600", timedelta(hours=1)),
        ("Mon, 23 Nov 2026 02:30:00 GMT", timedelta(minutes=30)),
        ("Fri, 31 Dec 9999999999 23:59:59 GMT", None),
        ("²", None),
        ("", None),
    ],
)
def test_a_retry_after_is_handed_on_unless_it_says_nothing(
    text: str, pause: timedelta | None
) -> None:
    assert FakeClock().now() == datetime(2026, 11, 23, 2, 0, tzinfo=timezone.utc)
    with RudeServer(answer(503, Retry_After=text)) as server:
        receipt = webhook(server.url, clock=FakeClock()).announce("community", "m-1", BODY)

        assert receipt == Receipt(503, pause)
