"""Where markers fall: a simulated multiplex through the real watch, the real timeline and a decoder that lags."""

from __future__ import annotations

from dataclasses import dataclass, field

from hypothesis import given, settings
from hypothesis import strategies as st

from app.model.feed_cue import FeedCue
from app.model.timebase import PTS_WRAP, wrapped
from app.pipeline.source_cues import SourceCues
from app.pipeline.sources.cue_watch import Arrival, CueWatch, Mark
from app.pipeline.sources.ts_watch import ElementaryStream, ProgramMap, TsWatch
from app.pipeline.timeline import Timeline
from app.pipeline.ts import SectionPid
from app.scte35 import messages
from app.scte35.crc import crc_bytes

VIDEO_PID, CUE_PID = 0x100, 500
PROGRAM = ProgramMap(
    1, 0x1000, (ElementaryStream(VIDEO_PID, 0x1B, "video"), ElementaryStream(CUE_PID, 0x86, "")), VIDEO_PID
)
STEP = 3600
HOUR = 3600 * 90_000


def pes(pts: int, dts: int, pcr: int) -> bytes:
    """A packet that begins a picture and carries a clock reference."""

    def stamp(mark: int, ticks: int) -> bytes:
        ticks = wrapped(ticks)
        high, middle, low = ticks >> 30, ticks >> 15 & 0x7FFF, ticks & 0x7FFF
        return bytes([mark << 4 | high << 1 | 1]) + (middle << 1 | 1).to_bytes(2) + (low << 1 | 1).to_bytes(2)

    field_bytes = bytes([7, 0x10]) + (wrapped(pcr) << 15 | 0x7E00).to_bytes(6)
    header = b"\x00\x00\x01\xe0\x00\x00\x80\xc0\x0a" + stamp(3, pts) + stamp(1, dts)
    return (b"\x47\x41\x00\x30" + field_bytes + header).ljust(188, b"\xff")


def times(pts: int | None, event_id: int = 1) -> bytes:
    if pts is None:
        return messages.time_signal_cancel(event_id).encoded
    return messages.splice_out(event_id, wrapped(pts), 900_000).encoded


@dataclass
class Source:
    """Pictures go by and are decoded ``lag`` pictures later. ``time``: of each run and picture, as it was placed."""

    lag: int = 3
    reorders: bool = True
    paced: bool = False
    now_s: float = 0.0
    cues: list[FeedCue] = field(default_factory=list)
    time: dict[tuple[int, int], int] = field(default_factory=dict)
    run: int = 0
    number: int = 0  # of the picture, in decoding order, in its run
    base: int = 0

    def __post_init__(self) -> None:
        self.sections = SectionPid(CUE_PID)
        self.own = SourceCues("udp://x:1", (), paced=self.paced, clock=lambda: self.now_s)
        self.own.watch.program(PROGRAM)
        self.timeline = Timeline()
        self.decoding: list[tuple[int, int]] = []  # run, PTS: in the order of decoding
        self.bases: list[int] = []

    def jump(self, base: int) -> None:
        if self.bases:
            self.run += 1
        self.bases.append(base)
        self.base, self.number = base, 0

    def shown(self, number: int) -> int:
        """The place in presentation of the picture at a place in decoding: I, then P B B, and so on."""
        if not self.reorders or number == 0:
            return number
        return number + 2 if number % 3 == 1 else number - 1

    def picture(self) -> None:
        pts = self.base + self.shown(self.number) * STEP
        dts = self.base + (self.number - 2 * self.reorders) * STEP
        self.own.watch.packet(VIDEO_PID, pes(pts, dts, dts - 45_000))
        self.decoding.append((self.run, pts))
        self.number += 1
        self.now_s += 0.04
        while len(self.decoding) > self.lag + 4:
            self.decode()
        self.own.line.look()

    def decode(self) -> None:
        """The next in presentation."""
        run = self.decoding[0][0]
        at = min((pts, index) for index, (of, pts) in enumerate(self.decoding) if of == run)[1]
        pts = self.decoding.pop(at)[1]
        ticks = self.timeline.place("video", wrapped(pts), STEP)
        self.time[run, pts] = ticks
        self.own.line.placed(wrapped(pts), ticks)
        self.cues += self.own.queue.drain()

    def section(self, section: bytes) -> None:
        for at in range(0, len(packets := self.sections.packets(section)), 188):
            self.own.watch.packet(CUE_PID, packets[at : at + 188])
        self.cues += self.own.queue.drain()

    def flush(self) -> None:
        while self.decoding:
            self.decode()


BASES = st.one_of(st.integers(0, PTS_WRAP - 1), st.integers(PTS_WRAP - 20 * STEP, PTS_WRAP - 1))


@settings(max_examples=150, deadline=None)
@given(
    bases=st.lists(BASES, min_size=1, max_size=5),
    length=st.integers(12, 60),
    where=st.integers(0, 59),
    lead=st.integers(-5, 250),
    lag=st.integers(0, 8),
    reorders=st.booleans(),
)
def test_a_marker_falls_where_the_picture_of_its_pts_does(
    bases: list[int], length: int, where: int, lead: int, lag: int, *, reorders: bool
) -> None:
    source = Source(lag, reorders)
    wanted = []
    for run, base in enumerate(bases):
        source.jump(base)
        for number in range(length):
            if number == min(where, length - 1) and number > 0:
                pts = base + (number + lead) * STEP
                source.section(times(pts, run))
                wanted.append((run, pts))
            source.picture()
    source.flush()
    assert len(source.cues) == len(wanted)
    for cue, (run, pts) in zip(source.cues, wanted, strict=True):
        first = source.time[run, bases[run]]
        assert cue.source_ticks == first + pts - bases[run]
        assert cue.lead_ticks is not None
        assert 0 <= cue.lead_ticks - (lead * STEP + 45_000) <= 5 * STEP
        assert cue.arrival_ticks == cue.source_ticks - cue.lead_ticks


@settings(max_examples=60, deadline=None)
@given(
    old=st.integers(0, PTS_WRAP - 1),
    apart=st.integers(HOUR, PTS_WRAP - HOUR),
    late_by=st.integers(1, 100),
    lead=st.integers(0, 150),
)
def test_a_pts_from_before_a_jump_that_comes_after_it_counts_on(old: int, apart: int, late_by: int, lead: int) -> None:
    """As if the old clock had gone on: so many seconds after the last picture that had it."""
    source = Source()
    source.jump(old)
    for _ in range(50):
        source.picture()
    source.jump(old + apart)
    for _ in range(late_by):
        source.picture()
    source.section(times(old + (50 + late_by + lead) * STEP))
    for _ in range(20):
        source.picture()
    source.flush()
    assert [cue.source_ticks for cue in source.cues] == [source.time[0, old] + (50 + late_by + lead) * STEP]


@settings(max_examples=60, deadline=None)
@given(
    old=st.integers(0, PTS_WRAP - 1),
    apart=st.integers(HOUR, PTS_WRAP - HOUR),
    early_by=st.integers(1, 150),
    lead=st.integers(0, 150),
)
def test_a_pts_from_after_a_jump_that_comes_before_it_waits_for_it(
    old: int, apart: int, early_by: int, lead: int
) -> None:
    source = Source()
    source.jump(old)
    for number in range(200):
        if number == 200 - early_by:
            source.section(times(old + apart + lead * STEP))
        source.picture()
    assert source.cues == []
    source.jump(old + apart)
    for _ in range(20):
        source.picture()
    source.flush()
    assert [cue.source_ticks for cue in source.cues] == [source.time[1, old + apart] + lead * STEP]


def test_an_absurd_time_is_handed_on_as_it_is_after_a_while() -> None:
    source = Source()
    source.jump(0)
    for number in range(400):
        if number == 50:
            source.section(times(HOUR))
            source.section(times(PTS_WRAP - HOUR, 2))
            source.section(times(400_000, 3))
        source.picture()
    assert [cue.source_ticks for cue in source.cues] == [400_000, HOUR, -HOUR]
    assert source.cues[1].lead_ticks is not None
    assert source.cues[1].lead_ticks > HOUR - 400_000


def test_before_the_first_picture_it_waits_and_keeps_its_order() -> None:
    source = Source()
    source.jump(900_000)
    source.section(times(None, 1))
    source.section(times(900_000 + 30 * STEP, 2))
    assert source.cues == []
    for _ in range(20):
        source.picture()
    assert [cue.source_ticks for cue in source.cues] == [None, 900_000 + 30 * STEP]
    assert source.cues[0].arrival_ticks is not None
    assert source.cues[0].lead_ticks is None


def test_where_nothing_is_ever_decoded_it_comes_without_a_time() -> None:
    source = Source(lag=1000)
    source.jump(900_000)
    source.picture()
    source.section(times(900_000 + 100 * STEP))
    for _ in range(255):
        source.picture()
    source.cues += source.own.queue.drain()
    assert [(cue.source_ticks, cue.arrival_ticks) for cue in source.cues] == [(None, None)]
    assert source.cues[0].lead_ticks == 102 * STEP + 45_000


def test_a_damaged_time_of_one_picture_places_nothing_wrongly() -> None:
    """The section behind it belongs to a time base that never is: the pictures that are decoded say where it is."""
    source = Source(reorders=False)
    source.jump(900_000)
    for number in range(100):
        if number == 40:
            source.own.watch.packet(VIDEO_PID, pes(HOUR * 7, HOUR * 7, 900_000 + 40 * STEP - 45_000))
            source.section(times(900_000 + 150 * STEP))
        source.picture()
    assert [cue.source_ticks for cue in source.cues] == [900_000 + 150 * STEP]


def test_of_a_file_that_is_read_ahead_it_comes_with_its_pictures() -> None:
    source = Source(lag=300, paced=True)
    source.jump(0)
    for number in range(400):
        if number == 250:
            source.section(times(260 * STEP))
        source.picture()
    assert source.cues == []
    while (0, 252 * STEP) not in source.time:
        source.decode()
    assert [cue.source_ticks for cue in source.cues] == [260 * STEP]


def test_a_file_from_its_beginning_again_has_another_place_for_the_same_pts() -> None:
    source = Source(lag=0, reorders=False, paced=True)
    source.jump(0)
    for number in range(50):
        if number == 10:
            source.section(times(30 * STEP))
        source.picture()
    source.flush()
    source.section(times(49 * STEP, 9))  # behind the last picture
    source.own.begin_pass()
    source.cues += source.own.queue.drain()
    source.jump(0)
    for number in range(50):
        if number == 10:
            source.section(times(30 * STEP))
        source.picture()
    source.flush()
    assert [cue.source_ticks for cue in source.cues] == [30 * STEP, 49 * STEP, 50 * STEP + 30 * STEP]


def test_broken_ones_are_shown_a_few_a_second_and_counted() -> None:
    source = Source()
    source.jump(0)
    source.picture()
    harmed = bytearray(times(90_000))
    for number in range(500):
        harmed[-1] = number % 256
        harmed[-2] = number // 256
        source.section(bytes(harmed))
        source.now_s += 0.01
    for _ in range(20):
        source.picture()
    shown = [cue for cue in source.cues if cue.problem]
    assert 20 <= len(shown) <= 20 + 5 * 5 + 1
    assert all("CRC_32" in cue.problem for cue in shown)
    counts = source.own.counts()
    assert counts.sections == 500
    assert counts.refused == 499 + (counts.refused == 500)
    assert counts.unshown == counts.refused - len(shown)


def test_a_queue_that_nobody_drains_is_bounded() -> None:
    source = Source()
    source.jump(0)
    for _ in range(20):
        source.picture()
    for number in range(1500):
        for at in range(0, len(packets := source.sections.packets(times(900_000, number))), 188):
            source.own.watch.packet(CUE_PID, packets[at : at + 188])
    cues = source.own.queue.drain()
    assert len(cues) == 1000
    assert source.own.counts().dropped == 500


def test_repeats_are_counted_for_a_minute() -> None:
    source = Source()
    source.jump(0)
    for _ in range(20):
        source.picture()
    for _ in range(3):
        source.section(times(900_000))
    source.section(times(900_000, 2))
    source.section(times(900_000))
    source.now_s += 61
    source.section(times(900_000))
    assert [cue.repeats for cue in source.cues] == [0, 1, 2, 0, 3, 0]


def test_what_came_before_the_first_pmt_is_read_then() -> None:
    arrivals: list[Arrival] = []
    marks: list[Mark] = []
    watch = CueWatch(arrivals.append, marks.append)
    watch.packet(CUE_PID, SectionPid(CUE_PID).packets(times(HOUR)))
    watch.packet(VIDEO_PID, pes(90_000, 90_000, 45_000))
    watch.packet(CUE_PID, SectionPid(CUE_PID).packets(times(HOUR, 2)))
    assert not arrivals
    assert not watch.pids
    watch.program(PROGRAM)
    assert [arrival.section for arrival in arrivals] == [times(HOUR), times(HOUR, 2)]
    assert [arrival.pts for arrival in arrivals] == [None, 45_000]
    assert [mark.pts for mark in marks] == [90_000]
    assert watch.pids == (CUE_PID,)


def test_sound_of_a_disc_is_no_marker() -> None:
    """Blu-ray gives DTS-HD the stream_type that SCTE 35 has."""
    for registration, media, pids in ((b"CUEI", "", (CUE_PID,)), (b"HDMV", "audio", ())):
        info = b"\x05\x04" + registration
        body = bytes.fromhex("02b01d0001c10000e100f006") + info + bytes.fromhex("1be100f00086e1f4f000")
        watch = TsWatch(cues=CueWatch(lambda _: None))
        pat = bytes.fromhex("00b00d0001c100000001f000")
        for pid, section in ((0, pat), (0x1000, body)):
            watch.read(SectionPid(pid).packets(section + crc_bytes(section)))
        assert watch.program is not None
        assert [stream.media for stream in watch.program.streams] == ["video", media]
        assert watch.cues is not None
        assert watch.cues.pids == pids
