"""The community's stand-in over HTTP: what it takes, what it refuses, how it misbehaves."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest
import requests

from local.cloud.serving import LoopbackServer
from local.community.app import create_community_app
from local.community.state import CommunityState, Conduct
from shared.core import webhooks

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

SECRET = "whsec_" + "c2VjcmV0" * 6
BODY = b'{"type":"poster.ready"}'


@pytest.fixture
def state(tmp_path: Path) -> CommunityState:
    return CommunityState(tmp_path)


@pytest.fixture
def url(state: CommunityState) -> Iterator[str]:
    with LoopbackServer(create_community_app(state, {"community": SECRET})) as server:
        yield f"{server.url}/hooks/community"


def post(
    url: str, body: bytes = BODY, *, message_id: str = "m-1", secret: str = SECRET, late: int = 0
) -> int:
    headers = webhooks.signed_headers(message_id, int(time.time()) - late, BODY, [secret])
    return requests.post(
        url, data=body, headers=headers, timeout=5, allow_redirects=False
    ).status_code


def test_a_signed_message_is_taken_and_found_as_a_file(url: str, state: CommunityState) -> None:
    assert post(url) == 204
    assert state.messages("community") == {"m-1": {"type": "poster.ready"}}


@pytest.mark.parametrize(
    "wrong", [{"body": b"{}"}, {"late": 301}, {"late": -301}, {"secret": "whsec_" + "b3Ro" * 12}]
)
def test_what_is_not_signed_as_agreed_is_a_401(
    url: str, state: CommunityState, wrong: dict[str, object]
) -> None:
    assert post(url, **wrong) == 401  # type: ignore[arg-type]
    assert state.messages("community") == {}


def test_an_unsigned_message_is_a_401_and_an_unknown_endpoint_a_404(url: str) -> None:
    assert requests.post(url, data=BODY, timeout=5).status_code == 401
    assert post(url.replace("community", "elsewhere")) == 404


def test_the_same_id_with_other_bytes_is_a_409(state: CommunityState, tmp_path: Path) -> None:
    secrets = {"community": SECRET}
    state.take("community", "m-1", b"{}")
    with LoopbackServer(create_community_app(state, secrets)) as server:
        assert post(f"{server.url}/hooks/community") == 409
    assert state.messages("community") == {"m-1": {}}


@pytest.mark.parametrize(
    ("conduct", "status"),
    [
        (Conduct("error", status=503), 503),
        (Conduct("throttle"), 429),
        (Conduct("gone"), 410),
        (Conduct("redirect"), 307),
        (Conduct("hang", seconds=0.2), 500),
    ],
)
def test_it_misbehaves_as_often_as_it_is_told(
    url: str, state: CommunityState, conduct: Conduct, status: int
) -> None:
    state.behave(conduct, times=1)

    assert [post(url), post(url)] == [status, 204]
    assert [outcome for _, _, outcome in state.tries] == [conduct.mode, "204"]
