"""Which render of a set a task has set in, and why: what it tells, and what job and manifest keep.

All of it is bounded, for a task's word is not ours; what it says besides is passed over there.
"""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from shared.core.models import Stored

_Figure = Annotated[float, Field(ge=-1e9, le=1e9, allow_inf_nan=False)]
_Slug = Annotated[str, Field(pattern=r"^([a-z][a-z0-9_]{0,31})?$")]
_Measure = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_.-]{0,63}$")]


class Reading(Stored):
    """What was measured on a plate, a figure or a word, and how far it was believed, 0 to 1."""

    value: _Figure | Annotated[str, Field(max_length=32)]
    confidence: float = Field(ge=0, le=1)


class RunnerUp(Stored):
    """The member that would have been next."""

    view: _Slug = ""
    lit: _Slug = ""
    cost: _Figure


class Choice(Stored):
    """Which member of a set was set in, in which layout, and why: as the task says, for people.

    `cost` is the chosen one's; `measured` is what the nodes read from the plate, by name.
    """

    view: _Slug = ""
    lit: _Slug = ""
    layout: _Slug = ""
    cost: _Figure = 0.0
    runner_up: RunnerUp | None = None
    reasons: tuple[Annotated[str, Field(max_length=200)], ...] = Field(default=(), max_length=16)
    measured: dict[_Measure, Reading] = Field(default_factory=dict, max_length=32)
