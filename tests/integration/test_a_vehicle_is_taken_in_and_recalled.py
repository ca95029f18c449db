"""A studio's render over the whole stack: uploaded, listed, painted, recalled, withdrawn."""

from __future__ import annotations

import hashlib
import io
import json
import time
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
import requests
from PIL import Image

from local.client import RefusedError
from local.cloud.identity import keys
from local.options import StackOptions
from local.painter.plain import plain
from local.stack import MOUNT_BUCKET, LocalStack
from shared import bootstrap
from shared.jobs.record import JobStatus
from shared.settings.credentials import Credentials
from tests.fakes.demo_car import demo_car
from tests.fakes.poster import poster
from tests.integration.conftest import ANY_LIGHT, SAMPLE, driver, finish, mount_as

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

pytestmark = pytest.mark.slow

_NAME = "uploads/vehicles/citycar/g3/teal"


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalStack]:
    with LocalStack(
        tmp_path_factory.mktemp("studio"), StackOptions(paint=plain, settings=ANY_LIGHT)
    ) as running:
        yield running


def teal() -> bytes:
    """Return the demo car with other paint, premultiplied, as another tool might export it."""
    with Image.open(io.BytesIO(demo_car().render)) as picture:
        pixels = np.asarray(picture)
    share = pixels[..., 3:] / 255
    colour = np.rint(pixels[..., [1, 0, 2]] * share).astype(np.uint8)
    out = io.BytesIO()
    Image.fromarray(np.dstack([colour, pixels[..., 3]])).save(out, "PNG", compress_level=1)
    return out.getvalue()


def upload(stack: LocalStack) -> None:
    """Put the files as a studio does, each by a request of its own."""
    mount = mount_as(stack, Credentials(keys.ACCESS_KEY_ID, keys.ACCESS_KEY_SECRET))
    render = teal()
    card = demo_car().card
    told = {"generation": "g3", "paint": "teal", "titles": {"zh": "青色", "en": "Citycar, teal"}}
    card |= {**told, "sha256": hashlib.sha256(render).hexdigest()}
    mount.put(f"{_NAME}.json", json.dumps(card).encode())
    mount.put(f"{_NAME}.badge.png", demo_car().badge)
    mount.put(f"{_NAME}.png", render)
    assert stack.host.drain(60)


def vehicles(stack: LocalStack) -> list[dict[str, Any]]:
    headers = {"Authorization": f"Bearer {stack.keys.token('driver-1')}"}
    answer = requests.get(f"{stack.urls['app']}/v1/vehicles", headers=headers, timeout=15)
    assert answer.status_code == 200
    again = requests.get(
        f"{stack.urls['app']}/v1/vehicles",
        headers={**headers, "If-None-Match": answer.headers["ETag"]},
        timeout=15,
    )
    assert (again.status_code, again.content) == (304, b"")
    found: list[dict[str, Any]] = answer.json()["vehicles"]
    return found


def catalogue_read_anew() -> None:
    """Let the minute pass for which an instance keeps the catalogue."""
    bootstrap.reset()


def operate(*arguments: str) -> str:
    status, said = poster("vehicles", *arguments)
    assert status == 0, said
    return said


def wait(condition: Callable[[], bool], seconds: float = 60) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.2)


def send(stack: LocalStack, folder: Path, key: str) -> str:
    trip = {**json.loads(SAMPLE.read_bytes()), "share": True}
    trip["vehicle"] = {"model": "citycar", "generation": "g3", "paint": "teal"}
    path = folder / "trip.json"
    path.write_text(json.dumps(trip))
    return driver(stack, "driver-1").send(path, key=key)


def test_nobody_without_a_token_sees_the_vehicles(stack: LocalStack) -> None:
    assert requests.get(f"{stack.urls['app']}/v1/vehicles", timeout=15).status_code == 401


def test_a_render_is_taken_in_painted_with_and_recalled(stack: LocalStack, tmp_path: Path) -> None:
    upload(stack)
    catalogue_read_anew()
    entry = next(each for each in vehicles(stack) if each["generation"] == "g3")
    reference = f"citycar/g3/teal/{entry['version']}"
    picture = requests.get(entry["preview"]["url"], timeout=15)
    assert Image.open(io.BytesIO(picture.content)).width == 960
    folder = f"uploads/reports/vehicles/{reference}"
    report = json.loads(stack.objects.get(MOUNT_BUCKET, f"{folder}/report.json")[1])
    assert report["verdict"] == "yes"
    assert "alpha_premultiplied" in {each["code"] for each in report["reasons"]}

    job = finish(driver(stack, "driver-1"), send(stack, tmp_path, "teal"))
    assert (job["status"], job["vehicle"]) == ("succeeded", reference)
    manifest = requests.get(job["poster"]["manifest"]["url"], timeout=15).json()
    assert manifest["measures"]["protected_pixels_changed"] == 0
    address = f"{stack.urls['app']}/v1/posters/{job['job_id']}"
    wait(lambda: f"{job['job_id']}-1-ready" in stack.community.messages("community"))
    assert requests.get(address, timeout=15).status_code == 200

    assert f"{job['job_id']}  succeeded" in operate(
        "recall", reference, "--reason", "x", "--dry-run"
    )
    text = operate("recall", reference, "--reason", "wrong wheels")
    assert "1 shared posters are withdrawn" in text

    assert requests.get(address, timeout=15).status_code == 404
    told = stack.community.messages
    wait(lambda: any("withdrawn" in each for each in told("community") if job["job_id"] in each))
    assert bootstrap.jobs().load(job["job_id"]).status is JobStatus.SUCCEEDED  # type: ignore[union-attr]
    catalogue_read_anew()
    assert [each for each in vehicles(stack) if each["generation"] == "g3"] == []
    with pytest.raises(RefusedError, match="vehicle"):
        send(stack, tmp_path, "again")
