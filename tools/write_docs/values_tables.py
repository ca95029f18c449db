"""The tables of values, some of tests/values: what is written, and how it is read."""

from __future__ import annotations

import csv
from typing import TYPE_CHECKING

from tools.write_docs.marked_parts import replaced, table

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

_HEAD = ("written", "read as")
# What is shown of each file; how it is read is the file's word.
SHOWN: Mapping[str, tuple[str, ...]] = {
    "moments": (
        "2024/5/2 下午10:38",
        "2024年五月二日下午两点",
        "2024-05-02T22:38+08:00",
        "1714660680",
        "2024-05-02",
        "05/02/2024",
    ),
    "periods": (
        "2024/5/2 下午10:38-2024/5/5 下午6:57",
        "2024年5月2日22:38至5日18:57",
        "2024-05-02 22:38-01:10",
        "2024/5/2 下午2:10-6:57",
    ),
    "durations": ("14小時28分鐘", "一个半小时", "14:28", "PT14.5H", "10-12小时"),
    "distances": ("645.4km", "645400米", "1200里", "400 mi", "1,234 km", "500-600公里"),
    "weather": ("晴天", "雪后晴", "Partly cloudy, 10% rain", "qweather:500", "500", "热"),
    "places": (
        "上海市黃浦區中山南路1891號-1893號",
        "阳澄湖服务区",
        "莫高窟",
        "Taizhou, Zhejiang",
        "Tsingtao",
        "某某小区3号楼",
    ),
    "labels": ("使用者標記emoji", "總駕駛時長", "起點天氣", "Start time", "油耗"),
}


def with_values(text: str, root: Path) -> str:
    """Return the page with the examples of each file of values at the marks of its name."""
    for name, shown in SHOWN.items():
        text = replaced(text, name, _table(root / "tests" / "values" / f"{name}.csv", shown))
    return text


def _table(path: Path, shown: tuple[str, ...]) -> str:
    """Return a line for each example; KeyError where the file has none of that kind."""
    with path.open(encoding="utf-8", newline="") as file:
        readings = {row["input"]: row["reading"] for row in csv.DictReader(file)}
    # The spaces inside keep a value from being taken for a setting.
    return table(_HEAD, [(f"`` {value} ``", readings[value]) for value in shown])
