"""Models that come and go: by the list's date, on command, with a quota that shrinks before."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

import pytest

from local.cloud.dashscope.models import BEIJING, Door, Models
from local.models.played import listed
from shared.models.catalogue import catalogue

if TYPE_CHECKING:
    from pathlib import Path

WORDS: tuple[Door, ...] = ("text", "compatible", "multimodal")
PICTURES: tuple[Door, ...] = ("image-synthesis", "image-generation")
# Where each protocol of the list is served.
SERVED = {
    "chat": {"text", "compatible"},
    "vision-chat": {"multimodal", "compatible"},
    "image-synthesis": {"image-synthesis"},
    "image-generation": {"image-generation", "multimodal"},
    "multimodal-generation": {"multimodal"},
}
LISTED = {each.name: each for each in catalogue().models}
DAY = 86400.0


class Clock:
    """A clock that is set by hand, at first to noon in Beijing on the list's own date."""

    def __init__(self) -> None:
        as_of = catalogue().as_of
        noon = datetime(as_of.year, as_of.month, as_of.day, 12, tzinfo=BEIJING)
        self.now = noon.timestamp()

    def __call__(self) -> float:
        return self.now


@pytest.fixture(name="clock")
def _clock() -> Clock:
    return Clock()


@pytest.fixture(name="models")
def _models(tmp_path: Path, clock: Clock) -> Models:
    return Models(tmp_path / "models.json", listed(), clock=clock)


def codes(models: Models, name: str, door: Door, times: int) -> list[str]:
    refusals = [models.refusal(name, door) for _ in range(times)]
    return [refusal.code if refusal else "" for refusal in refusals]


@pytest.mark.parametrize("name", sorted(LISTED))
def test_a_listed_model_is_served_where_its_protocol_is_and_nowhere_else(
    models: Models, name: str
) -> None:
    models.restore(name)
    served = {door for door in WORDS + PICTURES if models.refusal(name, door) is None}
    assert served == SERVED[LISTED[name].protocol]


@pytest.mark.parametrize("name", ["wan2.2-t2i-nope", "wan2.6-t2i ", "WAN2.6-T2I", "", None, 3])
def test_a_name_that_is_not_on_the_list_is_unknown_everywhere(models: Models, name: object) -> None:
    for door in PICTURES:
        refusal = models.refusal(name, door)
        assert refusal is not None
        told = (refusal.status, refusal.code, refusal.message)
        assert told == (400, "InvalidParameter", "Model not exist.")
    for door in WORDS:
        refusal = models.refusal(name, door)
        assert refusal is not None
        assert (refusal.status, refusal.code) == (404, "ModelNotFound")


def test_a_wrong_address_is_said_as_the_service_says_it(models: Models) -> None:
    for name, door in (
        ("wan2.6-t2i", "image-synthesis"),
        ("wan2.2-t2i-flash", "image-generation"),
        ("wan2.2-t2i-flash", "multimodal"),
        ("qwen-plus", "multimodal"),
        ("qwen3.7-plus", "text"),
        ("qwen-plus", "image-synthesis"),
    ):
        refusal = models.refusal(name, door)  # type: ignore[arg-type]
        assert refusal is not None
        assert (refusal.status, refusal.code) == (400, "InvalidParameter")
        assert refusal.message.startswith("url error")
    chatty = models.refusal("wan2.6-t2i", "compatible")
    assert chatty is not None
    assert (chatty.status, chatty.code) == (404, "ModelNotSupported")


def test_a_model_is_gone_from_the_lists_date_on_by_the_services_midnight(
    models: Models, clock: Clock
) -> None:
    ends = LISTED["qwen-max"].retires_on
    assert ends is not None
    midnight = datetime(ends.year, ends.month, ends.day, tzinfo=BEIJING).timestamp()
    clock.now = midnight - 1
    assert models.refusal("qwen-max", "text") is None
    clock.now = midnight
    assert codes(models, "qwen-max", "text", 1) == ["ModelNotFound"]


def test_a_model_retires_on_command_and_comes_back(models: Models) -> None:
    models.retire("wan2.6-t2i")
    assert models.find("wan2.6-t2i") is None
    refusal = models.refusal("wan2.6-t2i", "image-generation")
    assert refusal is not None
    assert refusal.message == "Model not exist."
    assert not models.fails_tasks("wan2.6-t2i")
    models.restore("wan2.6-t2i")
    assert models.refusal("wan2.6-t2i", "image-generation") is None


def test_a_restored_model_is_offered_past_the_lists_date(models: Models) -> None:
    assert models.find("qwen-max") is None
    models.restore("qwen-max")
    assert models.find("qwen-max") is not None


def test_tasks_fail_only_with_a_model_that_was_retired_so(models: Models) -> None:
    models.retire("wan2.6-t2i", fail_tasks=True)
    assert models.fails_tasks("wan2.6-t2i")
    models.restore("wan2.6-t2i")
    assert not models.fails_tasks("wan2.6-t2i")


@pytest.mark.parametrize("share", [0.0, 0.1, 0.25, 0.5, 1.0])
def test_a_share_of_the_calls_is_throttled_evenly(models: Models, share: float) -> None:
    models.shrink("wan2.6-t2i", share)
    found = codes(models, "wan2.6-t2i", "image-generation", 100)
    assert found.count("Throttling.RateQuota") == round(100 * share)
    for start in range(0, 100, 20):
        part = found[start : start + 20]
        assert abs(part.count("Throttling.RateQuota") - 20 * share) <= 1


def test_a_model_of_words_also_runs_out_of_tokens(models: Models) -> None:
    models.shrink("qwen-plus", 1.0)
    found = codes(models, "qwen-plus", "compatible", 4)
    assert found == ["Throttling.RateQuota", "Throttling.AllocationQuota"] * 2


def test_what_is_announced_is_throttled_ever_more_until_it_is_gone(
    models: Models, clock: Clock
) -> None:
    goes = datetime.fromtimestamp(clock.now + 90 * DAY, BEIJING).date()
    models.announce("wan2.6-t2i", on=goes)
    throttled = []
    for _ in range(9):
        found = codes(models, "wan2.6-t2i", "image-generation", 200)
        throttled.append(sum(code.startswith("Throttling") for code in found))
        clock.now += 10 * DAY
    assert throttled[0] == 0
    assert throttled == sorted(set(throttled))
    assert 150 < throttled[-1] < 200
    assert codes(models, "wan2.6-t2i", "image-generation", 1) == ["InvalidParameter"]


def test_another_models_quota_is_its_own(models: Models) -> None:
    models.shrink("wan2.6-t2i", 1.0)
    assert codes(models, "wan2.5-t2i-preview", "image-synthesis", 3) == ["", "", ""]


def test_what_was_decided_outlives_a_restart(tmp_path: Path, models: Models, clock: Clock) -> None:
    models.retire("wan2.6-t2i", fail_tasks=True)
    models.shrink("qwen-plus", 0.5)
    models.restore("qwen-max")
    again = Models(tmp_path / "models.json", listed(), clock=clock)
    assert again.standing() == models.standing()
    assert again.fails_tasks("wan2.6-t2i")


def test_how_all_stand_is_told(models: Models) -> None:
    models.shrink("qwen-plus", 0.5)
    standing = models.standing()
    assert set(standing) == set(LISTED)
    assert standing["qwen-plus"] == {"offered": True, "throttled": 0.5}
    assert standing["qwen-max"] == {"offered": False, "throttled": 0.0}


def test_a_name_or_share_that_cannot_be_is_refused(models: Models) -> None:
    for change in (models.retire, models.restore):
        with pytest.raises(ValueError, match="not on the list"):
            change("wan2.6-t2x")
    with pytest.raises(ValueError, match="between 0 and 1"):
        models.shrink("wan2.6-t2i", 1.5)
