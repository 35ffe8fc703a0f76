"""What a window has measured, kept for the next one: its charts go on from there, with a gap while none was open.

A line of JSON, then the bins of every series as 32-bit floats. Times are of the machine's monotonic clock; that it is
still the same is told by ``offset_s``, the wall clock less that clock. After a restart of the machine, or where the
wall clock was set, the file is let go.
"""

from __future__ import annotations

import json
import logging
import math
import sys
import threading
import uuid
from datetime import datetime
from pathlib import Path
from typing import Any

from app.ui.history.history import Channel, History
from app.ui.history.tiers import TIERS, Series

_FORM = [1, sys.byteorder, *map(list, TIERS)]
_SAME_CLOCK_S = 1.0
_LARGEST_BYTES = 64 << 20  # more than 36 channels with 20 series each take
logger = logging.getLogger(__name__)


class PastFile:
    """GUI thread. A file that can't be written or read is told in the log: charts are then of this window alone."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def keep(self, history: History, offset_s: float) -> None:
        """As it is now; whole or not at all."""
        self._write(packed(history, offset_s))

    def keep_aside(self, history: History, offset_s: float) -> None:
        """As ``keep``, the disk waited for on another thread."""
        content = packed(history, offset_s)
        threading.Thread(target=self._write, args=(content,), name="charts", daemon=True).start()

    def bring(self, history: History, offset_s: float, now_s: float) -> None:
        """What the last window kept, before this one has measured anything."""
        try:
            if self._path.stat().st_size <= _LARGEST_BYTES:
                history.channels.update(unpacked(self._path.read_bytes(), offset_s, now_s))
        except FileNotFoundError:
            pass
        except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
            logger.warning("charts of the window before: %s: %r", self._path, error)

    def _write(self, content: bytes) -> None:
        part = self._path.with_name(f".{uuid.uuid4().hex}.part")
        try:
            try:
                part.write_bytes(content)
                part.replace(self._path)
            finally:
                part.unlink(missing_ok=True)
        except OSError as error:
            logger.warning("charts are not kept: %s: %s", self._path, error)


def packed(history: History, offset_s: float) -> bytes:
    """All channels' pasts as a file has them."""
    channels: dict[str, Any] = {}
    bins: list[bytes] = []
    for name, channel in history.channels.items():
        series = {key: one.kept(bins) for key, one in channel.series.items()}
        standing = [[key, raised_at.isoformat()] for key, raised_at in sorted(channel.standing)]
        marks = {"breaks": list(channel.breaks), "alarms": list(channel.alarms), "standing": standing}
        channels[name] = {"series": series, **marks}
    head = {"form": _FORM, "offset_s": offset_s, "channels": channels}
    return b"".join((json.dumps(head, allow_nan=False).encode(), b"\n", *bins))


def unpacked(content: bytes, offset_s: float, now_s: float) -> dict[str, Channel]:
    """The channels again; none of another clock. ValueError, KeyError or TypeError: it is no such file."""
    line, _newline, rest = content.partition(b"\n")
    head = json.loads(line)
    if head["form"] != _FORM:
        raise ValueError("it is of another version or machine")
    if not abs(head["offset_s"] - offset_s) < _SAME_CLOCK_S:
        return {}
    bins, found = memoryview(rest), dict[str, Channel]()
    for name, told in head["channels"].items():
        channel = found[name] = Channel()
        for key, newest in told["series"].items():
            channel.series[key], bins = Series.of(newest, bins)
            if channel.series[key].newest_s > now_s:
                raise ValueError(f"{key} of {name} is of a time to come")
        channel.breaks.extend([_time(begin), _time(end)] for begin, end in told["breaks"])
        channel.alarms.extend(map(_time, told["alarms"]))
        channel.standing = frozenset((key, datetime.fromisoformat(raised_at)) for key, raised_at in told["standing"])
    if bins.nbytes:
        raise ValueError("it is longer than what it tells of")
    return found


def _time(told: object) -> float:
    if not isinstance(told, int | float) or not math.isfinite(told):
        raise TypeError(f"{told!r} is no time")
    return float(told)
