"""How a channel's breaks are signalled: mode, what its sections say, when they go out. SCTE 35 §9, §10.3.3."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from fractions import Fraction

from app.model.cue import DeliveryRestrictions
from app.model.rundown import Upid

_COMPARED = 60  # characters of a name


class SignalMode(StrEnum):
    """What a break is told as: a splice_insert, or a time_signal with a pair of segmentation types (table 23)."""

    SPLICE_INSERT = "splice_insert"
    PROVIDER_AD = "provider_ad"
    DISTRIBUTOR_AD = "distributor_ad"
    PROVIDER_PLACEMENT = "provider_placement_opportunity"
    DISTRIBUTOR_PLACEMENT = "distributor_placement_opportunity"
    BREAK = "break"
    PROGRAM = "program"
    PROGRAM_OVERLAP = "program_overlap"
    PROGRAM_BREAKAWAY = "program_breakaway"
    UNSCHEDULED_EVENT = "unscheduled_event"
    CHAPTER = "chapter"


@dataclass(frozen=True, slots=True, kw_only=True)
class Signalling:
    """Of a channel or of a template.

    ``upid.value`` may hold ``{event_id}``, ``{break_id}`` and ``{uuid}``. ``avail``: avail_num and avails_expected of
    a splice_insert; ``segments``: segment_num and segments_expected of a descriptor. ``repeats_s``: before OUT, where
    they fall inside the pre-roll; ``in_leads_s``: before IN.
    """

    mode: SignalMode = SignalMode.SPLICE_INSERT
    upid: Upid | None = None
    delivery: DeliveryRestrictions | None = None
    tier: int = 0xFFF
    unique_program_id: int = 0
    avail: tuple[int, int] = (0, 0)
    segments: tuple[int, int] = (0, 0)
    repeats_s: tuple[Fraction, ...] = (Fraction(5), Fraction(4), Fraction(2))
    in_leads_s: tuple[Fraction, ...] = (Fraction(4), Fraction(2))


@dataclass(frozen=True, slots=True, kw_only=True)
class Template:
    """A way to signal by a name that operators see. ``duration_s`` None: whoever uses it says how long."""

    name: str
    duration_s: Fraction | None = None
    signalling: Signalling = field(default_factory=Signalling)


def template_named(templates: Iterable[Template], name: str) -> Template:
    """The template of that name; ValueError with the nearest one where there is none."""
    known = {template.name: template for template in templates}
    if name in known:
        return known[name]
    close = difflib.get_close_matches(name[:_COMPARED], known, n=1, cutoff=0.5)
    nearest = f"did you mean {close[0]!r}? " if close else ""
    names = ", ".join(map(repr, known))
    there = f"the channel has {names}" if known else "the channel has none"
    raise ValueError(f"there is no template {name[:_COMPARED]!r}: {nearest}{there}")


class CuePolicy(StrEnum):
    """What is done with the markers that a channel's source brings."""

    STRIP = "strip"
    RELAY = "relay"
    ACT = "act"


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedCues:
    """A channel's policy for markers of its source.

    ``pids``: those to listen to, none: all. ``template``: how our own breaks are signalled when acting. ``cover``: show
    the slate during a break of the feed. ``lead_s``: least and greatest time that a marker should come before its
    splice. ``silent_after_s``: without any marker for so long there is an alarm; None: never. ``return_wait_s``: so
    long after its planned end a break without a return is closed by us.
    """

    policy: CuePolicy = CuePolicy.STRIP
    pids: tuple[int, ...] = ()
    template: str = ""
    cover: bool = False
    lead_s: tuple[Fraction, Fraction] = (Fraction(4), Fraction(60))
    silent_after_s: Fraction | None = None
    return_wait_s: Fraction = Fraction(2)
