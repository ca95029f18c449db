"""What is accepted and how long it may take."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from shared.settings.base import Group


class JobSettings(Group):
    """What is accepted and how long it may take."""

    default_vehicle: str = Field(
        "citycar/g1/black",
        alias="DEFAULT_VEHICLE",
        pattern=r"^[a-z0-9_-]+/[a-z0-9_-]+/[a-z0-9_-]+$",
        description="model/generation/paint where the trip leaves one out.",
    )
    default_style: str = Field(
        "photoreal", alias="DEFAULT_STYLE", description="Style where the trip names none."
    )
    deadline_minutes: int = Field(
        30, alias="JOB_DEADLINE_MINUTES", ge=1, description="Time from accepted to closed."
    )
    bulk_deadline_minutes: int = Field(
        1440, alias="BULK_DEADLINE_MINUTES", ge=1, description="The same for jobs in bulk."
    )
    review_deadline_minutes: int = Field(
        4320, alias="REVIEW_DEADLINE_MINUTES", ge=1, description="Time for a reviewer to decide."
    )
    max_attempts: int = Field(
        3, alias="MAX_ATTEMPTS", ge=1, le=9, description="Tasks that may be queued for one job."
    )
    max_body_bytes: int = Field(
        65536, alias="MAX_BODY_BYTES", ge=1024, description="Largest accepted trip."
    )
    link_seconds: int = Field(
        3600, alias="LINK_SECONDS", ge=60, le=604800, description="Life of a signed link."
    )
    announce: Literal["automatic", "after_review"] = Field(
        "automatic",
        alias="ANNOUNCE",
        description="after_review: a reviewer sees every poster that others are going to see.",
    )
