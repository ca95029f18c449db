"""Somebody with many trips: files with good, bad, empty and repeated lines."""

from __future__ import annotations

import hashlib
import json
import random
import threading
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from local.stack import MOUNT_BUCKET, STATE_BUCKET
from scripts.chaos.book import DRIVERS, LEAVER, Line, UploadedFile, word_of
from scripts.chaos.drivers import TRIP
from scripts.chaos.reaching import Reach
from shared.errors import BundleError
from shared.uploads import names

if TYPE_CHECKING:
    from scripts.chaos.book import Book
    from scripts.chaos.rules import ChaosRules

_FIRST_KM, _FEWEST, _ONE_IN = 50_000, 6, 8
_PAUSE = 3.0
_BAD = (
    ('{"driver": "driver-1", "mood": "', "malformed"),
    ("[]", "invalid"),
    ('{"mood": "joyful"}', "invalid"),
    ('{"driver": "driver-1", "ended_at": "soon"}', "invalid"),
)


def file_of(rules: ChaosRules, number: int) -> UploadedFile:
    """Return a file of this run: of its trips some come twice, and one is LEAVER's."""
    draw = random.Random(f"{rules.seed}/file/{number}")  # noqa: S311 - no secrets
    trips = max(_FEWEST, rules.jobs // _ONE_IN) // 2
    first = 1000 * number
    good = [_good(first + n, LEAVER if n == 1 else f"driver-{n % DRIVERS}") for n in range(trips)]
    bad = [Line("bad", text, reason=reason) for text, reason in _BAD]
    lines = [*good, *bad, good[0], good[-1], Line("blank")]
    draw.shuffle(lines)
    return UploadedFile(f"{rules.seed}/{number}.jsonl", tuple(lines))


def _good(number: int, driver: str) -> Line:
    word = word_of(_FIRST_KM + number)
    trip: dict[str, Any] = json.loads(TRIP.read_text("utf-8"))
    trip.update(driver=driver, distance_km=float(word), share=False)
    if number % 2:
        trip["idempotency_key"] = f"line-{number}"
    return Line("good", json.dumps(trip, ensure_ascii=False), driver, word)


@dataclass
class Uploader:
    """Puts each file, and again as long as nothing has begun with it: an event may be lost."""

    rules: ChaosRules
    book: Book
    _stopped: threading.Event = field(default_factory=threading.Event)

    def __post_init__(self) -> None:
        self.book.files = (file_of(self.rules, 0), file_of(self.rules, 1))
        self._thread = threading.Thread(target=self._run, name="uploader", daemon=True)

    def start(self) -> None:
        """Begin to upload."""
        self._thread.start()

    def is_done(self) -> bool:
        """Say whether all files are known to the stack."""
        return not self._thread.is_alive()

    def stop(self) -> None:
        """Upload no more."""
        self._stopped.set()

    def _run(self) -> None:
        for file in self.book.files:
            key, data = f"{names.TRIPS}{file.name}", file.data()
            while not self._has_begun(key, data) and not self._stopped.is_set():
                reach = Reach.of(self.rules.data)
                try:
                    if reach is not None:
                        reach.store(MOUNT_BUCKET).put(key, data)
                except BundleError:
                    pass
                self._stopped.wait(_PAUSE)

    def _has_begun(self, key: str, data: bytes) -> bool:
        etag = hashlib.md5(data, usedforsecurity=False).hexdigest().upper()
        upload = names.upload_id(key, etag, len(data))
        bucket = self.rules.data / "oss" / STATE_BUCKET
        return (bucket / "uploads" / upload).exists() or (bucket / names.OPEN / upload).exists()
