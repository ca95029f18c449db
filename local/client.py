"""The car app's side of the interface: send a trip, ask for its job, fetch its poster."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import requests

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

_SECONDS = 15
_MEDIA_TYPES = {".json": "application/json", ".txt": "text/plain; charset=utf-8"}
CLOSED = frozenset({"succeeded", "failed", "cancelled"})
# A reviewer may take days; nobody waits for that.
_WAITED_FOR = CLOSED | {"needs_review"}


class RefusedError(Exception):
    """The interface said no; the message is its problem details, made readable."""


@dataclass(frozen=True)
class CarApp:
    """A driver's app; `url` is the interface, `token` the driver's."""

    url: str
    token: str

    def send(self, trip: Path, *, key: str) -> str:
        """Send a trip file (JSON or text form) and return the job's id."""
        if trip.suffix not in _MEDIA_TYPES:
            msg = f"{trip}: a trip is a .json or a .txt file"
            raise RefusedError(msg)
        headers = {"Content-Type": _MEDIA_TYPES[trip.suffix], "Idempotency-Key": key}
        answer = self._call("POST", "/v1/trips", headers=headers, data=trip.read_bytes())
        return str(answer["job_id"])

    def job(self, job_id: str) -> dict[str, Any]:
        """Return the job as read_job shows it."""
        return self._call("GET", f"/v1/jobs/{job_id}")

    def follow(
        self,
        job_id: str,
        *,
        seen: Callable[[dict[str, Any]], None],
        wait: Callable[[float], None],
        interval: float = 0.3,
    ) -> dict[str, Any]:
        """Ask until the job is closed or waits for a reviewer, telling `seen` of each answer."""
        while True:
            job = self.job(job_id)
            seen(job)
            if job["status"] in _WAITED_FOR:
                return job
            wait(interval)

    def _call(self, method: str, path: str, **options: Any) -> dict[str, Any]:
        headers = {"Authorization": f"Bearer {self.token}", **options.pop("headers", {})}
        answer = requests.request(
            method, self.url + path, headers=headers, timeout=_SECONDS, **options
        )
        if answer.status_code >= 400:
            raise RefusedError(_readable(answer))
        body: dict[str, Any] = answer.json()
        return body


def fetch(url: str) -> bytes:
    """Return what a signed link points to; it needs no token."""
    answer = requests.get(url, timeout=_SECONDS)
    answer.raise_for_status()
    return answer.content


def _readable(answer: requests.Response) -> str:
    try:
        body = answer.json()
    except ValueError:
        return f"{answer.status_code}: {answer.text[:200]}"
    lines = [f"{answer.status_code} {body.get('title', '')}: {body.get('detail', '')}".rstrip(": ")]
    lines += [f"  {p['pointer']}: {p['detail']}" for p in body.get("problems", [])]
    return "\n".join(lines)
