"""Three small charts of a day's traffic: breaks by outcome, seconds early and late, avails left by the hour."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from zoneinfo import ZoneInfo

from PySide6.QtCore import QRectF, QSize
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.model.outcome_figures import EDGES_S, Figures
from app.model.reconciling import Outcome
from app.ui.fonts import BOLD, MEDIUM
from app.ui.grammar import Tone
from app.ui.model_words import shown
from app.ui.theme import Skin
from app.ui.widgets.painted import Painted
from app.ui.widgets.painting import RIGHT, elided, width_of, write
from app.ui.words import _

_GAP, _PAD = 24.0, 10.0  # between charts; between a label, its bar and its value
_LEAST_BAR = 60.0
_MOST_HOURS = len(EDGES_S) + 1
_TONES = {
    Outcome.AIRED: Tone.GREEN,
    Outcome.BOOKED_NOT_AIRED: Tone.RED,
    Outcome.AIRED_NOT_BOOKED: Tone.AMBER,
    Outcome.POTENTIAL_MATCH: Tone.AMBER,
}


@dataclass(frozen=True, slots=True)
class Bar:
    """``part``: of the longest bar of its chart; ``words``: its value."""

    label: str
    part: float
    words: str
    tone: Tone = Tone.QUIET


@dataclass(frozen=True, slots=True)
class Chart:
    """Its title says what is counted."""

    title: str
    bars: tuple[Bar, ...]

    @property
    def words(self) -> str:
        """For those who hear it."""
        told = ", ".join(f"{bar.label} {bar.words}" for bar in self.bars) or _("nothing")
        return f"{self.title}: {told}"


def charts_of(found: Figures | None, zone: ZoneInfo) -> tuple[Chart, ...]:
    """The figures as charts, hours in house time; None: they are not known yet."""
    if found is None:
        return ()
    late = tuple(zip(_class_words(), found.late, strict=True))
    hours = found.avails[:_MOST_HOURS]
    most, latest = max(count for _other, count in found.outcomes), max(found.late)
    longest = max((seconds for _other, seconds in hours), default=0)
    return (
        Chart(
            _("BREAKS BY OUTCOME"),
            tuple(Bar(shown(name), _part(n, most), str(n), _TONES[name]) for name, n in found.outcomes),
        ),
        Chart(
            _("SECONDS EARLY AND LATE"),
            tuple(
                Bar(words, _part(n, latest), str(n), Tone.GREEN if words == _("on time") else Tone.AMBER)
                for words, n in late
            ),
        ),
        Chart(
            _("AVAILS LEFT TODAY"),
            tuple(
                Bar(f"{hour.astimezone(zone):%H:%M}", _part(float(left), float(longest)), f"{float(left):.0f} s")
                for hour, left in hours
            ),
        ),
    )


def _class_words() -> tuple[str, ...]:
    """The classes of early and late, as the counts of ``Figures.late`` stand."""
    words = [_("over {seconds} s early").format(seconds=-EDGES_S[0])]
    for lower, upper in pairwise(EDGES_S):
        near, far = sorted((abs(lower), abs(upper)))
        if lower < 0 < upper:
            words.append(_("on time"))
        elif upper < 0:
            words.append(_("{near} to {far} s early").format(near=near, far=far))
        else:
            words.append(_("{near} to {far} s late").format(near=near, far=far))
    return (*words, _("over {seconds} s late").format(seconds=EDGES_S[-1]))


def _part(value: float, most: float) -> float:
    return value / most if most else 0.0


class ScheduleCharts(Painted[tuple[Chart, ...]]):
    """``show_value`` takes what ``charts_of`` made. Side by side."""

    def __init__(self, skin: Skin, parent: QWidget | None = None) -> None:
        super().__init__(skin, (), parent)
        self.setAccessibleName(_("Charts of the schedule"))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)

    def show_value(self, shown: tuple[Chart, ...]) -> None:
        """Paint these from now on, and say them."""
        super().show_value(shown)
        self.updateGeometry()
        self.setAccessibleDescription(". ".join(chart.words for chart in shown))

    def sizeHint(self) -> QSize:
        """Room for all bars of the longest chart, and for every word."""
        words = sum(max(sum(self._sides(chart)) + _LEAST_BAR, self._title_width(chart)) for chart in self.shown)
        return QSize(int(max(760.0, words + 3 * _GAP)), int(self._line() * (_MOST_HOURS + 1.5)))

    def minimumSizeHint(self) -> QSize:
        """Nothing is cut."""
        return self.sizeHint()

    def _title_width(self, chart: Chart) -> float:
        return width_of(chart.title, self.skin.density.body)

    def _sides(self, chart: Chart) -> tuple[float, float]:
        """How wide the labels and the values are, with what parts them from the bars."""
        size = self.skin.density.body
        labels = max((width_of(bar.label, size, MEDIUM) for bar in chart.bars), default=0.0)
        return labels + _PAD, max((width_of(bar.words, size) for bar in chart.bars), default=0.0) + _PAD

    def _line(self) -> float:
        return self.skin.density.body * 1.6

    def paintEvent(self, _event: QPaintEvent) -> None:
        """A title and its bars, each with its label and value in words."""
        painter, p, d = QPainter(self), self.skin.palette, self.skin.density
        box = QRectF(self.rect()).adjusted(10, 6, -10, -6)
        painter.fillRect(self.rect(), p.bg1)
        if not self.shown:
            write(
                painter,
                QRectF(box.x(), box.y(), box.width(), self._line()),
                _("Nothing is reconciled yet"),
                p.dim,
                d.body,
            )
            return
        width = (box.width() - _GAP * (len(self.shown) - 1)) / len(self.shown)
        for n, chart in enumerate(self.shown):
            self._paint(painter, QRectF(box.x() + n * (width + _GAP), box.y(), width, box.height()), chart)

    def _paint(self, painter: QPainter, box: QRectF, chart: Chart) -> None:
        p, d, line = self.skin.palette, self.skin.density, self._line()
        labels, values = self._sides(chart)
        write(
            painter,
            QRectF(box.x(), box.y(), box.width(), line),
            elided(chart.title, box.width(), d.body),
            p.dim,
            d.body,
        )
        for n, bar in enumerate(chart.bars):
            y = box.y() + (n + 1) * line
            write(painter, QRectF(box.x(), y, labels, line), bar.label, p.text, d.body, MEDIUM)
            room = QRectF(box.x() + labels, y + line * 0.25, max(0.0, box.width() - labels - values), line * 0.5)
            painter.fillRect(room, p.bg2)
            painter.fillRect(QRectF(room.x(), room.y(), room.width() * bar.part, room.height()), bar.tone.colour(p))
            value = QRectF(box.x(), y, box.width(), line)
            write(painter, value, bar.words, p.hi, d.body, BOLD, RIGHT)
