"""Forms by which a browser puts the files of a render where intake looks for them."""

from __future__ import annotations

from functions.manage_vehicle.schema import FormsView, FormView, UploadFile, UploadWish
from shared.core.errors import InvalidRequestError, Problem
from shared.ports import ObjectStore
from shared.vehicles.uploads import DRAWN, RenderName

_SIDECAR_BYTES = 262_144
_TYPES = {"png": "image/png", "tif": "image/tiff", "tiff": "image/tiff", "json": "application/json"}


def forms(wish: UploadWish, *, max_bytes: int, seconds: int, mount: ObjectStore) -> FormsView:
    """Return a form for each file; InvalidRequestError says which files have no place."""
    if bool(wish.view) != bool(wish.light):
        lacking = "/view" if wish.light else "/light"
        problem = Problem(lacking, "view and light come together, or neither", "missing")
        raise InvalidRequestError(problems=(problem,))
    name = RenderName(wish.model, wish.generation, wish.paint, wish.view, wish.light)
    keys = [_key(name, file) for file in wish.files]
    problems = [
        Problem(f"/files/{number}", words, code)
        for number, (file, key) in enumerate(zip(wish.files, keys, strict=True))
        for code, words in _fault(file, key, keys[:number], max_bytes)
    ]
    if problems:
        raise InvalidRequestError(problems=tuple(problems))
    signed = [
        mount.post_form(key, size=file.size, media_type=file.type, seconds=seconds)
        for file, key in zip(wish.files, keys, strict=True)
    ]
    views = (
        FormView(url=form.url, fields=dict(form.fields), key=key, name=file.name)
        for form, key, file in zip(signed, keys, wish.files, strict=True)
    )
    return FormsView(forms=tuple(views), expires_at=min(each.expires_at for each in signed))


def _key(name: RenderName, file: UploadFile) -> str:
    """Return where a file belongs by the ending of its name, "" for one that has no place."""
    stem, _, form = file.name.lower().rpartition(".")
    if not stem or _TYPES.get(form) != file.type:
        return ""
    parts = [part for part in name.parts if part != DRAWN]
    for part in sorted(parts, key=len, reverse=True):
        kind, _, own = part.rpartition(".")
        if (own == "json") == (form == "json") and (not kind or stem.endswith(kind)):
            return name.upload(part, form)
    return ""


def _fault(file: UploadFile, key: str, before: list[str], max_bytes: int) -> list[tuple[str, str]]:
    """Return the first thing that is wrong with a file, as a code and in words."""
    most = min(max_bytes, _SIDECAR_BYTES) if key.endswith(".json") else max_bytes
    ending = (
        "its name ends in .png, .tif, .tiff or .json, .badge, .mask or a pass before it, as its "
        "type says"
    )
    faults = {
        ("file_name", ending): not key,
        ("file_too_large", f"at most {most} bytes"): file.size > most,
        ("file_twice", "another file of the request has its place"): bool(key) and key in before,
    }
    return [fault for fault, holds in faults.items() if holds][:1]
