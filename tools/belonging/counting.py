"""Plant the faults of belonging and count what the gate sees.

Every plate's light and ground are known: painted to order, and those of a file, a JSON
{"plates": [{"file": "dunes.png", "light": "low_left", "horizon": 0.56, "heading": 37}]}. `light` is
the one that suits, `heading` how the road runs, left out for open ground. Cars that suit may be
called strange in one poster of twenty at most; of each fault nine of ten have to be caught, of
those of the light's side, which plates tell least, eight.
"""

from __future__ import annotations

import functools
import multiprocessing
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from local.printed import Say
from tools.belonging.cars import Member, members_of
from tools.belonging.faults import FAULTS, Fault
from tools.belonging.plates import Plate, listed_plates, painted_plates
from tools.belonging.trying import Outcome, outcomes
from tools.gallery.work import cores

_MOST_ALARMS = 0.05


def count(wanted: Wanted, *, say: Say) -> int:
    """Say what was seen; 1 when more is missed or called strange than may be."""
    plates = painted_plates(wanted.painted, wanted.seed)
    plates += listed_plates(wanted.plates) if wanted.plates else []
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as mount:
        members = members_of(wanted.vehicles)
        found = [*_all(plates, members, Path(mount), wanted.right)]
    if wanted.verbose:
        say.note("\n".join(map(_line, found)))
    kept = report(found, say)
    say.note(f"{len(plates)} plates, {len(found)} posters in {time.monotonic() - began:.0f} s")
    return 0 if kept else 1


@dataclass(frozen=True)
class Wanted:
    """How many plates are painted from which seed, others of a file, and right pairs of each."""

    painted: int
    right: int
    seed: int
    plates: Path | None
    vehicles: Path
    verbose: bool = False


def report(found: Sequence[Outcome], say: Say) -> bool:
    """Say what was called strange and what was caught; return whether it is within the limits."""
    right = [each for each in found if not each.fault]
    alarms = [each for each in right if each.failed or each.trouble]
    share = len(alarms) / max(len(right), 1)
    say.progress(f"{len(right)} right pairs: {len(alarms)} called strange, {share:.1%}")
    for name, times in Counter(name for each in alarms for name in each.failed).most_common():
        say.progress(f"  {times:4} {name}")
    rows = [row for fault in FAULTS if (row := _caught(fault, found))]
    kept = share <= _MOST_ALARMS and not any(row["missed"] for row in rows)
    if say.as_json:
        say.value({"right": len(right), "strange": len(alarms), "wrong": rows, "kept": kept})
    say.progress(
        f"{'wrong pairs':42}{'measure':16}{'posters':>8}{'caught':>8}{'by any':>8}{'least':>7}"
    )
    for row in rows:
        say.progress(
            f"{row['fault']:42}{row['measure']:16}{row['posters']:8}{row['caught']:8.0%}"
            f"{row['by any']:8.0%}{row['least']:7.0%}{'  MISSED' if row['missed'] else ''}"
        )
    return kept


def _caught(fault: Fault, found: Sequence[Outcome]) -> dict[str, Any]:
    own = [each for each in found if each.fault == fault.name]
    if not own:
        return {}
    caught, noticed = (sum(x) / len(own) for x in zip(*map(_seen, own), strict=True))
    told = {"fault": fault.name, "measure": fault.measure, "posters": len(own), "caught": caught}
    return {**told, "by any": noticed, "least": fault.least, "missed": caught < fault.least}


def _seen(each: Outcome) -> tuple[bool, bool]:
    return each.caught, bool(each.failed)


def _line(each: Outcome) -> str:
    numbers = ", ".join(f"{name} {value:.2f}" for name, value in each.scores.items())
    said = ", ".join(each.failed) or each.trouble or "nothing"
    return f"{each.plate} {each.member} [{each.fault or 'right'}]: {said} ({numbers})"


def _all(
    plates: Sequence[Plate], members: Sequence[Member], mount: Path, right: int
) -> Iterator[Outcome]:
    context = multiprocessing.get_context("spawn")
    tried = functools.partial(outcomes, members=members, folder=mount, right=right)
    with ProcessPoolExecutor(min(cores(), len(plates) or 1), mp_context=context) as pool:
        for each in pool.map(tried, plates):
            yield from each
