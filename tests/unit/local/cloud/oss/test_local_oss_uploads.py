"""Uploads in parts, where the vendor's client would never go wrong by itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from local.cloud.oss.calls import Described
from local.cloud.oss.errors import InvalidPartError, InvalidPartOrderError, NoSuchUploadError
from local.cloud.oss.store import BucketStore
from local.cloud.oss.uploads import Part, Uploads

if TYPE_CHECKING:
    from pathlib import Path

PLAIN = Described("text/plain", {}, {}, {})


def complete(uploads: Uploads, key: str, upload_id: str, parts: list[Part]) -> None:
    uploads.complete("state", key, upload_id, parts, forbid=False, request_id="R")


def test_parts_out_of_order_or_none_are_refused(tmp_path: Path) -> None:
    uploads = Uploads(BucketStore(tmp_path, ["state"]))
    upload_id = uploads.begin("state", "k", PLAIN, forbid=False)
    etag, _ = uploads.add_part("state", "k", upload_id, 1, b"1")

    with pytest.raises(InvalidPartOrderError):
        complete(uploads, "k", upload_id, [Part(2, etag), Part(1, etag)])
    with pytest.raises(InvalidPartOrderError):
        complete(uploads, "k", upload_id, [Part(1, etag), Part(1, etag)])
    with pytest.raises(InvalidPartError):
        complete(uploads, "k", upload_id, [])


@pytest.mark.parametrize("upload_id", ["", "..", "../../records", "0" * 32])
def test_an_upload_id_nobody_was_given_is_refused(tmp_path: Path, upload_id: str) -> None:
    uploads = Uploads(BucketStore(tmp_path, ["state"]))

    with pytest.raises(NoSuchUploadError):
        uploads.abort("state", "k", upload_id)


def test_an_upload_belongs_to_its_key_and_survives_a_restart(tmp_path: Path) -> None:
    upload_id = Uploads(BucketStore(tmp_path, ["state"])).begin("state", "k", PLAIN, forbid=False)
    store = BucketStore(tmp_path, ["state"])
    uploads = Uploads(store)

    with pytest.raises(NoSuchUploadError):
        uploads.add_part("state", "other", upload_id, 1, b"1")
    etag, _ = uploads.add_part("state", "k", upload_id, 1, b"1")
    complete(uploads, "k", upload_id, [Part(1, etag)])

    assert store.get("state", "k")[1] == b"1"
    assert list(store.uploads_folder("state").iterdir()) == []
