"""Where a setting wants it, a shared poster is shown to nobody before somebody has approved it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import requests

from local.painter.plain import plain
from tests.integration.conftest import SAMPLE, driver
from tests.integration.test_posters_are_announced import announce_later, review, wait
from tools.chaos.small_stack import small_stack

if TYPE_CHECKING:
    from pathlib import Path


def test_with_announcing_after_review_a_reviewer_decides_first(tmp_path: Path) -> None:
    settings = {"ANNOUNCE": "after_review"}
    with small_stack(tmp_path / "stack", paint=plain, settings=settings) as stack:
        path = tmp_path / "trip.json"
        path.write_text(json.dumps({**json.loads(SAMPLE.read_bytes()), "share": True}))
        app = driver(stack, "driver-1")
        job_id = app.send(path, key="reviewed")
        wait(lambda: app.job(job_id)["status"] == "needs_review", seconds=60)
        url = f"{stack.urls['app']}/v1/posters/{job_id}"
        assert app.job(job_id)["poster"] is None
        assert requests.get(url, timeout=15).status_code == 404
        assert stack.community.tries == []

        answers = [review(stack, job_id, decision="approve") for _ in range(2)]
        # Others hear of it a little later, so that the reviewer may take it back.
        announce_later()
        assert f"{job_id}-1-ready" in stack.community.messages("community")

        assert [(a.status_code, a.json()["status"]) for a in answers] == [(200, "succeeded")] * 2
        assert review(stack, job_id, decision="reject").status_code == 409
        assert requests.get(url, timeout=15).status_code == 200
