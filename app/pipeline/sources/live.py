"""A session with a UDP source: from the first datagram until it is to end."""

from __future__ import annotations

from collections.abc import Callable

from app.model.errors import SourceError
from app.pipeline.playout import Playout
from app.pipeline.reader import Reader
from app.pipeline.sources.opening import opened_stream, streams_of
from app.pipeline.sources.udp import UdpInput

ARRIVES_WITHIN_S = 3.0


def play_udp(url: str, opened: UdpInput, reader: Reader, playout: Playout, keep_going: Callable[[], bool]) -> None:
    """Feed the reader until ``keep_going`` is False, then close the input; SourceError when nothing usable arrives.

    When the program map changes, the container is opened again on what came since the last entry point: FFmpeg's
    streams are fixed once it is open, and this loses no picture.
    """
    with opened as stream:
        if not stream.wait_for_program(ARRIVES_WITHIN_S):
            return
        while keep_going():
            if not _play_program(url, stream, reader, playout):
                break
            reader.rewound(stream.rewind())
        if stream.error is not None:
            raise stream.error


def _play_program(url: str, stream: UdpInput, reader: Reader, playout: Playout) -> bool:
    """Read on while the program is the same; True when it has changed, False at the end."""
    changes, program = stream.watch.changes, stream.watch.program
    if program is None:
        raise SourceError(f"{url}: the transport stream names no program")
    with opened_stream(url, stream) as container:
        video, audio = streams_of(container, program.first("video"), program.first("audio"))
        reader.attach(video, audio)
        for packet in container.demux([each for each in (video, audio) if each is not None]):
            reader.packet(packet)
            if stream.caught_up:
                playout.reached_live_edge()
            if stream.watch.changes != changes:
                return True
    return False
