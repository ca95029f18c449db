"""How trips are painted once more for a season or a festival."""

from __future__ import annotations

from shared.settings.base import Group, Words, variable


class SeasonSettings(Group):
    """How trips are painted once more for a season or a festival."""

    occasions: Words = variable(
        "SEASON_OCCASIONS",
        "What the timer begins by itself, of shared/seasons/calendar.json.",
        ("spring", "summer", "autumn", "winter"),
    )
    newest: int = variable("SEASON_TRIPS_PER_DRIVER", "A driver's newest trips.", 1, ge=1, le=100)
    shards: int = variable("SEASON_SHARDS", "Parts that go on at the same time.", 8, ge=1, le=32)
    cap: int = variable("SEASON_CAP", "Most trips of one campaign.", 10_000, ge=0)
    budget_cny: float = variable(
        "SEASON_BUDGET_CNY",
        "Most money for one; 0: the timer plans and waits for `poster season start`.",
        0.0,
        ge=0,
    )
    queue_length: int = variable(
        "SEASON_QUEUE_LENGTH",
        "Tasks that wait for a GPU, from which on a campaign sends none.",
        100,
        ge=1,
    )
