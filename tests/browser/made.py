"""What must be there before a page can show it: a poster that has ended, and work held back."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import requests

from client.trip_posters import TripPosters
from tools.browsing.own_stack import ROOT, OwnStack

_TRIP = json.loads((ROOT / "examples" / "trips" / "qingdao_coast.json").read_text("utf-8"))
_SECONDS = 240.0


def made_poster(studio: OwnStack, driver: str, **changes: Any) -> str:
    """Have a poster made for a driver, approved where it waits for that; return the job's id."""
    app = TripPosters(studio.urls["app"], studio.token(driver, "driver"))
    job_id = app.submit({**_TRIP, **changes}).job_id
    if app.wait_for_poster(job_id, seconds=_SECONDS).status == "needs_review":
        asked(studio, "POST", f"/v1/jobs/{job_id}/review", json={"decision": "approve"})
    assert app.wait_for_poster(job_id, seconds=_SECONDS).status == "succeeded"
    return job_id


def asked(studio: OwnStack, method: str, path: str, **body: Any) -> dict[str, Any]:
    """Ask the interface past the studio, as an operator and reviewer."""
    headers = {"Authorization": f"Bearer {studio.token('a-test', 'operator reviewer')}"}
    url = f"{studio.urls['app']}{path}"
    answer = requests.request(method, url, headers=headers, timeout=30, **body)
    assert answer.ok, answer.text
    found: dict[str, Any] = answer.json()
    return found


@contextmanager
def sending_held(studio: OwnStack, reason: str) -> Iterator[None]:
    """Hold sending back, as an operator does, and let it go again."""
    _poster(studio, "queue", "pause", reason, "--by", "bo")
    try:
        yield
    finally:
        _poster(studio, "queue", "resume")


def _poster(studio: OwnStack, *words: str) -> None:
    command = [sys.executable, "-m", "cli", *words, "--data", str(studio.data)]
    subprocess.run(command, check=True, cwd=ROOT, timeout=90, capture_output=True)  # noqa: S603
