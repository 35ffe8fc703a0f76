"""What the journal of a show leaves, wherever it breaks off: pure, with a channel's break logic driven by hand."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from itertools import count

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from app.engine.recovery import Left, Recovered, recover
from app.model import commands, events
from app.model.answers import refused
from app.model.errors import CommandRefusedError
from app.model.rundown import BreakPlan
from app.model.show import Channel, HlsOutput, Rendition
from app.model.timebase import FrameRate
from app.model.when import When
from app.model.wire import Plain
from app.pipeline.anchor import Anchor
from app.pipeline.hls import Entry, MediaPlaylist, render_media
from app.pipeline.hls_keeping import WrittenTrack, written_to_plain
from app.pipeline.packets import MarkIn, MarkOut
from app.pipeline.resuming import Listed, resume
from app.pipeline.splicer import Clocks, Effect, Splicer
from app.pipeline.verbs import Verbs

RATE = FrameRate(5)  # frames are long, so that a show is short
STARTED_AT = datetime(2026, 11, 22, 19, 0, tzinfo=UTC)
PRE_ROLL_S, SEGMENT_FRAMES = 4, 10
NAME = "one"
CHANNEL = Channel(
    NAME,
    "One",
    ("test:bars",),
    (Rendition("180p", 320, 180, 200_000),),
    (HlsOutput(("folder",), "one/", Fraction(2), 500),),
    RATE,
)


@dataclass(frozen=True)
class Row:
    """A row of the journal."""

    said: commands.Command | events.Event
    outcome: str | None = None


class Life:
    """A channel's life without media: frames, commands, a playlist that lists a segment one frame after it ended.

    ``rows`` is what its journal got, in order: commands, events and playlists.
    """

    def __init__(self, started_at: datetime, before: Recovered, ids: count[int]) -> None:
        channel = before.channel(NAME)
        handover = channel.standing.handover(channel.written)
        self.anchor, self.frame = Anchor(RATE, started_at), 0
        self.rows: list[Row | dict[str, Plain]] = []
        clocks = Clocks(lambda: self.anchor.at(self.frame), lambda: float(RATE.seconds(self.frame)), lambda: next(ids))
        self.splicer = Splicer(NAME, self.anchor, PRE_ROLL_S * RATE.numerator, "Europe/Berlin", clocks)
        self.verbs = Verbs(self.splicer)
        self._playlist = MediaPlaylist(2, 500)
        if handover.written:
            self._playlist = handover.written[0]["180p"].playlist
        self._fresh = bool(handover.written)
        self._cut = 0
        self._tags: list[str] = []
        self.splicer.known_ids |= handover.known_ids
        resume(self.splicer, handover.breaks, Listed.of(handover.written))
        again = channel.standing.again()
        self.rows.append(
            Row(
                events.ChannelStarted(
                    at=started_at,
                    channel=NAME,
                    first_pts=self.anchor.first_pts,
                    first_frame_at=started_at,
                    frame_rate=str(RATE),
                )
            )
        )
        self.rows += [Row(refused(command, started_at, "too late")) for command in channel.lapsed]
        for command in again:
            self._carry_out(command)

    def give(self, command: commands.Command) -> None:
        self.rows.append(Row(command))
        self._carry_out(command)

    def _carry_out(self, command: commands.Command) -> None:
        try:
            self.verbs.carry_out(command, self.frame)
        except CommandRefusedError as error:
            self.rows.append(Row(refused(command, self.anchor.at(self.frame), str(error))))
        self._take(self.splicer.take_effects())

    def tick(self) -> None:
        splice = self.splicer.tick(self.frame)
        if self.frame and (splice or self.frame - self._cut >= SEGMENT_FRAMES):
            self._close()
        self._take(self.splicer.take_effects())
        self.frame += 1

    def _take(self, effects: Iterable[Effect]) -> None:
        for effect in effects:
            if isinstance(effect, events.Event):
                self.rows.append(Row(effect))
            elif isinstance(effect, MarkOut) and effect.ticks >= self.anchor.first_pts:
                self._tags.append(f"#EXT-X-CUE-OUT:{effect.break_id}")
            elif isinstance(effect, MarkIn):
                self._tags.append(f"#EXT-X-CUE-IN:{effect.splice_event_id}")

    def _close(self) -> None:
        """The segment up to this frame is listed, with the tags that its first picture had."""
        sequence = self._playlist.next_sequence
        entry = Entry(
            path=f"one/180p/{self.anchor.first_frame_at:%M%S%f}-{sequence:06d}.ts",
            uri=f"{self.anchor.first_frame_at:%M%S%f}-{sequence:06d}.ts",
            starts_at=self.anchor.at(self._cut),
            duration_ticks=RATE.ticks(self.frame - self._cut),
            tags=tuple(self._tags),
            discontinuity=self._fresh,
        )
        self._fresh, self._tags, self._cut = False, [], self.frame
        self._playlist, _ = self._playlist.followed_by(entry)
        kept = written_to_plain({"180p": WrittenTrack(self._playlist)})
        self.rows.append({"playlists/one/0": json.loads(json.dumps(kept))})

    @property
    def playlist(self) -> MediaPlaylist:
        return self._playlist


def left_of(rows: Sequence[Row | dict[str, Plain]]) -> Left:
    """What is in a journal that got these rows."""
    kept: dict[str, Plain] = {}
    answers: dict[str, str] = {}
    for row in rows:
        if isinstance(row, dict):
            kept |= row
        elif isinstance(row.said, events.CommandAccepted | events.CommandRefused):
            answers.setdefault(row.said.id, row.said.name)
    entries = [
        replace(row, outcome=answers.get(row.said.id)) if isinstance(row.said, commands.Command) else row
        for row in rows
        if isinstance(row, Row)
    ]
    planned = [row.said for row in entries if isinstance(row.said, events.BreakPlanned)]
    return Left(entries=entries, kept=kept, known=frozenset((NAME, one.break_id) for one in planned))


class Origins:
    """What they have, whatever is asked for."""

    def __init__(self, *playlists: bytes) -> None:
        self._playlists = playlists

    def __call__(self, output: HlsOutput, path: str, *, patient: bool) -> Sequence[bytes]:  # noqa: ARG002 - as ReadBack
        return self._playlists


def recovered(left: Left, *playlists: bytes, now: datetime = STARTED_AT) -> Recovered:
    return recover([CHANNEL], left, Origins(*playlists), now)


def plan(key: str, at_frame: int, frames: int) -> commands.PlanBreak:
    at = When.parse(f"+{float(RATE.seconds(at_frame))}")
    return commands.PlanBreak(
        channel=NAME, by="list", id=f"c-{key}", plan=BreakPlan(key, NAME, at, RATE.seconds(frames))
    )


def insert(key: str, frames: int, *, immediate: bool) -> commands.InsertBreak:
    return commands.InsertBreak(channel=NAME, by="ann", id=key, duration_s=RATE.seconds(frames), immediate=immediate)


KINDS = (
    commands.CueNext,
    commands.Hold,
    commands.Take,
    commands.Withdraw,
    commands.Return,
    commands.Extend,
    commands.Skip,
)
SCRIPT = st.lists(
    st.tuples(
        st.integers(0, 200),
        st.one_of(
            st.tuples(st.just("plan"), st.integers(0, 150), st.integers(5, 40)),
            st.tuples(st.just("insert"), st.booleans(), st.integers(5, 40)),
            st.tuples(st.just("press"), st.sampled_from(KINDS), st.just(0)),
        ),
    ),
    max_size=12,
)


def commanded(script: Iterable[tuple[int, tuple[str, object, int]]]) -> dict[int, list[commands.Command]]:
    found: dict[int, list[commands.Command]] = {}
    for number, (frame, (kind, what, frames)) in enumerate(script):
        command: commands.Command
        if kind == "plan":
            assert isinstance(what, int)
            command = plan(f"p{number}", frame + what, frames)
        elif kind == "insert":
            command = insert(f"i{number}", frames, immediate=bool(what))
        else:
            assert isinstance(what, type)
            command = what(channel=NAME, by="bob", id=f"k{number}")
        found.setdefault(frame, []).append(command)
    return found


@settings(max_examples=120)
@example([(0, ("plan", 0, 5)), (0, ("press", commands.CueNext, 0))], [(0.25, 3), (0.125, 1)])
@given(SCRIPT, st.lists(st.tuples(st.floats(0, 1), st.integers(1, 80)), min_size=1, max_size=3))
def test_wherever_the_journal_breaks_off_nothing_is_lost_or_twice(
    script: list[tuple[int, tuple[str, object, int]]], kills: list[tuple[float, int]]
) -> None:
    """A show with orders at any frame, killed so many times at any row of its journal, away for so many frames."""
    given_at, ids, rows = commanded(script), count(1), list[Row | dict[str, Plain]]()
    wall_frame, before = 0, recovered(Left())
    for cut, away in [*kills, (1.0, 0)]:
        last = (cut, away) == (1.0, 0)
        life = Life(STARTED_AT + timedelta(seconds=float(RATE.seconds(wall_frame))), before, ids)
        frames_of_rows = [0] * len(life.rows)
        for frame in range(wall_frame, 700 if last else 260):
            for command in given_at.pop(frame, []):
                life.give(command)
            life.tick()
            frames_of_rows += [life.frame] * (len(life.rows) - len(frames_of_rows))
        if last:
            rows += life.rows
            break
        kept = round(cut * len(life.rows))
        rows += life.rows[:kept]
        wall_frame += (frames_of_rows[kept - 1] if kept else 0) + away
        before = recovered(left_of(rows), now=STARTED_AT + timedelta(seconds=float(RATE.seconds(wall_frame))))
    told = [row.said for row in rows if isinstance(row, Row) and isinstance(row.said, events.Event)]
    judge(life.playlist, told)


def judge(playlist: MediaPlaylist, told: Sequence[events.Event]) -> None:
    tags = [tag for entry in playlist.entries for tag in entry.tags]
    outs = Counter(tag for tag in tags if tag.startswith("#EXT-X-CUE-OUT"))
    ins = Counter(tag for tag in tags if tag.startswith("#EXT-X-CUE-IN"))
    assert all(times == 1 for times in (*outs.values(), *ins.values())), "no marker twice"
    assert [tag.split(":")[0] for tag in tags] == ["#EXT-X-CUE-OUT", "#EXT-X-CUE-IN"] * (len(tags) // 2)
    armed = {one.break_id for one in told if isinstance(one, events.BreakArmed)}
    over = {one.break_id for one in told if isinstance(one, events.BreakWithdrawn | events.BreakFailed)}
    assert {tag.split(":")[1] for tag in outs} == armed - over, "what was announced has aired"
    by_break = Counter((one.break_id, one.name) for one in told if isinstance(one, events.BreakEvent))
    assert all(times == 1 for (_, name), times in by_break.items() if name in {"break.out", "break.armed"})
    planned = {one.break_id for one in told if isinstance(one, events.BreakPlanned) and one.planned_at is not None}
    ended = {one.break_id for one in told if isinstance(one, events.BreakSkipped | events.BreakHeld | events.BreakCued)}
    assert planned - ended <= armed | over, "what was booked has aired, or is told"
    starts = [entry.starts_at for entry in playlist.entries]
    assert starts == sorted(starts)
    answers = Counter(one.id for one in told if isinstance(one, events.CommandRefused))
    assert all(times == 1 for times in answers.values())


# ---- documents that are damaged, of another run, or not there


def aired_a_while(until: int = 95) -> list[Row | dict[str, Plain]]:
    """A life with a break from frame 30 to 130 of which the OUT is listed."""
    life = Life(STARTED_AT, recovered(Left()), count(7))
    life.give(plan("b1", 30, 100))
    while life.frame < until:
        life.tick()
    return life.rows


def playlist_of(rows: Sequence[Row | dict[str, Plain]]) -> MediaPlaylist:
    return recovered(left_of(rows)).channel(NAME).written[0]["180p"].playlist


def test_what_was_kept_is_gone_on_from() -> None:
    rows = aired_a_while()
    found = recovered(left_of(rows))
    channel = found.channel(NAME)
    assert found.notes == ()
    assert channel.written[0]["180p"].playlist.next_sequence == 9
    handover = channel.standing.handover(channel.written)
    assert (handover.rate, handover.known_ids) == (RATE, frozenset({"b1"}))
    assert [(left.plan.id, left.splice_event_id) for left in handover.breaks] == [("b1", 7)]
    assert sorted(channel.aired[0].listed.values()) == list(range(9))


@pytest.mark.parametrize(
    "damage",
    [
        "half a docum",
        {"180p": {"entries": []}},
        {"180p": None},
        {},
        {"180p": {"target_duration_s": 2, "window": 5, "media_sequence": -4, "entries": []}},
        {"720p": {"target_duration_s": 2, "window": 5}},
    ],
)
def test_a_damaged_document_is_read_back_from_the_origin(damage: Plain) -> None:
    rows = aired_a_while()
    playlist = playlist_of(rows)
    text = render_media(playlist, frozenset())
    older = render_media(replace(playlist, entries=playlist.entries[:3]), frozenset())
    left = replace(left_of(rows), kept={"playlists/one/0": damage})
    found = recovered(left, older, b"#EXTM3U\nhalf", text)
    again = found.channel(NAME).written[0]["180p"].playlist
    assert render_media(again, frozenset()) == text
    assert len(found.notes) == 2
    assert "can't be read back" in found.notes[0]
    assert "goes on from the playlists that its origin has" in found.notes[1]
    (standing,) = found.channel(NAME).standing.handover({}).breaks
    listed = Listed.of(found.channel(NAME).written)
    assert (standing.plan.id, standing.splice_event_id) == ("b1", 7)
    assert standing.out_at is not None
    assert listed is not None
    assert listed.has(standing.out_at + timedelta(microseconds=321)), "a text has milliseconds"


def test_where_nothing_can_be_read_numbers_go_on_far_above() -> None:
    rows = aired_a_while()
    left = replace(left_of(rows), kept={"playlists/one/0": "x"})
    found = recovered(left)
    first = found.channel(NAME).written[0]["180p"].playlist
    assert first.next_sequence == first.discontinuity_sequence == int(STARTED_AT.timestamp())
    assert first.entries == ()
    (note,) = found.notes
    assert note.endswith("its numbers go on far above any before")
    later = recovered(left, now=STARTED_AT + timedelta(days=1)).channel(NAME).written[0]["180p"].playlist
    assert later.next_sequence > first.next_sequence + 86_000, "a second time too, at a segment a second"


def test_a_journal_that_is_damaged_as_a_whole_is_doubted() -> None:
    text = render_media(playlist_of(aired_a_while()), frozenset())
    found = recovered(Left(doubtful=True), text)
    assert found.channel(NAME).written[0]["180p"].playlist.next_sequence == 9
    assert recovered(Left()).channel(NAME).written == {}, "a first life begins at nought"


def test_of_another_run_only_what_viewers_still_see_counts() -> None:
    rows = aired_a_while()
    life = Life(STARTED_AT, recovered(Left()), count(9))
    life.rows = rows
    life.give(plan("b2", 300, 50))
    found = recovered(replace(left_of(life.rows), same_run=False))
    channel = found.channel(NAME)
    handover = channel.standing.handover(channel.written)
    assert [left.plan.id for left in handover.breaks] == ["b1"]
    assert (handover.rate, handover.known_ids) == (None, frozenset({"b1"}))
    assert found.unproved == ()
    stopped = events.ChannelStopped(at=STARTED_AT, channel=NAME)
    ended = recovered(replace(left_of([*life.rows, Row(stopped)]), same_run=False)).channel(NAME)
    assert ended.written == {}
    other = replace(CHANNEL, outputs=(HlsOutput(("folder",), "two/"),))
    moved = recover([other], replace(left_of(rows), same_run=False), Origins(), STARTED_AT)
    assert moved.channel(NAME).written == {}
    assert moved.notes == ()


def test_a_channel_that_ended_stays_so() -> None:
    stopped = events.ChannelStopped(at=STARTED_AT, channel=NAME)
    assert recovered(left_of([*aired_a_while(), Row(stopped)])).channel(NAME).standing.ended


def test_what_origins_took_and_lost_is_known_as_far_as_it_is_listed() -> None:
    rows = aired_a_while()
    paths = [entry.path for entry in playlist_of(rows).entries]

    def told(since: datetime) -> list[events.Event]:
        assert since == STARTED_AT
        return [
            events.SegmentDelivered(
                at=since, channel=NAME, origin="folder", path=path, sequence=0, push_ms=1, attempts=1
            )
            for path in (*paths[:3], "gone.ts")
        ] + [events.SegmentLost(at=since, channel=NAME, origin="folder", path=paths[3], sequence=3, reason="full")]

    channel = recovered(replace(left_of(rows), deliveries=told)).channel(NAME)
    assert channel.delivered == {"folder": set(paths[:3])}
    assert channel.lost == {"folder": {paths[3]}}


def test_an_origin_that_is_ahead_of_the_journal_is_gone_on_from() -> None:
    """The journal's disk did not answer and the air went on."""
    rows = aired_a_while()
    ahead = render_media(playlist_of(rows), frozenset())
    kept_until = [place for place, row in enumerate(rows) if isinstance(row, dict)][4]
    stale = left_of(rows[: kept_until + 1])
    found = recovered(stale, ahead)
    again = found.channel(NAME).written[0]["180p"].playlist
    assert render_media(again, frozenset()) == ahead
    assert len(found.notes) == 1
    behind = render_media(playlist_of(rows[: kept_until + 1]), frozenset())
    assert recovered(left_of(rows), behind, b"rubbish").notes == ()
