"""deploy/prices.json: list prices, and what is assumed where records do not say."""

from __future__ import annotations

import functools
from pathlib import Path
from typing import Literal

from pydantic import Field

from shared.core.models import Strict

ROOT = Path(__file__).parents[2]
PRICES = ROOT / "deploy" / "prices.json"


class EachJob(Strict):
    """Requests of every job, more for each attempt, and for each time the app asks for it."""

    job: float
    attempt: float
    poll: float


class Studio(Strict):
    """How the studio is used on a day: so many people for so many hours."""

    people: float = Field(ge=0)
    hours: float = Field(ge=0, le=24)
    requests_a_minute: float = Field(ge=0)


class FcUnits(Strict):
    """How many billing units an invocation, a vCPU second and a gigabyte second are."""

    invocation: float
    cpu_second: float
    gigabyte_second: float


class Assumed(Strict):
    """What is taken for granted; docs/how-to/count-costs.md says where each comes from."""

    longest_task_seconds: float = Field(gt=0)
    task_seconds: float = Field(gt=0)
    tasks_per_trip: float = Field(ge=1)
    tokens_per_trip: float
    pictures_per_trip: float
    oss_writes: EachJob
    oss_reads: EachJob
    polls_per_trip: float
    seconds_of: dict[str, float]
    studio: Studio
    idle_writes_of: dict[str, float]
    idle_reads_of: dict[str, float]
    peak_factor: float = Field(ge=1)
    peak_hour_share: float = Field(gt=0, le=1)
    most_utilisation: float = Field(gt=0, lt=1)
    wait_seconds: float = Field(gt=0)
    late_share: float = Field(gt=0, lt=1)


class Prices(Strict):
    """Prices as of `date`, in `currency`; those of models are in `deploy/models.json`."""

    schema_version: Literal[1] = Field(alias="schema")
    date: str
    currency: Literal["CNY"]
    note: str
    gpu_hour: float = Field(ge=0)
    oss_10000_writes: float = Field(ge=0)
    oss_10000_reads: float = Field(ge=0)
    fc_unit: float = Field(ge=0)
    fc_units_of: FcUnits
    assumed: Assumed

    def gpu_cny(self, seconds: float) -> float:
        """Return CNY for so many seconds of a GPU."""
        return seconds / 3600 * self.gpu_hour


@functools.cache
def read_prices(path: Path = PRICES) -> Prices:
    """Return the prices of a file."""
    return Prices.model_validate_json(path.read_bytes())
