"""Files into the upload bucket under the right names, and what becomes of them."""

from __future__ import annotations

import hashlib
import json
import time
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from shared.core.errors import InvalidRequestError
from shared.ports import every_object
from shared.uploads import names
from shared.uploads.forms import form_of
from shared.uploads.report import SUMMARY
from shared.vehicles.reports import IntakeReport
from shared.vehicles.uploads import PREFIX, RenderName, render_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from local.printed import Say
    from shared.ports import ObjectStore

PICTURES = {".png", ".tif", ".tiff"}
_PAUSE_SECONDS = 0.5
_SHOWN = 20
# Fields of a sidecar that no trip has.
_OF_SIDECARS = {"contacts", "horizon_y", "roof_y", "badge_box", "px_size", "camera_height_m"}


@dataclass(frozen=True)
class Upload:
    """A file's bytes and the key they get."""

    key: str
    data: bytes

    @property
    def etag(self) -> str:
        """Return the etag that object storage gives it."""
        return hashlib.md5(self.data, usedforsecurity=False).hexdigest().upper()

    @property
    def sha256(self) -> str:
        """Return the digest that reports name."""
        return hashlib.sha256(self.data).hexdigest()


def planned(files: Sequence[Path], name: str, vehicle: str, say: Say) -> list[Upload]:
    """Return what is put where; InvalidRequestError for a file that has no place there."""
    for path in files:
        if _is_style(path):
            msg = (
                f"{path} is a style: it is deployed with the code, from comfyui/styles/; check it "
                f"there: poster styles check {path.stem}"
            )
            raise InvalidRequestError(msg)
    if vehicle or any(path.suffix.lower() in PICTURES or _sidecar(path) for path in files):
        found = [Upload(_render_key(path, vehicle, say), path.read_bytes()) for path in files]
        # The render comes last: what it needs lies there when it is looked at.
        return sorted(found, key=lambda each: _is_render(each.key))
    if name and len(files) > 1:
        msg = "--name is for one file; leave it out to keep the files' own names"
        raise InvalidRequestError(msg)
    found = [Upload(names.TRIPS + (name or path.name), path.read_bytes()) for path in files]
    for each in found:
        form_of(each.key)
    return found


def put(uploads: Sequence[Upload], *, wait: float, mount: ObjectStore, say: Say) -> int:
    """Put the files and say what became of them; 1 where something is refused or not known yet."""
    for each in uploads:
        mount.put(each.key, each.data)
        say.note(f"put {each.key}, {len(each.data)} bytes")
    of_trips = uploads[0].key.startswith(names.TRIPS)
    renders = [each for each in uploads if _is_render(each.key)]
    # What is put alone, as a mended sidecar, is told of with the render that lies there.
    wanted = uploads if of_trips else renders or uploads[-1:]
    told, end = [], time.monotonic() + wait
    for each in wanted:
        look = _trips_told if of_trips else _render_told

        def asked(each: Upload = each, look: Any = look) -> dict[str, Any] | None:
            found: dict[str, Any] | None = look(each, uploads, mount)
            return found

        told.append(_awaited(asked, end, say) or {"file": each.key, "ended": "not known yet"})
        _tell(told[-1], say)
    if say.as_json:
        say.value(told)
    if any(each["ended"] == "not known yet" for each in told):
        again = say.again("--wait", f"{2 * wait or 60:.0f}")
        say.refusal(f"no report after {wait:.0f} s; the same again does no harm: {again}")
    return 0 if all(each.get("good") for each in told) else 1


def _tell(told: dict[str, Any], say: Say) -> None:
    shown = {name: value for name, value in told.items() if name not in {"lines", "good"}}
    if not say.as_json:
        say.facts(shown)
    for line in told.get("lines", ())[:_SHOWN]:
        say.progress(f"  {line if isinstance(line, str) else _said(line)}")
    if told.get("vehicle") and told["ended"] == "yes with proposals":
        say.progress(f"offer it: {say.next('vehicles', 'approve', told['vehicle'])}")


def _said(row: dict[str, Any]) -> str:
    """Return a line's refusal as a sentence."""
    faults = [
        f"{each['pointer'] or 'the line'}: {each['detail']}" for each in row.get("problems", ())
    ]
    return f"line {row['line']}: " + "; ".join(faults or [row.get("detail") or row["reason"]])


def _awaited(
    ask: Callable[[], dict[str, Any] | None], end: float, say: Say
) -> dict[str, Any] | None:
    """Ask until there is an answer or the time is up."""
    with say.people.status("") as status:
        while (found := ask()) is None and (left := end - time.monotonic()) > 0:
            status.update(f"waiting for the report, {left:.0f} s at most")
            time.sleep(_PAUSE_SECONDS)
    return found


def _trips_told(upload: Upload, _: Sequence[Upload], mount: ObjectStore) -> dict[str, Any] | None:
    """Return the counts of a file of trips, and the lines that became nothing."""
    told_id = names.upload_id(upload.key, upload.etag, len(upload.data))
    folder = names.report_folder(upload.key, told_id)
    summary = mount.get(folder + SUMMARY)
    if summary is None:
        return None
    told = json.loads(summary)
    lines = [row for row in _rows(folder, mount) if row["outcome"] == "refused"]
    good = told["ended"] == "read" and not told["refused"]
    times = {
        at: datetime.fromisoformat(told[at]) for at in ("begun_at", "finished_at") if told.get(at)
    }
    return {**told, **times, "report": folder, "lines": lines, "good": good}


def _rows(folder: str, mount: ObjectStore) -> Iterator[dict[str, Any]]:
    for item in every_object(mount, f"{folder}part-"):
        for line in (mount.get(item.key) or b"").splitlines():
            yield json.loads(line)


def _render_told(
    upload: Upload, uploads: Sequence[Upload], mount: ObjectStore
) -> dict[str, Any] | None:
    """Return what the report says that knows these files of a render."""
    render = render_of(upload.key)
    if render is None:
        return None
    ours = {(each.key, each.sha256) for each in uploads if each.key in render.uploads()}
    for item in every_object(mount, render.report("").rstrip("/") + "/"):
        data = mount.get(item.key) if item.key.endswith("/report.json") else None
        report = IntakeReport.model_validate_json(data) if data else None
        known = {(each.key, each.sha256) for each in report.delivered} if report else set()
        if report and ours <= known:
            lines = [f"{each.kind}: {each.text}" for each in report.reasons]
            folder = item.key.removesuffix("report.json")
            return {
                "file": upload.key,
                "ended": report.verdict,
                "vehicle": f"{report.vehicle}/{report.version}",
                "report": folder,
                "lines": lines,
                "good": report.verdict == "yes",
            }
    return None


def _is_render(key: str) -> bool:
    """Say whether it is the render itself, for which a report is written."""
    name = render_of(key)
    return isinstance(name, RenderName) and name.uploads()[key] == ".png"


def _render_key(path: Path, vehicle: str, say: Say) -> str:
    folders = vehicle.split("/") if vehicle else list(path.resolve().parent.parts[-3:])
    model, generation, paint = (*folders, "", "", "")[:3]
    for key in (
        f"{PREFIX}{model}/{generation}/{paint}/{path.name}",
        f"{PREFIX}{model}/{generation}/{path.name}",
    ):
        found = render_of(key)
        if found is not None and found.paint == paint:
            return key
    told = _sidecar(path)
    paint = "/".join(told.get(each, each.upper()) for each in ("model", "generation", "paint"))
    page = "docs/how-to/add-a-vehicle.md"
    msg = f"{path.name} of {'/'.join(folders)} is no render's name ({page}): "
    raise InvalidRequestError(msg + say.again("--vehicle", paint))


def _sidecar(path: Path) -> dict[str, Any]:
    """Return what a file says that describes a render, nothing of another file."""
    found = _object(path)
    return found if _OF_SIDECARS & found.keys() else {}


def _is_style(path: Path) -> bool:
    return {"style_words", "workflow"} <= _object(path).keys()


def _object(path: Path) -> dict[str, Any]:
    """Return the object in a JSON file, an empty one for any other file."""
    try:
        found = json.loads(path.read_bytes()) if path.suffix.lower() == ".json" else {}
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}
