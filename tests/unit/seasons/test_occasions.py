"""What a season's poster keeps of the trip and what it changes; every word of it is allowed."""

from __future__ import annotations

import json

import pytest

from shared.core import ids
from shared.jobs.facts import facts_of_job
from shared.jobs.record import JobRecord
from shared.prompts.instruction import messages
from shared.prompts.landmarks import Climate, climate_of
from shared.prompts.template import template_prompt
from shared.prompts.validation import PromptRejectedError, validate_prompt
from shared.seasons.calendar import calendar
from shared.seasons.occasions import occasion_of
from shared.trips.facts import facts_of
from shared.trips.weather import Weather
from shared.workflows.task_workflow import task_values
from tests.unit.seasons.season_world import SeasonWorld

CALENDAR = calendar()
CITIES = ["哈尔滨市", "乌鲁木齐市", "北京市", "湖州市", "广州市", "三亚市", "某某市"]


def _seasonal(city: str, campaign: str, seed: str = "x") -> JobRecord:
    source = SeasonWorld().painted("d", f"{city}{seed}", city=city)
    window = CALENDAR.window_of(campaign)
    occasion = occasion_of(source, window, CALENDAR, seed=seed)
    return source.model_copy(update={"occasion": occasion})


@pytest.mark.parametrize("city", CITIES)
@pytest.mark.parametrize("occasion", CALENDAR.occasions())
def test_the_template_of_every_occasion_passes_its_own_validation(occasion: str, city: str) -> None:
    for year in (2026, 2028):
        for seed in map(str, range(8)):
            record = _seasonal(city, f"{occasion}-{year}", seed)
            facts = facts_of_job(record)
            prompt = template_prompt(facts, seed=int(seed))

            assert validate_prompt(prompt.model_dump_json(), facts) == prompt


@pytest.mark.parametrize("occasion", CALENDAR.occasions())
def test_place_mood_and_title_stay_while_season_light_and_palette_are_the_occasions(
    occasion: str,
) -> None:
    record = _seasonal("湖州市", f"{occasion}-2027")
    first = record.prompt.prompt if record.prompt else None
    facts = facts_of_job(record)
    prompt = template_prompt(facts, seed=99)
    assert first is not None
    assert record.occasion is not None

    assert (prompt.city, prompt.landmark, prompt.mood) == (first.city, first.landmark, first.mood)
    assert prompt.title == first.title
    assert prompt.season is record.occasion.season
    assert prompt.weather is record.occasion.weather
    assert prompt.time_of_day is record.occasion.time_of_day
    assert set(record.occasion.palette) <= set(prompt.palette)


def test_hainan_and_guangdong_have_no_snow_and_the_northeast_has() -> None:
    def skies(city: str) -> set[Weather | None]:
        found = (_seasonal(city, "winter-2026", str(n)).occasion for n in range(40))
        return {each.weather for each in found if each}

    assert Weather.SNOW not in skies("三亚市") | skies("广州市") | skies("湖州市")
    assert Weather.SNOW in skies("哈尔滨市")


def test_a_green_winter_has_a_warm_palette() -> None:
    warm, cold = _seasonal("三亚市", "winter-2026"), _seasonal("哈尔滨市", "winter-2026")

    assert climate_of("三亚市") is Climate.WARM
    assert warm.occasion
    assert cold.occasion
    assert not set(warm.occasion.palette) & set(cold.occasion.palette)
    assert "银白" in cold.occasion.palette


def test_the_month_on_the_poster_is_the_regions_own() -> None:
    def month(city: str) -> int:
        occasion = _seasonal(city, "winter-2026").occasion
        return occasion.month if occasion else 0

    assert (month("哈尔滨市"), month("湖州市"), month("三亚市")) == (11, 12, 1)


def test_a_title_that_speaks_of_another_season_is_replaced() -> None:
    record = _seasonal("湖州市", "winter-2026")
    assert record.occasion is not None
    autumn = record.occasion.model_copy(update={"title": "秋日慢时光"})
    prompt = template_prompt(facts_of_job(record.model_copy(update={"occasion": autumn})), seed=1)

    assert prompt.title == "冬日慢时光"


def test_a_title_that_no_season_fits_gives_way_to_the_templates() -> None:
    record = _seasonal("湖州市", "winter-2026")
    assert record.occasion is not None
    rainy = record.occasion.model_copy(update={"title": "夜雨听风"})
    day = rainy.model_copy(update={"time_of_day": "day", "weather": "clear"})
    prompt = template_prompt(facts_of_job(record.model_copy(update={"occasion": day})), seed=1)

    assert prompt.title != "夜雨听风"


def test_a_models_title_gives_way_to_the_first_posters() -> None:
    facts = facts_of_job(_seasonal("湖州市", "winter-2026"))
    answer = template_prompt(facts, seed=1).model_copy(update={"title": "湖州好时光"})
    assert facts.occasion is not None

    assert validate_prompt(answer.model_dump_json(), facts).title == facts.occasion.title


def test_the_model_is_told_of_place_words_palette_and_title() -> None:
    facts = facts_of_job(_seasonal("湖州市", "spring_festival-2027"))
    system, user = messages(facts, caption=None, style_rules="x")
    told = json.loads(user.content)

    assert facts.occasion is not None
    assert told["landmarks"] == {"湖州市": [facts.occasion.sight]}
    assert told["occasion"]["words"] == facts.occasion.words_zh
    assert "灯笼" in system.content
    assert facts.occasion.title in system.content
    assert told["season"] == "winter"


def test_a_trip_of_its_own_is_told_nothing_of_occasions() -> None:
    record = SeasonWorld().painted("d", "n")
    system, user = messages(facts_of_job(record), caption=None, style_rules="x")

    assert facts_of_job(record) == facts_of(record.trip)
    assert "occasion" not in json.loads(user.content)
    assert "换了时节" not in system.content


def test_an_answer_without_any_sign_of_the_festival_is_not_used() -> None:
    facts = facts_of_job(_seasonal("湖州市", "lantern-2027"))
    good = template_prompt(facts, seed=3)
    assert facts.occasion is not None
    text = good.prompt.replace(facts.occasion.words_zh, "枝条轻摇")
    bad = good.model_copy(update={"prompt": text})

    with pytest.raises(PromptRejectedError, match="missing_words"):
        validate_prompt(bad.model_dump_json(), facts)


def test_an_answer_with_another_sight_of_the_same_city_is_not_used() -> None:
    facts = facts_of_job(_seasonal("湖州市", "winter-2026"))
    good = template_prompt(facts, seed=3)
    text = good.prompt.replace(good.landmark, "莫干山")
    bad = good.model_copy(update={"landmark": "莫干山", "prompt": text})
    assert good.landmark != "莫干山"

    with pytest.raises(PromptRejectedError, match="landmark"):
        validate_prompt(bad.model_dump_json(), facts)


def test_an_english_workflow_gets_the_festivals_words_in_english() -> None:
    from shared.styles import styles

    english = next(each for each in styles().values() if each.prompt_language == "en")
    facts = facts_of_job(_seasonal("湖州市", "spring_festival-2027"))
    prompt = template_prompt(facts, seed=1)
    values = task_values(english, facts, prompt, task_id=ids.task_id("j", 1), vehicle="v")

    assert "red lanterns" in str(values["prompt"])
    assert values["season"] == "winter"
    assert str(values["line"]).endswith("二月")
