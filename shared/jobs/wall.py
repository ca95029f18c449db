"""What the wall says of a job, and the key that says it: a listing alone is the answer.

An entry's key is `{hours}/{moment}-{job}~{version}~{facts}` below its tenant's folder, in folders
of some three hours. Moment and version count downwards, so that the newest job comes first in the
order of keys, and of two entries of one job, which a crash may leave, the newer one. All facts are
the record's: whoever enters the same record once more writes the same key.
"""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING, Literal
from urllib.parse import quote, unquote

from shared.jobs.accounts import gpu_seconds
from shared.jobs.record import JobStatus, Origin
from shared.models.prices import read_prices
from shared.trips.abroad import is_southern
from shared.trips.facts import Season, season_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from shared.jobs.record import JobRecord

Standing = Literal["open", "needs_review", "succeeded", "failed", "cancelled"]
_EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)
_LAST_MS, _LAST_VERSION = 10**13 - 1, 10**6 - 1
_FOLDER_DIGITS = 6
# Where a bucket is looked at as files, a name has 255 bytes at most: longer facts go on in folders.
_SEGMENT = 200
_MOST_MEASURES, _TITLE_CHARACTERS = 12, 24
_STANDINGS: dict[str, Standing] = {
    "o": "open",
    "n": "needs_review",
    "s": "succeeded",
    "f": "failed",
    "c": "cancelled",
}
_ORIGINS: dict[str, Origin] = {"a": "app", "u": "upload", "s": "season", "r": "repaint"}
_SHOWN = frozenset({JobStatus.NEEDS_REVIEW, JobStatus.SUCCEEDED})


@dataclass(frozen=True, kw_only=True)
class WallEntry:
    """One job as its key tells of it; times are UTC, to the millisecond.

    `attempt` is that of the stored poster, 0 where none is to be shown. `seconds`: from acceptance
    to the end, None of an open job. `rejections`: the measures that failed or are doubted, twelve
    at most. `models` wrote the prompt, painted the plate and looked at the poster, "" for none.
    """

    job_id: str
    version: int
    created_at: datetime
    status: Standing
    origin: Origin
    style: str
    vehicle: str
    season: Season
    month: int
    attempts: int = 0
    attempt: int = 0
    title: str = ""
    score: int | None = None
    doubt: bool = False
    share: bool = False
    interactive: bool = True
    reviewed: bool = False
    seconds: int | None = None
    failure: str = ""
    pictures: int = 0
    tokens: int = 0
    gpu_seconds: int = 0
    models: tuple[str, str, str] = ("", "", "")
    rejections: tuple[str, ...] = ()

    @property
    def position(self) -> str:
        """Return where the job lies among its tenant's."""
        return position_of(self.job_id, self.created_at)

    @property
    def closed_at(self) -> datetime | None:
        """Return when the job ended, None of an open one."""
        return None if self.seconds is None else self.created_at + timedelta(seconds=self.seconds)

    @property
    def name(self) -> str:
        """Return what is behind the position in the key."""
        facts = "~".join(_written(self))
        cut = (facts[at : at + _SEGMENT] for at in range(0, len(facts), _SEGMENT))
        return f"~{_LAST_VERSION - self.version:06d}~{'/'.join(cut)}"


@dataclass(frozen=True)
class WallPage:
    """Entries, each job once, newest first; `next_after` is "" on the last page."""

    entries: tuple[WallEntry, ...]
    next_after: str = ""


def entry_of(record: JobRecord) -> WallEntry:
    """Return what the wall says of a job that is not erased."""
    occasion, trip, result = record.occasion, record.trip, record.result
    prompt, scene, shown = record.prompt, record.scene, record.status in _SHOWN
    waits = record.status is JobStatus.NEEDS_REVIEW and record.repaint_after != record.attempt
    shown = shown and (waits or record.status is JobStatus.SUCCEEDED)
    season = season_of(trip.ended_at, southern=is_southern(trip.end.city))
    ended = record.history[-1].at - record.created_at
    longest = read_prices().assumed.longest_task_seconds
    return WallEntry(
        job_id=record.job_id,
        version=record.version,
        created_at=record.created_at,
        status=_standing(record, waits=waits),
        origin=record.origin,
        style=record.painted_style,
        vehicle=(result.vehicle if result else "") or record.vehicle,
        season=occasion.season if occasion else season,
        month=occasion.month if occasion else trip.ended_at.month,
        attempts=record.attempts,
        attempt=record.attempt if shown and result else 0,
        title=prompt.prompt.title[:_TITLE_CHARACTERS] if prompt else "",
        score=result.score if result else None,
        doubt=bool(result and result.doubts),
        share=record.is_shared,
        interactive=record.priority == "interactive",
        reviewed=bool(record.reviews),
        seconds=max(0, round(ended.total_seconds())) if record.status.is_closed else None,
        failure=record.failure.code if record.failure else "",
        pictures=record.pictures_ordered,
        tokens=prompt.tokens if prompt else 0,
        gpu_seconds=round(gpu_seconds(record, longest=longest)),
        models=(
            prompt.model if prompt else "",
            scene.model if scene else "",
            result.judge_model if result else "",
        ),
        rejections=_plain((*result.failures, *result.doubts)) if result else (),
    )


def position_of(job_id: str, created_at: datetime) -> str:
    """Return where a job of that time lies: behind all that were accepted later."""
    moment = f"{_LAST_MS - _milliseconds(created_at):013d}"
    return f"{moment[:_FOLDER_DIGITS]}/{moment[_FOLDER_DIGITS:]}-{job_id}"


def tenant_folder(tenant: str) -> str:
    """Return the folder of a tenant, whose own name may hold anything."""
    return base64.b32encode(hashlib.sha256(tenant.encode()).digest()).decode().lower()[:26] + "/"


def entry_at(key: str) -> WallEntry | None:
    """Return the entry of a key behind its tenant's folder; None of what another release wrote."""
    folder, _, rest = key.partition("/")
    moment, _, behind = rest.partition("-")
    job_id, _, name = behind.partition("~")
    version, _, facts = name.replace("/", "").partition("~")
    try:
        since = timedelta(milliseconds=_LAST_MS - int(folder + moment))
        return _read(job_id, _LAST_VERSION - int(version), _EPOCH + since, facts.split("~"))
    except (ValueError, KeyError, OverflowError):
        return None


def _standing(record: JobRecord, *, waits: bool) -> Standing:
    if waits:
        return "needs_review"
    closed = {each for each in _STANDINGS.values() if each == record.status.value}
    return next(iter(closed), "open") if record.status.is_closed else "open"


def _plain(names: Sequence[str]) -> tuple[str, ...]:
    """Return measures without the copies that they were taken on, each once."""
    plain = (name if name.startswith("style.") else name.rpartition(".")[2] for name in names)
    return tuple(dict.fromkeys(plain))[:_MOST_MEASURES]


def _milliseconds(moment: datetime) -> int:
    return (moment - _EPOCH) // timedelta(milliseconds=1)


def _written(entry: WallEntry) -> Iterator[str]:
    """Yield the facts in the order of `_read`; what comes to them later comes to the end."""
    yield _letter(_STANDINGS, entry.status)
    yield _letter(_ORIGINS, entry.origin)
    yield _packed(entry.style)
    yield _packed(entry.vehicle)
    yield f"{entry.season.value[:2]}{entry.month}"
    yield f"{entry.attempts}.{entry.attempt}"
    yield base64.urlsafe_b64encode(entry.title.encode()).decode().rstrip("=")
    yield "" if entry.score is None else str(entry.score)
    flags = (entry.doubt, entry.share, entry.interactive, entry.reviewed)
    yield "".join(letter for letter, is_so in zip("dsir", flags, strict=True) if is_so)
    yield "" if entry.seconds is None else str(entry.seconds)
    yield _packed(entry.failure)
    yield f"{entry.pictures}.{entry.tokens}.{entry.gpu_seconds}"
    yield _packed("/".join(entry.models))
    yield _packed("/".join(entry.rejections))


def _read(job_id: str, version: int, created_at: datetime, facts: Sequence[str]) -> WallEntry:
    """Return the entry; ValueError or KeyError for facts that cannot be read."""
    (standing, origin, style, vehicle, when, tries, title, score, flags, seconds, failure, used,
     models, rejections) = facts[:14]  # fmt: skip
    attempts, attempt = map(int, tries.split("."))
    pictures, tokens, taken = map(int, used.split("."))
    writer, painter, judge = _unpacked(models).split("/")
    return WallEntry(
        job_id=job_id,
        version=version,
        created_at=created_at,
        status=_STANDINGS[standing],
        origin=_ORIGINS[origin],
        style=_unpacked(style),
        vehicle=_unpacked(vehicle),
        season=_SEASONS[when[:2]],
        month=int(when[2:]),
        attempts=attempts,
        attempt=attempt,
        title=base64.urlsafe_b64decode(title + "=" * (-len(title) % 4)).decode(),
        score=int(score) if score else None,
        doubt="d" in flags,
        share="s" in flags,
        interactive="i" in flags,
        reviewed="r" in flags,
        seconds=int(seconds) if seconds else None,
        failure=_unpacked(failure),
        pictures=pictures,
        tokens=tokens,
        gpu_seconds=taken,
        models=(writer, painter, judge),
        rejections=tuple(filter(None, _unpacked(rejections).split("/"))),
    )


_SEASONS = {season.value[:2]: season for season in Season}


def _letter(letters: dict[str, Standing] | dict[str, Origin], word: str) -> str:
    return next(letter for letter, each in letters.items() if each == word)


def _packed(text: str) -> str:
    """Return text without what parts facts or folders."""
    return quote(text, safe="/").replace("~", "%7E").replace("/", ",")


def _unpacked(text: str) -> str:
    return unquote(text.replace(",", "/"))
