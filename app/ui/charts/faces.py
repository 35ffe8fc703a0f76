"""What each chart shows, worked out from a channel's history. Pure."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, field, replace

import numpy as np

from app.ui.charts.span import Span
from app.ui.history import history as of
from app.ui.history.history import Channel
from app.ui.history.tiers import Series, Values
from app.ui.words import _

_QUIETEST_LUFS, _LOUDEST_LUFS = -47.0, 1.0  # EBU Tech 3341, a scale of +24 LU around −23
MOST_LINES = 4  # there are so many colours


@dataclass(frozen=True, slots=True)
class Line:
    """One curve, oldest value first; NaN where nothing was measured. ``colour``: 0 to 3. ``now``: its newest value."""

    label: str
    colour: int
    values: Values
    now: str


@dataclass(frozen=True, slots=True)
class ChartFace:
    """``bottom``, ``top``: of the scale. ``limit``: where, and its word. ``names``: labels are worth room."""

    title: str
    lines: tuple[Line, ...]
    top: float
    limit: tuple[float, str] | None = None
    names: bool = False
    bottom: float = 0.0

    @property
    def words(self) -> str:
        """For those who hear it."""
        told = ", ".join(f"{line.label} {line.now}".strip() for line in self.lines) or _("nothing measured")
        return f"{self.title}: {told}"

    def at(self, place: int) -> tuple[str, ...]:
        """The values of the lines so many bins from the left, as the head says them."""
        return tuple(_said(float(line.values[place])) if place < len(line.values) else "–" for line in self.lines)


@dataclass(slots=True)
class Scales:
    """Tops that only grow, by title: a scale that follows its curve hides how far that has moved."""

    tops: dict[str, float] = field(default_factory=dict)

    def top(self, title: str, least: float, lines: Iterable[Line]) -> float:
        """The next round figure above everything shown."""
        highest = max((float(np.nanmax(one.values)) for one in lines if not np.isnan(one.values).all()), default=0.0)
        self.tops[title] = max(self.tops.get(title, least), rounded_up(highest * 1.1))
        return self.tops[title]


def rounded_up(value: float) -> float:
    """The next of 1, 2, 4, 5 and 10 times a power of ten; 0 for nothing."""
    if value <= 0:
        return 0.0
    power = 10.0 ** math.floor(math.log10(value))
    return next(step * power for step in (1, 2, 4, 5, 10) if step * power >= value * (1 - 1e-9))


def small_faces(channel: Channel, span: Span, scales: Scales) -> tuple[ChartFace, ...]:
    """The operator's four: bit rates, encoding, origins, loudness (pictures, where no sound is measured)."""
    budget = channel.series.get(of.BUDGET_MS)
    budget_ms = budget.now if budget is not None else math.nan
    limit = None if math.isnan(budget_ms) else (budget_ms, _("budget {budget_ms:.0f}").format(budget_ms=budget_ms))
    return (
        _face(_("Mb/s"), [*channel.named(of.OUT)[:3], *_one(channel, of.IN, _("in"))], span, scales, least=1, per=1e6),
        _face(_("Encode ms"), _one(channel, of.ENCODE_MS), span, scales, least=50, peaks=True, limit=limit),
        _face(_("Push ms"), channel.named(of.PUSH), span, scales, least=100, peaks=True, names=True),
        _loudness(channel, span) or _frames(channel, span, scales),
    )


def _frames(channel: Channel, span: Span, scales: Scales) -> ChartFace:
    return _face(_("Frames/s"), _one(channel, of.FPS), span, scales, least=30)


def _loudness(channel: Channel, span: Span) -> ChartFace | None:
    """Short-term, on a scale that stands."""
    series = channel.series.get(of.LOUDNESS)
    if series is None:
        return None
    values = np.maximum(_values(series, span, peaks=False), np.float32(_QUIETEST_LUFS))
    now = "–" if math.isnan(series.now) else f"{series.now:.1f}".replace("-", "−")
    return ChartFace(_("Loudness LUFS"), (Line("", 0, values, now),), _LOUDEST_LUFS, bottom=_QUIETEST_LUFS)


def all_faces(channel: Channel, span: Span, scales: Scales) -> tuple[ChartFace, ...]:
    """The engineer's nine: those, what waits for each origin, pictures lost or made up for, the newest splice.

    Of that splice: how long after it each origin's proof came, and how far off it was. Before them, the source's sound
    against its pictures: a value that grows is a source whose sound drifts away.
    """
    lost = [*_one(channel, of.DROPPED, _("dropped")), *_one(channel, of.REPEATED, _("repeated"))]
    lost += _one(channel, of.QUEUE, _("waiting"))
    return (
        *small_faces(channel, span, scales),
        _face(_("Waiting objects"), channel.named(of.BACKLOG), span, scales, least=10, peaks=True, names=True),
        _face(
            _("Pictures a second"),
            lost,
            span,
            scales,
            least=10,
            peaks=True,
            names=True,
        ),
        _around_zero(_("A/V arrival ms"), _one(channel, of.SOUND_BEHIND), span, scales, least=200),
        _face(_("Proof after s"), channel.named(of.PROOF), span, scales, least=10, peaks=True, names=True),
        _around_zero(_("Splice error ms"), channel.named(of.ERROR), span, scales, least=40),
    )


def _around_zero(title: str, named: list[tuple[str, Series]], span: Span, scales: Scales, *, least: float) -> ChartFace:
    """Of values with a sign, as far below zero as above."""
    face = _face(title, named, span, scales, least=least, names=True)
    sizes = [replace(line, values=np.abs(line.values)) for line in face.lines]
    top = scales.top(title, least, sizes)
    return replace(face, top=top, bottom=-top)


def _one(channel: Channel, name: str, label: str = "") -> list[tuple[str, Series]]:
    series = channel.series.get(name)
    return [] if series is None else [(label, series)]


def _face(  # noqa: PLR0913 - a chart's whole definition, named at its few calls
    title: str,
    named: list[tuple[str, Series]],
    span: Span,
    scales: Scales,
    *,
    least: float,
    per: float = 1.0,
    peaks: bool = False,
    names: bool = False,
    limit: tuple[float, str] | None = None,
) -> ChartFace:
    lines = tuple(
        Line(label, number, _values(series, span, peaks=peaks) / np.float32(per), _said(series.now / per))
        for number, (label, series) in enumerate(named[:MOST_LINES])
    )
    return ChartFace(title, lines, scales.top(title, least, lines), limit, names)


def _values(series: Series, span: Span, *, peaks: bool) -> Values:
    _other, means, highest = series.over(span)
    return highest if peaks else means


def _said(value: float) -> str:
    if math.isnan(value):
        return "–"
    return f"{value:.0f}" if value >= 10 or value == round(value) else f"{value:.1f}"
