"""Rules of EXT-X-CUE-OUT, -CONT and -IN: pairs, spelling, and whether durations and elapsed times add up."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from fractions import Fraction

from app.lint.marks import CONT, CUE_OUT_IN, IN, OUT, Mark
from app.lint.reading import Media, limited
from app.model.lint import LintFinding, error, note, warning

_A_FRAME_S = Fraction(1, 20)  # a frame at 24 a second, and what three decimals lose
_MARKERS = "HLS ad markers"

OUT_VALUE = error("cue.out-value", _MARKERS)
NO_DURATION = note("cue.no-duration", _MARKERS)
OUT_TWICE = error("cue.out-twice", _MARKERS)
NO_IN = error("cue.out-without-in", _MARKERS)
NO_OUT = error("cue.in-without-out", _MARKERS)
OUT_LEFT = note("cue.out-has-left", _MARKERS)
IN_VALUE = note("cue.in-value", _MARKERS)
ORDER = warning("cue.order", _MARKERS)
LONGER = warning("cue.longer", "SCTE 35 §9.8.2.1")
SHORTER = note("cue.shorter", "SCTE 35 §9.9.2.2")
CONT_VALUE = error("cue.cont-value", _MARKERS)
CONT_OUTSIDE = error("cue.cont-outside", _MARKERS)
CONT_MISSING = warning("cue.cont-missing", _MARKERS)
NO_CONT = note("cue.no-cont", _MARKERS)
ELAPSED = warning("cue.elapsed", _MARKERS)
CONT_DURATION = note("cue.cont-duration", _MARKERS)


@dataclass(slots=True)
class _Break:
    """The break that is open. ``out`` None: its OUT has left the window."""

    out: Mark | None
    first: Mark
    conts: list[Mark] = field(default_factory=list)


def cue_findings(media: Media) -> Iterator[LintFinding]:
    """What the rules say of a playlist's cue tags."""
    marks = media.of(CUE_OUT_IN)
    yield from _of_values(marks, media)
    opened: _Break | None = None
    seen = False  # whether an OUT or IN stood before
    for mark in marks:
        if mark.kind == OUT:
            if opened is not None:
                where = media.at(opened.first.tag.line)
                what = f"EXT-X-CUE-OUT while the break of {where} is open"
                yield OUT_TWICE.found(what, media.at(mark.tag.line), "close it with EXT-X-CUE-IN first")
                yield from _of_break(opened, mark.segment, media)
            opened, seen = _Break(mark, mark), True
        elif mark.kind == CONT:
            if opened is None and (seen or media.whole):
                where = media.at(mark.tag.line)
                yield CONT_OUTSIDE.found("EXT-X-CUE-OUT-CONT outside of a break", where, "an EXT-X-CUE-OUT opens one")
            opened = opened or _Break(None, mark)
            opened.conts.append(mark)
        else:
            yield from _of_in(mark, opened, media, seen=seen)
            opened, seen = None, True
    if opened is not None:
        yield from _of_break(opened, len(media.playlist.segments), media)
        if media.finished:
            yield NO_IN.found(
                "the playlist ends and the break is open", media.at(opened.first.tag.line), "EXT-X-CUE-IN"
            )


def _of_values(marks: list[Mark], media: Media) -> Iterator[LintFinding]:
    for mark in marks:
        where, value = media.at(mark.tag.line), mark.tag.value
        if mark.kind == OUT and mark.declared_s is None:
            if value and not (mark.attributes and "DURATION" not in mark.attributes):
                what = f"EXT-X-CUE-OUT:{value[:40]} tells no duration that can be read"
                yield OUT_VALUE.found(what, where, "right are :30.000, :DURATION=30.000 and no value at all")
            else:
                yield NO_DURATION.found("EXT-X-CUE-OUT without a duration: not every reader takes it", where)
        if mark.kind == IN and value:
            yield IN_VALUE.found(f"EXT-X-CUE-IN has no value, this is {value[:40]!r}", where)
        if mark.kind == CONT and mark.elapsed_s is None:
            what = f"{mark.tag.name}:{value[:40]} tells no elapsed time" if value else f"{mark.tag.name} has no value"
            yield CONT_VALUE.found(what, where, "right are 6.000/30.000 and ElapsedTime=6.000,Duration=30.000")


def _of_in(mark: Mark, opened: _Break | None, media: Media, *, seen: bool) -> Iterator[LintFinding]:
    where = media.at(mark.tag.line)
    if opened is None:
        if seen or media.whole:
            yield NO_OUT.found("EXT-X-CUE-IN without an EXT-X-CUE-OUT", where)
        else:
            yield OUT_LEFT.found("EXT-X-CUE-IN of a break whose EXT-X-CUE-OUT has left the playlist", where)
        return
    out = opened.out
    if out is not None and out.segment == mark.segment and out.declared_s != 0:
        yield ORDER.found(
            "EXT-X-CUE-IN behind EXT-X-CUE-OUT at one segment: a break of no length", where, "IN goes first"
        )
        return
    yield from _of_break(opened, mark.segment, media)
    if out is None or out.declared_s is None:
        return
    told = {cont.declared_s for cont in opened.conts if cont.declared_s is not None}
    lasted_s = media.starts_s[mark.segment] - media.starts_s[out.segment]
    if all(abs(lasted_s - declared_s) > _A_FRAME_S for declared_s in {out.declared_s, *told}):
        what = f"the break lasts {float(lasted_s):.3f} s, its OUT says {float(out.declared_s):.3f} s"
        yield (LONGER if lasted_s > out.declared_s else SHORTER).found(what, where)


def _of_break(opened: _Break, end: int, media: Media) -> Iterator[LintFinding]:
    """The tags between an OUT and the segment where it ends."""
    out, conts = opened.out, opened.conts
    if out is None:
        return
    inside, marked = range(out.segment + 1, end), {cont.segment for cont in conts}
    segments = media.playlist.segments
    if inside and not conts:
        what = "no EXT-X-CUE-OUT-CONT in the break: who joins late doesn't know of it"
        yield NO_CONT.found(what, media.at(out.tag.line), "one before each later segment")
    elif conts:
        bare = [("a segment of the break without EXT-X-CUE-OUT-CONT", media.at(segments[i].line)) for i in inside]
        yield from limited(CONT_MISSING, (each for i, each in zip(inside, bare, strict=True) if i not in marked))
    wrong, changed = [], []
    for cont in conts:
        where = media.at(cont.tag.line)
        since_s = media.starts_s[cont.segment] - media.starts_s[out.segment]
        # some encoders tell what has passed when the segment ends
        until_s = media.starts_s[min(cont.segment + 1, len(segments))] - media.starts_s[out.segment]
        told_s = cont.elapsed_s
        if told_s is not None and min(abs(told_s - since_s), abs(told_s - until_s)) > _A_FRAME_S:
            what = f"the elapsed time is {float(told_s):.3f} s, the segments since the OUT {float(since_s):.3f} s"
            wrong.append((what, where))
        known_s, first_s = cont.declared_s, out.declared_s
        if known_s is not None and first_s is not None and abs(known_s - first_s) > _A_FRAME_S:
            what = f"the duration is {float(known_s):.3f} s, the OUT said {float(first_s):.3f} s"
            changed.append((what, where))
    yield from limited(ELAPSED, wrong)
    yield from limited(CONT_DURATION, changed, "right where the break was extended", most=1)
