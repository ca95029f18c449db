"""What those outside the stack have sent and been told: the account is held against it."""

from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Literal

import requests

DRIVERS = 20
# This one has everything erased in the middle of the run, and drives on.
LEAVER = "driver-3"


def word_of(kilometres: int) -> str:
    """Return what stands for a trip's kilometres in it, and in nothing else."""
    return f"{kilometres}.0625"


@dataclass(frozen=True)
class Answered:
    """A job that was answered with 202; times are of one monotonic clock, `word` is its trip's."""

    driver: str
    word: str
    sent_at: float
    answered_at: float


@dataclass(frozen=True)
class Line:
    """A line of an uploaded file, and what is to become of it."""

    kind: Literal["good", "bad", "blank"]
    text: str = ""
    driver: str = ""
    word: str = ""
    reason: str = ""


@dataclass(frozen=True)
class UploadedFile:
    """A file under uploads/trips/."""

    name: str
    lines: tuple[Line, ...]
    encoding: str = "utf-8"

    def data(self) -> bytes:
        return "".join(f"{line.text}\n" for line in self.lines).encode(self.encoding)


@dataclass
class Book:
    """What was answered, by job; `wrong` are answers that should not have come.

    `shares` are the last acknowledged wishes, `decided` the acknowledged decisions of reviewers by
    job and attempt, `asked` and `left` the times before and after all
    of LEAVER was erased, `margin` how far the clocks of acceptance and erasure may be apart,
    `not_deployed` what a deployment at the end found otherwise than the one at the start left it.
    """

    id_key: bytes = b""
    margin: float = 0.0
    accepted: dict[str, Answered] = field(default_factory=dict)
    erased: set[str] = field(default_factory=set)
    shares: dict[str, bool] = field(default_factory=dict)
    decided: dict[tuple[str, int], str] = field(default_factory=dict)
    files: tuple[UploadedFile, ...] = ()
    campaigns: tuple[str, ...] = ()
    asked: float | None = None
    left: float | None = None
    cancelled: int = 0
    repainted: int = 0
    share_changes: int = 0
    wrong: list[str] = field(default_factory=list)
    not_deployed: list[str] = field(default_factory=list)

    def expected(
        self,
        answer: requests.Response | None,
        what: str,
        *wanted: int,
        excused: Collection[int] = (),
    ) -> requests.Response | None:
        """Return an answer that is one of those wanted; any other, unless excused, is wrong."""
        if answer is None or answer.status_code in wanted:
            return answer
        if answer.status_code not in excused:
            self.wrong.append(f"{what}: {answer.status_code} {answer.text[:200]}")
        return None

    @property
    def gone(self) -> set[str]:
        """Return the jobs that must be gone: erased, or accepted well before LEAVER left."""
        asked = self.asked if self.left is not None else None
        before = {
            job_id
            for job_id, each in self.accepted.items()
            if asked is not None
            and each.driver == LEAVER
            and each.answered_at < asked - self.margin
        }
        return self.erased | before

    @property
    def unsure(self) -> set[str]:
        """Return the jobs that may be gone or not: LEAVER's of about the time of leaving."""
        if self.asked is None:
            return set()
        return {
            job_id
            for job_id, each in self.accepted.items()
            if each.driver == LEAVER
            and (self.left is None or each.sent_at < self.left + self.margin)
        }
