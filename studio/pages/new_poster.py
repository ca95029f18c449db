"""New poster: a trip, typed or dropped, becomes a job; what was not understood stands beside it."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from client.trip_posters.errors import BadRequestError, FieldProblem
from shared.core.formats import FORMATS
from shared.core.limits import FIRST_YEAR, LAST_YEAR, LONGEST, MOST_KILOMETRES, MOST_MINUTES
from studio import offers
from studio.api import Api
from studio.failing import event
from studio.forms import asking, posting, text
from studio.rendering import respond
from studio.samples import has_sample

# The form's fields and where the trip has them, in the order in which they are shown.
FIELDS = {
    "start_city": "/start/city",
    "start_weather": "/start/weather",
    "end_city": "/end/city",
    "end_weather": "/end/weather",
    "via": "/via",
    "started_at": "/started_at",
    "ended_at": "/ended_at",
    "driving_minutes": "/driving_minutes",
    "distance_km": "/distance_km",
    "mood": "/mood",
    "team": "/team",
    "caption": "/caption",
}
_TIME = {
    "type": "datetime-local",
    "min": f"{FIRST_YEAR}-01-01T00:00",
    "max": f"{LAST_YEAR}-12-31T23:59",
}
# What the inputs take, as attributes: what the API takes, told before anything is sent. Those of
# data- are the page's own: a number among words, and characters as the API counts them.
TAKES: Mapping[str, Mapping[str, object]] = {
    "start_weather": {"data-longest": LONGEST["weather"]},
    "end_city": {"required": ""},
    "end_weather": {"data-longest": LONGEST["weather"]},
    "started_at": _TIME,
    "ended_at": {**_TIME, "required": ""},
    "driving_minutes": {"data-least": 1, "data-most": MOST_MINUTES},
    # Above 0, to the metre.
    "distance_km": {"type": "number", "min": 0.001, "max": MOST_KILOMETRES, "step": "any"},
    **{name: {"data-longest": LONGEST[name]} for name in ("mood", "team", "caption")},
}
_CHOSEN = ("vehicle", "style", "format")
_BY_POINTER = {pointer: name for name, pointer in FIELDS.items()}
# A place as a whole is wrong where its city is.
_BY_POINTER |= {"/start": "start_city", "/end": "end_city"}


def routes() -> list[Route]:
    """Return the page and what its buttons ask for."""
    return [
        Route("/studio/new", show),
        Route("/studio/new", posting(submit), methods=["POST"]),
        Route("/studio/new/read", posting(read), methods=["POST"]),
    ]


def show(request: Request) -> Response:
    """Show the empty form; style, format and vehicle may be chosen by the address."""
    _, api = asking(request, "driver")
    chosen = {name: request.query_params.get(name, "") for name in _CHOSEN}
    return _form(request, api, chosen, key=secrets.token_urlsafe(16))


def read(request: Request, form: FormData) -> Response:
    """Fill the form from a trip as it was written, and say what was assumed."""
    _, api = asking(request, "driver")
    written, values = text(form, "written"), _values(form)
    if not written:
        return _form(request, api, values, key=text(form, "key"), told="nothing_written")
    try:
        told = api.send_text("/v1/trips", written, dry_run="true")
    except BadRequestError as error:
        values |= {"written": written}
        return _form(request, api, values, key=text(form, "key"), refusal=error)
    # A trip is whole: what the one before it said, and this one does not, is not of this one.
    found = {**dict.fromkeys(FIELDS, ""), **_filled(told["trip"]), "written": written}
    # A text seldom says anything of sharing; who has ticked it has said so.
    found["share"] = found["share"] or values["share"]
    return _form(
        request, api, {**values, **found}, key=text(form, "key"),
        warnings=told["warnings"], told="understood",
    )  # fmt: skip


def submit(request: Request, form: FormData) -> Response:
    """Have the poster made; what is refused is said beside its field, and all stays typed."""
    _, api = asking(request, "driver")
    values, key = _values(form), text(form, "key") or secrets.token_urlsafe(16)
    try:
        accepted = api.send("POST", "/v1/trips", trip_of(values), key=key)
    except BadRequestError as error:
        return _form(request, api, values, key=secrets.token_urlsafe(16), refusal=error)
    place = f"/studio/jobs/{accepted['job_id']}"
    return Response(headers={"HX-Redirect": place, **event("draft-done", name="new")})


def trip_of(values: Mapping[str, str]) -> dict[str, Any]:
    """Return the trip of a form's values, in the API's fields; what is empty is left out."""
    trip: dict[str, Any] = {}
    for name, pointer in FIELDS.items():
        if values.get(name):
            first, _, second = pointer.strip("/").partition("/")
            if second:
                trip.setdefault(first, {})[second] = values[name]
            else:
                trip[first] = values[name]
    if values.get("vehicle"):
        parts = values["vehicle"].split("/")
        trip["vehicle"] = dict(zip(("model", "generation", "paint"), parts, strict=False))
    for name in ("style", "format"):
        if values.get(name):
            trip[name] = values[name]
    trip["share"] = values.get("share") == "yes"
    return trip


def _filled(trip: Mapping[str, Any]) -> dict[str, str]:
    """Return the form's values for a trip as it was understood."""
    values = {}
    for name, pointer in FIELDS.items():
        value: Any = trip
        for part in pointer.strip("/").split("/"):
            value = value.get(part) if isinstance(value, Mapping) else None
        if value is not None:
            values[name] = _typed(name, value)
    vehicle = trip.get("vehicle") or {}
    named = [vehicle.get(part) for part in ("model", "generation", "paint")]
    told = {"style": trip.get("style") or "", "format": trip.get("format") or ""}
    told["vehicle"] = "/".join(map(str, named)) if all(named) else ""
    return {**values, **{k: v for k, v in told.items() if v}, "share": "yes" * bool(trip["share"])}


def _typed(name: str, value: object) -> str:
    if name in {"started_at", "ended_at"}:
        # As a date field wants it; the trip's own times are China's.
        return str(value)[:16]
    return "、".join(map(str, value)) if isinstance(value, list) else str(value)


def _values(form: FormData) -> dict[str, str]:
    names = (*FIELDS, *_CHOSEN, "share", "written")
    return {name: text(form, name) for name in names}


@dataclass(frozen=True)
class Note:
    """What is said of a field, "" where it belongs to none: a key of the words, and the API's."""

    field: str
    is_bad: bool
    key: str
    said: str
    line: str = ""


def notes_of(
    problems: Sequence[FieldProblem], warnings: Sequence[Mapping[str, str]]
) -> dict[str, list[Note]]:
    """Return what is said beside each field, and under "" what belongs to none of them."""
    notes = [_wrong(each) for each in problems]
    # What nobody gave is not worth a word; what was given and not understood is.
    warnings = [each for each in warnings if each["reason"] != "is missing"]
    assumed = [(each["field"], f"{each['reason']} → {each['assumed']}") for each in warnings]
    notes += [_note(pointer, said, is_bad=False) for pointer, said in assumed]
    found: dict[str, list[Note]] = {}
    for note in notes:
        others = found.setdefault(note.field, [])
        if not note.field or all(each.key != note.key for each in others):
            others.append(note)
    return found


def _wrong(problem: FieldProblem) -> Note:
    if problem.code == "extra_forbidden":
        return Note("", is_bad=True, key="trip.unknown", said="", line=problem.pointer[1:])
    return _note(problem.pointer, problem.detail, is_bad=True)


def _note(pointer: str, said: str, *, is_bad: bool) -> Note:
    name, (_, first, *rest) = _field_at(pointer), (*pointer.split("/"), "", "")[:3]
    if name:
        return Note(name, is_bad, f"trip.{'wrong' if is_bad else 'assumed'}_{name}", said)
    if first == "lines":
        line = rest[0]
        return Note("", is_bad, "trip.line" if line else "trip.lines", said, line)
    return Note("", is_bad, "trip.whole" if is_bad else "", said)


def _field_at(pointer: str) -> str:
    """Return the form's field that a pointer leads to, "" for none."""
    known = {**_BY_POINTER, **{f"/{each}": each for each in _CHOSEN}}
    while pointer:
        if pointer in known:
            return known[pointer]
        pointer = pointer.rpartition("/")[0]
    return ""


def _form(
    request: Request,
    api: Api,
    values: Mapping[str, str],
    *,
    key: str,
    refusal: BadRequestError | None = None,
    warnings: Sequence[Mapping[str, str]] = (),
    told: str = "",
) -> Response:
    chosen = [name for name in _CHOSEN if request.query_params.get(name)]
    styles = offers.styles(request, api)
    beside = notes_of(refusal.problems if refusal else (), warnings)
    return respond(
        request,
        "new_poster.html",
        values={**dict.fromkeys((*FIELDS, *_CHOSEN, "share", "written"), ""), **values},
        key=key,
        takes=TAKES,
        beside=beside,
        concerned=[name for name in (*FIELDS, *_CHOSEN) if name in beside],
        told=told,
        refusal=refusal,
        vehicles=api.get("/v1/vehicles")["vehicles"],
        styles=styles["styles"],
        default_style=styles["default"],
        has_sample=has_sample,
        chosen=chosen,
        formats=FORMATS,
    )
