"""The studio's words: whole in three languages, each used, and the right language found."""

from __future__ import annotations

import re

import pytest

from studio.rendering import HERE
from studio.wording import LANGUAGES, asked_for, figure, moment, since, span, words_in

_SOURCES = [*(HERE / "templates").glob("*.html"), *HERE.rglob("*.py")]
_TEXT = "\n".join(path.read_text("utf-8") for path in _SOURCES)
_SAID = set(re.findall(r"(?:say\(|\w+_)?\"((?!v1)[a-z_]+\.[a-z_0-9]+)\"", _TEXT))


@pytest.mark.parametrize("language", [each for each in LANGUAGES if each != "en"])
def test_every_language_has_the_same_words_with_the_same_gaps(language: str) -> None:
    own, other = words_in("en"), words_in(language)

    assert own.keys() == other.keys()
    gaps = re.compile(r"\{\w+\}")
    differing = [k for k in own if sorted(gaps.findall(own[k])) != sorted(gaps.findall(other[k]))]
    assert not differing


def test_every_word_that_is_said_is_there() -> None:
    said = set(re.findall(r"say\(\"([a-z_]+\.[a-z_0-9]+)\"[,)]", _TEXT))

    assert said
    assert not said - words_in("en").keys()


def test_no_word_is_left_over() -> None:
    built = {found.rstrip("_") for found in re.findall(r"\"([a-z_]+\.[a-z_]*)\" ~", _TEXT)}
    built |= set(re.findall(r"f\"([a-z_]+\.[a-z_]*)", _TEXT))
    literal = set(re.findall(r"\"([a-z_]+\.[a-z_0-9]+)\"", _TEXT))
    left = {
        key for key in words_in("en")
        if not key.startswith("terms.") and key not in literal
        and not any(key.startswith(each) for each in built if each)
    }  # fmt: skip

    assert not left


@pytest.mark.parametrize(
    ("header", "language"),
    [
        ("zh-CN,zh;q=0.9,en;q=0.8", "zh-Hans"), ("zh-TW,zh;q=0.9", "zh-Hant"), ("zh-HK", "zh-Hant"),
        ("zh-Hant-TW,en", "zh-Hant"), ("de-DE,de;q=0.9,en;q=0.7", "en"), ("fr", "en"), ("", "en"),
        ("en;q=0.1,zh-SG;q=0.9", "zh-Hans"), ("zh;q=0,en", "en"), (";;;,=,q=9", "en"),
    ],
)  # fmt: skip
def test_the_browsers_language_is_found(header: str, language: str) -> None:
    assert asked_for(header) == language


def test_figures_and_times_read_well() -> None:
    assert [figure(each) for each in (0.01234, 12.34, 1234.5, 3.0, 0.0)] == [
        "0.0123", "12.3", "1234", "3", "0",
    ]  # fmt: skip
    assert [span(each) for each in (None, 8.24, 247.0, 3753.0)] == ["–", "8.2 s", "4:07", "1:02:33"]
    assert moment("2026-11-30T10:05:00Z") == "2026-11-30 18:05"
    assert since("2026-11-30T10:05:08.500000Z", "2026-11-30T10:05:00Z") == "8.5 s"
