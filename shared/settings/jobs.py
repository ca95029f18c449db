"""What is accepted and how long it may take."""

from __future__ import annotations

from typing import Literal

from shared.settings.base import Group, variable


class JobSettings(Group):
    """What is accepted and how long it may take."""

    default_vehicle: str = variable(
        "DEFAULT_VEHICLE",
        "model/generation/paint where the trip leaves one out.",
        "citycar/g1/black",
        pattern=r"^[a-z0-9_-]+/[a-z0-9_-]+/[a-z0-9_-]+$",
    )
    default_style: str = variable("DEFAULT_STYLE", "Style where the trip names none.", "photoreal")
    deadline_minutes: int = variable(
        "JOB_DEADLINE_MINUTES", "Time from accepted to closed.", 30, ge=1
    )
    bulk_deadline_minutes: int = variable(
        "BULK_DEADLINE_MINUTES", "The same for jobs in bulk.", 1440, ge=1
    )
    review_deadline_minutes: int = variable(
        "REVIEW_DEADLINE_MINUTES", "Time for a reviewer to decide.", 4320, ge=1
    )
    review_claim_seconds: int = variable(
        "REVIEW_CLAIM_SECONDS", "How long a reviewer who looks at a poster has it.", 120, ge=10
    )
    max_attempts: int = variable(
        "MAX_ATTEMPTS", "Tasks that may be queued for one job.", 3, ge=1, le=9
    )
    max_body_bytes: int = variable("MAX_BODY_BYTES", "Largest accepted trip.", 65536, ge=1024)
    link_seconds: int = variable("LINK_SECONDS", "Life of a signed link.", 3600, ge=60, le=604800)
    announce: Literal["automatic", "after_review"] = variable(
        "ANNOUNCE",
        "after_review: a reviewer sees every poster that others are going to see.",
        "automatic",
    )
