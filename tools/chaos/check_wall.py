"""The wall has one entry of each job, which says what its newest record does; of erased ones none.

The checks of erasures find what is left of an erased job's.
"""

from collections import defaultdict
from collections.abc import Iterator

from shared.jobs.record import JobStatus
from shared.jobs.wall_entries import IN_REVIEW, WALL, key_of
from tools.chaos.account import Account, Wrong
from tools.chaos.files import files


def check(account: Account) -> Iterator[Wrong]:
    found = _entries(account)
    for job_id, record in account.jobs.items():
        if record.status is JobStatus.ERASED or not record.status.is_closed:
            continue
        entries, wanted = found.pop(job_id, []), key_of(record)
        if wanted not in entries:
            yield job_id, f"wall: it does not say {wanted}"
        for extra in (each for each in entries if each != wanted):
            yield job_id, f"wall: it says {extra} besides"
    for job_id in sorted(found.keys() - account.jobs.keys()):
        yield job_id, "wall: nobody knows the job"


def _entries(account: Account) -> dict[str, list[str]]:
    found = defaultdict(list)
    for shelf in (WALL, IN_REVIEW):
        for path in files(account.bucket / shelf):
            key = path.relative_to(account.bucket).as_posix()
            name = key.removeprefix(shelf).partition("~")[0]
            found[name.rpartition("-")[2]].append(key)
    return found
