"""Health: what is open, what holds work back and what to do, and figures of a day and a month."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from client.trip_posters.models import read_time
from studio.forms import asking
from studio.rendering import respond
from studio.wording import SHANGHAI

# The API's name of each stretch of time that can be shown.
SPANS = {"day": "hours", "month": "days"}
# A model that goes within so many days wants a successor now.
_SOON_DAYS = 60
# What is known of each service that can be in trouble, and words for what helps.
_KNOWN = ("gpu_queue", "picture_model", "sweep_jobs")
_UNKNOWN = dict.fromkeys(("what", "reason", "since", "by", "until"))


def routes() -> list[Route]:
    """Return the page."""
    return [Route("/studio/health", show)]


def show(request: Request) -> Response:
    """Show how the service does; `over` chooses the day's hours or the month's days."""
    _, api = asking(request, "operator", "studio")
    told = api.get("/v1/health")
    over = request.query_params.get("over", "")
    over = over if over in SPANS else "day"
    rows = [_row(each, over) for each in sorted(told[SPANS[over]], key=lambda each: each["at"])]
    return respond(
        request,
        "health.html",
        now=told["now"],
        holds=holding(told["now"]),
        over=over,
        spans=tuple(SPANS),
        rows=rows,
        totals=_totals(rows),
        failures=ranked(told["failures"]),
        rejections=ranked(told["rejections"]),
        cost=told["cost"],
        models=models(told["models"], today=datetime.now(SHANGHAI).date()),
    )


def holding(now: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return what holds work back, the worst first: `kind` has words and advice on the page."""
    off = [kind for kind in ("acceptance", "sending") if not now[kind]["on"]]
    return [
        *({**_UNKNOWN, "kind": kind, **now[kind]} for kind in off),
        *({**_UNKNOWN, "kind": _kind(each["what"]), **each} for each in now["trouble"]),
    ]


def _kind(what: str) -> str:
    return what if what in _KNOWN else "other"


def ranked(counts: Mapping[str, int]) -> list[tuple[str, int]]:
    """Return what was counted, the most first, equals by name."""
    return sorted(counts.items(), key=lambda each: (-each[1], each[0]))


def models(listed: Sequence[Mapping[str, Any]], *, today: date) -> list[dict[str, Any]]:
    """Return the models, those in use first, each with the days that it still has, None for open.

    `mark`: "gone", "soon" or "".
    """
    found = []
    for each in listed:
        ends = each["retires_on"]
        left = (date.fromisoformat(ends) - today).days if ends else None
        mark = "" if left is None or left > _SOON_DAYS else "soon" if left > 0 else "gone"
        found.append({**each, "left": left, "mark": mark})
    return sorted(found, key=lambda each: (not each["in_use"], each["kind"], each["name"]))


def _row(stretch: Mapping[str, Any], over: str) -> dict[str, Any]:
    at = read_time(stretch["at"]).astimezone(SHANGHAI)
    shown = at.strftime("%m-%d %H:00" if over == "day" else "%m-%d")
    return {**stretch, "seconds": int(at.timestamp()), "shown": shown}


def _totals(rows: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    return {name: sum(each[name] for each in rows) for name in ("made", "failed", "cost_cny")}
