"""What our pydantic models have in common: frozen, built when first used, strict or lenient."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict


class Strict(BaseModel):
    """Of a shape that is ours: an unknown field is a fault; no error quotes a value."""

    model_config = ConfigDict(
        frozen=True, defer_build=True, extra="forbid", hide_input_in_errors=True
    )


class Lenient(Strict):
    """Of a shape that others may add to: only what is used is read."""

    model_config = ConfigDict(extra="ignore")


class View(Strict):
    """What goes out over HTTP."""

    def to_json(self) -> dict[str, Any]:
        """Return plain JSON values."""
        return self.model_dump(mode="json")
