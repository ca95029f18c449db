"""Styles: each one's posters in the four seasons, so that one can choose without trying."""

from __future__ import annotations

from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from studio import offers
from studio.forms import asking
from studio.rendering import respond
from studio.samples import has_sample, painter

SEASONS = ("spring", "summer", "autumn", "winter")


def routes() -> list[Route]:
    """Return the page."""
    return [Route("/studio/styles", show)]


def show(request: Request) -> Response:
    """Show every style on offer, the default one first."""
    person, api = asking(request)
    offered = offers.styles(request, api)
    return respond(
        request,
        "styles.html",
        styles=[_shown(style) for style in offered["styles"]],
        default_style=offered["default"],
        seasons=SEASONS,
        may_make=person.has("driver"),
        is_staff=person.is_staff,
        painter=painter(),
    )


def _shown(style: dict[str, Any]) -> dict[str, Any]:
    samples = [season for season in SEASONS if has_sample(f"{style['id']}-{season}")]
    feasts = [each for each in style["season_variants"] if each not in SEASONS]
    return {**style, "samples": samples, "feasts": feasts}
