"""The control room as a benchmark opens it: how soon it is full, what it costs, how late its event loop is."""

from __future__ import annotations

import time
from collections.abc import Callable
from zoneinfo import ZoneInfo

from PySide6.QtCore import QObject, QTimer, Signal

from app.ui.bridge import Engine
from app.ui.desk import Desk
from app.ui.desktop import SWITCH_INTERVAL_S, operator_name, prepared_application, switching_every
from app.ui.main_window import MainWindow
from app.ui.theme import STANDARD
from app.ui.window_cost import WindowCost

WIDTH, HEIGHT = 1920, 1080


def measured_window(
    engine: Engine, timezone: str, *, settle_s: float, for_s: float, on_full: Callable[[], None]
) -> WindowCost:
    """Open the window; ``on_full`` once every tile has its picture on the glass; then settle, measure, close it."""
    application = prepared_application(STANDARD)
    window = MainWindow(Desk(engine, ZoneInfo(timezone), operator_name()), "Bench", STANDARD, remote=True)
    window.resize(WIDTH, HEIGHT)
    watch = _Watch(window)

    def settle() -> None:
        on_full()
        QTimer.singleShot(round(settle_s * 1000), watch.begin)
        QTimer.singleShot(round((settle_s + for_s) * 1000), lambda: application.exit(0))  # quit() would ask

    watch.full.connect(settle)
    window.heartbeat.beat.connect(watch.look)
    window.heartbeat.start()
    window.show()
    with switching_every(SWITCH_INTERVAL_S):
        application.exec()
    cost = watch.cost()
    window.leave()
    return cost


class _Watch(QObject):
    full = Signal()

    def __init__(self, window: MainWindow) -> None:
        super().__init__()
        self._window = window
        self._is_full = False
        self._began = (time.monotonic(), time.process_time(), 0)

    def look(self) -> None:
        viewer = self._window.multiviewer
        if not self._is_full and viewer.cells and viewer.pictures == len(viewer.cells):
            self._is_full = True
            self._window.repaint()
            self.full.emit()

    def begin(self) -> None:
        self._window.heartbeat.lateness.forget()
        self._began = (time.monotonic(), time.process_time(), self._window.multiviewer.taken)

    def cost(self) -> WindowCost:
        wall_s = time.monotonic() - self._began[0]
        pictures = self._window.multiviewer.taken - self._began[2]
        cpu = (time.process_time() - self._began[1]) / wall_s
        return WindowCost(cpu, self._window.heartbeat.lateness.p99_ms(), pictures / wall_s)
