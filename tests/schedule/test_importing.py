"""Tables, JSON and workbooks as bookings."""

import json
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.model.errors import BreakListError, UnsupportedError, UsageError
from app.model.schedule import Imported
from app.model.signalling import Template
from app.schedule.fetching import Fetcher
from app.schedule.importing import Asked, imported, imported_from
from app.schedule.limits import Limits
from tests.schedule.workbooks import CLOCK, DATE, sheet, workbook

ROWS = "id,at,duration,title\nb1,+1,30,Käse\nb2,2026-11-22T20:15:32.440+01:00,30.04,\n"
SHOW = {"news-1": (Template(name="Local ad 60", duration_s=Fraction(60)),)}


def read(content: bytes | str, file: str = "day", **asked: Any) -> Imported:
    given = {"channels": None, "default_channel": "news-1", "start": None} | asked
    return imported(content.encode() if isinstance(content, str) else content, file, Asked(**given), Fetcher(Limits()))


def ids(found: Imported) -> list[str]:
    return [booking.plan.id for booking in found.bookings]


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "cp1252"]
)  # the last two without a mark are told by their zeros
@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_every_encoding_and_dialect(encoding: str, delimiter: str) -> None:
    found = read(ROWS.replace(",", delimiter).encode(encoding))
    assert ids(found) == ["b1", "b2"]
    assert found.bookings[0].plan.title == "Käse"
    assert found.bookings[0].source == "day"
    assert [("Windows-1252" in note) for note in found.notes] == ([True] if encoding == "cp1252" else [])


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-be"])
def test_json_in_every_encoding(encoding: str) -> None:
    text = json.dumps({"breaks": [{"id": "b1", "at": "+1", "duration": 30, "title": "Käse"}]}, ensure_ascii=False)
    assert read(text.encode(encoding)).bookings[0].plan.title == "Käse"


def test_the_ads_of_a_row_are_spots_with_their_media() -> None:
    ads = [{"id": "a", "title": "Soap", "duration": 10, "media": ["https://x/a.mp4"]}, {"duration": 20}]
    (booking,) = read(json.dumps({"breaks": [{"at": "+1", "duration": 30, "ads": ads}]})).bookings
    assert [(spot.id, float(spot.duration_s), spot.media) for spot in booking.spots] == [
        ("a", 10, ("https://x/a.mp4",)),
        ("2", 20, ()),
    ]
    assert [ad.id for ad in booking.plan.ads] == ["a", "2"]
    bad = read(json.dumps({"breaks": [{"at": "+1", "duration": 30, "ads": [{"duration": 1, "media": "x"}]}]}))
    assert [row.where for row in bad.refused] == ["breaks[0].ads[0].media"]


def test_a_line_that_names_the_separator_is_none_of_the_list() -> None:
    found = read("sep=;\nid;at;duration\nb1;+1;30\nb2;x;30\n")
    assert ids(found) == ["b1"]
    assert [row.where for row in found.refused] == ["line 4, at"]


def test_columns_of_other_programs() -> None:
    text = "Break ID,Start Time,Length,Name,Station,House No\nb1,+1,30,Soap,news-2,7\n"
    found = read(text)
    (booking,) = found.bookings
    assert (booking.plan.id, booking.plan.title, booking.plan.channel) == ("b1", "Soap", "news-2")
    assert "day: column start time: read as at" in found.notes
    assert any("house no: unknown, not read" in note for note in found.notes)


def test_columns_as_they_are_named_and_a_name_of_ours_counts_first() -> None:
    text = "On Air,Secs,at\n+1,30,x\n"
    names = {"on air": "at", "secs": "duration"}
    assert [row.where for row in read(text, names=names).refused] == ["line 2, at"]
    assert len(read("On Air,Secs\n+1,30\n", names=names).bookings) == 1
    with pytest.raises(BreakListError, match="two columns at"):
        read("start,time,duration\n+1,+1,30\n")


def test_what_would_be_a_formula_elsewhere_is_text_here() -> None:
    title = '=HYPERLINK("http://x","y")'
    found = read(f'at,duration,title\n+1,30,"{title.replace(chr(34), chr(34) * 2)}"\n')
    assert found.bookings[0].plan.title == title


def test_templates_of_a_show_count_and_its_channels_are_known() -> None:
    found = read("at,template,channel\n+1,Local ad 60,\n+2,None,\n+3,Local ad 60,news-9\n", channels=SHOW)
    assert [booking.plan.duration_s for booking in found.bookings] == [60]
    assert [row.where for row in found.refused] == ["line 3, template", "line 4, duration"]
    assert "in no show" in read("at,duration,channel\n+1,1,news-9\n", channels=SHOW).notes[0]
    assert not read("at,duration,channel\n+1,1,news-9\n").notes


def test_a_house_time_that_the_clocks_skip_or_show_twice_is_refused() -> None:
    rows = "at,duration\n2026-03-29 01:59:59:00,1\n2026-03-29 02:30:00:00,1\n2026-10-25 02:30:00:00,1\n"
    rows += "2026-10-25 03:00:00:00,x\n2026-10-25T02:30:00+02:00,1\n2026-10-25T02:30:00+01:00,1\n"
    found = read(rows, timezone="Europe/Berlin")
    assert len(found.bookings) == 3
    skipped, twice, other = found.refused
    assert (skipped.where, skipped.value) == ("line 3, at", "2026-03-29 02:30:00:00")
    assert "the clocks go forward" in skipped.reason
    assert (twice.where, twice.value) == ("line 4, at", "2026-10-25 02:30:00:00")
    assert "comes twice in Europe/Berlin: the clocks go back there; write RFC 3339" in twice.reason
    assert other.where == "line 5, duration"
    assert len(read(rows, timezone="Asia/Tokyo").bookings) == 5


@pytest.mark.parametrize(
    ("at", "why"),
    [
        ("\u0661\u0662:00:00:00", "is no time: use RFC 3339"),  # digits, but not ours
        ("2026-11-22T20:00:00+99:00", "is no time: use RFC 3339"),
        ("0001-01-01T00:00:00+14:00", "is out of range"),
        ("9999-12-31T23:59:59-01:00", "is out of range"),
        ("2026-02-30T00:00:00Z", "'2026-02-30T00:00:00Z' is no time: day is out of range for month"),
        ("2026-02-30 00:00:00:00", "'2026-02-30 00:00:00:00' is no time: day is out of range for month"),
        ("9" * 400, "999…' is no time: use RFC 3339"),
    ],
)
def test_a_time_that_is_none_is_told_in_words_for_people(at: str, why: str) -> None:
    (refused,) = read(f"at,duration\n{at},30\n").refused
    assert why in refused.reason


@pytest.mark.parametrize("lasts", ["-30", "0", "PT0S", "26:00:00", "PT26H", "30,5", "\u0663\u0660", "9" * 400])
def test_a_length_that_is_none(lasts: str) -> None:
    (refused,) = read(f"at;duration\n+1;{lasts}\n").refused
    assert (refused.where, refused.value[:3]) == ("line 2, duration", lasts[:3])
    assert any(right in refused.reason for right in ("use seconds (30, 30.04) or PT30S", "above 0 and at most 24 h"))


def test_a_row_with_another_separator_is_told_so() -> None:
    found = read("id,at,duration\nb1;+1;30\nb2,+2,30\n")
    assert ids(found) == ["b2"]
    (refused,) = found.refused
    assert (refused.where, refused.value) == ("line 2", "b1;+1;30")
    assert refused.reason == "one value for 3 columns; what separates them in the header is a comma"


def test_whatever_is_given_twice_in_json_is_refused() -> None:
    with pytest.raises(BreakListError, match="day: breaks: given twice"):
        read('{"breaks": [{"at": "+1", "duration": 1}], "breaks": []}')
    found = read(
        '{"breaks": [{"at": "+1", "duration": 9, "upid": {"type": 9, "value": "a", "type": 8}},'
        ' {"at": "+2", "duration": 9, "ads": [{"duration": 1}, {"duration": 2, "duration": 3}]},'
        ' {"at": "+3", "duration": 9}]}'
    )
    assert [row.where for row in found.refused] == ["breaks[0].upid.type", "breaks[1].ads[1].duration"]
    assert len(found.bookings) == 1
    found = read('at,duration,ads\n+1,9,"[{""duration"": 2, ""duration"": 3}]"\n')
    assert [row.where for row in found.refused] == ["line 2, ads[0].duration"]


@pytest.mark.parametrize("at", ["25:00:00:00", "2026-02-30T00:00:00Z", "2026-11-22T20:00:00", "-5", "", "20:60:00:00"])
def test_times_that_are_none(at: str) -> None:
    found = read(f"id,at,duration\nb0,+1,1\nb1,{at},30\nb2,+9,1\n")
    assert ids(found) == ["b0", "b2"]
    assert [row.where for row in found.refused] == ["line 3, at"]


@pytest.mark.parametrize("duration", ["0", "-1", "93600", "26:00:00", "PT26H", "1e9", "NaN", "=30"])
def test_durations_that_are_none(duration: str) -> None:
    found = read(f"id,at,duration\nb1,+1,{duration}\nb2,+9,1\n")
    assert ids(found) == ["b2"]
    assert [(row.where, row.value) for row in found.refused] == [("line 2, duration", duration)]


def test_a_row_with_nothing_but_what_is_not_read_is_refused() -> None:
    found = read("at,duration,note\n,,x\n,,\n+1,1,\n")
    assert len(found.bookings) == 1
    assert [row.where for row in found.refused] == ["line 2, at"]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "is empty"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "Excel 97"),
        (b"\x1f\x8b\x08\x00", "gzip"),
        (b"%PDF-1.7", "PDF"),
        (b"at,duration\n+1,30,\x81\x8d", "not UTF-8"),
        (b"\xff\xfea\x00\x00", "not UTF-16-LE"),
        (b"at,dur\xff\x00\x00\x00\x01", "not UTF-8"),
        (b"PK\x03\x04", "can't be unpacked"),
        (b'{"breaks": ' + b"[" * 100_000, "nested too deeply"),
        (b"<" * 10, "not well-formed"),
    ],
)
def test_files_that_are_no_schedule(content: bytes, said: str) -> None:
    with pytest.raises(UsageError, match=said) as caught:
        read(content)
    assert str(caught.value).startswith("day")
    assert str(caught.value).isprintable()


def test_a_file_that_is_too_large_or_not_there(tmp_path: Path) -> None:
    path = tmp_path / "day.csv"
    with path.open("wb") as file:
        file.truncate(200_000_000)
    with pytest.raises(BreakListError, match="larger than 32000000 bytes"):
        imported_from(str(path))
    for other in (tmp_path, tmp_path / "none"):
        with pytest.raises(BreakListError, match="can't be read"):
            imported_from(str(other))
    path.write_text(ROWS)
    assert ids(imported_from(str(path), default_channel="news-1")) == ["b1", "b2"]


@given(st.binary(max_size=200) | st.text(max_size=200).map(lambda text: text.encode("utf-16")))
def test_any_bytes_are_a_schedule_or_their_error(content: bytes) -> None:
    try:
        found = read(content)
    except UsageError as error:
        assert str(error).isprintable()
    else:
        assert all(str(row).isprintable() for row in found.refused)


# ---- workbooks

HEADER: list[object] = ["id", "at", "duration", "title", "auto_return", "splice_event_id"]
EVENING = 46348 + (20 * 3600 + 15 * 60 + 32) / 86_400  # 2026-11-22 20:15:32 as a spreadsheet counts days


def test_a_workbook_with_everything() -> None:
    found = read(
        workbook(
            sheet(
                HEADER,
                ["b1", "+12.5", 30, "Soap", True, 7],
                ["b2", (EVENING, DATE), 30.04, "", False, 8.0],
                ["b3", (EVENING % 1, CLOCK), (30 / 86_400, CLOCK), 5],
                [],
                ["b5", "soon", 30],
            )
        ),
        "day.xlsx",
    )
    told = [(one.plan.id, one.plan.at and one.plan.at.text, one.plan.duration_s) for one in found.bookings]
    assert told == [
        ("b1", "+12.5", 30),
        ("b2", "2026-11-22 20:15:32:00", Fraction(3004, 100)),
        ("b3", "20:15:32:00", 30),
    ]
    plans = [one.plan for one in found.bookings]
    assert [plan.auto_return for plan in plans] == [True, False, True]
    assert [plan.splice_event_id for plan in plans] == [7, 8, None]
    assert [plan.title for plan in plans] == ["Soap", "", "5"]
    assert [(row.where, row.value) for row in found.refused] == [("row 6, at", "soon")]


def test_a_part_of_a_second_is_no_frame() -> None:
    found = read(workbook(sheet(["at", "duration"], [(EVENING + 0.5 / 86_400, DATE), 30])))
    assert not found.bookings
    assert "write it as text" in found.refused[0].reason


def test_the_first_sheet_counts_and_the_others_are_told() -> None:
    found = read(workbook(sheet(["at", "duration"], ["+1", 30]), sheet(["x"])))
    assert len(found.bookings) == 1
    assert found.notes == ("day: sheet 'Day 1' is read, the others are not",)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (workbook(sheet()), "is empty"),
        (workbook(), "is empty"),
        (workbook(sheet(["id", "duration"])), "row 1: has no column at"),
        (workbook(sheet(["at"]).replace("<c ", '<c r="XFD1048576" ')), "a cell at XFD1048576"),
        (workbook("<!DOCTYPE x>" + sheet(["at"])), "a DOCTYPE is not read"),
        (workbook(sheet(["at"]).encode("utf-16").decode("latin-1")), "not in UTF-8"),
        (workbook("<worksheet>"), "not well-formed XML: no element found"),
        (workbook(sheet(["at"]), **{"xl/media/bomb.bin": bytes(130 << 20)}), "when unpacked"),
        (workbook(sheet(["at"]))[:-40], "can't be unpacked"),
    ],
)
def test_workbooks_that_are_refused(content: bytes, said: str) -> None:
    with pytest.raises(BreakListError, match=said):
        read(content, "day.xlsx")


def test_a_zip_file_of_something_else() -> None:
    with pytest.raises(BreakListError, match=r"no \.xlsx workbook"):
        read(workbook().replace(b"xl/workbook.xml", b"xl/wrongbook.xm"))


def test_old_workbooks_are_named() -> None:
    with pytest.raises(UnsupportedError, match=r"\.xls"):
        read(b"\xd0\xcf\x11\xe0" + bytes(508))
