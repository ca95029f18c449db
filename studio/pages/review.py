"""Review: posters that wait, one after the other; each decision at once, and taken back at will."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from client.trip_posters.errors import (
    ApiError,
    BadRequestError,
    ConflictError,
    GoneError,
    NoAnswerError,
    NotFoundError,
)
from studio import offers, waiting
from studio.api import Api, job_path
from studio.failing import event
from studio.forms import asking, posting, text
from studio.people import Person
from studio.rendering import respond
from studio.waiting import Standing

# Of so many posters that somebody else may hold, one is looked for that is free.
_TRIES = 6
_NOT_THERE = (NotFoundError, GoneError)
_CHANGES = ("style", "view", "layout")


def routes() -> list[Route]:
    """Return the page and what its buttons ask for."""
    return [
        Route("/studio/review", show),
        Route("/studio/review/queue", queue),
        Route("/studio/review/open", posting(open_next), methods=["POST"]),
        Route("/studio/review/decide", posting(decide), methods=["POST"]),
        Route("/studio/review/{job_id}", show),
        Route("/studio/review/{job_id}/open", posting(open_one), methods=["POST"]),
        Route("/studio/review/{job_id}/picture", picture),
        Route("/studio/review/{job_id}/claim", posting(claim), methods=["POST"]),
        Route("/studio/review/{job_id}/let-go", posting(let_go), methods=["POST"]),
        Route("/studio/review/{job_id}/take-back", posting(take_back), methods=["POST"]),
    ]


def show(request: Request) -> Response:
    """Show the queue; the page asks for its first poster itself, since opening one claims it."""
    _, api = asking(request, "reviewer")
    entries, is_all = waiting.queue(api)
    return respond(
        request,
        "review.html",
        entries=entries,
        is_all=is_all,
        wanted=request.path_params.get("job_id", ""),
        styles=offers.styles(request, api)["styles"],
    )


def queue(request: Request) -> Response:
    """Return what waits by now."""
    _, api = asking(request, "reviewer")
    entries, is_all = waiting.queue(api)
    return respond(request, "review_queue.html", entries=entries, is_all=is_all)


def picture(request: Request) -> Response:
    """Say where a poster's picture is, for a page that wants it before it is asked for."""
    _, api = asking(request, "reviewer")
    job = api.get(job_path(request.path_params["job_id"]))
    found = job["poster"]["app_copy"]["url"] if job["poster"] else None
    answer = {"url": found, "attempt": job["attempt"]}
    return JSONResponse(answer, headers={"Cache-Control": "no-store"})


def open_next(request: Request, form: FormData) -> Response:
    """Open the first of the named posters, or else of all, that nobody holds."""
    _, api = asking(request, "reviewer")
    _leave(api, text(form, "leaving"))
    return _next_desk(request, api, form)


def open_one(request: Request, form: FormData) -> Response:
    """Open a poster, and claim it."""
    _, api = asking(request, "reviewer")
    job_id = request.path_params["job_id"]
    job = api.get(job_path(job_id))
    if text(form, "leaving") != job_id:
        _leave(api, text(form, "leaving"))
    return _desk(request, api, job, waiting.claimed(api, job))


def claim(request: Request, _form: FormData) -> Response:
    """Renew the claim, or say who holds the poster, or what became of it."""
    _, api = asking(request, "reviewer")
    job_id = request.path_params["job_id"]
    return respond(
        request, "review_claim.html", job_id=job_id, standing=waiting.claimed_anew(api, job_id)
    )


def let_go(request: Request, _form: FormData) -> Response:
    """End the claim of a poster that is looked at no longer."""
    _, api = asking(request, "reviewer")
    _leave(api, request.path_params["job_id"])
    return Response(status_code=204)


def decide(request: Request, form: FormData) -> Response:
    """Record a decision and open the next poster; whoever was slower is told who was first."""
    person, api = asking(request, "reviewer")
    job_id, order = text(form, "job_id"), order_of(form)
    try:
        api.send("POST", job_path(job_id, "review"), order)
    except ConflictError as error:
        return _told(request, form, 409, waiting.refused(error), person)
    except BadRequestError as error:
        return _told(request, form, error.status, Standing("wrong", error=error), person)
    except NoAnswerError:
        return _told(request, form, 503, Standing("lost"), person)
    happened = event(
        "decided", job_id=job_id, decision=order["decision"], attempt=order.get("attempt")
    )
    return _next_desk(request, api, form, headers=happened)


def take_back(request: Request, form: FormData) -> Response:
    """Take the last decision on a poster back, and lead to where it stands again."""
    _, api = asking(request, "reviewer")
    job_id, is_here = request.path_params["job_id"], request.headers.get("hx-target") == "desk"
    api.send("POST", job_path(job_id, "review"), {"decision": "take_back"})
    if not is_here:
        page = f"/studio/jobs/{job_id}"
        is_htmx = request.headers.get("hx-request") == "true"
        return Response(headers={"HX-Redirect": page}) if is_htmx else RedirectResponse(page, 303)
    _leave(api, text(form, "leaving"))
    job = api.get(job_path(job_id))
    happened = event("taken-back", job_id=job_id)
    return _desk(request, api, job, waiting.claimed(api, job), headers=happened)


def order_of(form: FormData) -> dict[str, Any]:
    """Return the decision of a form, in the API's fields; what is empty is left out."""
    order: dict[str, Any] = {"decision": text(form, "decision")}
    for name in ("attempt", "seed"):
        given = text(form, name)
        if given:
            # What is no number the API refuses, and says what would be one.
            order[name] = int(given) if given.isascii() and given.isdigit() else given
    more = _CHANGES if order["decision"] == "repaint" else ()
    order |= {name: text(form, name) for name in (*more, "note") if text(form, name)}
    if order["decision"] != "repaint":
        order.pop("seed", None)
    return order


def _next_desk(
    request: Request, api: Api, form: FormData, *, headers: Mapping[str, str] | None = None
) -> Response:
    """Show the next poster; what was decided before stays decided where none can be shown."""
    try:
        found = _first_free(api, _candidates(api, form))
    except (ApiError, NoAnswerError):
        if headers is None:
            raise
        return _desk(request, api, None, Standing("unsure"), headers=headers)
    return _desk(request, api, *(found or (None, Standing("none"))), headers=headers)


def _candidates(api: Api, form: FormData) -> Iterator[str]:
    """Yield what the page has next, then what waits by now but for the poster just decided on."""
    named = text(form, "then").split(",")
    yield from filter(None, named)
    known = {*named, text(form, "job_id")}
    yield from (each["job_id"] for each in waiting.queue(api)[0] if each["job_id"] not in known)


def _first_free(api: Api, job_ids: Iterator[str]) -> tuple[dict[str, Any], Standing] | None:
    """Return the first poster that can be decided on; else one that somebody holds, else None."""
    held = None
    for job_id, _ in zip(job_ids, range(_TRIES), strict=False):
        try:
            job = api.get(job_path(job_id))
        except _NOT_THERE:
            continue
        standing = waiting.claimed(api, job)
        if standing.may_decide:
            return job, standing
        if standing.state == "held":
            held = held or (job, standing)
    return held


def _leave(api: Api, job_id: str) -> None:
    """Let a poster go; a claim that cannot be ended now runs out by itself."""
    if not job_id:
        return
    try:
        api.send("DELETE", job_path(job_id, "claim"), {})
    except (ApiError, NoAnswerError):
        return


def _desk(
    request: Request,
    api: Api,
    job: dict[str, Any] | None,
    standing: Standing,
    *,
    headers: Mapping[str, str] | None = None,
) -> Response:
    return respond(
        request,
        "review_desk.html",
        headers=dict(headers or {}),
        seen=waiting.seen(job) if job else None,
        standing=standing,
        style_titles=offers.style_titles(request, api) if job else {},
        views=offers.views_of(request, api, job) if job else {},
        car_titles=offers.car_titles(request, api, job) if job else {},
    )


def _told(
    request: Request, form: FormData, status: int, standing: Standing, person: Person
) -> Response:
    """Say beside the form why nothing was decided; what was typed stays where it is."""
    place = "#told-repaint" if text(form, "decision") == "repaint" else "#told"
    headers = {"HX-Retarget": place, "HX-Reswap": "innerHTML"}
    return respond(
        request,
        "review_told.html",
        status=status,
        headers=headers,
        standing=standing,
        is_own=standing.by == person.name,
        job_id=text(form, "job_id"),
    )
