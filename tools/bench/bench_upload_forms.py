"""What an upload costs in each form and encoding, beside .jsonl in UTF-8, and that the jobs agree.

The same trips, read as in `bench_upload`, in turns; medians of seconds of CPU, each run in a
process of its own.
"""

import csv
import io
import json
import tempfile
from functools import partial
from pathlib import Path
from statistics import median
from typing import Any

from local.printed import command_console
from shared.vehicles.catalogue import Catalogue
from tools.bench.bench_upload import catalogue, line, measured, run
from tools.bench.buckets import FileMount, Forgetful, Platform
from tools.bench.own_process import log_errors_alone, timed

_FORMS = (
    (".jsonl", "utf-8", ""),
    (".jsonl", "utf-16", ""),
    (".jsonl", "gb18030", ""),
    (".json", "utf-8", ""),
    (".json", "gb18030", ""),
    (".csv", "utf-8-sig", ","),
    (".csv", "gb18030", ","),
    (".csv", "utf-8", ";"),
    (".csv", "utf-16", "\t"),
)
_SEPARATORS = {"": "", ",": "comma", ";": "semicolon", "\t": "tab"}
_PLACES = ("start", "end")
_OUT = command_console()


class Noting(Forgetful):
    """Forgets what it is given, but the names of the jobs."""

    def __init__(self) -> None:
        super().__init__()
        self.jobs: set[str] = set()

    def create(self, key: str, data: bytes, *, content_type: str = "") -> bool:
        if key.startswith("jobs/"):
            self.jobs.add(key.split("/")[1])
        return super().create(key, data, content_type=content_type)


def write(path: Path, trips: list[dict[str, Any]], encoding: str, separator: str) -> None:
    """Write the trips in the form that the name's end says."""
    if path.suffix == ".csv":
        text = _table(trips, separator)
    elif path.suffix == ".json":
        text = json.dumps(trips, ensure_ascii=False)
    else:
        text = "".join(json.dumps(trip, ensure_ascii=False) + "\n" for trip in trips)
    path.write_bytes(text.encode(encoding))


def _table(trips: list[dict[str, Any]], separator: str) -> str:
    rows = [_row(trip) for trip in trips]
    file = io.StringIO()
    writer = csv.DictWriter(file, list(rows[0]), delimiter=separator)
    writer.writeheader()
    writer.writerows(rows)
    return file.getvalue()


def _row(trip: dict[str, Any]) -> dict[str, Any]:
    row = {name: value for name, value in trip.items() if name not in _PLACES}
    for name in _PLACES:
        row |= {name: trip[name]["city"], f"{name}/weather": trip[name]["weather"]}
    return {**row, "via": "、".join(trip.get("via", ()))}


def read(path: Path, vehicles: Catalogue) -> set[str]:
    """Read an upload; return its jobs."""
    mount, state = FileMount(path), Noting()
    run(mount, state, Platform(), vehicles, mount.size, f"uploads/trips/{path.name}")
    return state.jobs


def taken_by(path: Path, vehicles: Catalogue) -> tuple[float, float]:
    """Return the seconds of CPU that an upload takes, and the MB by which the process grows."""
    seconds, _, memory = measured(lambda: timed(partial(read, path, vehicles))[1])
    return seconds, memory


def main(lines: int, rounds: int) -> None:
    """Print a row for each form; SystemExit where one became other jobs."""
    log_errors_alone()
    with tempfile.TemporaryDirectory() as folder:
        _compare(lines, rounds, Path(folder))


def _compare(lines: int, rounds: int, folder: Path) -> None:
    vehicles, trips = catalogue(), [json.loads(line(n)) for n in range(lines)]
    paths = [folder / f"{number}{form[0]}" for number, form in enumerate(_FORMS)]
    for path, (_, encoding, separator) in zip(paths, _FORMS, strict=True):
        write(path, trips, encoding, separator)
    # Once before, so that what is loaded and compiled on the way counts for none.
    jobs = [read(path, vehicles) for path in paths]
    if any(each != jobs[0] for each in jobs):
        raise SystemExit("the forms became different jobs")
    found = [[taken_by(path, vehicles) for path in paths] for _ in range(rounds)]
    plain = median(each[0][0] for each in found)
    for number, (suffix, encoding, separator) in enumerate(_FORMS):
        seconds, memory = (median(each[number][at] for each in found) for at in (0, 1))
        _OUT.print(
            f"{suffix:6} {encoding:9} {_SEPARATORS[separator]:9} "
            f"{paths[number].stat().st_size / 1e6:6.2f} MB  {seconds:6.2f} s of CPU  "
            f"{seconds / plain:5.2f} x  grows by {memory:5.1f} MB"
        )
    _OUT.print(f"{len(jobs[0]):,} jobs, the same from every form")
