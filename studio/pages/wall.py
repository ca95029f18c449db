"""The wall: newest posters as a grid, filtered, compared, and treated many at once."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from starlette.datastructures import QueryParams
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from client.trip_posters.errors import BadRequestError
from studio import offers
from studio.api import Api
from studio.forms import asking
from studio.pages.many import deeds_of
from studio.people import Person
from studio.rendering import is_part, respond

FILTERS = ("status", "style", "season", "vehicle", "doubt", "min_score", "max_score")
STATUSES = ("open", "needs_review", "succeeded", "failed", "cancelled")
SEASONS = ("spring", "summer", "autumn", "winter")
_PAGE, _OWN_PAGE = 48, 24


def routes() -> list[Route]:
    """Return the page; to htmx it gives the next batch alone."""
    return [Route("/studio/wall", show)]


def show(request: Request) -> Response:
    """Show the newest posters, or those behind a cursor."""
    person, api = asking(request)
    query = request.query_params
    wanted = {name: query.get(name, "") for name in FILTERS if query.get(name)}
    try:
        page = page_of(api, person, wanted, query.get("cursor") or query.get("at") or "")
    except BadRequestError:
        # An old address: its cursor or filter means nothing any more.
        page = page_of(api, person, {}, "")
    more = next_page(query, page["cursor"])
    is_batch = "cursor" in query and is_part(request)
    return respond(
        request,
        "batch.html" if is_batch else "wall.html",
        entries=[{**each, "deeds": deeds_of(each)} for each in page["entries"]],
        at=query.get("cursor") or query.get("at") or "",
        more=more,
        wanted=wanted,
        statuses=STATUSES,
        seasons=SEASONS,
        styles=offers.styles(request, api)["styles"],
        vehicles=[] if is_batch else api.get("/v1/vehicles")["vehicles"],
    )


def page_of(api: Api, person: Person, wanted: Mapping[str, str], cursor: str) -> Mapping[str, Any]:
    """Return a page of the wall: of all posters for staff, of their own for a driver."""
    if person.is_staff:
        return api.get("/v1/wall", limit=_PAGE, cursor=cursor, **wanted)
    own = api.get("/v1/jobs", limit=_OWN_PAGE, cursor=cursor)
    return {"entries": list(map(entry_of, own["jobs"])), "cursor": own["cursor"]}


def entry_of(job: Mapping[str, Any]) -> dict[str, Any]:
    """Return a driver's own job in the wall's words."""
    poster, failure = job["poster"], job["failure"]
    closed = job["status"] in {"succeeded", "failed", "cancelled", "needs_review"}
    return {
        **{name: job[name] for name in ("job_id", "created_at", "style", "vehicle", "title")},
        "status": job["status"] if closed else "open",
        "share": job["share"],
        "score": None,
        "doubt": False,
        "season": "",
        "thumbnail": poster["thumbnail"] if poster else None,
        "failure": failure["code"] if failure else None,
    }


def next_page(query: QueryParams, cursor: str | None) -> str:
    """Return the query of the next batch, "" behind the last."""
    if not cursor:
        return ""
    kept = {name: query[name] for name in FILTERS if query.get(name)}
    return str(QueryParams({**kept, "cursor": cursor}))
