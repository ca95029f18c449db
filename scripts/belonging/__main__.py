"""Plant the faults of belonging and count what the gate sees: `python -m scripts.belonging`.

Every plate's light and ground are known: painted to order, and those of `--plates FILE`, a JSON
{"plates": [{"file": "dunes.png", "light": "low_left", "horizon": 0.56, "heading": 37}]}. `light` is
the one that suits, `heading` how the road runs, left out for open ground. Cars that suit may be
called strange in one poster of twenty at most; of each fault nine of ten have to be caught, of
those of the light's side, which plates tell least, eight.
"""

from __future__ import annotations

import argparse
import functools
import multiprocessing
import sys
import tempfile
import time
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

from scripts.arguments import count, folder
from scripts.belonging.cars import members_of
from scripts.belonging.faults import FAULTS
from scripts.belonging.plates import listed_plates, painted_plates
from scripts.belonging.trying import outcomes
from scripts.gallery.work import cores

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from scripts.belonging.cars import Member
    from scripts.belonging.plates import Plate
    from scripts.belonging.trying import Outcome

_VEHICLES = Path(__file__).parents[2] / "comfyui" / "vehicles"
_MOST_ALARMS = 0.05


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the tables; 1 when more is missed or called strange than may be."""
    asked = _arguments(arguments)
    plates = painted_plates(asked.painted, asked.seed)
    plates += listed_plates(asked.plates) if asked.plates else []
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as mount:
        members = members_of(asked.vehicles)
        found = [*_all(plates, members, Path(mount), asked.right)]
    if asked.verbose:
        print("\n".join(map(_line, found)))
    kept = report(found)
    print(f"{len(plates)} plates, {len(found)} posters in {time.monotonic() - began:.0f} s")
    return 0 if kept else 1


def report(found: Sequence[Outcome]) -> bool:
    """Print what was called strange and what was caught; say whether it is within the limits."""
    right = [each for each in found if not each.fault]
    alarms = [each for each in right if each.failed or each.trouble]
    share = len(alarms) / max(len(right), 1)
    print(f"{len(right)} right pairs: {len(alarms)} called strange, {share:.1%}")
    for name, times in Counter(name for each in alarms for name in each.failed).most_common():
        print(f"  {times:4} {name}")
    kept = share <= _MOST_ALARMS
    print(f"{'wrong pairs':42}{'measure':16}{'posters':>8}{'caught':>8}{'by any':>8}{'least':>7}")
    for fault in FAULTS:
        own = [each for each in found if each.fault == fault.name]
        if not own:
            continue
        caught, noticed = (sum(x) / len(own) for x in zip(*map(_seen, own), strict=True))
        kept = kept and caught >= fault.least
        row = f"{fault.name:42}{fault.measure:16}{len(own):8}{caught:8.0%}{noticed:8.0%}"
        print(f"{row}{fault.least:7.0%}{'' if caught >= fault.least else '  MISSED'}")
    return kept


def _seen(each: Outcome) -> tuple[bool, bool]:
    return each.caught, bool(each.failed)


def _line(each: Outcome) -> str:
    numbers = ", ".join(f"{name} {value:.2f}" for name, value in each.scores.items())
    said = ", ".join(each.failed) or each.trouble or "nothing"
    return f"{each.plate} {each.member} [{each.fault or 'right'}]: {said} ({numbers})"


def _all(
    plates: Sequence[Plate], members: Sequence[Member], mount: Path, right: int
) -> Iterator[Outcome]:
    """Try all plates on all cores."""
    context = multiprocessing.get_context("spawn")
    tried = functools.partial(outcomes, members=members, folder=mount, right=right)
    with ProcessPoolExecutor(min(cores(), len(plates) or 1), mp_context=context) as pool:
        for each in pool.map(tried, plates):
            yield from each


def _arguments(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="belonging", description=__doc__)
    parser.add_argument("--painted", type=count, default=136, help="plates to be painted")
    parser.add_argument("--right", type=count, default=2, help="right pairs of a plate")
    parser.add_argument("--seed", type=int, default=14, help="draws the plates")
    parser.add_argument("--plates", type=Path, help="a JSON file of other plates")
    parser.add_argument("--vehicles", type=folder, default=_VEHICLES, help="folder of renders")
    parser.add_argument("--verbose", action="store_true", help="a line for each poster")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main())
