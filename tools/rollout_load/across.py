"""What two versions have made of the same jobs: read from every version of every record."""

import itertools
import json
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tools.chaos.account import Account, Wrong
from tools.chaos.checks import draw_up
from tools.chaos.files import entries
from tools.rollout_load.zips import ADDED

# The function that does not start, and the items that a rehearsal does not plant.
_MEANT = re.compile(r"crash: .* ImportModuleError|bad item: it was not set aside")


def check(account: Account) -> list[Wrong]:
    """Read everything and return what is wrong, but for what was meant."""
    return [each for each in draw_up(account).violations if not _MEANT.match(each[1])]


@dataclass
class Across:
    """Of all jobs: how often each release wrote a record, and who wrote after whom.

    `both` are jobs that more than one release wrote, `kept` records by an earlier release that
    hold what only a later one knows, `lost` those of which it is missing.
    """

    first: str
    written: Counter[str] = field(default_factory=Counter)
    both: set[str] = field(default_factory=set)
    forth: set[str] = field(default_factory=set)
    back: set[str] = field(default_factory=set)
    kept: int = 0
    lost: list[str] = field(default_factory=list)

    def read(self, jobs: Path) -> None:
        """Read all records below a folder of jobs."""
        for folder in entries(jobs):
            self._job(folder.name, list(_versions(folder)))

    def _job(self, job_id: str, records: list[dict[str, Any]]) -> None:
        releases = [str(record.get("release", "")) for record in records]
        self.written.update(releases)
        if len({*releases}) > 1:
            self.both.add(job_id)
        # The first is written anew, without what is private, by whoever ends the job.
        for before, after in itertools.pairwise(records[1:]):
            own, other = after.get("release"), before.get("release")
            if own != other:
                (self.back if own == self.first else self.forth).add(job_id)
            if ADDED in before and own == self.first:
                self._follow(job_id, before, after)

    def _follow(self, job_id: str, before: dict[str, Any], after: dict[str, Any]) -> None:
        if after.get(ADDED) == before[ADDED]:
            self.kept += 1
        else:
            self.lost.append(job_id)


def _versions(folder: Path) -> Iterator[dict[str, Any]]:
    yield from (json.loads(path.read_bytes()) for path in entries(folder))
