"""Every signalling mode in a channel's break logic: what goes out, when, and what is marked."""

from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.model import events
from app.model.cue import Section, SpliceInsert
from app.model.rundown import Upid
from app.model.signalling import Signalling, SignalMode, Template
from app.model.timebase import wrapped
from app.pipeline.packets import CueKind, MarkExtend, MarkIn, MarkOut
from app.pipeline.signals import Signals
from app.scte35.codec import decode
from app.scte35.signalling import SectionRole, is_splice, section_role
from tests.pipeline.break_desk import Desk

UPID = Upid(9, "SIGNAL:{uuid}")
TEMPLATES = tuple(
    Template(name=mode.value, duration_s=Fraction(20), signalling=Signalling(mode=mode, upid=UPID))
    for mode in SignalMode
)
modes = pytest.mark.parametrize("mode", SignalMode)


def desk_of(own: Signalling | None = None, *more: Template) -> Desk:
    return Desk(signals=Signals(own or Signalling(), (*TEMPLATES, *more)))


def event_id_of(section: Section) -> int:
    command = section.command
    if isinstance(command, SpliceInsert):
        return command.splice_event_id
    return section.segmentation_descriptors[0].segmentation_event_id


@modes
def test_a_break_of_every_mode_is_announced_aired_and_closed_alike(mode: SignalMode) -> None:
    desk = desk_of()
    key = desk.give(desk.insert(None, template=mode.value))
    desk.run(40)
    out_frame, in_frame = 150, 150 + 20 * 25
    assert desk.splices == [out_frame, in_frame]
    assert desk.marks() == [("out", out_frame), ("in", in_frame)]
    assert desk.sent_at(CueKind.OUT, key) == [0, out_frame - 125, out_frame - 100, out_frame - 50]
    assert desk.sent_at(CueKind.IN, key) == [in_frame - 100, in_frame - 50]

    outs = {sent.section for _, sent in desk.sections(CueKind.OUT)}
    ins = {sent.section for _, sent in desk.sections(CueKind.IN)}
    assert outs == {desk.one(MarkOut).section}
    assert ins == {desk.one(MarkIn).section}
    out, back = (decode(section) for section in (*outs, *ins))
    roles = (SectionRole.OUT, SectionRole.IN) if is_splice(mode) else (SectionRole.START, SectionRole.END)
    assert (section_role(out), section_role(back)) == roles
    assert (out.effective_pts, back.effective_pts) == (desk.anchor.pts(out_frame), desk.anchor.pts(in_frame))
    assert event_id_of(out) == event_id_of(back) == desk.one(MarkOut).splice_event_id
    planned, armed = desk.one(events.BreakPlanned), desk.one(events.BreakArmed)
    assert (planned.template, planned.title) == (mode.value, mode.value)
    assert armed.section == out.encoded


@modes
def test_a_withdrawn_break_is_cancelled_in_its_own_mode(mode: SignalMode) -> None:
    desk = desk_of(Signalling(mode=mode, tier=9))
    desk.give(desk.insert(20))
    desk.run(2)
    desk.give(desk.withdraw())
    ((_, sent),) = desk.sections(CueKind.CANCEL)
    cancel = decode(sent.section)
    assert section_role(cancel) is SectionRole.CANCEL
    assert isinstance(cancel.command, SpliceInsert) == (mode is SignalMode.SPLICE_INSERT)
    assert (event_id_of(cancel), cancel.tier, cancel.effective_pts) == (sent.splice_event_id, 9, None)
    assert not desk.marks()


@modes
def test_an_extension_says_the_new_length_and_a_return_the_new_end(mode: SignalMode) -> None:
    desk = desk_of()
    desk.give(desk.insert(None, template=mode.value))
    desk.run(6 + 17)
    desk.give(desk.extend(30))
    longer = decode(desk.sections(CueKind.OUT)[-1][1].section)
    assert desk.one(MarkExtend).section == longer.encoded
    assert _length(longer) == 30 * 90_000
    corrected = decode(desk.sections(CueKind.IN)[-1][1].section)
    assert corrected.effective_pts == wrapped(desk.anchor.pts(150 + 30 * 25))
    desk.run(3)
    desk.give(desk.back())
    desk.run(2)
    returned = decode(desk.one(MarkIn).section)
    assert returned.effective_pts == desk.one(MarkIn).ticks
    assert {event_id_of(section) for section in (longer, corrected, returned)} == {desk.one(MarkOut).splice_event_id}


def _length(section: Section) -> int | None:
    command = section.command
    if isinstance(command, SpliceInsert) and command.break_duration is not None:
        return command.break_duration.duration_ticks
    return section.segmentation_descriptors[0].segmentation_duration_ticks


@given(
    st.sampled_from(SignalMode),
    st.lists(st.integers(1, 120), max_size=5),
    st.lists(st.integers(1, 600), min_size=1, max_size=5),
    st.integers(1, 30),
)
def test_repeats_go_out_as_the_channel_plans_them_and_a_return_always_does(
    mode: SignalMode, repeats: list[int], leads: list[int], lasts_s: int
) -> None:
    tenths = Fraction(1, 10)
    signalling = Signalling(
        mode=mode,
        repeats_s=tuple(each * tenths for each in repeats),
        in_leads_s=tuple(each * tenths for each in leads),
    )
    desk = desk_of(signalling)
    desk.give(desk.planning("+7", lasts_s, auto_return=True))
    desk.run(8 + lasts_s)
    out_frame, in_frame = 175, 175 + 25 * lasts_s
    asked = {out_frame - desk.frames(each * tenths) for each in repeats}
    assert desk.sent_at(CueKind.OUT) == sorted({25} | {frame for frame in asked if 25 < frame < out_frame})
    announced = desk.sent_at(CueKind.IN)
    assert announced == sorted({max(out_frame + 1, in_frame - desk.frames(each * tenths)) for each in leads})
    assert announced


# ---- templates


def test_a_row_rules_over_its_template() -> None:
    desk = desk_of()
    desk.plan("+7", 10, template="break", segmentation_type_id=0x30, upid=Upid(0x0F, "urn:{break_id}"), key="b7")
    desk.run(8)
    out = decode(desk.one(MarkOut).section)
    (descriptor,) = out.segmentation_descriptors
    assert not isinstance(out.command, SpliceInsert)
    assert (descriptor.segmentation_type_id, descriptor.upid) == (0x30, b"urn:b7")


def test_a_row_with_a_type_and_no_template_is_an_insert_with_a_descriptor() -> None:
    desk = desk_of()
    desk.plan("+7", 10, segmentation_type_id=0x30, auto_return=False)
    desk.run(20)
    out, back = decode(desk.one(MarkOut).section), decode(desk.one(MarkIn).section)
    assert isinstance(out.command, SpliceInsert)
    assert out.command.break_duration is not None
    assert not out.command.break_duration.auto_return
    assert [one.segmentation_descriptors[0].segmentation_type_id for one in (out, back)] == [0x30, 0x31]


def test_a_break_without_a_template_is_signalled_as_the_channel_is() -> None:
    desk = desk_of(Signalling(mode=SignalMode.DISTRIBUTOR_PLACEMENT))
    desk.give(desk.insert(20))
    assert desk.brk(desk.one(events.BreakPlanned).break_id).signalling.mode is SignalMode.DISTRIBUTOR_PLACEMENT


def test_a_template_gives_its_duration_unless_the_command_has_one() -> None:
    desk = desk_of(None, Template(name="No length"))
    desk.give(desk.insert(None, template="chapter"))
    desk.give(desk.withdraw())
    desk.run(3)
    desk.give(desk.cue_next(25, template="chapter"))
    assert [event.duration_ticks for event in desk.all(events.BreakPlanned)] == [20 * 90_000, 25 * 90_000]
    desk.give(desk.skip())
    assert "template No length has none" in desk.refused(desk.insert(None, template="No length"))
    assert "name a template that has one" in desk.refused(desk.insert(None))


def test_cue_next_with_a_template_cues_a_new_break_and_not_the_next_one() -> None:
    desk = desk_of()
    planned = desk.plan("+60", 10)
    cued = desk.give(desk.cue_next(template="chapter"))
    assert cued != planned
    assert desk.brk(cued).duration_frames == 20 * 25


def test_a_template_that_the_channel_has_not_is_refused_with_the_nearest() -> None:
    desk = desk_of()
    for command in (
        desk.planning("+60", 10, template="chaptr"),
        desk.insert(10, template="chaptr"),
        desk.cue_next(10, template="chaptr"),
    ):
        assert "there is no template 'chaptr': did you mean 'chapter'?" in desk.refused(command)
    assert "the channel has none" in Desk().refused(Desk().insert(10, template="chapter"))


def test_a_break_whose_id_is_too_long_for_its_upid_is_refused_when_it_comes() -> None:
    own = Signalling(mode=SignalMode.BREAK, upid=Upid(0x0F, "urn:{break_id}"))
    assert "descriptor" in desk_of(own).refused(desk_of(own).planning("+60", 10, key="k" * 240))
    assert "one packet" in desk_of(replace(own, tier=1)).refused(desk_of().planning("+60", 10, key="k" * 160))
