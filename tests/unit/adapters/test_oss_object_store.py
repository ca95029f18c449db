"""How the OSS adapter takes what goes wrong."""

from __future__ import annotations

import base64
import logging
from datetime import datetime, timezone
from email.utils import format_datetime
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit

import pytest

from shared.adapters.oss_object_store import OssObjectStore
from shared.core.errors import PayloadTooLargeError, UpstreamRejectedError, UpstreamUnavailableError
from shared.settings.credentials import Credentials
from tests.fakes import rude_server as rude
from tests.fakes.rude_server import RudeServer

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.fakes.rude_server import Manner

OK = rude.answer(200)


def refusal(status: int, code: str) -> Manner:
    body = f"<Error><Code>{code}</Code><Message>no</Message></Error>".encode()
    return rude.answer(status, body, Content_Type="application/xml", x_oss_request_id="R1")


def store_at(
    url: str,
    *,
    credentials: Callable[[], Credentials] = lambda: Credentials("key", "the-secret", "the-token"),
    public_endpoint: str = "https://oss-cn-shanghai.aliyuncs.com",
    timeout_seconds: float = 2.0,
    deadline_seconds: float = 5.0,
) -> OssObjectStore:
    return OssObjectStore(
        endpoint=url,
        public_endpoint=public_endpoint,
        region="cn-shanghai",
        bucket="state",
        credentials=credentials,
        timeout_seconds=timeout_seconds,
        deadline_seconds=deadline_seconds,
    )


EXISTS = refusal(409, "FileAlreadyExists")


@pytest.mark.parametrize(("found", "created"), [(b"mine", True), (b"theirs", False)])
def test_a_create_whose_answer_was_lost_is_settled_by_reading_back(
    found: bytes, *, created: bool
) -> None:
    with RudeServer(rude.reset, EXISTS, rude.answer(200, found)) as server:
        assert store_at(server.url).create("a", b"mine") is created
        assert [each.method for each in server.requests] == ["PUT", "PUT", "GET"]
        assert server.requests[1].headers["x-oss-forbid-overwrite"] == "true"


def test_a_create_begins_again_when_the_other_object_vanished() -> None:
    with RudeServer(EXISTS, refusal(404, "NoSuchKey"), OK) as server:
        assert store_at(server.url).create("a", b"mine")
        assert len(server.requests) == 3


@pytest.mark.parametrize(
    "trouble",
    [refusal(503, "ServiceUnavailable"), refusal(429, "Throttled"), rude.html_502(), rude.reset],
)
def test_passing_trouble_is_sat_out(trouble: Manner) -> None:
    with RudeServer(trouble, trouble, rude.answer(200, b"data")) as server:
        assert store_at(server.url).get("a") == b"data"
        assert len(server.requests) == 3


def test_a_refusal_is_not_repeated_and_names_code_and_request() -> None:
    with RudeServer(refusal(403, "AccessDenied")) as server:
        with pytest.raises(UpstreamRejectedError, match=r"403 AccessDenied for a \(request R1\)"):
            store_at(server.url).put("a", b"x")
        assert len(server.requests) == 1


SKEWED = b"<Error><Code>RequestTimeTooSkewed</Code>%s</Error>"


@pytest.mark.parametrize(
    ("told", "date"),
    [
        (b"<ServerTime>2030-05-01T08:00:00.000Z</ServerTime>", ""),
        (b"<ServerTime>2030-05-01T08:00:00.000Z</ServerTime>", "Mon, 23 Nov 2020 02:30:00 GMT"),
        (b"<ServerTime>soon</ServerTime>", "Wed, 01 May 2030 08:00:00 GMT"),
        (b"<ServerTime/>", "Wed, 01 May 2030 08:00:00 GMT"),
        (b"", "Wed, 01 May 2030 08:00:00 GMT"),
    ],
)
def test_a_time_that_is_refused_is_put_right_by_what_the_refusal_tells(
    told: bytes, date: str
) -> None:
    with RudeServer(rude.answer(403, SKEWED % told, Date=date), OK) as server:
        store_at(server.url).put("a", b"x")
        assert len(server.requests) == 2
        assert server.requests[1].headers["x-oss-date"].startswith("20300501T0800")


@pytest.mark.parametrize("date", ["", "Fri, 31 Dec 9999999999 23:59:59 GMT", "now"])
def test_a_time_that_is_refused_without_another_one_is_a_refusal(date: str) -> None:
    now = format_datetime(datetime.now(timezone.utc), usegmt=True)
    told = rude.answer(403, SKEWED % b"", Date=now if date == "now" else date)
    with RudeServer(told) as server:
        with pytest.raises(UpstreamRejectedError, match="RequestTimeTooSkewed"):
            store_at(server.url).put("a", b"x")
        assert len(server.requests) == 1


@pytest.mark.parametrize("how", ["a chunk cut off", "a body shorter than its length"])
def test_a_refusal_whose_words_are_lost_is_asked_for_again(how: str) -> None:
    """Only they tell an absent object from an absent bucket."""
    with RudeServer(rude.spoiled(404)[how], refusal(404, "NoSuchKey")) as server:
        assert store_at(server.url).get("a") is None
        assert len(server.requests) == 2


def test_a_missing_bucket_is_no_absent_object() -> None:
    with RudeServer(refusal(404, "NoSuchBucket")) as server:
        with pytest.raises(UpstreamRejectedError, match="NoSuchBucket"):
            store_at(server.url).get("a")
        with pytest.raises(UpstreamRejectedError, match="NoSuchBucket"):
            store_at(server.url).page("a")


def test_a_head_finds_the_missing_bucket_in_the_header_that_stands_for_a_body() -> None:
    xml = base64.b64encode(b"<Error><Code>NoSuchBucket</Code></Error>").decode()
    with RudeServer(rude.answer(404, x_oss_err=xml), rude.answer(404)) as server:
        with pytest.raises(UpstreamRejectedError, match="NoSuchBucket"):
            store_at(server.url).head("a")
        assert store_at(server.url).head("a") is None


@pytest.mark.parametrize("manner", [rude.hang, rude.drip_body, rude.truncated])
def test_no_call_outlasts_its_deadline(manner: Manner) -> None:
    with RudeServer(manner) as server, pytest.raises(UpstreamUnavailableError):
        store_at(server.url, deadline_seconds=0.3).get("a")


def test_a_pooled_connection_that_died_in_its_sleep_is_replaced() -> None:
    with RudeServer(rude.answer_then_hang, OK) as server:
        store = store_at(server.url, timeout_seconds=0.3)
        store.put("a", b"1")
        store.put("a", b"2")
        # The second one went to the sleeping connection first, where nobody read it.
        assert len(server.requests) == 2


def test_a_service_that_is_not_there_is_unavailable() -> None:
    with pytest.raises(UpstreamUnavailableError):
        store_at(rude.closed_port(), deadline_seconds=0.3).get("a")


@pytest.mark.parametrize("body", [b"<html>fine</html>", b"{}", b"<ListBucketResult/>"])
def test_a_listing_that_cannot_be_read_is_unavailable_not_empty(body: bytes) -> None:
    with RudeServer(rude.answer(200, body)) as server, pytest.raises(UpstreamUnavailableError):
        store_at(server.url, deadline_seconds=0.3).page("jobs/")


def test_an_object_larger_than_wanted_is_refused_without_reading_it() -> None:
    with RudeServer(rude.endless) as server:
        with pytest.raises(PayloadTooLargeError):
            store_at(server.url).get("a", max_bytes=200_000)
        assert len(server.requests) == 1


def test_each_request_is_signed_with_the_credentials_of_its_moment() -> None:
    tokens = iter(["first", "second"])
    with RudeServer(OK) as server:
        store = store_at(server.url, credentials=lambda: Credentials("key", "s", next(tokens)))
        store.put("a", b"")
        store.put("a", b"")
        sent = [each.headers["x-oss-security-token"] for each in server.requests]
        assert sent == ["first", "second"]
        assert server.requests[0].headers["authorization"].startswith("OSS4-HMAC-SHA256 ")


def test_uploads_carry_their_md5() -> None:
    with RudeServer(OK) as server:
        store_at(server.url).put("a", b"hello")
        assert server.requests[0].headers["content-md5"] == "XUFAKrxLKna5cZ2REBfFkg=="


def test_no_secret_reaches_a_log(caplog: pytest.LogCaptureFixture) -> None:
    with RudeServer(refusal(403, "AccessDenied")) as server, caplog.at_level(logging.DEBUG):
        with pytest.raises(UpstreamRejectedError):
            store_at(server.url).put("a", b"x")
        assert "the-token" in server.requests[0].headers["x-oss-security-token"]
    assert "the-token" not in caplog.text
    assert "the-secret" not in caplog.text
    assert "OSS4-HMAC" not in caplog.text


@pytest.mark.parametrize(
    ("endpoint", "start"),
    [
        ("https://oss-cn-shanghai.aliyuncs.com", "https://state.oss-cn-shanghai.aliyuncs.com/a/b"),
        ("https://posters.example.com", "https://posters.example.com/a/b"),
        ("http://127.0.0.1:9", "http://127.0.0.1:9/state/a/b"),
    ],
)
def test_links_are_made_for_the_public_endpoint(endpoint: str, start: str) -> None:
    store = store_at("http://127.0.0.1:1", public_endpoint=endpoint)
    assert store.sign("a/b", seconds=60).url.startswith(f"{start}?")


def test_a_link_lives_a_week_at_most() -> None:
    link = store_at("http://127.0.0.1:1").sign("a", seconds=10**9)
    assert parse_qs(urlsplit(link.url).query)["x-oss-expires"] == ["604800"]
