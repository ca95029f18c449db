"""Outputs that the queue tells of and the mount does not show yet, and since when."""

from __future__ import annotations

from datetime import datetime, timedelta

from shared.observability import log
from shared.ports import Clock, ObjectStore

_PREFIX = "late/"
_FORGOTTEN_AFTER = 20


class LateOutputs:
    """One object under `late/` for each; listed once a run, when there is anything to drain."""

    def __init__(self, store: ObjectStore, *, grace_seconds: float, clock: Clock) -> None:
        self._store = store
        self._grace = timedelta(seconds=grace_seconds)
        self._clock = clock
        self._since: dict[str, datetime] | None = None

    def may_appear(self, task_id: str) -> bool:
        """Say whether the output is within its grace, which begins when it is first missed."""
        since = self._known().get(task_id)
        if since is None:
            log.logger().warning("output.late", task_id=task_id)
            self._store.create(_PREFIX + task_id, b"")
            return True
        return self._clock.now() - since < self._grace

    def forget(self, task_id: str) -> None:
        """Remove what is remembered of a task that is settled."""
        if task_id in self._known():
            self._store.delete(_PREFIX + task_id)

    def _known(self) -> dict[str, datetime]:
        if self._since is None:
            page = self._store.page(_PREFIX)
            self._since = {i.key.removeprefix(_PREFIX): i.modified_at for i in page.items}
            self._drop_old(self._since)
        return self._since

    def _drop_old(self, since: dict[str, datetime]) -> None:
        """Remove those whose messages have gone without being settled here."""
        now = self._clock.now()
        for task_id in [t for t, at in since.items() if now - at > _FORGOTTEN_AFTER * self._grace]:
            self._store.delete(_PREFIX + task_id)
            del since[task_id]
