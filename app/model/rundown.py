"""Breaks as they are planned: what a list, a schedule or an operator asks for."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from app.model.when import When


@dataclass(frozen=True, slots=True)
class Ad:
    """One spot of a break."""

    id: str
    title: str
    duration_s: Fraction


@dataclass(frozen=True, slots=True)
class Upid:
    """A segmentation_upid as written in a list: type by number (SCTE 35 table 22), value as text."""

    type: int
    value: str


@dataclass(frozen=True, slots=True)
class BreakPlan:
    """One break as asked for. ``id`` is its key: the same id again is the same break.

    ``at`` None: it waits to be taken. ``duration_s`` is the wish; both ends are rounded to frames on the channel.
    ``splice_event_id`` None or 0: the channel gives the next free one. ``template``: a name of the channel's.
    ``avail``, ``unique_program_id`` (of a splice_insert) and ``segments`` rule over the signalling's where they are
    given; both are a number and how many are expected.
    ``section``: of a break that is relayed, the OUT as the source brought it; b"": the sections are our own.
    """

    id: str
    channel: str
    at: When | None
    duration_s: Fraction
    title: str = ""
    splice_event_id: int | None = None
    segmentation_type_id: int | None = None
    upid: Upid | None = None
    auto_return: bool = True
    ads: tuple[Ad, ...] = ()
    template: str = ""
    section: bytes = b""
    avail: tuple[int, ...] = ()
    unique_program_id: int | None = None
    segments: tuple[int, ...] = ()
