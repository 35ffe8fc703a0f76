"""The live proof over outages: what one life leaves unproved the next one proves, each in the right timeline."""

from __future__ import annotations

import time
from datetime import timedelta
from pathlib import Path

from app.model.events import BreakLanded, BreakMissed, Event, SpliceProved
from app.model.unproved import unproved
from tests.monitoring.airing import ANCHOR
from tests.monitoring.outages import BACK, Outage, resumed_break
from tests.monitoring.proving import Told, again, in_event, out_event, proving

NOW = ANCHOR + timedelta(seconds=22)


def splices(told: Told) -> list[tuple[str, str, str]]:
    return sorted((one.direction, one.origin, one.verdict.value) for one in told.of(SpliceProved))


def test_what_one_life_left_unproved_lands_in_the_next(tmp_path: Path) -> None:
    outage = Outage()
    resumed_break(outage)
    outage.write(tmp_path)
    told = Told()
    left = unproved([out_event(outage.before, 200)])
    with proving(told, {"disk": tmp_path.as_uri()}, now=NOW, left=left) as prover:
        prover.splice_in(in_event(outage.after, 150))
        told.wait(lambda: len(told.of(BreakLanded)) == 1)
    assert splices(told) == [("in", "disk", "landed"), ("out", "disk", "landed")]
    assert {one.pts for one in told.of(SpliceProved)} == {outage.before.pts(200), outage.after.pts(150)}


def test_a_verdict_that_was_told_is_not_told_again(tmp_path: Path) -> None:
    outage = Outage()
    resumed_break(outage)
    outage.write(tmp_path)
    first, told = Told(), Told()
    out = out_event(outage.before, 200)
    with proving(first, {"disk": tmp_path.as_uri()}, now=NOW) as prover:
        prover.splice_out(out)
        first.wait(lambda: len(first.of(SpliceProved)) == 1)
    events: list[Event] = [out, *first.of(SpliceProved)]
    origins = {"disk": tmp_path.as_uri(), "other": tmp_path.as_uri()}
    with proving(told, origins, now=NOW, left=unproved(events)) as prover:
        prover.splice_in(in_event(outage.after, 150))
        told.wait(lambda: len(told.of(BreakLanded)) == 1)
    assert splices(told) == [("in", "disk", "landed"), ("in", "other", "landed"), ("out", "other", "landed")]
    assert told.of(BreakLanded)[0].origins == ("disk", "other")


def test_a_break_of_which_all_but_its_own_verdict_was_told_gets_that(tmp_path: Path) -> None:
    outage = Outage()
    resumed_break(outage)
    outage.write(tmp_path)
    first, told = Told(), Told()
    out, back = out_event(outage.before, 200), in_event(outage.after, 150)
    with proving(first, {"disk": tmp_path.as_uri()}, now=NOW) as prover:
        prover.splice_out(out)
        prover.splice_in(back)
        first.wait(lambda: len(first.of(BreakLanded)) == 1)
    events: list[Event] = [out, back, *first.of(SpliceProved)]
    with proving(told, {"disk": tmp_path.as_uri()}, now=NOW, left=unproved(events)):
        told.wait(lambda: len(told.of(BreakLanded)) == 1)
    assert told.of(SpliceProved) == []
    assert unproved([*events, *told.events]) == ()


def lost_and_aired_again(outage: Outage, out: int) -> None:
    outage.say_out((170, 210), 320, 550)
    opening = outage.say_out((BACK,), out, 550)
    closing = outage.say_in((450, 500), 550)
    outage.tag_break(out, 550, opening, closing)


def test_an_out_that_airs_again_is_looked_for_where_it_is_now(tmp_path: Path) -> None:
    outage = Outage()
    lost_and_aired_again(outage, BACK + 5)
    told = Told()
    left = unproved([out_event(outage.before, 320)])
    with proving(told, {"disk": tmp_path.as_uri()}, now=NOW, left=left) as prover:
        outage.before.write(tmp_path)
        prover.resumed(again(outage.after, 5))
        time.sleep(0.3)  # several looks at playlists that do not reach it
        assert told.events == []
        outage.write(tmp_path)
        prover.splice_in(in_event(outage.after, 150))
        told.wait(lambda: len(told.of(BreakLanded)) == 1)
    assert splices(told) == [("in", "disk", "landed"), ("out", "disk", "landed")]
    assert {one.pts for one in told.of(SpliceProved)} == {outage.after.pts(5), outage.after.pts(150)}
    assert told.of(BreakMissed) == []


def test_ticks_that_coincide_are_told_apart_by_their_timeline(tmp_path: Path) -> None:
    """It was to air at frame 320 of the one life, and airs again at frame 320 of the other: the same PTS."""
    outage = Outage()
    outage.before.say(170, outage.say_out((170,), 320, 900))
    opening = outage.say_out((BACK + 315,), BACK + 320, 900)
    closing = outage.say_in((800, 850), 900)
    outage.after.frames = 600
    outage.tag_break(BACK + 320, 900, opening, closing)
    assert outage.before.pts(320) == outage.after.pts(320)
    told = Told()
    left = unproved([out_event(outage.before, 320)])
    with proving(told, {"disk": tmp_path.as_uri()}, now=NOW, left=left) as prover:
        outage.before.write(tmp_path)
        prover.resumed(again(outage.after, 320))
        time.sleep(0.3)
        assert told.events == []
        outage.write(tmp_path)
        told.wait(lambda: len(told.of(SpliceProved)) == 1)
    (proof,) = told.of(SpliceProved)
    assert (proof.verdict, proof.error_ticks) == ("landed", 0)
    assert proof.segments["720p"] > "seg_00005"


def test_an_out_of_the_old_timeline_is_found_there_though_the_new_one_has_its_ticks(tmp_path: Path) -> None:
    outage = Outage()
    resumed_break(outage)
    outage.write(tmp_path)
    told = Told()
    with proving(told, {"disk": tmp_path.as_uri()}, now=NOW, left=unproved([out_event(outage.before, 200)])):
        told.wait(lambda: len(told.of(SpliceProved)) == 1)
    (proof,) = told.of(SpliceProved)
    assert (proof.verdict, proof.segments["720p"]) == ("landed", "seg_00002.ts")


def test_a_picture_that_an_outage_lost_is_missing_with_the_reason(tmp_path: Path) -> None:
    outage = Outage()
    resumed_break(outage)
    outage.write(tmp_path)
    told = Told()
    left = unproved([out_event(outage.before, 320, event_id=99)])
    with proving(told, {"disk": tmp_path.as_uri()}, grace_s=0.4, now=NOW, left=left):
        told.wait(lambda: len(told.of(SpliceProved)) == 1)
    (proof,) = told.of(SpliceProved)
    assert proof.verdict == "missing"
    assert "lost with the segment that was open" in proof.reason
