"""Values written in random forms of their kinds are read back; hostile ones are refused quickly."""

from __future__ import annotations

import re
import time
from datetime import datetime, timedelta, timezone
from email.utils import format_datetime
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.core.limits import MOST_MINUTES
from shared.trips.amounts import read_kilometres, read_minutes
from shared.trips.moments import SHANGHAI, read_moment, read_period
from shared.trips.weather import Weather, is_weather_alone, most_telling, weather_of

if TYPE_CHECKING:
    from collections.abc import Callable

    Writer = Callable[[Any], str]

modestly = settings(deadline=None, max_examples=60)
TRADITIONAL = str.maketrans(
    "点时钟云阴雾阵风强台转万里总约两个", "點時鐘雲陰霧陣風強颱轉萬里總約兩個"
)
FULL_WIDTH = str.maketrans({chr(code): chr(code + 0xFEE0) for code in range(0x21, 0x7F)})
AS_IT_IS: dict[int, int] = {}
MARKS = st.sampled_from(["", "\u200e", "\u200b", "\ufeff"])
SCRIPTS = st.sampled_from([AS_IT_IS, TRADITIONAL, FULL_WIDTH])


def zh(number: int) -> str:
    """Return a number below 100,000 in Chinese numerals."""
    digits, powers = "零一二三四五六七八九", "万千百十"
    text = "".join(
        digits[int(digit)] + (power if digit != "0" else "")
        for digit, power in zip(f"{number:05d}", [*powers, ""], strict=True)
    )
    text = re.sub("零+", "零", text).strip("零") or "零"
    return text[1:] if text.startswith("一十") else text


def in_words(t: datetime) -> str:
    """Return the hour as a zh locale does: 凌晨, 早上, 中午, 下午, 晚上."""
    words = [(5, "凌晨"), (11, "早上"), (12, "中午"), (17, "下午"), (23, "晚上")]
    return next(word for last, word in words if t.hour <= last) + str(t.hour % 12 or 12)


def halved(t: datetime) -> str:
    return ("上午" if t.hour < 12 else "下午") + str(t.hour % 12 or 12)


def week(t: datetime) -> str:
    year, number, day = t.isocalendar()
    return f"{year}-W{number:02d}-{day}T{t:%H:%M}"


def end_of_day(t: datetime) -> str:
    day = t - timedelta(days=1)
    return f"{day:%Y-%m-%d} 24:00" if (t.hour, t.minute) == (0, 0) else f"{t:%Y-%m-%d %H:%M}"


# Forms that may stand in a line with another one.
PLAIN: list[Writer] = [
    lambda t: f"{t:%Y-%m-%d %H:%M}",
    lambda t: f"{t.year}/{t.month}/{t.day} {t:%H:%M:%S}",
    lambda t: f"{t:%Y-%m-%dT%H:%M}",
    lambda t: f"{t.year}年{t.month}月{t.day}日{t.hour}点{t.minute}分",
    lambda t: f"{t.year}年{t.month}月{t.day}日 {halved(t)}:{t:%M}",
    lambda t: f"{t.year}/{t.month}/{t.day} {halved(t)}:{t:%M}",
    lambda t: f"{t.year}年{t.month}月{t.day}日{in_words(t)}点{t:%M}分",
    lambda t: f"{t:%Y-%m-%d %I:%M %p}",
    lambda t: f"{t:%B} {t.day}, {t.year} {t:%I:%M%p}",
    lambda t: f"{t.day} {t:%b %Y %H:%M}",
    end_of_day,
]
MOMENTS: list[Writer] = [
    *PLAIN,
    lambda t: f"{t:%Y%m%d %H%M}",
    lambda t: f"{t:%Y%m%dT%H%M%S}",
    lambda t: f"{t:%Y%m%d%H%M}",
    lambda t: f"{t:%Y-%m-%dT%H:%M:%S}.250+08:00",
    lambda t: t.astimezone(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ"),
    lambda t: t.astimezone(timezone(timedelta(hours=-9, minutes=-30))).isoformat(),
    lambda t: f"{t.isoformat()}[Asia/Shanghai]",
    lambda t: str(int(t.timestamp())),
    lambda t: str(int(t.timestamp()) * 1000),
    format_datetime,
    lambda t: f"{t:%Y-%j}T{t:%H:%M}",
    lambda t: f"{t:%a %b} {t.day:2} {t:%H:%M:%S %Y}",
    lambda t: f"{zh(t.month)}月{zh(t.day)}日".join(
        ["".join("〇一二三四五六七八九"[int(d)] for d in str(t.year)) + "年",
         f"{zh(t.hour)}点{zh(t.minute)}分"]
    ),
    week,
]  # fmt: skip
# Unix seconds have nine or ten digits from 2001 on.
TIMES = st.datetimes(datetime(2001, 9, 10), datetime(2099, 12, 30)).map(  # noqa: DTZ001
    lambda t: t.replace(second=0, microsecond=0, tzinfo=SHANGHAI)
)


@modestly
@given(moment=TIMES, write=st.sampled_from(MOMENTS), script=SCRIPTS, mark=MARKS)
def test_a_moment_in_any_form_is_read_back(
    moment: datetime, write: Writer, script: Any, mark: str
) -> None:
    text = write(moment).translate(script)
    assert read_moment(mark + mark.join([text[:4], text[4:]]) + mark) == moment


@modestly
@given(moment=TIMES, number=st.sampled_from([1, 1.0, 1000]))
def test_unix_time_may_be_a_number(moment: datetime, number: float) -> None:
    assert read_moment(moment.timestamp() * number) == moment


@modestly
@given(moment=TIMES, later=st.integers(0, 300))
def test_a_day_without_its_year_is_the_last_one_only_where_now_is_known(
    moment: datetime, later: int
) -> None:
    text = f"{moment.month}月{moment.day}日 {moment:%H:%M}"
    with pytest.raises(ValueError, match="not a date and time"):
        read_moment(text)
    if (moment.month, moment.day) != (2, 29):
        assert read_moment(text, now=moment + timedelta(days=later)) == moment


JOINTS = st.sampled_from(
    ["-", " - ", "–", "—", "−", "~", "～", "至", "到", " to ", " until ", " → ", " -> ", "➡️", "/"]
)


@modestly
@given(start=TIMES, minutes=st.integers(1, 400_000), write=st.sampled_from(PLAIN), joint=JOINTS)
def test_both_times_of_one_text_are_read_back(
    start: datetime, minutes: int, write: Writer, joint: str
) -> None:
    end = start + timedelta(minutes=minutes)
    assert read_period(write(start) + joint + write(end)) == (start, end)


@modestly
@given(start=TIMES, minutes=st.integers(1, 60 * 24 - 1), joint=JOINTS, word=st.booleans())
def test_the_end_may_leave_out_what_the_start_says(
    start: datetime, minutes: int, joint: str, word: bool
) -> None:
    end = start + timedelta(minutes=minutes)
    first, clock = (
        (f"{halved(start)}:{start:%M}", f"{halved(end)}:{end:%M}")
        if word
        else (f"{start:%H:%M}", f"{end:%H:%M}")
    )
    for second in (clock, f"{end.month}月{end.day}日 {clock}", f"{end.day}日{clock}"):
        assert read_period(f"{start:%Y-%m-%d} {first}{joint}{second}") == (start, end)


DURATIONS: list[Writer] = [
    str,
    lambda n: f"{n // 60}小时{n % 60}分",
    lambda n: f"{n // 60} 个小时 {n % 60} 分钟",
    lambda n: f"{zh(n // 60)}小时{zh(n % 60)}分钟" if n % 60 and n > 59 else f"{n}分",
    lambda n: f"{n // 1440}天{n % 1440 // 60}小时{n % 60}分钟",
    lambda n: f"{n // 60}:{n % 60:02d}",
    lambda n: f"{n // 60}:{n % 60:02d}:29",
    lambda n: str(timedelta(minutes=n)),
    lambda n: f"PT{n // 60}H{n % 60}M",
    lambda n: f"P{n // 1440}DT{n % 1440}M",
    lambda n: f"{n * 60}秒",
    lambda n: f"{n * 60 + 29} s",
    lambda n: f"{n} min",
    lambda n: f"{n:,} minutes",
    lambda n: f"{n // 60} hours {n % 60} minutes",
    lambda n: f"{n // 60}h{n % 60}m",
    lambda n: f"{n // 60}h {n % 60:02d}",
    lambda n: f"{n / 60:.4f}小时",
    lambda n: f"{n // 60}个半小时" if n % 60 == 30 and n > 60 else f"{n}分钟",
]
AROUND = st.sampled_from(["{}", "约{}", "大约 {}", "总计{}", "共{}", "{}左右"])


@modestly
@given(n=st.integers(1, 99_999), write=st.sampled_from(DURATIONS), around=AROUND, script=SCRIPTS)
def test_a_duration_in_any_form_is_read_back(
    n: int, write: Writer, around: str, script: Any
) -> None:
    assert read_minutes(around.format(write(n)).translate(script)) == n


DISTANCES: list[Writer] = [
    lambda m: f"{m / 1000}",
    lambda m: f"{m / 1000}公里",
    lambda m: f"{m / 1000:,.3f} km",
    lambda m: f"{m}米",
    lambda m: f"{m:,} m",
    lambda m: f"{m // 1000}公里{m % 1000}米",
    lambda m: f"{m / 500}华里",
    lambda m: f"{m / 1609.344:.6f} miles",
    lambda m: f"{m / 10_000_000:.7f}万公里",
    lambda m: f"{zh(m // 1000)}公里{m % 1000}米",
]


@modestly
@given(
    metres=st.integers(1000, 99_999_999).filter(lambda m: m % 1000),
    write=st.sampled_from(DISTANCES),
    around=AROUND,
    script=SCRIPTS,
)
def test_a_distance_in_any_form_is_read_back(
    metres: int, write: Writer, around: str, script: Any
) -> None:
    read = read_kilometres(around.format(write(metres)).translate(script))
    assert read == pytest.approx(metres / 1000, abs=0.001)


SAID: dict[Weather, tuple[str, ...]] = {
    Weather.CLEAR: ("晴", "晴天", "Sunny", "☀️"),
    Weather.CLOUDY: ("多云", "少云", "Partly cloudy", "⛅"),
    Weather.OVERCAST: ("阴", "Overcast", "☁️"),
    Weather.FOG: ("大雾", "霾", "Freezing fog", "🌫️"),
    Weather.RAIN: ("小雨", "热带风暴", "强对流", "雷阵雨", "light rain showers", "⛈️"),
    Weather.SNOW: ("阵雪", "雨夹雪", "Blowing snow", "❄️"),
    Weather.SAND: ("扬沙", "沙尘暴", "Blowing dust"),
}
WITH = st.sampled_from(["{}", "{} 18~25℃", "{}，26°C，东北风3-4级", "-3℃ {}", "{} 湿度60%"])


@modestly
@given(
    days=st.lists(st.sampled_from(list(Weather)), min_size=1, max_size=2),
    data=st.data(),
    measured=WITH,
    script=st.sampled_from([AS_IT_IS, TRADITIONAL]),
)
def test_the_most_telling_weather_of_a_text_is_read(
    days: list[Weather], data: st.DataObject, measured: str, script: Any
) -> None:
    words = [data.draw(st.sampled_from(SAID[day])) for day in days]
    text = measured.format("转".join(words)).translate(script)
    assert weather_of(text) == most_telling(*days)
    assert is_weather_alone("转".join(words).translate(script))


def readers() -> list[Callable[[str], object]]:
    return [read_moment, read_period, read_minutes, read_kilometres]


@modestly
@given(
    text=st.text(st.sampled_from("0123456789 .,:/-年月日上下午点分半个小时kmhptz+至万里雨\u0660 "))
)
def test_any_text_is_read_or_refused(text: str) -> None:
    weather_of(text)
    is_weather_alone(text)
    for read in readers():
        try:
            read(text)
        except ValueError as refusal:  # noqa: PERF203
            assert len(text) < 5 or text not in str(refusal)  # noqa: PT017


HOSTILE = [
    "9",
    "1,",
    "1 ",
    "1小时",
    "半",
    "零",
    "万",
    "-",
    " - ",
    "2024-05-02 ",
    "至",
    "无",
    "雨",
    "P1D",
    "1.2",
    "上午",
    "T",
    "+08:00",
    "no ",
    "May 2 ",
    "/",
    "12:30 ",
    "晴 ",
    "<3级",
]


@pytest.mark.parametrize("part", HOSTILE)
@pytest.mark.parametrize("length", [50, 5000, 200_000])
def test_hostile_texts_are_refused_at_once(part: str, length: int) -> None:
    text = (part * length)[:length]
    began = time.perf_counter()
    weather_of(text)
    is_weather_alone(text)
    for read in readers():
        with pytest.raises(ValueError, match=r"^is |^has "):
            read(text)
    assert time.perf_counter() - began < 1


@pytest.mark.parametrize("read", [read_moment, read_minutes, read_kilometres])
@pytest.mark.parametrize("value", [float("nan"), float("inf"), -1, 10**400, True, None, [], {}])
def test_what_is_no_number_of_its_kind_is_refused(
    read: Callable[[object], object], value: object
) -> None:
    with pytest.raises(ValueError, match=r"^is not"):
        read(value)


def test_seconds_are_rounded_to_minutes_but_never_to_none() -> None:
    assert [read_minutes(f"{n}秒") for n in (1, 29, 30, 89, 90, 150)] == [1, 1, 1, 1, 2, 3]
    assert read_minutes(f"{MOST_MINUTES}分") == MOST_MINUTES
