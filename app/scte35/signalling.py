"""What a channel's breaks are told as: the sections of every signalling mode. SCTE 35 §9.7, §10.3.3.

A break opens with its OUT (or start), closes with its IN (or end), and is taken back with its cancel, all of one event
id. The same arguments give the same bytes, in this process or in another.
"""

from __future__ import annotations

import base64
import uuid
from dataclasses import replace
from enum import StrEnum

from app.model.cue import BreakDuration, DeliveryRestrictions, Section, SegmentationDescriptor, SpliceInsert, TimeSignal
from app.model.errors import CueError
from app.model.rundown import Upid
from app.model.signalling import Signalling, SignalMode
from app.scte35.messages import PLACEMENT_START, made, splice_cancel, time_signal_cancel
from app.scte35.segmentation import END_OF, ENDS
from app.scte35.upids import check_upid

TIER_IGNORED = 0xFFF  # §9.6.1
ONE_PACKET_BYTES = 183  # of a section in one TS packet, behind its pointer_field
_ADI, _UUID = 0x09, 0x10
_SIGNAL = "SIGNAL:"

# segmentation_type_id of each mode's start; END_OF has its end (table 23). A splice_insert has none.
STARTS: dict[SignalMode, int] = {
    SignalMode.PROVIDER_AD: 0x30,
    SignalMode.DISTRIBUTOR_AD: 0x32,
    SignalMode.PROVIDER_PLACEMENT: 0x34,
    SignalMode.DISTRIBUTOR_PLACEMENT: 0x36,
    SignalMode.BREAK: 0x22,
    SignalMode.PROGRAM: 0x10,
    SignalMode.PROGRAM_OVERLAP: 0x17,
    SignalMode.PROGRAM_BREAKAWAY: 0x13,
    SignalMode.UNSCHEDULED_EVENT: 0x40,
    SignalMode.CHAPTER: 0x20,
}
# Break, advertisements, placement opportunities, overlays, promos, ad blocks: where others may put their own picture.
SPLICE_STARTS = frozenset({0x22, 0x30, 0x32, 0x34, 0x36, 0x38, 0x3A, 0x3C, 0x3E, 0x44, 0x46})
SPLICE_ENDS = frozenset(END_OF[start] for start in SPLICE_STARTS)

_NUMBERED_ONE = frozenset({*range(0x10, 0x18), 0x19})  # program types: 1 of 1, table 23
_CHAPTERS = frozenset({0x20, 0x21})  # numbered from 1
_UNNUMBERED = frozenset({0x00, 0x01, 0x18, 0x40, 0x41, 0x50, 0x51})


class SectionRole(StrEnum):
    """What a section is to a break: of an ad splice OUT and IN, of any other signal its start and its end."""

    OUT = "out"
    IN = "in"
    START = "start"
    END = "end"
    CANCEL = "cancel"
    OTHER = "other"


def is_splice(mode: SignalMode) -> bool:
    """Whether a mode tells of an ad splice; the others tell what the programme is, and playlists say it as a CMD."""
    return mode is SignalMode.SPLICE_INSERT or STARTS[mode] in SPLICE_STARTS


def section_role(section: Section) -> SectionRole:
    """Of what it says first; an OUT goes before an IN in one section."""
    command = section.command
    if isinstance(command, SpliceInsert):
        if command.cancel:
            return SectionRole.CANCEL
        return SectionRole.OUT if command.out_of_network_indicator else SectionRole.IN
    if not isinstance(command, TimeSignal):
        return SectionRole.OTHER
    types = {each.segmentation_type_id for each in section.segmentation_descriptors if not each.cancel}
    if not types and section.segmentation_descriptors:
        return SectionRole.CANCEL
    found = (
        (SectionRole.OUT, SPLICE_STARTS),
        (SectionRole.IN, SPLICE_ENDS),
        (SectionRole.START, END_OF.keys()),
        (SectionRole.END, ENDS),
    )
    return next((role for role, known in found if not types.isdisjoint(known)), SectionRole.OTHER)


def out_section(
    signalling: Signalling,
    event_id: int,
    pts_ticks: int | None,
    duration_ticks: int | None,
    *,
    break_id: str = "",
    auto_return: bool = True,
    segmentation_type_id: int | None = None,
) -> Section:
    """A break opens at ``pts_ticks`` (33 bits; None: immediately). CueError for what no section may say.

    ``segmentation_type_id`` rules over the mode's; in a splice_insert it brings a descriptor of that type.
    """
    if duration_ticks is not None and duration_ticks < 1:
        raise CueError(f"{duration_ticks} ticks is no duration", field="duration")
    descriptor = _descriptor(signalling, event_id, duration_ticks, break_id, segmentation_type_id)
    if signalling.mode is SignalMode.SPLICE_INSERT:
        duration = None if duration_ticks is None else BreakDuration(auto_return, duration_ticks)
        return _insert(signalling, event_id, pts_ticks, descriptor, duration, out=True)
    return _signal(signalling, pts_ticks, descriptor)


def in_section(
    signalling: Signalling,
    event_id: int,
    pts_ticks: int | None,
    *,
    break_id: str = "",
    segmentation_type_id: int | None = None,
) -> Section:
    """The same break closes: no duration, and no restrictions, which an end doesn't have (§10.3.3.1)."""
    start = _descriptor(signalling, event_id, None, break_id, segmentation_type_id)
    end = None
    if start is not None:
        end = replace(start, segmentation_type_id=END_OF[start.segmentation_type_id], delivery=None)
    if signalling.mode is SignalMode.SPLICE_INSERT:
        return _insert(signalling, event_id, pts_ticks, end, None, out=False)
    return _signal(signalling, pts_ticks, end)


def cancel_section(signalling: Signalling, event_id: int) -> Section:
    """A break that was announced will not be (§9.4, §10.3.3.1): only the event id counts."""
    insert = signalling.mode is SignalMode.SPLICE_INSERT
    section = splice_cancel(event_id) if insert else time_signal_cancel(event_id)
    return made(section.command, *section.descriptors, tier=signalling.tier)


def signalling_of(section: Section) -> tuple[Signalling, int | None]:
    """How an OUT or start was signalled, and the segmentation_type_id that ruled over its mode's; CueError for others.

    ``out_section`` makes the same section of it, with the event id, time, duration and auto-return that it has.
    """
    if section_role(section) not in {SectionRole.OUT, SectionRole.START}:
        raise CueError("opens no break", field="splice_command_type")
    signalling = Signalling(tier=section.tier)
    command, descriptor = section.command, next(iter(section.segmentation_descriptors), None)
    type_id = None if descriptor is None else descriptor.segmentation_type_id
    if isinstance(command, SpliceInsert):
        avail = command.avail_num, command.avails_expected
        signalling = replace(signalling, unique_program_id=command.unique_program_id, avail=avail)
    else:
        mode = next((mode for mode, start in STARTS.items() if start == type_id), None)
        signalling = replace(signalling, mode=mode or SignalMode.PROVIDER_PLACEMENT)
        type_id = type_id if mode is None else None
    if descriptor is None:
        return signalling, None
    upid = Upid(descriptor.upid_type, f"0x{descriptor.upid.hex()}") if descriptor.upid else None
    segments = descriptor.segment_num, descriptor.segments_expected
    return replace(signalling, upid=upid, delivery=descriptor.delivery, segments=segments), type_id


def usual_segments(segmentation_type_id: int) -> tuple[int, int]:
    """segment_num and segments_expected of a type where nobody has counted its segments (table 23)."""
    return (1, 1) if segmentation_type_id in _NUMBERED_ONE | _CHAPTERS else (0, 0)


def upid_of(upid: Upid | None, event_id: int, break_id: str) -> tuple[int, bytes]:
    """Type and bytes of a UPID as it is written, its ``{event_id}``, ``{break_id}`` and ``{uuid}`` put in.

    ``0x…`` is hexadecimal, a type 16 the digits of a UUID, anything else its UTF-8 text. A break's ``{uuid}`` is always
    the same one; behind ``SIGNAL:`` it stands in base64, as placement opportunities have it.
    """
    if upid is None:
        return 0, b""
    hexadecimal = upid.value[:2].lower() == "0x"
    digits = upid.value[2:] if hexadecimal else upid.value.replace("-", "")
    try:
        if hexadecimal or upid.type == _UUID:
            written = bytes.fromhex(_filled_digits(digits, event_id, break_id))
        else:
            written = _filled_text(upid, event_id, break_id).encode()
    except ValueError as error:  # that of UTF-8 is one too
        kind = "hexadecimal" if hexadecimal or upid.type == _UUID else "text"
        raise CueError(f"{upid.value!r} is no {kind}", field="segmentation_upid") from error
    check_upid(upid.type, written)
    return upid.type, written


def _filled_digits(digits: str, event_id: int, break_id: str) -> str:
    filled = digits.replace("{event_id}", f"{event_id:08x}").replace("{uuid}", _uuid(event_id, break_id).hex)
    return filled.replace("{break_id}", break_id.encode().hex())


def _filled_text(upid: Upid, event_id: int, break_id: str) -> str:
    guid = _uuid(event_id, break_id)
    text = upid.value
    if upid.type == _ADI:
        text = text.replace(f"{_SIGNAL}{{uuid}}", _SIGNAL + base64.b64encode(guid.bytes).decode())
    filled = text.replace("{event_id}", str(event_id)).replace("{uuid}", str(guid))
    return filled.replace("{break_id}", break_id)


def _uuid(event_id: int, break_id: str) -> uuid.UUID:
    return uuid.uuid5(uuid.NAMESPACE_OID, f"splicedeck {event_id} {break_id}")


def _descriptor(
    signalling: Signalling, event_id: int, duration_ticks: int | None, break_id: str, type_id: int | None
) -> SegmentationDescriptor | None:
    """That of a start; None where a splice_insert has nothing to say in one."""
    start = STARTS.get(signalling.mode) if type_id is None else type_id
    if start is None:
        if not (signalling.upid or signalling.delivery or signalling.segments != (0, 0)):
            return None
        start = PLACEMENT_START
    if start not in END_OF:
        raise CueError(f"0x{start:02X} starts nothing", field="segmentation_type_id")
    upid_type, upid = upid_of(signalling.upid, event_id, break_id)
    segment_num, segments_expected = _numbers(signalling.segments, start)
    return SegmentationDescriptor(
        event_id,
        delivery=_delivery(signalling.delivery),
        segmentation_duration_ticks=duration_ticks,
        upid_type=upid_type,
        upid=upid,
        segmentation_type_id=start,
        segment_num=segment_num,
        segments_expected=segments_expected,
    )


def _delivery(delivery: DeliveryRestrictions | None) -> DeliveryRestrictions | None:
    """One that restricts nothing is none, §10.3.3.1."""
    return None if delivery == DeliveryRestrictions(True, True, True, 3) else delivery  # noqa: FBT003 - as in the syntax


def _numbers(segments: tuple[int, int], start: int) -> tuple[int, int]:
    """segment_num and segments_expected; (0, 0) is what table 23 has for the type."""
    if segments == (0, 0):
        return usual_segments(start)
    if start in _NUMBERED_ONE and segments != (1, 1):
        raise CueError(f"{segments[0]} of {segments[1]}, a program is 1 of 1", field="segment_num")
    if start in _UNNUMBERED:
        raise CueError(f"{segments[0]} of {segments[1]}, this type has no numbers", field="segment_num")
    if not 1 <= segments[0] <= segments[1]:
        raise CueError(f"{segments[0]} of {segments[1]}", field="segment_num")
    return segments


def _insert(
    signalling: Signalling,
    event_id: int,
    pts_ticks: int | None,
    descriptor: SegmentationDescriptor | None,
    duration: BreakDuration | None,
    *,
    out: bool,
) -> Section:
    avail_num, avails_expected = signalling.avail
    if avails_expected and avail_num > avails_expected:
        raise CueError(f"{avail_num} of {avails_expected}", field="avail_num")
    command = SpliceInsert(
        event_id,
        out_of_network_indicator=out,
        splice_immediate_flag=pts_ticks is None,
        splice_time_ticks=pts_ticks,
        break_duration=duration,
        unique_program_id=signalling.unique_program_id,
        avail_num=avail_num,
        avails_expected=avails_expected,
    )
    return _in_one_packet(made(command, *([descriptor] if descriptor else []), tier=signalling.tier))


def _signal(signalling: Signalling, pts_ticks: int | None, descriptor: SegmentationDescriptor | None) -> Section:
    descriptors = [descriptor] if descriptor else []
    return _in_one_packet(made(TimeSignal(pts_ticks), *descriptors, tier=signalling.tier))


def _in_one_packet(section: Section) -> Section:
    if section.tier != TIER_IGNORED and len(section.encoded) > ONE_PACKET_BYTES:
        what = f"{len(section.encoded)} bytes with a tier, which has to fit one packet of {ONE_PACKET_BYTES} (§9.6.1)"
        raise CueError(what, field="tier")
    return section
