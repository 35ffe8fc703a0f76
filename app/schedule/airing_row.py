"""What a row says of how its break goes to air: mode, missed, late, follows, at_mark, gap."""

from __future__ import annotations

import re
from collections.abc import Mapping
from enum import StrEnum
from fractions import Fraction

from app.model.columns import AIRING
from app.model.schedule import AS_TIMED, Airing, AirMode, Follow, Missed
from app.schedule.rows import RowFaultError
from app.scte35.program_marks import ProgramMark

_LONGEST_S, _LONGEST_NAME = 86_400, 500
_KNOWN = frozenset(AIRING)
_SECONDS = re.compile(r"\d{1,5}(?:\.\d{1,9})?", re.ASCII)


def airing_from(fields: Mapping[str, object], own_id: str) -> Airing:
    """How the row's break goes to air; RowFaultError: what doesn't fit. ``own_id``: what it can't follow."""
    if _KNOWN.isdisjoint(fields) or all(fields.get(name) is None for name in AIRING):
        return AS_TIMED
    late_s = _seconds(fields, "late")
    missed = _one_of(Missed, fields, "missed", Missed.LATE if late_s else Missed.SKIP)
    if missed is Missed.LATE and not late_s:
        raise RowFaultError("late", fields.get("late"), "missing: say how many seconds late it may air")
    if missed is Missed.SKIP and late_s:
        raise RowFaultError("late", fields.get("late"), "a missed break is skipped here: missed is late or ask")
    follow = _follow(fields, own_id)
    if follow is not None and fields.get("at") is not None:
        raise RowFaultError("at", fields.get("at"), "a break that follows has no time of its own: one of the two")
    mode = _one_of(AirMode, fields, "mode", AirMode.AUTO)
    return Airing(mode=mode, missed=missed, late_s=late_s, follow=follow)


def _follow(fields: Mapping[str, object], own_id: str) -> Follow | None:
    break_id, mark = _name(fields, "follows"), _name(fields, "at_mark")
    if break_id and mark:
        raise RowFaultError("at_mark", mark, "it follows a break already: one of the two")
    if not break_id and not mark:
        if _seconds(fields, "gap"):
            raise RowFaultError("gap", fields.get("gap"), "behind what? say follows or at_mark")
        return None
    if break_id and break_id == own_id:
        raise RowFaultError("follows", break_id, "itself")
    if mark:
        try:
            ProgramMark.parse(mark)
        except ValueError as error:
            raise RowFaultError("at_mark", mark, str(error)) from error
    return Follow(break_id=break_id, mark=mark, gap_s=_seconds(fields, "gap"))


def _name(fields: Mapping[str, object], name: str) -> str:
    value = fields.get(name)
    if value is None:
        return ""
    if not isinstance(value, str) or not value.strip().isprintable() or len(value) > _LONGEST_NAME:
        raise RowFaultError(name, value, "no name")
    return value.strip()


def _seconds(fields: Mapping[str, object], name: str) -> Fraction:
    """0 where there is none: unlike a duration, no time at all is lawful."""
    value = fields.get(name)
    if value is None:
        return Fraction(0)
    if not isinstance(value, str) or not _SECONDS.fullmatch(value.strip()) or Fraction(value.strip()) > _LONGEST_S:
        raise RowFaultError(name, value, "no seconds from 0 to 86400")
    return Fraction(value.strip())


def _one_of[Word: StrEnum](kind: type[Word], fields: Mapping[str, object], name: str, default: Word) -> Word:
    value = fields.get(name)
    if value is None:
        return default
    try:
        return kind(value.strip().lower() if isinstance(value, str) else "")
    except ValueError as error:
        words = ", ".join(word.value for word in kind)
        raise RowFaultError(name, value, f"none of {words}") from error
