"""Chinese numerals as digits: 二〇二四年 → 2024年, 十四小时 → 14小时, 六百四十五点四 → 645.4."""

from __future__ import annotations

import re

_DIGITS = {char: str(number) for number, char in enumerate("〇一二三四五六七八九")}
_DIGITS |= {"零": "0", "两": "2", "○": "0"}
_POWERS = {"十": 10, "百": 100, "千": 1000, "万": 10_000}
# 千米 is a unit: 六百千米 is 600千米.
_RUN = re.compile(r"(?:[〇零○一二两三四五六七八九十百万]|千(?!米))+")
_DECIMAL = re.compile(r"(\d)点(\d+)(?![\d:时点刻分])")


def in_digits(text: str, *, decimals: bool = False) -> str:
    """Return simplified text with its numerals as digits; a 万 behind digits stays.

    With `decimals`, 点 between two numbers is the decimal point, not the hour.
    """
    digits = _RUN.sub(_number, text)
    return _DECIMAL.sub(r"\1.\2", digits) if decimals else digits


def _number(match: re.Match[str]) -> str:
    run = match[0]
    if not any(char in _POWERS for char in run):
        return "".join(_DIGITS[char] for char in run)
    behind_digit = match.start() > 0 and match.string[match.start() - 1] in "0123456789"
    # 3千米, 0.64万公里: what multiplies digits is the reader's affair.
    return run if behind_digit else str(_value(run))


def _value(run: str) -> int:
    """Return the value of a run with powers: 一千零二十 is 1020, 十四 is 14, 三万五 is 35000."""
    total = section = digit = 0
    power = 10
    for char in run:
        if char in _DIGITS:
            digit = int(_DIGITS[char])
            power = 10 if char in "〇零○" else power
            continue
        power = _POWERS[char]
        if char == "万":
            total, section, digit = total + (section + digit) * power, 0, 0
        else:
            section, digit = section + (digit or 1) * power, 0
    # 一百五 is 150: a last digit without its power is of the next lower one.
    return total + section + (digit * max(power // 10, 1) if power > 10 else digit)
