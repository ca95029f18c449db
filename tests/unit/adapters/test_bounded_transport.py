"""The total deadline and the size limit under every vendor adapter."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
import requests

from shared.adapters.deadline import Deadline
from shared.adapters.transport import (
    BodyTooLargeError,
    BoundedTransport,
    connection_pool,
    session_over,
)
from tests.fakes import rude_server as rude
from tests.fakes.rude_server import RudeServer

if TYPE_CHECKING:
    from tests.fakes.rude_server import Manner


def get(
    url: str, *, seconds: float = 5.0, max_bytes: int = 100_000, timeout_seconds: float = 2.0
) -> requests.Response:
    transport = BoundedTransport(
        Deadline.within(seconds), timeout_seconds=timeout_seconds, max_bytes=max_bytes
    )
    with session_over(transport) as session:
        return session.get(url)


@pytest.mark.parametrize("manner", [rude.drip_body, rude.drip_headers, rude.hang])
def test_nothing_that_a_server_does_outlasts_the_deadline(manner: Manner) -> None:
    # Each of them stays within the timeout between two reads, 2 s, or goes on for 10 s.
    with RudeServer(manner) as server, pytest.raises(requests.ReadTimeout):
        get(server.url, seconds=0.3)


@pytest.mark.parametrize("manner", [rude.truncated, rude.reset, rude.hang_up, rude.cut_headers])
def test_a_broken_answer_is_a_request_error(manner: Manner) -> None:
    with RudeServer(manner) as server, pytest.raises(requests.RequestException):
        get(server.url)


def test_an_announced_body_over_the_limit_is_not_read() -> None:
    with (
        RudeServer(rude.answer(200, b"x" * 5000)) as server,
        pytest.raises(BodyTooLargeError),
    ):
        get(server.url, max_bytes=4999)


def test_a_body_without_a_length_is_given_up_at_the_limit() -> None:
    with RudeServer(rude.endless) as server, pytest.raises(BodyTooLargeError):
        get(server.url, max_bytes=200_000)


def test_a_body_at_the_limit_is_read_whole() -> None:
    with RudeServer(rude.answer(200, b"x" * 5000)) as server:
        assert get(server.url, max_bytes=5000).content == b"x" * 5000


def test_an_error_page_may_be_longer_than_the_limit_of_the_body_wanted() -> None:
    with RudeServer(rude.answer(404, b"x" * 5000)) as server:
        assert get(server.url, max_bytes=10).status_code == 404


def test_a_redirect_is_not_followed() -> None:
    with RudeServer(rude.answer(200, b"elsewhere")) as elsewhere:
        away = rude.answer(302, b"", Location=elsewhere.url)
        with RudeServer(away) as server, pytest.raises(requests.TooManyRedirects):
            get(server.url)
        assert elsewhere.requests == []


@pytest.mark.parametrize(
    "place", ["\xff\xfe", "http://[::1", "//", "\\\\", "data:,x", "http://\x7f"]
)
def test_a_redirect_to_no_place_at_all_is_one_too(place: str) -> None:
    away = rude.answer(302, Location=place)
    with RudeServer(away) as server, pytest.raises(requests.TooManyRedirects):
        get(server.url)


@pytest.mark.parametrize("status", [401, 404, 429, 503])
@pytest.mark.parametrize("how", rude.spoiled(0))
def test_a_refusal_is_its_status_however_its_words_are_spoiled(how: str, status: int) -> None:
    with RudeServer(rude.spoiled(status)[how]) as server:
        assert get(server.url, timeout_seconds=0.2).status_code == status


SPOILED = [
    *("plain bytes called gzip", "plain bytes called deflate", "gzip twice"),
    *(
        "more codings than anybody undoes",
        "a chunk size that is none",
        "a chunk cut off",
        "a negative chunk",
    ),
    *("chunks without an end", "a body shorter than its length", "neither length nor chunks"),
    *("a page too long to read", "a body that hangs"),
]


@pytest.mark.parametrize("how", SPOILED)
def test_a_result_that_is_spoiled_is_a_request_error(how: str) -> None:
    with RudeServer(rude.spoiled(200)[how]) as server, pytest.raises(requests.RequestException):
        get(server.url, timeout_seconds=0.2)


def test_once_sends_a_request_a_single_time_however_often_it_is_asked_to() -> None:
    with RudeServer(rude.reset) as server:
        transport = BoundedTransport(Deadline.within(5), timeout_seconds=2.0, once=True)
        with session_over(transport) as session:
            for _ in range(3):
                with pytest.raises(requests.ConnectionError):
                    session.post(server.url, data=b"pay")
        assert len(server.requests) == 1
        assert transport.connected


def test_a_refused_connection_provably_carried_nothing() -> None:
    transport = BoundedTransport(Deadline.within(5), timeout_seconds=2.0, once=True)
    with session_over(transport) as session, pytest.raises(requests.ConnectionError):
        session.post(rude.closed_port(), data=b"pay")
    assert not transport.connected


def test_transports_that_share_a_pool_work_one_after_the_other() -> None:
    pool = connection_pool()
    with RudeServer(rude.answer(200, b"fine")) as server:
        for _ in range(3):
            transport = BoundedTransport(Deadline.within(5), timeout_seconds=2.0, pool=pool)
            with session_over(transport) as session:
                assert session.get(server.url).content == b"fine"
    pool.clear()
