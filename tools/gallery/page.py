"""Show the gallery: one HTML page with all scores, one contact sheet as a picture."""

import html
import math
from collections.abc import Sequence
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont, ImageOps

from tools.gallery.making import Picture

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
    "figure{margin:0;background:#fff;padding:8px}img{width:100%}figcaption>b~b{color:#a40}"
    "figure.bad{outline:4px solid #c00}figure.look{outline:4px solid #d80}"
    "figure.refused{outline:4px dashed #888}figure.refused img{opacity:.45}small{color:#555}"
)


def write_page(pictures: Sequence[Picture], folder: Path) -> Path:
    """Write index.html and sheet.png; return the page's path."""
    figures = "\n".join(_figure(each) for each in pictures)
    head = f"<!doctype html><meta charset=utf-8><title>Gallery</title><style>{_STYLE}</style>"
    title = f"<h1>{summary(pictures)}</h1>"
    page = folder / "index.html"
    page.write_text(f"{head}{title}<main>{figures}</main>", "utf-8")
    _sheet(pictures, folder).save(folder / "sheet.png")
    return page


def summary(pictures: Sequence[Picture]) -> str:
    """Count the posters, those below the gate, those to be looked at, and the refused plates."""
    posters = [each for each in pictures if not each.is_refused]
    failed = sum(bool(each.failures) for each in posters)
    doubted = sum(bool(each.doubts) for each in posters if not each.failures)
    return (
        f"{len(posters)} posters, {failed} below the gate, {doubted} to be looked at; "
        f"{len(pictures) - len(posters)} plates refused"
    )


def _figure(picture: Picture) -> str:
    kind = "refused" if picture.is_refused else "bad" if picture.failures else ""
    kind = kind or ("look" if picture.doubts else "")
    rows = " · ".join(
        f"{label} {picture.scores[name]:.2f}" for label, name in _SHOWN if name in picture.scores
    )
    every = "\n".join(f"{name} = {value}" for name, value in picture.scores.items())
    wrong = html.escape(_remark(picture))
    return (
        f"<figure class='{kind}'><a href='{picture.file}'>"
        f"<img loading=lazy src='{picture.file}'></a>"
        f"<figcaption><b>{picture.name}</b> {picture.vehicle} <small>{picture.app_copy}</small>"
        f"<br>{rows}<br><b>{wrong}</b>"
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
                shown = ImageOps.contain(opened, _TILE, Image.Resampling.LANCZOS)
                sheet.paste(shown, (x + (_TILE[0] - shown.width) // 2, y + _TILE[1] - shown.height))
        colour = _ink(picture)
        pen.text((x, y + _TILE[1] + 2), f"{picture.name[:44]}", fill=colour, font=font)
        foot = _remark(picture) or _brief(picture)
        pen.text((x, y + _TILE[1] + 17), foot[:46], fill=colour, font=font)
        if picture.failures or picture.doubts:
            pen.rectangle((x, y, x + _TILE[0], y + _TILE[1]), outline=colour, width=4)
    return sheet


def _ink(picture: Picture) -> tuple[int, int, int]:
    if picture.is_refused:
        return (120, 120, 120)
    if picture.failures:
        return (200, 0, 0)
    return (205, 120, 0) if picture.doubts else (40, 40, 40)


def _remark(picture: Picture) -> str:
    """Return what speaks against a picture; empty when nothing does."""
    if picture.is_refused:
        return f"no car put here: {', '.join(picture.failures)}"
    if picture.failures:
        return ", ".join(picture.failures)
    return f"to be looked at: {', '.join(picture.doubts)}" if picture.doubts else ""


def _brief(picture: Picture) -> str:
    paint = picture.vehicle.split("/")[2] if picture.vehicle.count("/") > 2 else picture.vehicle
    if picture.plan and picture.choice:
        return f"{paint} {picture.choice.view}.{picture.choice.lit} {picture.plan.layout}"
    contact = picture.scores.get("master.contact_high", math.nan)
    return f"{paint}  contact {contact:.2f}  badge {picture.scores['app.badge_p99']:.1f}"
