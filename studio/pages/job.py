"""One job: its poster, how it came about, what was measured, and what can be done with it."""

from __future__ import annotations

import math
import secrets
from collections.abc import Mapping
from typing import Any

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from shared.core.formats import FORMATS
from shared.core.limits import LARGEST_SEED
from studio import offers
from studio.api import Api, job_path, let_others_see
from studio.failing import told
from studio.forms import asking, posting, text
from studio.pages.new_poster import notes_of
from studio.people import Person
from studio.rendering import respond

# What a poster goes through, in this order, unless something goes wrong.
WAY = ("accepted", "prompted", "sending", "queued", "rendered", "succeeded")
CLOSED = frozenset({"succeeded", "failed", "cancelled", "needs_review"})
OVERLAYS = ("protected", "difference", "seams")
_COMPARED = 2


def routes() -> list[Route]:
    """Return the page, its live part, what its buttons ask for, and two jobs side by side."""
    return [
        Route("/studio/jobs/{job_id}", show),
        Route("/studio/jobs/{job_id}/share", posting(share), methods=["POST"]),
        Route("/studio/jobs/{job_id}/repaint", posting(repaint), methods=["POST"]),
        Route("/studio/jobs/{job_id}/cancel", posting(cancel), methods=["POST"]),
        Route("/studio/jobs/{job_id}/erase", posting(erase), methods=["POST"]),
        Route("/studio/compare", compare),
    ]


def show(request: Request) -> Response:
    """Show a job; an open one asks for itself again until it has ended."""
    person, api = asking(request)
    return _page(request, person, api)


def share(request: Request, form: FormData) -> Response:
    """Let others see the poster, or take it back; the answer offers the way back."""
    person, api = asking(request)
    job_id, wanted = request.path_params["job_id"], text(form, "share") == "yes"
    if wanted:
        let_others_see(api, person, job_id)
    else:
        api.send("PATCH", job_path(job_id), {"share": False})
    return _page(request, person, api, said="shared" if wanted else "withdrawn")


def repaint(request: Request, form: FormData) -> Response:
    """Have another poster made of the trip, and go there."""
    _, api = asking(request)
    wish: dict[str, Any] = {n: text(form, n) for n in ("style", "format") if text(form, n)}
    seed = text(form, "seed")
    if seed:
        # What is no number the API refuses.
        wish["seed"] = int(seed) if seed.isascii() and seed.isdigit() else seed
    if text(form, "share"):
        wish["share"] = True
    path = job_path(request.path_params["job_id"], "repaint")
    made = api.send("POST", path, wish, key=text(form, "key"))
    return Response(headers={"HX-Redirect": f"/studio/jobs/{made['job_id']}"})


def cancel(request: Request, _form: FormData) -> Response:
    """End an open job."""
    person, api = asking(request)
    path = job_path(request.path_params["job_id"])
    api.send("POST", f"{path}/cancel", {})
    return _page(request, person, api, said="cancelled")


def erase(request: Request, _form: FormData) -> Response:
    """Erase a poster and all it was made from, for good."""
    _, api = asking(request)
    api.send("DELETE", job_path(request.path_params["job_id"]), {})
    # Back must not show what is gone.
    return Response(headers={"HX-Redirect": "/studio/wall", "Clear-Site-Data": '"cache"'})


def compare(request: Request) -> Response:
    """Show two posters side by side, or under a slider."""
    _, api = asking(request)
    named = [request.query_params.get(name, "") for name in ("a", "b")]
    jobs = [api.get(job_path(each)) for each in named if each]
    if len(jobs) != _COMPARED:
        return told(request, 404, "refused.not_found")
    titles = offers.style_titles(request, api)
    return respond(request, "compare.html", jobs=jobs, style_titles=titles)


def _page(request: Request, person: Person, api: Api, *, said: str = "") -> Response:
    job = api.get(job_path(request.path_params["job_id"]))
    is_open = job["status"] not in CLOSED
    may_change = person.has("driver", "service", "studio", "operator")
    return respond(
        request,
        "job.html",
        job=job,
        seen=job.get("inspection"),
        notes=[note for each in notes_of((), job["warnings"]).values() for note in each],
        steps=steps_of(job),
        is_open=is_open,
        lights=arrows((job.get("inspection") or {}).get("lights")),
        overlays=OVERLAYS,
        formats=FORMATS,
        largest_seed=LARGEST_SEED,
        styles=offers.styles(request, api)["styles"],
        style_titles=offers.style_titles(request, api),
        car_titles=offers.car_titles(request, api, job),
        key=secrets.token_urlsafe(12),
        said=said,
        address=f"{request.app.state.settings.api_url}/v1/posters/{job['job_id']}",
        may_change=may_change,
        may_share=person.has("driver", "service"),
        may_take_back=person.has("reviewer"),
    )


def steps_of(job: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the timeline: what happened, with seconds since acceptance, and what is to come."""
    happened = [dict(each) for each in job["history"]]
    reached = {each["status"] for each in happened}
    if job["status"] in CLOSED:
        return [{**each, "state": _state(each["status"])} for each in happened]
    done = [{**each, "state": "done"} for each in happened]
    done[-1]["state"] = "now"
    last = WAY.index(job["status"]) if job["status"] in WAY else len(WAY)
    coming = [each for each in WAY[last + 1 :] if each not in reached or each == "succeeded"]
    blank = {"at": None, "attempt": 0, "state": "to-come"}
    return done + [{"status": each, **blank} for each in coming]


def _state(status: str) -> str:
    return "ended-badly" if status in {"failed", "cancelled"} else "done"


def arrows(lights: Mapping[str, Any] | None) -> list[dict[str, Any]]:
    """Return where each light comes from, on a dial of radius 40 about (50, 50) seen from above.

    Azimuths are clockwise from the view direction: 180 is behind the eye, at the dial's foot.
    """
    found = []
    for name in ("car", "plate"):
        light = (lights or {}).get(name)
        if light and light.get("azimuth_deg") is not None:
            angle = math.radians(light["azimuth_deg"])
            x, y = 50 + 40 * math.sin(angle), 50 - 40 * math.cos(angle)
            found.append({"name": name, "x": round(x, 1), "y": round(y, 1), **light})
    return found
