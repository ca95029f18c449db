"""The studio's words in three languages, one file for each page, and which language is wanted."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import datetime, timedelta, timezone
from functools import lru_cache
from pathlib import Path

from starlette.requests import Request

from client.trip_posters.models import read_time

LANGUAGES = {"zh-Hans": "简体中文", "zh-Hant": "繁體中文", "en": "English"}
_FOLDER = Path(__file__).parent / "words"
_TRADITIONAL = re.compile(r"zh-(hant|tw|hk|mo)", re.IGNORECASE)
SHANGHAI = timezone(timedelta(hours=8))


@lru_cache(maxsize=len(LANGUAGES))
def words_in(language: str) -> Mapping[str, str]:
    """Return the words of a language by `page.key`."""
    return {
        f"{path.stem}.{key}": text
        for path in sorted((_FOLDER / language).glob("*.json"))
        for key, text in json.loads(path.read_text("utf-8")).items()
    }


def language_of(request: Request) -> str:
    """Return the chosen language, else the first that the browser asks for and we have."""
    chosen = request.session.get("language")
    if chosen in LANGUAGES:
        return str(chosen)
    return asked_for(request.headers.get("accept-language", ""))


def asked_for(header: str) -> str:
    """Return our language for an Accept-Language header, in its order of preference."""
    ranked = sorted(map(_ranked, header.split(",")), key=lambda each: -each[1])
    for tag, quality in ranked:
        if quality > 0 and tag.lower().startswith("zh"):
            return "zh-Hant" if _TRADITIONAL.match(tag) else "zh-Hans"
        if quality > 0 and tag.lower().startswith("en"):
            return "en"
    return "en"


def _ranked(part: str) -> tuple[str, float]:
    tag, _, rest = part.strip().partition(";")
    found = re.fullmatch(r"\s*q=([01](?:\.\d{0,3})?)\s*", rest)
    return tag.strip(), float(found[1]) if found else 1.0


def moment(value: str | datetime | None) -> str:
    """Return a time as people in China read it: 2026-11-30 18:05."""
    if value is None:
        return ""
    at = value if isinstance(value, datetime) else read_time(value)
    return at.astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M")


def span(seconds: float | None) -> str:
    """Return a duration: 8.2 s, 4:07, 1:02:33."""
    if seconds is None:
        return "–"
    if seconds < 60:
        return f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


def since(at: str, begun: str) -> str:
    """Return how long after the beginning something was."""
    return span(max(0.0, (read_time(at) - read_time(begun)).total_seconds()))


def figure(value: float) -> str:
    """Return a measured number with as many digits as one reads: 1234, 12.3, 0.0123."""
    return f"{value:.0f}" if abs(value) >= 1000 or value == int(value) else f"{value:.3g}"
