"""The SCTE-35 streams of a transport stream, read in passing: whole sections, and where among the pictures they came.

SCTE 35 §8 (stream_type 0x86), §9.5 (time base discontinuities). One thread only.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from app.model.timebase import TICKS_PER_SECOND, difference
from app.pipeline.sources.sections import SectionReader, SectionTally
from app.pipeline.sources.ts_watch import ProgramMap

SCTE35_TYPE = 0x86
_EARLY_PACKETS = 4000  # before the first PMT: most of a megabyte, and half a second of a rich stream
_STEP_MOST_TICKS = TICKS_PER_SECOND * 7 // 10  # from picture to picture; a longer one may be another time base
_ALL = frozenset(range(0x1FFF))
_PES_START, _PES_PTS, _PES_BOTH = b"\x00\x00\x01", 0x80, 0xC0


@dataclass(frozen=True, slots=True)
class Mark:
    """One picture (or block of sound, where there is no picture) in the multiplex. ``pts``: 33 bits.

    ``serial`` counts them; ``run`` counts the stretches in which one decoding time follows the other without a jump.
    """

    serial: int
    run: int
    pts: int | None


@dataclass(frozen=True, slots=True)
class Arrival:
    """A section, not checked. ``mark``: the last picture before it, ``pcr``: the last clock reference, 90 kHz."""

    pid: int
    section: bytes
    at: datetime
    mark: Mark
    pcr: int | None

    @property
    def pts(self) -> int | None:
        """Where in the stream: by the clock reference, else by the last picture; None before either."""
        return self.mark.pts if self.pcr is None else self.pcr


class CueWatch:
    """Listens to all SCTE-35 PIDs of a program, or to those of ``pids`` among them.

    ``arrived`` and ``marked`` are called in the order of the stream. What comes before the program is known is kept and
    read then. ``unknown``: of ``pids``, those which are no SCTE-35 stream of the program. ``tallies``: by PID.
    """

    def __init__(
        self,
        arrived: Callable[[Arrival], None],
        marked: Callable[[Mark], None] = lambda _: None,
        pids: tuple[int, ...] = (),
    ) -> None:
        self.tallies: dict[int, SectionTally] = {}
        self.wanted_pids: frozenset[int] = _ALL  # all packets of these are to be handed on
        self.unknown: tuple[int, ...] = ()
        self._arrived, self._marked, self._chosen = arrived, marked, pids
        self._readers: dict[int, SectionReader] = {}
        self._early: deque[tuple[int, bytes]] = deque(maxlen=_EARLY_PACKETS)
        self._mark = Mark(0, 0, None)
        self._picture_pid = self._pcr_pid = -1
        self._knows_program = False
        self._dts: int | None = None
        self._pcr: int | None = None

    @property
    def pids(self) -> tuple[int, ...]:
        """What is listened to; none before the program is known. Any thread."""
        return tuple(sorted(self.wanted_pids)) if self._knows_program else ()

    def begin_anew(self) -> None:
        """The next packets are those of the stream's beginning again: nothing is open, another time base begins."""
        for reader in self._readers.values():
            reader.restart()
        self._new_run()

    def _new_run(self) -> None:
        self._mark = Mark(self._mark.serial + 1, self._mark.run + 1, None)
        self._dts = self._pcr = None

    def program(self, program: ProgramMap) -> None:
        """What the program consists of from here on."""
        found = [stream.pid for stream in program.streams if stream.stream_type == SCTE35_TYPE and not stream.media]
        self.unknown = tuple(pid for pid in self._chosen if pid not in found)
        self.wanted_pids = frozenset(pid for pid in found if not self._chosen or pid in self._chosen)
        self._readers = {pid: self._readers.get(pid) or SectionReader() for pid in sorted(self.wanted_pids)}
        self.tallies |= {pid: reader.tally for pid, reader in self._readers.items()}
        picture_pid = program.first("video") or program.first("audio") or -1
        if (picture_pid, program.pcr_pid) != (self._picture_pid, self._pcr_pid):
            self._new_run()
            self._picture_pid, self._pcr_pid = picture_pid, program.pcr_pid
        self._knows_program = True
        early, self._early = self._early, deque(maxlen=_EARLY_PACKETS)
        for pid, packet in early:
            self.packet(pid, packet)

    def packet(self, pid: int, packet: bytes) -> None:
        """One of ``wanted_pids``, or of any PID if it begins a unit or has an adaptation field."""
        reader = self._readers.get(pid)
        if reader is not None:
            for section in reader.packet(packet):
                self._arrived(Arrival(pid, section, datetime.now(UTC), self._mark, self._pcr))
        elif not self._knows_program:
            self._early.append((pid, packet))
        elif not packet[1] & 0x80:  # transport_error_indicator
            self._clock(pid, packet)

    def _clock(self, pid: int, packet: bytes) -> None:
        if packet[3] & 0x20 and packet[4] > 6 and packet[5] & 0x10 and pid == self._pcr_pid:  # noqa: PLR2004 - §2.4.3.5
            self._pcr = int.from_bytes(packet[6:11]) >> 7
        if packet[1] & 0x40 and pid == self._picture_pid:
            self._picture(packet)

    def _picture(self, packet: bytes) -> None:
        times = _times(packet)
        if times is None:
            return
        pts, dts = times
        jumps = self._dts is not None and not 0 <= difference(dts, self._dts) <= _STEP_MOST_TICKS
        self._dts = dts
        self._mark = Mark(self._mark.serial + 1, self._mark.run + jumps, pts)
        self._marked(self._mark)


def _times(packet: bytes) -> tuple[int, int] | None:
    """PTS and DTS (the same where it has but one) of the PES packet that begins here, §2.4.3.7."""
    if packet[3] & 0xD0 != 0x10:  # noqa: PLR2004 - with a payload, not scrambled
        return None
    header = 4 + (1 + packet[4] if packet[3] & 0x20 else 0)
    optional = packet[header : header + 19]
    if len(optional) < 14 or optional[:3] != _PES_START or not optional[7] & _PES_PTS:  # noqa: PLR2004 - up to PTS
        return None
    pts = _timestamp(optional[9:14])
    has_dts = optional[7] & _PES_BOTH == _PES_BOTH and len(optional) == 19  # noqa: PLR2004 - up to DTS
    return pts, _timestamp(optional[14:19]) if has_dts else pts


def _timestamp(five: bytes) -> int:
    return (five[0] >> 1 & 7) << 30 | five[1] << 22 | (five[2] >> 1) << 15 | five[3] << 7 | five[4] >> 1
