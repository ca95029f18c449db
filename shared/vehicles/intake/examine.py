"""One delivery looked at: what was found, and the frozen vehicle unless something forbids it."""

from __future__ import annotations

import hashlib
from dataclasses import astuple, dataclass, field
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image
from pydantic import ValidationError

from shared.core.errors import PictureError
from shared.vehicles.delivered import DeliveredSidecar, Delivery, parse_delivered
from shared.vehicles.freeze import LADDER, SET_LADDER, FrozenVehicle, freeze
from shared.vehicles.intake import geometry
from shared.vehicles.intake.badge import Box, box_of, check_badge, mask_of_box, proposed_badge
from shared.vehicles.intake.drawn import drawn_badge
from shared.vehicles.intake.findings import Finding, fault, proposal
from shared.vehicles.intake.passes import read_passes
from shared.vehicles.intake.pictures import Limits, decode_mask
from shared.vehicles.intake.prepare import Prepared, prepare
from shared.vehicles.intake.preview import previews
from shared.vehicles.intake.stance import check_badge_end, check_stance
from shared.vehicles.sidecar import Light, Sidecar, Titles

if TYPE_CHECKING:
    from shared.vehicles.intake.edges import Flags
    from shared.vehicles.intake.geometry import Outline, Tyres

_LIGHT = Light(azimuth_deg=160, elevation_deg=46, softness=0.8, cct_k=6000)
_BOX_PX = 3


@dataclass(frozen=True)
class Examined:
    """What was found; `frozen` is None exactly when there is a fault."""

    findings: tuple[Finding, ...]
    frozen: FrozenVehicle | None = None
    pictures: dict[str, bytes] = field(default_factory=dict)


def examine(delivery: Delivery, limits: Limits) -> Examined:
    """Look at a delivery; nothing that a file may hold makes this raise."""
    findings: list[Finding] = []
    given = _given(delivery, findings)
    try:
        prepared = prepare(delivery.render, delivery.mask, given, limits, findings)
        mask = _delivered_mask(delivery, prepared, limits, findings)
    except PictureError as error:
        findings.append(fault("picture", f"the picture {error}"))
        return Examined(tuple(findings))
    drawn = drawn_badge(delivery, prepared.rgba[..., 3], findings)
    if drawn is not None:
        # Whoever has drawn it has looked at this very render.
        mask, given = drawn, given.model_copy(update={"badge_box": None})
    findings.extend(_check_binding(given, delivery, prepared, mask, drawn=drawn is not None))
    described = _describe(delivery, prepared, given, mask, findings)
    if described is None or any(each.kind == "fault" for each in findings):
        sidecar = described[0] if described else None
        return Examined(tuple(findings), pictures=previews(prepared.rgba, sidecar))
    sidecar, badge = described
    passes = read_passes(delivery, given, sidecar, limits, prepared.offset, findings)
    sidecar = sidecar.model_copy(update={"passes": passes.told or None})
    if any(each.kind == "fault" for each in findings):
        return Examined(tuple(findings), pictures=previews(prepared.rgba, sidecar))
    try:
        badge_picture = Image.fromarray(badge.astype(np.uint8) * np.uint8(255))
        render = Image.fromarray(prepared.rgba)
        frozen = freeze(render, badge_picture, sidecar, passes=passes.files)
    except PictureError as error:
        findings.append(fault("freeze", str(error)))
        return Examined(tuple(findings), pictures=previews(prepared.rgba, sidecar))
    return Examined(tuple(findings), frozen, previews(prepared.rgba, sidecar))


def _given(delivery: Delivery, findings: list[Finding]) -> DeliveredSidecar:
    if delivery.sidecar is None:
        return DeliveredSidecar()
    try:
        given = parse_delivered(delivery.sidecar)
    except PictureError as error:
        findings.append(fault("sidecar", f"the sidecar cannot be used: {error}"))
        return DeliveredSidecar()
    said = (given.model, given.generation, given.paint, given.view, given.lit)
    own = astuple(delivery.name)
    if any(a and a != b for a, b in zip(said, own, strict=True)):
        words = f"the sidecar names another vehicle than the upload's place, {delivery.name.full}"
        findings.append(fault("sidecar_name", words))
    return given


def _delivered_mask(
    delivery: Delivery, prepared: Prepared, limits: Limits, findings: list[Finding]
) -> Flags | None:
    if delivery.badge is None:
        return None
    try:
        pixels = decode_mask(delivery.badge, limits)
    except PictureError as error:
        findings.append(fault("badge_picture", f"the badge mask {error}"))
        return None
    if pixels.shape != prepared.delivered[::-1]:
        words = f"the badge mask has {pixels.shape[1]}x{pixels.shape[0]} pixels, the render "
        words += f"{prepared.delivered[0]}x{prepared.delivered[1]}; they must be the same"
        findings.append(fault("badge_size", words))
        return None
    (left, top), (height, width) = prepared.offset, prepared.rgba.shape[:2]
    return pixels[top : top + height, left : left + width] >= 128


def _check_binding(
    given: DeliveredSidecar,
    delivery: Delivery,
    prepared: Prepared,
    mask: Flags | None,
    *,
    drawn: bool,
) -> list[Finding]:
    """Make sure that sidecar and mask are of this render and not left over from another."""
    found: list[Finding] = []
    if given.sha256 and given.sha256 != hashlib.sha256(delivery.render).hexdigest():
        words = "the sidecar's sha256 names another render; deliver the sidecar of this one"
        found.append(fault("sidecar_of_another", words))
    if given.px_size and given.px_size != prepared.delivered:
        words = f"the sidecar says {given.px_size[0]}x{given.px_size[1]} pixels, the render has "
        words += f"{prepared.delivered[0]}x{prepared.delivered[1]}"
        found.append(fault("sidecar_size", words))
    if delivery.sidecar is not None and not given.sha256:
        words = "the sidecar does not say which render it is of; give `sha256`, or approve it"
        found.append(proposal("binding_proposed", words))
    if mask is not None and mask.any() and not drawn:
        box = box_of(mask)
        said = _moved_box(given.badge_box, prepared) if given.badge_box else None
        if said and max(abs(a - b) for a, b in zip(box, said, strict=True)) > _BOX_PX:
            words = "the badge mask and the sidecar's badge_box are not at the same place"
            found.append(fault("badge_differs", words))
        elif said is None:
            words = "nothing says that the badge mask is of this render"
            found.append(geometry.proposed("badge_box", words))
    return found


def _describe(
    delivery: Delivery,
    prepared: Prepared,
    given: DeliveredSidecar,
    mask: Flags | None,
    findings: list[Finding],
) -> tuple[Sidecar, Flags] | None:
    """Return the sidecar in pixels of the cropped picture, and the badge's mask."""
    outline = geometry.outline_of(prepared.rgba[..., 3])
    contacts, horizon = _ground(given, outline, prepared, findings)
    badge = _badge(delivery, given, mask, prepared, outline, contacts, findings)
    if not badge.any() or min(y for _, y in contacts) <= horizon:
        if badge.any():
            words = "a contact lies above the horizon; tyres stand below it"
            findings.append(fault("contacts_above_horizon", words))
        return None
    ladder = SET_LADDER if delivery.name.view else LADDER
    findings.extend(geometry.check_fit(contacts, horizon, badge.shape[1], ladder))
    lacking = [name for name in ("titles", "light") if getattr(given, name) is None]
    findings.extend(
        geometry.proposed(n, f"there is no `{n}`; a common one is used") for n in lacking
    )
    try:
        sidecar = _sidecar(delivery, given, outline, (contacts, horizon), badge, prepared)
    except ValidationError:
        findings.append(fault("sidecar", "the sidecar's numbers do not fit the picture"))
        return None
    if sidecar.view:
        findings.extend(check_stance(sidecar))
        findings.extend(check_badge_end(sidecar))
    return sidecar, badge


def _sidecar(
    delivery: Delivery,
    given: DeliveredSidecar,
    outline: Outline,
    ground: tuple[Tyres, float],
    badge: Flags,
    prepared: Prepared,
) -> Sidecar:
    path, camera = delivery.name.path, given.camera
    return Sidecar(
        schema_=1,
        model=delivery.name.model,
        generation=delivery.name.generation,
        paint=delivery.name.paint,
        titles=given.titles or Titles(zh=path[:60], en=path[:60]),
        px_size=(badge.shape[1], badge.shape[0]),
        sha256=hashlib.sha256(delivery.render).hexdigest(),
        colourspace="srgb",
        alpha="coverage",
        contacts=ground[0],
        roof_y=float(outline.roof),
        horizon_y=ground[1],
        pitch_deg=min(max(given.pitch_deg or 0.0, -30), 30),
        camera_height_m=given.camera_height_m or geometry.CAMERA_HEIGHT_M,
        light=given.light or _LIGHT,
        badge_box=box_of(badge),
        provenance=given.provenance,
        view=delivery.name.view or None,
        lit=delivery.name.lit or None,
        camera=camera.measured(*prepared.delivered, prepared.offset[0]) if camera else None,
        version=delivery.version,
    )


def _ground(
    given: DeliveredSidecar, outline: Outline, prepared: Prepared, findings: list[Finding]
) -> tuple[Tyres, float]:
    left, top = prepared.offset
    findings.extend(geometry.check_pitch(given.pitch_deg or 0.0))
    if given.horizon_y is None:
        horizon = geometry.proposed_horizon(outline)
        words = "the horizon is guessed from the car's height, for a camera at 1.3 m"
        findings.append(geometry.proposed("horizon_y", words))
    else:
        horizon = given.horizon_y - top
        findings.extend(geometry.check_camera(horizon, outline))
    if given.contacts is None:
        words = "the tyres' contacts are guessed from the car's lower edge, the visible end is "
        words += "taken for the front, and whether the picture is mirrored cannot be told"
        findings.append(geometry.proposed("contacts", words))
        return geometry.proposed_contacts(outline, horizon), round(horizon, 2)
    a, b, c, d = ((x - left, y - top) for x, y in given.contacts)
    findings.extend(geometry.check_contacts((a, b, c, d), outline))
    return (a, b, c, d), round(horizon, 2)


def _badge(
    delivery: Delivery,
    given: DeliveredSidecar,
    mask: Flags | None,
    prepared: Prepared,
    outline: Outline,
    contacts: Tyres,
    findings: list[Finding],
) -> Flags:
    alpha = prepared.rgba[..., 3]
    if mask is None and given.badge_box:
        mask = mask_of_box(_moved_box(given.badge_box, prepared), alpha)
    if mask is None and delivery.name.view:
        words = "there is no badge mask; every view shows a badge, and no guess does for a set"
        findings.append(fault("badge_missing", words))
        return np.zeros(alpha.shape, dtype=bool)
    if mask is None:
        words = "there is no badge mask; the busiest spot of the front is taken for the badge"
        findings.append(geometry.proposed("badge_box", words))
        mask = mask_of_box(proposed_badge(prepared.rgba, outline, contacts), alpha)
    findings.extend(check_badge(mask, alpha))
    return mask


def _moved_box(box: Box, prepared: Prepared) -> Box:
    (left, top), (x0, y0, x1, y1) = prepared.offset, box
    return (x0 - left, y0 - top, x1 - left, y1 - top)
