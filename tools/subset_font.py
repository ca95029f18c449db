"""Make the fonts of captions and marks from the files of their makers.

python -m tools.subset_font SOURCE ...

A source is a font file, or the folder `files` of one face as the package index of JavaScript has it
(the face lies there in many pieces). What it is made into follows from its name (`MADE_OF`):

    apt-get download fonts-noto-cjk fonts-smiley-sans     (dpkg -x FILE.deb FOLDER unpacks one)
    npm pack @fontsource/ma-shan-zheng @fontsource/zcool-qingke-huangyou
    npm pack @fontsource/zcool-kuaile @fontsource/noto-sans-sc     (tar xzf FILE.tgz; weight 300)

fontTools is needed, which nothing else here needs. All faces are under the SIL Open Font License
1.1; the texts lie beside the fonts. Subsets bear names of their own, as reserved names ask.

Kept in the wide font: GB 2312 (all simplified characters in common use, and punctuation), level 1
of Big5 (the traditional ones), Latin-1, and every character of the landmarks. Kept in a style's
face: level 1 of GB 2312, every character of our tables of places and sights, Latin-1. For the mark
its own four. Taken away: hinting, since posters are large and hints differ between versions of
FreeType; layout features, since captions are set glyph by glyph; vertical metrics. Styles' faces
are packed as WOFF, and all get one dot between names: some have none, some one as wide as a
character.
"""

import json
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from fontTools import subset
from fontTools.merge import Merger
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.ttLib import TTFont

from shared.results.label import MARK

ROOT = Path(__file__).parents[1]
FONTS = ROOT / "comfyui" / "custom_nodes" / "trip_poster" / "fonts"
MARKS = ROOT / "shared" / "results" / "fonts"
CAPTION = FONTS / "caption-subset.otf"
LANDMARKS = ROOT / "shared" / "prompts" / "landmarks.json"
PLACES = [ROOT / "shared" / "trips" / f"{name}.json" for name in ("divisions", "world", "sights")]
# The full name of a source, and what is made of it: for captions, for the mark.
MADE_OF: dict[str, tuple[Path | None, Path | None]] = {
    "Noto Serif CJK SC Bold": (CAPTION, None),
    "Noto Serif CJK SC": (None, MARKS / "serif.otf"),
    "Ma Shan Zheng Regular": (FONTS / "brush.woff", None),
    "ZCOOL QingKe HuangYou Regular": (FONTS / "poster.woff", MARKS / "poster.otf"),
    "ZCOOL KuaiLe Regular": (FONTS / "round.woff", MARKS / "round.otf"),
    "Smiley Sans Oblique": (FONTS / "slanted.woff", MARKS / "slanted.otf"),
    "Noto Sans SC Thin Light": (FONTS / "tube.woff", MARKS / "tube.otf"),
}
_UNUSED_TABLES = ["vhea", "vmtx", "VORG", "BASE", "GPOS", "GSUB", "GDEF", "DSIG", "STAT"]
# Copyright, names, version, licence and its address.
_KEPT_NAMES = [0, 1, 2, 3, 4, 5, 6, 13, 14]
_OWN_NAMES = (1, 3, 4, 6, 16, 17)
_LATIN = {chr(code) for code in (*range(0x20, 0x7F), *range(0xA0, 0x100))}
_DOT, _DOT_WIDTH, _DOT_RADIUS, _DOT_HEIGHT = 0xB7, 0.5, 0.075, 0.36


def gb2312() -> set[str]:
    """Return every character of GB 2312, levels 1 and 2 and the symbols."""
    return _decoded("gb2312", range(0xA1, 0xF8), range(0xA1, 0xFF))


def gb2312_level_1() -> set[str]:
    """Return the 3,755 simplified characters in the commonest use."""
    return _decoded("gb2312", range(0xB0, 0xD8), range(0xA1, 0xFF))


def big5_level_1() -> set[str]:
    """Return the 5,401 traditional characters in common use."""
    return _decoded("big5", range(0xA4, 0xC7), (*range(0x40, 0x7F), *range(0xA1, 0xFF)))


def characters() -> set[str]:
    """Return all that the wide font is to hold."""
    return gb2312() | big5_level_1() | _LATIN | _named(LANDMARKS) | set("·‧•–—‘’“”…﹒　")


def face_characters() -> set[str]:
    """Return all that a style's face is to hold, as far as its maker drew it."""
    places = set().union(*(_named(path) for path in (LANDMARKS, *PLACES)))
    return gb2312_level_1() | places | _LATIN | set("·–—‘’“”…，。、！？：；《》（）")


def main(sources: list[str]) -> None:
    """Write the fonts made of each source and say what they hold."""
    for source in sources:
        files = [*_files(Path(source))]
        name = str(files[0][1]["name"].getDebugName(4))
        if name not in MADE_OF:
            raise SystemExit(f"{source} holds {name}, none of {', '.join(MADE_OF)}")
        fonts = [font for _, font in files]
        caption, mark = MADE_OF[name]
        if caption:
            wide = caption == CAPTION
            _write(fonts, characters() if wide else face_characters(), caption)
        if mark:
            _write([*(font for _, font in _files(Path(source)))], set(MARK), mark)


def _files(source: Path) -> Iterator[tuple[Path, TTFont]]:
    """Yield the fonts of a source: one, or the pieces of one face, the largest first."""
    if source.is_dir():
        paths = sorted(source.glob("*-[34]00-normal.woff"), key=lambda each: -each.stat().st_size)
        lightest = min(path.name.split("-")[-2] for path in paths)
        paths = [path for path in paths if path.name.split("-")[-2] == lightest]
        yield from ((path, TTFont(path, recalcTimestamp=False)) for path in paths)
        return
    for number in range(16 if source.suffix == ".ttc" else 1):
        font = TTFont(source, fontNumber=number, recalcTimestamp=False)
        if str(font["name"].getDebugName(4)) in MADE_OF:
            yield source, font
            return
    raise SystemExit(f"{source} holds none of {', '.join(MADE_OF)}")


def _write(fonts: list[TTFont], wanted: set[str], target: Path) -> None:
    font = _joined(fonts, {ord(each) for each in wanted})
    if target.suffix == ".woff":
        _draw_dot(font)
    if not str(font["name"].getDebugName(4)).startswith("Noto"):
        _rename(font, f"Trip Poster {target.stem.title()}")
    font["head"].modified = font["head"].created  # the same bytes whenever it is made
    font.recalcTimestamp = False
    font.flavor = "woff" if target.suffix == ".woff" else None
    font.save(target)
    absent = "".join(sorted(wanted - {chr(code) for code in font.getBestCmap()}))
    size = target.stat().st_size / 1e6
    print(f"{target.relative_to(ROOT)}: {len(font.getBestCmap())} characters, {size:.2f} MB")
    print(f"not in the source font: {absent or 'none'}")


def _joined(fonts: list[TTFont], wanted: set[int]) -> TTFont:
    """Cut each piece down to what no piece before it has, and put the pieces together."""
    with tempfile.TemporaryDirectory() as folder:
        parts: list[str] = []
        for font in fonts:
            here = wanted & set(font.getBestCmap())
            if here:
                wanted = wanted - here
                parts.append(f"{folder}/{len(parts)}.ttf")
                _cut(font, here).save(parts[-1])
        if len(parts) == 1:
            return TTFont(parts[0], recalcTimestamp=False, lazy=False)
        joined = Merger().merge(parts)
        joined.ensureDecompiled()
        return joined


def _cut(font: TTFont, codes: set[int]) -> TTFont:
    options = subset.Options()
    options.hinting = False
    options.layout_features = []
    options.name_IDs = _KEPT_NAMES
    options.drop_tables += _UNUSED_TABLES
    cutter = subset.Subsetter(options)
    cutter.populate(unicodes=sorted(codes))
    cutter.subset(font)
    font.flavor = None
    return font


def _draw_dot(font: TTFont) -> None:
    """Add the dot between names: a disc, in the middle of half an em."""
    em = font["head"].unitsPerEm
    pen = TTGlyphPen(None)
    x, y, r = em * _DOT_WIDTH / 2, em * _DOT_HEIGHT, em * _DOT_RADIUS
    side = r * 0.4142
    ring = [(r, side), (side, r), (-side, r), (-r, side)]
    ring += [(-a, -b) for a, b in ring]
    pen.qCurveTo(*[(round(x + a), round(y + b)) for a, b in reversed(ring)], None)
    pen.closePath()
    font.setGlyphOrder([*font.getGlyphOrder(), "dot.between"])
    font["glyf"]["dot.between"] = pen.glyph()
    font["hmtx"]["dot.between"] = (round(em * _DOT_WIDTH), round(x - r))
    for table in font["cmap"].tables:
        if table.isUnicode():
            table.cmap[_DOT] = "dot.between"


def _rename(font: TTFont, name: str) -> None:
    """Give a changed font a name of its own; copyright and licence stay."""
    for record in [*font["name"].names]:
        if record.nameID in _OWN_NAMES:
            own = name.replace(" ", "") if record.nameID == 6 else name
            font["name"].setName(
                own, record.nameID, record.platformID, record.platEncID, record.langID
            )


def _named(path: Path) -> set[str]:
    """Return every visible character of a table's names."""
    text = json.dumps(json.loads(path.read_bytes()), ensure_ascii=False)
    return {each for each in text if each.isprintable()}


def _decoded(encoding: str, rows: range, cells: range | tuple[int, ...]) -> set[str]:
    pairs = (bytes((row, cell)) for row in rows for cell in cells)
    return {text for pair in pairs if (text := pair.decode(encoding, errors="ignore"))}


if __name__ == "__main__":
    main(sys.argv[1:])
