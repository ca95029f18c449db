"""Many posters at once: what would be done is told first, then done, and each one's end is told."""

from __future__ import annotations

import secrets
import tempfile
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

from client.trip_posters.errors import ApiError, NoAnswerError
from studio import offers
from studio.api import Api, job_path, let_others_see
from studio.forms import asking, posting, text, texts
from studio.rendering import respond

ACTIONS = ("share", "withdraw", "repaint", "download")
MOST, _MOST_FILES = 50, 20
_CHUNK = 256 * 1024


@dataclass(frozen=True)
class Ended:
    """What became of one poster: done, refused by the API, or left without an answer."""

    job_id: str
    is_done: bool = True
    error: ApiError | None = None


def routes() -> list[Route]:
    """Return the summary, the deed, and the download."""
    return [
        Route("/studio/many", posting(summary), methods=["POST"]),
        Route("/studio/many/do", posting(do), methods=["POST"]),
        Route("/studio/many/download", download),
    ]


def deeds_of(entry: Mapping[str, Any]) -> list[str]:
    """Return which of the actions may do something to a poster, by what the wall says of it."""
    status, is_ended_badly = entry["status"], entry["status"] in {"failed", "cancelled"}
    may = {
        "share": not entry["share"] and not is_ended_badly,
        "withdraw": entry["share"] and not is_ended_badly,
        "repaint": is_ended_badly or status == "succeeded",
        "download": entry["thumbnail"] is not None,
    }
    return [action for action in ACTIONS if may[action]]


def summary(request: Request, form: FormData) -> Response:
    """Tell what would be done to which of the picked posters; nothing is done by it."""
    person, api = asking(request)
    asked = text(form, "action")
    action = asked if asked in ACTIONS else "download"
    may_share = person.has("driver", "service")
    # Each box holds a job's id and, behind it, what may be done.
    picked = [value.split() for value in texts(form, "job")]
    able = [job for job, *deeds in picked if action in deeds and (may_share or action != "share")]
    most = _MOST_FILES if action == "download" else MOST
    return respond(
        request,
        "many.html",
        action=action,
        jobs=able[:most],
        left_out=max(0, len(able) - most),
        cannot=len(picked) - len(able),
        key=secrets.token_urlsafe(12),
        styles=offers.styles(request, api)["styles"] if action == "repaint" else (),
        may_share=may_share,
    )


def do(request: Request, form: FormData) -> Response:
    """Do it, one poster after the other; the same press again does nothing twice."""
    person, api = asking(request)
    action, jobs = text(form, "action"), texts(form, "job")[:MOST]
    calls: dict[str, Callable[[str], object]] = {
        "share": lambda job: let_others_see(api, person, job),
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
        return Ended(job, is_done=False, error=error)
    except NoAnswerError:
        return Ended(job, is_done=False)
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
