"""A file put under uploads/trips/ becomes posters, and a report says so line by line."""

from __future__ import annotations

import gzip
import json
import threading
import time
from typing import TYPE_CHECKING, Any

import oss2
import pytest

from local.cloud.identity import keys
from local.stack import MOUNT_BUCKET, ROOT
from shared.adapters.oss_object_store import OssObjectStore
from shared.settings.credentials import Credentials
from tests.integration.conftest import driver, finish

if TYPE_CHECKING:
    from local.stack import LocalStack
    from shared.ports import ObjectStore

SMALL_PICTURES = True

_EXAMPLES = ROOT / "examples" / "uploads"
_PATIENCE_SECONDS = 60.0


@pytest.fixture(scope="module")
def mount(stack: LocalStack) -> ObjectStore:
    """Return the mount as somebody sees it who may write uploads."""
    return OssObjectStore(
        endpoint=stack.urls["oss"],
        public_endpoint=stack.urls["oss"],
        region=keys.REGION,
        bucket=MOUNT_BUCKET,
        credentials=lambda: Credentials(keys.ACCESS_KEY_ID, keys.ACCESS_KEY_SECRET),
        timeout_seconds=5,
        deadline_seconds=10,
    )


def _report(mount: ObjectStore, name: str) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    """Wait for the summary of the file whose name begins so; return all rows in order, and it."""
    folder, end = f"uploads/reports/trips/{name}", time.monotonic() + _PATIENCE_SECONDS
    while time.monotonic() < end:
        found = [item.key for item in mount.page(folder).items]
        if any(key.endswith("/summary.json") for key in found):
            rows = [
                json.loads(line)
                for key in found
                if "/part-" in key
                for line in (mount.get(key) or b"").splitlines()
            ]
            summary = next(key for key in found if key.endswith("/summary.json"))
            return rows, json.loads(mount.get(summary) or b"")
        threading.Event().wait(0.2)
    pytest.fail(f"no report of {name}")


def test_a_file_with_good_and_bad_lines_becomes_posters_and_a_report(
    stack: LocalStack, mount: ObjectStore
) -> None:
    good = (_EXAMPLES / "trips.jsonl").read_bytes().splitlines()[0]
    other = good.replace(b'"driver-1"', b'"driver-2"')
    lines = [good, b'{"driver": "driver-2", "mood": "', other, b"", b'{"driver": "driver-3"}']
    mount.put("uploads/trips/2026/五月.jsonl", b"\r\n".join(lines))

    rows, summary = _report(mount, "2026/五月.jsonl")

    assert [(row["line"], row["outcome"]) for row in rows] == [
        (1, "accepted"),
        (2, "refused"),
        (3, "accepted"),
        (5, "refused"),
    ]
    assert "/end" in [problem["pointer"] for problem in rows[3]["problems"]]
    assert (summary["accepted"], summary["refused"], summary["ended"]) == (2, 2, "read")
    for row, name in ((rows[0], "driver-1"), (rows[2], "driver-2")):
        # Uploads belong to the tenant of the setting, which is that of tokens without one.
        job = finish(driver(stack, name), row["job_id"])
        assert job["status"] == "succeeded"
        assert job["poster"]["master"]["url"]


def test_a_text_becomes_a_poster(stack: LocalStack, mount: ObjectStore) -> None:
    mount.put("uploads/trips/trip.txt", (_EXAMPLES / "trip.txt").read_bytes())

    rows, _ = _report(mount, "trip.txt")

    assert finish(driver(stack, "driver-1"), rows[0]["job_id"])["status"] == "succeeded"


def test_what_uploaders_do_to_names_and_bytes_ends_in_a_report(
    stack: LocalStack, mount: ObjectStore
) -> None:
    lines = (_EXAMPLES / "trips.jsonl").read_bytes()
    auth = oss2.AuthV4(keys.ACCESS_KEY_ID, keys.ACCESS_KEY_SECRET)
    uploader = oss2.Bucket(auth, stack.urls["oss"], MOUNT_BUCKET, region=keys.REGION)
    packed = {"Content-Encoding": "gzip"}
    uploader.put_object("uploads/trips/packed.jsonl", gzip.compress(lines), headers=packed)
    long = "字" * 333 + ".jsonl"
    uploader.put_object(f"uploads/trips/{long}", lines)

    _, refused = _report(mount, "packed.jsonl")
    _, read = _report(mount, long[:300])

    assert (refused["ended"], "Content-Encoding: gzip" in refused["detail"]) == ("refused", True)
    assert (read["ended"], read["lines"], read["file"]) == ("read", 5, f"uploads/trips/{long}")


def test_every_example_line_is_good(mount: ObjectStore) -> None:
    mount.put("uploads/trips/examples.jsonl", (_EXAMPLES / "trips.jsonl").read_bytes())

    rows, summary = _report(mount, "examples.jsonl")

    assert {row["outcome"] for row in rows} <= {"accepted", "known"}
    assert summary["lines"] == len(rows) == 5
