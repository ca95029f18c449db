"""Where records, results and the mount live."""

from __future__ import annotations

from shared.settings.base import Group, variable


class StorageSettings(Group):
    """Where records, results and the mount live."""

    region: str = variable("OSS_REGION", "Region of both buckets.")
    endpoint: str = variable("OSS_ENDPOINT", "Endpoint for reading and writing; the internal one.")
    public_endpoint: str = variable("OSS_PUBLIC_ENDPOINT", "Endpoint that signed links point to.")
    state_bucket: str = variable("STATE_BUCKET", "Bucket of jobs, results, index; versioning off.")
    mount_bucket: str = variable("MOUNT_BUCKET", "Bucket that the GPU service mounts.")
    timeout_seconds: float = variable(
        "OSS_TIMEOUT_SECONDS", "Timeout of one OSS request.", 10.0, gt=0
    )
    deadline_seconds: float = variable(
        "OSS_DEADLINE_SECONDS", "All tries of one call together.", 30.0, gt=0
    )
