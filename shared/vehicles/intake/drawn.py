"""A badge that was drawn in the studio, as long as it is of the files that lie there."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from shared.core.errors import PictureError
from shared.vehicles.delivered import Delivery, parse_drawn
from shared.vehicles.intake.badge import mask_of_polygons
from shared.vehicles.intake.findings import Finding, fault, note

if TYPE_CHECKING:
    from shared.vehicles.intake.edges import Bytes, Flags


def drawn_badge(delivery: Delivery, alpha: Bytes, findings: list[Finding]) -> Flags | None:
    """Return its mask on the frozen master; None without one, or with one of other files."""
    if delivery.drawn is None:
        return None
    try:
        drawn = parse_drawn(delivery.drawn)
    except PictureError as error:
        findings.append(fault("badge_drawn", f"the drawn badge cannot be used: {error}"))
        return None
    if (drawn.render, drawn.mask) != (_digest(delivery.render), _digest(delivery.badge)):
        words = "the badge was drawn for another render or mask; it is not used"
        findings.append(note("badge_drawn_for_another", words))
        return None
    if drawn.px_size != alpha.shape[::-1]:
        words = "the badge was drawn on a picture of another size; draw it again"
        findings.append(fault("badge_drawn", words))
        return None
    findings.append(note("badge_drawn", "the badge is the one that was drawn in the studio"))
    return mask_of_polygons(drawn.polygons, alpha)


def _digest(data: bytes | None) -> str:
    return hashlib.sha256(data).hexdigest() if data else ""
