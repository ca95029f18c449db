"""The manifest of a stored result: how it was made and what was measured.

Of the trip it holds city, month and title, and nothing else.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from shared.core.errors import PictureError
from shared.core.release import RELEASE
from shared.results.label import MARK
from shared.trips.facts import facts_of

if TYPE_CHECKING:
    from shared.core.choice import Choice
    from shared.jobs.record import JobRecord
    from shared.quality.gate import Verdict
    from shared.results.copies import Copy


def manifest(
    record: JobRecord,
    files: Sequence[Copy],
    app_copy: str,
    verdict: Verdict,
    remedies: Sequence[str] = (),
    missing_characters: Sequence[str] = (),
    *,
    vehicle: str = "",
    choice: Choice | None = None,
) -> bytes:
    """Return the manifest as JSON; the same record and files give the same bytes.

    `vehicle` is the render that was set in: one of the members that the record allows.
    """
    if record.prompt is None or record.scene is None:
        raise PictureError("the job has no prompt or no scene")
    written, scene, plan = record.prompt, record.scene, None
    if record.composition:
        # Which renders there were to choose from, the choice tells.
        plan = record.composition.model_dump(mode="json", exclude={"members", "lights"})
    content = {
        "schema": 1,
        "release": RELEASE,
        "job_id": record.job_id,
        "task_id": record.task_id,
        "trace_id": record.trace_id,
        "title": written.prompt.title,
        "city": written.prompt.city,
        "month": (record.occasion or facts_of(record.trip)).month,
        "style": record.painted_style,
        "vehicle": vehicle or record.vehicle,
        "composition": plan,
        "choice": choice.model_dump(mode="json") if choice else None,
        "prompt": {"source": written.source.value, "model": written.model},
        "scene": {"model": scene.model, "seed": record.scene_seed(record.attempt)},
        "workflow_sha256": record.workflow_sha256,
        "attempt": record.attempt,
        "gpu_tasks": record.gpu_tasks,
        "measures": {
            "protected_pixels": int(verdict.scores["master.protected_pixels"]),
            "protected_pixels_changed": int(verdict.scores["master.protected_changed"]),
        },
        "scores": dict(verdict.scores),
        "failures": list(verdict.failures),
        "doubts": list(verdict.doubts),
        "remedies": list(remedies),
        "missing_characters": list(missing_characters),
        "app_copy": app_copy,
        "label": {"visible": MARK, "implicit": "TC260:AIGC"},
        "files": [_file(copy) for copy in files],
        "seconds": _seconds(record),
    }
    return json.dumps(content, ensure_ascii=False, indent=1).encode()


def _file(copy: Copy) -> dict[str, Any]:
    return {
        "name": copy.name,
        "media_type": copy.media_type,
        "width": copy.width,
        "height": copy.height,
        "bytes": len(copy.data),
        "sha256": copy.sha256,
    }


def _seconds(record: JobRecord) -> dict[str, float]:
    """Return seconds from acceptance to each status of this attempt."""
    steps = [s for s in record.history if s.attempt in {0, record.attempt}]
    return {
        step.status.value: round((step.at - record.created_at).total_seconds(), 3) for step in steps
    }
