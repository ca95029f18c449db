"""What every ObjectStore promises, on the fake and on OSS."""

from __future__ import annotations

import gzip
import itertools
import threading
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import oss2
import pytest
import requests

from local.cloud.oss.app import create_oss_app
from local.cloud.oss.store import BucketStore
from local.cloud.serving import LoopbackServer
from shared.core.errors import PayloadTooLargeError, UpstreamRejectedError
from tests.contract.conftest import KEY, REGION, oss_store

if TYPE_CHECKING:
    from pathlib import Path

    from starlette.requests import Request

    from shared.ports import ObjectStore, SignedForm

_numbers = itertools.count()


def oss_bucket(url: str) -> Any:
    """Return the bucket as whoever uploads has it."""
    auth = oss2.AuthV4(KEY.access_key_id, KEY.access_key_secret)
    return oss2.Bucket(auth, url, "state", region=REGION)


@pytest.fixture
def store(bucket: ObjectStore) -> ObjectStore:
    return bucket


@pytest.fixture
def folder() -> str:
    return f"case-{next(_numbers)}/"


def test_what_was_put_is_read_back(store: ObjectStore, folder: str) -> None:
    store.put(folder + "行程.json", b"\x00{}", content_type="application/json")
    assert store.get(folder + "行程.json") == b"\x00{}"


def test_an_empty_object_is_an_object(store: ObjectStore, folder: str) -> None:
    store.put(folder + "empty", b"")
    assert store.get(folder + "empty") == b""
    head = store.head(folder + "empty")
    assert head is not None
    assert head.size == 0


def test_a_key_with_awkward_characters_is_one_key(store: ObjectStore, folder: str) -> None:
    key = folder + "a b+c%2Fd?e#f&g=h"
    store.put(key, b"x")
    assert store.get(key) == b"x"
    assert [item.key for item in store.page(folder).items] == [key]


def test_an_absent_object_is_none_for_get_and_head(store: ObjectStore, folder: str) -> None:
    assert store.get(folder + "nothing") is None
    assert store.head(folder + "nothing") is None


def test_put_replaces(store: ObjectStore, folder: str) -> None:
    store.put(folder + "a", b"old")
    store.put(folder + "a", b"newer")
    assert store.get(folder + "a") == b"newer"


def test_create_writes_only_where_nothing_is(store: ObjectStore, folder: str) -> None:
    assert store.create(folder + "a", b"first")
    assert not store.create(folder + "a", b"second")
    assert store.get(folder + "a") == b"first"


def test_finding_ones_own_bytes_counts_as_having_created_them(
    store: ObjectStore, folder: str
) -> None:
    assert store.create(folder + "a", b"mine")
    assert store.create(folder + "a", b"mine")


def test_one_of_many_creators_wins(store: ObjectStore, folder: str) -> None:
    won: list[int] = []
    ready = threading.Barrier(5)

    def create(number: int) -> None:
        ready.wait()
        if store.create(folder + "a", f"writer {number}".encode()):
            won.append(number)

    threads = [threading.Thread(target=create, args=(number,)) for number in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(won) == 1
    assert store.get(folder + "a") == f"writer {won[0]}".encode()


def test_a_deleted_object_is_gone_and_may_be_deleted_again(store: ObjectStore, folder: str) -> None:
    store.put(folder + "a", b"x")
    store.delete(folder + "a")
    store.delete(folder + "a")
    assert store.get(folder + "a") is None
    assert store.create(folder + "a", b"y")


def test_get_refuses_more_bytes_than_asked_for(store: ObjectStore, folder: str) -> None:
    store.put(folder + "a", b"x" * 1000)
    assert store.get(folder + "a", max_bytes=1000) == b"x" * 1000
    with pytest.raises(PayloadTooLargeError):
        store.get(folder + "a", max_bytes=999)


def test_an_absent_object_is_none_under_any_limit(store: ObjectStore, folder: str) -> None:
    assert store.get(folder + "nothing", max_bytes=1) is None


@pytest.mark.parametrize(
    ("start", "length", "expected"),
    [
        (0, 4, b"0123"),
        (3, 4, b"3456"),
        (6, 4, b"6789"),
        (7, 100, b"789"),
        (0, 100, b"0123456789"),
        (10, 5, b""),
        (500, 5, b""),
    ],
)
def test_a_range_is_cut_at_the_end_of_the_object(
    store: ObjectStore, folder: str, start: int, length: int, expected: bytes
) -> None:
    store.put(folder + "digits", b"0123456789")
    part = store.read_range(folder + "digits", start, length)
    head = store.head(folder + "digits")
    assert part is not None
    assert head is not None
    assert (part.data, part.size, part.etag) == (expected, 10, head.etag)


def test_a_range_of_nothing_is_none_and_of_an_empty_object_empty(
    store: ObjectStore, folder: str
) -> None:
    store.put(folder + "empty", b"")
    assert store.read_range(folder + "absent", 0, 10) is None
    part = store.read_range(folder + "empty", 0, 10)
    assert part is not None
    assert (part.data, part.size) == (b"", 0)


def test_the_etag_is_another_one_when_the_content_is(store: ObjectStore, folder: str) -> None:
    seen = []
    for data in (b"one", b"two", b"one"):
        store.put(folder + "a", data)
        head = store.head(folder + "a")
        assert head is not None
        seen.append(head.etag)
    # What OSS makes of a simple upload: the MD5 of its bytes, upper case, without quotes.
    assert seen[0] == seen[2] == "F97C5D29941BFB1B2FDAB0874906AB82"
    assert seen[1] not in {"", seen[0]}


@pytest.mark.parametrize("letter", ["a", "é", "字", "🚗"])
def test_a_key_has_at_most_1023_bytes_of_utf_8(
    store: ObjectStore, folder: str, letter: str
) -> None:
    room = 1023 - len(folder.encode())
    key = folder + letter * (room // len(letter.encode()))
    key += "x" * (1023 - len(key.encode()))
    store.put(key, b"1")
    assert store.get(key) == b"1"
    for write in (store.put, store.create):
        with pytest.raises(UpstreamRejectedError):
            write(key + "x", b"1")


def test_head_tells_size_and_time_in_utc(store: ObjectStore, folder: str) -> None:
    store.put(folder + "a", b"12345")
    head = store.head(folder + "a")
    assert head is not None
    assert (head.key, head.size) == (folder + "a", 5)
    assert head.modified_at.utcoffset() == timedelta(0)


def test_a_listing_has_one_prefix_in_order(store: ObjectStore, folder: str) -> None:
    for name in ["b", "a", "c/d", "字"]:
        store.put(f"{folder}x/{name}", b"1")
    store.put(f"{folder}y", b"1")
    page = store.page(folder + "x/")
    assert [item.key for item in page.items] == [f"{folder}x/{n}" for n in ["a", "b", "c/d", "字"]]
    assert page.next_after == ""
    assert page.items[0].size == 1


def test_pages_follow_each_other_without_gap_or_overlap(store: ObjectStore, folder: str) -> None:
    for number in range(5):
        store.put(f"{folder}{number}", b"")
    seen, after, pages = [], "", 0
    while True:
        page = store.page(folder, after=after, limit=2)
        seen += [item.key for item in page.items]
        pages += 1
        if not page.next_after:
            break
        after = page.next_after
    assert seen == [f"{folder}{number}" for number in range(5)]
    assert pages == 3


def test_a_listing_begins_behind_a_key_that_need_not_exist(store: ObjectStore, folder: str) -> None:
    for name in "ace":
        store.put(folder + name, b"")
    assert [item.key for item in store.page(folder, after=folder + "b").items] == [
        folder + "c",
        folder + "e",
    ]


def test_an_empty_prefix_lists_nothing(store: ObjectStore, folder: str) -> None:
    page = store.page(folder)
    assert (page.items, page.next_after) == ((), "")


def test_a_signed_link_names_the_object_and_ends_when_asked(
    store: ObjectStore, folder: str
) -> None:
    store.put(folder + "poster.png", b"picture")
    link = store.sign(folder + "poster.png", seconds=600)
    assert urlsplit(link.url).path.endswith(folder + "poster.png")
    assert link.expires_at.utcoffset() == timedelta(0)


def test_a_signed_oss_link_needs_no_credentials(oss_url: str, folder: str) -> None:
    store = oss_store(oss_url)
    store.put(folder + "海报.png", b"picture")
    link = store.sign(folder + "海报.png", seconds=600)
    answer = requests.get(link.url, timeout=5)
    assert (answer.status_code, answer.content) == (200, b"picture")
    left = link.expires_at - datetime.now(timezone.utc)
    assert timedelta(seconds=590) < left <= timedelta(seconds=600)


def test_a_changed_oss_link_is_refused(oss_url: str, folder: str) -> None:
    store = oss_store(oss_url)
    store.put(folder + "a", b"x")
    store.put(folder + "b", b"y")
    link = store.sign(folder + "a", seconds=600)
    assert requests.get(link.url.replace(folder + "a", folder + "b"), timeout=5).status_code == 403


CODINGS = ("gzip", "deflate", "br", "zstd", "aws-chunked", "identity", "x-rot13", "gzip, br")


@pytest.mark.parametrize("coding", CODINGS)
@pytest.mark.parametrize("data", [b"plain", gzip.compress(b"packed" * 99, mtime=0)])
def test_bytes_are_read_as_they_are_stored_whatever_is_said_of_them(
    oss_url: str, folder: str, coding: str, data: bytes
) -> None:
    store = oss_store(oss_url)
    oss_bucket(oss_url).put_object(folder + "a", data, headers={"Content-Encoding": coding})

    head, part = store.head(folder + "a"), store.read_range(folder + "a", 2, 5)
    behind = store.read_range(folder + "a", len(data), 5)
    assert store.get(folder + "a", max_bytes=len(data)) == data
    assert head is not None
    assert (head.size, head.encoding) == (len(data), coding)
    assert part is not None
    assert (part.data, part.size) == (data[2:7], len(data))
    assert behind is not None
    assert (behind.data, behind.size) == (b"", len(data))


def test_what_is_put_says_nothing_of_its_bytes(store: ObjectStore, folder: str) -> None:
    store.put(folder + "a", b"x")
    head = store.head(folder + "a")
    assert head is not None
    assert head.encoding == ""


@pytest.mark.parametrize("minutes", [-3000, -16, 16, 3000])
def test_a_clock_that_oss_refuses_is_put_right_once_and_links_are_signed_by_it(
    tmp_path: Path, minutes: int
) -> None:
    asked: list[str] = []

    def there() -> datetime:
        return datetime.now(timezone.utc) + timedelta(minutes=minutes)

    def counted(request: Request) -> None:
        asked.append(request.method)

    app = create_oss_app(
        BucketStore(tmp_path, ["state"]),
        keys={KEY.access_key_id: KEY.access_key_secret},
        region=REGION,
        clock=there,
        faults=counted,
    )
    with LoopbackServer(app) as server:
        store = oss_store(server.url)
        store.put("a", b"1")
        assert asked == ["PUT", "PUT"]
        assert store.head("b") is None
        assert store.create("a", b"2") is False
        assert [item.key for item in store.page("").items] == ["a"]
        assert asked[2:] == ["HEAD", "PUT", "GET", "GET"]
        answer = requests.get(store.sign("a", seconds=60).url, timeout=5)
        assert (answer.status_code, answer.content) == (200, b"1")


@pytest.mark.parametrize("call", ["get", "head", "delete", "page"])
def test_every_call_puts_a_wrong_clock_right(tmp_path: Path, call: str) -> None:
    app = create_oss_app(
        BucketStore(tmp_path, ["state"]),
        keys={KEY.access_key_id: KEY.access_key_secret},
        region=REGION,
        clock=lambda: datetime.now(timezone.utc) + timedelta(days=400),
    )
    with LoopbackServer(app) as server:
        getattr(oss_store(server.url), call)("a")


def posted(form: SignedForm, data: bytes, **changed: str) -> requests.Response:
    """Return the answer to a form with this file, as a browser sends it."""
    fields = {**form.fields, **changed}
    return requests.post(form.url, data=fields, files={"file": ("render.png", data)}, timeout=5)


def test_a_form_names_key_and_type_and_ends_when_asked(store: ObjectStore, folder: str) -> None:
    form = store.post_form(folder + "车.png", size=7, media_type="image/png", seconds=600)
    assert form.fields["key"] == folder + "车.png"
    assert form.fields["content-type"] == "image/png"
    assert form.expires_at.utcoffset() == timedelta(0)


@pytest.mark.parametrize("token", ["", "CAIS+/=token"])
def test_an_oss_form_writes_its_key_without_credentials(tmp_path: Path, token: str) -> None:
    app = create_oss_app(
        BucketStore(tmp_path, ["state"]),
        keys={KEY.access_key_id: KEY.access_key_secret},
        region=REGION,
        clock=lambda: datetime.now(timezone.utc),
        tokens={KEY.access_key_id: token} if token else None,
    )
    with LoopbackServer(app) as server:
        store = oss_store(server.url)
        store.credentials = lambda: replace(KEY, security_token=token)
        store.__post_init__()
        form = store.post_form("a/车.png", size=7, media_type="image/png", seconds=600)
        assert posted(form, b"picture").status_code == 204
        assert store.get("a/车.png") == b"picture"
        changed = {"x-oss-security-token": "another"}
        assert posted(form, b"picture", **changed).status_code == 403


@pytest.mark.parametrize(
    ("data", "changed", "code"),
    [
        (b"pictures", {}, "EntityTooLarge"),
        (b"pic", {}, "EntityTooSmall"),
        (b"picture", {"key": "elsewhere"}, "AccessDenied"),
        (b"picture", {"content-type": "text/html"}, "AccessDenied"),
        (b"picture", {"x-oss-date": "20300101T000000Z"}, "InvalidArgument"),
        (b"picture", {"x-oss-signature": "0" * 64}, "SignatureDoesNotMatch"),
    ],
)
def test_an_oss_form_writes_nothing_else(
    oss_url: str, folder: str, data: bytes, changed: dict[str, str], code: str
) -> None:
    store = oss_store(oss_url)
    form = store.post_form(folder + "a.png", size=7, media_type="image/png", seconds=600)
    answer = posted(form, data, **changed)
    assert answer.status_code in {400, 403}
    assert f"<Code>{code}</Code>" in answer.text
    assert store.get(folder + "a.png") is None
    assert store.get("elsewhere") is None
