"""The reserved query parameters."""

from __future__ import annotations

import pytest

from local.cloud.eas.errors import MalformedQueryError
from local.cloud.eas.queries import PageQuery, read_duration, read_indexes, read_page_query


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("5s", 5.0), ("0s", 0.0), ("1m30s", 90.0), ("500ms", 0.5), ("1.5h", 5400.0), ("3", 3.0)],
)
def test_durations_are_read_as_go_writes_them(text: str, seconds: float) -> None:
    assert read_duration(text) == pytest.approx(seconds)


@pytest.mark.parametrize("text", ["", "s", "5x", "5 s", "-1s"])
def test_a_malformed_duration_is_refused(text: str) -> None:
    with pytest.raises(MalformedQueryError):
        read_duration(text)


def test_a_get_without_parameters_deletes_nothing_and_does_not_wait() -> None:
    assert read_page_query({}) == PageQuery(
        index=0, length=1, timeout_seconds=0.0, raw=False, auto_delete=False, tags={}
    )


def test_parameters_without_an_underscore_are_tags() -> None:
    page = read_page_query({"_index_": "4", "task_id": "t", "requestId": "r"})
    assert (page.index, page.tags) == (4, {"task_id": "t", "requestId": "r"})


def test_indexes_are_a_comma_list_of_numbers() -> None:
    assert read_indexes({"_indexes_": "1,22"}) == [1, 22]
    with pytest.raises(MalformedQueryError):
        read_indexes({})
