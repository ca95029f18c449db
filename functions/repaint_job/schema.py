"""What comes in over POST /v1/jobs/{id}/repaint; what goes out is the 202 of a trip."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, StrictBool

from shared.core.formats import FORMATS, Format
from shared.core.limits import LARGEST_SEED
from shared.core.models import Strict

ALLOWED = {
    "style": "id of the style of the new poster; the old one's otherwise",
    "seed": f"0 to {LARGEST_SEED}: which of many pictures; the service's choice otherwise",
    "format": f"one of: {', '.join(FORMATS)}; the old one's otherwise",
    "share": "true or false: may others see the new poster; as with the old one otherwise",
}


class RepaintOrder(Strict):
    """How the new poster is to differ from the old one."""

    style: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_-]{1,31}$")] | None = None
    seed: Annotated[int, Field(ge=0, le=LARGEST_SEED, strict=True)] | None = None
    format: Format | None = None
    share: StrictBool | None = None
