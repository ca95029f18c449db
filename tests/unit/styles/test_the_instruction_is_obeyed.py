"""Whatever the trip, season and style: the bound prompt has what is demanded, nothing forbidden."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.prompts.contradictions import contradiction
from shared.prompts.landmarks import climate_of, known_cities, landmarks_of
from shared.prompts.model import PaintingPrompt
from shared.prompts.painting_text import LONGEST
from shared.prompts.template import template_prompt
from shared.prompts.validation import _nameless
from shared.prompts.words import MOOD_WORDS, SEASON_WORDS, TIME_WORDS, WEATHER_WORDS
from shared.seasons.calendar import calendar
from shared.styles import Style, styles
from shared.trips.facts import Occasion, Season, TimeOfDay, TripFacts
from shared.trips.mood import Mood
from shared.trips.weather import Weather
from shared.workflows.task_workflow import scene_texts
from tests.fakes.trip_facts import trip_facts

if TYPE_CHECKING:
    from collections.abc import Mapping

LOOKS = list(styles().values())
CHINESE = [look for look in LOOKS if look.prompt_language == "zh"]
ENGLISH = [look for look in LOOKS if look.prompt_language == "en"]
_ENGLISH_SEASONS = {season: season.value for season in Season}
_TABLES: tuple[Mapping[Any, str], ...] = (SEASON_WORDS, WEATHER_WORDS, TIME_WORDS)


FACTS = st.builds(
    trip_facts,
    st.sampled_from(sorted(known_cities())),
    season=st.sampled_from(Season),
    weather=st.sampled_from(Weather),
    time=st.sampled_from(TimeOfDay),
    mood=st.sampled_from(Mood),
)
FESTIVALS = st.sampled_from([None, *calendar().festivals])


def _at(facts: TripFacts, festival: str | None) -> TripFacts:
    """Return the facts as a campaign for the festival would have them painted."""
    if festival is None:
        return facts
    entry = calendar().festivals[festival]
    season = entry.season or facts.season
    occasion = Occasion(
        season=season,
        month=facts.month,
        variant=festival,
        words_zh=entry.words.zh,
        words_en=entry.words.en,
        signs=entry.signs,
        palette=entry.palette,
        sight=landmarks_of(facts.cities[0])[0],
    )
    light = entry.lights[0] if entry.lights else facts.time_of_day
    return replace(facts, season=season, time_of_day=light, occasion=occasion)


@settings(deadline=None, max_examples=300)
@given(look=st.sampled_from(CHINESE), trip=FACTS, festival=FESTIVALS, seed=st.integers(0, 2**31))
def test_a_chinese_prompt_has_all_that_is_demanded_and_nothing_forbidden(
    look: Style, trip: TripFacts, festival: str | None, seed: int
) -> None:
    facts = look.shown(_at(trip, festival))
    prompt = template_prompt(facts, seed=seed)
    wanted, unwanted = scene_texts(look, facts, prompt)

    assert len(wanted) <= LONGEST
    assert len(unwanted) <= LONGEST
    assert prompt.landmark in wanted
    assert MOOD_WORDS[facts.mood] in wanted
    assert [word for word in look.must_contain if word not in wanted] == []
    assert [word for word in look.must_not_contain if word in wanted] == []
    assert look.season_variants[facts.season.value] in wanted
    if festival in look.season_variants:
        assert look.season_variants[str(festival)] in wanted
    for table, fact in zip(_TABLES, (facts.season, facts.weather, facts.time_of_day), strict=True):
        assert [value for value, word in table.items() if word in wanted] == [fact]


@settings(deadline=None, max_examples=200)
@given(look=st.sampled_from(CHINESE), trip=FACTS)
def test_nothing_in_a_chinese_prompt_speaks_of_another_season_weather_or_hour(
    look: Style, trip: TripFacts
) -> None:
    facts = look.shown(trip)
    wanted, _ = scene_texts(look, facts, template_prompt(facts, seed=1))
    plain = _nameless(wanted, facts)
    assert contradiction(plain, facts, climate_of(facts.cities[0])) is None


@settings(deadline=None, max_examples=200)
@given(look=st.sampled_from(ENGLISH), trip=FACTS, festival=FESTIVALS)
def test_an_english_prompt_has_all_that_is_demanded_and_nothing_forbidden(
    look: Style, trip: TripFacts, festival: str | None
) -> None:
    facts = look.shown(_at(trip, festival))
    wanted, unwanted = scene_texts(look, facts, template_prompt(facts, seed=1))

    assert wanted.isascii()
    assert unwanted.startswith("car, vehicle")
    assert [word for word in look.must_contain if word not in wanted] == []
    assert [word for word in look.must_not_contain if word in wanted.lower()] == []
    named = [season for season, word in _ENGLISH_SEASONS.items() if f"{word}, " in wanted]
    assert named == [facts.season]
    assert look.season_variants[facts.season.value] in wanted
    if facts.occasion:
        assert facts.occasion.words_en in wanted


@pytest.mark.parametrize("look", CHINESE, ids=lambda look: look.id)
def test_clauses_that_speak_of_another_style_are_left_out(look: Style) -> None:
    facts = look.shown(trip_facts("湖州市", weather=Weather.RAIN, time=TimeOfDay.DAY))
    plain = template_prompt(facts, seed=7)
    strange = "，".join(f"一派{word}的样子" for word in look.must_not_contain)
    prompt = plain.model_copy(update={"prompt": f"{plain.prompt}{strange}，岸柳依依。"})
    wanted, _ = scene_texts(look, facts, prompt)
    assert [word for word in look.must_not_contain if word in wanted] == []
    assert "岸柳依依" in wanted
    assert prompt.landmark in wanted


@pytest.mark.parametrize("look", CHINESE, ids=lambda look: look.id)
def test_the_sight_stays_when_its_own_clause_is_left_out(look: Style) -> None:
    facts = look.shown(trip_facts("湖州市", weather=Weather.RAIN, time=TimeOfDay.DAY))
    plain = template_prompt(facts, seed=7)
    banned = look.must_not_contain[0]
    text = f"春季，雨天，{TIME_WORDS[facts.time_of_day]}。{banned}的{plain.landmark}。路面开阔。"
    wanted, _ = scene_texts(look, facts, plain.model_copy(update={"prompt": text}))
    assert plain.landmark in wanted
    assert banned not in wanted


def test_a_prompt_written_for_another_style_s_hour_is_told_anew() -> None:
    look = styles()["night_neon"]
    day = trip_facts("湖州市", weather=Weather.CLEAR, time=TimeOfDay.DAY)
    written: PaintingPrompt = template_prompt(day, seed=7)
    wanted, _ = scene_texts(look, look.shown(day), written)
    assert "黄昏" in wanted
    assert "白天" not in wanted
    assert written.landmark in wanted


def test_no_sight_s_name_holds_a_word_that_a_style_forbids() -> None:
    names = {sight for city in known_cities() for sight in landmarks_of(city)}
    words = {word for look in CHINESE for word in look.must_not_contain}
    assert [name for name in names if any(word in name for word in words)] == []
