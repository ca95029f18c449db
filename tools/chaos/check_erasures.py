"""What was erased is gone from everywhere, and does not come back."""

import re
from collections.abc import Iterator
from pathlib import Path

from shared.jobs.erasures import Receipt
from shared.jobs.record import JobRecord, JobStatus
from tools.chaos.account import Account, Wrong
from tools.chaos.files import entries, files

_JOB = re.compile(r"j[a-z2-7]{31}")
# What may name an erased job: its record, that it is withdrawn, and what campaigns have counted.
_STAYS = re.compile(r"jobs/|open/|announced/.*-withdrawn|outbox/.*-withdrawn|campaigns/|dead/")


def check(account: Account) -> Iterator[Wrong]:
    gone = account.book.gone
    unsure = account.book.unsure
    for job_id, record in account.jobs.items():
        erased = record.status is JobStatus.ERASED
        if job_id in gone and not erased:
            yield job_id, f"not erased: it has {record.status.value}"
        if erased and job_id in account.book.accepted and job_id not in gone | unsure:
            yield job_id, "erased: nobody had asked for that"
        if erased:
            yield from _versions(account, job_id)
    yield from _left_over(account)
    yield from _under_way(account)


def _versions(account: Account, job_id: str) -> Iterator[Wrong]:
    for path in entries(account.bucket / "jobs" / job_id):
        data = path.read_bytes()
        record = JobRecord.model_validate_json(data)
        if record.status is not JobStatus.ERASED or record.prompt or b'"trip"' in data:
            yield job_id, f"left over: version {record.version} still says {record.status.value}"


def _left_over(account: Account) -> Iterator[Wrong]:
    """Yield files that are an erased job's, or hold the words of its trip."""
    erased = {j for j, record in account.jobs.items() if record.status is JobStatus.ERASED}
    words = _words(account, erased)
    pattern = re.compile(b"|".join(re.escape(word.encode()) for word in words) or b"(?!)")
    for root in (account.bucket, account.mount):
        for path in files(root):
            place = path.relative_to(root).as_posix()
            named = erased & set(_JOB.findall(place))
            if named and not _STAYS.match(place):
                yield min(named), f"left over: {place}"
            if found := pattern.search(path.read_bytes()):
                yield words[found[0].decode()], f"left over: the trip's words in {place}"


def _words(account: Account, erased: set[str]) -> dict[str, str]:
    """Return the words of erased trips that no other job was made of, and a job each."""
    book = account.book
    found = {book.accepted[j].word: j for j in sorted(erased & book.accepted.keys())}
    living = {
        str(record.trip.distance_km)
        for record in account.jobs.values()
        if record.status is not JobStatus.ERASED
    }
    return {word: job_id for word, job_id in found.items() if word not in living}


def _under_way(account: Account) -> Iterator[Wrong]:
    for path in entries(account.bucket / "erasing"):
        yield "", f"stuck erasure: {path.name} is still under way"
    for path in _receipts(account):
        receipt = Receipt.model_validate_json(path.read_bytes())
        if receipt.status != "done":
            yield "", f"stuck erasure: the receipt {receipt.erasure_id} says {receipt.status}"
    if account.book.gone and not _receipts(account):
        yield "", "lost erasure: there is no receipt"


def _receipts(account: Account) -> list[Path]:
    return entries(account.bucket / "erasures")
