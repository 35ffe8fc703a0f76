"""The plainest Qt program that paints the multiviewer's pictures: what its own drawing is held against."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence

from PySide6.QtCore import QRect, Qt, QTimer
from PySide6.QtGui import QImage, QPainter, QPaintEvent, QRegion
from PySide6.QtWidgets import QApplication, QWidget
from shiboken6 import delete

from app.engine import Mailbox
from app.ui.grid import tile_grid
from app.ui.heartbeat import INTERVAL_S
from app.ui.window_cost import WindowCost


def measured_plain(
    mailboxes: Sequence[Mailbox],
    size: tuple[int, int],
    posting_s: Callable[[], float],
    *,
    settle_s: float,
    for_s: float,
    on_full: Callable[[], None],
) -> WindowCost:
    """Open it, let it settle, measure it; it is gone before its application is."""
    application = QApplication([])
    plain = Plain(mailboxes, size, posting_s)
    cost = plain.measured(application, settle_s=settle_s, for_s=for_s, on_full=on_full)
    delete(plain)
    return cost


class Plain(QWidget):
    """One widget; a timer takes what is new and has it drawn. ``posting_s``: what the posting has taken of a core."""

    def __init__(self, mailboxes: Sequence[Mailbox], size: tuple[int, int], posting_s: Callable[[], float]) -> None:
        super().__init__()
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self._mailboxes, self._posting_s = mailboxes, posting_s
        self._places: list[QRect] = [cell.picture for cell in tile_grid(len(mailboxes), *size)]
        self._seqs = [0] * len(mailboxes)
        self._images: list[QImage | None] = [None] * len(mailboxes)
        self._fresh: list[int] = []
        self._taken = 0
        self._begun = (0.0, 0.0, 0)
        self.resize(*size)
        for mailbox, place in zip(mailboxes, self._places, strict=True):
            mailbox.size = place.width(), place.height()

    def measured(
        self, application: QApplication, *, settle_s: float, for_s: float, on_full: Callable[[], None]
    ) -> WindowCost:
        """Show it, measure it, close it."""
        timer = QTimer(self)
        timer.setTimerType(Qt.TimerType.PreciseTimer)
        timer.timeout.connect(self._look)
        timer.start(round(INTERVAL_S * 1000))
        QTimer.singleShot(round(settle_s * 1000), self._begin)
        QTimer.singleShot(round((settle_s + for_s) * 1000), application.quit)
        self.show()
        on_full()
        application.exec()
        wall_s, cpu_s, taken = (now - then for now, then in zip(self._now(), self._begun, strict=True))
        self.close()
        return WindowCost(cpu_s / wall_s, 0.0, taken / wall_s, (self.width(), self.height()))

    def _begin(self) -> None:
        self._begun = self._now()

    def _now(self) -> tuple[float, float, int]:
        return time.monotonic(), time.process_time() - self._posting_s(), self._taken

    def _look(self) -> None:
        fresh, self._fresh = QRegion(), []
        for number, mailbox in enumerate(self._mailboxes):
            frame = mailbox.frame
            if frame is not None and mailbox.seq != self._seqs[number]:
                self._seqs[number] = mailbox.seq
                wrapped = QImage(frame.pixels, frame.width, frame.height, frame.stride, QImage.Format.Format_RGB32)
                self._images[number] = wrapped
                self._fresh.append(number)
                fresh += self._places[number]
        self._taken += len(self._fresh)
        if not fresh.isEmpty():
            self.update(fresh)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """The new pictures, one to one."""
        painter = QPainter(self)
        for number in self._fresh:
            image = self._images[number]
            if image is not None:
                painter.setClipRect(self._places[number])
                painter.drawImage(self._places[number], image)
