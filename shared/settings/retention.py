"""How long what is stored is kept; the lifecycle rules of both buckets are written from it."""

from __future__ import annotations

from pydantic import Field

from shared.settings.base import Group


class RetentionSettings(Group):
    """Days after which the buckets delete; a person applies what `poster lifecycle` writes."""

    posters: int = Field(
        730,
        alias="POSTER_DAYS",
        ge=30,
        description="Jobs, posters, drivers' lists and what others were told.",
    )
    tasks: int = Field(
        14, alias="TASK_DAYS", ge=7, description="Plates and outputs of GPU tasks on the mount."
    )
    uploads: int = Field(
        90, alias="UPLOAD_DAYS", ge=7, description="Uploaded trips, their reports and cursors."
    )
    dead: int = Field(
        90, alias="DEAD_DAYS", ge=7, description="What nobody could handle, kept for an operator."
    )
    campaigns: int = Field(
        400, alias="CAMPAIGN_DAYS", ge=30, description="Plans and reports of campaigns."
    )
    receipts: int = Field(
        1095, alias="RECEIPT_DAYS", ge=30, description="Receipts of erasures: counts and times."
    )
