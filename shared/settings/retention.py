"""How long what is stored is kept; the lifecycle rules of both buckets are written from it."""

from __future__ import annotations

from shared.settings.base import Group, variable


class RetentionSettings(Group):
    """Days after which the buckets delete; a person applies what `poster lifecycle` writes."""

    posters: int = variable(
        "POSTER_DAYS", "Jobs, posters, drivers' lists and what others were told.", 730, ge=30
    )
    tasks: int = variable("TASK_DAYS", "Plates and outputs of GPU tasks on the mount.", 14, ge=7)
    uploads: int = variable("UPLOAD_DAYS", "Uploaded trips, their reports and cursors.", 90, ge=7)
    dead: int = variable("DEAD_DAYS", "What nobody could handle, kept for an operator.", 90, ge=7)
    campaigns: int = variable("CAMPAIGN_DAYS", "Plans and reports of campaigns.", 400, ge=30)
    receipts: int = variable("RECEIPT_DAYS", "Receipts of erasures: counts and times.", 1095, ge=30)
