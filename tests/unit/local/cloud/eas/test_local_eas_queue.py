"""The durable queue: order, leases, limits, restarts."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from local.cloud.eas.errors import PayloadTooLargeError, QueueFullError
from local.cloud.eas.item import Standing
from local.cloud.eas.queue import NEWEST, DurableQueue

if TYPE_CHECKING:
    from pathlib import Path


def open_queue(root: Path, *, max_items: int = 10, max_payload_bytes: int = 64) -> DurableQueue:
    return DurableQueue(
        root, max_items=max_items, max_payload_bytes=max_payload_bytes, clock=lambda: 1000.0
    )


def indexes_after_restart(root: Path) -> list[int]:
    return [item.index for item in open_queue(root).page(length=100)]


def test_items_come_back_in_the_order_they_were_put(tmp_path: Path) -> None:
    queue = open_queue(tmp_path)
    for text in (b"a", b"b", b"c"):
        queue.put(text, {})
    assert [item.data for item in queue.page(length=9)] == [b"a", b"b", b"c"]


def test_a_restart_keeps_every_field_of_an_item(tmp_path: Path) -> None:
    put = open_queue(tmp_path).put("{雪}".encode(), {"task_id": "t-1"}, priority=1)
    [kept] = open_queue(tmp_path).page()
    assert kept == put
    assert kept.tags == {"task_id": "t-1", "requestId": put.request_id}


def test_bytes_that_are_not_text_survive_a_restart(tmp_path: Path) -> None:
    open_queue(tmp_path).put(b"\x00\xff\xfe", {})
    assert open_queue(tmp_path).page()[0].data == b"\x00\xff\xfe"


def test_an_index_is_not_used_again_after_deletion_and_restart(tmp_path: Path) -> None:
    queue = open_queue(tmp_path)
    first = queue.put(b"a", {}).index
    queue.remove([first])
    assert open_queue(tmp_path).put(b"b", {}).index > first


def test_an_index_is_not_used_again_when_the_counter_file_is_lost(tmp_path: Path) -> None:
    index = open_queue(tmp_path).put(b"a", {}).index
    (tmp_path / "next_index").unlink()
    assert open_queue(tmp_path).put(b"b", {}).index == index + 1


def test_a_page_starts_at_its_index_and_ends_at_its_length(tmp_path: Path) -> None:
    queue = open_queue(tmp_path)
    indexes = [queue.put(b"x", {}).index for _ in range(5)]
    assert [i.index for i in queue.page(index=indexes[1], length=2)] == indexes[1:3]


def test_minus_one_asks_for_the_newest_item_alone(tmp_path: Path) -> None:
    queue = open_queue(tmp_path)
    queue.put(b"old", {})
    queue.put(b"new", {})
    assert [item.data for item in queue.page(index=NEWEST, length=5)] == [b"new"]


def test_a_page_holds_only_items_with_all_the_tags(tmp_path: Path) -> None:
    queue = open_queue(tmp_path)
    queue.put(b"a", {"task_id": "1", "team": "x"})
    queue.put(b"b", {"task_id": "2", "team": "x"})
    assert [i.data for i in queue.page(length=9, tags={"team": "x", "task_id": "2"})] == [b"b"]


def test_a_put_beyond_the_capacity_is_refused_and_leaves_nothing(tmp_path: Path) -> None:
    queue = open_queue(tmp_path, max_items=1)
    queue.put(b"a", {})
    with pytest.raises(QueueFullError):
        queue.put(b"b", {})
    assert len(indexes_after_restart(tmp_path)) == 1


def test_the_payload_limit_is_inclusive(tmp_path: Path) -> None:
    queue = open_queue(tmp_path, max_payload_bytes=4)
    queue.put(b"1234", {})
    with pytest.raises(PayloadTooLargeError):
        queue.put(b"12345", {})


def test_truncate_deletes_what_is_below_and_keeps_the_index_itself(tmp_path: Path) -> None:
    queue = open_queue(tmp_path)
    indexes = [queue.put(b"x", {}).index for _ in range(4)]
    assert queue.truncate(indexes[2]) == 2
    assert indexes_after_restart(tmp_path) == indexes[2:]


def test_removing_an_item_twice_changes_nothing_the_second_time(tmp_path: Path) -> None:
    queue = open_queue(tmp_path)
    index = queue.put(b"x", {}).index
    assert [queue.remove([index]), queue.remove([index])] == [1, 0]


def test_items_of_priority_one_are_leased_first(tmp_path: Path) -> None:
    queue = open_queue(tmp_path)
    for name, priority in (("a", 0), ("b", 1), ("c", 0), ("d", 1)):
        queue.put(name.encode(), {}, priority=priority)
    leased = [queue.lease("one") for _ in range(4)]
    assert b"".join(item.data for item in leased if item) == b"bdac"


def test_a_leased_item_stays_in_the_queue_but_is_not_leased_again(tmp_path: Path) -> None:
    queue = open_queue(tmp_path)
    queue.put(b"a", {})
    queue.lease("one")
    assert queue.lease("two") is None
    assert queue.count() == 1


def test_search_tells_who_holds_an_item_and_how_many_wait_before_it(tmp_path: Path) -> None:
    queue = open_queue(tmp_path)
    held, first, second = (queue.put(b"x", {}).index for _ in range(3))
    queue.lease("one")
    assert queue.search(held) == Standing("one", 0)
    assert queue.search(first) == Standing("", 0)
    assert queue.search(second) == Standing("", 1)
    assert queue.search(second + 1) is None


def test_a_released_item_keeps_its_place_in_the_order(tmp_path: Path) -> None:
    queue = open_queue(tmp_path)
    for name in (b"a", b"b"):
        queue.put(name, {})
    queue.lease("one")
    queue.release(owner="one", max_delivery=2)
    again = queue.lease("two")
    assert again is not None
    assert (again.data, again.deliveries, again.owner) == (b"a", 2, "two")


def test_an_item_lost_as_often_as_allowed_is_dropped_for_good(tmp_path: Path) -> None:
    queue = open_queue(tmp_path)
    queue.put(b"a", {})
    queue.lease("one")
    assert queue.release(owner="one", max_delivery=2) == []
    queue.lease("one")
    assert [item.data for item in queue.release(owner="one", max_delivery=2)] == [b"a"]
    assert indexes_after_restart(tmp_path) == []
    assert len(list((tmp_path / "dropped").iterdir())) == 1


def test_releasing_one_consumer_leaves_the_others_their_items(tmp_path: Path) -> None:
    queue = open_queue(tmp_path)
    queue.put(b"a", {})
    kept = queue.put(b"b", {}).index
    queue.lease("one")
    queue.lease("two")
    queue.release(owner="one", max_delivery=2)
    assert queue.search(kept) == Standing("two", 0)


def test_releasing_an_index_leaves_the_same_owners_other_items(tmp_path: Path) -> None:
    queue = open_queue(tmp_path)
    first, second = (queue.put(b"x", {}).index for _ in range(2))
    queue.lease("one")
    queue.lease("one")
    queue.release(indexes=[first], max_delivery=2)
    assert queue.search(first) == Standing("", 0)
    assert queue.search(second) == Standing("one", 0)


def test_a_count_can_ask_for_a_priority(tmp_path: Path) -> None:
    queue = open_queue(tmp_path)
    queue.put(b"a", {"team": "x"}, priority=1)
    queue.put(b"b", {"team": "x"})
    assert [queue.count(), queue.count(priority=1), queue.count(tags={"team": "y"})] == [2, 1, 0]


def test_attributes_state_length_capacity_and_ends(tmp_path: Path) -> None:
    queue = open_queue(tmp_path)
    first, last = queue.put(b"a", {}).index, queue.put(b"b", {}).index
    assert queue.attributes() == {
        "meta.maxPayloadBytes": "64",
        "stream.length": "2",
        "stream.approxMaxLength": "10",
        "stream.firstEntry": str(first),
        "stream.lastEntry": str(last),
    }
