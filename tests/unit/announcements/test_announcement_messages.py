"""Ids, bytes and words of the messages that others get."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest

from shared.announcements.events import Event, Notice, message_body, notice_of
from shared.announcements.texts import poster_texts
from shared.jobs.record import Failure, JobRecord, JobStatus, WrittenPrompt
from shared.prompts.model import PromptSource
from shared.prompts.template import template_prompt
from shared.trips.facts import Season, facts_of
from tests.fakes.clock import START
from tests.fakes.jobs import JOB_ID, a_job_in, a_trip

BASE = "https://posters.example.com"
_PRIVATE = {"caption": "只给自己看", "team": "星期六车队", "share": True}


def shared_job(**changes: Any) -> JobRecord:
    trip = a_trip(**_PRIVATE)
    prompt = template_prompt(facts_of(trip), seed=1)
    written = WrittenPrompt(prompt=prompt, source=PromptSource.TEMPLATE)
    job = a_job_in(JobStatus.SUCCEEDED)
    return job.model_copy(update={"trip": trip, "prompt": written, **changes})


def body(event: Event, job: JobRecord) -> bytes:
    return message_body(Notice(event, JOB_ID, 1), job, at=START, base_url=BASE)


@pytest.mark.parametrize("event", list(Event))
def test_the_id_says_job_task_and_event_and_reads_back(event: Event) -> None:
    notice = Notice(event, JOB_ID, 3)

    assert notice_of(notice.message_id) == notice
    assert "." not in notice.message_id


@pytest.mark.parametrize(
    "text", ["", "x", JOB_ID, f"{JOB_ID}-1-gone", f"{JOB_ID}-x-ready", f"../{JOB_ID}-1-ready"]
)
def test_an_id_that_is_not_ours_says_nothing(text: str) -> None:
    assert notice_of(text) is None


@pytest.mark.parametrize("event", list(Event))
def test_the_same_event_has_the_same_bytes(event: Event) -> None:
    later = shared_job(recorded_at=START + timedelta(days=2), writer="another")

    assert body(event, shared_job()) == body(event, later)


def test_a_ready_poster_is_told_with_these_fields_and_no_others() -> None:
    message = json.loads(body(Event.READY, shared_job()))

    assert set(message) == {"type", "timestamp", "data"}
    assert (message["type"], message["timestamp"]) == ("poster.ready", "2026-11-23T02:00:00.000Z")
    assert set(message["data"]) == {
        "job_id",
        "title",
        "city",
        "month",
        "style",
        "url",
        "alt_text",
        "share_text",
    }
    assert message["data"]["url"] == f"{BASE}/v1/posters/{JOB_ID}"
    assert (message["data"]["city"], message["data"]["month"]) == ("湖州市", 10)


def test_a_failed_job_is_told_by_its_code_alone() -> None:
    failure = Failure(code="render_failed", detail="3 tasks failed: OOM in X")
    job = a_job_in(JobStatus.FAILED).model_copy(update={"failure": failure})

    data = json.loads(body(Event.FAILED, job))["data"]

    assert data == {"job_id": JOB_ID, "style": "photoreal", "code": "render_failed"}


@pytest.mark.parametrize("event", list(Event))
def test_nothing_private_is_in_a_message(event: Event) -> None:
    text = body(event, shared_job()).decode()

    private = ["只给自己看", "星期六", "d" * 32, "maker", "210.5", "2026-10-02"]
    assert [word for word in private if word in text] == []


def test_the_texts_speak_of_title_city_month_season_and_of_the_machine() -> None:
    texts = poster_texts(title="太湖·慢慢走", city="湖州市", month=5, season=Season.SPRING)

    for text in (texts.alt_text, texts.share_text):
        assert all(word in text for word in ("太湖·慢慢走", "湖州市", "5月", "春季"))
    assert "AI" in texts.share_text


@pytest.mark.parametrize("city", ["法轮市", "扫码市", "赌场市"])
def test_a_city_with_a_refused_word_is_left_out_of_everything(city: str) -> None:
    texts = poster_texts(title="慢慢走", city=city, month=5, season=Season.SPRING)

    assert texts.city == ""
    assert city not in texts.alt_text + texts.share_text
    assert "慢慢走" in texts.share_text


def test_a_title_with_a_refused_word_is_left_out_of_everything() -> None:
    texts = poster_texts(title="加群看海", city="青岛市", month=7, season=Season.SUMMER)

    assert texts.title == ""
    assert "加群" not in texts.alt_text + texts.share_text
    assert "青岛市" in texts.alt_text


def test_a_known_sight_is_no_refused_word() -> None:
    sight = poster_texts(title="雷峰塔·慢慢走", city="杭州市", month=3, season=Season.SPRING)

    assert sight.title == "雷峰塔·慢慢走"
