"""Tables as spreadsheets write them: which column is what, where a row ends, what a cell means."""

from __future__ import annotations

import json
from typing import Any

import pytest

from shared.core.errors import UploadEndedError
from shared.trips.labels import known_labels
from shared.uploads.entry import Entry, parse_json_entry
from shared.uploads.table import rows

HEADER = "司机,心情,结束时间,终点,终点天气"
ROW = "d1,出游,2024/5/5 18:57,湖州市,晴"


def read(text: str, *, longest: int = 500) -> list[Entry]:
    """Return all rows of a table."""
    data = text.encode()
    found = rows(
        lambda start, length: data[start : start + length],
        offset=0,
        number=0,
        longest=longest,
        encoding="utf-8",
    )
    return list(found)


def values(text: str) -> list[dict[str, Any]]:
    """Return what the rows say."""
    assert not any(entry.reason for entry in read(text))
    return [json.loads(entry.data) for entry in read(text) if entry.data]


def refused(text: str) -> str:
    """Return why the table is not read."""
    with pytest.raises(UploadEndedError) as caught:
        read(text)
    assert caught.value.ending == "refused"
    return str(caught.value)


@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("quoted", [True, False])
@pytest.mark.parametrize("first", ["", "sep={}\n", "\n\n", "{0}{0}{0}\n"])
def test_the_header_says_what_the_separator_is(separator: str, quoted: bool, first: str) -> None:
    table = [line.split(",") for line in (HEADER, ROW)]
    cells = [[f'"{cell}"' if quoted else cell for cell in line] for line in table]
    text = first.format(separator) + "\n".join(separator.join(line) for line in cells)
    told = {
        "driver": "d1",
        "mood": "出游",
        "ended_at": "2024/5/5 18:57",
        "end": "湖州市",
        "end/weather": "晴",
    }
    assert values(text) == [told]
    assert [entry.number for entry in read(text)] == [text.count("\n") + 1]


@pytest.mark.parametrize("field", [name for name in known_labels() if name != "weather"])
def test_every_label_of_the_text_form_names_a_column(field: str) -> None:
    for label in known_labels()[field]:
        needed = f"司机,结束时间,终点,{label}\nd,2024-05-05,湖州市,x"
        if field in {"ended_at", "end"}:
            assert "more than one" in refused(needed)
        else:
            assert values(needed)[0][field] == "x"


@pytest.mark.parametrize(
    ("labels", "names"),
    [
        ("Driver,Started At,ended_at,START,end",
         ["driver", "started_at", "ended_at", "start", "end"]),
        ("司機,開始時間,結束時間,起點,終點", ["driver", "started_at", "ended_at", "start", "end"]),
        ("驾驶员,出行时间,幂等键,起点,终点",
         ["driver", "times", "idempotency_key", "start", "end"]),
        ("driver,times,start.city,start.weather,end/weather,end city",
         ["driver", "times", "start", "start/weather", "end/weather", "end"]),
        ("driver,times,start_city,天气,end,weather",
         ["driver", "times", "start", "start/weather", "end", "end/weather"]),
        (" 司机 ,使用者標記emoji,驾驶时长（分钟）,\"终\n点\",出行日期",
         ["driver", "mood", "driving_minutes", "end", "times"]),
    ],
)  # fmt: skip
def test_columns_are_known_by_their_labels_in_any_script(labels: str, names: list[str]) -> None:
    text = labels + "\n" + ",".join(f"v{n}" for n in range(len(names)))
    assert values(text) == [{name: f"v{n}" for n, name in enumerate(names)}]


def test_columns_that_nobody_knows_and_empty_ones_are_passed_over() -> None:
    text = f"序号,{HEADER},备注,,\n1,{ROW},secret,,\n,,,,,,,,\n2,{ROW},,,,,,,,,\n,,\n"
    assert [told["driver"] for told in values(text)] == ["d1", "d1"]
    assert "secret" not in json.dumps(values(text))
    assert [(entry.number, entry.is_blank) for entry in read(text)] == [
        (2, False),
        (3, True),
        (4, False),
        (5, True),
    ]


@pytest.mark.parametrize(
    ("header", "said"),
    [
        ("", "names no column"),
        ("a,b,c", "names no column"),
        ("心情,结束时间,终点", "no column for 司机 (driver)"),
        ("司机,终点", "no column for 結束時間 (ended_at)"),
        ("司机,结束时间,心情", "no column for 終點 (end)"),
        ("司机,心情", "結束時間 (ended_at), 終點 (end)"),
        ("司机,结束时间,终点,目的地", "more than one column for end"),
        ("司机,驾驶员,结束时间,终点", "more than one column for driver"),
        ("司机,结束时间,终点,幂等键,idempotency_key", "more than one column for idempotency_key"),
        ("司机,结束时间,终点,分享,公开", "more than one column for share"),
        ("司机,结束时间,终点,里程,距离,起点,出发地", "more than one column for start"),
        ("司机|结束时间|终点", "names no column"),
    ],
)
def test_a_header_that_lacks_something_is_refused_once_in_words(header: str, said: str) -> None:
    assert said in refused(f"{header}\n{ROW}\n{ROW}")


def test_cells_may_have_separators_quotes_and_line_breaks_in_them() -> None:
    caption = 'one, "two"\n\nthree; 四'
    quoted = caption.replace('"', '""')
    text = f'{HEADER},标题\r\n{ROW},"{quoted}"\r\n{ROW},5" wheels\r\n'
    text = text.replace("\n\n", "\r\n\r\n")
    found = read(text)
    assert [json.loads(entry.data)["caption"] for entry in found] == [caption, '5" wheels']
    assert [(entry.number, entry.lines, entry.last) for entry in found] == [(2, 3, 4), (5, 1, 5)]


@pytest.mark.parametrize(
    ("row", "reason", "said"),
    [
        (f'{ROW}x,"', "malformed", "a quote is not closed"),
        (f'"{ROW}', "malformed", "a quote is not closed"),
        ('"d1"x,出游', "malformed", "a quote is not closed"),
        (f"{ROW},too,many", "malformed", "more cells than the header"),
        (f"{ROW}{'x' * 500}", "too_long", "more than 500 bytes"),
        (f'"{"x" * 300}\n{"y" * 300}",', "too_long", "more than 500 bytes"),
    ],
)
def test_a_row_that_is_none_costs_no_other_one(row: str, reason: str, said: str) -> None:
    found = read(f"{HEADER}\n{ROW}\n{row}\n{ROW}\n{ROW}\n")
    bad = [entry for entry in found if entry.reason]
    assert [(entry.number, entry.reason) for entry in bad] == [(3, reason)]
    assert said in bad[0].detail
    assert len(found) - len(bad) == 3
    assert found[-1].number == 5 + row.count("\n")


def test_a_file_of_quotes_is_read_in_time_that_grows_with_it() -> None:
    found = read(f"{HEADER}\n" + '"a\n' * 3000 + ROW)
    assert found[-1].reason == ""
    assert found[-1].number == 3002
    assert sum(entry.lines for entry in found) == 3001


@pytest.mark.parametrize(
    ("column", "cell", "value"),
    [
        ("结束时间", "45417.789583333331", "2024-05-05 18:57:00"),
        ("结束时间", "45417", "2024-05-05 00:00:00"),
        ("结束时间", '"=""2024/5/5 18:57"""', "2024/5/5 18:57"),
        ("结束时间", "2024-05-05 18:57", "2024-05-05 18:57"),
        ("出行时间", "45417.789583333331", "2024-05-05 18:57:00"),
        ("日期", "45414", "2024-05-02 00:00:00"),
        ("里程", '"1,234.5"', "1,234.5"),
        ("里程", "45417", "45417"),
        ("里程", "1.5699999999999998", 1.5699999999999998),
        ("分享", "TRUE", True),
        ("分享", "否", False),
        ("司机", "=1+2", "=1+2"),
        ("途经", "湖州市、无锡市", "湖州市、无锡市"),
    ],
)
def test_what_a_spreadsheet_makes_of_a_cell_is_understood(
    column: str, cell: str, value: object
) -> None:
    labels = {"司机": "driver", "结束时间": "ended_at", "终点": "end", "里程": "distance_km"}
    labels |= {"分享": "share", "途经": "via", "出行时间": "times", "日期": "times"}
    given = {"司机": "d", "结束时间": "2024-05-05", "终点": "湖州市", column: cell}
    text = ",".join(given) + "\n" + ",".join(given.values())
    assert values(text)[0][labels[column]] == value


@pytest.mark.parametrize(
    ("label", "cell", "value"),
    [
        ("驾驶时长(小时)", "14.5", "14.5小时"),
        ("驾驶时长（分钟）", "870", "870分钟"),
        ("duration [h]", "14.5", "14.5h"),
        ("驾驶时长(小时)", "14小时28分", "14小时28分"),
        ("里程（万公里）", "1.2", "1.2万公里"),
        ("distance (m)", '"5,000"', "5,000m"),
        ("里程(英里)", "400.5", "400.5英里"),
        ("Distance (mi)", "400", "400mi"),
        ("distance [miles]", "400", "400miles"),
        ("里程（全程）", "860", "860"),
    ],
)
def test_the_unit_in_a_label_is_that_of_the_numbers_below_it(
    label: str, cell: str, value: str
) -> None:
    (told,) = values(f"司机（姓名）,结束时间,终点,{label}\nd,2024-05-05 18:57,湖州市,{cell}")
    assert told["driver"] == "d"
    assert value in told.values()


@pytest.mark.parametrize(
    ("cell", "kilometres"), [("860,5", 860.5), ("1.234,50", 1234.5), ("1,234", 1234), ("7", 7)]
)
def test_where_cells_are_parted_by_semicolons_numbers_have_a_decimal_comma(
    cell: str, kilometres: float
) -> None:
    text = f"driver;ended_at;end;distance\nd;2024-05-05 18:57;湖州市;{cell}"
    (entry,) = read(text)
    assert parse_json_entry(entry.data).trip.distance_km == kilometres


def test_several_cities_may_stand_in_one_cell() -> None:
    day = "d,2024-05-05 18:57"
    text = f'司机,结束时间,途经城市\n{day},湖州市、无锡市\n{day},"湖州市\n无锡市"\n'
    for entry in read(text):
        assert parse_json_entry(entry.data).trip.via == ("湖州市", "无锡市")


@pytest.mark.parametrize(
    ("labels", "field"),
    [
        ("总里程,本次里程", "distance_km"),
        ("里程(km),Distance (mi)", "distance_km"),
        ("心情,Mood", "mood"),
        ("标题,caption", "caption"),
        ("驾驶时长,总驾驶时长", "driving_minutes"),
        ("终点天气,end/weather", "end/weather"),
        ("车队,队名", "team"),
    ],
)
@pytest.mark.parametrize(("cells", "used"), [("a,b", "a"), (",b", "b"), ("a,", "a"), (",", None)])
def test_of_two_columns_of_decoration_the_first_with_a_value_is_used(
    labels: str, field: str, cells: str, used: str | None
) -> None:
    (told,) = values(f"司机,结束时间,终点,{labels}\nd,2024-05-05 18:57,湖州市,{cells}")
    assert told.get(field) == used


@pytest.mark.parametrize("name", ["1.38001E+10", "1,38001E+10", "1.10101e+17", "1E+11", "-"])
@pytest.mark.parametrize("column", ["driver", "idempotency_key"])
def test_a_name_that_the_spreadsheet_rounded_is_refused_in_words(column: str, name: str) -> None:
    given = {"driver": "d1", "idempotency_key": "k1", column: f'"{name}"'}
    text = ",".join([*given, "ended_at,end"]) + "\n" + ",".join(given.values())
    (entry,) = read(f"{text},2024-05-05 18:57,湖州市")
    if name == "-":
        assert not entry.reason
    else:
        assert entry.reason == "malformed"
        assert f"rounded the {column}; format its column as text" in entry.detail
        assert name not in entry.detail


@pytest.mark.parametrize("name", ["13800138000", "7E10", "E+10", "driver-1E+10", '"=""1E+10"""'])
def test_other_names_are_left_as_they_are(name: str) -> None:
    (entry,) = read(f"{HEADER}\n{ROW.replace('d1', name)}")
    assert not entry.reason
