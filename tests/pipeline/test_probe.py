"""``splicedeck probe`` on real inputs."""

import argparse
import json
import random
import socket
import threading
from itertools import pairwise
from pathlib import Path
from typing import Any

import av
import pytest

from app.cli import probe as command
from app.model.errors import SourceError, SplicedeckError, UsageError
from app.pipeline.ts_sink import TsSink
from app.scte35 import messages
from tests.pipeline.clips import Clip, Player, free_port, write_clip
from tests.pipeline.cued_ts import Cue, cued

OUT = messages.splice_out(17, 900_000, 2_700_000).encoded


def _run(*words: str) -> int:
    parser = argparse.ArgumentParser(prog="splicedeck")
    command.add_parser(parser.add_subparsers(required=True))
    args = parser.parse_args(["probe", *words])
    status: int = args.run(args)
    return status


def _json(capsys: pytest.CaptureFixture[str], *words: str) -> dict[str, Any]:
    assert _run(*words, "--json") == 0
    found: dict[str, Any] = json.loads(capsys.readouterr().out)
    return found


def _with_sections(source: Path, path: Path, sections: list[bytes]) -> Path:
    """The clip muxed again with sections on a PID of their own."""
    sink = TsSink(0)
    with av.open(str(source)) as clip, av.open(sink, "w", format="mpegts", buffer_size=188 * 7) as out:
        streams = [out.add_stream_from_template(stream, opaque=True) for stream in clip.streams]
        written = b""
        for number, packet in enumerate(clip.demux()):
            if not packet.size:
                continue
            packet.stream = streams[packet.stream_index]
            out.mux_one(packet)
            if number % 40 == 39 and sections:
                sink.send(sections.pop(0))
    written += b"".join(chunk.body for chunk in sink.take())
    path.write_bytes(written)
    return path


def test_a_file_s_streams_and_rates(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = write_clip(tmp_path / "clip.mkv", Clip(frames=100))
    found = _json(capsys, path.as_uri())
    video, audio = found["streams"]
    assert (video["codec"], video["width"], video["height"], video["frame_rate"]) == ("h264", 192, 108, "25")
    assert (audio["codec"], audio["sample_rate_hz"], audio["layout"]) == ("aac", 48_000, "stereo")
    assert found["read_s"] == pytest.approx(4, abs=0.1)
    assert found["bitrate_bps"] == pytest.approx(path.stat().st_size * 8 / 4, rel=0.15)
    assert found["scte35"]["pids"] == []
    assert _json(capsys, path.as_uri(), "--for", "1")["read_s"] < 1.5


def test_scte_35_is_found_and_decoded(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    clip = write_clip(tmp_path / "clip.ts", Clip(frames=100))
    sections = [messages.splice_null().encoded, OUT, messages.splice_cancel(17).encoded]
    path = _with_sections(clip, tmp_path / "cued.ts", sections)
    found = _json(capsys, path.as_uri())
    scte35 = found["scte35"]
    assert scte35["sections"] == 3
    assert scte35["commands"] == {"splice_null": 1, "splice_insert": 2}
    assert len(scte35["pids"]) == 1
    assert scte35["found"][1]["splice_event_id"] == 17
    assert found["program_number"] == 1
    assert _run(path.as_uri()) == 0
    text = capsys.readouterr().out
    assert "SCTE-35 sections: 3 (1 splice_null, 2 splice_insert)" in text
    assert f"PID {scte35['pids'][0]}: 3 sections\n" in text
    assert "splice_insert OUT 17, 30.000 s, auto-return, at 00:10.000" in text
    assert "splice_insert CANCEL 17" in text


def test_each_pid_is_told_with_what_could_not_be_read(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    harmed = OUT[:-1] + bytes([OUT[-1] ^ 1])
    late = messages.splice_in(17, 90_000).encoded
    cues = (Cue(10, OUT, 500), Cue(20, harmed, 501), Cue(60, late, 501))
    path = cued(write_clip(tmp_path / "cued.ts", Clip(frames=75)), *cues, pids=(500, 501, 502))
    found = _json(capsys, path.as_uri())
    assert found["scte35"]["pids"] == [500, 501, 502]
    assert [stream["media"] for stream in found["streams"]] == ["video", "audio", "scte35", "scte35", "scte35"]
    counts = [(each["pid"], each["sections"], each["refused"]) for each in found["scte35"]["streams"]]
    assert counts == [(500, 1, 0), (501, 2, 1), (502, 0, 0)]
    first, second, third = found["scte35"]["found"]
    assert (first["pid"], first["valid"], first["summary"]) == (
        500,
        True,
        "splice_insert OUT 17, 30.000 s, auto-return, at 00:10.000",
    )
    assert first["lead_ticks"] == 900_000 - first["pts"]
    assert (second["valid"], second["summary"]) == (False, "")
    assert "CRC_32" in second["error"]
    assert third["lead_ticks"] < 0
    assert _run(path.as_uri()) == 0
    text = capsys.readouterr().out
    assert "PID 501: 2 sections, 1 not valid\n" in text
    assert " s late\n" in text
    assert text.endswith("PID 502: 0 sections\n")


def test_a_live_stream_is_measured(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    port = free_port()
    clip = write_clip(tmp_path / "clip.ts", Clip(frames=150))
    player = Player([cued(clip, *(Cue(number, OUT) for number in range(0, 150, 10)))], port)
    try:
        found = _json(capsys, f"udp://127.0.0.1:{port}", "--for", "1.5")
    finally:
        player.stop()
    assert [stream["codec"] for stream in found["streams"]] == ["h264", "aac", "scte_35"]
    assert 3 <= found["scte35"]["sections"] <= 8
    leads = [section["lead_ticks"] for section in found["scte35"]["found"] if section["pts"] is not None]
    assert all(before - after == pytest.approx(36_000, abs=4_000) for before, after in pairwise(leads))
    assert found["streams"][0]["frame_rate"] == "25"
    assert found["lost_packets"] == 0
    assert 1.2 < found["read_s"] < 2.5
    assert 100_000 < found["bitrate_bps"] < 600_000


def test_lost_packets_are_counted(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    chance = random.Random(2)
    port = free_port()
    clip = write_clip(tmp_path / "clip.ts", Clip(frames=150))
    player = Player([clip], port, harm=lambda packet: b"" if chance.random() < 0.03 else packet)
    try:
        assert _json(capsys, f"udp://127.0.0.1:{port}", "--for", "1.5")["lost_packets"] > 0
    finally:
        player.stop()


def _refusal(*words: str) -> SplicedeckError:
    with pytest.raises(SplicedeckError) as refused:
        _run(*words)
    assert "\n" not in str(refused.value)
    return refused.value


def test_each_way_to_fail_has_its_status(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    notes = tmp_path / "notes.ts"
    notes.write_text("no media\n" * 500)
    assert _refusal("rtmp://host/live").exit_status == 2
    assert _refusal("clip.mp4").exit_status == 2
    assert _refusal("test:bars").exit_status == 2
    assert _refusal((tmp_path / "none.mp4").as_uri()).exit_status == 2
    assert _refusal(notes.as_uri()).exit_status == 2
    assert isinstance(_refusal(notes.as_uri(), "--for", "0"), UsageError)
    monkeypatch.setattr("app.pipeline.probe.ARRIVES_WITHIN_S", 0.3)
    silent = _refusal(f"udp://127.0.0.1:{free_port()}")
    assert isinstance(silent, SourceError)
    assert silent.exit_status == 1


def test_noise_is_no_input(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.pipeline.probe.ARRIVES_WITHIN_S", 0.5)
    port, over = free_port(), threading.Event()

    def send() -> None:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as out:
            while not over.wait(0.02):
                out.sendto(random.Random(3).randbytes(1316), ("127.0.0.1", port))

    sender = threading.Thread(target=send)
    sender.start()
    try:
        noise = _refusal(f"udp://127.0.0.1:{port}")
    finally:
        over.set()
        sender.join()
    assert "no MPEG transport stream" in str(noise)
    assert noise.exit_status == 2
