"""Show staff the posters of their tenant."""

from __future__ import annotations

from typing import TYPE_CHECKING

from functions.list_wall.schema import WallEntryView, WallView
from shared.core import ids
from shared.edge.job_view import LinkView
from shared.jobs.wall_pages import Wanted, page_of_wall
from shared.results.files import THUMBNAIL

if TYPE_CHECKING:
    from shared.jobs.wall import WallEntry
    from shared.ports import JobStore, ObjectStore


def list_wall(
    tenant: str,
    wanted: Wanted,
    *,
    cursor: str,
    limit: int,
    id_key: bytes,
    link_seconds: int,
    jobs: JobStore,
    results: ObjectStore,
) -> WallView:
    """Return a page of the wall, by at most ten listings and no record."""
    page = page_of_wall(tenant, wanted, cursor=cursor, limit=limit, id_key=id_key, jobs=jobs)
    shown = (_view(entry, results, link_seconds) for entry in page.entries)
    return WallView(entries=tuple(shown), cursor=page.cursor or None)


def _view(entry: WallEntry, results: ObjectStore, seconds: int) -> WallEntryView:
    return WallEntryView(
        job_id=entry.job_id,
        status=entry.status,
        created_at=entry.created_at,
        style=entry.style,
        vehicle=entry.vehicle,
        season=entry.season.value,
        month=entry.month,
        title=entry.title or None,
        score=entry.score,
        doubt=entry.doubt,
        share=entry.share,
        attempts=entry.attempts,
        origin=entry.origin,
        failure=entry.failure or None,
        seconds=entry.seconds,
        thumbnail=_thumbnail(entry, results, seconds),
    )


def _thumbnail(entry: WallEntry, results: ObjectStore, seconds: int) -> LinkView | None:
    if not entry.attempt:
        return None
    folder = ids.result_folder(entry.job_id, ids.task_id(entry.job_id, entry.attempt))
    signed = results.sign(folder + THUMBNAIL, seconds=seconds)
    return LinkView(url=signed.url, expires_at=signed.expires_at)
