"""Every line of an uploaded file has its row in the report, and every good one its job."""

import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from shared.jobs.record import JobStatus
from shared.uploads import names
from tools.chaos.account import Account, Wrong
from tools.chaos.book import LEAVER, Line, UploadedFile
from tools.chaos.files import entries


def check(account: Account) -> Iterator[Wrong]:
    for file in account.book.files:
        folders = _folders(account, file)
        if len(folders) != 1:
            yield "", f"report: {file.name} has {len(folders)}"
        for folder in folders[:1]:
            yield from _summary(file, folder)
            yield from _rows(account, file, rows_in(folder))
    for path in entries(account.bucket / "open-uploads"):
        yield "", f"stuck upload: {path.name} has not been read to its end"


def rows_in(folder: Path) -> list[dict[str, Any]]:
    """Return all rows of a report."""
    parts = [path for path in entries(folder) if path.name.startswith("part-")]
    return [json.loads(row) for part in parts for row in part.read_text("utf-8").splitlines()]


def told_in_reports(account: Account) -> set[str]:
    """Return the jobs that reports speak of."""
    folders = [folder for file in account.book.files for folder in _folders(account, file)]
    return {row["job_id"] for folder in folders for row in rows_in(folder) if "job_id" in row}


def _folders(account: Account, file: UploadedFile) -> list[Path]:
    return entries(account.mount / names.REPORTS / "trips" / file.name)


def _summary(file: UploadedFile, folder: Path) -> Iterator[Wrong]:
    path = folder / "summary.json"
    if not path.exists():
        yield "", f"report: {file.name} has no summary"
        return
    told = json.loads(path.read_bytes())
    if (told["ended"], told["lines"]) != ("read", len(file.lines)):
        yield "", f"report: {file.name} ended {told['ended']} after {told['lines']} lines"


def _rows(account: Account, file: UploadedFile, rows: list[dict[str, Any]]) -> Iterator[Wrong]:
    for number, count in Counter(row["line"] for row in rows).items():
        if count > 1:
            yield "", f"report: line {number} of {file.name} has {count} rows"
    by_line = {row["line"]: row for row in rows}
    for number, line in enumerate(file.lines, 1):
        what = _what_is_wrong(account, line, by_line.get(number))
        if what:
            yield "", f"line: {number} of {file.name}, {line.kind}: {what}"
    yield from _doubled(file, by_line)


def _doubled(file: UploadedFile, by_line: dict[int, dict[str, Any]]) -> Iterator[Wrong]:
    told = Counter(r.get("job_id") for r in by_line.values() if r["outcome"] == "accepted")
    for job_id, count in told.items():
        if count > 1:
            yield str(job_id), f"line: {count} lines of {file.name} say that it was made of them"
    jobs: dict[str, set[str]] = {}
    for number, line in enumerate(file.lines, 1):
        if job_id := by_line.get(number, {}).get("job_id"):
            jobs.setdefault(line.word, set()).add(job_id)
    for word, found in jobs.items():
        if len(found) > 1:
            yield min(found), f"line: the trip {word} became {len(found)} jobs"


def _what_is_wrong(account: Account, line: Line, row: dict[str, Any] | None) -> str:
    if line.kind == "blank":
        return "it has a row" if row else ""
    # A blanked line is read as a blank one, or its row says that it was erased.
    if line.driver == LEAVER and account.book.asked is not None and _is_erased(row):
        return ""
    if row is None:
        return "it has no row"
    if line.kind == "bad":
        as_told = (row["outcome"], row.get("reason")) == ("refused", line.reason)
        return "" if as_told else f"its row says {row}"
    record = account.jobs.get(row.get("job_id", ""))
    if row["outcome"] == "refused" or record is None:
        return f"its row says {row}"
    other = record.status is not JobStatus.ERASED and str(record.trip.distance_km) != line.word
    return f"{record.job_id} is of another trip" if other else ""


def _is_erased(row: dict[str, Any] | None) -> bool:
    return row is None or row.get("reason") == "erased"
