"""A session with a file: read as fast as it is played, and again from the beginning without a seam."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from contextlib import ExitStack

from app.model.errors import SourceError
from app.pipeline.playout import Playout
from app.pipeline.reader import Media, Reader
from app.pipeline.source_cues import SourceCues
from app.pipeline.sources.address import MediaFile
from app.pipeline.sources.opening import best_streams, opened_file
from app.pipeline.sources.ts_file import TsFile
from app.pipeline.sources.ts_watch import TsWatch

_WAIT_S = 0.1
_AHEAD_BYTES_MOST = 64 << 20  # of video packets read to reach sound that lies further on in the file


def play_file(
    url: str,
    file: MediaFile,
    reader: Reader,
    playout: Playout,
    cues: SourceCues,
    keep_going: Callable[[], bool],
) -> None:
    """Feed the reader pass after pass until ``keep_going`` is False; SourceError: unreadable.

    ``cues``: told of the SCTE-35 in a transport stream, which no other container carries.
    """
    base = 0
    while keep_going():
        reader.begin_pass(base)
        with opened_file(url, file.path) as container, ExitStack() as beside:
            video, audio = best_streams(container)
            if video is None and audio is None:
                raise SourceError(f"{url}: neither picture nor sound is in it")
            reader.attach(video, audio)
            ts = None
            if container.format.name == "mpegts":
                ts = beside.enter_context(TsFile(url, file.path, TsWatch(cues=cues.watch)))
            ahead = _Ahead(reader, playout, keep_going)
            for packet in container.demux([each for each in (video, audio) if each is not None]):
                if ts is not None and packet.pos is not None:
                    ts.read_beyond(packet.pos)
                if not ahead.packet(packet):
                    return
            if not ahead.drain():
                return
            end = reader.flush()
            cues.begin_pass()
        if end <= base:
            raise SourceError(f"{url}: nothing in it can be decoded")
        base = end


class _Ahead:
    """Decodes pictures only while there is room for them, and keeps their packets until then."""

    def __init__(self, reader: Reader, playout: Playout, keep_going: Callable[[], bool]) -> None:
        self._reader, self._playout, self._keep_going = reader, playout, keep_going
        self._packets: deque[Media] = deque()
        self._bytes = 0

    def packet(self, packet: Media) -> bool:
        """Take a packet in; returns when the next may be read, or False when the session is to end."""
        if not self._reader.is_video(packet):
            self._reader.packet(packet)
        elif packet.size:
            self._packets.append(packet)
            self._bytes += packet.size
        while self._keep_going():
            self._decode()
            if not self._full() and self._bytes < _AHEAD_BYTES_MOST:
                return True
            self._playout.wait_for_room(_WAIT_S)
        return False

    def _full(self) -> bool:
        """Sound that the reader holds is far enough ahead too: without room for a picture it would only grow."""
        return self._playout.full() or (self._reader.holds_sound and self._playout.pictures_full())

    def drain(self) -> bool:
        """Decode all that is kept; False when the session is to end."""
        while self._keep_going():
            self._decode()
            if not self._packets:
                return True
            self._playout.wait_for_room(_WAIT_S)
        return False

    def _decode(self) -> None:
        while self._packets and not self._playout.pictures_full():
            packet = self._packets.popleft()
            self._bytes -= packet.size
            self._reader.packet(packet)
