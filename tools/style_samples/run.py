"""Make the samples, or shrink posters that somebody else's painter made."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from local.printed import Say
from local.trip_file import trip_in
from shared.core.errors import InvalidRequestError, NotFoundError
from shared.styles import offered_styles
from shared.trips.facts import Season, facts_of
from tools.gallery.work import all_made
from tools.style_samples.shrunk import COVER, SAMPLE, shrunk
from tools.style_samples.works import sample_works

_KINDS = (".png", ".jpg", ".jpeg", ".webp")
_OF_COVER = Season.AUTUMN


@dataclass(frozen=True)
class Asked:
    """What is to be sampled.

    `posters`: a folder of `{style}-{season}` pictures to be used; else the trip is painted here,
    with `vehicle` (model/generation/paint) of the bundled ones.
    """

    trip: Path
    vehicle: str
    seed: int
    posters: Path | None = None


def write_samples(asked: Asked, out: Path, work: Path, *, say: Say) -> int:
    """Write the small pictures, and who painted them, to `out`; `work` is for whole posters."""
    out.mkdir(parents=True, exist_ok=True)
    made = _found(asked.posters) if asked.posters else _painted(asked, work, say)
    written = 0
    for (style, season), poster in made:
        data = poster.read_bytes()
        (out / f"{style}-{season.value}.jpg").write_bytes(shrunk(data, SAMPLE))
        if season is _OF_COVER:
            (out / f"{style}.jpg").write_bytes(shrunk(data, COVER))
        written += 1
    about = {"painter": "own" if asked.posters else "demonstration"}
    (out / "about.json").write_text(json.dumps(about) + "\n", "utf-8")
    say.progress(f"{written} samples\n{out}")
    return 0


_Made = Iterator[tuple[tuple[str, Season], Path]]


def _painted(asked: Asked, work: Path, say: Say) -> _Made:
    model, generation, paint = _car(asked.vehicle)
    styles = list(offered_styles().values())
    facts = facts_of(trip_in(asked.trip).trip)
    works = list(sample_works(facts, (model, generation, paint), styles, seed=asked.seed))
    wanted = [(look.id, season) for look in styles for season in Season]
    for name, (progress, picture) in zip(wanted, all_made(works, work), strict=True):
        say.note(f"{progress}  {picture.name}: {', '.join(picture.failures) or 'passes'}")
        if picture.failures:
            told = ", ".join(picture.failures)
            msg = f"{picture.name} is no sample to show: {told}; try another --seed or --trip"
            raise InvalidRequestError(msg)
        yield name, work / picture.file


def _car(vehicle: str) -> tuple[str, str, str]:
    parts = vehicle.split("/")
    if len(parts) != 3:
        msg = f"--vehicle {vehicle}: write model/generation/paint, as citycar/g1/red"
        raise InvalidRequestError(msg)
    return parts[0], parts[1], parts[2]


def _found(folder: Path) -> _Made:
    there: Mapping[str, Path] = {
        path.stem: path for path in sorted(folder.iterdir()) if path.suffix.lower() in _KINDS
    }
    wanted = [(look, season) for look in offered_styles() for season in Season]
    missing = [f"{look}-{season.value}" for look, season in wanted]
    missing = [name for name in missing if name not in there]
    if missing:
        msg = f"{folder} lacks {', '.join(missing)}; each is a .png, .jpg or .webp"
        raise NotFoundError(msg)
    for look, season in wanted:
        yield (look, season), there[f"{look}-{season.value}"]
