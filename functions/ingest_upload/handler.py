"""Triggered by OSS under uploads/trips/ on the mount, by itself to go on, and each minute."""

from __future__ import annotations

from typing import Any

from functions.ingest_upload.use_case import IngestRules, ingest_upload
from shared import bootstrap
from shared.core import ids
from shared.edge.entrypoint import event_entry
from shared.edge.events.uploads import UploadWork, decode_upload
from shared.jobs.accepting import AcceptRules

_SECONDS = 50.0


@event_entry(decode_upload)
def handler(work: UploadWork | None) -> dict[str, Any]:
    """Read uploaded trips as far as there is room for their jobs."""
    stops = ingest_upload(
        work,
        start="u" + ids.any_job_id()[1:],
        rules=IngestRules(
            accept=AcceptRules.of(bootstrap.id_key(), bootstrap.job_settings()),
            limits=bootstrap.upload_limits(),
            tenant=bootstrap.upload_settings().tenant,
            open_jobs=bootstrap.upload_settings().open_jobs,
            seconds=_SECONDS,
        ),
        catalogue=bootstrap.catalogue(),
        jobs=bootstrap.jobs(),
        state=bootstrap.state(),
        mount=bootstrap.mount(),
        invoker=bootstrap.invoker(),
        clock=bootstrap.clock(),
    )
    return dict(stops)
