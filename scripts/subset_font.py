"""Make the fonts: the caption's, of Noto Serif CJK SC Bold, and the mark's, of Noto Sans CJK SC.

python -m scripts.subset_font NotoSerifCJK-Bold.ttc
python -m scripts.subset_font NotoSansCJK-Regular.ttc
(files of Debian's package fonts-noto-cjk; fontTools is needed, which nothing else here needs)

Kept for captions: GB 2312 (all simplified characters in common use, and punctuation), level 1 of
Big5 (the traditional ones), Latin-1, and every character of the landmarks; for the mark its own
four. Taken away: hinting, since posters are large and hints differ between versions of FreeType;
layout features, since the caption is set glyph by glyph; vertical metrics.
"""

from __future__ import annotations

import sys
from pathlib import Path

from fontTools import subset
from fontTools.ttLib import TTFont

from shared.results.label import MARK

ROOT = Path(__file__).parents[1]
CAPTION = ROOT / "comfyui" / "custom_nodes" / "trip_poster" / "fonts" / "caption-subset.otf"
LABEL = ROOT / "shared" / "results" / "fonts" / "label-subset.otf"
LANDMARKS = ROOT / "shared" / "prompts" / "landmarks.json"
_MADE_OF = {"Noto Serif CJK SC Bold": CAPTION, "Noto Sans CJK SC": LABEL}
_UNUSED_TABLES = ["vhea", "vmtx", "VORG", "BASE", "GPOS", "GSUB", "GDEF", "DSIG", "STAT"]
# Copyright, names, version, licence and its address.
_KEPT_NAMES = [0, 1, 2, 3, 4, 5, 6, 13, 14]


def gb2312() -> set[str]:
    """Return every character of GB 2312, levels 1 and 2 and the symbols."""
    return _decoded("gb2312", range(0xA1, 0xF8), range(0xA1, 0xFF))


def big5_level_1() -> set[str]:
    """Return the 5,401 traditional characters in common use."""
    return _decoded("big5", range(0xA4, 0xC7), (*range(0x40, 0x7F), *range(0xA1, 0xFF)))


def characters() -> set[str]:
    """Return all that the font is to hold."""
    latin = {chr(code) for code in (*range(0x20, 0x7F), *range(0xA0, 0x100))}
    named = {c for c in LANDMARKS.read_text(encoding="utf-8") if c.isprintable()}
    return gb2312() | big5_level_1() | latin | named | set("·‧•–—‘’“”…﹒　")


def main(source: str) -> None:
    """Write the subset and say what it holds."""
    font, target = _known(source)
    wanted = characters() if target == CAPTION else set(MARK)
    options = subset.Options()
    options.hinting = False
    options.layout_features = []
    options.name_IDs = _KEPT_NAMES
    options.drop_tables += _UNUSED_TABLES
    cutter = subset.Subsetter(options)
    cutter.populate(unicodes=[ord(each) for each in wanted])
    cutter.subset(font)
    font["head"].modified = font["head"].created  # the same bytes whenever it is made
    font.recalcTimestamp = False
    font.save(target)
    absent = "".join(sorted(wanted - {chr(code) for code in font.getBestCmap()}))
    size = target.stat().st_size / 1e6
    print(f"{target.relative_to(ROOT)}: {len(font.getBestCmap())} characters, {size:.2f} MB")
    print(f"not in the source font: {absent or 'none'}")


def _decoded(encoding: str, rows: range, cells: range | tuple[int, ...]) -> set[str]:
    pairs = (bytes((row, cell)) for row in rows for cell in cells)
    return {text for pair in pairs if (text := pair.decode(encoding, errors="ignore"))}


def _known(source: str) -> tuple[TTFont, Path]:
    for number in range(16):
        font = TTFont(source, fontNumber=number, recalcTimestamp=False)
        target = _MADE_OF.get(str(font["name"].getDebugName(4)))
        if target is not None:
            return font, target
    msg = f"{source} holds none of {', '.join(_MADE_OF)}"
    raise SystemExit(msg)


if __name__ == "__main__":
    main(sys.argv[1])
