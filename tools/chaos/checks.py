"""Every check of a run's account, in turns; those of a few lines are here."""

import json
from collections import Counter
from collections.abc import Iterator
from typing import Any

from shared.core import errors
from shared.jobs.record import JobRecord, JobStatus
from shared.lists.bulkhead import MOST_TRIES
from tools.chaos import (
    check_erasures,
    check_jobs,
    check_messages,
    check_models,
    check_seasons,
    check_uploads,
    check_wall,
    rights,
)
from tools.chaos.account import Account, Wrong
from tools.chaos.bad_items import LISTS, NOTED
from tools.chaos.files import entries, files, lines

# A run that took too long has no type; the rest is what functions raise to be tried again.
_EXPECTED = frozenset({"", *vars(errors)})


def draw_up(account: Account) -> Account:
    """Read everything, note what is wrong in `violations`, and return the account."""
    account.read()
    for check in _CHECKS:
        account.violations.extend(check(account))
    for kind, found in (("answer", account.book.wrong), ("deployment", account.book.not_deployed)):
        account.violations.extend(("", f"{kind}: {what}") for what in found)
    return account


def _reviews(account: Account) -> Iterator[Wrong]:
    """What a reviewer was told is recorded is what became of the job."""
    for job_id, record in account.jobs.items():
        if record.status is JobStatus.SUCCEEDED and record.attempt in record.turned_down:
            yield job_id, f"decision: attempt {record.attempt} is shown, and was turned down"
    for (job_id, attempt), decision in account.book.decided.items():
        found = account.jobs.get(job_id)
        if found is None or found.status is JobStatus.ERASED:
            continue
        if not _is_kept(found, attempt, decision):
            stands = f"{found.status.value}({found.attempt})"
            yield job_id, f"decision: {decision} of attempt {attempt}, and it is {stands}"


def _is_kept(record: JobRecord, attempt: int, decision: str) -> bool:
    if decision == "approve":
        return (record.status, record.attempt) == (JobStatus.SUCCEEDED, attempt)
    if decision == "reject":
        return record.failure is not None and record.failure.code == "rejected"
    return attempt in record.turned_down


def _crashes(account: Account) -> Iterator[Wrong]:
    """No function ended with an error that nobody anticipated: a bug may hide behind retries."""
    found: Counter[str] = Counter()
    for line in lines(account.data / "fc" / "invocations.jsonl"):
        run = _object(line)
        kind = str(_object(run.get("error") or "").get("errorType", ""))
        if kind not in _EXPECTED:
            found[f"crash: {run['function']} {kind}"] += 1
    yield from (("", f"{what}, {count} times") for what, count in sorted(found.items()))


def _object(text: str) -> dict[str, Any]:
    """Return what a text holds, nothing for a line that a kill has cut off."""
    try:
        found = json.loads(text)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _bad_items(account: Account) -> Iterator[Wrong]:
    """Every bad item is out of its list and noted under `dead/`, and nothing else is."""
    listed = [
        path.relative_to(account.bucket).as_posix()
        for folder in LISTS
        for path in files(account.bucket / folder)
    ]
    for name, folder in NOTED.items():
        left = [path for path in listed if name in path]
        noted = [json.loads(each.read_bytes()) for each in entries(account.bucket / "dead" / folder)
                 if each.suffix == ".json"]  # fmt: skip
        if left:
            yield name, f"bad item: it is still in its list, {left}"
        elif not noted:
            yield name, "bad item: it was not set aside"
        elif not any(note["tries"] >= MOST_TRIES for note in noted):
            yield name, f"bad item: set aside after {noted[0]['tries']} tries"
        if len(noted) > 1:
            yield name, f"bad item: {len(noted)} of {folder} were set aside, one was bad"


_CHECKS = (
    check_jobs.check,
    _reviews,
    check_erasures.check,
    check_uploads.check,
    check_seasons.check,
    check_messages.check,
    check_wall.check,
    _crashes,
    check_models.check,
    _bad_items,
    rights.check,
)
