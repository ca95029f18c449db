"""What a person is told of a refusal: what is wrong and what to do next, in their language."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from client.trip_posters.errors import ApiError, FieldProblem

# For a code that there is no word for yet, and an API that says none.
_BY_STATUS = {
    401: "refused.unauthorized",
    403: "refused.forbidden",
    404: "refused.not_found",
    409: "failed.conflict",
    410: "refused.erased",
    413: "refused.too_large",
    429: "refused.too_many",
}
# What pages call the API's fields.
_LABELS = {
    "seed": "job.seed",
    "style": "review.style",
    "view": "review.view",
    "layout": "review.layout",
    "note": "review.note",
    "format": "new.format",
    "share": "new.share",
    "reason": "vehicles.reason",
    "model": "vehicles.model",
    "generation": "vehicles.generation",
    "paint": "vehicles.paint",
    "light": "vehicles.light",
    "files": "vehicles.files",
    "polygons": "vehicles.outlines",
    "rules": "seasons.rules",
}
# What pages say of a field's values, where somebody may have typed another one.
_HINTS = {
    "seed": "review.seed_hint",
    **dict.fromkeys(("model", "generation", "paint"), "vehicles.slug"),
}
# Pydantic's types of errors by what a person can do about them.
_FAULTS = {
    "missing": "missing",
    **dict.fromkeys(("string_too_long", "too_long"), "too_long"),
    **dict.fromkeys(("string_too_short", "too_short"), "too_short"),
    **dict.fromkeys(
        ("greater_than", "greater_than_equal", "less_than", "less_than_equal"), "out_of_range"
    ),
    **dict.fromkeys(("literal_error", "enum"), "not_one_of"),
    "string_pattern_mismatch": "wrong_form",
}
_FORMS = ("_type", "_parsing", "_from_float")


@dataclass(frozen=True)
class Told:
    """What is said; `english` are the API's words, where there are no own ones.

    `fields` are those of a form that are wrong: each label, and what is wrong with it.
    """

    text: str
    english: str = ""
    fields: tuple[tuple[str, Told], ...] = ()


def told_of(
    error: ApiError, words: Mapping[str, str], labels: Mapping[str, str] = MappingProxyType({})
) -> Told:
    """Return what is said of a refusal; `labels` name fields by pointer, before the usual ones."""
    fields = tuple(
        (_label(each.pointer, words, labels), _fault(each, words)) for each in error.problems
    )
    own = words.get(f"refused.{error.code}")
    if own is not None:
        return Told(own, fields=fields)
    usual = "refused.invalid" if error.status < 500 else "refused.internal"
    text = words[_BY_STATUS.get(error.status, usual)]
    return Told(text, "" if fields else error.detail, fields)


def _label(pointer: str, words: Mapping[str, str], labels: Mapping[str, str]) -> str:
    name = pointer.strip("/")
    key = labels.get(pointer) or _LABELS.get(name.partition("/")[0], "")
    return words.get(key, name)


def _fault(problem: FieldProblem, words: Mapping[str, str]) -> Told:
    known = "wrong_form" if problem.code.endswith(_FORMS) else _FAULTS.get(problem.code)
    # What is no type of a file is none to choose from.
    kind = "file_name" if problem.pointer == "/files" else known or problem.code
    own = words.get(f"fault.{kind}")
    if own is None:
        return Told("", problem.detail)
    hint = _HINTS.get(problem.pointer.strip("/"))
    return Told(words["fault.with_hint"].format(fault=own, hint=words[hint]) if hint else own)
