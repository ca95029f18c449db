"""Models that are retired in the middle: no job fails of it, and the second ones do the work."""

import json
from collections.abc import Iterator

from shared.jobs.record import JobRecord, JobStatus
from tools.chaos.account import Account, Wrong
from tools.chaos.models_go import PAINTERS, WRITERS

# PROMPT_DEADLINE_SECONDS of a run, and a request to record it.
_LONGEST_PROMPT = 8.0


def check(account: Account) -> Iterator[Wrong]:
    ends = retired(account)
    for job_id, record in account.jobs.items():
        if record.scene_failures:
            yield job_id, f"model: {record.scene_failures} scenes were counted as failed"
        for name, at in _made(record):
            if name in ends and at > ends[name] + account.book.margin:
                yield job_id, f"model: {name} is recorded {at - ends[name]:.1f} s after its end"


def retired(account: Account) -> dict[str, float]:
    """Return when each model was retired, in seconds since 1970."""
    path = account.data / "dashscope" / "models.json"
    fates = json.loads(path.read_bytes()) if path.is_file() else {}
    return {name: fate["retires_at"] for name, fate in fates.items() if fate.get("retires_at")}


def by_the_second(account: Account) -> tuple[int, int]:
    """Return of how many jobs the second text model wrote the prompt, the second one painted."""
    prompts = [r.prompt.model for r in account.jobs.values() if r.prompt]
    scenes = [r.scene.model for r in account.jobs.values() if r.scene]
    return prompts.count(WRITERS[1]), scenes.count(PAINTERS[1])


def _made(record: JobRecord) -> Iterator[tuple[str, float]]:
    """Yield the models that have worked for a job, and when they had begun at the latest."""
    begun = [step.at for step in record.history if step.status is JobStatus.PROMPTED]
    if record.prompt and record.prompt.model and len(begun) == 1:
        # The prompt is recorded after it was written, which takes some seconds at most.
        yield record.prompt.model, begun[0].timestamp() - _LONGEST_PROMPT
    if record.scene and record.scene.model:
        yield record.scene.model, record.scene.claimed_at.timestamp()
