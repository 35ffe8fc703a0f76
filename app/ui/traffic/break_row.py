"""A break as a row of the table: its words, and what they are sorted by. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import PurePosixPath
from urllib.parse import urlsplit

from app.model.lint import LintSeverity
from app.model.merging import BookingState, Stored
from app.model.rundown import BreakPlan
from app.model.schedule import AirMode, Booking
from app.model.schedule_findings import ScheduleFinding
from app.model.states import BreakState
from app.model.status import ChannelStatus, UpcomingBreak
from app.ui.grammar import Tone
from app.ui.icons import Icon
from app.ui.model_words import capitals
from app.ui.schedule.moments import SECOND_US
from app.ui.traffic import house_time
from app.ui.traffic.cell_edits import Ground, Key
from app.ui.traffic.columns import SPOKEN, Column, type_words
from app.ui.trail import BreakTrail
from app.ui.words import _

OVERLAP = "schedule.overlap"
_RANK = {LintSeverity.ERROR: 0, LintSeverity.WARNING: 1, LintSeverity.NOTE: 2}


@dataclass(frozen=True, slots=True)
class Says:
    """A few words with their icon and colour."""

    icon: Icon
    words: str
    tone: Tone = Tone.QUIET


_PLANNED = Says(Icon.RING, _("PLANNED"))
_SKIPPED = Says(Icon.BARRED_RING, _("skipped"))
_OVER, _PASSED = Says(Icon.BARRED_RING, _("NOT AIRED")), Says(Icon.BARRED_RING, _("its time has passed"))
_CONFLICT = Says(Icon.TRIANGLE, _("CONFLICT"), Tone.AMBER)
_STORED = {
    BookingState.PLANNED: _PLANNED,
    BookingState.ARMED: Says(Icon.OPEN_RING, _("ARMED"), Tone.AMBER),
    BookingState.ON_AIR: Says(Icon.BARRED_BOX, _("IN BREAK"), Tone.RED),
    BookingState.AIRED: Says(Icon.CHECK, _("AIRED")),
}
_LIVE = {
    BreakState.CUED: Says(Icon.DIAMOND, _("CUED"), Tone.AMBER),
    BreakState.HELD: Says(Icon.PAUSE, _("HELD"), Tone.AMBER),
    BreakState.ARMED: _STORED[BookingState.ARMED],
    BreakState.ON_AIR: _STORED[BookingState.ON_AIR],
}
_GRAVE = {
    LintSeverity.ERROR: (Icon.TRIANGLE, Tone.AMBER),
    LintSeverity.WARNING: (Icon.TRIANGLE, Tone.QUIET),  # where a whole day has none, amber would say nothing
    LintSeverity.NOTE: (Icon.NOTE, Tone.QUIET),
}
_PLANNER = {
    "planned": _PLANNED,
    "conflict": _CONFLICT,
    "asked": Says(Icon.TRIANGLE, _("ASKED"), Tone.AMBER),
    "late": Says(Icon.CLOCK, _("LATE"), Tone.AMBER),
    "arming": Says(Icon.OPEN_RING, _("ARMING"), Tone.AMBER),
    "waiting": Says(Icon.RING, _("WAITING")),
    "cueing": Says(Icon.RING, _("CUEING")),
}
_MODES = {
    AirMode.AUTO: Says(Icon.RING, _("ready")),
    AirMode.MANUAL: Says(Icon.RING, _("ready, manual take")),
    AirMode.HOLD: Says(Icon.PAUSE, _("on hold")),
}
_UNSAVED = Says(Icon.HALF_DISC, _("not saved yet"), Tone.AMBER)


@dataclass(frozen=True, slots=True)
class BreakRow:
    """``cells``: of the columns that the booking alone tells; ``start_us``: of its OUT since 1970, None without one."""

    key: Key
    stored: Stored
    start_us: int | None
    cells: tuple[str, ...]
    finding: ScheduleFinding | None

    @property
    def found(self) -> str:
        """All words of the row in small letters, to be searched."""
        at = self.stored.booking.plan.at
        written = at.text if at is not None else ""
        return " ".join((*self.cells, written, self.key[0], self.finding.text if self.finding else "")).lower()


def row_of(
    stored: Stored,
    start_us: int | None,
    channel: str,
    ground: Ground,
    finding: ScheduleFinding | None,
    *,
    aired_elsewhen: bool = False,
) -> BreakRow:
    """A booking's row; ``channel``: as lists call it. ``aired_elsewhen``: ``start_us`` is not when it went out."""
    plan = stored.booking.plan
    ads = len(stored.booking.spots or plan.ads)
    cells = {
        Column.OUT: follow_words(stored.booking) or _out_words(plan, None if aired_elsewhen else start_us, ground),
        Column.LENGTH: house_time.length_shown(plan.duration_s),
        Column.CHANNEL: channel,
        Column.TITLE: plan.title,
        Column.ADS: str(ads) if ads else "",
        Column.ID: plan.id,
        Column.EVENT: "" if plan.splice_event_id is None else str(plan.splice_event_id),
        Column.TYPE: type_words(plan.segmentation_type_id),
        Column.FROM: source_words(stored),
    }
    return BreakRow(
        (plan.channel, plan.id), stored, start_us, tuple(cells.get(column, "") for column in Column), finding
    )


def _out_words(plan: BreakPlan, start_us: int | None, ground: Ground) -> str:
    """House time, also of what counts from a channel's start where that is known; editing shows it as written."""
    zone, rate, at = ground.zone, ground.rate(plan.channel), plan.at
    if start_us is not None and house_time.moment_s(at, zone, rate) is None:
        at = house_time.written(Fraction(start_us, SECOND_US), zone, rate)
    return house_time.dated(at, zone, rate, ground.today)


def follow_words(booking: Booking) -> str:
    """What a break without a time comes after; "": it has a time, or follows nothing."""
    follow = booking.air.follow
    if booking.plan.at is not None or follow is None:
        return ""
    gap = f" +{house_time.length_shown(follow.gap_s)}" if follow.gap_s else ""
    return (
        _("after {break_id}").format(break_id=follow.break_id)
        if follow.break_id
        else _("at {mark}").format(mark=follow.mark)
    ) + gap


def source_words(stored: Stored) -> str:
    """The file it came from, or whose hand made it."""
    source = stored.booking.source
    if not source:
        return _("by {changed_by}").format(changed_by=stored.changed_by) if stored.changed_by else _("by hand")
    path = urlsplit(source).path if "://" in source else source.replace("\\", "/")
    name = PurePosixPath(path).name or source
    return _("{name}, edited").format(name=name) if stored.edited else name


def worst(findings: Sequence[ScheduleFinding]) -> dict[Key, ScheduleFinding]:
    """The gravest finding of each break; of two the one that it is to be changed for."""
    found: dict[Key, ScheduleFinding] = {}
    places = ((finding, place) for finding in findings for place in range(len(finding.keys)))
    for finding, place in sorted(places, key=lambda one: (_RANK[one[0].severity], one[1] > 0)):
        found.setdefault(finding.keys[place], finding)
    return found


def is_over(row: BreakRow, now_us: int) -> bool:
    """Whether its time has passed, and it was not aired."""
    return row.stored.state is BookingState.PLANNED and row.start_us is not None and row.start_us < now_us


def state_of(row: BreakRow, channel: ChannelStatus | None, now_us: int) -> Says:
    """Where it stands: as the engine says now, else as the store does."""
    for live in (channel.current, channel.on_air) if channel is not None else ():
        if live is not None and live.id == row.key[1] and live.state in _LIVE:
            return _LIVE[live.state]
    if row.stored.state is not BookingState.PLANNED:
        return _STORED[row.stored.state]
    planned = _planner(row, channel)
    if planned in _PLANNER and planned != "planned":
        return _PLANNER[planned]
    if not planned and is_over(row, now_us):
        return _OVER
    finding = row.finding
    is_cause = finding is not None and finding.severity is LintSeverity.ERROR and finding.keys[0] == row.key
    return _CONFLICT if is_cause else _PLANNED


def _planner(row: BreakRow, channel: ChannelStatus | None) -> str:
    """What the planner does with a break, in its own word; "": it does not say."""
    if channel is None or channel.schedule is None:
        return ""
    if any(question.id == row.key[1] for question in channel.schedule.questions):
        return "asked"
    upcoming = _upcoming(row, channel)
    return upcoming.state if upcoming is not None else ""


def _upcoming(row: BreakRow, channel: ChannelStatus | None) -> UpcomingBreak | None:
    schedule = channel.schedule if channel is not None else None
    return next((one for one in schedule.upcoming if one.id == row.key[1]), None) if schedule is not None else None


def proof_of(
    row: BreakRow,
    trail: BreakTrail | None,
    now_us: int,
    channel: ChannelStatus | None = None,
    *,
    skipped: bool = False,
) -> Says:
    """What the proof says, else the planner of what keeps it, else the linter, else who sends it to air.

    ``skipped``: the engine has said so of it.
    """
    if trail is not None and (told := _proof(trail)) is not None:
        return told
    if row.stored.version == 0:
        return _UNSAVED
    if not _planner(row, channel) and is_over(row, now_us):
        return _SKIPPED if skipped else _PASSED
    return _outlook(row, _upcoming(row, channel))


def _outlook(row: BreakRow, upcoming: UpcomingBreak | None) -> Says:
    """What is to be expected of a break that is still to air, or that there is no proof of yet."""
    if upcoming is not None and upcoming.reason:
        icon, tone = _GRAVE[LintSeverity.ERROR] if upcoming.state == "conflict" else (Icon.NOTE, Tone.QUIET)
        return Says(icon, " ".join(upcoming.reason.split()), tone)
    finding = row.finding
    if finding is not None:
        icon, tone = _GRAVE[finding.severity]
        return Says(icon, _words_of(finding, row.key), tone)
    if row.stored.state is not BookingState.PLANNED:
        return Says(Icon.RING, _("waiting for proof"))
    return _MODES[row.stored.booking.air.mode]


def _words_of(finding: ScheduleFinding, key: Key) -> str:
    """As this break's row tells it."""
    words, cause = finding.text.replace("\n", " "), finding.keys[0]
    if cause == key:
        return words
    return _("overlapped by {cause}").format(cause=cause[1]) if finding.rule == OVERLAP else f"{cause[1]}: {words}"


def _proof(trail: BreakTrail) -> Says | None:
    directions = [way for way in ("in", "out") if any(key[2] == way for key in trail.verdicts)]
    if not directions:
        return Says(Icon.RING, _("announced")) if trail.sent_at is not None else None
    way = directions[0]
    verdicts = [verdict for key, (verdict, _at) in trail.verdicts.items() if key[2] == way]
    bad = [verdict for verdict in verdicts if verdict.value not in {"landed", "pending"}]
    if bad:
        return Says(Icon.STRUCK_RING, f"{way.upper()} {capitals(bad[0].value)} {len(bad)}/{len(verdicts)}", Tone.RED)
    landed = sum(verdict.value == "landed" for verdict in verdicts)
    words = (
        _("LANDED {landed}/{verdicts}").format(landed=landed, verdicts=len(verdicts))
        if way == "in"
        else _("OUT landed {landed}/{verdicts}").format(landed=landed, verdicts=len(verdicts))
    )
    return Says(Icon.CHECK_DISC, words, Tone.GREEN)


def spoken(row: BreakRow, state: Says, proof: Says) -> str:
    """A whole row in one sentence, for tool tips and assistive technology."""
    cells = [f"{SPOKEN[n].partition(',')[0]} {cell}" for n, cell in enumerate(row.cells) if cell]
    return f"{state.words.capitalize()}; {'; '.join(cells)}; {proof.words}"
