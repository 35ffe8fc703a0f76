"""Access units of the video PID: their times and their first NAL units (ISO 13818-1 §2.4.3.6, H.264 §7.4.1)."""

from __future__ import annotations

import itertools
from dataclasses import dataclass

import numpy as np

from app.monitoring.packets import Packets

H264, H265 = 0x1B, 0x24
VIDEO_STREAMS = {0x01: "MPEG-1", 0x02: "MPEG-2", 0x10: "MPEG-4", H264: "H.264", H265: "H.265", 0x33: "H.266"}
_MOST_PACKETS = 512  # where the slice has not begun after 90 kB, it is not looked for further
_SHORTEST_PES = 14  # up to and with a PTS
_H264_IDR, _H264_SETS = frozenset({5}), frozenset({7, 8})  # H.264 table 7-1: IDR slice; SPS, PPS
_H265_IDR, _H265_SETS = frozenset({19, 20}), frozenset({33, 34})  # H.265 table 7-1
_VIDEO_STREAM_IDS = range(0xE0, 0xF0)


@dataclass(frozen=True, slots=True)
class Picture:
    """One access unit. Ticks are the 33 bits of the PES header; ``row`` is the packet that it begins in.

    ``nal_type``: of its first slice, None where none was found; ``parameter_sets``: SPS and PPS stand before it.
    """

    pts: int
    dts: int
    row: int
    idr: bool
    parameter_sets: bool
    nal_type: int | None


def pictures_on(packets: Packets, pid: int, stream_type: int) -> tuple[list[Picture], list[str]]:
    """The pictures of a video PID in byte (decoding) order, and what could not be read."""
    rows = packets.rows_of(pid)
    starts = np.flatnonzero(packets.unit_start[rows]).tolist()
    pictures, broken = [], 0
    for start, end in itertools.pairwise([*starts, len(rows)]):
        picture = _picture(packets, rows[start:end].tolist(), stream_type)
        if picture is None:
            broken += 1
        else:
            pictures.append(picture)
    return pictures, [f"{broken} PES packets on PID {pid:#x} have no readable PTS"] if broken else []


def _picture(packets: Packets, rows: list[int], stream_type: int) -> Picture | None:
    """One PES packet as a picture; None without a PTS."""
    head = packets.payload(rows[0])
    read = 1
    while len(head) < _SHORTEST_PES and read < len(rows):
        head, read = head + packets.payload(rows[read]), read + 1
    if len(head) < _SHORTEST_PES or head[:3] != b"\0\0\1" or head[3] not in _VIDEO_STREAM_IDS or not head[7] & 0x80:
        return None
    pts = timestamp(head[9:14])
    dts = timestamp(head[14:19]) if head[7] & 0x40 and len(head) >= 19 else pts  # noqa: PLR2004 - both stamps
    if pts is None or dts is None:
        return None
    if stream_type not in {H264, H265}:
        return Picture(pts, dts, rows[0], idr=False, parameter_sets=False, nal_type=None)
    types = _nal_types(packets, rows, head, read, stream_type)
    slice_type = types[-1] if types and _is_slice(types[-1], stream_type) else None
    if stream_type == H264:
        return Picture(pts, dts, rows[0], slice_type in _H264_IDR, set(types) >= _H264_SETS, slice_type)
    return Picture(pts, dts, rows[0], slice_type in _H265_IDR, set(types) >= _H265_SETS, slice_type)


def timestamp(stamp: bytes) -> int | None:
    """Five bytes of PTS or DTS as 33 bits; None where a marker bit is wrong."""
    if not stamp[0] & stamp[2] & stamp[4] & 1:
        return None
    return (stamp[0] & 0x0E) << 29 | stamp[1] << 22 | (stamp[2] & 0xFE) << 14 | stamp[3] << 7 | stamp[4] >> 1


def _is_slice(nal_type: int, stream_type: int) -> bool:
    return 1 <= nal_type <= 5 if stream_type == H264 else nal_type < 32  # noqa: PLR2004 - H.264 table 7-1, H.265 7-1


def _nal_types(packets: Packets, rows: list[int], head: bytes, read: int, stream_type: int) -> list[int]:
    """The NAL unit types up to the first slice (the last of the list, if there is one)."""
    stream = bytearray(head[9 + head[8] :])
    types: list[int] = []
    at = 0
    while True:
        found = stream.find(b"\0\0\1", at)
        if found < 0 or found + 3 >= len(stream):
            if read >= min(len(rows), _MOST_PACKETS):
                return types
            at = found if found >= 0 else max(at, len(stream) - 2)
            stream += packets.payload(rows[read])
            read += 1
            continue
        header = stream[found + 3]
        types.append(header & 0x1F if stream_type == H264 else header >> 1 & 0x3F)
        if _is_slice(types[-1], stream_type):
            return types
        at = found + 3
