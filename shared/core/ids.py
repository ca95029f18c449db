"""Ids and keys: every name under which something is stored or invoked."""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
import secrets

DRIVERS = "drivers/"
_JOB = re.compile(r"j[a-z2-7]{31}")
_ERASURE = re.compile(r"e[a-z2-7]{31}")
_TASK = re.compile(r"(j[a-z2-7]{31})-([1-9][0-9]{0,3})")


def job_id_for_key(secret: bytes, *, tenant: str, driver: str, idempotency_key: str) -> str:
    """Return the job id of a request that carries an Idempotency-Key."""
    return _job_id(secret, "key", tenant, driver, idempotency_key)


def job_id_for_trip(secret: bytes, *, tenant: str, driver: str, canonical: bytes) -> str:
    """Return the job id of a request without a key: the trip and style themselves decide."""
    return _job_id(secret, "trip", tenant, driver, hashlib.sha256(canonical).hexdigest())


def driver_key(secret: bytes, *, tenant: str, driver: str) -> str:
    """Return the name a driver has in keys: an HMAC, never the subject itself."""
    return _base32_hmac(secret, "driver", tenant, driver)[:32]


def reviewer_key(secret: bytes, tenant: str, subject: str) -> str:
    """Return the name under which a reviewer's decisions are recorded."""
    return _base32_hmac(secret, "reviewer", tenant, subject)[:32]


def is_job_id(text: str) -> bool:
    """Say whether the text could be a job id at all."""
    return _JOB.fullmatch(text) is not None


def any_job_id() -> str:
    """Return an id that could be a job's, each as likely as any other."""
    return "j" + base64.b32encode(secrets.token_bytes(20)).decode().lower()[:31]


def task_id(job_id: str, attempt: int) -> str:
    """Return the id of one attempt on the GPU queue."""
    return f"{job_id}-{attempt}"


def split_task_id(text: str) -> tuple[str, int] | None:
    """Return (job id, attempt), or None for a task id that is not ours."""
    match = _TASK.fullmatch(text)
    return (match.group(1), int(match.group(2))) if match else None


def seed_of(task: str) -> int:
    """Return the seed of one attempt, 0 to 2**31 - 1: another attempt, another picture."""
    return int.from_bytes(hashlib.sha256(task.encode()).digest()[:4], "big") >> 1


def paint_invocation(job_id: str, count: int) -> str:
    """Return the platform's task id of the count-th paint_trip of a job."""
    return f"{job_id}-p{count}"


def scene_invocation(task: str, count: int) -> str:
    """Return the platform's task id of the count-th paint_scene of a task."""
    return f"{task}-v{count}"


def store_invocation(task: str, count: int) -> str:
    """Return the platform's task id of the count-th store_result of a task."""
    return f"{task}-s{count}"


def record_key(job_id: str, version: int) -> str:
    """Return where a version of a job lies."""
    return f"jobs/{job_id}/{version:06d}.json"


def open_key(job_id: str) -> str:
    """Return where the marker of a job in flight lies."""
    return f"open/{job_id}"


def index_key(driver: str, job_id: str) -> str:
    """Return where a driver's index names a job."""
    return f"{DRIVERS}{driver}/{job_id}"


def plate_key(task: str) -> str:
    """Return where the plate of a task lies on the mount."""
    return f"input/{task}/plate.png"


def output_key(task: str, name: str) -> str:
    """Return where a file of a task lies on the mount."""
    return f"output/{task}/{name}"


def outputs_prefix(job_id: str) -> str:
    """Return what the keys of all a job's task outputs on the mount begin with."""
    return f"output/{job_id}-"


def results_prefix(job_id: str) -> str:
    """Return what the keys of all a job's stored results begin with."""
    return f"results/{job_id}/"


def result_folder(job_id: str, task: str) -> str:
    """Return the folder of a stored result, with its slash."""
    return f"results/{job_id}/{task}/"


def inputs_prefix(job_id: str) -> str:
    """Return what the keys of all a job's plates on the mount begin with."""
    return f"input/{job_id}-"


def late_prefix(job_id: str) -> str:
    """Return what the keys of a job's outputs that are waited for begin with."""
    return f"late/{job_id}-"


def tombstone_key(driver: str) -> str:
    """Return where it says that a driver has had everything erased."""
    return f"erased-drivers/{driver}"


def erasing_key(erasure: str) -> str:
    """Return where the work of an erasure lies as long as it is under way."""
    return f"erasing/{erasure}"


def receipt_key(erasure: str) -> str:
    """Return where the receipt of an erasure lies."""
    return f"erasures/{erasure}.json"


def erasure_invocation(erasure: str, count: int) -> str:
    """Return the platform's task id of the count-th run of an erasure."""
    return f"{erasure}-e{count}"


def erasure_id(secret: bytes, driver: str, what: str) -> str:
    """Return the id of a driver's erasure of something; whose it is can be told from it."""
    what = _base32_hmac(secret, "erasure", driver, what)[:15]
    return f"e{what}{_owner_mark(secret, driver, what)}"


def is_erasure_id(text: str) -> bool:
    """Say whether the text could be an erasure's id at all."""
    return _ERASURE.fullmatch(text) is not None


def is_erasure_of(secret: bytes, driver: str, erasure: str) -> bool:
    """Say whether an erasure is this driver's."""
    if not is_erasure_id(erasure):
        return False
    return hmac.compare_digest(erasure[16:], _owner_mark(secret, driver, erasure[1:16]))


def season_job_id(secret: bytes, *, source: str, campaign: str) -> str:
    """Return the job id of a trip's poster of a campaign; `source` is the trip's first job."""
    return _job_id(secret, "season", source, campaign)


def repaint_job_id(secret: bytes, *, source: str, named: str) -> str:
    """Return the job id of a repaint; `named` is what tells it from others of the same job."""
    return _job_id(secret, "repaint", source, named)


def _owner_mark(secret: bytes, driver: str, what: str) -> str:
    return _base32_hmac(secret, "erasure of", driver, what)[:16]


def _job_id(secret: bytes, *parts: str) -> str:
    return "j" + _base32_hmac(secret, *parts)[:31]


def _base32_hmac(secret: bytes, *parts: str) -> str:
    # Lengths before the parts, so that no two lists of parts read the same.
    message = b"".join(f"{len(part.encode())}:".encode() + part.encode() for part in parts)
    digest = hmac.new(secret, message, hashlib.sha256).digest()
    return base64.b32encode(digest).decode().rstrip("=").lower()
