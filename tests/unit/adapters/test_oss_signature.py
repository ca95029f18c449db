"""Our signatures are those of the vendor's own client, at any time."""

from __future__ import annotations

from datetime import datetime, timezone
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import oss2
import pytest

from shared.adapters.oss_signature import OssSigner
from shared.adapters.signing_clock import SigningClock
from shared.settings.credentials import Credentials

KEYS = ["a", "海报 1+2.png", "a/b//c", "~_-.!*'()", "x?y=z&%41#é🚗", "字" * 341]


class StoppedClock(SigningClock):
    """Stands at one moment."""

    def __init__(self, moment: str) -> None:
        super().__init__()
        self._moment = datetime.strptime(moment, "%Y%m%dT%H%M%SZ").replace(tzinfo=timezone.utc)

    def now(self) -> datetime:
        """Return the moment."""
        return self._moment


def request() -> Any:
    return oss2.http.Request(
        "PUT",
        "http://127.0.0.1/state/k",
        params={"prefix": "海 报/+~", "acl": "", "response-content-type": "a=b&c"},
        headers={"Content-Type": "text/plain", "Content-MD5": "m==", "x-oss-meta-a": "1"},
        region="cn-shanghai",
        product="oss",
    )


@pytest.fixture(params=["", "CAIS+/=token"])
def who(request: pytest.FixtureRequest) -> Credentials:
    return Credentials("key", "secret", request.param)


def vendors(who: Credentials) -> Any:
    provider = oss2.credentials.StaticCredentialsProvider(
        who.access_key_id, who.access_key_secret, who.security_token
    )
    return oss2.ProviderAuthV4(provider)


@pytest.mark.parametrize("key", KEYS)
def test_a_request_has_the_vendors_headers(key: str, who: Credentials) -> None:
    theirs, own = request(), request()
    vendors(who)._sign_request(theirs, "state", key)
    clock = StoppedClock(theirs.headers["x-oss-date"])
    OssSigner(lambda: who, clock)._sign_request(own, "state", key)

    assert dict(own.headers) == dict(theirs.headers)


@pytest.mark.parametrize("key", KEYS)
def test_a_link_has_the_vendors_query(key: str, who: Credentials) -> None:
    theirs, own = request(), request()
    expected = dict(parse_qsl(urlsplit(vendors(who)._sign_url(theirs, "state", key, 60)).query))
    clock = StoppedClock(expected["x-oss-date"])
    signed = OssSigner(lambda: who, clock)._sign_url(own, "state", key, 60)

    assert dict(parse_qsl(urlsplit(signed).query)) == expected
