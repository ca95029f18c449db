"""What stands in for label, encoder and gate when a run's pictures are some pixels.

It reads the same files through the same ports and checks them; of some tasks, by
their names, one fails the gate, and one is doubted, so that a reviewer decides.
"""

import functools
import hashlib

from functions.store_result import use_case
from functions.store_result.evidence_pictures import EvidencePictures
from functions.store_result.poster import Poster
from shared.core.errors import PictureError
from shared.jobs.record import EvidenceKept, JobRecord
from shared.ports import ObjectStore
from shared.quality.gate import Verdict
from shared.quality.thresholds import Thresholds
from shared.results import task_files
from shared.results.copies import Copy
from shared.results.files import APP_COPY, EVIDENCE, MASTER, THUMBNAIL
from shared.results.pictures import PictureLimits

_DRAWN = ("chaos.drawn",)


def make_poster(
    record: JobRecord,
    *,
    mount: ObjectStore,
    limits: PictureLimits,
    thresholds: Thresholds,  # noqa: ARG001 - as the real one is called
    producer: str,  # noqa: ARG001 - likewise
    of: int,
) -> Poster:
    """Return the task's picture as all three copies, with a verdict that its name decides."""
    files = task_files.read_task_files(mount, record.task_id)
    vehicle = task_files.read_placement(mount, files).vehicle
    if vehicle not in {record.vehicle, *(record.composition.members if record.composition else ())}:
        raise PictureError("the task put another vehicle into the picture")
    most = limits.max_bytes
    task_files.read_file(mount, files, "plate", max_bytes=most)
    # The task's name in the bytes, as its label has it: two tasks never leave the same files.
    data = task_files.read_file(mount, files, "poster", max_bytes=most) + record.task_id.encode()
    copies = tuple(Copy(name, "image/png", 8, 10, data) for name in (MASTER, APP_COPY, THUMBNAIL))
    scores = {"master.protected_pixels": 1.0, "master.protected_changed": 0.0}
    draw = int(hashlib.sha256(record.task_id.encode()).hexdigest(), 16) % of
    verdict = Verdict(scores, _DRAWN if draw == 0 else (), _DRAWN if draw == 1 else ())
    kept = EvidenceKept(size=(8, 10), badge_box=(0, 0, 8, 10))
    looked_at = tuple(Copy(name, "image/png", 8, 10, data) for name in EVIDENCE)
    evidence = EvidencePictures(looked_at, kept)
    return Poster(copies, APP_COPY, verdict, lambda: data, lambda: evidence, vehicle=vehicle)


def stand_in(*, of: int = 6) -> None:
    """Have store_result of this process use it; `of` so many pictures one is bad, one doubted."""
    vars(use_case)["make_poster"] = functools.partial(make_poster, of=of)
