import csv
import io
import json
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.model.errors import BreakListError, UnsupportedError, UsageError
from app.model.rundown import Ad, BreakPlan, Upid
from app.model.signalling import Template
from app.model.when import When
from app.schedule.break_list import breaks_from_text, read_break_list
from app.schedule.rows import BreakList

FULL: dict[str, Any] = {
    "id": "b1",
    "channel": "news-1",
    "at": "2026-11-22T20:15:32.440+01:00",
    "duration": 30.04,
    "title": "Evening, first",
    "splice_event_id": 4_294_967_295,
    "segmentation_type_id": 52,
    "upid": {"type": 9, "value": "SIGNAL:a1b2"},
    "auto_return": False,
    "ads": [{"id": "a", "title": "Soap", "duration": "PT10S"}, {"duration": 20.04}],
    "template": "Chapter",
}
CHANNELS = {
    "news-1": (Template(name="Local ad 60", duration_s=Fraction(60)), Template(name="Chapter")),
    "news-2": (),
}
PLAN = BreakPlan(
    id="b1",
    channel="news-1",
    at=When("2026-11-22T20:15:32.440+01:00"),
    duration_s=Fraction(3004, 100),
    title="Evening, first",
    splice_event_id=4_294_967_295,
    segmentation_type_id=52,
    upid=Upid(9, "SIGNAL:a1b2"),
    auto_return=False,
    ads=(Ad("a", "Soap", Fraction(10)), Ad("2", "", Fraction(2004, 100))),
    template="Chapter",
)


def read(text: str, file: str = "list", *, default: str | None = "news-1") -> BreakList:
    return breaks_from_text(text, file, channels=CHANNELS, default_channel=default)


def as_json(*breaks: Any) -> str:
    return json.dumps({"breaks": breaks})


def as_csv(rows: list[dict[str, Any]], columns: list[str], delimiter: str = ",") -> str:
    out = io.StringIO()
    writer = csv.DictWriter(out, columns, delimiter=delimiter, extrasaction="ignore")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()


def flat(fields: dict[str, Any]) -> dict[str, Any]:
    return fields | {
        "upid": fields["upid"]["value"],
        "upid_type": fields["upid"]["type"],
        "ads": json.dumps(fields["ads"]),
    }


COLUMNS = [*FULL, "upid_type"]


def test_json_with_everything() -> None:
    assert read(as_json(FULL)) == BreakList((PLAN,))


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("end", ["\r\n", "\n", "\r"])
@pytest.mark.parametrize("bom", ["", "\ufeff"])
def test_csv_with_everything(tmp_path: Path, delimiter: str, end: str, bom: str) -> None:
    path = tmp_path / "breaks.csv"
    path.write_bytes((bom + as_csv([flat(FULL)], COLUMNS, delimiter).replace("\r\n", end)).encode())
    assert read_break_list(path, channels=CHANNELS) == BreakList((PLAN,))


def test_only_at_and_duration_are_required() -> None:
    least = read(as_json({"at": "+12.5", "duration": 30}))
    assert least == read("at;duration\n+12.5;30\n")
    (plan,) = least.plans
    assert (plan.channel, plan.at, plan.duration_s, plan.auto_return) == ("news-1", When("+12.5"), Fraction(30), True)
    assert not least.refused
    assert not least.warnings


def test_header_and_cells_may_have_room_around_them() -> None:
    text = '\n\n At , DURATION ,Title\n +1 , 30 , "quoted late"\n\n,,\n+2,30,\n'
    assert [plan.at for plan in read(text).plans] == [When("+1"), When("+2")]


def test_house_time_and_durations_in_all_forms() -> None:
    text = "at,duration\n20:15:32:11,30\n20:16:32;11,PT30S\n2026-11-22 20:17:00:00,30.040\n+0,PT1M30.5S\n"
    assert [plan.duration_s for plan in read(text).plans] == [30, 30, Fraction(3004, 100), Fraction(181, 2)]


@pytest.mark.parametrize("number", ["3e1", "3E+1", "30.00", "0.3e2", "300e-1", "30.0e0", '"30"', '"PT30S"'])
def test_json_numbers_are_exact_however_they_are_written(number: str) -> None:
    (plan,) = read(f'{{"breaks": [{{"at": "+1", "duration": {number}}}]}}').plans
    assert plan.duration_s == 30


@given(st.decimals(min_value="0.000000001", max_value=86_400, places=9))
def test_no_digit_of_a_duration_is_lost(seconds: Any) -> None:
    text = format(seconds, "f")
    assert read(f'{{"breaks":[{{"at":"+1","duration":{text}}}]}}').plans[0].duration_s == Fraction(text)
    assert read(f"at,duration\n+1,{text}").plans[0].duration_s == Fraction(text)


@given(st.integers(1, 9_999), st.integers(-9, 9))
def test_an_exponent_is_exact(digits: int, exponent: int) -> None:
    result = read(f'{{"breaks":[{{"at":"+1","duration":{digits}e{exponent}}}]}}')
    exact = digits * Fraction(10) ** exponent
    assert [plan.duration_s for plan in result.plans] == ([exact] if exact <= 86_400 else [])


BAD = [
    ({"at": None}, "at", "missing"),
    ({"at": 12.5}, "at", '"+12.5"'),
    ({"at": "soon"}, "at", "no time"),
    ({"at": "2026-02-30T10:00:00Z"}, "at", "day is out of range"),
    ({"at": ["+1"]}, "at", "no time"),
    ({"duration": None}, "duration", "missing"),
    ({"duration": "30,04"}, "duration", "no duration"),
    ({"duration": 0}, "duration", "above 0 and at most 24 h"),
    ({"duration": -3}, "duration", "no duration"),
    ({"duration": 86_401}, "duration", "above 0 and at most 24 h"),
    ({"duration": True}, "duration", "no duration"),
    ({"duration": 1e99}, "duration", "no duration"),
    ({"duration": {}}, "duration", "no duration"),
    ({"splice_event_id": 4_294_967_296}, "splice_event_id", "0 to 4294967295"),
    ({"splice_event_id": -1}, "splice_event_id", "no whole number"),
    ({"splice_event_id": 1.5}, "splice_event_id", "no whole number"),
    ({"segmentation_type_id": 256}, "segmentation_type_id", "0 to 255"),
    ({"segmentation_type_id": "break"}, "segmentation_type_id", "no whole number"),
    ({"upid": "SIGNAL:a"}, "upid", "no object"),
    ({"upid": {"type": 9}}, "upid.value", "missing"),
    ({"upid": {"value": "x"}}, "upid.type", "missing"),
    ({"upid": {"type": 999, "value": "x"}}, "upid.type", "0 to 255"),
    ({"upid": {"type": 9, "value": "ä" * 120}}, "upid.value", "longer than 234 bytes"),
    ({"auto_return": "maybe"}, "auto_return", "neither true nor false"),
    ({"auto_return": 1}, "auto_return", "neither true nor false"),
    ({"ads": {}}, "ads", "no list"),
    ({"ads": [1]}, "ads[0]", "no object"),
    ({"ads": [{"duration": 5}, {}]}, "ads[1].duration", "missing"),
    ({"ads": [{"duration": 5, "title": []}]}, "ads[0].title", "no text"),
    ({"id": "x" * 129}, "id", "longer than 128"),
    ({"id": ["x"]}, "id", "no text"),
    ({"id": "a\u0000b"}, "id", "control characters"),
    ({"title": "lone \ud800"}, "title", "control characters"),
    ({"channel": 5.5, "title": {}}, "title", "no text"),
]


@pytest.mark.parametrize(("spoilt", "field", "reason"), BAD)
def test_a_bad_row_is_refused_and_the_rest_imported(spoilt: dict[str, Any], field: str, reason: str) -> None:
    first, last = {"at": "+1", "duration": 1}, {"at": "+9", "duration": 1}
    result = read(as_json(first, FULL | spoilt, last), "day.json")
    assert [plan.at for plan in result.plans] == [When("+1"), When("+9")]
    (refused,) = result.refused
    assert (refused.file, refused.where) == ("day.json", f"breaks[1].{field}")
    assert reason in refused.reason
    assert str(refused).isprintable()


CSV_BAD = [
    ("b1,soon,30,,", "line 3, at", "no time"),
    ("b1,+5,,,", "line 3, duration", "missing"),
    ("b1,+5,30,,maybe", "line 3, auto_return", "neither true nor false"),
    ("b1,+5,30,,,,,", "", ""),
    ("b1,+5,30,,,x", "line 3", "6 values for 5 columns"),
    ('b1,+5,30,"open,', "line 3", "a quote is opened and not closed"),
    ('b1,+5,30,"a"b,', "line 3", "quotes don't fit"),
    ("b0,+5,30,,", "line 3, id", "that of line 2 too"),
    ("b1,+5", "line 3, duration", "missing"),
]


@pytest.mark.parametrize(("row", "where", "reason"), CSV_BAD)
def test_a_bad_line_is_refused_and_the_rest_imported(row: str, where: str, reason: str) -> None:
    result = read(f'id,at,duration,title,auto_return\nb0,+1,1,,\n{row}\nb2,+9,1,"a, ""b""",no\n', "day.csv")
    assert [plan.id for plan in result.plans][:: len(result.plans) - 1] == ["b0", "b2"]
    assert result.plans[-1].title == 'a, "b"'
    assert result.plans[-1].auto_return is False
    assert [refused.where for refused in result.refused] == ([where] if where else [])
    assert all(reason in refused.reason for refused in result.refused)


def test_a_quoted_title_may_have_several_lines() -> None:
    result = read('at,duration,title\n+1,1,"two\r\nlines, one title"\nsoon,1,\n')
    assert result.plans[0].title == "two lines, one title"
    assert [refused.where for refused in result.refused] == ["line 4, at"]


def test_one_open_quote_in_each_line_costs_those_lines_only() -> None:
    rows = "".join(f'+{n},1,"t{n}\n+{n}.5,1,"t{n}"\n' for n in range(1, 6))
    result = read("at,duration,title\n" + rows)
    assert len(result.plans) + len(result.refused) == 10
    assert When("+5.5") in {plan.at for plan in result.plans}


def test_refusals_stand_in_the_order_of_the_file() -> None:
    result = read('at,duration\nx,1\n+1,1,1\ny,1\n"\nz,1')
    assert [refused.where for refused in result.refused] == [
        "line 2, at",
        "line 3",
        "line 4, at",
        "line 5",
        "line 6, at",
    ]


def test_a_key_is_used_once() -> None:
    result = read(as_json(FULL, FULL | {"at": "+5"}))
    assert [plan.at for plan in result.plans] == [PLAN.at]
    assert [(refused.where, refused.reason) for refused in result.refused] == [
        ("breaks[1].id", "that of breaks[0] too")
    ]


def test_an_id_is_a_key_on_its_own_channel() -> None:
    assert len(read("id,channel,at,duration\nb1,news-1,+1,30\nb1,news-2,+1,30\n").plans) == 2


def test_a_field_that_is_given_twice_is_refused() -> None:
    result = read('{"breaks": [{"at": "+1", "duration": 1, "at": "+2"}, 5, null, {"at": "+3", "duration": NaN}]}')
    assert [refused.where for refused in result.refused] == [
        "breaks[0].at",
        "breaks[1]",
        "breaks[2]",
        "breaks[3].duration",
    ]


def test_a_break_without_an_id_keeps_its_key_when_the_list_is_read_again() -> None:
    text = "at,duration\n+1,30\n+2,30\n+1,31\n"
    ids = [plan.id for plan in read(text).plans]
    assert ids == [plan.id for plan in read(text.replace(",", ";")).plans]
    again = [{"at": at, "duration": duration} for at, duration in (("+1", "30.0"), ("+2", "PT30S"), ("+1", 31))]
    assert ids == [plan.id for plan in read(as_json(*again)).plans]
    assert len(set(ids)) == 3
    assert ids[0] not in {plan.id for plan in read(text, default="news-2").plans}


def test_the_same_row_twice_is_one_break() -> None:
    result = read("at,duration\n+1,30\n+1,30\n")
    assert len(result.plans) == 1
    assert [refused.where for refused in result.refused] == ["line 3, id"]


def test_a_channel_that_no_show_knows_is_imported_with_a_warning() -> None:
    result = read("channel,at,duration\nnews-9,+1,30\n,+2,30\n")
    assert [plan.channel for plan in result.plans] == ["news-9", "news-1"]
    assert result.warnings == ("list: line 2: channel 'news-9' is in no show: the break won't air",)


def test_a_row_without_a_channel_is_refused_where_none_goes_without_saying() -> None:
    result = read("channel,at,duration\nnews-2,+1,30\n,+2,30\n", default=None)
    assert [plan.channel for plan in result.plans] == ["news-2"]
    assert [(refused.where, refused.reason) for refused in result.refused] == [
        ("line 3, channel", "missing: name the channel")
    ]


def test_what_is_not_read_is_said() -> None:
    assert read("at,duration,titel\n+1,30,x\n").warnings == (
        "list: column titel: unknown, not read; did you mean title?",
    )
    assert read('{"version": 1, "breaks": [{"at": "+1", "duration": 30, "spilce_event_id": 4}]}').warnings == (
        "list: version: unknown, not read",
        "list: breaks[0].spilce_event_id: unknown, not read; did you mean splice_event_id?",
    )
    assert (
        "its ads last 31 s, the break 30 s"
        in read(as_json({"at": "+1", "duration": 30, "ads": [{"duration": 31}]})).warnings[0]
    )


@pytest.mark.parametrize("kind", ["0x34", "52", " 52 "])
def test_numbers_in_cells_may_be_hexadecimal(kind: str) -> None:
    (plan,) = read(f"at,duration,segmentation_type_id\n+1,30,{kind}\n").plans
    assert plan.segmentation_type_id == 0x34


@pytest.mark.parametrize(
    ("text", "file", "said"),
    [
        ("", "a.csv", "is empty"),
        ("\n \n", "a.csv", "is empty"),
        ("id,duration\n1,2\n", "a.csv", "line 1: has no column at"),
        ("\nat\n1\n", "a.csv", "line 2: has no column duration"),
        ("at,duration,at\n", "a.csv", "two columns at"),
        ("{", "a.json", "line 1, column 2: not JSON"),
        ("", "a.json", "line 1, column 1: not JSON"),
        ("[]", "a", 'has no list "breaks"'),
        ('{"breaks": {}}', "a", 'has no list "breaks"'),
        ('{"break": []}', "a", 'has no list "breaks"'),
        ("[" * 100_000, "a", "nested too deeply"),
        ('{"breaks": [' + '{"a":' * 100_000, "a", "nested too deeply"),
        ('{"breaks": [,]}', "a", "not JSON"),
    ],
)
def test_a_list_that_can_not_be_read_at_all(text: str, file: str, said: str) -> None:
    with pytest.raises(BreakListError) as caught:
        read(text, file)
    assert said in str(caught.value)
    assert str(caught.value).startswith(file)
    assert str(caught.value).isprintable()


def test_an_empty_list_is_a_list() -> None:
    assert read('{"breaks": []}') == read("at,duration\n") == BreakList(())


def test_xml_is_refused_by_name() -> None:
    with pytest.raises(UnsupportedError, match="XML"):
        read("\n<vmap:VMAP/>", "day.xml")


def test_files_that_are_no_list(tmp_path: Path) -> None:
    for path in (tmp_path, tmp_path / "none.csv", tmp_path / "a\0b"):
        with pytest.raises(BreakListError, match="can't be read"):
            read_break_list(path, channels={})
    latin = tmp_path / "latin.csv"
    latin.write_bytes("at,duration,title\n+1,30,Käse\n".encode("latin-1"))
    with pytest.raises(BreakListError, match="line 2 is not UTF-8; save the list as UTF-8"):
        read_break_list(latin, channels={})


def test_ten_thousand_rows(tmp_path: Path) -> None:
    path = tmp_path / "day.csv"
    path.write_text("at,duration\n" + "".join(f"+{n},0.5\n" for n in range(10_000)))
    assert len(read_break_list(path, channels={"a": ()}, default_channel="a").plans) == 10_000


def survives(text: str, file: str = "list") -> None:
    try:
        result = read(text, file)
    except UsageError as error:
        assert str(error).isprintable()
        return
    assert len({(plan.channel, plan.id) for plan in result.plans}) == len(result.plans)
    for plan in result.plans:
        assert 0 < plan.duration_s <= 86_400
        assert plan.at is not None
        assert When.parse(plan.at.text) == plan.at
        assert (plan.id + plan.title + plan.channel).isprintable()
    assert all(str(refused).isprintable() and refused.reason for refused in result.refused)


@given(st.text())
def test_any_text_is_a_list_or_its_error(text: str) -> None:
    survives(text)
    survives(text, "list.json")


CELLS = st.sampled_from(
    ["", "+1", "+2", "30", "soon", '"', '"a"', '""', "a\nb", '"a\nb"', "[{}]", "{}", "true", "5", "-1", "\0", "é"]
)


@given(
    st.lists(st.sampled_from([*COLUMNS, "other", "at", "duration"]), max_size=6),
    st.lists(st.lists(CELLS, max_size=8), max_size=6),
    st.sampled_from(",;\t"),
)
def test_any_cells_are_a_list_or_its_error(header: list[str], rows: list[list[str]], delimiter: str) -> None:
    survives("\n".join(delimiter.join(row) for row in [["at", "duration", *header], *rows]))


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8) | st.sampled_from(["+1", 30]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from([*COLUMNS, "x"]), inner, max_size=4),
    max_leaves=10,
)


@given(st.lists(JSON | st.dictionaries(st.sampled_from(list(FULL)), JSON), max_size=4))
def test_any_json_is_a_list_or_its_error(breaks: list[Any]) -> None:
    survives(as_json(*breaks))
    survives(as_json(*(FULL | row for row in breaks if isinstance(row, dict))))


@given(st.dictionaries(st.sampled_from(["title", "id"]), st.text(max_size=30)), st.sampled_from(",;\t"))
def test_text_in_quotes_comes_back_as_it_was(texts: dict[str, str], delimiter: str) -> None:
    row = {"at": "+1", "duration": "30"} | texts
    result = read(as_csv([row], list(row), delimiter))
    expected = {name: " ".join(text.split()) for name, text in texts.items() if text.isprintable()}
    for plan in result.plans:
        for name, text in expected.items():
            if text:
                assert " ".join(getattr(plan, name).split()) == text


# ---- templates


@pytest.mark.parametrize("kind", ["json", "csv"])
def test_a_template_that_has_a_duration_gives_it_to_a_row_without_one(kind: str) -> None:
    took = [("Local ad 60", Fraction(60)), ("Local ad 60", Fraction(20))]
    rows: list[dict[str, Any]] = [
        {"at": "+10", "template": "Local ad 60"},
        {"at": "+99", "template": "Local ad 60", "duration": 20},
    ]
    text = as_json(*rows) if kind == "json" else as_csv(rows, ["at", "template", "duration"])
    assert [(plan.template, plan.duration_s) for plan in read(text).plans] == took
    assert read(as_csv(rows[:1], ["at", "template"])).plans == read(text).plans[:1]


def test_a_template_without_a_duration_needs_one() -> None:
    (refused,) = read(as_csv([{"at": "+10", "template": "Chapter"}], ["at", "template"])).refused
    assert (refused.where, refused.reason) == ("line 2, duration", "missing")


def test_a_template_that_the_channel_has_not_is_refused_with_the_nearest() -> None:
    rows = [{"at": "+10", "template": "Local ad 6"}, {"channel": "news-2", "at": "+10", "template": "Chapter"}]
    near, none = read(as_json(*({"duration": 9} | row for row in rows))).refused
    assert (near.where, near.value) == ("breaks[0].template", "Local ad 6")
    assert "did you mean 'Local ad 60'?" in near.reason
    assert "'Chapter'" in near.reason
    assert "the channel has none" in none.reason


def test_a_template_of_a_channel_that_no_show_knows_is_taken_as_it_is() -> None:
    (plan,) = read(as_json({"channel": "far", "at": "+10", "duration": 5, "template": "Theirs"})).plans
    assert plan.template == "Theirs"


def test_a_row_that_leaves_its_length_to_a_template_of_a_show_that_is_not_there_says_so() -> None:
    (refused,) = read(
        as_csv([{"at": "+10", "template": "Theirs", "channel": "far"}], ["at", "template", "channel"])
    ).refused
    assert refused.where == "line 2, duration"
    assert "how long 'Theirs' is only the show of far tells" in refused.reason
