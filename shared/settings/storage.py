"""Where records, results and the mount live."""

from __future__ import annotations

from pydantic import Field

from shared.settings.base import Group


class StorageSettings(Group):
    """Where records, results and the mount live."""

    region: str = Field(alias="OSS_REGION", description="Region of both buckets.")
    endpoint: str = Field(
        alias="OSS_ENDPOINT", description="Endpoint for reading and writing; the internal one."
    )
    public_endpoint: str = Field(
        alias="OSS_PUBLIC_ENDPOINT", description="Endpoint that signed links point to."
    )
    state_bucket: str = Field(
        alias="STATE_BUCKET", description="Bucket of jobs, results, index; versioning off."
    )
    mount_bucket: str = Field(
        alias="MOUNT_BUCKET", description="Bucket that the GPU service mounts."
    )
    timeout_seconds: float = Field(
        10.0, alias="OSS_TIMEOUT_SECONDS", gt=0, description="Timeout of one OSS request."
    )
    deadline_seconds: float = Field(
        30.0, alias="OSS_DEADLINE_SECONDS", gt=0, description="All tries of one call together."
    )
