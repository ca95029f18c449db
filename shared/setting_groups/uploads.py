"""How files of trips are taken in."""

from __future__ import annotations

from pydantic import Field

from shared.setting_groups.base import Group


class UploadSettings(Group):
    """How files of trips are taken in, and how much of them at once."""

    tenant: str = Field(
        "default", alias="UPLOAD_TENANT", min_length=1, description="Tenant of uploaded trips."
    )
    open_jobs: int = Field(
        200, alias="BULK_OPEN_JOBS", ge=1, description="Jobs in bulk that are under way at once."
    )
    max_bytes: int = Field(
        134_217_728,
        alias="UPLOAD_MAX_BYTES",
        ge=1024,
        le=268_435_456,
        description="Largest .jsonl file; a driver's lines are erased by writing it anew, whole.",
    )
    json_bytes: int = Field(
        4_194_304,
        alias="UPLOAD_JSON_BYTES",
        ge=1024,
        le=16_777_216,
        description="Largest .json file, which is read whole; .jsonl is for larger ones.",
    )
