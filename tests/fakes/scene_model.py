"""A picture model whose pictures are ready made."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from shared.core.errors import PayloadTooLargeError, UpstreamRejectedError
from shared.ports import SceneProgress
from tests.fakes.faults import Faults

if TYPE_CHECKING:
    from shared.ports import SceneOrder

HOST = "pictures.test"


class FakeSceneModel:
    """`ports.SceneModel`; a picture runs for `polls` looks, then it is done.

    Set `ending` to have tasks end otherwise. `orders` counts what would have been paid.
    """

    def __init__(
        self, picture: bytes = b"picture", *, polls: int = 1, name: str = "fake-picture-model"
    ) -> None:
        self._picture = picture
        self._name = name
        self._polls = polls
        self._prefix = "" if name == "fake-picture-model" else f"{name}-"
        self._looks: dict[str, int] = {}
        self._faults = Faults()
        self.orders: list[SceneOrder] = []
        self.ending: SceneProgress | None = None

    def fail(
        self, operation: str, error: Exception, *, times: int = 1, after: bool = False
    ) -> None:
        """Raise at the next `times`; with `after`, when the work is done and the answer lost."""
        self._faults.plan(operation, error, times=times, after=after)

    @property
    def name(self) -> str:
        """Return the model's name for the manifest."""
        return self._name

    @property
    def longest_prompt(self) -> int:
        """Return how many characters of a prompt it reads."""
        return 500

    def order(self, order: SceneOrder) -> str:
        """Take the order and return the ticket."""
        with self._faults.around("order"):
            self.orders.append(order)
        ticket = f"{self._prefix}ticket-{len(self.orders)}"
        self._looks[ticket] = 0
        return ticket

    def progress(self, ticket: str) -> SceneProgress:
        """Say how far it is; an unknown ticket has expired."""
        with self._faults.around("progress", ticket):
            if ticket not in self._looks:
                return SceneProgress("failed", reason="expired")
            self._looks[ticket] += 1
        if self._looks[ticket] <= self._polls:
            return SceneProgress("running")
        return self.ending or SceneProgress("done", url=f"https://{HOST}/{ticket}.png")

    def fetch(self, url: str, *, max_bytes: int) -> bytes:
        """Return the picture, from its own host only."""
        with self._faults.around("fetch", url):
            if urlsplit(url).hostname != HOST:
                msg = f"pictures are not downloaded from {urlsplit(url).hostname!r}"
                raise UpstreamRejectedError(msg)
        if len(self._picture) > max_bytes:
            msg = f"the picture has more than {max_bytes} bytes"
            raise PayloadTooLargeError(msg)
        return self._picture
