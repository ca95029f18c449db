"""Real renders and photos from a folder outside the project, taken in on the fly."""

import hashlib
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from PIL import Image

from local.cloud.files import replace_bytes
from local.painter import png_of
from shared.pictures.colour import colours_of, to_srgb
from shared.pictures.decoding import decoded
from shared.quality.plate import reasons_to_refuse
from shared.quality.thresholds import Thresholds
from shared.vehicles.freeze import freeze_bytes, mount_files
from shared.vehicles.sidecar import Light, Sidecar, Titles
from tools.gallery.making import Picture, Studio
from tools.gallery.scenes import GalleryScene

_SIZE, _HORIZON, _MOST = (1152, 1440), 0.56, 200_000_000
# Read off the picture: where the tyres stand and where the render's camera has its horizon.
_TOY_CONTACTS = ((560.0, 950.0), (1260.0, 1310.0), (2180.0, 1130.0), (1480.0, 830.0))
_TOY_HORIZON = -60.0


@dataclass(frozen=True)
class Photo:
    """A photo: its horizon's row and the crop's middle, as shares; what it shows.

    A photo that does not fit has no place for a car, and has to be refused before one is put there.
    """

    file: str
    horizon: float
    middle: float
    season: str
    weather: str
    time_of_day: str
    fits: bool = True


_PHOTOS = (
    Photo("road.jpg", 0.795, 0.61, "autumn", "overcast", "day"),
    Photo("mountain_path.jpg", 0.61, 0.55, "summer", "clear", "day", fits=False),
    Photo("sunset_hill.jpg", 0.47, 0.42, "autumn", "clear", "dusk"),
    Photo("field.jpg", 0.12, 0.60, "summer", "clear", "dusk", fits=False),
)


@dataclass
class PhotoWork:
    """A photo of the folder, cropped to a plate, and the cars that are put on it."""

    path: Path
    photo: Photo
    vehicles: Sequence[str]

    def made(self, studio: Studio) -> list[Picture]:
        """Return the posters on the plate, or the plate itself when no car can be put on it."""
        scene, plate = _scene(self.photo), cropped(self.path, self.photo)
        with Image.open(io.BytesIO(plate)) as opened:
            reasons = reasons_to_refuse(np.asarray(opened), Thresholds())
        if reasons:
            return [studio.refuse(scene, plate, reasons, rightly=not self.photo.fits)]
        made = (studio.make(scene, plate, vehicle) for vehicle in self.vehicles)
        return [replace(each, is_counter_example=not self.photo.fits) for each in made]


def real_works(folder: Path, mount: Path, only: Sequence[str]) -> Iterator[PhotoWork]:
    """Yield each photo with all toy cars, which are frozen onto the mount."""
    vehicles = list(_toys(folder / "vehicles", mount))
    for photo in _PHOTOS:
        name = _scene(photo).name
        wanted = [v for v in vehicles if all(w in f"{name} {v}" for w in only)]
        path = folder / "scenes" / photo.file
        if wanted and path.is_file():
            yield PhotoWork(path, photo, wanted)


def cropped(path: Path, photo: Photo) -> bytes:
    """Cut the largest upright plate whose horizon lies where the scenes have it."""
    found = decoded(path.read_bytes(), max_bytes=_MOST, max_pixels=_MOST, modes=("RGB", "RGBA"))
    picture = to_srgb(found.pixels.convert("RGB"), colours_of(found.contents))
    width, height = _SIZE
    above = photo.horizon * picture.height / _HORIZON
    below = (1 - photo.horizon) * picture.height / (1 - _HORIZON)
    tall = min(picture.width * height / width, above, below)
    top = photo.horizon * picture.height - _HORIZON * tall
    wide = tall * width / height
    left = min(max(photo.middle * picture.width - wide / 2, 0), picture.width - wide)
    box = (round(left), round(top), round(left + wide), round(top + tall))
    return png_of(picture.crop(box).resize(_SIZE, Image.Resampling.LANCZOS))


def _scene(photo: Photo) -> GalleryScene:
    name = f"{photo.file.partition('.')[0]}-{photo.season}-{photo.weather}-{photo.time_of_day}"
    return GalleryScene(
        name=f"photo-{name}",
        season=photo.season,
        weather=photo.weather,
        time_of_day=photo.time_of_day,
        prompt="",
        title="一路风景",
        line="在路上",
    )


def _toys(folder: Path, mount: Path) -> Iterator[str]:
    for render in sorted(folder.glob("toy_*.png")):
        if render.name.endswith(".badge.png"):
            continue
        data, badge = render.read_bytes(), render.with_suffix(".badge.png").read_bytes()
        vehicle = freeze_bytes(data, badge, _sidecar(data, badge, render.stem.partition("_")[2]))
        for key, content in mount_files(vehicle):
            replace_bytes(mount / key, content)
        yield vehicle.reference


def _sidecar(render: bytes, badge: bytes, paint: str) -> Sidecar:
    with Image.open(io.BytesIO(render)) as opened, Image.open(io.BytesIO(badge)) as mask:
        size, box = opened.size, mask.convert("L").getbbox()
    return Sidecar(
        schema_=1,
        model="toy",
        generation="g1",
        paint=paint,
        titles=Titles(zh="玩具车", en="Toy car"),
        px_size=size,
        sha256=hashlib.sha256(render).hexdigest(),
        colourspace="srgb",
        alpha="coverage",
        contacts=_TOY_CONTACTS,
        roof_y=374,
        horizon_y=_TOY_HORIZON,
        pitch_deg=12.5,
        camera_height_m=2.9,
        light=Light(azimuth_deg=120, elevation_deg=50, softness=0.8, cct_k=6000),
        badge_box=box or (0, 0, 1, 1),
        provenance="Khronos sample ToyCar, CC0",
    )
