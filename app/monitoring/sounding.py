"""The sound at a splice: where it is cut in each rendition, and whether it goes on without a hole or an overlap."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass

from app.model.states import ProofState
from app.model.timebase import TICKS_PER_SECOND, difference
from app.monitoring.placement import Fault, Placement
from app.monitoring.sound import Sound
from app.monitoring.timeline import Track

_OFF_TICKS = TICKS_PER_SECOND // 10  # how far the cut of the sound may be from the picture's
_HOLE_TICKS = TICKS_PER_SECOND // 500  # what a rounded clock may leave between two frames
_NEAR_TICKS = TICKS_PER_SECOND  # around the splice
_REORDERED = 2  # pictures: a segment is cut in decoding order, by which a picture is handed over so much earlier


@dataclass(frozen=True, slots=True)
class _Piece:
    """One PES packet: its start from the splice, its end, the segment that it is in; ``frames`` 0: not known."""

    start: int
    end: int
    segment: int
    frames: int = 1

    def cut(self) -> Iterator[_Piece]:
        """Its frames."""
        count, whole = self.frames or 1, self.end - self.start
        edges = [self.start + whole * number // count for number in range(count + 1)]
        for start, end in itertools.pairwise(edges):
            yield _Piece(start, end, self.segment, self.frames and 1)


def sound_faults(
    track: Track, placement: Placement, remarks: list[str], measured: dict[str, list[float | None]]
) -> list[Fault]:
    """Out-point, in-point and continuity of each audio PID; nothing where the rendition has no sound.

    ``measured`` takes by rendition the ms from the splice to where the sound before it ends and that after it begins.
    """
    placed, pts = placement.placed, placement.placed.picture.pts
    if placed.gap or (not placed.first and track.rendition.playlist is not None):
        return []
    pids = sorted({one.pid for segment in track.rendition.segments if segment.read for one in segment.read.sounds})
    for pid in pids:
        pieces = _pieces(track, placement, pid, pts)
        text = _fault(track, placement, pieces, remarks, measured)
        if text:
            return [Fault(ProofState.MISPLACED, text)]
    return []


def _fault(
    track: Track,
    placement: Placement,
    pieces: list[_Piece],
    remarks: list[str],
    measured: dict[str, list[float | None]],
) -> str:
    """What is wrong with one PID."""
    at = placement.placed.segment
    out = [piece for piece in pieces if piece.segment < at] if at else []
    into = [piece for piece in pieces if piece.segment >= at]
    if track.rendition.playlist is None:  # one stream: it is cut where a picture is, between two of its frames
        pieces = [frame for piece in pieces for frame in piece.cut()]
        out = [piece for piece in pieces if piece.start < 0]
        into = [piece for piece in pieces if piece.start >= 0]
    points = out[-1].end if out else None, into[0].start if into else None
    measured.setdefault(track.name, [_ms(one) for one in points])
    joins = _asked(track, placement)
    for name, point, asked in zip(("out", "in"), points, joins, strict=True):
        if asked and point is None:
            return f"there is no sound at its {name}-point"
        over = point is not None and abs(point) > _allowed(track, at, pieces)
        if over and _uncounted(track, out):
            remarks.append(f"its sound's {name}-point can't be judged: the frames of its PES packets can't be counted")
        elif over:
            return f"its sound's {name}-point is {_ms(point):+.0f} ms from its picture"
    return _hole(pieces, remarks)


def _uncounted(track: Track, out: list[_Piece]) -> bool:
    """Whether the splice is within a packet of one stream, and nothing tells where the frames in it begin."""
    return track.rendition.playlist is None and bool(out) and out[-1].frames == 0 and out[-1].end > 0


def _hole(pieces: list[_Piece], remarks: list[str]) -> str:
    """The worst hole or overlap of the sound around the splice."""
    steps = [after.start - before.end for before, after in itertools.pairwise(pieces)]
    worst = max(steps, key=abs, default=0)
    if abs(worst) <= _HOLE_TICKS:
        return ""
    text = f"its sound {'has a hole' if worst > 0 else 'overlaps'} by {abs(worst) * 1000 / TICKS_PER_SECOND:.0f} ms"
    if abs(worst) > _OFF_TICKS:
        return text
    remarks.append(text)
    return ""


def _pieces(track: Track, placement: Placement, pid: int, pts: int) -> list[_Piece]:
    """The PES packets near the splice in byte order, out of its segment and the one before in the same timeline."""
    at, found = placement.placed.segment, list[_Piece]()
    for index in range(max(0, at - 1), min(at + 1, len(track.rendition.segments))):
        read = track.rendition.segments[index].read
        if read is None or track.epoch(index) != placement.splice.epoch:
            continue
        for sound in (one for one in read.sounds if one.pid == pid):
            found += _near(sound, pts, index)
    return found


def _near(sound: Sound, pts: int, segment: int) -> list[_Piece]:
    """What is near the splice, and one packet more on each side: a hole may reach further."""
    starts = [difference(start, pts) for start in sound.starts.tolist()]
    lasts, frames = sound.lasts.tolist(), sound.frames.tolist()
    near = [index for index, start in enumerate(starts) if abs(start) <= _NEAR_TICKS]
    if not near:
        return []
    around = range(max(0, near[0] - 1), min(near[-1] + 2, len(starts)))
    return [_Piece(starts[index], starts[index] + lasts[index], segment, frames[index]) for index in around]


def _allowed(track: Track, at: int, pieces: list[_Piece]) -> int:
    """100 ms, or two pictures where these are longer; and the frame of sound that the splice falls in."""
    reads = [segment.read for segment in track.rendition.segments[max(0, at - 1) : at + 1] if segment.read]
    pictures = max((_REORDERED * read.frame_ticks for read in reads), default=0)
    if track.rendition.playlist is None:
        pieces = [piece for piece in pieces if piece.frames]  # others may hold many
    return max(_OFF_TICKS, pictures) + min((piece.end - piece.start for piece in pieces), default=0)


def _asked(track: Track, placement: Placement) -> tuple[bool, bool]:
    """Whether sound has to be there before the splice, and behind it: where pictures were read for so long."""
    segments, at, epoch = track.rendition.segments, placement.placed.segment, placement.splice.epoch
    span, pts = track.span(epoch), placement.placed.picture.pts
    if span is None:
        return False, False
    before, behind = difference(pts, span[0]) > _OFF_TICKS, difference(span[1], pts) > _OFF_TICKS
    if track.rendition.playlist is None:
        return before, behind
    return before and at > 0 and segments[at - 1].read is not None and track.epoch(at - 1) == epoch, behind


def _ms(ticks: int | None) -> float | None:
    return None if ticks is None else round(ticks * 1000 / TICKS_PER_SECOND, 1)
