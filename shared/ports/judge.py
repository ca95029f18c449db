"""The model that looks at a finished picture, in our own words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from shared.ports.models import ModelAnswer


class StyleJudge(Protocol):
    """A model that sees (Qwen-VL)."""

    def look(self, picture: bytes, question: str, *, deadline_seconds: float) -> ModelAnswer:
        """Answer a question about a JPEG with JSON text; an UpstreamError for any trouble."""
