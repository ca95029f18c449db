"""Which vehicle is rendered: its names, paints, and how a model file of a maker is to be read."""

import json
from dataclasses import asdict, dataclass, field
from pathlib import Path


@dataclass(frozen=True)
class Paint:
    """A paint: linear sRGB base colour under the varnish, and the vehicle's titles in it."""

    colour: tuple[float, float, float]
    zh: str
    en: str


@dataclass(frozen=True)
class Vehicle:
    """One vehicle; the last five fields are of use with a model file only.

    `materials` gives patterns of the file's material names one of our materials each, the first
    that fits; others keep their own colour. `badge` names the file's materials that are the
    emblem. `forward` and `up` are axes of the file, `metres` the length of its unit (0: the
    file's own).
    """

    model: str
    generation: str
    paints: dict[str, Paint]
    provenance: str
    materials: dict[str, str] = field(default_factory=dict)
    badge: tuple[str, ...] = ()
    forward: str = ""
    up: str = ""
    metres: float = 0.0


CITYCAR = Vehicle(
    "citycar",
    "g1",
    {
        "black": Paint((0.0045, 0.0047, 0.0052), "城市轿车 曜石黑", "Citycar, obsidian black"),
        "white": Paint((0.77, 0.78, 0.78), "城市轿车 云雾白", "Citycar, cloud white"),
        "red": Paint((0.50, 0.006, 0.010), "城市轿车 朱砂红", "Citycar, cinnabar red"),
    },
    "Rendered by tools/render_vehicle from our own parametric model with Mitsuba 3; "
    "an invented car and emblem; Apache-2.0.",
)


def read_vehicle(file: Path) -> Vehicle:
    """Read a vehicle's JSON, fields as in `Vehicle`; raises TypeError for unknown ones."""
    told = json.loads(file.read_text(encoding="utf-8"))
    told["paints"] = {
        name: Paint(tuple(paint["colour"]), paint["zh"], paint["en"])
        for name, paint in told["paints"].items()
    }
    told["badge"] = tuple(told.get("badge", ()))
    return Vehicle(**told)


def write_vehicle(file: Path, vehicle: Vehicle) -> None:
    file.write_text(json.dumps(asdict(vehicle), ensure_ascii=False, indent=1), encoding="utf-8")
