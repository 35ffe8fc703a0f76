"""Renditions, dialects and origins that put one splice at different moments; tags that come too late."""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from app.cli import verify as command
from app.model.events import BreakLanded, BreakMissed, SpliceProved
from app.monitoring.fetch import Fetcher
from app.monitoring.playlist import MediaPlaylist, parse_playlist
from app.monitoring.proof import list_renditions, read_rendition, verify
from app.monitoring.sequences import Sequences
from app.monitoring.timeline import Rendition
from app.monitoring.whereabouts import tag_of
from tests.monitoring.airing import ANCHOR, Airing, add_break
from tests.monitoring.judged import one_break, proved, rows_of
from tests.monitoring.proving import WAIT_S, Told, in_event, out_event, proving
from tests.monitoring.serving import served
from tests.monitoring.signals import add_opportunity, add_signal, spoilt


def shifted(ms: int) -> Airing:
    airing = Airing(anchor=ANCHOR + timedelta(milliseconds=ms))
    add_break(airing)
    return airing


def test_a_row_has_its_moment_and_no_skew_where_there_is_none(tmp_path: Path) -> None:
    airing, _, _ = one_break()
    row = rows_of(proved(airing, tmp_path))[17, "out"]
    assert row.at == airing.at(300)
    assert row.skew_ms["renditions"] == {"720p": 0.0, "360p": 0.0}
    assert row.skew_ms["dialects"] == dict.fromkeys(("cue-out-in", "daterange", "oatcls-scte35", "scte35"), 0.0)
    assert row.to_plain()["at"] == "2026-11-22T20:00:12.040Z"


def test_a_rendition_whose_program_date_is_off_is_told(tmp_path: Path) -> None:
    target = one_break()[0].write(tmp_path)
    path = tmp_path / "360p" / "index.m3u8"
    path.write_text(path.read_text().replace("T20:00:", "T20:01:"))
    row = rows_of(verify(str(target)))[17, "out"]
    assert row.verdict == "misplaced"
    assert row.skew_ms["renditions"] == {"720p": 0.0, "360p": 60_000.0}
    assert "its program date is +60000 ms from the first rendition's (360p)" in row.reason


def test_how_far_off_a_dialect_is_stands_in_the_row(tmp_path: Path) -> None:
    airing, _, _ = one_break()
    spoilt(airing, 300, "2026-11-22T20:00:12.040Z", "2026-11-22T20:00:12.100Z")
    for tags in airing.tags.values():
        moved = [line for line in tags[300] if line.startswith("#EXT-X-CUE-OUT")]
        tags[300] = [line for line in tags[300] if line not in moved]
        tags[400] += moved
    row = rows_of(proved(airing, tmp_path))[17, "out"]
    assert (row.skew_ms["dialects"]["daterange"], row.skew_ms["dialects"]["cue-out-in"]) == (60.0, 4000.0)
    assert row.skew_ms["dialects"]["scte35"] == 0.0


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda: shifted(0), ""),
        (lambda: shifted(40), "OUT 17 is +40 ms off"),
        (Airing, "OUT 17 of"),
    ],
)
def test_another_origin_is_held_against_the_first(tmp_path: Path, make: Callable[[], Airing], said: str) -> None:
    first = str(shifted(0).write(tmp_path / "a"))
    other = make()
    if said == "OUT 17 of":
        add_break(other, 18)
    target = str(other.write(tmp_path / "b"))
    report = verify(first, against=[target])
    assert report.passed == (not said), report.to_json()
    assert said in "\n".join(map(str, report.findings))


def test_the_command_takes_another_origin(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    parser = argparse.ArgumentParser()
    command.add_parser(parser.add_subparsers())
    first, other = str(shifted(0).write(tmp_path / "a")), str(shifted(80).write(tmp_path / "b"))
    args = parser.parse_args(["verify", first, "--against", other])
    assert args.run(args) == 1
    assert "OUT 17 is +80 ms off" in capsys.readouterr().out


@pytest.mark.parametrize(("ms", "lands"), [(2, True), (80, False)])
def test_the_live_proof_tells_origins_apart(tmp_path: Path, ms: int, lands: bool) -> None:
    airing = shifted(0)
    airing.write(tmp_path / "a")
    shifted(ms).write(tmp_path / "b")
    told = Told()
    origins = {name: (tmp_path / name).as_uri() for name in ("a", "b")}
    with proving(told, origins) as prover:
        prover.splice_out(out_event(airing))
        prover.splice_in(in_event(airing))
        told.wait(lambda: bool(told.of(BreakLanded) + told.of(BreakMissed)))
    assert {proof.verdict for proof in told.of(SpliceProved)} == {"landed"}
    assert bool(told.of(BreakLanded)) == lands
    assert lands or f"{ms} ms from" in told.of(BreakMissed)[0].reason


# ---- tags that come too late


@pytest.mark.parametrize("verdict", ["late", "missing"])
def test_tags_that_come_after_their_segment_are_late_and_those_that_never_come_missing(
    tmp_path: Path, verdict: str
) -> None:
    airing, _, _ = one_break()
    target = airing.write(tmp_path / verdict)
    paths = [target.parent / rendition / "index.m3u8" for rendition in airing.renditions]
    right = {path: path.read_text() for path in paths}
    for path, text in right.items():
        lines = (line for line in text.split("\n") if not line.startswith("#EXT-X-CUE-OUT:"))
        path.write_text("\n".join(lines))
    told = Told()
    with served(target.parent) as server, proving(told, {"web": server.url}, dialects=("cue-out-in",)) as prover:
        prover.splice_out(out_event(airing))
        if verdict == "late":
            deadline_s = time.monotonic() + WAIT_S
            while server.asked.count("/index.m3u8") < 2 and time.monotonic() < deadline_s:
                time.sleep(0.005)  # until the first look is over
            for path, text in right.items():
                path.write_text(text)
        told.wait(lambda: bool(told.of(SpliceProved)))
    (proof,) = told.of(SpliceProved)
    assert proof.verdict == verdict, proof
    assert ("came after its segment had been listed" in proof.reason) == (verdict == "late")


def test_marker_tags_of_a_listed_segment_do_not_change() -> None:
    def listing(*tags: str) -> MediaPlaylist:
        text = "\n".join(["#EXTM3U", "#EXTINF:1,", "0.ts", *tags, "#EXTINF:1,", "1.ts"])
        playlist = parse_playlist(text, "x")
        assert isinstance(playlist, MediaPlaylist)
        return playlist

    for before, after, right in (
        ((), ("#EXT-X-CUE-OUT:30",), False),
        (("#EXT-X-CUE-OUT:30",), ("#EXT-X-CUE-OUT:31",), False),
        (("#EXT-X-CUE-OUT:30",), ("#EXT-X-CUE-OUT:30",), True),
        ((), ('#EXT-X-DATERANGE:ID="1"',), True),
    ):
        sequences = Sequences()
        sequences.note("x", listing(*before))
        said = "; ".join(sequences.note("x", listing(*after)))
        assert ("the marker tags of segment 1 changed after it was listed: EXT-X-CUE-OUT" in said) == (not right)


# ---- the live proof of what the channel was asked to say

SIGNALS = ("daterange", "scte35", "splicepoint")
BREAKS = ("adobe", "asset", "cue-out-in", "interstitials", "oatcls-scte35", "scte35", "splicepoint")


@pytest.mark.parametrize(
    ("add", "dialects", "drop", "verdict"),
    [
        (add_signal, (*SIGNALS, "cue-out-in", "adobe"), "", "landed"),
        (add_signal, SIGNALS, "#EXT-X-SPLICEPOINT", "missing"),
        (add_signal, SIGNALS, "#EXT", "missing"),
        (add_opportunity, BREAKS, "", "landed"),
        (add_opportunity, BREAKS, "#EXT-X-DATERANGE", "missing"),
        (add_opportunity, BREAKS, "#EXT-X-ASSET", "missing"),
        (add_opportunity, BREAKS, "#EXT-X-CUE:", "missing"),
    ],
)
def test_the_live_proof_finds_every_dialect_that_was_asked_for(
    tmp_path: Path, add: Callable[[Airing], object], dialects: tuple[str, ...], drop: str, verdict: str
) -> None:
    airing = Airing()
    add(airing)
    if drop:
        spoilt(airing, 300, drop, "")
    airing.write(tmp_path)
    told = Told()
    with proving(told, {"disk": tmp_path.as_uri()}, dialects=dialects) as prover:
        prover.splice_out(out_event(airing))
        prover.splice_in(in_event(airing))
        told.wait(lambda: len(told.of(SpliceProved)) == 2)
    proofs = {proof.direction: proof for proof in told.of(SpliceProved)}
    assert proofs["out"].verdict == verdict, proofs["out"]
    assert proofs["in"].verdict == "landed", proofs["in"]


@pytest.mark.parametrize(("undeclared", "verdict"), [(("cue-out-in",), "landed"), ((), "misplaced")])
def test_a_bare_cue_out_lands_live_only_where_it_was_asked_for(
    tmp_path: Path, undeclared: tuple[str, ...], verdict: str
) -> None:
    airing, _, _ = one_break()
    spoilt(airing, 300, "CUE-OUT:DURATION=10.000", "CUE-OUT")
    airing.write(tmp_path)
    told = Told()
    with proving(told, {"disk": tmp_path.as_uri()}, undeclared=undeclared, dialects=("cue-out-in",)) as prover:
        prover.splice_out(out_event(airing))
        told.wait(lambda: bool(told.of(SpliceProved)))
    assert told.of(SpliceProved)[0].verdict == verdict


# ---- date ranges ahead of their break


def announced(folder: Path, *, last_segment: int = 2) -> tuple[Airing, Path]:
    """A live playlist that ends before the break, with its DATERANGE behind the last segment."""
    airing = Airing(ended=False, last_segment=last_segment)
    opening, _ = add_break(airing)
    target = airing.write(folder)
    for name in airing.renditions:
        path = folder / name / "index.m3u8"
        line = next(line for line in airing.tags[name][300] if line.startswith("#EXT-X-DATERANGE"))
        path.write_text(path.read_text() + line + "\n")
    assert opening
    return airing, target


@pytest.mark.parametrize("last_segment", [1, 2])  # its section is in the open segment still, or in the last one listed
def test_a_daterange_ahead_of_its_break_is_no_fault(tmp_path: Path, last_segment: int) -> None:
    _, target = announced(tmp_path, last_segment=last_segment)
    report = verify(str(target))
    assert report.splices == ()
    told = "\n".join(map(str, report.findings))
    assert "is not there yet" in told
    assert [one for one in report.findings if one.severity == "fault"] == [report.findings[0]]  # there is no splice


def read(target: Path) -> list[Rendition]:
    listed, _ = list_renditions(target.as_uri(), target.read_bytes(), Fetcher())
    return [read_rendition(one, Fetcher()) for one in listed]


def test_a_withdrawn_break_may_stand_ahead_for_a_look_and_no_longer(tmp_path: Path) -> None:
    airing, target = announced(tmp_path)
    renditions = read(target)
    assert tag_of(17, renditions, ahead=False) == ""
    assert tag_of(17, renditions, ahead=True).startswith("EXT-X-DATERANGE (line ")
    assert tag_of(18, renditions, ahead=True) == ""
    airing.last_segment = None
    airing.write(tmp_path)
    renditions = read(target)
    assert tag_of(17, renditions, ahead=False).startswith("EXT-X-DATERANGE (line ")
