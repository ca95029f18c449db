"""The report beside the upload: report.json, report.txt and the pictures to look at."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shared.observability import log
from shared.vehicles.reports import Delivered, IntakeReport, Reason, verdict_of
from shared.vehicles.uploads import RenderName, misnamed_report

if TYPE_CHECKING:
    from functions.intake_vehicle.files import Uploaded
    from shared.ports import ObjectStore
    from shared.vehicles.intake.examine import Examined

_TEXT = "text/plain; charset=utf-8"
_MISNAMED = """\
NO. The name of this upload says no vehicle: {key}

A member of a set is uploads/vehicles/MODEL/GENERATION/PAINT/VIEW.LIGHT.png, beside it there may
be VIEW.LIGHT.json, .badge.png, .mask.png, .shadow_sun.png and .reflection.png, and for all lights
of a view VIEW.shadow_sky.png and VIEW.lamps.png. A single render is MODEL/GENERATION/PAINT.png,
with PAINT.json, PAINT.badge.png and PAINT.mask.png. Pictures may be .tif or .tiff. MODEL,
GENERATION and PAINT have 1-32 characters of a-z, 0-9, - and _, and begin with a letter or digit;
VIEW and LIGHT have 1-32 of a-z, 0-9 and _, and begin with a letter.
"""

_NOT_EXAMINED = """\
NO. The files of {vehicle} could not be examined here, however often it was tried.

The operator has been told. Export the render once more with another program, or smaller, and
deliver it again.
"""


def report_of(uploaded: Uploaded, examined: Examined) -> IntakeReport:
    """Return the report on a delivery; the same delivery has the same report."""
    reasons = tuple(
        Reason(kind=f.kind, code=f.code, text=f.text, measured=f.measured)
        for f in examined.findings
    )
    frozen = examined.frozen
    return IntakeReport(
        vehicle=uploaded.name.path,
        member=uploaded.name.member,
        version=uploaded.version,
        uploaded_at=uploaded.at.isoformat(),
        verdict=verdict_of(reasons),
        reasons=reasons,
        delivered=tuple(Delivered(key=k, bytes=b, sha256=d) for k, b, d in uploaded.files),
        sizes=tuple(size.width for size in frozen.sidecar.sizes) if frozen else (),
        pictures=tuple(examined.pictures),
    )


def write_report(
    uploaded: Uploaded, report: IntakeReport, pictures: dict[str, bytes], *, mount: ObjectStore
) -> str:
    """Write pictures, text and, last, report.json; return the folder."""
    folder = uploaded.name.report(report.version)
    for name, data in pictures.items():
        mount.put(folder + name, data, content_type="image/png")
    mount.put(f"{folder}report.txt", report.to_text().encode(), content_type=_TEXT)
    mount.put(f"{folder}report.json", report.to_json(), content_type="application/json")
    return folder


def not_examined(name: RenderName, *, mount: ObjectStore) -> None:
    """Say that a delivery is beyond us."""
    text = _NOT_EXAMINED.format(vehicle=name.full)
    folder = name.report(f"{name.member or 'render'}-not-examined")
    mount.put(f"{folder}report.txt", text.encode(), content_type=_TEXT)


def misnamed(key: str, *, mount: ObjectStore) -> None:
    """Say how an upload is to be named."""
    log.logger().warning("vehicle.misnamed")
    text = _MISNAMED.format(key=key[:500])
    mount.put(
        f"{misnamed_report(key)}report.txt", text.encode("utf-8", "replace"), content_type=_TEXT
    )
