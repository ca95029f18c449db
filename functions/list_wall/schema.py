"""What is asked of and goes out over GET /v1/wall."""

from __future__ import annotations

from typing import TYPE_CHECKING, get_args

from pydantic import AwareDatetime

from shared.core.models import View
from shared.edge import http_fields
from shared.edge.job_view import LinkView
from shared.jobs.wall import Standing
from shared.jobs.wall_pages import Wanted
from shared.trips.facts import Season

if TYPE_CHECKING:
    from shared.edge.events.http_request import HttpRequest

_SEASONS = tuple(season.value for season in Season)


class WallEntryView(View):
    """One poster of the wall; `score` (0 to 100, 50 is at a limit) and `thumbnail` once it is made.

    `season` and `month` are what it was painted for, `seconds` from acceptance to the end,
    `vehicle` the render that was set in. `doubt`: a measure that fails nothing, or a model, had
    doubts.
    """

    job_id: str
    status: Standing
    created_at: AwareDatetime
    style: str
    vehicle: str
    season: str
    month: int
    title: str | None
    score: int | None
    doubt: bool
    share: bool
    attempts: int
    origin: str
    failure: str | None
    seconds: int | None
    thumbnail: LinkView | None


class WallView(View):
    """A page of the wall; it may hold less than was asked for, even nothing, and go on."""

    entries: tuple[WallEntryView, ...]
    cursor: str | None


def wanted(request: HttpRequest) -> Wanted:
    """Return what the query narrows the wall to; InvalidRequestError for what it cannot be."""
    query = request.query
    return Wanted(
        status=http_fields.word(request, "status", get_args(Standing)),
        style=query.get("style", ""),
        season=http_fields.word(request, "season", _SEASONS),
        vehicle=query.get("vehicle", ""),
        doubt={"": None, "yes": True, "no": False}[
            http_fields.word(request, "doubt", ("yes", "no"))
        ],
        min_score=http_fields.number(request, "min_score", default=0, least=0, most=100),
        max_score=http_fields.number(request, "max_score", default=100, least=0, most=100),
    )
