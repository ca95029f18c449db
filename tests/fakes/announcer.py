"""An announcer that writes down what it was given and answers as it is told."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from shared.core.errors import UpstreamRejectedError
from shared.ports import Receipt
from tests.fakes.faults import Faults

if TYPE_CHECKING:
    from collections.abc import Collection


@dataclass(frozen=True)
class SentMessage:
    """One try."""

    endpoint: str
    message_id: str
    body: bytes


class FakeAnnouncer:
    """`ports.Announcer`; `tries` is all that was sent, `taken` what was answered with 2xx."""

    def __init__(self, *answers: Receipt, endpoints: Collection[str] = ("community", "backend")):
        self._answers = list(answers)
        self._endpoints = frozenset(endpoints)
        self._faults = Faults()
        self.tries: list[SentMessage] = []
        self.taken: list[SentMessage] = []

    def answer(self, *answers: Receipt) -> None:
        """Answer the next tries like this, later ones with 204."""
        self._answers.extend(answers)

    def fail(self, error: BaseException, *, times: int = 1, after: bool = False) -> None:
        """Raise at the next `times`; with `after`, when the message has arrived."""
        self._faults.plan("announce", error, times=times, after=after)

    def announce(self, endpoint: str, message_id: str, body: bytes) -> Receipt:
        """Send a message once; UpstreamRejectedError for an endpoint that may not be called."""
        if endpoint not in self._endpoints:
            msg = f"the endpoint {endpoint} has no address that may be called"
            raise UpstreamRejectedError(msg)
        with self._faults.around("announce", message_id):
            receipt = self._answers.pop(0) if self._answers else Receipt(204)
            message = SentMessage(endpoint, message_id, body)
            self.tries.append(message)
            if 200 <= receipt.status < 300:
                self.taken.append(message)
        return receipt
