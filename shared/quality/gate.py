"""The gate: every measure on one task's pictures, and which of them keep it from delivery."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

import numpy as np

from shared.core.errors import PictureError
from shared.quality import geometry, lettering, palette, plate
from shared.quality.belonging import belonging_scores, broken
from shared.quality.binding import EXACT, unbound
from shared.quality.brand import badge_difference, badge_width, light_gap, paint_shift
from shared.quality.contact import contact_ratios
from shared.quality.delivery import file_facts
from shared.quality.edges import edge_difference, halo_and_seam
from shared.quality.evidence import Box, Delivered, Evidence, Frame
from shared.quality.truth import Truth, changed_pixels, stray_pixels, truth_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from shared.quality.colour import Bytes
    from shared.quality.thresholds import Limits, Thresholds

_DIGITS = 4


@dataclass(frozen=True)
class Verdict:
    """Scores by name, those of a copy as `copy.name`, and the names of those that failed.

    `doubts` are scores that no limit forbids and that somebody should look at nevertheless.
    """

    scores: Mapping[str, float]
    failures: tuple[str, ...]
    doubts: tuple[str, ...] = ()

    @property
    def passed(self) -> bool:
        """Say whether the poster keeps to every limit."""
        return not self.failures

    def summary(self) -> str:
        """Return what failed, with its scores, for a log line or a record."""
        return ", ".join(f"{name}={self.scores.get(name, 'missing')}" for name in self.failures)


def truth_for(evidence: Evidence) -> Truth:
    """Return the right pixels round the car; PictureError when the evidence does not fit."""
    sizes = {evidence.plate.shape[:2]}
    if evidence.bare is not None:
        sizes.add(evidence.bare.shape[:2])
    car = evidence.car
    if len(sizes) != 1 or car.badge.shape != car.pixels.shape[:2]:
        raise PictureError("the task's pictures differ in size")
    truth = truth_of(evidence.plate, car.pixels, car.badge, (evidence.claims.x, evidence.claims.y))
    if not truth.protected_badge.any():
        raise PictureError("the frozen car has no opaque badge")
    return truth


@dataclass(frozen=True)
class Found:
    """The scores of one copy by their plain names, and the names of those that failed."""

    copy: str
    scores: Mapping[str, float]
    failures: tuple[str, ...]


class Inspection:
    """The measures of one task; what no copy changes is computed once, for all of them.

    PictureError when the evidence does not fit, or a copy has another size than the plate.
    """

    def __init__(self, evidence: Evidence, thresholds: Thresholds) -> None:
        self._evidence, self._thresholds = evidence, thresholds
        self._truth = truth_for(evidence)
        self._exact: tuple[Bytes, dict[str, float]] | None = None

    @property
    def truth(self) -> Truth:
        """Return the right pixels round the car."""
        return self._truth

    def found_in(self, copy: Delivered) -> Found:
        """Measure one delivered copy; a lossless one has to keep the master's limits."""
        if copy.pixels.shape != self._evidence.plate.shape:
            raise PictureError(f"the {copy.name} and the plate differ in size")
        thresholds = self._thresholds
        scores = self._pixel_scores(copy) | file_facts(copy.data)
        limits = thresholds.master if copy.lossless else thresholds.lossy
        wrong = _copy_failures(scores, copy, self._evidence, limits, thresholds)
        return Found(copy.name, scores, tuple(wrong))

    def verdict(self, found: Sequence[Found]) -> Verdict:
        """Put scene, car and copies together; scores are rounded to four digits."""
        evidence, thresholds = self._evidence, self._thresholds
        frame = frame_of(evidence, thresholds)
        scores = _scene_scores(evidence, frame, thresholds) | _car_scores(evidence, self._truth)
        scores |= belonging_scores(evidence, frame.horizon)
        failures = [*_scene_failures(evidence, scores, thresholds)]
        for each in found:
            scores |= {f"{each.copy}.{name}": value for name, value in each.scores.items()}
            failures += [f"{each.copy}.{name}" for name in each.failures]
        # Adding 0 turns a minus zero into a plain one.
        rounded = {name: round(value, _DIGITS) + 0.0 for name, value in sorted(scores.items())}
        strange, doubts = broken(rounded, evidence.alternatives, thresholds)
        return Verdict(rounded, (*failures, *strange), doubts)

    def _pixel_scores(self, copy: Delivered) -> dict[str, float]:
        """Measure the pixels; two lossless copies of the same ones have the same scores."""
        if not copy.lossless:
            return _pixel_scores(copy, self._evidence, self._truth)
        if self._exact is None or not np.array_equal(self._exact[0], copy.pixels):
            self._exact = (copy.pixels, _pixel_scores(copy, self._evidence, self._truth))
        return self._exact[1]


def judge(evidence: Evidence, copies: Sequence[Delivered], thresholds: Thresholds) -> Verdict:
    """Measure the delivered copies against the evidence; PictureError when it does not fit."""
    inspection = Inspection(evidence, thresholds)
    return inspection.verdict([inspection.found_in(copy) for copy in copies])


def _car_scores(evidence: Evidence, truth: Truth) -> dict[str, float]:
    """Return the scores of the frozen car itself and of the ground before its wheels."""
    ground = evidence.plate if evidence.bare is None else evidence.bare
    x0, _, x1, bottom = geometry.tight_box(evidence.car, evidence.claims)
    near = ground[bottom : bottom + round(0.05 * ground.shape[0]), max(x0, 0) : x1]
    found = {"badge_width": float(badge_width(truth))}
    return found | ({"light_gap": light_gap(truth, near)} if near.size else {})


def frame_of(evidence: Evidence, thresholds: Thresholds) -> Frame:
    """Return what the layout says, or without one the settings."""
    safe = (thresholds.safe_sides, thresholds.safe_top, thresholds.safe_bottom)
    return evidence.frame or Frame(thresholds.horizon, *safe)


def _scene_scores(evidence: Evidence, frame: Frame, thresholds: Thresholds) -> dict[str, float]:
    """Return the scores that do not depend on the copy."""
    car, claims = evidence.car, evidence.claims
    size = (evidence.plate.shape[1], evidence.plate.shape[0])
    ground = evidence.plate if evidence.bare is None else evidence.bare
    box, horizon = geometry.tight_box(car, claims), frame.horizon
    margins = (frame.safe_sides, frame.safe_top, frame.safe_bottom)
    boxes = evidence.caption.boxes if evidence.caption else ()
    tones = palette.tones_of(ground)
    broken = palette.broken_rules(tones, evidence.orders)
    return {
        "geometry_error": geometry.geometry_error(car, claims, size, horizon),
        "placement_wrong": float(geometry.wrong_claims(car, claims, size, horizon)),
        "outside_safe_area": float(geometry.outside_safe_area(box, size, *margins)),
        **geometry.footprint(car, claims, ground, horizon + thresholds.ground_below_horizon),
        "lettering_overlap": float(
            lettering.overlap(boxes, box, claims.badge_box)
            + lettering.shared_pixels(evidence.mark_box, box)
            + sum(lettering.shared_pixels(evidence.mark_box, each) for each in boxes)
        ),
        **plate.scene_scores(ground),
        **{f"style_{name}": value for name, value in asdict(tones).items()},
        "style_rules": float(len(palette.applying(evidence.orders))),
        **{f"style.{name}": 0.0 for name in broken},
    }


def _scene_failures(
    evidence: Evidence, scores: Mapping[str, float], thresholds: Thresholds
) -> Iterator[str]:
    limits = {
        "geometry_error": thresholds.geometry_error,
        "placement_wrong": 0.0,
        "outside_safe_area": 0.0,
        "footprint_rise": 0.0,
        "lettering_overlap": 0.0,
        "footprint_slope": thresholds.ground_slope,
        "footprint_spread": thresholds.ground_spread,
    }
    yield from (name for name, limit in limits.items() if scores.get(name, 0.0) > limit)
    yield from plate.missing_of_a_scene(scores, thresholds)
    if evidence.bare is None:
        yield "bare_missing"
    yield from (
        name
        for name in scores
        if name.startswith("style.") and not unbound(name, scores, thresholds)
    )


def _pixel_scores(copy: Delivered, evidence: Evidence, truth: Truth) -> dict[str, float]:
    window = truth.window.cut(copy.pixels)
    ink = lettering.mark_ink(copy.pixels, evidence.plate, evidence.mark_box)
    found = {
        "protected_pixels": float(truth.opaque.sum()),
        "protected_changed": float(changed_pixels(window, truth)),
        **badge_difference(window, truth),
        "paint_shift": paint_shift(window, truth),
        **edge_difference(window, truth),
        **halo_and_seam(window, truth),
        "mark_share": lettering.mark_share(copy.pixels, evidence.mark_box, ink),
        "mark_contrast": lettering.mark_contrast(copy.pixels, evidence.plate, evidence.mark_box),
    }
    lines = evidence.caption.boxes if evidence.caption else ()
    if copy.lossless:
        declared = declared_boxes(evidence)
        box = geometry.tight_box(evidence.car, evidence.claims)
        found |= lettering.place_scores(copy.pixels, evidence.plate, lines, evidence.mark_box, box)
        found["stray_pixels"] = float(stray_pixels(copy.pixels, evidence.plate, truth, declared))
    if evidence.bare is not None:
        found |= contact_ratios(copy.pixels, evidence.bare, evidence.car, evidence.claims)
    if evidence.caption:
        caption = evidence.caption
        found["caption_contrast"] = lettering.contrast(
            copy.pixels, evidence.plate, caption.boxes, caption.ink
        )
    return found


def declared_boxes(evidence: Evidence) -> list[Box]:
    """Return where the poster may differ from plate and car: lettering, its scrim, the mark."""
    boxes = [evidence.mark_box]
    if evidence.caption and evidence.caption.boxes:
        # From the first line to the last one, with the rule between them.
        boxes += [lettering.around(evidence.caption.boxes), evidence.caption.scrim]
    return boxes


def _copy_failures(
    found: Mapping[str, float],
    copy: Delivered,
    evidence: Evidence,
    limits: Limits,
    thresholds: Thresholds,
) -> Iterator[str]:
    if copy.lossless:
        yield from (name for name in EXACT if found[name])
    for name, limit in asdict(limits).items():
        measured = [each for each in found if each == name or each.startswith(f"{name}_")]
        yield from (each for each in measured if found[each] > limit)
    yield from (
        name for name in ("profile_srgb", "label_present", "chroma_full") if not found[name]
    )
    if found["mark_share"] < thresholds.mark_share:
        yield "mark_share"
    least = {
        "mark_contrast": thresholds.mark_contrast,
        "caption_contrast": thresholds.text_contrast,
    }
    yield from (name for name, limit in least.items() if found.get(name, limit) < limit)
    if evidence.bare is None:
        return
    if found.get("contact_low", float("-inf")) < thresholds.contact_low:
        yield "contact_low"
    if found.get("contact_high", 0.0) > thresholds.contact_high:
        yield "contact_high"
