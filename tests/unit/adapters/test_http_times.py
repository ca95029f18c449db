"""Retry-After and Date as other people's servers write them; the client reads the same."""

from __future__ import annotations

import random
from datetime import datetime, timedelta, timezone

import pytest

from client.trip_posters import calling
from shared.adapters.http_times import http_date, retry_after
from tests.fakes.clock import FakeClock

NOW = FakeClock().now()
NONE, SOME = timedelta(0), timedelta(minutes=30)
MOST = timedelta(days=3)
PAUSES = {
    "0": NONE,
    "3600": timedelta(hours=1),
    " 60\t": timedelta(minutes=1),
    "0" * 5000 + "7": timedelta(seconds=7),
    "9" * 400: MOST,
    "9" * 5000: MOST,
    "Mon, 23 Nov 2026 02:30:00 GMT": SOME,
    "Mon, 23 Nov 2026 02:30:00": SOME,
    "Mon, 23 Nov 2026 02:30:00 -0000": SOME,
    "Mon, 23 Nov 2026 10:30:00 +0800": SOME,
    "Monday, 23-Nov-26 02:30:00 GMT": SOME,
    "Mon Nov 23 02:30:00 2026": SOME,
    "Mon, 23 Nov 2020 02:30:00 GMT": NONE,
    "Thu, 01 Jan 1970 00:00:00 GMT": NONE,
    "Mon, 01 Jan 0001 00:00:00 +2359": NONE,
    "Fri, 23 Nov 2096 02:30:00 GMT": MOST,
    "Fri, 31 Dec 9999 23:59:59 -2359": MOST,
}
NO_PAUSES = (
    *("", " ", "soon", "-5", "+5", "1.5", "1e9", "0x10", "5,", "5 6", "5;6", "Infinity", "NaN"),
    *("１２", "²", "١٢", "\0", "\xff", "()", ",", "Mon,", "Mon, 23", "(((((", "a" * 100_000),
    "Fri, 31 Dec 9999999999 23:59:59 GMT",
    f"Mon, 23 Nov {'9' * 30} 02:30:00 GMT",
    "Mon, 23 Nov -1 02:30:00 GMT",
    "Mon, 99 Foo 2026 99:99:99 GMT",
    "Tue, 31 Nov 2026 02:30:00 GMT",
    "Mon, 23 Nov 2026 24:00:00 GMT",
    "Mon, 23 Nov 2026 ²:30:00 GMT",
    "Mon, 23 Nov 2026 02:30:00 +9999",
    f"Mon, 23 Nov 2026 02:30:00 +{'9' * 30}",
    "2026-11-23T02:30:00Z",
)


@pytest.mark.parametrize("text", PAUSES)
def test_a_retry_after_is_read_in_all_its_forms_and_never_beyond_three_days(text: str) -> None:
    assert datetime(2026, 11, 23, 2, 0, tzinfo=timezone.utc) == NOW
    assert retry_after(text, NOW) == PAUSES[text]


@pytest.mark.parametrize("text", NO_PAUSES)
def test_a_retry_after_that_says_nothing_is_none(text: str) -> None:
    assert retry_after(text, NOW) is None
    assert calling.retry_after(text) is None


def test_no_header_is_none() -> None:
    assert (retry_after(None, NOW), calling.retry_after(None), http_date(None)) == (None,) * 3


@pytest.mark.parametrize("text", PAUSES)
def test_the_client_reads_what_the_functions_read(text: str) -> None:
    now = datetime.now(timezone.utc)
    expected, found = retry_after(text, now), calling.retry_after(text)
    assert expected is not None
    assert found == pytest.approx(expected.total_seconds(), abs=5)


def test_no_letters_in_any_order_are_an_error_or_a_pause_out_of_bounds() -> None:
    chance, letters = random.Random(7), 'MonFriNv 0123456789:,+-()"\\.GMT\0;²１'  # noqa: S311
    for _ in range(5000):
        text = list("Mon, 23 Nov 2026 02:30:00 GMT")
        for _ in range(chance.randrange(1, 6)):
            text[chance.randrange(len(text))] = chance.choice(letters)
        pause = retry_after("".join(text), NOW)
        assert pause is None or NONE <= pause <= MOST
        assert (pause is None) == (calling.retry_after("".join(text)) is None)
