"""How files of trips are taken in."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator, Field

from shared.core import naming
from shared.settings.base import Group


def _name(value: str) -> str:
    name = naming.name_of(value)
    if name is None:
        raise ValueError(naming.RULE)
    return name


class UploadSettings(Group):
    """How files of trips are taken in, and how much of them at once."""

    tenant: Annotated[str, AfterValidator(_name)] = Field(
        "default", alias="UPLOAD_TENANT", description="Tenant of uploaded trips, as in tokens."
    )
    open_jobs: int = Field(
        200, alias="BULK_OPEN_JOBS", ge=1, description="Jobs in bulk that are under way at once."
    )
    max_bytes: int = Field(
        134_217_728,
        alias="UPLOAD_MAX_BYTES",
        ge=1024,
        le=268_435_456,
        description="Largest .jsonl or .csv; a driver's lines are erased by writing it anew.",
    )
    json_bytes: int = Field(
        4_194_304,
        alias="UPLOAD_JSON_BYTES",
        ge=1024,
        le=16_777_216,
        description="Largest .json file, which is read whole; .jsonl is for larger ones.",
    )
