import base64
import uuid
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.model.cue import BreakDuration, DeliveryRestrictions, Section, SpliceInsert, TimeSignal
from app.model.errors import CueError
from app.model.rundown import Upid
from app.model.signalling import Signalling, SignalMode
from app.scte35.codec import decode
from app.scte35.messages import splice_null, time_signal_cancel
from app.scte35.second_reader import agree
from app.scte35.segmentation import END_OF, TYPE_NAMES
from app.scte35.signalling import (
    ONE_PACKET_BYTES,
    SectionRole,
    cancel_section,
    in_section,
    is_splice,
    out_section,
    section_role,
    signalling_of,
    upid_of,
)
from tests.scte35.strategies import ids, ticks, uint

BREAK = "b1"
modes = st.sampled_from(SignalMode)
durations = st.integers(1, (1 << 33) - 1)
break_ids = st.text(st.characters(categories=["L", "N"]), max_size=20)
restrictions = st.builds(DeliveryRestrictions, st.booleans(), st.booleans(), st.booleans(), uint(2))
avails = st.tuples(uint(8), uint(8)).filter(lambda pair: not pair[1] or pair[0] <= pair[1])
upids = st.sampled_from(
    [
        Upid(0x09, "SIGNAL:{uuid}"),
        Upid(0x0F, "urn:break:{break_id}:{event_id}"),
        Upid(0x08, "0x00000000{event_id}"),
        Upid(0x10, "{uuid}"),
        Upid(0x03, "ABCD01234567"),
    ]
)


@st.composite
def signallings(draw: st.DrawFn) -> Signalling:
    mode = draw(modes)
    numbered = mode in {SignalMode.BREAK, SignalMode.CHAPTER, SignalMode.PROVIDER_AD, SignalMode.SPLICE_INSERT}
    numbers = draw(st.integers(1, 255).flatmap(lambda most: st.tuples(st.integers(1, most), st.just(most))))
    insert = mode is SignalMode.SPLICE_INSERT
    return Signalling(
        mode=mode,
        upid=draw(st.none() | upids),
        delivery=draw(st.none() | restrictions),
        tier=draw(uint(12)),
        unique_program_id=draw(uint(16)) if insert else 0,
        avail=draw(avails) if insert else (0, 0),
        segments=draw(st.sampled_from([(0, 0), numbers])) if numbered else (0, 0),
    )


# ---- by property, for every mode


@given(signallings(), ids, ticks, durations, break_ids, st.booleans())
def test_both_ends_of_every_mode_are_read_alike_by_two_readers_and_pair(
    signalling: Signalling, event_id: int, pts: int, duration: int, break_id: str, auto_return: bool
) -> None:
    out = out_section(signalling, event_id, pts, duration, break_id=break_id, auto_return=auto_return)
    back = in_section(signalling, event_id, pts, break_id=break_id)
    for section in (out, back, cancel_section(signalling, event_id)):
        agree(section.encoded)
        assert decode(section.encoded) == section
        assert section.tier == signalling.tier
    splice = is_splice(signalling.mode)
    assert section_role(out) is (SectionRole.OUT if splice else SectionRole.START)
    assert section_role(back) is (SectionRole.IN if splice else SectionRole.END)
    assert out.effective_pts == back.effective_pts == pts
    again = out_section(signalling, event_id, pts, duration, break_id=break_id, auto_return=auto_return)
    assert again.encoded == out.encoded
    if isinstance(out.command, SpliceInsert):
        _pair_of_inserts(signalling, event_id, out, back, BreakDuration(auto_return, duration))
    for start, end in zip(out.segmentation_descriptors, back.segmentation_descriptors, strict=True):
        assert (start.segmentation_duration_ticks, end.segmentation_duration_ticks) == (duration, None)
        assert END_OF[start.segmentation_type_id] == end.segmentation_type_id
        assert (start.upid_type, start.upid) == (end.upid_type, end.upid)
        assert (start.segmentation_event_id, end.segmentation_event_id) == (event_id, event_id)
        assert (start.segment_num, start.segments_expected) == (end.segment_num, end.segments_expected)
        assert end.delivery is None


def _pair_of_inserts(
    signalling: Signalling, event_id: int, out: Section, back: Section, duration: BreakDuration
) -> None:
    for section, is_out in ((out, True), (back, False)):
        command = section.command
        assert isinstance(command, SpliceInsert)
        assert (command.splice_event_id, command.out_of_network_indicator) == (event_id, is_out)
        assert command.break_duration == (duration if is_out else None)
        assert (command.avail_num, command.avails_expected) == signalling.avail
        assert command.unique_program_id == signalling.unique_program_id


@given(signallings(), ids, ticks, durations, st.booleans())
def test_what_a_section_was_made_of_is_read_back_from_it(
    signalling: Signalling, event_id: int, pts: int, duration: int, auto_return: bool
) -> None:
    out = out_section(signalling, event_id, pts, duration, break_id=BREAK, auto_return=auto_return)
    back = in_section(signalling, event_id, pts, break_id=BREAK)
    read, type_id = signalling_of(decode(out.encoded))
    again = out_section(read, event_id, pts, duration, auto_return=auto_return, segmentation_type_id=type_id)
    assert again.encoded == out.encoded
    assert in_section(read, event_id, pts, segmentation_type_id=type_id).encoded == back.encoded
    assert cancel_section(read, event_id).encoded == cancel_section(signalling, event_id).encoded


@given(signallings(), ids, ticks, durations, st.sampled_from(sorted(END_OF)))
def test_a_type_of_a_row_rules_over_the_modes(
    signalling: Signalling, event_id: int, pts: int, duration: int, type_id: int
) -> None:
    signalling = replace(signalling, segments=(0, 0))
    out = out_section(signalling, event_id, pts, duration, segmentation_type_id=type_id)
    back = in_section(signalling, event_id, pts, segmentation_type_id=type_id)
    assert isinstance(out.command, SpliceInsert) == (signalling.mode is SignalMode.SPLICE_INSERT)
    types = [section.segmentation_descriptors[0].segmentation_type_id for section in (out, back)]
    assert types == [type_id, END_OF[type_id]]
    read, found = signalling_of(out)
    assert out_section(read, event_id, pts, duration, segmentation_type_id=found).encoded == out.encoded
    assert in_section(read, event_id, pts, segmentation_type_id=found).encoded == back.encoded


# ---- one by one


@pytest.mark.parametrize("mode", SignalMode)
def test_what_each_mode_says(mode: SignalMode) -> None:
    out = out_section(Signalling(mode=mode), 7, 90_000, 30 * 90_000)
    if mode is SignalMode.SPLICE_INSERT:
        assert isinstance(out.command, SpliceInsert)
        assert out.descriptors == ()
        return
    (start,) = out.segmentation_descriptors
    name = mode.value.removesuffix("_ad").replace("_", " ")
    names = {"program_overlap": "program overlap start", "program_breakaway": "program breakaway"}
    wanted = names.get(mode.value, f"{name} advertisement start" if mode.value.endswith("_ad") else f"{name} start")
    assert isinstance(out.command, TimeSignal)
    assert TYPE_NAMES[start.segmentation_type_id].lower() == wanted
    one_of_one = {SignalMode.PROGRAM, SignalMode.PROGRAM_OVERLAP, SignalMode.PROGRAM_BREAKAWAY, SignalMode.CHAPTER}
    assert (start.segment_num, start.segments_expected) == ((1, 1) if mode in one_of_one else (0, 0))


def test_which_modes_tell_of_a_splice() -> None:
    assert [mode.value for mode in SignalMode if not is_splice(mode)] == [
        "program",
        "program_overlap",
        "program_breakaway",
        "unscheduled_event",
        "chapter",
    ]


def test_restrictions_stand_at_the_start_alone_and_none_of_them_is_no_restriction() -> None:
    web = DeliveryRestrictions(
        web_delivery_allowed=False, no_regional_blackout=True, archive_allowed=True, device_restrictions=3
    )
    signalling = Signalling(mode=SignalMode.PROVIDER_PLACEMENT, delivery=web)
    assert out_section(signalling, 7, 0, 90_000).segmentation_descriptors[0].delivery == web
    assert in_section(signalling, 7, 0).segmentation_descriptors[0].delivery is None
    free = replace(signalling, delivery=replace(web, web_delivery_allowed=True))
    assert out_section(free, 7, 0, 90_000).segmentation_descriptors[0].delivery is None


@pytest.mark.parametrize("field", ["upid", "delivery", "segments"])
def test_an_insert_with_more_to_say_carries_a_placement_opportunity(field: str) -> None:
    more = {
        "upid": Upid(9, "SIGNAL:{uuid}"),
        "delivery": DeliveryRestrictions(False, True, True, 3),
        "segments": (1, 2),
    }
    signalling = replace(Signalling(), **{field: more[field]})  # type: ignore[arg-type]  # each has its own type
    out, back = out_section(signalling, 7, 0, 90_000), in_section(signalling, 7, 0)
    assert [section.segmentation_descriptors[0].segmentation_type_id for section in (out, back)] == [0x34, 0x35]
    assert section_role(out) is SectionRole.OUT


def test_an_immediate_section_has_no_time() -> None:
    for mode in SignalMode:
        assert out_section(Signalling(mode=mode), 7, None, 90_000).pts_time is None


def test_roles_of_what_is_no_break() -> None:
    assert section_role(splice_null()) is SectionRole.OTHER
    assert section_role(time_signal_cancel(7)) is SectionRole.CANCEL
    for mode in SignalMode:
        assert section_role(cancel_section(Signalling(mode=mode), 7)) is SectionRole.CANCEL
        with pytest.raises(CueError, match="opens no break"):
            signalling_of(in_section(Signalling(mode=mode), 7, 0))


# ---- UPIDs


def test_a_upid_is_text_hexadecimal_or_a_uuid() -> None:
    assert upid_of(None, 7, BREAK) == (0, b"")
    assert upid_of(Upid(3, "ABCD01234567"), 7, BREAK) == (3, b"ABCD01234567")
    assert upid_of(Upid(8, "0x00000000{event_id}"), 0xABCDE, BREAK) == (8, bytes.fromhex("00000000000abcde"))
    assert upid_of(Upid(0x0F, "urn:{break_id}:{event_id}"), 7, BREAK) == (0x0F, b"urn:b1:7")
    assert upid_of(Upid(0x0F, "0x{break_id}"), 7, BREAK) == (0x0F, b"b1")
    digits = "12345678-1234-5678-1234-567812345678"
    assert upid_of(Upid(0x10, digits), 7, BREAK) == (0x10, uuid.UUID(digits).bytes)


def test_a_breaks_uuid_is_one_wherever_it_stands_and_another_for_another_break() -> None:
    _, signal = upid_of(Upid(9, "SIGNAL:{uuid}"), 7, BREAK)
    _, binary = upid_of(Upid(0x10, "{uuid}"), 7, BREAK)
    _, text = upid_of(Upid(0x0F, "urn:uuid:{uuid}"), 7, BREAK)
    assert base64.b64decode(signal.removeprefix(b"SIGNAL:")) == binary
    assert uuid.UUID(text.decode()).bytes == binary
    others = {upid_of(Upid(0x10, "{uuid}"), *other)[1] for other in ((8, BREAK), (7, "b2"))}
    assert len({binary, *others}) == 3


@pytest.mark.parametrize(
    ("upid", "what"),
    [
        (Upid(8, "0xZZ"), "no hexadecimal"),
        (Upid(0x10, "no uuid"), "no hexadecimal"),
        (Upid(9, "\ud800"), "is no text"),
        (Upid(3, "short"), "12 bytes"),
        (Upid(0x12, "x"), "reserved"),
        (Upid(0, "x"), "type 0 has none"),
    ],
)
def test_a_upid_that_is_none_is_refused(upid: Upid, what: str) -> None:
    with pytest.raises(CueError, match=what):
        upid_of(upid, 7, BREAK)


# ---- what can't be


@pytest.mark.parametrize(
    ("signalling", "field"),
    [
        (Signalling(mode=SignalMode.PROGRAM, segments=(1, 2)), "segment_num"),
        (Signalling(mode=SignalMode.UNSCHEDULED_EVENT, segments=(1, 1)), "segment_num"),
        (Signalling(mode=SignalMode.CHAPTER, segments=(0, 3)), "segment_num"),
        (Signalling(mode=SignalMode.BREAK, segments=(3, 2)), "segment_num"),
        (Signalling(avail=(2, 1)), "avail_num"),
        (Signalling(tier=0x1000), "tier"),
        (Signalling(unique_program_id=1 << 16), "unique_program_id"),
        (Signalling(mode=SignalMode.BREAK, upid=Upid(0x0F, "x" * 240)), "descriptor"),
    ],
)
def test_what_no_break_could_say_is_refused(signalling: Signalling, field: str) -> None:
    with pytest.raises(CueError, match=field):
        out_section(signalling, 7, 0, 90_000)


def test_a_section_with_a_tier_has_to_fit_one_packet() -> None:
    long = Signalling(mode=SignalMode.BREAK, upid=Upid(0x0F, "x" * 160))
    assert len(out_section(long, 7, 0, 90_000).encoded) > ONE_PACKET_BYTES
    with pytest.raises(CueError, match="one packet"):
        out_section(replace(long, tier=5), 7, 0, 90_000)


def test_a_type_that_starts_nothing_and_no_duration_are_refused() -> None:
    with pytest.raises(CueError, match="starts nothing"):
        out_section(Signalling(), 7, 0, 90_000, segmentation_type_id=0x35)
    with pytest.raises(CueError, match="no duration"):
        out_section(Signalling(mode=SignalMode.BREAK), 7, 0, 0)
