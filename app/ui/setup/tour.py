"""A minute around the window: callouts that point at its parts, never in the way of a key, gone with Esc."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QObject, QPoint, QRect, QRectF, Qt, QTimer, Signal
from PySide6.QtGui import QKeySequence, QPainter, QPaintEvent, QShortcut
from PySide6.QtWidgets import QFrame, QLabel, QVBoxLayout, QWidget

from app.ui.fonts import BOLD, MEDIUM, font
from app.ui.setup.parts import row
from app.ui.theme import Skin
from app.ui.traffic.buttons import PrimaryButton
from app.ui.widgets.painting import draw_edge
from app.ui.widgets.text_button import TextButton
from app.ui.words import _

STEP_MS = 12_000
_WIDTH, _GAP = 380, 14


@dataclass(frozen=True, slots=True)
class Stop:
    """One part of the window."""

    title: str
    words: str
    target: QWidget


class _Outline(QWidget):
    """A frame around the part that is told of; no mouse and no key ever reaches it."""

    def __init__(self, skin: Skin, window: QWidget) -> None:
        super().__init__(window)
        self._skin = skin
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Three pixels of blue."""
        draw_edge(QPainter(self), QRectF(self.rect()), self._skin.palette.blue, 3)


class Tour(QObject):
    """``ended``: it was skipped or seen to its end. It takes no focus and no key but Esc while it runs."""

    ended = Signal()

    def __init__(self, stops: Sequence[Stop], skin: Skin, window: QWidget, keep_off: QWidget) -> None:
        super().__init__(window)
        self.stops, self._window, self._keep_off = tuple(stops), window, keep_off
        self.at = -1
        self._outline = _Outline(skin, window)
        self.box = QFrame(window)
        p = skin.palette
        self.box.setStyleSheet(
            f"QFrame {{ background: {p.bg2.name()}; border: 2px solid {p.blue.name()}; border-radius: 6px; }}"
            f"QLabel {{ border: none; color: {p.text.name()}; }}"
        )
        self.title, self.words, self.count = QLabel(self.box), QLabel(self.box), QLabel(self.box)
        self.title.setFont(font(skin.density.title, BOLD))
        self.words.setFont(font(skin.density.body + 1, MEDIUM))
        self.words.setWordWrap(True)
        self.count.setFont(font(skin.density.body, MEDIUM))
        self.skip, self.go = TextButton(_("Skip (Esc)"), skin, self.box), PrimaryButton(_("Next"), skin, self.box)
        layout = QVBoxLayout(self.box)
        layout.setContentsMargins(16, 12, 16, 12)
        layout.addWidget(self.title)
        layout.addWidget(self.words)
        foot = row(self.count, stretch=True)
        foot.addWidget(self.skip)
        foot.addWidget(self.go)
        layout.addLayout(foot)
        self._timer = QTimer(self, interval=STEP_MS, singleShot=True)
        self._timer.timeout.connect(self.next)
        self._escape = QShortcut(QKeySequence("Esc"), window, self.end)
        self._escape.setContext(Qt.ShortcutContext.ApplicationShortcut)
        self.skip.clicked.connect(self.end)
        self.go.clicked.connect(self.next)
        self._show()

    def next(self) -> None:
        """The next part; after the last one it is over."""
        self.at += 1
        if self.at >= len(self.stops):
            self.end()
            return
        self._show()
        self._timer.start()

    def end(self) -> None:
        """Gone."""
        self._timer.stop()
        self._escape.setEnabled(False)
        for widget in (self._outline, self.box):
            widget.hide()
            widget.deleteLater()
        self.ended.emit()
        self.deleteLater()

    def _show(self) -> None:
        if self.at < 0:
            self._tell(
                _("A minute around the window?"), _("Five parts, twelve seconds each. Every key works meanwhile."), ""
            )
            self.go.setText(_("Show me"))
            self._outline.hide()
            self._place(None)
            return
        stop = self.stops[self.at]
        self._tell(stop.title, stop.words, _("{at} of {stops}").format(at=self.at + 1, stops=len(self.stops)))
        self.go.setText(_("Done") if self.at + 1 == len(self.stops) else _("Next"))
        self._place(self._rect(stop.target))

    def _tell(self, title: str, words: str, count: str) -> None:
        for label, said in ((self.title, title), (self.words, words), (self.count, count)):
            label.setText(said)
        self.box.setAccessibleName(_("Tour: {title}. {words}").format(title=title, words=words))

    def _rect(self, widget: QWidget) -> QRect:
        return QRect(widget.mapTo(self._window, QPoint(0, 0)), widget.size())

    def _place(self, target: QRect | None) -> None:
        """Beside the part, and never over the cue column."""
        self.box.setFixedWidth(_WIDTH)
        self.box.adjustSize()
        size, free = self.box.size(), self._window.rect()
        free.setRight(self._rect(self._keep_off).left() - 1)
        about = target if target is not None else free
        tries: list[Callable[[], QPoint]] = [
            lambda: QPoint(about.left() - size.width() - _GAP, about.top() + _GAP),
            lambda: QPoint(about.left() + _GAP, about.bottom() + _GAP),
            lambda: QPoint(about.left() + _GAP, about.top() - size.height() - _GAP),
        ]
        room = free.adjusted(_GAP, _GAP, -_GAP, -_GAP)
        spots = [each() for each in tries]
        fits = [at for at in spots if room.contains(QRect(at, size))]
        self.box.move(
            fits[0] if fits and target is not None else about.center() - QPoint(*(side // 2 for side in size.toTuple()))
        )
        if target is not None:
            self._outline.setGeometry(target)
            self._outline.show()
            self._outline.raise_()
        self.box.show()
        self.box.raise_()
