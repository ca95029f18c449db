"""Show the gallery: one HTML page with all scores, one contact sheet as a picture."""

from __future__ import annotations

import html
import math
from typing import TYPE_CHECKING

from PIL import Image, ImageDraw, ImageFont

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from scripts.gallery.making import Picture

_SHOWN = (
    ("changed", "master.protected_changed"),
    ("edge", "master.edge_mean"),
    ("halo", "master.halo_dark"),
    ("contact", "master.contact_high"),
    ("geometry", "geometry_error"),
    ("caption", "master.caption_contrast"),
    ("app badge", "app.badge_p99"),
    ("app edge", "app.edge_mean"),
)
_TILE, _FOOT, _GAP = (288, 360), 34, 8
_STYLE = (
    "body{font:13px/1.4 sans-serif;margin:16px;background:#f4f4f2}"
    "main{display:grid;grid-template-columns:repeat(auto-fill,minmax(300px,1fr));gap:14px}"
    "figure{margin:0;background:#fff;padding:8px}img{width:100%}b.bad{color:#c00}"
    "figure.bad{outline:4px solid #c00}small{color:#555}"
)


def write_page(pictures: Sequence[Picture], folder: Path) -> Path:
    """Write index.html and sheet.png; return the page's path."""
    figures = "\n".join(_figure(each) for each in pictures)
    failed = sum(bool(each.failures) for each in pictures)
    meant = sum(each.is_counter_example for each in pictures)
    head = f"<!doctype html><meta charset=utf-8><title>Gallery</title><style>{_STYLE}</style>"
    title = (
        f"<h1>{len(pictures)} posters, {failed} below the gate, {meant} of them meant to be</h1>"
    )
    page = folder / "index.html"
    page.write_text(f"{head}{title}<main>{figures}</main>", "utf-8")
    _sheet(pictures, folder).save(folder / "sheet.png")
    return page


def _figure(picture: Picture) -> str:
    bad = ' class="bad"' if picture.failures else ""
    rows = " · ".join(
        f"{label} {picture.scores[name]:.2f}" for label, name in _SHOWN if name in picture.scores
    )
    every = "\n".join(f"{name} = {value}" for name, value in picture.scores.items())
    wrong = html.escape(", ".join(picture.failures))
    return (
        f"<figure{bad}><a href='{picture.file}'><img loading=lazy src='{picture.file}'></a>"
        f"<figcaption><b>{picture.name}</b> {picture.vehicle} <small>{picture.app_copy}</small>"
        f"<br>{rows}<br><b class=bad>{wrong}</b>"
        f"<details><summary>all scores</summary><pre>{html.escape(every)}</pre></details>"
        f"</figcaption></figure>"
    )


def _sheet(pictures: Sequence[Picture], folder: Path) -> Image.Image:
    columns = min(len(pictures), max(1, math.ceil(math.sqrt(len(pictures) * 1.4))))
    rows = math.ceil(len(pictures) / columns)
    width, height = _TILE[0] + _GAP, _TILE[1] + _FOOT + _GAP
    sheet = Image.new("RGB", (columns * width + _GAP, rows * height + _GAP), (244, 244, 242))
    pen, font = ImageDraw.Draw(sheet), ImageFont.load_default(12)
    for at, picture in enumerate(pictures):
        x, y = _GAP + at % columns * width, _GAP + at // columns * height
        if picture.file:
            with Image.open(folder / picture.file) as opened:
                sheet.paste(opened.resize(_TILE, Image.Resampling.LANCZOS, reducing_gap=2), (x, y))
        colour = (200, 0, 0) if picture.failures else (40, 40, 40)
        pen.text((x, y + _TILE[1] + 2), f"{picture.name[:44]}", fill=colour, font=font)
        foot = ", ".join(picture.failures) or _brief(picture)
        pen.text((x, y + _TILE[1] + 17), foot[:46], fill=colour, font=font)
        if picture.failures:
            pen.rectangle((x, y, x + _TILE[0], y + _TILE[1]), outline=colour, width=4)
    return sheet


def _brief(picture: Picture) -> str:
    paint = picture.vehicle.split("/")[2] if picture.vehicle.count("/") > 2 else picture.vehicle
    contact = picture.scores.get("master.contact_high", math.nan)
    return f"{paint}  contact {contact:.2f}  badge {picture.scores['app.badge_p99']:.1f}"
