"""Many posters at once: what would be done is told first, then done, and each one's end is told."""

from __future__ import annotations

import secrets
import tempfile
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

from client.trip_posters.errors import ApiError, NoAnswerError
from studio import offers
from studio.api import Api, job_path
from studio.forms import asking, posting, text, texts
from studio.rendering import respond

ACTIONS = ("share", "withdraw", "repaint", "download")
MOST, _MOST_FILES = 50, 20
_CHUNK = 256 * 1024


@dataclass(frozen=True)
class Ended:
    """What became of one poster: "" where it was done, else why not."""

    job_id: str
    why: str = ""


def routes() -> list[Route]:
    """Return the summary, the deed, and the download."""
    return [
        Route("/studio/many", posting(summary), methods=["POST"]),
        Route("/studio/many/do", posting(do), methods=["POST"]),
        Route("/studio/many/download", download),
    ]


def summary(request: Request, form: FormData) -> Response:
    """Tell what would be done to the picked posters; nothing is done by it."""
    person, api = asking(request)
    action, jobs = text(form, "action"), texts(form, "job")
    return respond(
        request,
        "many.html",
        action=action if action in ACTIONS else "download",
        jobs=jobs[:MOST],
        left_out=max(0, len(jobs) - MOST),
        most_files=_MOST_FILES,
        key=secrets.token_urlsafe(12),
        styles=offers.styles(request, api)["styles"],
        may_share=person.has("driver", "service"),
    )


def do(request: Request, form: FormData) -> Response:
    """Do it, one poster after the other; the same press again does nothing twice."""
    _, api = asking(request)
    action, jobs = text(form, "action"), texts(form, "job")[:MOST]
    calls: dict[str, Callable[[str], object]] = {
        "share": lambda job: api.send("PATCH", job_path(job), {"share": True}),
        "withdraw": lambda job: api.send("PATCH", job_path(job), {"share": False}),
        "repaint": lambda job: _repaint(api, job, text(form, "style"), text(form, "key")),
    }
    ended = [_ended(calls[action], job) for job in jobs] if action in calls else []
    return respond(request, "many_done.html", action=action, ended=ended)


def _repaint(api: Api, job: str, style: str, key: str) -> object:
    wish = {"style": style} if style else {}
    return api.send("POST", job_path(job, "repaint"), wish, key=f"{key}-{job}")


def _ended(call: Callable[[str], object], job: str) -> Ended:
    try:
        call(job)
    except ApiError as error:
        return Ended(job, error.detail or error.title)
    except NoAnswerError:
        return Ended(job, "unreachable")
    return Ended(job)


def download(request: Request) -> Response:
    """Answer with a ZIP of the picked posters' PNGs; those without one are left out."""
    _, api = asking(request)
    packed = tempfile.TemporaryFile()  # noqa: SIM115 - closed when it has been sent
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_STORED) as archive:
        for job in request.query_params.getlist("job")[:_MOST_FILES]:
            found: dict[str, Any] = api.get(job_path(job))
            if found["poster"]:
                archive.writestr(f"{job}.png", api.download(found["poster"]["master"]["url"]))
    packed.seek(0)
    headers = {"Content-Disposition": 'attachment; filename="posters.zip"'}
    pieces = iter(lambda: packed.read(_CHUNK), b"")
    return StreamingResponse(pieces, media_type="application/zip", headers=headers)
