"""The vehicle in people's words: 「黑色一代」 is paint black, generation g1."""

from __future__ import annotations

import re

from shared.trips.cleaning import cleaned
from shared.trips.script import simplified

_PAINTS = {"黑": "black", "白": "white", "红": "red"}
_GENERATIONS = {"一": "g1", "二": "g2", "1": "g1", "2": "g2"}
_KNOWN = {
    "paint": (re.compile(rf"([{''.join(_PAINTS)}])色?"), _PAINTS),
    "generation": (re.compile(rf"第?([{''.join(_GENERATIONS)}])代"), _GENERATIONS),
}
_MODEL = re.compile(r"[a-z0-9][a-z0-9_-]{0,31}", re.ASCII)
_REFERENCE = re.compile(rf"({_MODEL.pattern})/({_MODEL.pattern})/({_MODEL.pattern})", re.ASCII)

VEHICLE_WORDS = "黑色 白色 红色 (black white red), 一代 二代 (g1 g2), a model's id"


def vehicle_fields(value: object) -> object:
    """Return the fields of a vehicle named in words, known words within fields replaced too."""
    if isinstance(value, str):
        return _from_words(simplified(cleaned(value)).lower())
    if isinstance(value, dict):
        return {key: _word(key, given) for key, given in value.items()}
    return value


def _from_words(text: str) -> dict[str, str]:
    if whole := _REFERENCE.fullmatch(text):
        return {"model": whole[1], "generation": whole[2], "paint": whole[3]}
    fields: dict[str, str] = {}
    for name, (pattern, words) in _KNOWN.items():
        if match := pattern.search(text):
            fields[name] = words[match[1]]
            text = text[: match.start()] + " " + text[match.end() :]
    rest = re.sub(r"[\s,、·「」\"']+", " ", text).strip()
    if rest and not _MODEL.fullmatch(rest):
        raise ValueError("has words this service does not know")
    return {**fields, "model": rest} if rest else fields


def _word(key: object, given: object) -> object:
    if key not in _KNOWN or not isinstance(given, str):
        return given
    pattern, words = _KNOWN[str(key)]
    match = pattern.fullmatch(simplified(given))
    return words[match[1]] if match else given
