"""What posters can be made of, kept for a minute: styles change with a release, and rarely."""

from __future__ import annotations

import time
from typing import Any

from starlette.requests import Request

from studio.api import Api

_SECONDS = 60.0


def styles(request: Request, api: Api) -> dict[str, Any]:
    """Return what GET /v1/styles answers; it is the same for everybody."""
    kept = getattr(request.app.state, "styles", None)
    if kept is None or kept[0] < time.monotonic():
        kept = (time.monotonic() + _SECONDS, api.get("/v1/styles"))
        request.app.state.styles = kept
    found: dict[str, Any] = kept[1]
    return found


def style_titles(request: Request, api: Api) -> dict[str, dict[str, str]]:
    """Return the styles' titles by their ids."""
    return {each["id"]: each["title"] for each in styles(request, api)["styles"]}
