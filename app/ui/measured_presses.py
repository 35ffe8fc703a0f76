"""Presses of a button as a benchmark makes them: when they show on the glass, and when the engine has accepted them."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from zoneinfo import ZoneInfo

from PySide6.QtCore import QCoreApplication, QEvent, QObject, QPointF, Qt, QTimer
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QPushButton, QWidget

from app.model import events
from app.ui.actions import Verb
from app.ui.bridge import Engine
from app.ui.desk import Desk
from app.ui.desktop import SWITCH_INTERVAL_S, operator_name, prepared_application, switching_every
from app.ui.main_window import MainWindow
from app.ui.measured import HEIGHT, WIDTH
from app.ui.theme import STANDARD
from app.ui.window_cost import PressCost

SETTLE_S, BETWEEN_S, END_S = 2.0, 0.73, 2.0  # 0.73: so that presses and the beats that paint don't keep step


def measured_presses(engine: Engine, timezone: str, presses: int) -> PressCost:
    """Open the window, press SLATE on and off that many times from another thread, close it."""
    application = prepared_application(STANDARD)
    window = MainWindow(Desk(engine, ZoneInfo(timezone), operator_name()), "Bench", STANDARD, remote=True)
    window.resize(WIDTH, HEIGHT)
    finger = _Finger(window.column.buttons[Verb.SLATE], presses, lambda: application.exit(0))
    window.desk.happened.connect(finger.answered)
    window.heartbeat.start()
    window.show()
    window.heartbeat.lateness.forget()
    finger.start()
    with switching_every(SWITCH_INTERVAL_S):
        application.exec()
    finger.stop()
    window.leave()
    return PressCost(tuple(finger.shown_ms), tuple(finger.accepted_ms), window.heartbeat.lateness.p99_ms())


def bare_presses(presses: int) -> PressCost:
    """The same presses of the one button of a plain window of Qt, which changes its word."""
    application = prepared_application(STANDARD)
    window = QWidget()
    window.resize(WIDTH, HEIGHT)
    button = QPushButton("on", window)
    button.setGeometry(100, 100, 120, 44)
    button.pressed.connect(lambda: button.setText("off" if button.text() == "on" else "on"))
    window.show()
    finger = _Finger(button, presses, lambda: application.exit(0))
    finger.start()
    application.exec()
    finger.stop()
    window.close()
    return PressCost(tuple(finger.shown_ms), (), 0.0)


class _Finger(QObject):
    """Posts presses from a thread of its own, so that each waits for the event loop as a user's does."""

    def __init__(self, button: QWidget, presses: int, over: Callable[[], None]) -> None:
        super().__init__()
        self._button, self._presses, self._over = button, presses, over
        self.shown_ms: list[float] = []
        self.accepted_ms: list[float] = []
        self._pressed_s: float | None = None  # written by the thread before the press is posted
        self._answered_s: float | None = None
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._press, name="presses")
        button.installEventFilter(self)

    def start(self) -> None:
        """Begin; everything settles first."""
        self._thread.start()

    def stop(self) -> None:
        """End."""
        self._stopping.set()
        self._thread.join()

    def _press(self) -> None:
        middle = QPointF(self._button.rect().center())
        self._stopping.wait(SETTLE_S)
        for _ in range(self._presses):
            self._pressed_s = self._answered_s = time.perf_counter()
            for kind, held in (
                (QEvent.Type.MouseButtonPress, Qt.MouseButton.LeftButton),
                (QEvent.Type.MouseButtonRelease, Qt.MouseButton.NoButton),
            ):
                event = QMouseEvent(kind, middle, Qt.MouseButton.LeftButton, held, Qt.KeyboardModifier.NoModifier)
                QCoreApplication.postEvent(self._button, event)
            if self._stopping.wait(BETWEEN_S):
                return
        self._stopping.wait(END_S)
        self._over()

    def eventFilter(self, _button: QObject, event: QEvent) -> bool:
        """The first paint behind a press; what is posted then comes when it has been flushed to the screen."""
        if event.type() is QEvent.Type.Paint and self._pressed_s is not None:
            pressed_s, self._pressed_s = self._pressed_s, None
            QTimer.singleShot(0, lambda: self.shown_ms.append((time.perf_counter() - pressed_s) * 1000))
        return False

    def answered(self, event: events.Event) -> None:
        """The engine's answer has come to the window."""
        if isinstance(event, events.CommandAccepted) and self._answered_s is not None:
            self.accepted_ms.append((time.perf_counter() - self._answered_s) * 1000)
            self._answered_s = None
