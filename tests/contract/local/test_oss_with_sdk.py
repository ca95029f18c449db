"""The vendor's own client against the local object storage service."""

from __future__ import annotations

import base64
import hashlib
import hmac
import io
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta, timezone
from email.utils import format_datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import oss2
import oss2.models
import pytest
import requests
from requests.adapters import HTTPAdapter
from starlette.responses import Response

from local.cloud.oss.app import create_oss_app
from local.cloud.oss.store import BucketStore
from local.cloud.serving import LoopbackServer

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from starlette.requests import Request

    from local.cloud.oss.objects import ObjectEvent

KEY_ID, SECRET, REGION = "local-access-key", "local-secret-key", "cn-shanghai"
STS_ID, STS_SECRET, STS_TOKEN = "STS.local", "sts-secret", "sts-token"
FORBID = {"x-oss-forbid-overwrite": "true"}
TIMEOUT_S = 5
PART = 100 * 1024


class Clock:
    """The system's clock plus a shift that a test chooses."""

    def __init__(self) -> None:
        self.shift = timedelta()

    def __call__(self) -> datetime:
        return datetime.now(timezone.utc) + self.shift


class WholeAnswers(HTTPAdapter):
    """Read every answer at once; what the client leaves unread would never return to the pool."""

    def send(self, request: requests.PreparedRequest, **options: Any) -> requests.Response:  # type: ignore[override]
        """Send and read."""
        response = super().send(request, **options)
        response.content  # noqa: B018 - reading is what the property does
        return response


class Service:
    """A served store, its clock, its events, and the faults a test plants."""

    def __init__(self, root: Path) -> None:
        self.clock = Clock()
        self.store = BucketStore(
            root,
            ["state", "mount", "versioned", "old"],
            versioning={"versioned": "Enabled"},
            clock=self.clock,
        )
        self.fault: Response | None = None
        self.events: list[ObjectEvent] = []
        self.store.subscribe(self.events.append)
        app = create_oss_app(
            self.store,
            keys={KEY_ID: SECRET, STS_ID: STS_SECRET},
            region=REGION,
            clock=self.clock,
            tokens={STS_ID: STS_TOKEN},
            faults=self.break_down,
            old_buckets={"old"},
        )
        self.server = LoopbackServer(app)
        # One pool of connections for all clients, so that it can be closed at the end.
        self.session = oss2.Session(adapter=WholeAnswers())

    def break_down(self, request: Request) -> Response | None:
        """Answer with the planted fault, if any."""
        return self.fault

    def bucket(
        self, name: str = "state", *, auth: Any = None, region: str = REGION, endpoint: str = ""
    ) -> oss2.Bucket:
        """Return the vendor's client for one bucket."""
        return oss2.Bucket(
            auth or auth_of(KEY_ID, SECRET),
            endpoint or self.server.url,
            name,
            region=region,
            session=self.session,
            connect_timeout=TIMEOUT_S,
        )


def md5(data: bytes) -> str:
    return hashlib.md5(data, usedforsecurity=False).hexdigest().upper()


def auth_of(key_id: str, secret: str, token: str = "") -> Any:
    provider = oss2.credentials.StaticCredentialsProvider(key_id, secret, token)
    return oss2.ProviderAuthV4(provider)


@pytest.fixture(scope="session")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    service = Service(tmp_path_factory.mktemp("oss"))
    with service.server:
        yield service
        service.session.session.close()


@pytest.fixture
def service(served: Service) -> Iterator[Service]:
    yield served
    served.clock.shift = timedelta()
    served.fault = None
    served.events.clear()
    for name in served.store.buckets:
        for stored in served.store.list_page(name, max_keys=1000).objects:
            served.store.delete(name, stored.key)


@pytest.fixture
def bucket(service: Service) -> oss2.Bucket:
    return service.bucket()


def test_put_and_get_round_trip_bytes_type_and_metadata(bucket: oss2.Bucket) -> None:
    put = bucket.put_object(
        "results/poster.png",
        b"pixels",
        headers={
            "Content-Type": "image/png",
            "Cache-Control": "no-store",
            "x-oss-meta-Job-Id": "j1",
            "x-oss-meta-city": quote("湖州市"),
        },
    )
    got = bucket.get_object("results/poster.png")

    assert got.read() == b"pixels"
    assert put.status == got.status == 200
    assert put.etag == got.etag == md5(b"pixels")
    assert got.headers["etag"] == f'"{put.etag}"'
    assert got.content_type == "image/png"
    assert got.headers["cache-control"] == "no-store"
    assert got.headers["x-oss-meta-job-id"] == "j1"
    assert got.headers["x-oss-meta-city"] == quote("湖州市")
    assert put.crc == got.server_crc == got.client_crc
    assert len(put.request_id) == 24
    assert put.request_id != got.request_id
    assert "date" in got.headers


def test_head_tells_size_and_time_without_bytes(service: Service, bucket: oss2.Bucket) -> None:
    service.clock.shift = timedelta(minutes=-5)
    bucket.put_object("k", b"12345")

    head = bucket.head_object("k")
    meta = bucket.get_object_meta("k")

    assert (head.content_length, meta.content_length) == (5, 5)
    assert head.object_type == "Normal"
    assert abs(head.last_modified - service.clock().timestamp()) < 60
    assert (bucket.object_exists("k"), bucket.object_exists("no")) == (True, False)


@pytest.mark.parametrize("call", ["get_object", "head_object", "get_object_tagging"])
def test_an_absent_key_is_the_sdks_no_such_key(bucket: oss2.Bucket, call: str) -> None:
    with pytest.raises(oss2.exceptions.NoSuchKey) as caught:
        getattr(bucket, call)("absent/路")

    assert (caught.value.status, caught.value.code) == (404, "NoSuchKey")
    assert caught.value.ec == "0026-00000001"
    assert len(caught.value.request_id) == 24


def test_an_unknown_bucket_is_the_sdks_no_such_bucket(service: Service) -> None:
    with pytest.raises(oss2.exceptions.NoSuchBucket):
        service.bucket("elsewhere").get_object("k")
    with pytest.raises(oss2.exceptions.NoSuchBucket):
        service.bucket("elsewhere").list_objects_v2()


def test_forbidding_to_overwrite_keeps_the_first_object(bucket: oss2.Bucket) -> None:
    bucket.put_object("slot", b"first", headers=FORBID)
    with pytest.raises(oss2.exceptions.ServerError) as caught:
        bucket.put_object("slot", b"second", headers=FORBID)

    assert (caught.value.status, caught.value.code) == (409, "FileAlreadyExists")
    assert caught.value.ec == "0026-00000002"
    assert bucket.get_object("slot").read() == b"first"

    bucket.put_object("slot", b"third")
    assert bucket.get_object("slot").read() == b"third"


def test_one_of_many_creating_clients_wins(service: Service) -> None:
    racers = 8
    barrier = threading.Barrier(racers)

    def create(writer: int) -> str:
        client = service.bucket()
        barrier.wait(timeout=10)
        try:
            client.put_object("slot", str(writer), headers=FORBID)
        except oss2.exceptions.ServerError as error:
            return str(error.code)
        return "won"

    with ThreadPoolExecutor(racers) as pool:
        fates = list(pool.map(create, range(racers)))

    assert sorted(fates) == ["FileAlreadyExists"] * (racers - 1) + ["won"]
    assert service.bucket().get_object("slot").read() == str(fates.index("won")).encode()
    assert [event.key for event in service.events] == ["slot"]


def test_a_versioned_bucket_says_so_and_ignores_the_ban(service: Service) -> None:
    versioned = service.bucket("versioned")
    versioned.put_object("slot", b"first", headers=FORBID)
    versioned.put_object("slot", b"second", headers=FORBID)

    assert versioned.get_object("slot").read() == b"second"
    assert versioned.get_bucket_versioning().status == "Enabled"
    assert service.bucket().get_bucket_versioning().status is None


def test_versioning_can_be_switched_by_the_client(service: Service) -> None:
    mount = service.bucket("mount")
    config = oss2.models.BucketVersioningConfig()
    config.status = "Suspended"
    mount.put_bucket_versioning(config)

    assert mount.get_bucket_versioning().status == "Suspended"
    service.store.set_versioning("mount", "")
    config.status = "Disabled"
    with pytest.raises(oss2.exceptions.MalformedXml):
        mount.put_bucket_versioning(config)


def test_a_body_that_is_not_its_digest_is_refused(bucket: oss2.Bucket) -> None:
    digest = oss2.utils.content_md5(b"right")
    bucket.put_object("k", b"right", headers={"Content-MD5": digest})
    with pytest.raises(oss2.exceptions.InvalidDigest):
        bucket.put_object("k", b"wrong", headers={"Content-MD5": digest})

    assert bucket.get_object("k").read() == b"right"


def test_deleting_answers_204_whether_it_was_there_or_not(bucket: oss2.Bucket) -> None:
    bucket.put_object("k", b"")

    assert [bucket.delete_object("k").status for _ in range(2)] == [204, 204]
    assert not bucket.object_exists("k")


@pytest.mark.parametrize(
    ("byte_range", "headers", "status", "expected"),
    [
        ((2, 4), {}, 206, b"234"),
        ((7, None), {}, 206, b"789"),
        ((None, 3), {}, 206, b"789"),
        ((5, 20), {}, 200, b"0123456789"),
        ((5, 20), {"x-oss-range-behavior": "standard"}, 206, b"56789"),
    ],
)
def test_a_range_is_cut_as_oss_cuts_it(
    bucket: oss2.Bucket, byte_range: Any, headers: dict[str, str], status: int, expected: bytes
) -> None:
    bucket.put_object("digits", b"0123456789")
    got = bucket.get_object("digits", byte_range=byte_range, headers=headers)

    assert (got.status, got.read()) == (status, expected)
    assert bool(got.content_range) == (status == 206)


def test_a_text_travels_in_gzip_for_whom_asks_for_it(bucket: oss2.Bucket) -> None:
    text, asked = b"a" * 1024, {"Accept-Encoding": "gzip"}
    for key, data in (("t.txt", text), ("short.txt", text[1:]), ("p.png", text)):
        bucket.put_object(key, data)

    got, head = bucket.get_object("t.txt", headers=asked), bucket.head_object("t.txt", asked)
    assert (got.read(), got.content_length, got.etag) == (text, None, None)
    assert got.headers["content-encoding"] == head.headers["content-encoding"] == "gzip"
    assert bucket.get_object("t.txt").headers["etag"] == f'"{md5(text)}"'
    assert bucket.get_object("t.txt", byte_range=(0, 1), headers=asked).read() == b"aa"
    for key in ("short.txt", "p.png"):
        assert "content-encoding" not in bucket.get_object(key, headers=asked).headers


def test_a_standard_range_past_the_end_is_416(bucket: oss2.Bucket) -> None:
    bucket.put_object("digits", b"0123456789")
    with pytest.raises(oss2.exceptions.ServerError) as caught:
        bucket.get_object(
            "digits", byte_range=(10, 12), headers={"x-oss-range-behavior": "standard"}
        )

    assert (caught.value.status, caught.value.code) == (416, "InvalidRange")


def test_conditions_on_reads_hold_and_on_writes_are_refused(bucket: oss2.Bucket) -> None:
    etag = bucket.put_object("k", b"1").etag
    other = "0" * 32

    assert bucket.get_object("k", headers={"If-None-Match": other}).read() == b"1"
    with pytest.raises(oss2.exceptions.NotModified):
        bucket.get_object("k", headers={"If-None-Match": f'"{etag}"'})
    with pytest.raises(oss2.exceptions.PreconditionFailed):
        bucket.get_object("k", headers={"If-Match": other})
    with pytest.raises(oss2.exceptions.ServerError) as caught:
        bucket.put_object("k", b"2", headers={"If-Match": etag})
    assert caught.value.ec == "0017-00000245"
    assert bucket.get_object("k").read() == b"1"


@pytest.mark.parametrize(
    "key",
    [
        "用户/城市/湖州市 早晨.json",
        "a b+c%20d&e=f?g#h",
        "dir/",
        "double//slash",
        "路" * 341,
        "line\nbreak",
        "form\x0cfeed",
        "'quoted'<&>\"",
    ],
)
def test_awkward_keys_round_trip_through_every_call(bucket: oss2.Bucket, key: str) -> None:
    bucket.put_object(key, key.encode())

    assert bucket.get_object(key).read() == key.encode()
    assert [item.key for item in bucket.list_objects_v2(prefix=key[:3]).object_list] == [key]
    url = bucket.sign_url("GET", key, 60)
    assert requests.get(url, timeout=TIMEOUT_S).content == key.encode()
    assert bucket.copy_object("state", key, "copy").etag == md5(key.encode())
    assert bucket.batch_delete_objects([key]).deleted_keys == [key]
    assert not bucket.object_exists(key)


@pytest.mark.parametrize("key", ["路" * 342, "/leading", "\\leading"])
def test_a_key_oss_would_not_take_is_refused(bucket: oss2.Bucket, key: str) -> None:
    with pytest.raises(oss2.exceptions.InvalidObjectName):
        bucket.put_object(key, b"")


def test_250_keys_are_listed_in_pages_in_order(service: Service, bucket: oss2.Bucket) -> None:
    names = [f"open/路{number:03d}" for number in range(250)]
    for name in reversed(names):
        service.store.put("state", name, b"x")
    service.store.put("state", "other", b"x")

    pages: list[Any] = []
    token = ""
    while (not pages or token) and len(pages) < 4:
        page = bucket.list_objects_v2(prefix="open/", continuation_token=token, max_keys=100)
        pages.append(page)
        token = page.next_continuation_token if page.is_truncated else ""

    assert [len(page.object_list) for page in pages] == [100, 100, 50]
    assert [item.key for page in pages for item in page.object_list] == names
    item = pages[0].object_list[0]
    assert (item.size, item.etag) == (1, md5(b"x"))
    assert abs(item.last_modified - service.clock().timestamp()) < 60
    walked = oss2.ObjectIteratorV2(bucket, prefix="open/", start_after=names[199])
    assert [item.key for item in walked] == names[200:]


def test_a_delimiter_lists_folders(bucket: oss2.Bucket) -> None:
    for key in ("r/a/1", "r/a/2", "r/b", "s"):
        bucket.put_object(key, b"")
    page = bucket.list_objects_v2(prefix="r/", delimiter="/")

    assert page.prefix_list == ["r/a/"]
    assert [item.key for item in page.object_list] == ["r/b"]
    assert page.is_truncated is False


def test_the_first_version_of_the_listing_goes_by_marker(bucket: oss2.Bucket) -> None:
    for key in ("a", "r/a/1", "r/a/2", "r/b\x0c", "城/1", "城/2"):
        bucket.put_object(key, b"")

    walked = oss2.ObjectIterator(bucket, max_keys=1)
    assert [item.key for item in walked] == ["a", "r/a/1", "r/a/2", "r/b\x0c", "城/1", "城/2"]
    folders = list(oss2.ObjectIterator(bucket, delimiter="/", max_keys=1))
    assert [(item.key, item.is_prefix()) for item in folders] == [
        ("a", False),
        ("r/", True),
        ("城/", True),
    ]
    page = bucket.list_objects(prefix="r/", marker="r/a/1", max_keys=1)
    assert ([item.key for item in page.object_list], page.is_truncated) == (["r/a/2"], True)
    assert page.object_list[0].owner.id == page.object_list[0].owner.display_name
    assert bucket.list_objects_v2(fetch_owner=True).object_list[0].owner.id
    assert bucket.list_objects_v2().object_list[0].owner is None


@pytest.mark.parametrize("max_keys", ["0", "1001", "-1", "many"])
def test_a_page_size_out_of_bounds_is_refused(bucket: oss2.Bucket, max_keys: str) -> None:
    with pytest.raises(oss2.exceptions.InvalidArgument) as caught:
        bucket.list_objects_v2(max_keys=max_keys)

    assert (caught.value.name, caught.value.value) == ("max-keys", max_keys)


def test_many_objects_are_deleted_at_once(bucket: oss2.Bucket) -> None:
    for key in ("a", "城", "keep"):
        bucket.put_object(key, b"")
    deleted = bucket.batch_delete_objects(["a", "城", "never-was"]).deleted_keys

    assert deleted == ["a", "城", "never-was"]
    assert [item.key for item in bucket.list_objects_v2().object_list] == ["keep"]


def test_tags_come_with_the_object_and_can_be_replaced(bucket: oss2.Bucket) -> None:
    bucket.put_object("k", b"", headers={"x-oss-tagging": "kind=job&city=%E6%9D%AD%E5%B7%9E"})
    tags = bucket.get_object_tagging("k").tag_set.tagging_rule
    assert tags == {"kind": "job", "city": "杭州"}
    assert bucket.head_object("k").headers["x-oss-tagging-count"] == "2"

    rule = oss2.models.TaggingRule()
    rule.add("expire", "7d")
    bucket.put_object_tagging("k", oss2.models.Tagging(rule))
    assert bucket.get_object_tagging("k").tag_set.tagging_rule == {"expire": "7d"}

    bucket.delete_object_tagging("k")
    assert bucket.get_object_tagging("k").tag_set.tagging_rule == {}
    assert bucket.get_object("k").read() == b""


@pytest.mark.parametrize(
    "tags", ["&".join(f"t{number}=v" for number in range(11)), "%25=a", "a=%40", "=a", "a=1&a=2"]
)
def test_tags_oss_would_not_take_are_refused(bucket: oss2.Bucket, tags: str) -> None:
    with pytest.raises(oss2.exceptions.ServerError) as caught:
        bucket.put_object("k", b"", headers={"x-oss-tagging": tags})

    assert caught.value.code == "InvalidTag"


def test_a_copy_keeps_or_replaces_the_description(service: Service, bucket: oss2.Bucket) -> None:
    original = {"Content-Type": "image/png", "x-oss-meta-a": "1", "x-oss-tagging": "t=1"}
    bucket.put_object("源/图.png", b"pixels", headers=original)
    mount = service.bucket("mount")

    mount.copy_object("state", "源/图.png", "kept")
    replacing = {"x-oss-metadata-directive": "REPLACE", "x-oss-meta-b": "2"}
    mount.copy_object("state", "源/图.png", "replaced.txt", headers=replacing)

    kept, replaced = mount.get_object("kept"), mount.get_object("replaced.txt")
    assert kept.read() == replaced.read() == b"pixels"
    assert (kept.content_type, kept.headers["x-oss-meta-a"]) == ("image/png", "1")
    assert (replaced.headers.get("x-oss-meta-a"), replaced.headers["x-oss-meta-b"]) == (None, "2")
    assert mount.get_object_tagging("kept").tag_set.tagging_rule == {"t": "1"}
    with pytest.raises(oss2.exceptions.ServerError) as caught:
        mount.copy_object("state", "源/图.png", "kept", headers=FORBID)
    assert caught.value.code == "FileAlreadyExists"
    with pytest.raises(oss2.exceptions.NoSuchKey):
        mount.copy_object("state", "absent", "kept")


def test_every_kind_of_write_is_one_event(service: Service) -> None:
    mount = service.bucket("mount")
    mount.put_object("output/j1-1/task.json", b"{}")
    mount.copy_object("mount", "output/j1-1/task.json", "copy")
    with pytest.raises(oss2.exceptions.ServerError):
        mount.put_object("copy", b"", headers=FORBID)
    mount.get_object("copy").read()
    mount.delete_object("copy")
    put_in_parts(mount, "large", [b"a" * PART, b"b"])

    assert [(event.key, event.event_name, event.size) for event in service.events] == [
        ("output/j1-1/task.json", "ObjectCreated:PutObject", 2),
        ("copy", "ObjectCreated:CopyObject", 2),
        ("large", "ObjectCreated:CompleteMultipartUpload", PART + 1),
    ]


def test_an_event_carries_the_request_id_of_the_answer(service: Service) -> None:
    answer = service.bucket("mount").put_object("k", b"1")

    assert [event.request_id for event in service.events] == [answer.request_id]
    assert [event.etag for event in service.events] == [answer.etag]


def put_in_parts(bucket: oss2.Bucket, key: str, pieces: list[bytes]) -> Any:
    upload_id = bucket.init_multipart_upload(key, headers={"x-oss-meta-a": "1"}).upload_id
    parts = [
        oss2.models.PartInfo(number, uploaded.etag, size=len(piece), part_crc=uploaded.crc)
        for number, piece in enumerate(pieces, start=1)
        for uploaded in [bucket.upload_part(key, upload_id, number, piece)]
    ]
    return bucket.complete_multipart_upload(key, upload_id, parts)


def test_an_upload_in_parts_becomes_one_object(bucket: oss2.Bucket) -> None:
    pieces = [b"a" * PART, b"b" * PART, b"tail"]
    completed = put_in_parts(bucket, "大/large.bin", pieces)
    got = bucket.get_object("大/large.bin")

    assert got.read() == b"".join(pieces)
    assert got.etag == completed.etag
    assert got.etag.endswith("-3")
    assert (got.object_type, got.headers["x-oss-meta-a"]) == ("Multipart", "1")


def test_the_sdks_resumable_upload_works(bucket: oss2.Bucket, tmp_path: Path) -> None:
    source = tmp_path / "large.bin"
    source.write_bytes(bytes(range(256)) * 1200)
    store = oss2.ResumableStore(root=str(tmp_path))
    uploaded = oss2.resumable_upload(
        bucket, "k", str(source), store=store, multipart_threshold=PART, part_size=PART
    )

    assert uploaded.etag.endswith("-3")
    assert bucket.get_object("k").read() == source.read_bytes()


def test_a_part_may_be_copied_from_another_object(service: Service, bucket: oss2.Bucket) -> None:
    source = bytes(range(256)) * 800
    bucket.put_object("源/a b", source)
    mount = service.bucket("mount")
    upload_id = mount.init_multipart_upload("copy").upload_id
    ranges = [(0, PART - 1), (PART, None), None]
    parts = [
        oss2.models.PartInfo(
            number, mount.upload_part_copy("state", "源/a b", cut, "copy", upload_id, number).etag
        )
        for number, cut in enumerate(ranges, start=1)
    ]
    mount.complete_multipart_upload("copy", upload_id, parts)

    assert mount.get_object("copy").read() == source * 2
    with pytest.raises(oss2.exceptions.NoSuchKey):
        mount.upload_part_copy("state", "absent", None, "copy", upload_id, 1)


def test_a_copy_may_depend_on_its_source(bucket: oss2.Bucket) -> None:
    etag = bucket.put_object("k", b"1").etag
    fits, differs = {"x-oss-copy-source-if-match": etag}, {"x-oss-copy-source-if-match": "0"}

    assert bucket.copy_object("state", "k", "copy", headers=fits).etag == etag
    with pytest.raises(oss2.exceptions.PreconditionFailed):
        bucket.copy_object("state", "k", "other", headers=differs)
    with pytest.raises(oss2.exceptions.NotModified):
        bucket.copy_object("state", "k", "other", headers={"x-oss-copy-source-if-none-match": etag})
    assert not bucket.object_exists("other")


def test_an_upload_may_be_completed_from_all_there_is(bucket: oss2.Bucket) -> None:
    upload_id = bucket.init_multipart_upload("k").upload_id
    for number, piece in ((5, b"tail"), (2, b"a" * PART)):
        bucket.upload_part("k", upload_id, number, piece)
    everything, part = {"x-oss-complete-all": "yes"}, oss2.models.PartInfo(5, "")

    with pytest.raises(oss2.exceptions.InvalidArgument):
        bucket.complete_multipart_upload("k", upload_id, [part], headers=everything)
    completed = bucket.complete_multipart_upload("k", upload_id, None, headers=everything)
    assert completed.etag.endswith("-2")
    assert bucket.get_object("k").read() == b"a" * PART + b"tail"


def test_unfinished_uploads_are_listed_in_pages(bucket: oss2.Bucket) -> None:
    begun = [(key, bucket.init_multipart_upload(key).upload_id) for key in ("r/b", "a", "r/a", "a")]

    walked = oss2.MultipartUploadIterator(bucket, max_uploads=1)
    assert [(each.key, each.upload_id) for each in walked] == sorted(begun)
    of_one = oss2.ObjectUploadIterator(bucket, "a", max_uploads=1)
    assert [each.upload_id for each in of_one] == sorted(i for key, i in begun if key == "a")
    folders = oss2.MultipartUploadIterator(bucket, delimiter="/", max_uploads=1)
    assert [each.key for each in folders] == ["a", "a", "r/"]
    assert [each.key for each in oss2.MultipartUploadIterator(bucket, prefix="r/")] == [
        "r/a",
        "r/b",
    ]
    for key, upload_id in begun:
        bucket.abort_multipart_upload(key, upload_id)
    assert list(oss2.MultipartUploadIterator(bucket)) == []


def test_uploaded_parts_are_listed_in_pages(bucket: oss2.Bucket) -> None:
    upload_id = bucket.init_multipart_upload("k").upload_id
    for number in (3, 1, 2):
        bucket.upload_part("k", upload_id, number, b"x" * number)

    page = bucket.list_parts("k", upload_id, max_parts=2)
    rest = bucket.list_parts("k", upload_id, marker=page.next_marker)

    assert [(part.part_number, part.size) for part in page.parts] == [(1, 1), (2, 2)]
    assert (page.is_truncated, rest.is_truncated) == (True, False)
    assert [part.etag for part in rest.parts] == [md5(b"xxx")]


def test_an_aborted_upload_is_gone(bucket: oss2.Bucket) -> None:
    upload_id = bucket.init_multipart_upload("k").upload_id
    bucket.upload_part("k", upload_id, 1, b"1")
    bucket.abort_multipart_upload("k", upload_id)

    with pytest.raises(oss2.exceptions.NoSuchUpload):
        bucket.upload_part("k", upload_id, 2, b"2")
    assert not bucket.object_exists("k")


def test_parts_that_do_not_fit_are_refused(bucket: oss2.Bucket) -> None:
    upload_id = bucket.init_multipart_upload("k").upload_id
    etag = bucket.upload_part("k", upload_id, 1, b"small").etag
    bucket.upload_part("k", upload_id, 2, b"small")
    first, second, third = (oss2.models.PartInfo(number, etag) for number in (1, 2, 3))
    refused = {
        "InvalidPart": [first, third],
        "EntityTooSmall": [first, second],
    }

    for code, parts in refused.items():
        with pytest.raises(oss2.exceptions.ServerError) as caught:
            bucket.complete_multipart_upload("k", upload_id, parts)
        assert caught.value.code == code
    completed = bucket.complete_multipart_upload("k", upload_id, [first])
    assert (completed.status, completed.etag[-2:]) == (200, "-1")


def test_an_upload_may_be_forbidden_to_overwrite(bucket: oss2.Bucket) -> None:
    upload_id = bucket.init_multipart_upload("k").upload_id
    etag = bucket.upload_part("k", upload_id, 1, b"late").etag
    bucket.put_object("k", b"early")

    with pytest.raises(oss2.exceptions.ServerError) as caught:
        bucket.complete_multipart_upload(
            "k", upload_id, [oss2.models.PartInfo(1, etag)], headers=FORBID
        )
    assert caught.value.code == "FileAlreadyExists"
    with pytest.raises(oss2.exceptions.ServerError) as caught:
        bucket.init_multipart_upload("k", headers=FORBID)
    assert caught.value.code == "FileAlreadyExists"
    assert bucket.get_object("k").read() == b"early"


def test_a_body_streamed_without_a_length_is_stored_whole(bucket: oss2.Bucket) -> None:
    bucket.put_object("file", io.BytesIO(b"from a file"))
    bucket.put_object("chunks", iter([b"one,", b"two"]))

    assert bucket.get_object("file").read() == b"from a file"
    assert bucket.get_object("chunks").read() == b"one,two"


def test_a_wrong_secret_is_the_sdks_signature_does_not_match(service: Service) -> None:
    stranger = service.bucket(auth=auth_of(KEY_ID, "wrong"))
    with pytest.raises(oss2.exceptions.SignatureDoesNotMatch) as caught:
        stranger.put_object("k", b"")

    assert caught.value.status == 403
    assert service.store.list_page("state").objects == ()


def test_an_unknown_access_key_is_refused(service: Service) -> None:
    with pytest.raises(oss2.exceptions.ServerError) as caught:
        service.bucket(auth=auth_of("nobody", SECRET)).get_object("k")

    assert (caught.value.status, caught.value.code) == (403, "InvalidAccessKeyId")


def test_another_region_in_the_signature_is_refused(service: Service) -> None:
    with pytest.raises(oss2.exceptions.InvalidArgument) as caught:
        service.bucket(region="cn-hangzhou").get_object("k")

    assert caught.value.ec == "0002-00000226"
    url = service.bucket(region="cn-hangzhou").sign_url("GET", "k", 60)
    assert "The signing region in credential is invalid." in requests.get(url, timeout=5).text


def test_signatures_of_version_1_are_for_old_buckets(service: Service) -> None:
    auth = oss2.make_auth(KEY_ID, SECRET, oss2.AUTH_VERSION_1)
    with pytest.raises(oss2.exceptions.AccessDenied) as caught:
        service.bucket(auth=auth).get_object("k")
    assert ("version 4" in caught.value.message, caught.value.ec) == (True, "0002-00000080")

    old = service.bucket("old", auth=auth)
    key = "路/a b+c.zip"
    old.put_object(key, b"zip", headers={"x-oss-meta-a": "1", "Content-Type": "text/plain"})
    put_in_parts(old, "large", [b"a" * PART, b"b"])
    rule = oss2.models.TaggingRule()
    rule.add("kind", "code")
    old.put_object_tagging(key, oss2.models.Tagging(rule))
    # One header's name begins with another's.
    retagged = {"x-oss-tagging": "a=1", "x-oss-tagging-directive": "REPLACE"}
    old.copy_object("old", key, key, headers=retagged)
    assert old.get_object_tagging(key).tag_set.tagging_rule == {"a": "1"}
    assert old.get_object(key, params={"response-content-type": "a/b"}).content_type == "a/b"
    assert [item.key for item in oss2.ObjectIteratorV2(old, max_keys=1)] == ["large", key]
    assert old.batch_delete_objects([key, "large"]).deleted_keys == [key, "large"]


def test_a_url_of_version_1_covers_method_key_and_lifetime(service: Service) -> None:
    old = service.bucket("old", auth=oss2.Auth(KEY_ID, SECRET))
    old.put_object("k", b"1")
    url = old.sign_url("GET", "k", 60, params={"response-content-type": "a/b"})

    def status(address: str, method: str = "GET", **options: Any) -> int:
        return requests.request(method, address, timeout=TIMEOUT_S, **options).status_code

    opened = requests.get(url, timeout=TIMEOUT_S)
    assert (opened.content, opened.headers["content-type"]) == (b"1", "a/b")
    assert status(url.replace("/k?", "/l?")) == status(url, "PUT", data=b"") == 403
    assert status(url.replace("Expires=", "Expires=1")) == 403
    assert status(url.replace("Signature=", "Other=")) == 501
    assert status(url.replace("Expires=", "x-oss-expires=")) == 403
    assert status(url, headers={"Authorization": f"OSS {KEY_ID}:x"}) == 400
    assert status(url.replace("/k?", "?")) == 403
    service.clock.shift = timedelta(seconds=61)
    assert "Request has expired." in requests.get(url, timeout=TIMEOUT_S).text


def test_a_streamed_body_is_signed_as_the_vendors_deployment_tool_does(service: Service) -> None:
    """Version 1, a token in a header, the date in x-oss-date, no length."""
    date = format_datetime(datetime.now(timezone.utc), usegmt=True)
    headers = {"x-oss-date": date, "x-oss-security-token": STS_TOKEN}

    def put(signature: str) -> int:
        authorization = {"Authorization": f"OSS {STS_ID}:{signature}"}
        url = f"{service.server.url}/old/code/f.zip"
        body = iter([b"zi", b"p"])
        return requests.put(
            url, data=body, headers=headers | authorization, timeout=TIMEOUT_S
        ).status_code

    signed = (
        f"PUT\n\n\n{date}\nx-oss-date:{date}\nx-oss-security-token:{STS_TOKEN}\n/old/code/f.zip"
    )
    digest = hmac.digest(STS_SECRET.encode(), signed.encode(), "sha1")
    assert put(base64.b64encode(digest).decode()) == 200
    assert service.store.get("old", "code/f.zip")[1] == b"zip"
    assert put("wrong") == 403
    headers["x-oss-security-token"] = "other"
    assert put(base64.b64encode(digest).decode()) == 403
    headers["x-oss-date"] = "yesterday"
    assert put("wrong") == 403


@pytest.mark.parametrize("said", ["nothing", f"{KEY_ID}:"])
def test_a_malformed_signature_of_version_1_is_refused(service: Service, said: str) -> None:
    authorization = {"Authorization": f"OSS {said}"}
    answer = requests.get(f"{service.server.url}/old/k", headers=authorization, timeout=TIMEOUT_S)
    assert (answer.status_code, "InvalidArgument" in answer.text) == (400, True)


def test_signatures_of_version_2_are_not_implemented(service: Service) -> None:
    second = service.bucket(auth=oss2.make_auth(KEY_ID, SECRET, oss2.AUTH_VERSION_2))
    with pytest.raises(oss2.exceptions.ServerError) as caught:
        second.get_object("k")
    assert caught.value.status == 501
    assert requests.get(second.sign_url("GET", "k", 60), timeout=TIMEOUT_S).status_code == 501


def test_an_anonymous_request_is_refused(service: Service) -> None:
    with pytest.raises(oss2.exceptions.AccessDenied):
        service.bucket(auth=oss2.AnonymousAuth()).get_object("k")


@pytest.mark.parametrize("minutes", [-16, 16])
def test_a_clock_a_quarter_of_an_hour_off_is_refused(service: Service, minutes: int) -> None:
    service.clock.shift = timedelta(minutes=minutes)
    with pytest.raises(oss2.exceptions.ServerError) as caught:
        service.bucket().get_object("k")

    assert (caught.value.status, caught.value.code) == (403, "RequestTimeTooSkewed")


def test_temporary_credentials_need_their_token(service: Service) -> None:
    service.bucket(auth=auth_of(STS_ID, STS_SECRET, STS_TOKEN)).put_object("k", b"1")
    signed = service.bucket(
        auth=oss2.StsAuth(STS_ID, STS_SECRET, STS_TOKEN, auth_version=oss2.AUTH_VERSION_4)
    ).sign_url("GET", "k", 60)
    assert requests.get(signed, timeout=TIMEOUT_S).content == b"1"

    refused = {
        "InvalidAccessKeyId": auth_of(STS_ID, STS_SECRET),
        "InvalidSecurityToken": auth_of(STS_ID, STS_SECRET, "other"),
    }
    for code, auth in refused.items():
        with pytest.raises(oss2.exceptions.ServerError) as caught:
            service.bucket(auth=auth).get_object("k")
        assert (caught.value.status, caught.value.code) == (403, code)


@pytest.mark.parametrize("slash_safe", [False, True])
def test_a_signed_url_opens_without_headers_until_it_expires(
    service: Service, bucket: oss2.Bucket, slash_safe: bool
) -> None:
    bucket.put_object("结果/poster.png", b"pixels", headers={"Content-Type": "image/png"})
    url = bucket.sign_url("GET", "结果/poster.png", 3600, slash_safe=slash_safe)

    service.clock.shift = timedelta(minutes=59)
    opened = requests.get(url, timeout=TIMEOUT_S)
    assert (opened.status_code, opened.content) == (200, b"pixels")
    assert opened.headers["content-type"] == "image/png"

    service.clock.shift = timedelta(minutes=61)
    expired = requests.get(url, timeout=TIMEOUT_S)
    assert expired.status_code == 403
    assert "<Code>AccessDenied</Code><Message>Request has expired.</Message>" in expired.text


def test_a_signed_url_may_rename_the_download(bucket: oss2.Bucket) -> None:
    bucket.put_object("k", b"1")
    name = "attachment; filename*=UTF-8''" + quote("海报.png")
    params = {"response-content-disposition": name, "response-content-type": "image/webp"}
    opened = requests.get(bucket.sign_url("GET", "k", 60, params=params), timeout=TIMEOUT_S)

    assert opened.headers["content-disposition"] == name
    assert opened.headers["content-type"] == "image/webp"


def test_a_signed_url_covers_method_key_type_and_lifetime(bucket: oss2.Bucket) -> None:
    headers = {"Content-Type": "text/csv"}
    url = bucket.sign_url("PUT", "uploads/u1.csv", 60, headers=headers)

    def status(method: str, address: str, **options: Any) -> int:
        return requests.request(method, address, timeout=TIMEOUT_S, **options).status_code

    assert status("PUT", url, data=b"a,b", headers=headers) == 200
    assert status("PUT", url, data=b"a,b", headers={"Content-Type": "text/html"}) == 403
    assert status("GET", url) == 403
    assert status("PUT", url.replace("u1.csv", "u2.csv"), data=b"", headers=headers) == 403
    longer = url.replace("x-oss-expires=60", "x-oss-expires=6000")
    assert status("PUT", longer, data=b"", headers=headers) == 403
    assert bucket.get_object("uploads/u1.csv").read() == b"a,b"


def test_additional_signed_headers_are_checked(bucket: oss2.Bucket) -> None:
    bucket.put_object("k", b"0123456789")
    url = bucket.sign_url(
        "GET", "k", 60, headers={"Range": "bytes=0-1"}, additional_headers={"range"}
    )

    signed = requests.get(url, headers={"Range": "bytes=0-1"}, timeout=TIMEOUT_S)
    assert (signed.status_code, signed.content) == (206, b"01")
    changed = requests.get(url, headers={"Range": "bytes=0-9"}, timeout=TIMEOUT_S)
    assert changed.status_code == 403


def test_a_read_that_announces_a_body_and_sends_none_is_answered(bucket: oss2.Bucket) -> None:
    bucket.put_object("k", b"0123456789")
    url = bucket.sign_url("GET", "k", 60)
    with requests.Session() as session:
        for _ in range(2):
            got = session.get(url, headers={"Content-Length": "9"}, timeout=TIMEOUT_S)
            assert (got.status_code, got.content) == (200, b"0123456789")


@pytest.mark.parametrize("expires", [0, 604_801])
def test_a_signed_url_lives_between_a_second_and_a_week(bucket: oss2.Bucket, expires: int) -> None:
    bucket.put_object("k", b"1")
    answer = requests.get(bucket.sign_url("GET", "k", expires), timeout=TIMEOUT_S)

    assert answer.status_code == 400
    assert "0002-00000232" in answer.text


def test_an_operation_it_does_not_know_is_refused_rather_than_ignored(bucket: oss2.Bucket) -> None:
    bucket.put_object("k", b"1")
    version = oss2.models.BatchDeleteObjectVersionList()
    version.append(oss2.models.BatchDeleteObjectVersion("k", "v"))
    calls = [
        lambda: bucket.put_object_acl("k", oss2.OBJECT_ACL_PUBLIC_READ),
        lambda: bucket.append_object("k", 0, b"2"),
        lambda: bucket.get_object("k", process="image/resize,w_10"),
        lambda: bucket.put_object("k", b"2", headers={"x-oss-storage-class": "Archive"}),
        lambda: bucket.put_object("k", b"2", headers={"x-oss-callback": "e30="}),
        lambda: bucket.delete_object_versions(version),
        bucket.create_bucket,
        bucket.delete_bucket,
        oss2.Service(auth_of(KEY_ID, SECRET), bucket.endpoint, region=REGION).list_buckets,
    ]

    for call in calls:
        with pytest.raises(oss2.exceptions.ServerError) as caught:
            call()
        assert (caught.value.status, caught.value.code) == (501, "NotImplemented")
    bucket.put_object("k", b"1", headers={"x-oss-storage-class": "Standard"})
    answer = requests.request("PATCH", bucket.sign_url("PATCH", "k", 60), timeout=TIMEOUT_S)
    assert answer.status_code == 405
    assert bucket.get_object("k").read() == b"1"


def test_a_planted_fault_answers_in_the_services_place(
    service: Service, bucket: oss2.Bucket
) -> None:
    service.fault = Response(status_code=503)
    with pytest.raises(oss2.exceptions.ServerError) as caught:
        bucket.put_object("k", b"1")
    assert caught.value.status == 503

    service.fault = None
    assert not bucket.object_exists("k")


def test_the_service_survives_a_restart(service: Service, bucket: oss2.Bucket) -> None:
    bucket.put_object("jobs/j1/000001.json", b"{}", headers={"x-oss-meta-writer": "w1"})
    root = service.store.folder("state").parent
    app = create_oss_app(
        BucketStore(root, ["state"]), keys={KEY_ID: SECRET}, region=REGION, clock=service.clock
    )

    with LoopbackServer(app) as again:
        client = service.bucket(endpoint=again.url)
        got = client.get_object("jobs/j1/000001.json")
        assert (got.read(), got.headers["x-oss-meta-writer"]) == (b"{}", "w1")
        with pytest.raises(oss2.exceptions.ServerError):
            client.put_object("jobs/j1/000001.json", b"2", headers=FORBID)
