"""Seasons: the calendar of campaigns, and each one's plan, start, pause and end."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any
from urllib.parse import quote

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from studio import offers
from studio.api import Api
from studio.forms import asking, posting, text
from studio.rendering import respond
from studio.wording import SHANGHAI

_ROLES = ("operator", "studio")
# What a plan keeps to, in the order of the form: how a value is written, the least and the most.
_WHOLE, _AMOUNT = r"\d{1,9}", r"\d{1,9}(?:\.\d{1,2})?"
RULES = {
    "newest": (_WHOLE, 1, 100),
    "cap": (_WHOLE, 0, 10_000_000),
    "budget_cny": (_AMOUNT, 0, 999_999_999),
    "shards": (_WHOLE, 1, 32),
}
# While a campaign is so, the page asks how far it is; and its rules cannot be changed.
MOVING, FIXED = frozenset({"planning", "running"}), frozenset({"planning", "running", "paused"})
_NEXT = 12


def routes() -> list[Route]:
    """Return the pages and what their buttons ask for."""
    one = "/studio/seasons/{campaign}"
    return [
        Route("/studio/seasons", show),
        Route(one, show_one),
        Route(one, posting(act), methods=["POST"]),
        Route(f"{one}/live", live),
        Route(f"{one}/stop", show_stop),
    ]


def show(request: Request) -> Response:
    """Show the windows: open now, to come, and over."""
    _, api = asking(request, *_ROLES)
    told = api.get("/v1/campaigns")
    parts = parted(told["windows"], today=date.fromisoformat(told["today"]))
    return respond(request, "seasons.html", parts=parts)


def show_one(request: Request) -> Response:
    """Show a campaign whole."""
    _, api = asking(request, *_ROLES)
    return _whole(request, api, api.get(_path(request)))


def live(request: Request) -> Response:
    """Show how far a campaign is; the whole of it once its status is another than was seen."""
    _, api = asking(request, *_ROLES)
    told = api.get(_path(request))
    if told["status"] == request.query_params.get("seen"):
        return respond(request, "season_live.html", **_shown(request, api, told))
    headers = {"HX-Retarget": "#campaign", "HX-Reswap": "outerHTML"}
    return _whole(request, api, told, headers=headers)


def show_stop(request: Request) -> Response:
    """Say what stopping means before anybody does it."""
    _, api = asking(request, *_ROLES)
    return respond(request, "season_stop.html", **_shown(request, api, api.get(_path(request))))


def act(request: Request, form: FormData) -> Response:
    """Plan, start, pause, resume or stop; a rule that cannot be is told beside its field."""
    _, api = asking(request, *_ROLES)
    action, order = text(form, "action"), {}
    if action == "plan":
        typed = {name: text(form, name) for name in RULES}
        rules = {name: rule(name, value) for name, value in typed.items() if value}
        wrong = [name for name, value in rules.items() if value is None]
        if wrong:
            return _whole(request, api, api.get(_path(request)), typed=typed, wrong=wrong)
        order = {"rules": rules}
    told = api.send("POST", _path(request), {"action": action, **order})
    return _whole(request, api, told, did=action)


def rule(name: str, typed: str) -> float | None:
    """Return the value of a rule as it was typed, None for one that it cannot have."""
    pattern, least, most = RULES[name]
    plain = re.sub("[,， ]", "", typed)
    if not re.fullmatch(pattern, plain):
        return None
    value = float(plain) if "." in plain else int(plain)
    return value if least <= value <= most else None


def parted(windows: list[dict[str, Any]], *, today: date) -> list[tuple[str, list[dict[str, Any]]]]:
    """Return the windows as ("open" | "soon" | "later" | "over", windows), empty parts left out."""
    found: dict[str, list[dict[str, Any]]] = {"open": [], "soon": [], "later": [], "over": []}
    for each in sorted(windows, key=lambda each: each["opens"]):
        opens, closes = (date.fromisoformat(each[name]) for name in ("opens", "closes"))
        if closes <= today:
            part = "over"
        elif opens <= today:
            part = "open"
        else:
            part = "soon" if len(found["soon"]) < _NEXT else "later"
        found[part].append(each)
    return [(name, part) for name, part in found.items() if part]


def _path(request: Request) -> str:
    return f"/v1/campaigns/{quote(request.path_params['campaign'], safe='')}"


def _whole(
    request: Request,
    api: Api,
    told: Mapping[str, Any],
    *,
    typed: Mapping[str, str] | None = None,
    wrong: Sequence[str] = (),
    did: str = "",
    headers: dict[str, str] | None = None,
) -> Response:
    values = typed or {name: _written(told["rules"][name]) for name in RULES}
    shown = {**_shown(request, api, told), "values": values, "wrong": wrong, "did": did}
    return respond(request, "season.html", headers=headers, **shown)


def _written(value: float) -> str:
    return f"{value:g}" if isinstance(value, float) and value < 1e6 else str(value)


def _shown(request: Request, api: Api, told: Mapping[str, Any]) -> dict[str, Any]:
    """Return what the templates show of a campaign."""
    today = datetime.now(SHANGHAI).date()
    opens, closes = (date.fromisoformat(told[name]) for name in ("opens", "closes"))
    return {
        "campaign": told,
        "plan": told["plan"],
        "titles": offers.style_titles(request, api),
        "is_moving": told["status"] in MOVING,
        "is_fixed": told["status"] in FIXED,
        "is_early": today < opens,
        "is_over": today >= closes,
        "may_end": told["status"] in FIXED or told["status"] == "planned",
    }
