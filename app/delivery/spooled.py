"""One spooled segment as a file: a line of JSON, then the segment's own bytes."""

from __future__ import annotations

import json
import os
import time
import zlib
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from app.model.errors import SplicedeckError
from app.model.segment import MediaObject
from app.model.wire import from_plain, to_plain

PART = ".part"  # a file that was being written when its process died ends so
_FORM = "splicedeck segment 1"
_HEADER_LIMIT = 16_384


class ForeignFileError(SplicedeckError):
    """A file in the spool that is no whole spooled segment; the text says why."""


@dataclass(frozen=True, slots=True)
class _Header:
    """The first line. ``closed_at``: wall time of the last muxed byte; ``crc32`` of the body."""

    form: str
    path: str
    content_type: str
    rendition: str
    sequence: int
    start_ticks: int
    duration_ticks: int
    closed_at: datetime
    size: int
    crc32: int


def write_spooled(target: Path, segment: MediaObject) -> None:
    """Write it beside its place, then rename it into it; OSError where that fails, and nothing half-written stays."""
    closed_at = datetime.now(UTC) - timedelta(seconds=max(0.0, time.monotonic() - segment.closed_at_s))
    header = _Header(
        form=_FORM,
        path=segment.path,
        content_type=segment.content_type,
        rendition=segment.rendition,
        sequence=segment.sequence,
        start_ticks=segment.start_ticks,
        duration_ticks=segment.duration_ticks,
        closed_at=closed_at,
        size=len(segment.body),
        crc32=zlib.crc32(segment.body),
    )
    beside = target.with_name(f".{target.name}{PART}")
    target.parent.mkdir(parents=True, exist_ok=True)
    try:
        with beside.open("wb", buffering=0) as file:
            for piece in (json.dumps(to_plain(header)).encode() + b"\n", segment.body):
                rest = memoryview(piece)
                while rest:
                    rest = rest[file.write(rest) :]
        beside.replace(target)
    except OSError:
        beside.unlink(missing_ok=True)
        raise


def read_spooled(file: Path, path: str) -> MediaObject:
    """The segment that ``file`` holds for ``path``; ForeignFileError where it is none, or not whole."""
    try:
        with file.open("rb") as opened:
            line = opened.readline(_HEADER_LIMIT)
            header: _Header = from_plain(_Header, json.loads(line))
            if header.form != _FORM or header.path != path:
                raise ForeignFileError("it is a segment of another place or form")
            expected = len(line) + header.size
            if os.fstat(opened.fileno()).st_size != expected:
                raise ForeignFileError(f"it is not {expected} bytes long")
            body = opened.read()
    except OSError as error:
        raise ForeignFileError(error.strerror or str(error)) from error
    except (ValueError, RecursionError) as error:
        raise ForeignFileError("it does not begin as a spooled segment does") from error
    if zlib.crc32(body) != header.crc32:
        raise ForeignFileError("its bytes are not those that were written")
    age_s = max(0.0, (datetime.now(UTC) - header.closed_at).total_seconds())
    return MediaObject(
        path=path,
        body=body,
        content_type=header.content_type,
        rendition=header.rendition,
        sequence=header.sequence,
        start_ticks=header.start_ticks,
        duration_ticks=header.duration_ticks,
        closed_at_s=time.monotonic() - age_s,
    )
