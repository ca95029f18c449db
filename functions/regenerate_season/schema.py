"""What starts the function: the daily timer, the timer of each minute, or its own order."""

from __future__ import annotations

import json
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from shared.core.errors import MalformedRequestError
from shared.core.models import Lenient

# The payload of the daily timer's trigger.
BEGIN = "begin"


class ShardOrder(Lenient):
    """A shard of a campaign that is to be planned or sent."""

    campaign: str = Field(pattern=r"^[a-z][a-z_]{2,23}-\d{4}$")
    phase: Literal["plan", "send"]
    shard: int = Field(ge=0, le=31)


class TimerOrder(BaseModel):
    """A timer's event; its payload says which of the two it is."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    payload: str = ""

    @property
    def begins(self) -> bool:
        """Say whether campaigns that are due shall begin."""
        return self.payload == BEGIN


def decode_order(event: bytes) -> ShardOrder | TimerOrder:
    """Return what the event asks for; MalformedRequestError for anything else."""
    try:
        found = json.loads(event)
        kind = ShardOrder if isinstance(found, dict) and "campaign" in found else TimerOrder
        return kind.model_validate(found)
    except (ValidationError, ValueError, RecursionError):
        msg = "the event is neither a timer's nor the order of a shard"
    raise MalformedRequestError(msg)
