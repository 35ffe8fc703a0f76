"""One small chart: its head by our own hand, its curves by pyqtgraph. Imported when pyqtgraph has been, not before."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QEvent, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QFocusEvent, QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.ui.charts.faces import MOST_LINES, ChartFace
from app.ui.charts.span import Span
from app.ui.fonts import HEAVY, MEDIUM, font
from app.ui.theme import Palette, Skin
from app.ui.widgets.painting import draw_edge, elided, width_of, write
from app.ui.words import _

_HEAD, _ROOMY = 20, 90  # pixels: of the head, and of a chart with room for an axis of time
_STEPS = 60  # arrow keys from one end of a chart to the other


def line_colours(palette: Palette) -> tuple[QColor, ...]:
    """Never a state's colour."""
    return palette.s1, palette.s2, palette.s3, palette.s4


class Head(QWidget):
    """Title, and at the right the newest values in their curves' colours, or those under the cursor."""

    def __init__(self, skin: Skin, parent: QWidget) -> None:
        super().__init__(parent)
        self.skin, self.title = skin, ""
        self.values: tuple[tuple[str, str], ...] = ()
        self.setFixedHeight(_HEAD)

    def show_words(self, title: str, values: tuple[tuple[str, str], ...]) -> None:
        """``values``: a label, or "", and the figure, a curve each."""
        if (title, values) != (self.title, self.values):
            self.title, self.values = title, values
            self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Labels stand before their figures where all of them fit."""
        painter, box, p, d = QPainter(self), QRectF(self.rect()), self.skin.palette, self.skin.density
        room = box.width() - 14 - width_of(self.title, d.small)
        named = [
            (f"{elided(label, 56, d.small, MEDIUM, middle=True)} " if label else "", each)
            for label, each in self.values
        ]
        if sum(width_of(label, d.small, MEDIUM) + width_of(each, d.small, HEAVY) + 8 for label, each in named) > room:
            named = [("", each) for _other, each in named]
        right = box.right() - 4
        for (label, figure), colour in reversed(list(zip(named, line_colours(p), strict=False))):
            for words, weight in ((figure, HEAVY), (label, MEDIUM)):
                wide = width_of(words, d.small, weight)
                right -= wide
                write(painter, QRectF(right, 0, wide, _HEAD), words, colour, d.small, weight)
            right -= 8
        title = elided(self.title, right - 6, d.small)
        write(painter, QRectF(6, 0, box.width(), _HEAD), title, p.hi, d.small)


class SmallChart(QWidget):
    """``hovered``: so many seconds back are looked at, by mouse or arrow keys; -1: no more."""

    hovered = Signal(float)

    def __init__(self, skin: Skin, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.skin, self.span, self.face = skin, Span.QUARTER, ChartFace("", (), 1.0)
        self._cursor_s: float | None = None
        self._shown: dict[str, object] = {}  # what the plot was told last: each word to it costs a drawing
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.head = Head(skin, self)
        self.plot = pg.PlotWidget(self)
        self.plot.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        item = self.plot.getPlotItem()
        item.setMenuEnabled(False)
        item.hideButtons()
        item.setMouseEnabled(x=False, y=False)
        item.setContentsMargins(0, 0, 4, 0)
        self._breaks = pg.BarGraphItem(x0=[], x1=[], y0=0, height=[], pen=None)
        self._alarms = pg.ScatterPlotItem(symbol="t", size=8, pen=None)
        self._limit = pg.InfiniteLine(angle=0, label="", labelOpts={"position": 0.3, "anchors": [(0.5, 1), (0.5, 1)]})
        self._cursor = pg.InfiniteLine(angle=90)
        for one in (self._breaks, self._alarms, self._limit, self._cursor):
            item.addItem(one)
        self._curves = [pg.PlotCurveItem(connect="finite") for _other in range(MOST_LINES)]
        for curve in self._curves:
            item.addItem(curve)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(2, 2, 2, 2)
        layout.setSpacing(0)
        layout.addWidget(self.head)
        layout.addWidget(self.plot, 1)
        self.plot.setMouseTracking(True)
        self.plot.viewport().installEventFilter(self)
        self.dress(skin)

    def dress(self, skin: Skin) -> None:
        """Take on another density or palette."""
        self.skin = self.head.skin = skin
        p, item = skin.palette, self.plot.getPlotItem()
        self.plot.setBackground(p.bg0)
        for name in ("left", "bottom"):
            axis = item.getAxis(name)
            axis.setPen(p.line)
            axis.setTextPen(p.dim)
            axis.setStyle(tickFont=font(skin.density.small, MEDIUM), tickLength=0, tickTextOffset=3)
            axis.setStyle(hideOverlappingLabels=False)
        item.getAxis("left").setWidth(34)
        for curve, colour in zip(self._curves, line_colours(p), strict=True):
            curve.setPen(pg.mkPen(colour, width=1))
        self._breaks.setOpts(brush=p.redb)
        self._alarms.setBrush(p.amber)
        self._limit.setPen(pg.mkPen(p.amber, width=1, style=Qt.PenStyle.DashLine))
        self._limit.label.setColor(p.amber)
        self._limit.label.setFont(font(skin.density.small, MEDIUM))
        self._cursor.setPen(pg.mkPen(p.dim, width=1))
        self.head.update()
        self.update()

    def show_face(
        self, face: ChartFace, span: Span, breaks: Sequence[tuple[float, float]], alarms: Sequence[float]
    ) -> None:
        """``breaks`` and ``alarms``: seconds before now."""
        self.face, self.span = face, span
        high = face.top - face.bottom
        self._show_scales(face, span, roomy=self.height() >= _ROOMY)
        for number, curve in enumerate(self._curves):
            if number < len(face.lines):
                values = face.lines[number].values
                self._shown.pop(f"curve {number}", None)
                curve.setData(np.linspace(-span, 0, len(values)), values, connect="finite")
            elif self._is_new(f"curve {number}", None):
                curve.setData([], [])
        shown = [(-since, -until) for since, until in breaks if until < span]
        starts, ends = [each[0] for each in shown], [max(each[1], each[0] + span / 300) for each in shown]
        if self._is_new("breaks", (starts, ends, face.bottom, high)):
            self._breaks.setOpts(x0=starts, x1=ends, y0=face.bottom, height=[high] * len(shown))
        marks = [-age for age in alarms if age < span]
        if self._is_new("alarms", (marks, face.bottom, high)):
            self._alarms.setData(marks, [face.bottom + high * 0.93] * len(marks))
        self._limit.setVisible(face.limit is not None and face.limit[0] <= face.top)
        if face.limit is not None and self._is_new("limit", face.limit):
            self._limit.setValue(face.limit[0])
            self._limit.label.setFormat(face.limit[1])
        self.setAccessibleName(face.words)
        self.look_at(self._cursor_s)

    def _show_scales(self, face: ChartFace, span: Span, *, roomy: bool) -> None:
        if not self._is_new("scales", (face.bottom, face.top, span, roomy)):
            return
        item, high = self.plot.getPlotItem(), face.top - face.bottom
        item.setXRange(-span, 0, padding=0)
        item.getAxis("bottom").setHeight(18 if roomy else 2)
        item.setYRange(face.bottom, face.bottom + high * (1.12 if roomy else 1.3), padding=0)
        marked = (0.0, 0.5, 1.0) if roomy else (1.0,)
        item.getAxis("left").setTicks(
            [[(face.bottom + part * high, _tick(face.bottom + part * high)) for part in marked]]
        )
        last = [(-span * 0.82, f"−{span.words}"), (-span * 0.08, _("now"))]
        item.getAxis("bottom").setTicks([last if roomy else []])

    def _is_new(self, part: str, told: object) -> bool:
        if part in self._shown and self._shown[part] == told:
            return False
        self._shown[part] = told
        return True

    def look_at(self, back_s: float | None) -> None:
        """Show the values of so long ago; None: the newest."""
        self._cursor_s, face = back_s, self.face
        self._cursor.setVisible(back_s is not None)
        figures: tuple[str, ...] = tuple(line.now for line in face.lines)
        if back_s is not None and face.lines:
            self._cursor.setValue(-back_s)
            bins = len(face.lines[0].values)
            figures = face.at(min(bins - 1, max(0, round((1 - back_s / self.span) * (bins - 1)))))
        labels = (line.label if face.names else "" for line in face.lines)
        self.head.show_words(face.title, tuple(zip(labels, figures, strict=True)))

    def eventFilter(self, watched: object, event: QEvent) -> bool:
        """The mouse over the curves."""
        if event.type() is QEvent.Type.MouseMove:
            at: QPointF = event.position()  # type: ignore[attr-defined]  # a QMouseEvent
            x = self.plot.getPlotItem().vb.mapSceneToView(self.plot.mapToScene(at.toPoint())).x()
            self.hovered.emit(min(float(self.span), max(0.0, -x)))
        elif event.type() is QEvent.Type.Leave:
            self.hovered.emit(-1.0)
        return super().eventFilter(watched, event)  # type: ignore[arg-type]  # a QObject

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Left and Right move the cursor, Home and End to the ends."""
        step, back_s = self.span / _STEPS, self._cursor_s or 0.0
        moved = {
            Qt.Key.Key_Left: min(float(self.span), back_s + step),
            Qt.Key.Key_Right: max(0.0, back_s - step),
            Qt.Key.Key_Home: float(self.span),
            Qt.Key.Key_End: 0.0,
        }.get(Qt.Key(event.key()))
        if moved is None:
            event.ignore()
        else:
            self.hovered.emit(moved)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """The newest values again."""
        super().focusOutEvent(event)
        self.hovered.emit(-1.0)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Ground, edge, focus."""
        painter, box, p = QPainter(self), QRectF(self.rect()), self.skin.palette
        painter.fillRect(box, p.bg0)
        draw_edge(painter, box, p.blue if self.hasFocus() else p.line, 2 if self.hasFocus() else 1, radius=4)


def _tick(value: float) -> str:
    return f"{value:g}".replace("-", "−")
