"""What posters can be made of, kept for a minute: styles change with a release, and rarely."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any

from starlette.requests import Request

from studio.api import Api

_SECONDS = 60.0


def styles(request: Request, api: Api) -> dict[str, Any]:
    """Return what GET /v1/styles answers; it is the same for everybody."""
    return _kept(request, api, "styles")


def views_of(request: Request, api: Api, job: Mapping[str, Any]) -> dict[str, list[str]]:
    """Return the views that a job's car has, each with the layouts that take it in its format.

    Empty for a job that no view or layout can be ordered for.
    """
    plan = job["composition"]
    if plan is None:
        return {}
    wanted = job["vehicle"].split("/")[:3]
    for car in _kept(request, api, "vehicles")["vehicles"]:
        if [car["model"], car["generation"], car["paint"]] == wanted:
            return {view: layouts[plan["format"]] for view, layouts in car["views"].items()}
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
