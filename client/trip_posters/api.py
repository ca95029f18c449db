"""The interface, call by call."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable, Iterator, Mapping
from typing import Any
from urllib.parse import quote

from .calling import Caller, Request, header_text
from .errors import WaitTimeoutError
from .models import Accepted, Cancelled, Erasure, Job, JobPage, Link, Share, Style, Vehicle, Warned

_JSON = {"Content-Type": "application/json"}
_TEXT = {"Content-Type": "text/plain; charset=utf-8"}


class TripPosters:
    """The interface of one deployment, as a driver's app or a maker's backend calls it.

    `driver` names the driver a service acts for, in any script. Every call may raise ApiError and
    NoAnswerError. All calls may be repeated: a trip or a repaint is sent with an Idempotency-Key,
    one's own or one made up for the call, so that a repetition meets the same job.
    """

    def __init__(
        self,
        url: str,
        token: str | Callable[[], str],
        *,
        driver: str | None = None,
        timeout: float = 10.0,
        deadline: float = 30.0,
        caller: Caller | None = None,
    ) -> None:
        own = {} if driver is None else {"X-Driver-Id": header_text(driver)}
        self._caller = caller or Caller(url, token, timeout=timeout, deadline=deadline, headers=own)

    def submit(
        self,
        trip: Mapping[str, Any] | str | bytes,
        *,
        idempotency_key: str | None = None,
        bulk: bool = False,
    ) -> Accepted:
        """Have a poster made of a trip: fields, JSON in bytes, or the text form as a string."""
        key = idempotency_key or uuid.uuid4().hex
        kind = _TEXT if isinstance(trip, str) else _JSON
        headers = {**kind, **({"X-Priority": "bulk"} if bulk else {})}
        return self._accepted("/v1/trips", key, headers, _encoded(trip))

    def job(self, job_id: str) -> Job:
        """Return where a job stands, with fresh links once its poster is done."""
        return Job.of(self._call("GET", f"/v1/jobs/{quote(job_id, safe='')}"))

    def wait_for_poster(
        self,
        job_id: str,
        *,
        seconds: float = 1800.0,
        interval: float = 2.0,
        seen: Callable[[Job], object] | None = None,
    ) -> Job:
        """Ask until the job has ended, or waits for a reviewer; tell `seen` of each answer.

        Returns the job, with `poster` or `failure`; raises WaitTimeoutError after `seconds`.
        """
        end = self._caller.clock() + seconds
        while True:
            job = self.job(job_id)
            if seen is not None:
                seen(job)
            if not job.is_waited_for:
                return job
            if self._caller.clock() + interval > end:
                raise WaitTimeoutError(f"the job is still {job.status} after {seconds:g} seconds")
            self._caller.sleep(interval)

    def jobs(self, *, cursor: str | None = None, limit: int = 20) -> JobPage:
        """Return some of the driver's own jobs, newest first."""
        query = {"limit": str(limit), **({"cursor": cursor} if cursor else {})}
        return JobPage.of(self._call("GET", "/v1/jobs", query=query))

    def every_job(self) -> Iterator[Job]:
        """Yield all of the driver's own jobs, newest first."""
        page = self.jobs(limit=50)
        yield from page.jobs
        while page.cursor is not None:
            page = self.jobs(cursor=page.cursor, limit=50)
            yield from page.jobs

    def repaint(
        self,
        job_id: str,
        *,
        style: str | None = None,
        seed: int | None = None,
        format: str | None = None,  # noqa: A002 - the name of the field
        share: bool | None = None,
        idempotency_key: str | None = None,
    ) -> Accepted:
        """Have another poster made of a job's trip."""
        key = idempotency_key or uuid.uuid4().hex
        wish = {"style": style, "seed": seed, "format": format, "share": share}
        body = _encoded({name: value for name, value in wish.items() if value is not None})
        return self._accepted(f"/v1/jobs/{quote(job_id, safe='')}/repaint", key, _JSON, body)

    def set_share(self, job_id: str, *, share: bool) -> Share:
        """Let others see a poster, or take it back."""
        path = f"/v1/jobs/{quote(job_id, safe='')}"
        body = self._call("PATCH", path, headers=_JSON, body=_encoded({"share": share}))
        return Share.of(body)

    def cancel(self, job_id: str) -> Cancelled:
        """End an open job."""
        return Cancelled.of(self._call("POST", f"/v1/jobs/{quote(job_id, safe='')}/cancel"))

    def erase(self, job_id: str) -> Erasure:
        """Erase a poster and all it was made from."""
        return Erasure.of(self._call("DELETE", f"/v1/jobs/{quote(job_id, safe='')}"))

    def erase_everything(self) -> Erasure:
        """Erase everything of the driver."""
        return Erasure.of(self._call("DELETE", "/v1/me"))

    def erasure(self, erasure_id: str) -> Erasure:
        """Return how far an erasure is."""
        return Erasure.of(self._call("GET", f"/v1/erasures/{quote(erasure_id, safe='')}"))

    def export(self) -> Iterator[dict[str, Any]]:
        """Yield the files of everything that is stored of the driver."""
        body = self._call("GET", "/v1/me/export")
        yield body
        while body.get("cursor"):
            body = self._call("GET", "/v1/me/export", query={"cursor": body["cursor"]})
            yield body

    def styles(self) -> tuple[Style, ...]:
        """Return the looks a driver may choose."""
        return tuple(map(Style.of, self._call("GET", "/v1/styles")["styles"]))

    def vehicles(self) -> tuple[Vehicle, ...]:
        """Return the cars that posters can show."""
        return tuple(map(Vehicle.of, self._call("GET", "/v1/vehicles")["vehicles"]))

    def download(self, link: Link) -> bytes:
        """Return the file behind a link; ask for the job again when the link has expired."""
        return self._caller.fetch(link.url)

    def _accepted(self, path: str, key: str, headers: Mapping[str, str], body: bytes) -> Accepted:
        named = {**headers, "Idempotency-Key": header_text(key)}
        told = self._call("POST", path, headers=named, body=body)
        return Accepted(told["job_id"], told["status"], key, Warned.all_of(told))

    def _call(self, method: str, path: str, **parts: Any) -> dict[str, Any]:
        return self._caller.call(Request(method, path, **parts))


def _encoded(body: Mapping[str, Any] | str | bytes) -> bytes:
    if isinstance(body, (str, bytes)):
        return body.encode() if isinstance(body, str) else body
    return json.dumps(dict(body), ensure_ascii=False).encode()
