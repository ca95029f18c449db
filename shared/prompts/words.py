"""The Chinese words for the facts of a trip; a picture prompt has exactly one of each group."""

from __future__ import annotations

from shared.trips.facts import Season, TimeOfDay
from shared.trips.mood import Mood
from shared.trips.weather import Weather

SEASON_WORDS: dict[Season, str] = {
    Season.SPRING: "春季",
    Season.SUMMER: "夏季",
    Season.AUTUMN: "秋季",
    Season.WINTER: "冬季",
}
WEATHER_WORDS: dict[Weather, str] = {
    Weather.CLEAR: "晴天",
    Weather.CLOUDY: "多云",
    Weather.OVERCAST: "阴天",
    Weather.RAIN: "雨天",
    Weather.SNOW: "雪天",
    Weather.FOG: "雾天",
    Weather.SAND: "沙尘",
}
TIME_WORDS: dict[TimeOfDay, str] = {
    TimeOfDay.DAWN: "清晨",
    TimeOfDay.DAY: "白天",
    TimeOfDay.DUSK: "黄昏",
    TimeOfDay.NIGHT: "夜晚",
}
MOOD_WORDS: dict[Mood, str] = {
    Mood.JOYFUL: "欢快",
    Mood.CALM: "宁静",
    Mood.ADVENTUROUS: "壮阔",
    Mood.ROMANTIC: "浪漫",
    Mood.NOSTALGIC: "怀旧",
    Mood.FREE: "自由",
}


def fact_words(season: Season, weather: Weather, time_of_day: TimeOfDay) -> tuple[str, str, str]:
    """Return the three words that a picture prompt of these facts contains."""
    return SEASON_WORDS[season], WEATHER_WORDS[weather], TIME_WORDS[time_of_day]
