"""The store behind the local object storage service."""

from __future__ import annotations

import logging
import tempfile
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timezone
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from local.cloud.oss.errors import (
    FileAlreadyExistsError,
    InvalidArgumentError,
    InvalidObjectNameError,
    NoSuchBucketError,
    NoSuchKeyError,
)
from local.cloud.oss.objects import COPY_EVENT
from local.cloud.oss.store import BucketStore

if TYPE_CHECKING:
    from local.cloud.oss.objects import ListPage, ObjectEvent

BUCKET = "state"
NOON = datetime(2026, 11, 23, 12, tzinfo=timezone.utc)
RACERS = 16


@pytest.fixture
def store(tmp_path: Path) -> BucketStore:
    return BucketStore(tmp_path, [BUCKET, "mount"], clock=lambda: NOON)


def keys_of(page: ListPage) -> list[str]:
    return [stored.key for stored in page.objects]


def all_files(root: Path) -> set[Path]:
    return {path.resolve() for path in root.rglob("*") if path.is_file()}


def test_an_object_is_a_plain_file_under_its_key(store: BucketStore, tmp_path: Path) -> None:
    store.put(BUCKET, "results/j1/poster.png", b"pixels")

    assert (tmp_path / BUCKET / "results" / "j1" / "poster.png").read_bytes() == b"pixels"
    assert store.folder(BUCKET) == tmp_path / BUCKET


def test_what_is_put_comes_back_with_its_description(store: BucketStore) -> None:
    put = store.put(
        BUCKET,
        "a.json",
        b"123456789",
        content_type="application/json",
        metadata={"owner": "w1"},
        headers={"cache-control": "no-store"},
        tags={"kind": "job"},
    )

    assert store.get(BUCKET, "a.json") == (put, b"123456789")
    assert store.head(BUCKET, "a.json") == put
    assert put.etag == "25F9E794323B453885F5181F1B624D0B"
    assert put.crc64 == 0x995DC9BBDF1939FA  # the check value published for CRC-64/XZ
    assert put.last_modified == NOON
    assert (put.size, put.content_type) == (9, "application/json")
    assert (put.metadata, put.tags) == ({"owner": "w1"}, {"kind": "job"})


def test_objects_survive_a_restart(store: BucketStore, tmp_path: Path) -> None:
    plain = store.put(BUCKET, "jobs/j1/000001.json", b"{}", metadata={"w": "1"}, tags={"t": ""})
    odd = store.put(BUCKET, "../escape/", b"!", content_type="text/plain")
    store.set_versioning("mount", "Suspended")

    again = BucketStore(tmp_path, [BUCKET, "mount"])

    assert again.get(BUCKET, "jobs/j1/000001.json") == (plain, b"{}")
    assert again.get(BUCKET, "../escape/") == (odd, b"!")
    assert (again.versioning(BUCKET), again.versioning("mount")) == ("", "Suspended")


def test_an_absent_key_and_an_unknown_bucket_are_told_apart(store: BucketStore) -> None:
    with pytest.raises(NoSuchKeyError):
        store.get(BUCKET, "nothing")
    with pytest.raises(NoSuchKeyError):
        store.set_tags(BUCKET, "nothing", {})
    with pytest.raises(NoSuchBucketError):
        store.put("elsewhere", "a", b"")


def test_a_bucket_name_that_is_a_path_is_refused(tmp_path: Path) -> None:
    for name in ("..", ".meta", "a/b", "UPPER", "ab"):
        with pytest.raises(InvalidArgumentError):
            BucketStore(tmp_path / "root", [name])

    assert not (tmp_path / "root").exists()


def test_deleting_twice_is_no_error_and_leaves_no_empty_folders(
    store: BucketStore, tmp_path: Path
) -> None:
    store.put(BUCKET, "results/j1/t1/poster.png", b"1")
    store.put(BUCKET, "results/j2/poster.png", b"2")

    store.delete(BUCKET, "results/j1/t1/poster.png")
    store.delete(BUCKET, "results/j1/t1/poster.png")
    store.delete(BUCKET, "results/j2/poster.png")

    assert list((tmp_path / BUCKET).rglob("*")) == [tmp_path / BUCKET / "results"]
    assert keys_of(store.list_page(BUCKET)) == []


def test_creating_if_absent_keeps_the_first_bytes(store: BucketStore) -> None:
    store.put(BUCKET, "slot", b"first", forbid_overwrite=True)

    with pytest.raises(FileAlreadyExistsError) as caught:
        store.put(BUCKET, "slot", b"second", forbid_overwrite=True)

    assert caught.value.ec == "0026-00000002"
    assert store.get(BUCKET, "slot")[1] == b"first"


@pytest.mark.parametrize("key", ["jobs/j1/000002.json", "odd//key"])
def test_exactly_one_of_racing_creators_wins(tmp_path: Path, key: str) -> None:
    # Two stores over one folder: the winner is decided on disk, not by a lock they share.
    stores = [BucketStore(tmp_path, [BUCKET]) for _ in range(2)]
    events: list[ObjectEvent] = []
    for one in stores:
        one.subscribe(events.append)
    barrier = threading.Barrier(RACERS)

    def create(writer: int) -> int | None:
        barrier.wait(timeout=10)
        try:
            stores[writer % 2].put(BUCKET, key, b"%d" % writer, forbid_overwrite=True)
        except FileAlreadyExistsError:
            return None
        return writer

    with ThreadPoolExecutor(RACERS) as pool:
        winners = [who for who in pool.map(create, range(RACERS)) if who is not None]

    assert len(winners) == 1
    assert stores[0].get(BUCKET, key)[1] == b"%d" % winners[0]
    assert [event.key for event in events] == [key]


def test_racing_overwrites_never_show_torn_bytes(store: BucketStore) -> None:
    writers, size = 8, 200_000
    store.put(BUCKET, "k", bytes([0]) * size)

    def write_and_read(writer: int) -> bool:
        store.put(BUCKET, "k", bytes([writer]) * size)
        stored, data = store.get(BUCKET, "k")
        return len(data) == size and len(set(data)) == 1 and stored.size == size

    with ThreadPoolExecutor(writers) as pool:
        assert all(pool.map(write_and_read, range(writers)))


def test_racing_writers_and_deleters_of_one_folder_lose_nothing(store: BucketStore) -> None:
    def churn(writer: int) -> None:
        for turn in range(20):
            store.put(BUCKET, f"a/b/c/{writer}", b"%d" % turn)
            store.delete(BUCKET, f"a/b/c/{writer}")
        store.put(BUCKET, f"a/b/c/{writer}", b"end")

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(churn, range(4)))

    assert keys_of(store.list_page(BUCKET)) == [f"a/b/c/{writer}" for writer in range(4)]
    assert all(store.get(BUCKET, f"a/b/c/{writer}")[1] == b"end" for writer in range(4))


def test_forbidding_means_nothing_while_versioning_is_on_or_suspended(tmp_path: Path) -> None:
    store = BucketStore(tmp_path, [BUCKET], versioning={BUCKET: "Enabled"})
    store.put(BUCKET, "slot", b"first", forbid_overwrite=True)
    store.put(BUCKET, "slot", b"second", forbid_overwrite=True)
    store.set_versioning(BUCKET, "Suspended")
    store.put(BUCKET, "slot", b"third", forbid_overwrite=True)

    assert store.get(BUCKET, "slot")[1] == b"third"

    store.set_versioning(BUCKET, "")
    with pytest.raises(FileAlreadyExistsError):
        store.put(BUCKET, "slot", b"fourth", forbid_overwrite=True)
    with pytest.raises(InvalidArgumentError):
        store.set_versioning(BUCKET, "enabled")


AWKWARD = [
    "../../../../etc/passwd",
    "..",
    ".",
    "/leading",
    "trailing/",
    "double//slash",
    "a/./b",
    "a/../b",
    "x" * 256,
    "路" * 341,
    ("城" * 84 + "/") * 3 + "海",
    "nul\0byte",
    "line\nbreak",
    "back\\slash",
    ".meta/state/versioning",
    "C:\\x",
]
segments = st.one_of(
    st.sampled_from(["", ".", "..", "a", "b", "路径", "x" * 255, "路" * 86]),
    st.text(st.characters(codec="utf-8"), max_size=8),
)
keys = st.lists(segments, min_size=1, max_size=5).map("/".join).filter(bool)


@settings(max_examples=25, deadline=None)
@given(st.lists(keys, min_size=1, max_size=8, unique=True))
@example(AWKWARD)
@example(["a", "a/b", "a/b/c", "a/"])
@example(["a/b/c", "a/b", "a"])
def test_any_keys_round_trip_and_never_leave_the_root(written: list[str]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        outside = Path(folder)
        root = outside / "one" / "root"
        store = BucketStore(root, [BUCKET])
        for number, key in enumerate(written):
            store.put(BUCKET, key, b"%d" % number)

        again = BucketStore(root, [BUCKET])

        listed = keys_of(again.list_page(BUCKET, max_keys=100))
        assert listed == sorted(written, key=str.encode)
        for number, key in enumerate(written):
            assert again.get(BUCKET, key)[1] == b"%d" % number
            assert key in keys_of(again.list_page(BUCKET, key[:2]))
        assert all(root.resolve() in path.parents for path in all_files(outside))
        for key in written:
            again.delete(BUCKET, key)
        assert keys_of(again.list_page(BUCKET)) == []
        assert not [path for path in all_files(root) if ".meta" not in path.parts]


def test_a_key_that_is_no_text_is_refused(store: BucketStore) -> None:
    with pytest.raises(InvalidObjectNameError):
        store.put(BUCKET, "\ud800", b"")


def test_a_freed_folder_name_becomes_a_plain_file_again(store: BucketStore, tmp_path: Path) -> None:
    store.put(BUCKET, "a/b", b"1")
    store.delete(BUCKET, "a/b")
    store.put(BUCKET, "a", b"2")

    assert (tmp_path / BUCKET / "a").read_bytes() == b"2"


def test_pages_follow_each_other_without_gap_or_repeat(store: BucketStore) -> None:
    names = [f"open/{number:03d}" for number in range(25)]
    for name in [*names, "closed/1", "openly"]:
        store.put(BUCKET, name, b"")

    pages: list[list[str]] = []
    token = ""
    while (not pages or token) and len(pages) < 4:
        page = store.list_page(BUCKET, "open/", continuation=token, max_keys=10)
        pages.append(keys_of(page))
        token = page.next_token

    assert [len(page) for page in pages] == [10, 10, 5]
    assert [key for page in pages for key in page] == names


def test_a_listing_starts_after_a_key_that_need_not_exist(store: BucketStore) -> None:
    for name in ("a", "b", "c"):
        store.put(BUCKET, name, b"")

    assert keys_of(store.list_page(BUCKET, start_after="aa")) == ["b", "c"]
    assert keys_of(store.list_page(BUCKET, start_after="b")) == ["c"]


def test_a_delimiter_folds_keys_into_prefixes_once_over_pages(store: BucketStore) -> None:
    for name in ("r/a/1", "r/a/2", "r/b", "r/c/1", "r/c/2", "s/1"):
        store.put(BUCKET, name, b"")

    whole = store.list_page(BUCKET, "r/", delimiter="/")
    assert (whole.prefixes, keys_of(whole)) == (("r/a/", "r/c/"), ["r/b"])

    seen, token = [], ""
    for _ in range(3):
        page = store.list_page(BUCKET, "r/", delimiter="/", max_keys=1, continuation=token)
        seen.append((page.prefixes, keys_of(page)))
        token = page.next_token
    assert seen == [(("r/a/",), []), ((), ["r/b"]), (("r/c/",), [])]
    assert token == ""

    after = store.list_page(BUCKET, "r/", delimiter="/", start_after="r/a/1")
    assert after.prefixes == ("r/a/", "r/c/")


def test_a_foreign_continuation_token_is_refused(store: BucketStore) -> None:
    with pytest.raises(InvalidArgumentError):
        store.list_page(BUCKET, continuation="not a token")


def test_each_write_tells_every_listener_once(store: BucketStore) -> None:
    first: list[ObjectEvent] = []
    second: list[ObjectEvent] = []
    store.subscribe(first.append)
    store.subscribe(second.append)

    put = store.put("mount", "output/t/task.json", b"{}", request_id="R1")
    store.put("mount", "copy", b"{}", event_name=COPY_EVENT)
    store.delete("mount", "copy")

    assert first == second
    assert [event.event_name for event in first] == [
        "ObjectCreated:PutObject",
        "ObjectCreated:CopyObject",
    ]
    event = first[0]
    assert (event.bucket, event.key, event.size) == ("mount", "output/t/task.json", 2)
    assert (event.etag, event.request_id) == (put.etag, "R1")
    assert event.time_iso == "2026-11-23T12:00:00.000Z"
    assert first[1].request_id != ""


def test_a_listener_can_use_the_store_and_its_failure_harms_nobody(
    store: BucketStore, caplog: pytest.LogCaptureFixture
) -> None:
    seen: list[bytes] = []

    def break_down(event: ObjectEvent) -> None:
        raise RuntimeError(event.key)

    store.subscribe(break_down)
    store.subscribe(lambda event: seen.append(store.get(event.bucket, event.key)[1]))

    with caplog.at_level(logging.ERROR):
        store.put(BUCKET, "k", b"written")

    assert seen == [b"written"]
    assert [record.message for record in caplog.records] == ["oss.listener_failed"]


def test_a_file_written_through_the_mount_is_an_object(store: BucketStore, tmp_path: Path) -> None:
    place = tmp_path / "mount" / "output" / "t1" / "poster.png"
    place.parent.mkdir(parents=True)
    place.write_bytes(b"painted")

    assert keys_of(store.list_page("mount", "output/")) == ["output/t1/poster.png"]
    stored = store.head("mount", "output/t1/poster.png")

    assert (stored.content_type, stored.size) == ("image/png", 7)


def test_metadata_does_not_outlive_the_bytes_it_was_given_for(
    store: BucketStore, tmp_path: Path
) -> None:
    store.put("mount", "a.txt", b"put", metadata={"writer": "client"})
    (tmp_path / "mount" / "a.txt").write_bytes(b"overwritten on the mount")

    stored, data = store.get("mount", "a.txt")

    assert data == b"overwritten on the mount"
    assert (stored.size, stored.metadata, stored.content_type) == (24, {}, "text/plain")


def test_a_link_on_the_mount_is_not_an_object(store: BucketStore, tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_bytes(b"s")
    (tmp_path / "mount" / "link").symlink_to(secret)

    with pytest.raises(NoSuchKeyError):
        store.get("mount", "link")
    assert keys_of(store.list_page("mount")) == []
