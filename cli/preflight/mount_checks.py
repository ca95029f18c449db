"""What must lie on the mount before the first trip: vehicles, weights, the node pack."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from cli.preflight.bundle_checks import PACK
from cli.preflight.findings import Place
from shared.core.errors import suggestion
from shared.vehicles.register import read_catalogue
from shared.workflows.load import load_workflow

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cli.preflight.findings import Finding
    from cli.preflight.world import World
    from shared.ports import ObjectStore
    from shared.styles import Style
    from shared.workflows.model import Workflow

_DEFAULT_VEHICLE = "citycar/g1/black"
# Which input of which class names a file, and the folder that ComfyUI looks for it in.
_FOLDERS = {
    ("CheckpointLoaderSimple", "ckpt_name"): "checkpoints",
    ("LoraLoader", "lora_name"): "loras",
    ("LoraLoaderModelOnly", "lora_name"): "loras",
    ("ControlNetLoader", "control_net_name"): "controlnet",
    ("VAELoader", "vae_name"): "vae",
    ("CLIPLoader", "clip_name"): "text_encoders",
    ("UNETLoader", "unet_name"): "diffusion_models",
    ("UpscaleModelLoader", "model_name"): "upscale_models",
}


def check_vehicles(world: World) -> Iterator[Finding]:
    """The default vehicle is in the catalogue, and its files lie on the mount."""
    place, mount = Place("vehicles"), world.ports.mount()
    wanted = world.variables.get("DEFAULT_VEHICLE") or _DEFAULT_VEHICLE
    entries = read_catalogue(mount).leading()
    known = ["/".join(entry.name) for entry in entries]
    entry = next((each for each in entries if "/".join(each.name) == wanted), None)
    if entry is None:
        ready = ", ".join(known) or "none yet"
        yield place.failure(
            f"DEFAULT_VEHICLE {wanted} is not in the catalogue{suggestion(wanted, known)}",
            f"upload it (docs/how-to/add-a-vehicle.md), or set one of: {ready}",
        )
    elif mount.head(f"input/vehicles/{entry.reference}/sidecar.json") is None:
        yield place.failure(
            f"the files of {entry.reference} are not on the mount", "upload the vehicle again"
        )
    else:
        yield place.ok(f"{len(known)} in the catalogue, by default {wanted}")


def check_models(world: World) -> Iterator[Finding]:
    """The weights that the styles' workflows load lie in the mount's folders."""
    place, mount = Place("models"), world.ports.mount()
    styles = world.ports.styles()
    needed = {(s.id, f, n) for s in styles.values() for f, n in weights(s)}
    faults = 0
    for style, folder, name in sorted(needed):
        if mount.head(f"models/{folder}/{name}") is not None:
            continue
        offered = styles[style].offered
        what = f"the style {style} loads models/{folder}/{name}, which is not on the mount"
        what += suggestion(name, _files(mount, folder))
        if offered:
            faults += 1
            yield place.failure(what, "upload it, or take the style off with `offered`: false")
        elif not world.options.local:
            yield place.warning(f"{what}; it is not offered", "upload it before it is offered")
    if not faults:
        count = sum(1 for style, _, _ in needed if styles[style].offered)
        yield place.ok(f"{count} files wanted by offered styles, all there")


def check_uploaded_pack(world: World) -> Iterator[Finding]:
    """The node pack on the mount is this release's, byte for byte."""
    place, mount = Place("node pack on the mount"), world.ports.mount()
    if world.options.local:
        yield place.ok("the local engine loads this project's own")
        return
    files = [path for path in sorted(PACK.rglob("*")) if _ships(path.suffix) and path.is_file()]
    wrong = []
    for path in files:
        found = mount.head(f"custom_nodes/trip_poster/{path.relative_to(PACK).as_posix()}")
        digest = hashlib.md5(path.read_bytes(), usedforsecurity=False).hexdigest().upper()
        # Uploads in parts have an etag of another kind, with a dash.
        if found is None or ("-" not in found.etag and found.etag != digest):
            wrong.append(path.name)
    if wrong:
        yield place.failure(
            f"{len(wrong)} of {len(files)} files are missing or of another release: "
            f"{', '.join(wrong[:5])}",
            "upload comfyui/custom_nodes to the mount, and restart the GPU service",
        )
    else:
        yield place.ok(f"{len(files)} files, the same as here")


def weights(style: Style) -> Iterator[tuple[str, str]]:
    """Yield folder and name of each file that a style's workflow loads."""
    workflow = load_workflow(style.workflow)
    named = _bound(style, workflow)
    for key, node in workflow.nodes.items():
        for name, value in node.inputs.items():
            folder = _FOLDERS.get((node.class_type, name))
            if folder is not None and not isinstance(value, tuple):
                yield folder, str(named.get((key, name), value))


def _bound(style: Style, workflow: Workflow) -> dict[tuple[str, str], object]:
    """Return (node, input) -> what the style or the workflow's default sets there."""
    titles = {node.meta.title: key for key, node in workflow.nodes.items()}
    found: dict[tuple[str, str], object] = {}
    for spec in workflow.inputs:
        value = style.bound_inputs.get(spec.name, spec.default)
        for target in spec.targets:
            if value is not None and target.title in titles:
                found[titles[target.title], target.input] = value
    return found


def _files(mount: ObjectStore, folder: str) -> list[str]:
    prefix = f"models/{folder}/"
    return [item.key.removeprefix(prefix) for item in mount.page(prefix).items]


def _ships(suffix: str) -> bool:
    return suffix not in {".pyc", ""}
