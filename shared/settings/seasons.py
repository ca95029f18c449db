"""How trips are painted once more for a season or a festival."""

from __future__ import annotations

from pydantic import Field

from shared.settings.base import Group, Words


class SeasonSettings(Group):
    """How trips are painted once more for a season or a festival."""

    occasions: Words = Field(
        ("spring", "summer", "autumn", "winter"),
        alias="SEASON_OCCASIONS",
        description="What the timer begins by itself, of shared/seasons/calendar.json.",
    )
    newest: int = Field(
        1, alias="SEASON_TRIPS_PER_DRIVER", ge=1, le=100, description="A driver's newest trips."
    )
    shards: int = Field(
        8, alias="SEASON_SHARDS", ge=1, le=32, description="Parts that go on at the same time."
    )
    cap: int = Field(10_000, alias="SEASON_CAP", ge=0, description="Most trips of one campaign.")
    budget_cny: float = Field(
        0.0,
        alias="SEASON_BUDGET_CNY",
        ge=0,
        description="Most money for one; 0: the timer plans and waits for `poster season start`.",
    )
    queue_length: int = Field(
        100,
        alias="SEASON_QUEUE_LENGTH",
        ge=1,
        description="Tasks that wait for a GPU, from which on a campaign sends none.",
    )
