"""Set members into plates with the workflow's own nodes, and ask the gate."""

import functools
import json
import random
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from functions.store_result.poster import open_task
from local.cloud.files import replace_bytes
from local.comfyui.engine import WorkflowEngine
from local.trial.scores import mounted
from shared.composition.layouts import layouts, resolved
from shared.core.errors import BundleError
from shared.core.formats import Format
from shared.quality.binding import LIGHTS, LINES
from shared.quality.evidence import Car, Evidence, Frame, Orders
from shared.quality.gate import Inspection
from shared.quality.thresholds import Thresholds
from shared.results.pictures import decode
from shared.vehicles.files import read_frozen
from tools.belonging.cars import WIDTHS, Member
from tools.belonging.faults import Pair, pairs_of, shadowed_as
from tools.belonging.plates import Plate, Truth
from tools.gallery.making import LIMITS, bound

MEASURES = (*LINES, *LIGHTS, "camera_error", "light_gap")
_LAYOUT = "classic"
_FORMAT: Format = "4:5"
_ALTERNATIVES = 5


@dataclass(frozen=True)
class Outcome:
    """What the gate said of one pair: the fault planted, and the measures beyond their limits."""

    plate: str
    member: str
    fault: str
    measure: str
    failed: tuple[str, ...]
    scores: dict[str, float]
    trouble: str = ""

    @property
    def caught(self) -> bool:
        """Say whether the measure named for the fault has seen it."""
        return self.measure in self.failed


def outcomes(plate: Plate, members: Sequence[Member], folder: Path, right: int) -> list[Outcome]:
    """Paint or read a plate and try every pair that it is for."""
    picture = plate.png()
    drawn = random.Random(plate.name).sample([*members], len(members))  # noqa: S311 no secret
    return [
        _tried(plate, picture, pair, folder, str(at))
        for at, pair in enumerate(pairs_of(plate.truth, drawn, right))
    ]


def _tried(plate: Plate, picture: bytes, pair: Pair, folder: Path, turn: str) -> Outcome:
    fault, member = pair.fault, pair.member
    named = (plate.name, str(member))
    planted = (fault.name, fault.measure) if fault else ("", "")
    try:
        task = f"{re.sub('[^a-z0-9]+', '-', plate.name.lower())}-{turn}"
        evidence = _evidence(task, plate.truth, picture, member, folder)
        if pair.shadow:
            other = _evidence(f"{task}-shadow", plate.truth, picture, pair.shadow, folder)
            evidence = shadowed_as(evidence, other)
        if pair.tamper:
            evidence = pair.tamper(evidence, _smaller(evidence.car, member, folder))
        verdict = Inspection(evidence, Thresholds()).verdict([])
    except BundleError as error:
        return Outcome(*named, *planted, (), {}, str(error))
    scores = {n: s for n, s in verdict.scores.items() if n.removesuffix("_confidence") in MEASURES}
    failed = tuple(n for n in verdict.failures if fault or n in MEASURES)
    return Outcome(*named, *planted, failed, scores)


def _evidence(task: str, truth: Truth, picture: bytes, member: Member, folder: Path) -> Evidence:
    """Compose as the GPU does and read what it left."""
    member.frozen_on(folder)
    replace_bytes(folder / "input" / task / "plate.png", picture)
    orders = Orders(truth.season, truth.weather, truth.time_of_day)
    code, answer = _engine(folder).run_task(_bound(task, truth, member), {"task_id": task})
    if code != 200:
        raise BundleError(answer.decode()[:300])
    opened = open_task(task, member.reference, orders, mount=mounted(folder), limits=LIMITS)
    safe = layouts()[_LAYOUT].formats[_FORMAT].safe
    frame = Frame(truth.horizon, safe.sides, safe.top, safe.bottom)
    return replace(opened.evidence, frame=frame, alternatives=_ALTERNATIVES)


def _bound(task: str, truth: Truth, member: Member) -> bytes:
    layout = json.loads(resolved(layouts()[_LAYOUT], _FORMAT))
    return bound(
        {
            "plate": f"{task}/plate.png",
            "vehicle": member.reference,
            # Named by no id: the plate's own horizon takes the place of the layout's.
            "layout": json.dumps({**layout, "id": "", "horizon": truth.horizon}),
            "season": truth.season.value,
            "weather": truth.weather.value,
            "time_of_day": truth.time_of_day.value,
            "title": "",
            "line": "",
            "task_id": task,
        }
    )


def _smaller(car: Car, member: Member, folder: Path) -> Car:
    """Return the car as its smaller frozen picture."""
    frozen = read_frozen(mounted(folder), member.reference, min(WIDTHS), max_bytes=LIMITS.max_bytes)
    return replace(
        car,
        pixels=np.asarray(decode(frozen.car, LIMITS, mode="RGBA")),
        badge=np.asarray(decode(frozen.badge, LIMITS, mode="L")),
        scale=frozen.size.scale,
    )


@functools.cache
def _engine(folder: Path) -> WorkflowEngine:
    return WorkflowEngine(folder)
