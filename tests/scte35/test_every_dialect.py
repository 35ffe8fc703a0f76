"""Each dialect, whatever the break and its section: the same bytes, the same times, lawful attributes."""

from datetime import datetime, timedelta
from fractions import Fraction
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.model.cue import SegmentationDescriptor, TimeSignal
from app.model.profiles import PROFILES
from app.model.show import MarkingOptions
from app.model.signalling import Signalling, SignalMode
from app.model.wire import utc_text
from app.scte35.codec import decode
from app.scte35.dialects import (
    DIALECTS,
    Avail,
    cont_tags,
    in_tags,
    moment_tags,
    open_ranges,
    out_tags,
)
from app.scte35.messages import made, splice_in, splice_null, splice_out
from app.scte35.segmentation import END_OF
from app.scte35.signalling import in_section, is_splice, out_section
from tests.scte35.playlist_tags import (
    ASSETS,
    attributes,
    avails,
    date,
    dialect_sets,
    lengths,
    moments,
    named,
    options,
    payloads,
)

SPLICES = st.sampled_from([mode for mode in SignalMode if is_splice(mode)])
OTHERS = st.sampled_from([mode for mode in SignalMode if not is_splice(mode)])
MS = timedelta(milliseconds=1)
ONE_MS = Fraction(1, 1000)


def all_lines(avail: Avail, dialects: list[str], marking: MarkingOptions) -> list[str]:
    return [
        *out_tags(avail, dialects, marking),
        *cont_tags(avail, 90_000, dialects, marking),
        *in_tags(avail, dialects, marking),
    ]


def about(told: str, ticks: int) -> bool:
    return abs(Fraction(told) - Fraction(ticks, 90_000)) <= ONE_MS / 2


@given(avails(), dialect_sets, options, lengths)
def test_every_tag_carries_the_bytes_of_its_splice(
    avail: Avail, dialects: list[str], marking: MarkingOptions, elapsed: int
) -> None:
    assert set(payloads(out_tags(avail, dialects, marking))) <= {avail.out_section}
    assert set(payloads(cont_tags(avail, elapsed, dialects, marking))) <= {avail.now[0]}
    assert set(payloads(in_tags(avail, dialects, marking))) <= {avail.in_section}
    carrying = {"daterange", "scte35", "splicepoint", *(["adobe", "oatcls-scte35"] if avail.is_splice else [])}
    for lines in (out_tags(avail, dialects, marking), in_tags(avail, dialects, marking)):
        assert len(payloads(lines)) == len(carrying & set(dialects))


@given(avails(), dialect_sets, options)
def test_dateranges_keep_the_rules_of_the_standard(avail: Avail, dialects: list[str], marking: MarkingOptions) -> None:
    lines = all_lines(avail, dialects, marking)
    ranges: dict[str, dict[str, str]] = {}
    for line in named(lines, "EXT-X-DATERANGE"):
        told = attributes(line)
        assert {"ID", "START-DATE"} <= told.keys()
        merged = ranges.setdefault(told["ID"], {})
        for name, value in told.items():
            assert merged.setdefault(name, value) == value, "§4.3.2.7: same ID, same value"
    for told in ranges.values():
        if "END-ON-NEXT" in told:
            assert told["END-ON-NEXT"] == "YES"
            assert "CLASS" in told
            assert not {"DURATION", "END-DATE"} & told.keys()
        if "END-DATE" in told:
            lasted = date(told["END-DATE"]) - date(told["START-DATE"])
            assert Fraction(lasted // MS, 1000) == Fraction(told["DURATION"])
        if "SCTE35-IN" in told:
            assert {"SCTE35-OUT", "DURATION", "END-DATE"} <= told.keys()
            assert about(told["DURATION"], avail.duration_ticks or 0)
        if "PLANNED-DURATION" in told:
            assert about(told["PLANNED-DURATION"], avail.planned_duration_ticks or 0)
        assert sum(name.startswith("SCTE35-") for name in told) <= (1 if "SCTE35-CMD" in told else 2)
    if "daterange" in dialects:
        assert ranges[f'"{avail.daterange_id}"']["START-DATE"] == f'"{utc_text(avail.start_at)}"'


@given(avails(OTHERS), options)
def test_a_signal_that_is_no_splice_is_two_commands_each_at_its_own_time(avail: Avail, marking: MarkingOptions) -> None:
    start = attributes(out_tags(avail, ["daterange"], marking)[0])
    *closed, end = [attributes(line) for line in in_tags(avail, ["daterange"], marking)]
    assert start["ID"] != end["ID"]
    assert "SCTE35-CMD" in start
    assert "SCTE35-CMD" in end
    lasted = date(end["START-DATE"]) - date(start["START-DATE"])
    assert about(str(Fraction(lasted // MS, 1000)), avail.duration_ticks or 0)
    assert end["DURATION"] == "0.000", "an instant, §4.3.2.7"
    if marking.end_on_next:
        assert closed == []
        assert start["CLASS"] == end["CLASS"]
        assert "END-ON-NEXT" not in end
    else:
        (closing,) = closed
        assert (closing["ID"], closing["END-DATE"]) == (start["ID"], end["START-DATE"])


@given(avails(OTHERS), dialect_sets, options, lengths)
def test_no_other_signal_looks_like_a_break(
    avail: Avail, dialects: list[str], marking: MarkingOptions, elapsed: int
) -> None:
    assert cont_tags(avail, elapsed, dialects, marking) == []
    lines = "\n".join(all_lines(avail, dialects, marking))
    for word in ("CUE-OUT", "CUE-IN", "OATCLS", "EXT-X-CUE", "EXT-X-ASSET", "interstitial", "SCTE35-OUT", "SCTE35-IN"):
        assert word not in lines


@given(avails(SPLICES), options, lengths)
def test_cue_tags_tell_the_duration_in_each_spelling(avail: Avail, marking: MarkingOptions, elapsed: int) -> None:
    (out,) = named(out_tags(avail, ["cue-out-in"], marking), "EXT-X-CUE-OUT")
    planned, (section, standing) = avail.planned_duration_ticks, avail.now
    told = out.partition(":")[2]
    if planned is None or marking.cue_out == "bare":
        assert out == "#EXT-X-CUE-OUT"
    else:
        assert told.startswith("DURATION=") == (marking.cue_out == "duration")
        assert about(told.removeprefix("DURATION="), planned)
    (cont,) = named(cont_tags(avail, elapsed, ["cue-out-in"], marking), "EXT-X-CUE-OUT-CONT")
    if marking.cont == "ratio" and standing is not None:
        gone, _, whole = cont.partition(":")[2].partition("/")
        assert about(gone, elapsed)
        assert about(whole, standing)
        return
    first, *rest = cont.partition(":")[2].split(",")
    assert about(first.removeprefix("ElapsedTime="), elapsed)
    assert (standing is not None) == any(part.startswith("Duration=") for part in rest)
    assert payloads([cont]) == ([section] if marking.cont == "elemental" else [])


@given(avails(SPLICES), lengths)
def test_adobe_cues_say_when_by_the_section_and_how_long(avail: Avail, elapsed: int) -> None:
    out, cont, back = (
        attributes(line)
        for line in (
            *out_tags(avail, ["adobe"]),
            *cont_tags(avail, elapsed, ["adobe"]),
            *in_tags(avail, ["adobe"]),
        )
    )
    for told in (out, cont, back):
        assert (told["TYPE"], told["ID"]) == ('"scte35"', out["ID"])
    assert out["TIME"] == cont["TIME"]
    for told, section in ((out, avail.out_section), (back, avail.in_section or b"")):
        assert abs(Fraction(told["TIME"]) - Fraction(decode(section).effective_pts or 0, 90_000)) <= ONE_MS / 1000
    assert (out["ELAPSED"], back["DURATION"]) == ("0.000", "0.000")
    assert about(cont["ELAPSED"], elapsed)
    assert about(out["DURATION"], avail.planned_duration_ticks or 0)
    assert about(cont["DURATION"], avail.now[1] or 0)
    assert "ELAPSED" not in back


@given(avails(), lengths)
def test_scte35_tags_tell_what_a_descriptor_says(avail: Avail, elapsed: int) -> None:
    lines = [*out_tags(avail, ["scte35"]), *cont_tags(avail, elapsed, ["scte35"]), *in_tags(avail, ["scte35"])]
    assert len(lines) == (3 if avail.is_splice else 2)
    for line in lines:
        told = attributes(line)
        roles = ["CUE", "CUE-OUT" if line in lines[:-1] else "CUE-IN"] if avail.is_splice else ["CUE"]
        assert list(told)[: len(roles)] == roles
        descriptor = next(iter(decode(payloads([line])[0]).segmentation_descriptors), None)
        if descriptor is None:
            assert list(told) == roles, "the contract's own form"
            continue
        assert told["ID"] == f'"{avail.daterange_id}"'
        assert int(told["TYPE"], 16) == descriptor.segmentation_type_id
        assert ("ELAPSED" in told) == (told.get("CUE-OUT") == "CONT")
        assert ("UPID" in told) == bool(descriptor.upid)
        if descriptor.upid:
            kind, _, digits = told["UPID"].strip('"').partition(":")
            assert (int(kind, 16), bytes.fromhex(digits[2:])) == (descriptor.upid_type, descriptor.upid)


@given(avails())
def test_assets_name_the_upid_of_the_section(avail: Avail) -> None:
    lines = named(out_tags(avail, ["asset", "cue-out-in"]), "EXT-X-ASSET")
    (descriptor,) = decode(avail.out_section).segmentation_descriptors or (None,)
    upid = b"" if descriptor is None or not avail.is_splice else descriptor.upid
    assert lines == ([f"#EXT-X-ASSET:CAID=0x{upid.hex().upper()}"] if upid else [])
    assert named([*cont_tags(avail, 1, ["asset"]), *in_tags(avail, ["asset"])], "EXT-X-ASSET") == []


@given(avails(SPLICES), dialect_sets)
def test_an_interstitial_has_its_own_range_and_the_url_of_its_break(avail: Avail, dialects: list[str]) -> None:
    marking = MarkingOptions(asset_list=ASSETS)
    lines = [one for one in out_tags(avail, dialects, marking) if "interstitial" in one]
    if avail.planned_duration_ticks is None:
        assert not lines  # nothing would bring players back
        return
    (line,) = lines
    told = attributes(line)
    assert told["CLASS"] == '"com.apple.hls.interstitial"'
    assert told["ID"] != f'"{avail.daterange_id}"'
    assert told["START-DATE"] == f'"{utc_text(avail.start_at)}"'
    assert f"/{quote(avail.break_id, safe='')}.json?e={avail.own_event_id}&d=" in told["X-ASSET-LIST"]
    assert "{" not in told["X-ASSET-LIST"]
    assert "X-PLAYOUT-LIMIT" in told
    assert line in open_ranges(avail, dialects, marking)
    assert not [one for one in in_tags(avail, dialects, marking) if "interstitial" in one]


@pytest.mark.parametrize("name", PROFILES)
def test_each_profile_is_told_a_break_in_the_words_its_reader_reads(name: str) -> None:
    profile = PROFILES[name]
    signalling = Signalling(mode=SignalMode.PROVIDER_PLACEMENT)
    opened, closed = out_section(signalling, 7, 90_000, 2_700_000), in_section(signalling, 7, 2_790_000)
    start_at = date("2026-11-22T20:15:32.440+00:00")
    avail = Avail("7-a", opened.encoded, start_at, 2_700_000, closed.encoded, 2_700_000)
    told = {line.partition(":")[0] for line in all_lines(avail, list(profile.dialects), profile.marking)}
    assert (told & {"#EXT-X-CUE-OUT", "#EXT-X-CUE-IN"} == {"#EXT-X-CUE-OUT", "#EXT-X-CUE-IN"}) == (
        "cue-out-in" in profile.dialects
    )
    if profile.needs_duration and "cue-out-in" in profile.dialects:
        assert "#EXT-X-CUE-OUT:DURATION=30.000" in out_tags(avail, profile.dialects, profile.marking)
    if name in {"mediatailor", "mediapackage", "broadpeak"}:
        assert out_tags(avail, profile.dialects, profile.marking)[-1] == "#EXT-X-CUE-OUT:30.000"
        (cont,) = cont_tags(avail, 540_000, profile.dialects, profile.marking)
        assert cont.startswith("#EXT-X-CUE-OUT-CONT:ElapsedTime=6.000,Duration=30.000,SCTE35=/DA")


@given(moments, dialect_sets)
def test_a_moment_is_an_instant_of_its_own(start_at: datetime, dialects: list[str]) -> None:
    null = splice_null().encoded
    avail = Avail("0-a", null, start_at, None)
    lines = moment_tags(avail, dialects)
    for line in named(lines, "EXT-X-DATERANGE"):
        told = attributes(line)
        assert list(told) == ["ID", "START-DATE", "DURATION", "SCTE35-CMD"]
        assert told["DURATION"] == "0.000"
    assert len(lines) == ("daterange" in dialects)
    assert set(payloads(lines)) <= {null}


@pytest.mark.parametrize("lasts", [None, 0, 900_000])
@pytest.mark.parametrize("type_id", sorted(END_OF))
def test_what_starts_something_is_no_instant(type_id: int, lasts: int | None) -> None:
    starts = SegmentationDescriptor(5, segmentation_type_id=type_id, segmentation_duration_ticks=lasts)
    start_at = date("2026-11-22T20:15:32.440+00:00")
    (line,) = moment_tags(Avail("5-a", made(TimeSignal(90_000), starts).encoded, start_at, None), ["daterange"])
    told = attributes(line)
    assert "DURATION" not in told
    assert told.get("PLANNED-DURATION") == ("10.000" if lasts else None)
    ends = SegmentationDescriptor(5, segmentation_type_id=END_OF[type_id])
    (line,) = moment_tags(Avail("5-b", made(TimeSignal(90_000), ends).encoded, start_at, None), ["daterange"])
    assert attributes(line)["DURATION"] == "0.000"


def test_one_of_several_descriptors_is_the_one_of_its_break() -> None:
    first = out_section(Signalling(mode=SignalMode.BREAK), 5, 90_000, 900_000)
    second = out_section(Signalling(mode=SignalMode.PROVIDER_PLACEMENT), 6, 90_000, 450_000)
    both = made(first.command, *first.descriptors, *second.descriptors)
    start_at = date("2026-11-22T20:15:32.440+00:00")
    (line,) = out_tags(Avail("6-a", both.encoded, start_at, 450_000, event_id=6), ["scte35"])
    assert attributes(line)["TYPE"] == "0x34"
    (line,) = out_tags(Avail("5-a", both.encoded, start_at, 900_000, event_id=5), ["scte35"])
    assert attributes(line)["TYPE"] == "0x22"


def test_the_default_form_of_a_plain_break_is_the_contracts() -> None:
    opened, closed = splice_out(17, 900_000, 2_700_000).encoded, splice_in(17, 3_600_000).encoded
    avail = Avail("17-a", opened, date("2026-11-22T20:15:32.440+00:00"), 2_700_000, closed, 2_700_000)
    assert not [
        line for line in all_lines(avail, list(DIALECTS), MarkingOptions()) if "CLASS" in line or "ASSET" in line
    ]
    assert out_tags(avail, ["scte35"])[0].endswith('",CUE-OUT=YES')
    assert cont_tags(avail, 1, ["scte35"])[0].endswith('",CUE-OUT=CONT')
    assert in_tags(avail, ["scte35"])[0].endswith('",CUE-IN=YES')


def test_a_class_may_name_the_type_that_opens_the_range() -> None:
    marking = MarkingOptions(daterange_class="{segmentation_type_id}", end_on_next=True)
    start_at = date("2026-11-22T20:15:32.440+00:00")
    how = Signalling(mode=SignalMode.CHAPTER)
    opened, closed = out_section(how, 5, 90_000, None).encoded, in_section(how, 5, 180_000).encoded
    chapter = Avail("5-a", opened, start_at, None, closed, 90_000)
    (start,) = out_tags(chapter, ["daterange"], marking)
    (end,) = in_tags(chapter, ["daterange"], marking)
    assert attributes(start)["CLASS"] == attributes(end)["CLASS"] == '"0x20"'
    assert attributes(start)["END-ON-NEXT"] == "YES"
    plain = Avail("5-a", splice_out(5, 90_000, 90_000).encoded, start_at, 90_000)
    assert not {"CLASS", "END-ON-NEXT"} & attributes(out_tags(plain, ["daterange"], marking)[0]).keys()
