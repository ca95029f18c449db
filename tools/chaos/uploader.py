"""Somebody with many trips: files with good, bad, empty and repeated lines."""

import hashlib
import json
import random
from contextlib import suppress
from typing import Any

from local.one_process import read_addresses
from local.stack import MOUNT_BUCKET, STATE_BUCKET
from shared.core.errors import BundleError
from shared.uploads import names
from tools.chaos.book import DRIVERS, LEAVER, Line, UploadedFile, word_of
from tools.chaos.drivers import TRIP
from tools.chaos.reaching import bucket
from tools.chaos.rules import ChaosRules
from tools.chaos.working import InBackground

_FIRST_KM, _FEWEST, _ONE_IN = 50_000, 6, 8
_PAUSE = 3.0
_BAD = (
    ('{"driver": "driver-1", "mood": "', "malformed"),
    ("[]", "invalid"),
    ('{"mood": "joyful"}', "invalid"),
    ('{"driver": "driver-1", "ended_at": "soon"}', "invalid"),
)
_BAD_ROWS = (
    ('"driver-1","joyful', "malformed"),
    (",出游,2024-05-02 22:38", "invalid"),
    ("driver-1,出游,soon", "invalid"),
    ("driver-1" + "," * 20 + "x", "malformed"),
)
_COLUMNS = {
    "司机": "driver", "心情": "mood", "结束时间": "ended_at", "开始时间": "started_at",
    "里程": "distance_km", "驾驶时长": "driving_minutes", "幂等键": "idempotency_key",
}  # fmt: skip


def file_of(rules: ChaosRules, number: int) -> UploadedFile:
    """Return a file of this run: of its trips some come twice, and one is LEAVER's.

    The second is a table as a spreadsheet of a Chinese Windows writes it.
    """
    draw = random.Random(f"{rules.seed}/file/{number}")  # noqa: S311 - no secrets
    trips = max(_FEWEST, rules.jobs // _ONE_IN) // 2
    first, as_table = 1000 * number, number == 1
    good = [
        _good(first + n, LEAVER if n == 1 else f"driver-{n % DRIVERS}", as_table=as_table)
        for n in range(trips)
    ]
    bad = [Line("bad", text, reason=why) for text, why in (_BAD_ROWS if as_table else _BAD)]
    lines = [*good, *bad, good[0], good[-1], Line("blank")]
    draw.shuffle(lines)
    if not as_table:
        return UploadedFile(f"{rules.seed}/{number}.jsonl", tuple(lines))
    header = Line("blank", ",".join([*_COLUMNS, "终点", "终点天气"]))
    return UploadedFile(f"{rules.seed}/{number}.csv", (header, *lines), "gb18030")


def _good(number: int, driver: str, *, as_table: bool) -> Line:
    word = word_of(_FIRST_KM + number)
    trip: dict[str, Any] = json.loads(TRIP.read_text("utf-8"))
    trip.update(driver=driver, distance_km=float(word), share=False)
    if number % 2:
        trip["idempotency_key"] = f"line-{number}"
    if as_table:
        cells = [str(trip.get(name, "")) for name in _COLUMNS.values()]
        return Line("good", ",".join([*cells, *trip["end"].values()]), driver, word)
    return Line("good", json.dumps(trip, ensure_ascii=False), driver, word)


class Uploader(InBackground):
    """Puts each file, and again as long as nothing has begun with it: an event may be lost."""

    def __post_init__(self) -> None:
        self.book.files = (file_of(self.rules, 0), file_of(self.rules, 1))
        super().__post_init__()

    def _run(self) -> None:
        for file in self.book.files:
            key, data = f"{names.TRIPS}{file.name}", file.data()
            while not self._has_begun(key, data) and not self._stopped.is_set():
                with suppress(BundleError):
                    if told := read_addresses(self.rules.data):
                        bucket(told.urls["oss"], MOUNT_BUCKET).put(key, data)
                self._stopped.wait(_PAUSE)

    def _has_begun(self, key: str, data: bytes) -> bool:
        etag = hashlib.md5(data, usedforsecurity=False).hexdigest().upper()
        upload = names.upload_id(key, etag, len(data))
        state = self.rules.data / "oss" / STATE_BUCKET
        return (state / "uploads" / upload).exists() or (state / names.OPEN / upload).exists()
