"""Make one poster as the product makes it: the style's workflow, then label and gate."""

import re
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from functions.store_result.poster import poster_of
from local.cloud.files import replace_bytes
from local.comfyui.engine import WorkflowEngine
from local.trial.scores import mounted
from shared.core.choice import Choice
from shared.core.errors import BundleError
from shared.jobs.record import Composition
from shared.quality.evidence import Orders
from shared.quality.thresholds import Thresholds
from shared.results.pictures import PictureLimits
from shared.workflows.bind import bind
from shared.workflows.load import load_workflow
from tools.gallery.scenes import GalleryScene

LIMITS = PictureLimits(max_bytes=64_000_000, max_pixels=40_000_000)


@dataclass(frozen=True)
class Picture:
    """One poster of the gallery: its file and scores, or why there is none.

    A counter-example shows what the measures are there for: it must not pass. `is_refused`: only
    the plate is shown, since it has no place for a car. `plan` and `choice` are those of a set.
    """

    name: str
    vehicle: str
    file: str
    scores: dict[str, float]
    failures: tuple[str, ...]
    app_copy: str
    seconds: float
    doubts: tuple[str, ...] = ()
    is_counter_example: bool = False
    is_refused: bool = False
    plan: Composition | None = None
    choice: Choice | None = None
    attempts: int = 1
    app_bytes: int = 0

    @property
    def is_wrong(self) -> bool:
        """Say whether the gate's verdict is not the one that is right."""
        return bool(self.failures) is not self.is_counter_example


class Studio:
    """Makes posters below one folder: `mount` like the bucket, `posters` for the page."""

    def __init__(self, folder: Path) -> None:
        self.mount, self._posters = folder / "mount", folder / "posters"
        self._posters.mkdir(parents=True, exist_ok=True)
        self._engine = WorkflowEngine(self.mount)

    def make(
        self,
        scene: GalleryScene,
        plate: bytes,
        vehicle: str,
        body: bytes = b"",
        plan: Composition | None = None,
    ) -> Picture:
        """Compose, label, judge and keep one poster.

        With a plan `body` is its bound workflow, and the task has the scene's name.
        """
        began = time.perf_counter()
        task = scene.name if plan else task_of(scene, vehicle)
        fault = self._run(task, plate, body or _bound(scene, task, vehicle))
        if fault:
            return _without(scene, vehicle, fault)
        try:
            return self._judged(scene, task, vehicle, began, plan)
        except BundleError as error:
            return _without(scene, vehicle, str(error))

    def compose(self, scene: GalleryScene, plate: bytes, vehicle: str) -> str:
        """Run the workflow as the GPU does; return what went wrong, empty when nothing did."""
        task = task_of(scene, vehicle)
        return self._run(task, plate, _bound(scene, task, vehicle))

    def _run(self, task: str, plate: bytes, body: bytes) -> str:
        replace_bytes(self.mount / "input" / task / "plate.png", plate)
        code, answer = self._engine.run_task(body, {"task_id": task})
        return "" if code == 200 else answer.decode()[:300]

    def refuse(
        self, scene: GalleryScene, plate: bytes, reasons: Mapping[str, float], *, rightly: bool
    ) -> Picture:
        """Keep the plate alone and say why no car is put on it."""
        file = f"{_plain(scene.name)}-refused.png"
        (self._posters / file).write_bytes(plate)
        return Picture(
            name=scene.name,
            vehicle="no car",
            file=f"posters/{file}",
            scores=dict(reasons),
            failures=tuple(reasons),
            app_copy="",
            seconds=0.0,
            is_counter_example=rightly,
            is_refused=True,
        )

    def _judged(
        self,
        scene: GalleryScene,
        task: str,
        vehicle: str,
        began: float,
        plan: Composition | None,
    ) -> Picture:
        poster = poster_of(
            task,
            vehicle,
            Orders(scene.season, scene.weather, scene.time_of_day),
            composition=plan,
            style=scene.style if plan else "",
            mount=mounted(self.mount),
            limits=LIMITS,
            thresholds=Thresholds(),
            producer="",
        )
        file = f"{task}.png"
        (self._posters / file).write_bytes(poster.copies[0].data)
        return Picture(
            name=scene.name,
            vehicle=poster.vehicle or vehicle,
            plan=plan,
            choice=poster.choice,
            file=f"posters/{file}",
            scores=dict(poster.verdict.scores),
            failures=poster.verdict.failures,
            doubts=poster.verdict.doubts,
            app_copy=poster.app_copy,
            app_bytes=len(poster.copies[1].data),
            seconds=time.perf_counter() - began,
        )


def task_of(scene: GalleryScene, vehicle: str) -> str:
    """Return the task's id of a vehicle in a scene."""
    return _plain(f"{scene.name}-{vehicle.rpartition('/')[0]}")


def _plain(name: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", name.lower())


def bound(values: Mapping[str, str | int | float]) -> bytes:
    """Return the workflow that sets a car into a plate, with those values that it declares."""
    workflow = load_workflow("wanx_scene")
    declared = {spec.name for spec in workflow.inputs}
    return bind(workflow, {name: value for name, value in values.items() if name in declared})


def _bound(scene: GalleryScene, task: str, vehicle: str) -> bytes:
    names = ("season", "weather", "time_of_day", "title", "line")
    told = {name: getattr(scene, name) for name in names}
    return bound({**told, "plate": f"{task}/plate.png", "vehicle": vehicle, "task_id": task})


def _without(scene: GalleryScene, vehicle: str, reason: str) -> Picture:
    return Picture(scene.name, vehicle, "", {}, (reason,), "", 0.0)
