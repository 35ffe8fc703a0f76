"""A break that was announced in one life and goes on in the next keeps its mode, its UPID and its bytes."""

from datetime import timedelta
from fractions import Fraction

import pytest

from app.engine.standing_plans import StandingPlans
from app.model import commands, events
from app.model.rundown import BreakPlan, Upid
from app.model.signalling import Signalling, SignalMode, Template
from app.model.timebase import wrapped
from app.model.when import When
from app.model.wire import from_plain, to_plain
from app.pipeline.hls import Entry, MediaPlaylist
from app.pipeline.hls_keeping import Written, WrittenTrack
from app.pipeline.packets import CueKind, MarkIn, MarkOut
from app.pipeline.resuming import Listed, resume
from app.pipeline.signals import Signals
from app.scte35.codec import decode
from app.scte35.signalling import in_section, out_section
from tests.pipeline.break_desk import BY, CHANNEL, PAL, STARTED_AT, Desk

UPID = Upid(9, "SIGNAL:{uuid}")
LASTS_S = 20
modes = pytest.mark.parametrize("mode", SignalMode)


def signals_of(mode: SignalMode) -> Signals:
    ad = Signalling(mode=mode, upid=UPID, tier=7, in_leads_s=(Fraction(3),))
    return Signals(templates=(Template(name="Ad", duration_s=Fraction(LASTS_S), signalling=ad),))


EDITED = Signals(Signalling(mode=SignalMode.CHAPTER))  # a show in which the template is no more


class Lives:
    """One channel's lives; what it was given and what it told is all that the next one has."""

    def __init__(self, signals: Signals) -> None:
        self.plans = StandingPlans()
        self._noted = 0
        self.desk = self._begun(0, signals)

    def _begun(self, after_s: int, signals: Signals) -> Desk:
        desk = Desk(PAL, started_at=STARTED_AT + timedelta(seconds=after_s), signals=signals)
        at = desk.anchor.first_frame_at
        pts = desk.anchor.first_pts
        self.plans.note(
            events.ChannelStarted(at=at, channel=CHANNEL, first_pts=pts, first_frame_at=at, frame_rate="25")
        )
        self._noted = 0
        return desk

    def give(self, command: commands.Command) -> str:
        self.plans.remember(command, restarted=False)
        key = self.desk.give(command)
        self.note()
        return key

    def note(self) -> None:
        """Every event goes over the wire, as to a journal and back."""
        for one in self.desk.seen[self._noted :]:
            if isinstance(one.effect, events.Event):
                self.plans.note(from_plain(type(one.effect), to_plain(one.effect)))
        self._noted = len(self.desk.seen)

    def die(self, after_s: int, signals: Signals, *listed_s: int) -> Desk:
        """The next life begins ``after_s`` after the first one did; its playlists list segments from ``listed_s``."""
        self.note()
        written: Written = {0: {"high": WrittenTrack(_playlist(listed_s))}} if listed_s else {}
        handover = self.plans.handover(written)
        self.desk = self._begun(after_s, signals)
        self.desk.splicer.known_ids |= handover.known_ids
        resume(self.desk.splicer, handover.breaks, Listed.of(written) if listed_s else None)
        return self.desk


def _playlist(starts_s: tuple[int, ...]) -> MediaPlaylist:
    entries = (Entry(f"p/{s}.ts", f"{s}.ts", STARTED_AT + timedelta(seconds=s), 90_000) for s in starts_s)
    return MediaPlaylist(2, 9, tuple(entries))


@modes
@pytest.mark.parametrize("edited", [False, True])
def test_a_break_on_air_is_marked_again_with_the_same_bytes_and_closed_in_its_mode(
    mode: SignalMode, edited: bool
) -> None:
    lives = Lives(signals_of(mode))
    key = lives.give(commands.InsertBreak(channel=CHANNEL, by=BY, template="Ad"))
    lives.desk.run(9)
    first = lives.desk.one(MarkOut)
    desk = lives.die(11, EDITED if edited else signals_of(mode), 0, 6)
    again = desk.splicer.take_effects()[0]
    assert isinstance(again, MarkOut)
    assert (again.section, again.break_id, again.splice_event_id) == (first.section, key, first.splice_event_id)
    desk.run(20)
    back = decode(desk.one(MarkIn).section)
    end_ticks = wrapped(desk.anchor.pts((6 + LASTS_S - 11) * 25))
    assert back.encoded == _in_of(signals_of(mode), desk, key, end_ticks)
    leads = [15 * 25 - frame for frame in desk.sent_at(CueKind.IN)]
    assert leads == ([100, 50] if edited else [75])


def _in_of(signals: Signals, desk: Desk, key: str, pts: int) -> bytes:
    how = signals.template("Ad").signalling
    return in_section(how, desk.one(MarkIn).splice_event_id, pts, break_id=key).encoded


@modes
def test_a_break_in_its_pre_roll_airs_as_it_was_announced(mode: SignalMode) -> None:
    lives = Lives(signals_of(mode))
    key = lives.give(commands.InsertBreak(channel=CHANNEL, by=BY, template="Ad"))
    lives.desk.run(2)
    desk = lives.die(3, EDITED, 0)
    desk.run(5)
    mark = desk.one(MarkOut)
    wanted = out_section(
        signals_of(mode).template("Ad").signalling,
        mark.splice_event_id,
        wrapped(mark.ticks),
        mark.planned_duration_ticks,
        break_id=key,
    )
    assert mark.section == wanted.encoded


@modes
def test_an_out_that_nobody_saw_airs_anew_in_its_mode(mode: SignalMode) -> None:
    lives = Lives(signals_of(mode))
    key = lives.give(commands.InsertBreak(channel=CHANNEL, by=BY, template="Ad"))
    lives.desk.run(7)
    seen = decode(lives.desk.one(MarkOut).section)
    desk = lives.die(8, EDITED, 0)
    desk.run(1)
    mark = desk.one(MarkOut)
    how = signals_of(mode).template("Ad").signalling
    wanted = out_section(how, mark.splice_event_id, wrapped(mark.ticks), mark.planned_duration_ticks, break_id=key)
    assert mark.section == wanted.encoded
    assert [one.upid for one in decode(mark.section).segmentation_descriptors] == [
        one.upid for one in seen.segmentation_descriptors
    ]


@modes
def test_a_booked_break_keeps_its_template_and_its_row(mode: SignalMode) -> None:
    lives = Lives(signals_of(mode))
    plan = BreakPlan("b1", CHANNEL, When.parse("+30"), Fraction(10), template="Ad", upid=Upid(0x0F, "urn:{break_id}"))
    lives.give(commands.PlanBreak(channel=CHANNEL, by=BY, plan=plan))
    lives.desk.run(2)
    desk = lives.die(5, signals_of(mode))
    desk.run(40)
    section = decode(desk.one(MarkOut).section)
    assert [one.upid for one in section.segmentation_descriptors] == [b"urn:b1"]
    assert section.tier == 7


def test_a_break_that_was_cued_by_a_template_waits_as_it_did() -> None:
    lives = Lives(signals_of(SignalMode.CHAPTER))
    lives.give(commands.CueNext(channel=CHANNEL, by=BY, template="Ad"))
    desk = lives.die(5, signals_of(SignalMode.CHAPTER))
    assert desk.splicer.cued is not None
    assert desk.splicer.cued.signalling.mode is SignalMode.CHAPTER
    assert desk.splicer.cued.plan.template == "Ad"


def test_a_booked_break_whose_template_is_gone_fails_and_says_so() -> None:
    lives = Lives(signals_of(SignalMode.CHAPTER))
    lives.give(commands.CueNext(channel=CHANNEL, by=BY, template="Ad"))
    desk = lives.die(5, EDITED)
    desk.tick()
    assert desk.splicer.cued is None
    assert "there is no template 'Ad'" in desk.one(events.BreakFailed).reason
