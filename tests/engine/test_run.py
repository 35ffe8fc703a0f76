"""``splicedeck run`` as its users run it: real feeds in, real origins out, all that may happen in half a minute."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from app.__main__ import main
from tests.engine.evening import BACK_S, KILLED_S, LASTS_S, Evening, evening
from tests.engine.show_run import Fields, moment, splicedeck
from tests.engine.stream_facts import FRAME_TICKS, SOUND_TICKS, StreamFacts, facts_of

pytestmark = pytest.mark.slow

OF_THE_ENGINE = {"command.refused", "engine.started", "alarm.raised", "alarm.cleared"}
ALL_DIALECTS = {"daterange", "cue-out-in", "oatcls-scte35", "scte35"}
AIRED = {
    "feed": ["start", "touch-1", "touch-2", "short", "json"],
    "loss": ["before", "within"],
    "desk": ["One", "Three"],
    "flaky": ["down"],
}


@pytest.fixture(scope="module", params=[(), ("--supervised",)], ids=["in process", "supervised"])
def show(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Evening]:
    """The same evening with the engine in a process of its own."""
    with evening(tmp_path_factory.mktemp("evening"), *request.param) as told:
        yield told


@pytest.fixture(scope="module")
def loss(show: Evening) -> StreamFacts:
    return facts_of(show.stream("loss"))


def _key(event: Fields) -> str:
    """A break's name: the list's id, or the title that an operator's command gave it."""
    return str(event["title"] if event["channel"] == "desk" else event["break_id"])


# ---- the account it gives


def test_every_event_says_when_and_where_in_the_order_it_happened(show: Evening) -> None:
    for event in show.run.events:
        assert moment(event["at"]).utcoffset() == timedelta(0)
        assert event["channel"] in AIRED or event["event"] in OF_THE_ENGINE
    for channel in AIRED:
        mine = [event["event"] for event in show.run.events if event["channel"] == channel]
        assert mine[0] == "channel.on_air"
        assert mine.count("channel.stopped") == 1


def test_each_break_goes_through_its_life_once(show: Evening) -> None:
    for name in ("break.planned", "break.armed", "break.out", "break.in", "break.landed"):
        aired = Counter((event["channel"], _key(event)) for event in show.run.named(name))
        wanted = Counter((channel, key) for channel, keys in AIRED.items() for key in keys)
        if name in {"break.planned", "break.armed"}:
            wanted[("desk", "Two")] += 1  # withdrawn in its pre-roll
        assert aired == wanted, name
    assert [_key(event) for event in show.run.named("break.withdrawn")] == ["Two"]
    assert show.run.named("break.failed", "break.missed") == []


def test_each_splice_is_proved_at_each_origin(show: Evening) -> None:
    proofs = show.run.named("splice.proved")
    origins = {"feed": ("primary", "folder"), "loss": ("folder",), "desk": ("folder",), "flaky": ("flaky", "folder")}
    assert Counter((one["channel"], _key(one), one["origin"], one["direction"]) for one in proofs) == Counter(
        (channel, key, origin, direction)
        for channel, keys in AIRED.items()
        for key in keys
        for origin in origins[channel]
        for direction in ("out", "in")
    )
    for proof in proofs:
        assert (proof["verdict"], proof["error_ticks"], proof["idr_pts"]) == ("landed", 0, proof["pts"])
        assert set(proof["segments"]) == {"180p", "90p"}
        assert proof["dialects"] == dict.fromkeys(ALL_DIALECTS, "ok")


def test_breaks_air_on_the_frame_that_was_planned(show: Evening) -> None:
    spans = {
        _key(out): (out["frame"], back["frame"])
        for out in show.run.named("break.out")
        for back in show.run.named("break.in", break_id=out["break_id"])
        if out["channel"] != "desk"
    }
    assert spans == {
        "start": (0, 50),
        "touch-1": (225, 300),
        "touch-2": (300, 350),
        "short": (450, 475),
        "json": (575, 625),
        "before": (225, 300),
        "within": (325, 401),
        "down": (200, 250),
    }


def test_what_cannot_air_is_refused_with_the_reason_and_the_place(show: Evening) -> None:
    reasons = {event["break_id"]: event["reason"] for event in show.run.named("break.refused")}
    assert set(reasons) == {"overlap", "past"}
    assert "overlaps break First by 1.000 s" in reasons["overlap"]
    assert "2020-01-01T20:00:00Z has passed" in reasons["past"]
    assert "breaks.csv: line 8, duration: 'half a minute' refused: " in show.run.stderr
    assert "breaks.json: breaks[4]: channel 'elsewhere' is in no show" in show.run.stderr


def test_it_exits_1_for_what_was_refused_and_says_why_a_line_each(show: Evening) -> None:
    assert show.status == 1
    assert "Traceback" not in show.run.stderr
    assert "Warning" not in show.run.stderr
    lines = show.run.stderr.splitlines()
    assert len([line for line in lines if line.startswith("break ")]) == 2
    assert len([line for line in lines if re.match(r"\S*commands\.jsonl:1[345]: ", line)]) == 3
    assert len(lines) == 7, "and the two rows and the channel that no show has; refused commands are answered, no more"


def test_it_lasts_as_long_as_it_was_told(show: Evening) -> None:
    first = min(moment(event["at"]) for event in show.run.named("channel.on_air"))
    for channel in ("feed", "loss", "flaky"):
        lasted = moment(show.run.named("channel.stopped", channel=channel)[0]["at"]) - first
        assert LASTS_S <= lasted.total_seconds() < LASTS_S + 3
    assert show.run.left_over() == []


# ---- operator's commands


def test_commands_are_answered_and_carried_out(show: Evening) -> None:
    desk = [event for event in show.run.events if event["channel"] == "desk"]
    answers = [(event["event"], event["command"]) for event in desk if event["event"].startswith("command.")]
    took, refused = "command.accepted", "command.refused"
    assert answers == [
        (took, "insert_break"),
        (refused, "insert_break"),
        (took, "extend"),
        (took, "return"),
        (took, "insert_break"),
        (took, "withdraw"),
        (refused, "withdraw"),
        (refused, "return"),
        (took, "cue_next"),
        (took, "hold"),
        (took, "hold"),
        (took, "take"),
        (took, "slate"),
        (took, "slate"),
        (took, "stop"),
    ]
    one, three = show.run.named("break.in", channel="desk")
    assert (one["how"], one["by"], three["how"], three["by"]) == ("return", "cid", "auto", "eve")
    assert 4 * 90_000 < one["duration_ticks"] < 8 * 90_000, "returned after its own end, before the extended one"
    assert [event["source"] for event in show.run.named("source.changed", channel="desk")] == [
        "test:bars",
        "slate",
        "test:bars",
    ]


def test_lines_that_are_no_command_are_refused_by_place(show: Evening) -> None:
    reasons = [event["reason"] for event in show.run.named("command.refused", channel="")]
    assert [re.sub(r"^.*commands\.jsonl:", "", reason)[:40] for reason in reasons] == [
        "13: not JSON: Expecting value: line 1 co",
        "14: unknown command 'dance'; known are i",
        "15: unknown channel 'elsewhere'; the sho",
    ]


def test_nothing_of_a_withdrawn_break_is_in_the_playlists(show: Evening) -> None:
    (gone,) = show.run.named("break.withdrawn")
    cancel = [event for event in show.run.named("cue.sent") if event["break_id"] == gone["break_id"]][-1]
    assert cancel["kind"] == "cancel"
    playlist = (show.origin("desk") / "180p/index.m3u8").read_text()
    assert len(re.findall("SCTE35-OUT=", playlist)) == len(AIRED["desk"])
    assert f'ID="{gone["splice_event_id"]}-' not in playlist


# ---- a source that is lost


def test_the_slate_is_on_air_within_half_a_second_of_the_last_picture(show: Evening, loss: StreamFacts) -> None:
    lost = _change(show, "slate")
    assert "no picture" in lost["reason"]
    still = loss.longest_still(lost["pts"] - 90_000, lost["pts"])
    assert still <= 12, f"{still} frames still"
    assert moment(lost["at"]) - show.killed_at < timedelta(seconds=0.9), "the sound and picture in flight included"


def test_the_source_is_taken_again_when_it_returns(show: Evening, loss: StreamFacts) -> None:
    lost, back = _change(show, "slate"), _change(show, "udp")
    assert moment(back["at"]) - show.back_at < timedelta(seconds=2.5)
    assert lost["pts"] < back["pts"]
    assert loss.longest_still(back["pts"] + FRAME_TICKS, back["pts"] + 5 * 90_000) <= 3, "it moves again"
    raised = show.run.named("alarm.raised", channel="loss", severity="critical")[-1]
    assert "udp://127.0.0.1" in raised["text"]
    assert show.run.named("alarm.cleared", channel="loss", key=raised["key"])


def test_the_output_never_gaps(show: Evening, loss: StreamFacts) -> None:
    for channel, facts in (("loss", loss), ("feed", facts_of(show.stream("feed")))):
        (started,) = show.run.named("channel.on_air", channel=channel)
        (stopped,) = show.run.named("channel.stopped", channel=channel)
        lasted = moment(stopped["at"]) - moment(started["first_frame_at"])
        assert lasted.total_seconds() - 1.5 < len(facts.video_pts) / 25 < lasted.total_seconds() + 0.5
        assert {b - a for a, b in pairwise(facts.video_pts)} == {FRAME_TICKS}
        assert {b - a for a, b in pairwise(facts.audio_pts)} == {SOUND_TICKS}
        assert abs(facts.audio_pts[0] - facts.video_pts[0]) <= SOUND_TICKS
        assert abs(facts.audio_pts[-1] - facts.video_pts[-1]) <= 3 * SOUND_TICKS


def test_a_source_that_is_there_is_on_air_from_the_start(show: Evening) -> None:
    for channel in ("feed", "loss"):
        first = next(one for one in show.run.named("source.changed", channel=channel) if one["source"] != "slate")
        assert first["source"].startswith("udp")
        assert first["frame"] <= 25


def test_breaks_are_legal_on_the_slate(show: Evening) -> None:
    """One break lost its source before its IN, the next had the slate at its OUT and the source back before its IN."""
    lost, back = _change(show, "slate"), _change(show, "udp")
    before, within = show.run.named("break.out", channel="loss")
    ends = {event["break_id"]: event["pts"] for event in show.run.named("break.in", channel="loss")}
    assert KILLED_S < BACK_S
    assert before["pts"] < lost["pts"] < ends["before"]
    assert lost["pts"] < within["pts"] < back["pts"] < ends["within"]


def _change(show: Evening, source: str) -> Fields:
    """The first change to a source after the plug was pulled."""
    changes = show.run.named("source.changed", channel="loss")
    return next(one for one in changes if one["source"].startswith(source) and moment(one["at"]) > show.killed_at)


# ---- origins


def test_an_origin_that_was_down_has_everything_in_the_end(show: Evening) -> None:
    (raised,) = show.run.named("alarm.raised", channel="flaky", key="origin:flaky")
    (cleared,) = show.run.named("alarm.cleared", channel="flaky", key="origin:flaky")
    assert show.down_at < moment(raised["at"]) < show.up_at < moment(cleared["at"])
    assert "flaky" in raised["text"]
    assert show.run.named("segment.lost") == []
    written = {event["path"] for event in show.run.named("segment.written", channel="flaky")}
    delivered = Counter(event["path"] for event in show.run.named("segment.delivered", origin="flaky"))
    assert delivered == Counter(written)
    assert all((show.flaky.root / path).stat().st_size > 0 for path in written)
    down = [event for event in show.run.named("segment.delivered", origin="flaky") if event["attempts"] > 1]
    assert down, "some took more than one attempt"


def test_its_channel_and_the_other_origin_did_not_notice(show: Evening) -> None:
    pushes = show.run.named("segment.delivered", channel="flaky", origin="folder")
    assert len(pushes) == len(show.run.named("segment.written", channel="flaky"))
    assert all(event["attempts"] == 1 for event in pushes)
    during = [event for event in pushes if show.down_at < moment(event["at"]) < show.up_at]
    assert len(during) >= 4, "it went on while the other was down"
    assert [event["source"] for event in show.run.named("source.changed", channel="flaky")] == ["test:bars"]


@pytest.mark.parametrize("channel", AIRED)
def test_every_playlist_is_closed_and_whole(show: Evening, channel: str) -> None:
    for rendition in ("180p", "90p"):
        playlist = (show.origin(channel) / rendition / "index.m3u8").read_text()
        assert playlist.rstrip().endswith("#EXT-X-ENDLIST")
        assert "DISCONTINUITY\n" not in playlist
        assert "EXT-X-GAP" not in playlist
        listed = re.findall(r"^([^#\s]+\.ts)$", playlist, flags=re.MULTILINE)
        assert sorted(listed) == sorted(path.name for path in (show.origin(channel) / rendition).glob("*.ts"))
        assert [int(uri[-9:-3]) for uri in listed] == list(range(len(listed)))
    assert "180p/index.m3u8" in (show.origin(channel) / "index.m3u8").read_text()


# ---- afterwards


@pytest.mark.parametrize("target", ["nginx", "folder", "stream"])
def test_verify_proves_every_splice_of_the_feed(show: Evening, target: str) -> None:
    places = {
        "nginx": show.primary.url + "feed/index.m3u8",
        "folder": str(show.origin("feed")),
        "stream": str(show.stream("feed")),
    }
    told = splicedeck("verify", places[target], "--expect", "10", "--json")
    assert told.returncode == 0, told.stdout + told.stderr
    report = json.loads(told.stdout)
    assert report["verdict"] == "pass"
    assert [(row["direction"], row["pts"]) for row in report["splices"]] == sorted(
        ((row["direction"], row["pts"]) for row in report["splices"]), key=lambda row: (row[1], row[0] == "out")
    )
    assert {row["verdict"] for row in report["splices"]} == {"landed"}
    assert len(report["splices"]) == 10


def test_verify_agrees_on_the_others_and_asks_for_no_less(show: Evening, capsys: pytest.CaptureFixture[str]) -> None:
    for target, splices in (
        (show.origin("loss"), 4),
        (show.stream("loss"), 4),
        (show.origin("desk"), 4),
        (show.flaky.url + "flaky/index.m3u8", 2),
    ):
        assert main(["verify", str(target), "--expect", str(splices)]) == 0, capsys.readouterr().out
        assert main(["verify", str(target), "--expect", str(splices + 1)]) == 1


def test_the_asrun_has_a_row_for_each_break(show: Evening, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["asrun", "--data-dir", str(show.run.data_dir), "--format", "json"]) == 0
    rows: dict[str, dict[str, Any]] = {
        row["title"] or row["break_id"]: row for row in json.loads(capsys.readouterr().out)
    }
    told = {key: (row["channel"], row["state"], row["reconciled"], row["verdict"]) for key, row in rows.items()}
    booked = ("returned", "aired", "landed")
    assert told == {
        "Opener": ("feed", *booked),
        "First": ("feed", *booked),
        "Second": ("feed", *booked),
        "Short": ("feed", *booked),
        "json": ("feed", *booked),
        "before": ("loss", *booked),
        "within": ("loss", *booked),
        "down": ("flaky", *booked),
        "One": ("desk", "returned", "aired-not-booked", "landed"),
        "Three": ("desk", "returned", "aired-not-booked", "landed"),
        "Two": ("desk", "withdrawn", "", None),
        "Between": ("feed", "refused", "", None),
        "Yesterday": ("feed", "refused", "", None),
    }
    for out in show.run.named("break.out"):
        row = rows[out["title"] or out["break_id"]]
        assert (row["out_frame"], row["out_pts"], row["out_at"]) == (out["frame"], out["pts"], out["out_at"])
    assert (rows["First"]["by"], rows["One"]["by"]) == ("schedule", "ann")
    assert rows["within"]["duration"] == "3.040"


def test_the_log_has_no_traceback(show: Evening) -> None:
    logs: list[Path] = [path for path in show.run.data_dir.rglob("*.log*") if path.is_file()]
    assert logs
    assert all("Traceback" not in path.read_text() for path in logs)
