import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from fractions import Fraction

import m3u8
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.model.errors import CueError
from app.model.profiles import LONGEST_UNKNOWN_S, PROFILES
from app.model.show import MarkingOptions
from app.model.wire import utc_text
from app.scte35 import messages
from app.scte35.codec import decode, from_text, to_base64
from app.scte35.dialects import Avail, cont_tags, daterange_id, in_tags, open_ranges, out_tags
from app.scte35.tracked import Limits

DIALECTS = ("daterange", "cue-out-in", "oatcls-scte35", "scte35")  # of a channel that names none
OUT = messages.splice_out(17, 900_000, 2_700_000).encoded
IN = messages.splice_in(17, 3_600_000).encoded
START = datetime(2026, 11, 22, 20, 15, 32, 440_000, tzinfo=UTC)
OPEN = Avail("17-a", OUT, START, 2_700_000)
CLOSED = replace(OPEN, in_section=IN, duration_ticks=2_700_000)
moments = st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - st adds the zone
lengths = st.integers(0, 90_000 * 100_000)
dialect_sets = st.lists(st.sampled_from(DIALECTS), unique=True)


def _attributes(tag: str) -> dict[str, str]:
    return dict(re.findall(r'([A-Z0-9-]+)=("[^"]*"|[^",]+)', tag.partition(":")[2]))


def test_the_forms_of_an_out() -> None:
    assert out_tags(OPEN, DIALECTS) == [
        (
            '#EXT-X-DATERANGE:ID="17-a",START-DATE="2026-11-22T20:15:32.440Z",PLANNED-DURATION=30.000'
            f",SCTE35-OUT=0x{OUT.hex().upper()}"
        ),
        f'#EXT-X-SCTE35:CUE="{to_base64(OUT)}",CUE-OUT=YES',
        f"#EXT-OATCLS-SCTE35:{to_base64(OUT)}",
        "#EXT-X-CUE-OUT:DURATION=30.000",
    ]


def test_the_forms_of_a_later_segment() -> None:
    assert cont_tags(OPEN, 540_000, DIALECTS) == [
        f'#EXT-X-SCTE35:CUE="{to_base64(OUT)}",CUE-OUT=CONT',
        "#EXT-X-CUE-OUT-CONT:ElapsedTime=6.000,Duration=30.000",
    ]
    assert cont_tags(OPEN.extended(b"", 5_400_000), 540_000, ["cue-out-in"]) == [
        "#EXT-X-CUE-OUT-CONT:ElapsedTime=6.000,Duration=60.000"
    ]


def test_the_forms_of_an_in() -> None:
    early = replace(CLOSED, duration_ticks=1_126_126)
    assert in_tags(early, DIALECTS) == [
        (
            '#EXT-X-DATERANGE:ID="17-a",START-DATE="2026-11-22T20:15:32.440Z",PLANNED-DURATION=30.000'
            f',DURATION=12.513,END-DATE="2026-11-22T20:15:44.953Z",SCTE35-IN=0x{IN.hex().upper()}'
        ),
        f'#EXT-X-SCTE35:CUE="{to_base64(IN)}",CUE-IN=YES',
        f"#EXT-OATCLS-SCTE35:{to_base64(IN)}",
        "#EXT-X-CUE-IN",
    ]


def test_oatcls_brings_the_cue_tags_it_stands_before() -> None:
    assert [tag.partition(":")[0] for tag in out_tags(OPEN, ["oatcls-scte35"])] == [
        "#EXT-OATCLS-SCTE35",
        "#EXT-X-CUE-OUT",
    ]
    assert [tag.partition(":")[0] for tag in in_tags(CLOSED, ["oatcls-scte35"])] == [
        "#EXT-OATCLS-SCTE35",
        "#EXT-X-CUE-IN",
    ]
    assert cont_tags(OPEN, 1, ["oatcls-scte35"]) == []


@given(dialect_sets)
def test_each_dialect_says_its_own_and_all_the_same_bytes(dialects: list[str]) -> None:
    for tags, section in ((out_tags(OPEN, dialects), OUT), (in_tags(CLOSED, dialects), IN)):
        payloads = re.findall(r"0x[0-9A-F]+|/DA[A-Za-z0-9+/]+=*", "\n".join(tags))
        assert len(payloads) == len(set(dialects) - {"cue-out-in"})
        assert {from_text(payload) for payload in payloads} <= {section}
        assert any("DATERANGE" in tag for tag in tags) == ("daterange" in dialects)
        assert any("EXT-X-SCTE35" in tag for tag in tags) == ("scte35" in dialects)
        cue_tags = [tag for tag in tags if tag.startswith("#EXT-X-CUE-")]
        assert len(cue_tags) == (not {"cue-out-in", "oatcls-scte35"}.isdisjoint(dialects))
    assert not dialects or out_tags(OPEN, dialects)
    assert out_tags(OPEN, []) == in_tags(CLOSED, []) == cont_tags(OPEN, 1, []) == []


@given(moments, lengths, lengths)
def test_dates_and_durations_agree_to_the_digit(start_at: datetime, planned: int, lasted: int) -> None:
    avail = Avail("a", OUT, start_at, planned, IN, lasted)
    opening, closing = _attributes(open_ranges(avail, ["daterange"])[0]), _attributes(in_tags(avail, ["daterange"])[0])
    for name in opening.keys() & closing.keys():
        assert opening[name] == closing[name]
    assert opening.keys() - closing.keys() == {"SCTE35-OUT"}
    assert closing.keys() - opening.keys() == {"DURATION", "END-DATE", "SCTE35-IN"}
    start = datetime.fromisoformat(closing["START-DATE"].strip('"'))
    end = datetime.fromisoformat(closing["END-DATE"].strip('"'))
    assert closing["START-DATE"] == f'"{utc_text(start_at)}"'
    assert (end - start) // timedelta(milliseconds=1) == Fraction(closing["DURATION"]) * 1000
    assert (end - start) % timedelta(milliseconds=1) == timedelta(0)
    assert abs(Fraction(closing["DURATION"]) - Fraction(lasted, 90_000)) <= Fraction(1, 2000)
    assert abs(Fraction(closing["PLANNED-DURATION"]) - Fraction(planned, 90_000)) <= Fraction(1, 2000)
    cue_out = out_tags(avail, ["cue-out-in"])[0].partition("=")[2]
    assert cue_out == closing["PLANNED-DURATION"]


def test_another_zone_is_the_same_moment() -> None:
    there = START.astimezone(timezone(timedelta(hours=5, minutes=30)))
    assert in_tags(replace(CLOSED, start_at=there), DIALECTS) == in_tags(CLOSED, DIALECTS)


def test_the_section_in_the_tag_is_the_section_sent() -> None:
    (tag,) = open_ranges(OPEN, ["daterange"])
    assert decode(from_text(_attributes(tag)["SCTE35-OUT"])) == messages.splice_out(17, 900_000, 2_700_000)


def test_an_id_used_again_makes_another_daterange() -> None:
    assert daterange_id(17, START) == "17-20261122T201532440Z"
    assert daterange_id(17, START) != daterange_id(17, START + timedelta(milliseconds=1))


def test_an_open_break_has_no_in() -> None:
    assert OPEN.open
    assert not CLOSED.open
    with pytest.raises(CueError):
        in_tags(OPEN, ["cue-out-in"])


@pytest.mark.parametrize(
    "wrong",
    [
        {"daterange_id": ""},
        {"daterange_id": 'a"b'},
        {"daterange_id": "a\nb"},
        {"start_at": START.replace(tzinfo=None)},
        {"planned_duration_ticks": -1},
        {"duration_ticks": -1},
        {"in_section": None},
        {"duration_ticks": None},
    ],
)
def test_what_can_not_stand_in_a_playlist_is_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(CueError):
        replace(CLOSED, **wrong)  # type: ignore[arg-type]  # wrong on purpose


def test_a_playlist_reader_finds_the_break() -> None:
    lines = ["#EXTM3U", "#EXT-X-VERSION:6", "#EXT-X-TARGETDURATION:10"]
    for index, tags in enumerate(
        (
            [],
            out_tags(OPEN, DIALECTS),
            cont_tags(OPEN, 900_000, DIALECTS),
            in_tags(CLOSED, DIALECTS),
        )
    ):
        lines += [*tags, "#EXTINF:10.000,", f"{index}.ts"]
    before, out, cont, back = m3u8.loads("\n".join(lines)).segments
    assert (before.cue_out, out.cue_out_start, cont.cue_out, back.cue_in) == (False, True, True, True)
    assert out.scte35_duration == "30.000"
    assert cont.scte35_elapsedtime == "10.000"
    assert out.dateranges[0].scte35_out == f"0x{OUT.hex().upper()}"
    assert back.dateranges[0].scte35_in == f"0x{IN.hex().upper()}"
    assert back.dateranges[0].end_date == "2026-11-22T20:16:02.440Z"
    assert out.oatcls_scte35 == to_base64(OUT)


def test_readers_that_need_a_duration_are_told_the_longest_where_the_section_has_none() -> None:
    section = messages.splice_out(17, 900_000, None).encoded
    unknown = Avail("17-a", section, START, None)
    google, adobe = PROFILES["google-dai"], PROFILES["adobe"]
    assert out_tags(unknown, google.dialects, google.marking) == ["#EXT-X-CUE-OUT:DURATION=600.000"]
    assert cont_tags(unknown, 540_000, google.dialects, google.marking) == [
        "#EXT-X-CUE-OUT-CONT:ElapsedTime=6.000,Duration=600.000"
    ]
    told = unknown.extended(b"", 5_400_000)
    assert cont_tags(told, 540_000, google.dialects, google.marking)[0].endswith("Duration=60.000")
    date_range, cue = sorted(out_tags(unknown, adobe.dialects, adobe.marking), key=lambda tag: "X-CUE" in tag)
    assert "DURATION" not in date_range
    assert ",DURATION=600.000," in cue
    assert ",DURATION=600.000," in cont_tags(unknown, 540_000, adobe.dialects, adobe.marking)[0]
    assert out_tags(unknown, ["cue-out-in"]) == ["#EXT-X-CUE-OUT"]
    assert out_tags(OPEN, google.dialects, google.marking) == ["#EXT-X-CUE-OUT:DURATION=30.000"]


def test_no_interstitial_of_a_break_that_nothing_ends() -> None:
    options = MarkingOptions(asset_list="https://ads.example/{break_id}?d={duration}")
    (told, asked) = out_tags(OPEN, ["daterange"], options)
    assert "SCTE35-OUT" in told
    assert "d=30.000" in asked
    bare = replace(OPEN, out_section=messages.splice_out(17, 900_000, None).encoded, planned_duration_ticks=None)
    (told,) = out_tags(bare, ["daterange"], options)
    assert "X-ASSET-LIST" not in told


def test_what_is_told_of_an_unknown_length_is_how_long_it_may_last() -> None:
    assert Limits().unknown_ticks == LONGEST_UNKNOWN_S * 90_000
