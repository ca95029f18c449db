"""Broken promises to plant into what a sound run has left behind, by the kind that finds each."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from shared.jobs.record import JobRecord, JobStatus
from shared.jobs.wall_entries import key_of
from tools.chaos.check_uploads import rows_in
from tools.chaos.files import entries
from tools.chaos.models_go import PAINTERS

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tools.chaos.account import Account

_OTHER = "j" + "a" * 31


def _one(account: Account, status: JobStatus = JobStatus.SUCCEEDED) -> JobRecord:
    wanted = account.book.accepted
    found = [r for j, r in account.jobs.items() if r.status is status and j in wanted]
    return next(r for r in found if r.status is not JobStatus.SUCCEEDED or r.is_shared)


def _write(account: Account, record: JobRecord) -> None:
    path = account.bucket / "jobs" / record.job_id / f"{record.version:06d}.json"
    _written(path, record.to_json().decode())


def _written(path: Path, text: str = "") -> None:
    """Write a file; the old one may be shared with the sound run, so it is not written into."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.unlink(missing_ok=True)
    path.write_text(text, "utf-8")


def _journal(account: Account, *messages: tuple[str, str]) -> None:
    sent = {"service": "community", "method": "POST", "fault": ""}
    path = account.data / "requests.jsonl"
    lines = [json.dumps({**sent, "message": name, "sha256": digest}) for name, digest in messages]
    _written(path, path.read_text("utf-8") + "".join(f"{line}\n" for line in lines))


def _wall(account: Account) -> Path:
    """Return the entry of a job that has ended."""
    found = account.bucket / key_of(_one(account))
    assert found.exists()
    return found


def not_on_the_wall(account: Account) -> None:
    _wall(account).unlink()


def twice_on_the_wall(account: Account) -> None:
    shown = _wall(account)
    _written(shown.with_name(shown.name.replace("~", "~0", 1)))


def unknown_on_the_wall(account: Account) -> None:
    shown = _wall(account)
    _written(shown.with_name(shown.name.replace(_one(account).job_id, _OTHER)))


def lost_job(account: Account) -> None:
    book = account.book
    book.accepted[_OTHER] = next(iter(book.accepted.values()))


def unknown_job(account: Account) -> None:
    _write(account, _one(account).model_copy(update={"job_id": _OTHER}))


def stuck_job(account: Account) -> None:
    record = _one(account)
    open_again = {"status": JobStatus.PROMPTED, "version": record.version + 1}
    _write(account, record.model_copy(update=open_again))


def two_endings(account: Account) -> None:
    record = _one(account)
    again = {"version": record.version + 1, "history": (*record.history, record.history[-1])}
    _write(account, record.model_copy(update=again))


def _move_result(account: Account) -> None:
    (kept,) = (account.bucket / "results" / _one(account).job_id).iterdir()
    kept.rename(kept.with_name(f"{_one(account).job_id}-9"))


def lost_wish(account: Account) -> None:
    record = _one(account)
    account.book.shares[record.job_id] = not record.is_shared


def lost_decision(account: Account) -> None:
    record = _one(account)
    account.book.decided[record.job_id, record.attempt] = "reject"


def lost_repaint(account: Account) -> None:
    record = _one(account)
    account.book.decided[record.job_id, record.attempt] = "repaint"


def turned_down_and_shown(account: Account) -> None:
    record = _one(account)
    again = {"version": record.version + 1, "turned_down": (record.attempt,)}
    _write(account, record.model_copy(update=again))


def not_erased(account: Account) -> None:
    account.book.erased.add(_one(account).job_id)


def erased(account: Account) -> None:
    account.book.erased.clear()


def left_over_words(account: Account) -> None:
    job_id = next(iter(account.book.erased))
    _written(account.mount / "uploads" / "old.txt", account.book.accepted[job_id].word)


def left_over_file(account: Account) -> None:
    _written(account.mount / "output" / f"{next(iter(account.book.erased))}-1" / "poster.png")


def left_over_version(account: Account) -> None:
    gone = next(iter(account.book.erased))
    _write(account, _one(account).model_copy(update={"job_id": gone, "version": 1}))


def stuck_erasure(account: Account) -> None:
    _written(account.bucket / "erasing" / "e1")


def lost_erasure(account: Account) -> None:
    for path in entries(account.bucket / "erasures"):
        path.unlink()


def _part(account: Account) -> Path:
    reports = (account.mount / "uploads" / "reports").rglob("part-*.jsonl")
    return sorted(reports)[0]


def report(account: Account) -> None:
    part = _part(account)
    _written(part, part.read_text("utf-8") * 2)


def line(account: Account) -> None:
    part = _part(account)
    told = next(row for row in rows_in(part.parent) if row["outcome"] == "refused")
    other = {"line": told["line"], "outcome": "accepted", "job_id": _one(account).job_id}
    rows = [other if row == told else row for row in rows_in(part.parent)]
    _written(part, "".join(json.dumps(row) + "\n" for row in rows))


def lost_line(account: Account) -> None:
    part = _part(account)
    refused = [row for row in rows_in(part.parent) if row["outcome"] == "refused"]
    rows = [row for row in rows_in(part.parent) if row["line"] != refused[0]["line"]]
    _written(part, "".join(json.dumps(row) + "\n" for row in rows))


def stuck_upload(account: Account) -> None:
    _written(account.bucket / "open-uploads" / "u1")


def painted_twice(account: Account) -> None:
    source = _one(account)
    season = {"origin": "season", "campaign": "winter-2026", "first_job": source.job_id}
    for job_id in (_OTHER, "j" + "b" * 31):
        _write(account, source.model_copy(update={**season, "job_id": job_id}))


def stuck_campaign(account: Account) -> None:
    account.book.campaigns = (*account.book.campaigns, "winter-2029")


def active_campaign(account: Account) -> None:
    _written(account.bucket / "campaigns" / "active" / account.book.campaigns[0])


def skipped(account: Account) -> None:
    folder = account.bucket / "campaigns" / account.book.campaigns[0]
    for path in (folder / "sent1").rglob("*.json"):
        step = json.loads(path.read_text())
        _written(path, json.dumps({**step, "ended": "done", "skipped": {}}))
    page = sorted((folder / "plan1").rglob("*.json"))[0]
    planned = {"source": _OTHER, "root": _OTHER, "due": "2026-11-07"}
    _written(page, json.dumps({**json.loads(page.read_text()), "trips": [planned]}))


def two_contents(account: Account) -> None:
    message = f"{_one(account).job_id}-1-ready"
    _journal(account, (message, "a"), (message, "b"))


def lost_message(account: Account) -> None:
    for hook in entries(account.data / "community"):
        for path in entries(hook):
            path.unlink()


def stuck_message(account: Account) -> None:
    account.messages_wait = False
    _written(account.bucket / "outbox" / "20261123T0000Z" / f"{_one(account).job_id}-1-ready-0")


def false_message(account: Account) -> None:
    _written(account.data / "community" / "backend" / f"{_one(account).job_id}-1-failed.json")


def never_withdrawn(account: Account) -> None:
    gone = next(iter(account.book.erased))
    for path in (account.data / "community" / "community").glob(f"{gone}-*-withdrawn*"):
        path.unlink()
    _written(account.data / "community" / "community" / f"{gone}-0-ready.json")


def order(account: Account) -> None:
    job_id = _one(account).job_id
    _journal(account, (f"{job_id}-1-withdrawn-2", "a"), (f"{job_id}-1-ready", "b"))


def answer(account: Account) -> None:
    account.book.wrong.append("trip 1: 500")


def deployment(account: Account) -> None:
    account.book.not_deployed.append("created function trip-poster-submit_trip")


def right(account: Account) -> None:
    _written(account.data / "refused.txt", "local-key-of-read_job oss:PutObject acs:oss:*\n")


def crash(account: Account) -> None:
    error = json.dumps({"errorType": "KeyError", "errorMessage": "x"})
    told = json.dumps({"function": "store_result", "error": error})
    _written(account.data / "fc" / "invocations.jsonl", f"{told}\n")


def orphan(account: Account) -> None:
    _written(account.bucket / "open" / _one(account).job_id)


def bad_item(account: Account) -> None:
    _written(account.bucket / "dead" / "jobs" / "another.json", '{"tries": 6}')


def scene_failed(account: Account) -> None:
    _write(account, _one(account).model_copy(update={"scene_failures": 1}))


def painted_by_a_dead_model(account: Account) -> None:
    fates = {name: {"retires_at": 1.0} for name in PAINTERS}
    _written(account.data / "dashscope" / "models.json", json.dumps(fates))


PLANTED: dict[str, tuple[Callable[[Account], None], ...]] = {
    "lost job": (lost_job,),
    "unknown job": (unknown_job,),
    "stuck job": (stuck_job,),
    "two endings": (two_endings,),
    "lost result": (_move_result,),
    "orphan": (orphan, _move_result),
    "lost wish": (lost_wish,),
    "decision": (lost_decision, lost_repaint, turned_down_and_shown),
    "not erased": (not_erased,),
    "erased": (erased,),
    "left over": (left_over_words, left_over_file, left_over_version),
    "stuck erasure": (stuck_erasure,),
    "lost erasure": (lost_erasure,),
    "report": (report,),
    "line": (line, lost_line),
    "stuck upload": (stuck_upload,),
    "season": (painted_twice,),
    "painted twice": (painted_twice,),
    "skipped": (skipped,),
    "stuck campaign": (stuck_campaign, active_campaign),
    "two contents": (two_contents,),
    "lost message": (lost_message,),
    "stuck message": (stuck_message,),
    "false message": (false_message, never_withdrawn),
    "order": (order,),
    "answer": (answer,),
    "deployment": (deployment,),
    "right": (right,),
    "crash": (crash,),
    "bad item": (bad_item,),
    "wall": (not_on_the_wall, twice_on_the_wall, unknown_on_the_wall),
    "model": (scene_failed, painted_by_a_dead_model),
}
