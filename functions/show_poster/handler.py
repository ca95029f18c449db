"""GET /v1/posters/{id}, for everybody."""

from __future__ import annotations

from functions.show_poster.use_case import show_poster
from shared import bootstrap
from shared.edge.entrypoint import HttpResponse, http_entry, path_segment
from shared.edge.events.http_request import HttpRequest


@http_entry
def handler(request: HttpRequest) -> HttpResponse:
    """Answer with the way to the picture, which is good for `LINK_SECONDS`."""
    link = show_poster(
        path_segment(request, "/v1/posters/"),
        link_seconds=bootstrap.job_settings().link_seconds,
        jobs=bootstrap.jobs(),
        results=bootstrap.state(),
    )
    return HttpResponse(302, None, {"Location": link.url})
