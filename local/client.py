"""The car app's side of the interface, for files of trips: the maker's client, a little shorter."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from client.trip_posters import ApiError, Job, TripPosters
from client.trip_posters.calling import Caller, Request
from client.trip_posters.models import CLOSED
from local.trip_file import is_json
from shared.core.errors import BundleError, MalformedRequestError
from shared.trips.encodings import read_text

__all__ = ["CLOSED", "CarApp", "RefusedError", "fetch"]


class RefusedError(BundleError):
    """The interface said no; the message is its problem details, made readable."""

    def __init__(self, detail: str, status: int) -> None:
        super().__init__(detail)
        self.status = status


@dataclass(frozen=True)
class CarApp:
    """A driver's app; `url` is the interface, `token` the driver's."""

    url: str
    token: str
    caller: Caller = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "caller", Caller(self.url, self.token, timeout=15.0))

    @property
    def posters(self) -> TripPosters:
        """Return the client that a maker's backend would use."""
        return TripPosters(self.url, self.token, caller=self.caller)

    def send(self, trip: Path, *, key: str, style: str = "") -> str:
        """Send a trip file (JSON or text form), perhaps in another style; return the job's id."""
        data = _in_style(trip, style)
        body = data if is_json(trip) else data.decode()
        try:
            return self.posters.submit(body, idempotency_key=key).job_id
        except ApiError as error:
            raise RefusedError(str(error), error.status) from error

    def job(self, job_id: str) -> dict[str, Any]:
        """Return the job as read_job answers, field by field."""
        try:
            return self.caller.call(Request("GET", f"/v1/jobs/{job_id}"))
        except ApiError as error:
            raise RefusedError(str(error), error.status) from error

    def follow(self, job_id: str, *, seen: Callable[[Job], object], interval: float = 0.3) -> Job:
        """Ask until the job is closed or waits for a reviewer, telling `seen` of each answer."""
        return self.posters.wait_for_poster(job_id, seen=seen, interval=interval)


def fetch(url: str) -> bytes:
    """Return what a signed link points to; it needs no token."""
    return Caller("", "").fetch(url)


def _in_style(trip: Path, style: str) -> bytes:
    data = _read(trip)
    if not style:
        return data
    if not is_json(trip):
        return data.rstrip() + f"\n风格：{style}\n".encode()
    try:
        return json.dumps({**json.loads(data), "style": style}).encode()
    except (ValueError, TypeError):
        # No trip: the interface says so in its own words.
        return data


def _read(trip: Path) -> bytes:
    try:
        # JSON is UTF-8, and refused by the interface where it is not.
        data = trip.read_bytes()
        return data if is_json(trip) else read_text(data).encode()
    except OSError as error:
        msg = f"{trip}: {error.strerror}; examples/trips/ has some"
    except MalformedRequestError as error:
        msg = f"{trip}: {error}"
    raise RefusedError(msg, MalformedRequestError.status)
