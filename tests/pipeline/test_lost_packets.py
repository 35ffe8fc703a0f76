"""What of a live transport stream has not arrived is counted, and what has is measured."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.pipeline.clips import Clip, Player, free_port, write_clip
from tests.pipeline.feed_rig import feeding


@pytest.fixture(scope="module")
def stream(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_clip(tmp_path_factory.mktemp("stream") / "whole.ts", Clip(frames=150))


def test_packets_that_were_dropped_are_counted_by_their_counters(stream: Path) -> None:
    sent = dropped = 0

    def harm(packet: bytes) -> bytes:
        nonlocal sent, dropped
        carries = bool(packet[3] & 0x10)
        sent += carries
        if carries and sent > 200 and sent % 50 == 0:
            dropped += 1
            return b""
        return packet

    port = free_port()
    with feeding(f"udp://127.0.0.1:{port}") as rig:
        player = Player([stream], port, harm=harm)
        try:
            assert rig.run_until(lambda: (rig.feed.status().lost_packets or 0) >= 3, 10)
        finally:
            player.stop()
        lost = rig.feed.status().lost_packets
        assert lost is not None
        assert lost <= dropped


def test_a_whole_stream_has_lost_nothing_and_is_counted_in_bytes(stream: Path) -> None:
    port = free_port()
    with feeding(f"udp://127.0.0.1:{port}") as rig:
        player = Player([stream], port)
        try:
            assert rig.run_until(lambda: (rig.feed.status().received_bytes or 0) > stream.stat().st_size // 3, 10)
        finally:
            player.stop()
        assert rig.feed.status().lost_packets == 0


def test_a_source_that_is_no_live_stream_has_neither() -> None:
    with feeding("test:bars") as rig:
        assert rig.run_until(lambda: rig.source == "test:bars", 5)
        status = rig.feed.status()
        assert (status.lost_packets, status.received_bytes) == (None, None)
