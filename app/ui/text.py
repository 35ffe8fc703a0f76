"""Times as the operator reads them. Pure; seconds here are distances on the wall clock, never media time."""

from __future__ import annotations

import math
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from zoneinfo import ZoneInfo

from app.model.status import ChannelStatus
from app.model.timebase import FrameRate, round_half_up, seconds_of
from app.ui.words import _, ngettext

DAYS = (_("Mon"), _("Tue"), _("Wed"), _("Thu"), _("Fri"), _("Sat"), _("Sun"))
_MONTHS = (
    *(_("Jan"), _("Feb"), _("Mar"), _("Apr"), _("May"), _("Jun")),
    *(_("Jul"), _("Aug"), _("Sep"), _("Oct"), _("Nov"), _("Dec")),
)
WAITING = _("waiting for proof")
_TENTHS_BELOW_S, _WHOLE_BELOW_S = 10, 60
_RATE_UNKNOWN = FrameRate(25)


def rate_of(channel: ChannelStatus | None) -> FrameRate:
    """The channel's frames a second; 25 until it has told."""
    return FrameRate.parse(channel.frame_rate) if channel is not None and channel.frame_rate else _RATE_UNKNOWN


def frame_at(first_frame_at: datetime, rate: FrameRate, frame: int) -> datetime:
    """When ``frame`` is shown, to the microsecond."""
    return first_frame_at + timedelta(microseconds=round_half_up(rate.seconds(frame) * 1_000_000))


def clock(moment: datetime, zone: ZoneInfo) -> str:
    """House time: ``20:15:32``."""
    return f"{moment.astimezone(zone):%H:%M:%S}"


def timecode(moment: datetime, zone: ZoneInfo, rate: FrameRate) -> str:
    """House time to the nearest frame of its second: ``20:15:32:11``. ``When`` reads it back as the same frame."""
    local = moment.astimezone(UTC)
    frames = round_half_up(Fraction(local.microsecond, 1_000_000) * rate.nominal)
    carry, frames = divmod(frames, rate.nominal)
    whole = local.replace(microsecond=0) + timedelta(seconds=carry)
    return f"{clock(whole, zone)}:{frames:02}"


def running_timecode(moment: datetime, zone: ZoneInfo, rate: FrameRate) -> tuple[str, str]:
    """The house clock: time of day, and the frame that is under way (floored)."""
    return clock(moment, zone), f":{moment.microsecond * rate.nominal // 1_000_000:02}"


def minutes(seconds: float) -> str:
    """``mm:ss``, ``h:mm:ss`` from an hour; a distance ahead, so a begun second counts whole. Never below 0."""
    return _sexagesimal(max(0, math.ceil(round(seconds, 6))))


def elapsed(seconds: float) -> str:
    """As ``minutes``, for a distance behind: only full seconds count."""
    return _sexagesimal(max(0, math.floor(round(seconds, 6))))


def _sexagesimal(whole: int) -> str:
    if whole < 3600:
        return f"{whole // 60:02}:{whole % 60:02}"
    return f"{whole // 3600}:{whole % 3600 // 60:02}:{whole % 60:02}"


def pre_roll(seconds: float) -> str:
    """Tenths below 10 s, whole seconds up to a minute, then ``mm:ss``. Never below 0."""
    tenths = max(0, math.ceil(round(seconds * 10, 5)))
    if tenths < _TENTHS_BELOW_S * 10:
        return f"{tenths // 10}.{tenths % 10}"
    whole = math.ceil(round(seconds, 6))
    return str(whole) if whole < _WHOLE_BELOW_S else minutes(seconds)


def in_seconds(seconds: float) -> str:
    """``in 6.4 s``; from a minute up ``in 01:12``."""
    shown = pre_roll(seconds)
    return _("in {time}").format(time=shown if ":" in shown else f"{shown} s")


def age(seconds: float) -> str:
    """How long ago: ``3.2 s``, whole seconds from 10, ``mm:ss`` from a minute; only what is over counts."""
    if seconds >= _WHOLE_BELOW_S:
        return elapsed(seconds)
    return f"{math.floor(seconds * 10) / 10:.1f} s" if seconds < _TENTHS_BELOW_S else f"{math.floor(seconds)} s"


def length(duration_ticks: int) -> str:
    """A break's length, to the nearest second: ``02:00``."""
    return _sexagesimal(round_half_up(seconds_of(max(0, duration_ticks))))


def preset(duration_s: Fraction) -> str:
    """A length as on its button: ``0:15``, ``2:00``."""
    whole = round_half_up(duration_s)
    return f"{whole // 60}:{whole % 60:02}"


def delay(seconds: float) -> str:
    """How much later: ``+0.21`` below 2 s, ``+6.3`` above. Never below 0."""
    shown = max(0.0, seconds)
    return f"+{shown:.2f}" if shown < 2 else f"+{shown:.1f}"


def second_and_hundredths(moment: datetime) -> str:
    """Where in its minute: ``26.12``."""
    return f"{moment.second:02}.{moment.microsecond // 10_000:02}"


def date(moment: datetime, zone: ZoneInfo, *, with_year: bool) -> str:
    """``Sun 22 Nov 2026``, in the window's language whatever the desktop's is."""
    local = moment.astimezone(zone)
    weekday, month = DAYS[local.weekday()], _MONTHS[local.month - 1]
    shown = _("{weekday} {day} {month}").format(weekday=weekday, day=local.day, month=month)
    return f"{shown} {local.year}" if with_year else shown


def utc_offset(moment: datetime, zone: ZoneInfo) -> str:
    """``UTC+01:00``."""
    offset = moment.astimezone(zone).utcoffset() or timedelta()
    total = round(offset.total_seconds()) // 60
    sign, total = ("−" if total < 0 else "+"), abs(total)
    return f"UTC{sign}{total // 60:02}:{total % 60:02}"


def city(zone: ZoneInfo) -> str:
    """``Berlin`` of Europe/Berlin; empty for a zone that names no place."""
    area, _other, place = zone.key.rpartition("/")
    return place.replace("_", " ") if area and area != "Etc" else ""


def unsaved(edits: int) -> str:
    """Said to who closes the window over edits that are not written."""
    return counted(edits, "{n} edit not saved: close again to lose it", "{n} edits not saved: close again to lose them")


def counted(count: int, one: str, many: str) -> str:
    """``1 channel``, ``12 channels`` of ``{n} channel``, ``{n} channels``: Babel reads both from the call."""
    return ngettext(one, many, count).format(n=count)
