"""Pages of the wall: a bounded number of listings each, whatever is looked for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from shared.jobs.cursor import read_signed, signed

if TYPE_CHECKING:
    from shared.jobs.wall import WallEntry
    from shared.ports import JobStore

MOST = 100
# Of a thousand jobs each; a page that found less says where to go on.
_LISTINGS = 10


@dataclass(frozen=True)
class Wanted:
    """What is looked for; "" and None are everything. `vehicle` is a reference or its beginning.

    A job without a score is found where no score is asked for.
    """

    status: str = ""
    style: str = ""
    season: str = ""
    vehicle: str = ""
    doubt: bool | None = None
    min_score: int = 0
    max_score: int = 100

    @property
    def is_all(self) -> bool:
        """Say whether every job of the listing is wanted."""
        return self == Wanted(status=self.status) and (self.in_review or not self.status)

    @property
    def in_review(self) -> bool:
        """Say whether those that wait for a reviewer are enough to look at."""
        return self.status == "needs_review"

    def has(self, entry: WallEntry) -> bool:
        """Say whether an entry is wanted."""
        return (
            self.status in {"", entry.status}
            and self.style in {"", entry.style}
            and self.season in {"", entry.season.value}
            and _is_below(entry.vehicle, self.vehicle)
            and self.doubt in {None, entry.doubt}
            and self._has_score(entry.score)
        )

    def _has_score(self, score: int | None) -> bool:
        if score is None:
            return (self.min_score, self.max_score) == (0, 100)
        return self.min_score <= score <= self.max_score


@dataclass(frozen=True)
class Page:
    """Entries, newest first, and the cursor of what follows, "" at the end."""

    entries: tuple[WallEntry, ...]
    cursor: str = ""


def page_of_wall(
    tenant: str, wanted: Wanted, *, cursor: str, limit: int, id_key: bytes, jobs: JobStore
) -> Page:
    """Return a page; InvalidRequestError for a cursor that was not given to this tenant."""
    of = f"wall page:{tenant}"
    after = read_signed(cursor, of=of, id_key=id_key).decode() if cursor else ""
    found: list[WallEntry] = []
    for _ in range(_LISTINGS):
        # One more than the page, so that its end is known.
        most = limit - len(found) + 1 if wanted.is_all else 1000
        page = jobs.wall_page(tenant, after=after, in_review=wanted.in_review, limit=most)
        found += (entry for entry in page.entries if wanted.has(entry))
        after = page.next_after
        if len(found) > limit or not after:
            break
    if len(found) > limit:
        found = found[:limit]
        after = found[-1].position
    return Page(tuple(found), signed(after.encode(), of=of, id_key=id_key) if after else "")


def _is_below(reference: str, beginning: str) -> bool:
    return not beginning or f"{reference}/".startswith(f"{beginning.rstrip('/')}/")
