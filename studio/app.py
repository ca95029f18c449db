"""The studio as an ASGI app: its pages, and what stands around each of them."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

import requests
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.middleware.sessions import SessionMiddleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from shared.settings.studio import StudioSettings
from studio import failing, signing_in, wording
from studio.guarding import Guard, policy
from studio.pages import health, job, many, new_poster, review, seasons, styles, vehicles, wall
from studio.people import person_of
from studio.rendering import HERE, respond

_SESSION_SECONDS = 12 * 3600
_READS_PER_MINUTE, _CHANGES_PER_MINUTE = 600, 120
_PAGES = (new_poster, wall, many, job, review, vehicles, styles, seasons, health)


def create_app(settings: StudioSettings) -> Starlette:
    """Return the app; nothing is asked of any service before the first page."""
    own = urlsplit(settings.url)
    origin = f"{own.scheme}://{own.netloc}"
    app = Starlette(
        routes=[
            Route("/", at_the_door),
            Route("/studio", home),
            Route("/studio/alive", alive),
            Route("/studio/back", back),
            Route("/studio/language", change_language, methods=["POST"]),
            Mount("/studio/static", _Static(directory=HERE / "static")),
            *signing_in.routes(),
            *(route for page in _PAGES for route in page.routes()),
        ],
        middleware=[
            Middleware(GZipMiddleware, minimum_size=1000),
            Middleware(
                SessionMiddleware,
                secret_key=settings.session_key.get_secret_value(),
                session_cookie="studio",
                max_age=_SESSION_SECONDS,
                path="/studio",
                same_site="lax",
                https_only=own.scheme == "https",
            ),
            Middleware(
                Guard,
                policy=policy(settings.picture_hosts, settings.issuer),
                own=origin,
                per_minute=_READS_PER_MINUTE,
                changes_per_minute=_CHANGES_PER_MINUTE,
            ),
        ],
        exception_handlers=failing.HANDLERS,
    )
    app.state.settings = settings
    app.state.connections = requests.Session()
    app.state.provider = signing_in.Provider(settings)
    return app


class _Static(StaticFiles):
    """Files that a browser may keep: their address holds the release."""

    def file_response(self, *args: Any, **kwargs: Any) -> Response:
        """Answer with a file and how long it may be kept."""
        response = super().file_response(*args, **kwargs)
        response.headers["Cache-Control"] = "public, max-age=3600"
        return response


def at_the_door(_: Request) -> Response:
    """Lead from the bare host to the pages."""
    return RedirectResponse("/studio", 303)


def home(request: Request) -> Response:
    """Lead to what a person most likely comes for."""
    person = person_of(request)
    page = "review" if person.scopes == ("reviewer",) else "wall" if person.is_staff else "new"
    return RedirectResponse(f"/studio/{page}", 303)


def back(request: Request) -> Response:
    """Tell the page that waits for it that somebody is signed in again."""
    person_of(request)
    return respond(request, "back.html")


def alive(_: Request) -> Response:
    """Say that the process takes requests."""
    return PlainTextResponse("alive")


async def change_language(request: Request) -> Response:
    """Keep the chosen language, and come back."""
    async with request.form() as form:
        chosen, back = str(form.get("language", "")), str(form.get("back", ""))
    if chosen in wording.LANGUAGES:
        request.session["language"] = chosen
    return RedirectResponse(signing_in.own_page(back), 303)
