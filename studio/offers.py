"""What posters can be made of, kept for a minute: styles change with a release, and rarely."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any

from starlette.requests import Request

from studio.api import Api
from studio.wording import language_of

_SECONDS = 60.0


def styles(request: Request, api: Api) -> dict[str, Any]:
    """Return what GET /v1/styles answers; its Chinese is traditional for whoever reads that."""
    told = _kept(request, api, "styles")
    if language_of(request) != "zh-Hant":
        return told
    return {**told, "styles": [_in_traditional(each) for each in told["styles"]]}


def _in_traditional(style: Mapping[str, Any]) -> dict[str, Any]:
    texts = {name: style[name] for name in ("title", "description")}
    own = {name: {**told, "zh": told.get("zh_hant") or told["zh"]} for name, told in texts.items()}
    return {**style, **own}


def views_of(request: Request, api: Api, job: Mapping[str, Any]) -> dict[str, list[str]]:
    """Return the views that a job's car has, each with the layouts that take it in its format.

    Empty for a job that no view or layout can be ordered for.
    """
    plan = job["composition"]
    if plan is None:
        return {}
    views = _car_of(request, api, job).get("views", {})
    return {view: layouts[plan["format"]] for view, layouts in views.items()}


def car_titles(request: Request, api: Api, job: Mapping[str, Any]) -> dict[str, str]:
    """Return what a job's car is called, by language; empty for one no longer offered."""
    found: dict[str, str] = _car_of(request, api, job).get("titles", {})
    return found


def _car_of(request: Request, api: Api, job: Mapping[str, Any]) -> dict[str, Any]:
    wanted = job["vehicle"].split("/")[:3]
    for car in _kept(request, api, "vehicles")["vehicles"]:
        if [car["model"], car["generation"], car["paint"]] == wanted:
            found: dict[str, Any] = car
            return found
    return {}


def _kept(request: Request, api: Api, what: str) -> dict[str, Any]:
    kept = getattr(request.app.state, what, None)
    if kept is None or kept[0] < time.monotonic():
        kept = (time.monotonic() + _SECONDS, api.get(f"/v1/{what}"))
        setattr(request.app.state, what, kept)
    found: dict[str, Any] = kept[1]
    return found


def style_titles(request: Request, api: Api) -> dict[str, dict[str, str]]:
    """Return the styles' titles by their ids."""
    return {each["id"]: each["title"] for each in styles(request, api)["styles"]}
