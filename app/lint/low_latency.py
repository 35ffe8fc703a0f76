"""Rules of low-latency HLS, draft-pantos-hls-rfc8216bis §4.4.3, §4.4.4.9: parts, and how far back to start."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from app.lint.marks import attributes_of
from app.lint.reading import Media, limited
from app.model.lint import LintFinding, error, note, warning
from app.monitoring.playlist import Tag, seconds_text

_PARTS = "rfc8216bis §4.4.4.9"
_CONTROL = "rfc8216bis §4.4.3.8"
_LEAST_PART = Fraction(85, 100)
_LEAST, _ADVISED, _HOLD, _SKIP = 2, 3, 3, 6  # times PART-TARGET, the same, times the target duration, the same

NO_PART_TARGET = error("parts.no-target", "rfc8216bis §4.4.3.7")
LONG_PART = error("parts.over-target", _PARTS)
SHORT_PART = warning("parts.short", _PARTS)
PART_HOLD_BACK = error("parts.hold-back", _CONTROL)
PART_HOLD_BACK_ADVISED = note("parts.hold-back-advised", _CONTROL)
HOLD_BACK = error("playlist.hold-back", _CONTROL)
SKIP = error("playlist.can-skip-until", _CONTROL)


def low_latency_findings(media: Media) -> Iterator[LintFinding]:
    """What the rules say of parts and server control, where they are there."""
    parts = [tag for tag in media.tags if tag.name == "EXT-X-PART"]
    told = next((tag for tag in media.tags if tag.name == "EXT-X-PART-INF"), None)
    target_s = _seconds(told, "PART-TARGET")
    if parts and target_s is None:
        yield NO_PART_TARGET.found("EXT-X-PART without EXT-X-PART-INF:PART-TARGET", media.at(parts[0].line))
    if target_s is not None:
        yield from _of_parts(media, target_s)
    control = next((tag for tag in media.tags if tag.name == "EXT-X-SERVER-CONTROL"), None)
    if control is not None:
        yield from _of_control(control, target_s, media)


def _of_parts(media: Media, target_s: Fraction) -> Iterator[LintFinding]:
    long, short = [], []
    for group in (*(segment.tags for segment in media.playlist.segments), media.playlist.tail):
        parts = [tag for tag in group if tag.name == "EXT-X-PART"]
        for number, tag in enumerate(parts, start=1):
            duration_s = _seconds(tag, "DURATION") or Fraction(0)
            text, where = f"a part of {float(duration_s):g} s, PART-TARGET is {float(target_s):g} s", media.at(tag.line)
            last = number == len(parts)
            if duration_s > target_s:
                long.append((text, where))
            elif not last and duration_s < target_s * _LEAST_PART and "GAP" not in attributes_of(tag.value):
                short.append((text, where))
    yield from limited(LONG_PART, long)
    yield from limited(SHORT_PART, short, "only the last part of a segment may be shorter than 85 %")


def _of_control(control: Tag, part_s: Fraction | None, media: Media) -> Iterator[LintFinding]:
    where, target_s = media.at(control.line), media.playlist.target_duration_s
    back_s = _seconds(control, "PART-HOLD-BACK")
    if part_s is not None and back_s is not None and back_s < part_s * _LEAST:
        what = f"PART-HOLD-BACK is {float(back_s):g} s, less than {_LEAST} × PART-TARGET"
        yield PART_HOLD_BACK.found(what, where, f"PART-HOLD-BACK={float(part_s * _ADVISED):g}")
    elif part_s is not None and back_s is not None and back_s < part_s * _ADVISED:
        what = f"PART-HOLD-BACK is {float(back_s):g} s, less than {_ADVISED} × PART-TARGET"
        yield PART_HOLD_BACK_ADVISED.found(what, where)
    for name, times, rule in (("HOLD-BACK", _HOLD, HOLD_BACK), ("CAN-SKIP-UNTIL", _SKIP, SKIP)):
        told_s = _seconds(control, name)
        if told_s is not None and target_s is not None and told_s < target_s * times:
            what = f"{name} is {float(told_s):g} s, less than {times} × EXT-X-TARGETDURATION"
            yield rule.found(what, where, f"{name}={target_s * times}")


def _seconds(tag: Tag | None, name: str) -> Fraction | None:
    return seconds_text(attributes_of(tag.value).get(name)) if tag is not None else None
