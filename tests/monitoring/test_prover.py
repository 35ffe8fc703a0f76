from __future__ import annotations

import shutil
import socket
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from app.model.events import BreakLanded, BreakMissed, BreakWithdrawn, SpliceProved
from tests.monitoring.airing import ANCHOR, FRAME, Airing, add_break, tag_out
from tests.monitoring.little_ts import cancel, splice_insert
from tests.monitoring.proving import WAIT_S, Told, in_event, out_event, proving
from tests.monitoring.serving import served


def closed_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def live(through: int | None) -> Airing:
    airing = Airing(ended=False, last_segment=through)
    add_break(airing)
    return airing


def test_a_break_lands_at_a_folder_and_at_a_server(tmp_path: Path) -> None:
    told = Told()
    airing = live(5)
    airing.write(tmp_path)
    with served(tmp_path) as server, proving(told, {"disk": tmp_path.as_uri(), "web": server.url}) as prover:
        prover.splice_out(out_event(airing))
        told.wait(lambda: len(told.of(SpliceProved)) == 2)
        assert told.of(BreakLanded) == []
        prover.splice_in(in_event(airing))
        live(None).write(tmp_path)
        told.wait(lambda: len(told.of(BreakLanded)) == 1)
        assert prover.drain(WAIT_S)
        requests = len(server.asked)
        time.sleep(0.2)
        assert len(server.asked) == requests  # nothing is pending: nothing is fetched
    proofs = told.of(SpliceProved)
    assert {(p.origin, p.output, p.direction, p.verdict, p.error_ticks) for p in proofs} == {
        (origin, "news/", direction, "landed", 0) for origin in ("disk", "web") for direction in ("out", "in")
    }
    assert {p.pts for p in proofs} == {airing.pts(300), airing.pts(550)}
    assert proofs[0].dialects["daterange"] == "ok"
    (landed,) = told.of(BreakLanded)
    assert (landed.break_id, landed.title, landed.origins) == ("b17", "Adverts", ("disk", "web"))
    assert told.of(BreakMissed) == []


@pytest.mark.parametrize(
    ("by", "relays", "verdict"),
    [("op", True, "misplaced"), ("feed", True, "landed"), ("feed", False, "misplaced")],  # acted on, it is ours
)
def test_only_what_is_relayed_may_tell_its_in_ahead(tmp_path: Path, by: str, relays: bool, verdict: str) -> None:
    told = Told()
    airing = Airing()
    add_break(airing, in_says=(299, 450))
    airing.write(tmp_path)
    with proving(told, {"disk": tmp_path.as_uri()}, relays=relays) as prover:
        prover.splice_out(replace(out_event(airing), by=by))
        prover.splice_in(in_event(airing))
        told.wait(lambda: len(told.of(SpliceProved)) == 2)
    (proof,) = (one for one in told.of(SpliceProved) if one.direction == "in")
    assert (proof.verdict, proof.reason) == (verdict, "it was announced before its OUT had been spliced")


def test_a_wall_clock_that_was_put_forward_hurries_no_verdict(tmp_path: Path) -> None:
    told = Told()
    airing = live(0)
    airing.write(tmp_path)
    with served(tmp_path) as server, proving(told, {"web": server.url}, now=ANCHOR + timedelta(hours=1)) as prover:
        prover.splice_out(out_event(airing))
        deadline_s = time.monotonic() + WAIT_S
        while server.asked.count("/720p/index.m3u8") < 3 and time.monotonic() < deadline_s:
            time.sleep(0.02)
        assert told.events == []
        live(5).write(tmp_path)
        told.wait(lambda: len(told.of(SpliceProved)) == 1)
    assert told.of(SpliceProved)[0].verdict == "landed"


def test_times_beyond_33_bits_stay_unwrapped(tmp_path: Path) -> None:
    told = Told()
    beyond = (1 << 33) * 3 + 900_000
    airing = Airing(first_pts=beyond)
    add_break(airing)
    airing.write(tmp_path)
    with proving(told, {"disk": tmp_path.as_uri()}) as prover:
        prover.splice_out(replace(out_event(airing), pts=beyond + 300 * FRAME))
        told.wait(lambda: len(told.of(SpliceProved)) == 1)
    (proof,) = told.of(SpliceProved)
    assert (proof.pts, proof.idr_pts, proof.error_ticks) == (beyond + 300 * FRAME, beyond + 300 * FRAME, 0)


def test_only_what_is_needed_is_fetched(tmp_path: Path) -> None:
    told = Told()
    airing = Airing(frames=3000, cuts=set(range(0, 3000, 100)) | {2550})
    add_break(airing, out=2500, back=2550, out_says=(2350, 2375, 2400, 2450), in_says=(2505,))
    airing.write(tmp_path)
    with served(tmp_path) as server, proving(told, {"web": server.url}) as prover:
        prover.splice_out(out_event(airing, 2500))
        told.wait(lambda: len(told.of(SpliceProved)) == 1)
        segments = {path for path in server.asked if path.startswith("/720p/seg")}
    assert told.of(SpliceProved)[0].verdict == "landed", told.of(SpliceProved)
    assert segments == {f"/720p/seg_{number:05d}.ts" for number in (23, 24, 25, 26, 30)}


def test_a_splice_that_is_off_is_misplaced_and_its_break_missed(tmp_path: Path) -> None:
    told = Told()
    airing = live(None)
    airing.idrs["360p"] = airing.cuts - {300} | {301}
    airing.write(tmp_path)
    with proving(told, {"disk": tmp_path.as_uri()}) as prover:
        prover.splice_out(out_event(airing))
        prover.splice_in(in_event(airing))
        told.wait(lambda: len(told.of(BreakMissed)) == 1)
    verdicts = {proof.direction: proof.verdict for proof in told.of(SpliceProved)}
    assert verdicts == {"out": "misplaced", "in": "landed"}
    assert "OUT at disk: misplaced" in told.of(BreakMissed)[0].reason


def test_a_splice_elsewhere_than_the_program_put_it_is_misplaced(tmp_path: Path) -> None:
    told = Told()
    airing = live(None)
    airing.write(tmp_path)
    with proving(told, {"disk": tmp_path.as_uri()}) as prover:
        prover.splice_out(out_event(airing, 299))
        told.wait(lambda: len(told.of(SpliceProved)) == 1)
    (proof,) = told.of(SpliceProved)
    assert (proof.verdict, proof.error_ticks) == ("misplaced", FRAME)
    assert "+3600 ticks from where the program put it" in proof.reason


def test_a_cont_tag_that_is_wrong_later_misses_the_break(tmp_path: Path) -> None:
    told = Told()
    airing = live(4)
    airing.write(tmp_path)
    with proving(told, {"disk": tmp_path.as_uri()}) as prover:
        prover.splice_out(out_event(airing))
        told.wait(lambda: len(told.of(SpliceProved)) == 1)
        spoilt = live(None)
        for tags in spoilt.tags.values():
            tags[500] = [line.replace("ElapsedTime=8.000", "ElapsedTime=8.040") for line in tags[500]]
        spoilt.write(tmp_path)
        prover.splice_in(in_event(airing))
        told.wait(lambda: len(told.of(BreakMissed)) == 1)
    assert [proof.verdict for proof in told.of(SpliceProved)] == ["landed", "landed"]
    assert "8.040 s elapsed" in told.of(BreakMissed)[0].reason


@pytest.mark.parametrize(("immediate", "verdict"), [(True, "landed"), (False, "late")])
def test_whether_it_was_taken_at_once_is_known_and_not_inferred(tmp_path: Path, immediate: bool, verdict: str) -> None:
    told = Told()
    airing = Airing()
    add_break(airing, out_says=(290,))
    airing.write(tmp_path)
    with proving(told, {"disk": tmp_path.as_uri()}) as prover:
        prover.splice_out(out_event(airing, immediate=immediate))
        told.wait(lambda: len(told.of(SpliceProved)) == 1)
        prover.splice_in(in_event(airing))
        told.wait(lambda: len(told.of(BreakLanded)) + len(told.of(BreakMissed)) == 1)
    assert told.of(SpliceProved)[0].verdict == verdict
    assert len(told.of(BreakLanded)) == immediate


def test_a_splice_that_never_comes_is_missing_after_its_deadline(tmp_path: Path) -> None:
    told = Told()
    airing = Airing()
    airing.write(tmp_path)
    with proving(told, {"disk": tmp_path.as_uri()}, grace_s=0.4) as prover:
        prover.splice_out(out_event(airing))
        told.wait(lambda: len(told.of(SpliceProved)) == 1)
    (proof,) = told.of(SpliceProved)
    assert (proof.verdict, proof.reason) == ("missing", "neither a section nor a tag of it was found")
    assert (proof.pts, proof.idr_pts) == (airing.pts(300), None)


def test_an_origin_that_is_down_delays_no_other(tmp_path: Path) -> None:
    told = Told()
    airing = live(None)
    airing.write(tmp_path)
    origins = {"down": f"http://127.0.0.1:{closed_port()}/", "disk": tmp_path.as_uri()}
    with proving(told, origins, grace_s=1.0) as prover:
        prover.splice_out(out_event(airing))
        prover.splice_in(in_event(airing))
        told.wait(lambda: len(told.of(SpliceProved)) == 2)
        assert {proof.origin for proof in told.of(SpliceProved)} == {"disk"}
        told.wait(lambda: len(told.of(BreakMissed)) == 1)
    down = [proof for proof in told.of(SpliceProved) if proof.origin == "down"]
    assert [proof.verdict for proof in down] == ["missing", "missing"]
    assert "origin unreachable" in down[0].reason
    assert "Connection refused" in down[0].reason


def test_an_origin_that_comes_back_in_time_still_proves(tmp_path: Path) -> None:
    told = Told()
    airing = live(None)
    airing.write(tmp_path)
    port = closed_port()
    with proving(told, {"web": f"http://127.0.0.1:{port}/"}) as prover:
        prover.splice_out(out_event(airing))
        prover.splice_in(in_event(airing))
        time.sleep(0.3)
        assert told.events == []
        with served(tmp_path, port=port):
            told.wait(lambda: len(told.of(BreakLanded)) == 1)


def test_a_segment_that_is_delivered_late_is_waited_for(tmp_path: Path) -> None:
    told = Told()
    airing = live(None)
    airing.write(tmp_path)
    held = tmp_path / "360p" / "seg_00003.ts"
    shutil.move(held, tmp_path / "held")
    with proving(told, {"disk": tmp_path.as_uri()}) as prover:
        prover.splice_out(out_event(airing))
        time.sleep(0.4)
        assert told.events == []
        shutil.move(tmp_path / "held", held)
        told.wait(lambda: len(told.of(SpliceProved)) == 1)
    assert told.of(SpliceProved)[0].verdict == "landed"


@pytest.mark.parametrize("left_behind", [True, False])
def test_a_withdrawn_break_leaves_nothing(tmp_path: Path, left_behind: bool) -> None:
    told = Told()
    airing = Airing(ended=False)
    opening = splice_insert(99, airing.pts(650), out=True, duration=100 * FRAME)
    airing.say(560, opening)
    airing.say(600, cancel(99))
    if left_behind:
        tag_out(airing, 99, 650, 100, opening)
    airing.write(tmp_path)
    with proving(told, {"disk": tmp_path.as_uri()}) as prover:
        prover.withdrawn(
            BreakWithdrawn(at=datetime.now(UTC), channel="news", break_id="b99", splice_event_id=99, by="op")
        )
        if left_behind:
            told.wait(lambda: len(told.of(BreakMissed)) == 1)
            assert "withdrawn, but EXT-X-DATERANGE" in told.of(BreakMissed)[0].reason
        assert prover.drain(WAIT_S)
    assert len(told.events) == left_behind


def test_an_origin_that_never_answers_does_not_hold_up_the_stop() -> None:
    told = Told()
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"http://127.0.0.1:{silent.getsockname()[1]}/index.m3u8"
        with proving(told, {"silent": url}) as prover:
            prover.splice_out(out_event(live(None)))
            silent.accept()[0].settimeout(WAIT_S)  # it is being asked
            assert not prover.drain(0.2)
            began_s = time.monotonic()
            assert prover.stop(5.0)
            assert time.monotonic() - began_s < 1.5
    (proved,) = told.of(SpliceProved)
    assert "the show ended" in proved.reason


def test_stop_leaves_no_thread_and_no_splice_without_a_verdict(tmp_path: Path) -> None:
    told = Told()
    airing = live(None)
    with proving(told, {"disk": (tmp_path / "nothing").as_uri()}) as prover:
        prover.splice_out(out_event(airing))
        assert not prover.drain(0.2)
        begun = time.monotonic()
        assert prover.stop(5.0)
        assert time.monotonic() - begun < 1.0
    assert [proof.verdict for proof in told.of(SpliceProved)] == ["missing"]
    assert "the show ended" in told.of(SpliceProved)[0].reason
    assert [missed.reason for missed in told.of(BreakMissed)] == ["the show ended before its IN went out"]


def test_events_of_other_channels_and_without_an_id_are_let_be(tmp_path: Path) -> None:
    told = Told()
    with proving(told, {"disk": tmp_path.as_uri()}) as prover:
        prover.withdrawn(BreakWithdrawn(at=datetime.now(UTC), channel="other", break_id="b", splice_event_id=1))
        prover.withdrawn(BreakWithdrawn(at=datetime.now(UTC), channel="news", break_id="b"))
        assert prover.drain(WAIT_S)
    assert told.events == []
