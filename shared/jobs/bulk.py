"""How many jobs that came in bulk are in flight: counted in the listing of the open markers.

One request for a thousand open jobs, and never older than the listing. A marker that somebody has
made due does not tell of bulk until the sweeper's next look, so the count may be low by those.
"""

from __future__ import annotations

from shared.ports import JobStore


def open_bulk_jobs(*, jobs: JobStore, most: int) -> int:
    """Return how many there are; counting stops at `most`."""
    found, after = 0, ""
    while True:
        page = jobs.open_page(after=after)
        found += sum(marker.is_bulk for marker in page.markers)
        after = page.next_after
        if found >= most or not after:
            return min(found, most)
