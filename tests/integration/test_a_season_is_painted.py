"""A trip on the whole local stack, and its poster of another season from a campaign by hand."""

from __future__ import annotations

import io
import json
import time
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
import requests
from PIL import Image

from local.options import StackOptions
from local.stack import STATE_BUCKET, LocalStack
from shared import bootstrap
from shared.core import ids
from shared.seasons.calendar import calendar
from tests.fakes.poster import poster_json
from tests.integration.conftest import SAMPLE, driver, finish

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

pytestmark = pytest.mark.slow

_PATIENCE_SECONDS, _SEED = 90.0, 11
CITY = {"city": "哈尔滨市", "weather": "晴"}
# The trip is from May and shows spring, whatever the day is; a campaign that is open is another.
TRIP = {**json.loads(SAMPLE.read_bytes()), "start": CITY, "end": CITY, "via": [], "share": True}


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalStack]:
    """Return a stack whose painter paints in earnest, and quickly turning timers.

    A job's id has its campaign in it, and some pictures in a hundred go to a reviewer: here all
    jobs draw the same, whatever the day of the test.
    """
    folder = tmp_path_factory.mktemp("season")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ids, "seed_of", lambda _: _SEED)
        with LocalStack(folder, StackOptions(timer_scale=1 / 60)) as running:
            yield running


def _open_season() -> str:
    """Return the season's campaign that is open on the day of the test."""
    today = bootstrap.clock().now().date()
    seasons = {season.value for season in calendar().seasons}
    windows = [window for window in calendar().due(today) if window.occasion in seasons]
    onset = [w for w in windows if calendar().onset(w, "northeast") <= today]
    if not onset:
        pytest.skip("between two seasons there is no campaign to run")
    return onset[-1].campaign


def _tones(png: bytes) -> np.ndarray[Any, Any]:
    return np.asarray(Image.open(io.BytesIO(png)).convert("RGB").resize((48, 60))).astype(float)


def test_a_campaign_paints_the_trip_once_more_and_the_first_poster_stays(
    stack: LocalStack, tmp_path: Path
) -> None:
    campaign = _open_season()
    path = tmp_path / "trip.json"
    path.write_text(json.dumps(TRIP))
    app = driver(stack, "driver-1")
    first = finish(app, app.send(path, key="season"))
    assert first["status"] == "succeeded"

    planned = poster_json("season", "plan", campaign, "--shards", "2")
    assert (planned["status"], planned["trips planned"]) == ("planned", 1)
    poster_json("season", "start", campaign)
    job_id = ids.season_job_id(bootstrap.id_key(), source=first["job_id"], campaign=campaign)
    _wait_for(stack, job_id)
    new = finish(app, job_id)

    assert new["status"] == "succeeded"
    pictures = [
        requests.get(job["poster"]["app_copy"]["url"], timeout=20).content for job in (first, new)
    ]
    difference = np.abs(_tones(pictures[0]) - _tones(pictures[1])).mean()
    assert difference > 12
    record = bootstrap.jobs().load(job_id)
    before = bootstrap.jobs().load(first["job_id"])
    assert record is not None
    assert before is not None
    assert record.prompt is not None
    assert before.prompt is not None
    assert record.prompt.prompt.landmark == before.prompt.prompt.landmark
    assert record.prompt.prompt.season.value == campaign.split("-", maxsplit=1)[0]
    assert finish(app, first["job_id"])["poster"]
    assert _status(stack, campaign) == "done"


def _wait_for(stack: LocalStack, job_id: str) -> None:
    end = time.monotonic() + _PATIENCE_SECONDS
    folder = stack.objects.folder(STATE_BUCKET) / "jobs" / job_id
    while not folder.exists():
        assert time.monotonic() < end, "the campaign has sent nothing"
        time.sleep(0.2)


def _status(stack: LocalStack, campaign: str) -> str:
    end = time.monotonic() + _PATIENCE_SECONDS
    while time.monotonic() < end:
        status = str(poster_json("season", "status", campaign)["status"])
        if status == "done":
            return status
        time.sleep(0.5)
    return status
