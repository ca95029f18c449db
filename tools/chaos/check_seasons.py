"""A campaign paints no trip twice, skips none without a word, and comes to its end."""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import TypeVar

from shared.core import ids
from shared.jobs.record import JobStatus
from shared.seasons.chain import Version
from shared.seasons.model import ENDED, Campaign, PlanPage, SendStep
from tools.chaos.account import Account, Wrong
from tools.chaos.files import entries

_V = TypeVar("_V", bound="Version")


def check(account: Account) -> Iterator[Wrong]:
    painted: Counter[tuple[str, str]] = Counter()
    for job_id, record in account.jobs.items():
        if record.origin != "season" or record.status is JobStatus.ERASED:
            continue
        root = record.root
        painted[root, record.campaign] += 1
        own = ids.season_job_id(account.book.id_key, source=root, campaign=record.campaign)
        if record.campaign not in account.book.campaigns or own != job_id:
            yield job_id, f"season: it is not the poster of {root} in {record.campaign}"
    for (root, campaign), count in painted.items():
        if count > 1:
            yield root, f"painted twice: {count} posters in {campaign}"
    for name in account.book.campaigns:
        yield from _campaign(account, name)


def _campaign(account: Account, name: str) -> Iterator[Wrong]:
    folder = account.bucket / "campaigns" / name
    states = _versions(folder / "state", Campaign)
    if not states:
        yield "", f"stuck campaign: {name} was never begun"
        return
    newest = states[-1]
    if newest.status not in ENDED or (account.bucket / "campaigns" / "active" / name).exists():
        yield "", f"stuck campaign: {name} is {newest.status}"
    yield from _skipped(account, newest, folder)


def _skipped(account: Account, campaign: Campaign, folder: Path) -> Iterator[Wrong]:
    """Yield the planned trips that have no poster, if more than were counted as left out."""
    pages = [p for s in entries(folder / f"plan{campaign.plan}") for p in _versions(s, PlanPage)]
    steps = [_versions(s, SendStep) for s in entries(folder / f"sent{campaign.plan}")]
    last = [each[-1] for each in steps if each]
    if any(step.ended == "cap" for step in last):
        return
    own = (
        ids.season_job_id(account.book.id_key, source=trip.root, campaign=campaign.id)
        for page in pages
        for trip in page.trips
    )
    missing = [job_id for job_id in own if job_id not in account.jobs]
    told = sum(sum(step.skipped.values()) for step in last)
    if len(missing) > told:
        yield missing[0], f"skipped: {len(missing)} planned trips, {told} were told of"


def _versions(folder: Path, kind: type[_V]) -> list[_V]:
    return [kind.model_validate_json(p.read_bytes()) for p in entries(folder) if p.stem.isdigit()]
