"""Posters drawn over all styles, seasons, hours, paints and formats, composed as the product does.

Then the series is held against what is promised of one. With a folder of real renders and photos,
those are set in as well; nothing of that folder is kept in the project.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from local.printed import Say
from shared.core.errors import NotFoundError
from tools.gallery.drawn import drawn_works
from tools.gallery.making import Picture
from tools.gallery.page import summary, write_page
from tools.gallery.real import real_works
from tools.gallery.work import Work, all_made


@dataclass(frozen=True)
class Drawn:
    """How many are drawn from which seed; `only`: words that a scene or paint must hold."""

    count: int
    seed: int
    only: Sequence[str] = ()
    real: Path | None = None


def draw(asked: Drawn, out: Path, *, say: Say) -> int:
    """Make the pictures, write the page, say where it lies; 1 when a gate failed a sound one."""
    pictures: list[Picture] = []
    for progress, picture in all_made([*_works(asked, out / "mount")], out):
        pictures.append(picture)
        say.note(f"{progress}  {_line(picture)}")
    if not pictures:
        msg = f"no poster of this draw is called {' '.join(asked.only)}: try another --seed"
        raise NotFoundError(msg)
    page = write_page(pictures, out)
    wrong = sum(each.is_wrong for each in pictures)
    told = [] if asked.only or asked.real else [*promises(pictures)]
    if say.as_json:
        kept = {str(each): each.holds for each in told}
        say.value({"posters": len(pictures), "wrong": wrong, "promises": kept, "page": page})
    say.progress(f"\n{summary(pictures)}; {wrong} judged wrongly\n{page}")
    for each in told:
        say.progress(str(each))
    return 1 if wrong or any(not each.holds for each in told) else 0


def _line(picture: Picture) -> str:
    if picture.is_refused:
        found = ", ".join(f"{name} {picture.scores[name]:.2f}" for name in picture.failures)
        return f"{picture.name}: refused before a car was put on it: {found}"
    state = ", ".join(picture.failures) or "passes"
    look = f", to be looked at: {', '.join(picture.doubts)}" if picture.doubts else ""
    copy = f"{picture.app_copy} {picture.app_bytes / 1000:.0f} KB"
    return f"{picture.name} {picture.vehicle} {picture.seconds:.1f} s, {copy}: {state}{look}"


def _works(asked: Drawn, mount: Path) -> Iterator[Work]:
    for work in drawn_works(asked.count, asked.seed):
        if all(word in f"{work.name} {work.plan.members[0]}" for word in asked.only):
            yield work
    if asked.real:
        yield from real_works(asked.real, mount, asked.only)


_PAIRS, _LARGEST_SHARE = 12, 1 / 6
_APP_COPY, _MOST_APP_BYTES = "poster.jpg", 600_000
_CHANGED = ("master.protected_changed",)


@dataclass(frozen=True)
class Promise:
    """One promise, whether it holds, and what was found."""

    text: str
    holds: bool
    found: str

    def __str__(self) -> str:
        """Return it as a line of the report."""
        return f"{'holds' if self.holds else 'BROKEN'}: {self.text}: {self.found}"


def promises(pictures: Sequence[Picture]) -> Iterator[Promise]:
    """Yield each promise; posters that were not made break all that they should have shown."""
    made = [each for each in pictures if each.plan and each.choice]
    yield Promise("every poster is made", len(made) == len(pictures), f"{len(made)}")
    pairs = Counter(
        (each.choice.view, each.plan.layout) for each in made if each.choice and each.plan
    )
    most = max(pairs.values(), default=0)
    told = f"{len(pairs)} pairs, the commonest {most} of {len(made)} times"
    if len(pictures) >= 2 * _PAIRS:
        yield Promise(
            "at least 12 pairs of view and layout, none above a sixth",
            len(pairs) >= _PAIRS and most <= _LARGEST_SHARE * len(made),
            told,
        )
    yield _lit("night posters have a night render", made, _is_night, "night")
    yield _lit("low suns have a low-sun render", made, _is_low, "low_")
    across = [each.name for each in made if "heading_error" in each.failures]
    yield Promise("no car stands across its lane", not across, _named(across))
    changed = sum(each.scores[name] for each in made for name in _CHANGED if name in each.scores)
    yield Promise("no protected pixel differs", changed == 0, f"{changed:.0f} differ")
    yield _small_copies(made)
    failed = [f"{each.name} ({', '.join(each.failures)})" for each in made if each.failures]
    first = sum(each.attempts == 1 and not each.failures for each in made)
    yield Promise(
        f"every poster passes the gate, {first} of {len(made)} with their first plate",
        not failed,
        f"{len(failed)} do not{_and(failed)}",
    )


def _small_copies(made: Sequence[Picture]) -> Promise:
    sizes = [each.app_bytes for each in made]
    wrong = [
        f"{each.name} ({each.app_copy}, {each.app_bytes:,})"
        for each in made
        if each.app_copy != _APP_COPY or each.app_bytes >= _MOST_APP_BYTES
    ]
    widths = [each.scores.get("badge_width", 0.0) for each in made]
    told = f"{min(sizes, default=0):,} to {max(sizes, default=0):,} bytes, badges from "
    told += f"{min(widths, default=0):.0f} px"
    text = f"every app's copy is a JPEG below {_MOST_APP_BYTES:,} bytes"
    return Promise(text, not wrong, f"{told}{_and(wrong)}")


def _lit(
    text: str, made: Sequence[Picture], wanted: Callable[[Picture], bool], light: str
) -> Promise:
    of = [each for each in made if wanted(each)]
    other = [
        f"{each.name} ({each.choice.lit})"
        for each in of
        if each.choice and not each.choice.lit.startswith(light)
    ]
    return Promise(text, not other, f"{len(of) - len(other)} of {len(of)}{_and(other)}")


def _is_night(picture: Picture) -> bool:
    return picture.name.endswith("night")


def _is_low(picture: Picture) -> bool:
    return picture.plan is not None and picture.plan.light.startswith("low_")


def _named(names: Sequence[str]) -> str:
    return f"{len(names)}{_and(names)}"


def _and(names: Sequence[str]) -> str:
    return "".join(f"\n    {name}" for name in names)
