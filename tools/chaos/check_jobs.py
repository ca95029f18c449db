"""Every trip that was accepted has its record, closed once, and one result."""

from collections.abc import Iterator

from shared.core import ids
from shared.jobs.record import JobRecord, JobStatus
from tools.chaos.account import Account, Wrong
from tools.chaos.book import LEAVER
from tools.chaos.check_uploads import told_in_reports
from tools.chaos.files import entries


def check(account: Account) -> Iterator[Wrong]:
    yield from _lost_and_unknown(account)
    for job_id, record in account.jobs.items():
        yield from _endings(job_id, record)
        yield from _results(account, job_id, record)
    for marker in entries(account.bucket / "open"):
        yield marker.name, "orphan: the open marker is still there"
    for job_id, wish in account.book.shares.items():
        found = account.jobs.get(job_id)
        if found and found.status is not JobStatus.ERASED and found.is_shared is not wish:
            yield job_id, f"lost wish: share was answered as {wish}"


def season_ids(account: Account) -> set[str]:
    """Return the ids that jobs of the campaigns may have."""
    return {
        ids.season_job_id(account.book.id_key, source=source, campaign=campaign)
        for source in account.jobs
        for campaign in account.book.campaigns
    }


def _lost_and_unknown(account: Account) -> Iterator[Wrong]:
    book, told = account.book, told_in_reports(account)
    for job_id in sorted((book.accepted.keys() | told) - account.jobs.keys()):
        yield job_id, "lost job: accepted, and there is no record"
    leaver = ids.driver_key(book.id_key, tenant="default", driver=LEAVER)
    known = book.accepted.keys() | told | book.erased | season_ids(account)
    for job_id in sorted(account.jobs.keys() - known):
        record = account.jobs[job_id]
        # Of what was erased while it was being accepted nobody was told.
        if not (record.status is JobStatus.ERASED and record.driver_key == leaver):
            yield job_id, "unknown job: nobody was told of it"


def _endings(job_id: str, record: JobRecord) -> Iterator[Wrong]:
    if not record.status.is_closed:
        yield job_id, f"stuck job: {record.status.value}"
    undone = sum(review.decision == "take_back" for review in record.reviews)
    if sum(step.status.is_closed for step in record.history) > 1 + undone:
        yield job_id, "two endings: the history has more than one"


def _results(account: Account, job_id: str, record: JobRecord) -> Iterator[Wrong]:
    folder = account.bucket / "results" / job_id
    found = {f"results/{job_id}/{each.name}/" for each in entries(folder) if any(each.iterdir())}
    named = {record.result.folder} if record.result else set()
    for extra in sorted(found - named):
        yield job_id, f"orphan: {extra} is named by nobody"
    if record.status is JobStatus.SUCCEEDED and found & named != named:
        yield job_id, "lost result: the closing record names no stored one"
    if record.status is JobStatus.SUCCEEDED and not named:
        yield job_id, "lost result: succeeded without one"
