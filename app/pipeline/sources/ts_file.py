"""A transport stream file read beside FFmpeg, packet by packet, for what FFmpeg's demuxer does not hand on."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Self

from app.model.errors import SourceError
from app.pipeline.sources.ts_watch import PACKET_BYTES, TsWatch

_SYNC = b"\x47"
_STRIDES = (PACKET_BYTES, 192, 204)  # plain; with a time code before each (M2TS); with parity behind
_IN_A_ROW = 5
_STEP_BYTES = 64 * PACKET_BYTES


class WholePackets:
    """Cuts bytes into packets, whatever lies between them; what is no packet is passed over and counted."""

    def __init__(self) -> None:
        self.passed_over = 0
        self._stride = 0  # 0: not found yet, or lost
        self._rest = b""

    def of(self, chunk: bytes) -> Iterator[bytes]:
        """Runs of whole 188-byte packets, as far as they can be told with this chunk."""
        body = self._rest + chunk
        while len(body) >= _IN_A_ROW * _STRIDES[-1]:
            if not self._stride:
                body = self._searched(body)
                if not self._stride:
                    break
            count = len(body) // self._stride
            syncs = body[: count * self._stride : self._stride]
            good = count - len(syncs.lstrip(_SYNC))
            if good:
                yield self._joined(body[: good * self._stride])
            body = body[good * self._stride :]
            if good == count:
                break
            self._stride = 0
        self._rest = body

    def last(self) -> bytes:
        """The packets at the end of all."""
        stride, body, self._rest = self._stride, self._rest, b""
        if not stride:
            return b""
        count = (len(body) + stride - PACKET_BYTES) // stride
        good = count - len(body[::stride][:count].lstrip(_SYNC))
        return self._joined(body[: good * stride])

    def _searched(self, body: bytes) -> bytes:
        """Begins with the first of several packets in a row; where there are none, what may begin with one."""
        last = len(body) - (_IN_A_ROW - 1) * _STRIDES[-1]
        at = body.find(_SYNC, 0, last)
        while at >= 0:
            for stride in _STRIDES:
                if body[at : at + _IN_A_ROW * stride : stride] == _SYNC * _IN_A_ROW:
                    self._stride = stride
                    self.passed_over += at
                    return body[at:]
            at = body.find(_SYNC, at + 1, last)
        self.passed_over += last
        return body[last:]

    def _joined(self, body: bytes) -> bytes:
        stride = self._stride
        if stride == PACKET_BYTES:
            return body
        return b"".join(body[at : at + PACKET_BYTES] for at in range(0, len(body), stride))


class TsFile:
    """Hands ``watch`` what the file holds. One thread only; SourceError when it can't be read."""

    def __init__(self, url: str, path: Path, watch: TsWatch) -> None:
        self.watch = watch
        self._url = url
        self._packets = WholePackets()
        self._read_bytes = 0
        try:
            self._file = path.open("rb")
        except OSError as error:
            raise SourceError(f"{url}: {error.strerror or error}") from error

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._file.close()

    def read_beyond(self, pos: int) -> None:
        """Read on until what begins at byte ``pos`` has been read too, or to the end."""
        while self._read_bytes <= pos + _STEP_BYTES and self.read_step():
            pass

    def read_step(self) -> bool:
        """Read a little further; False at the end."""
        try:
            chunk = self._file.read(_STEP_BYTES)
        except OSError as error:
            raise SourceError(f"{self._url}: reading stopped: {error.strerror or error}") from error
        self._read_bytes += len(chunk)
        for packets in self._packets.of(chunk):
            self.watch.read(packets)
        if not chunk:
            self.watch.read(self._packets.last())
        return bool(chunk)
