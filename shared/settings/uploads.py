"""How files of trips are taken in."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator

from shared.core import naming
from shared.settings.base import Group, variable


def _name(value: str) -> str:
    name = naming.name_of(value)
    if name is None:
        raise ValueError(naming.RULE)
    return name


class UploadSettings(Group):
    """How files of trips are taken in, and how much of them at once."""

    tenant: Annotated[str, AfterValidator(_name)] = variable(
        "UPLOAD_TENANT", "Tenant of uploaded trips, as in tokens.", "default"
    )
    open_jobs: int = variable(
        "BULK_OPEN_JOBS", "Jobs in bulk that are under way at once.", 200, ge=1
    )
    max_bytes: int = variable(
        "UPLOAD_MAX_BYTES",
        "Largest .jsonl or .csv; a driver's lines are erased by writing it anew.",
        134_217_728,
        ge=1024,
        le=268_435_456,
    )
    json_bytes: int = variable(
        "UPLOAD_JSON_BYTES",
        "Largest .json file, which is read whole; .jsonl is for larger ones.",
        4_194_304,
        ge=1024,
        le=16_777_216,
    )
