"""Signatures of Standard Webhooks."""

from __future__ import annotations

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from local.community.app import is_signed
from shared.core import webhooks
from shared.core.errors import UnauthorizedError

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
OTHER = "whsec_" + base64.b64encode(b"another secret of 30 bytes....").decode()
NOW = 1_614_265_330


def headers(changes: dict[str, str] | None = None, *, body: bytes = b"{}") -> dict[str, str]:
    return {**webhooks.signed_headers("msg_1", NOW, body, [SECRET]), **(changes or {})}


def test_the_example_of_the_standard_has_the_signature_of_the_standard() -> None:
    signature = webhooks.sign("msg_p5jXN8AQM9LWM0D4loKWxJek", NOW, b'{"test": 2432232314}', SECRET)

    assert signature == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


@given(st.binary(max_size=200))
def test_what_is_signed_verifies_here_and_by_another_reading_of_the_standard(body: bytes) -> None:
    signed = headers(body=body)

    assert webhooks.verify(signed, body, secrets=[SECRET], now=NOW) == "msg_1"
    assert is_signed(signed, body, SECRET, now=NOW)


def test_one_of_two_secrets_on_either_side_is_enough() -> None:
    both = webhooks.signed_headers("msg_1", NOW, b"{}", [OTHER, SECRET])

    assert webhooks.verify(headers(), b"{}", secrets=[OTHER, SECRET], now=NOW) == "msg_1"
    assert webhooks.verify(both, b"{}", secrets=[SECRET], now=NOW) == "msg_1"


@pytest.mark.parametrize("seconds", [-300, 300])
def test_five_minutes_of_difference_are_tolerated(seconds: int) -> None:
    assert webhooks.verify(headers(), b"{}", secrets=[SECRET], now=NOW + seconds)


_REFUSED = {
    "stale": (headers(), b"{}", NOW + 301),
    "early": (headers(), b"{}", NOW - 301),
    "other body": (headers(), b"{ }", NOW),
    "other id": (headers({"webhook-id": "msg_2"}), b"{}", NOW),
    "no id": (headers({"webhook-id": ""}), b"{}", NOW),
    "no time": (headers({"webhook-timestamp": ""}), b"{}", NOW),
    "time in words": (headers({"webhook-timestamp": "now"}), b"{}", NOW),
    "negative time": (headers({"webhook-timestamp": "-1"}), b"{}", NOW),
    "padded time": (headers({"webhook-timestamp": f"0{NOW}"}), b"{}", NOW),
    "other digits": (headers({"webhook-timestamp": "１６１４２６５３３０"}), b"{}", NOW),
    "no signature": (headers({"webhook-signature": ""}), b"{}", NOW),
    "other version": (headers({"webhook-signature": "v1a,AAAA"}), b"{}", NOW),
    "garbage": (headers({"webhook-signature": "v1,\u4e00 , v1"}), b"{}", NOW),
    "nothing": ({}, b"{}", NOW),
}


@pytest.mark.parametrize("name", _REFUSED)
def test_anything_else_is_refused_in_the_same_words(name: str) -> None:
    given_headers, body, now = _REFUSED[name]

    with pytest.raises(UnauthorizedError, match="is not signed as agreed"):
        webhooks.verify(given_headers, body, secrets=[SECRET], now=now)


def test_without_secrets_nothing_is_accepted() -> None:
    with pytest.raises(UnauthorizedError):
        webhooks.verify(headers(), b"{}", secrets=[], now=NOW)


@pytest.mark.parametrize("text", ["", "whsec_", "whsec_***", "whsec_c2hvcnQ=", SECRET[6:]])
def test_a_secret_that_is_none_is_told_apart(text: str) -> None:
    assert not webhooks.is_secret(text)
    assert webhooks.is_secret(SECRET)
