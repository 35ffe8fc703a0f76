"""Opens the control room and its multiviewer on two screens, and tells where they are: screen, whether it fills it."""

from __future__ import annotations

import json
import sys

from PySide6.QtGui import QGuiApplication, QScreen
from PySide6.QtWidgets import QApplication

from app.ui.desktop import prepared_application
from app.ui.multiview.apart import ApartWindow
from app.ui.theme import STANDARD
from tests.ui.conftest import Room
from tests.ui.scripted_engine import channel


def where(apart: ApartWindow, opened: Room) -> list[object]:
    QApplication.processEvents()
    fills = apart.isFullScreen() and apart.geometry() == apart.screen().geometry()
    room = opened.window
    return [apart.screen().name(), fills, room.screen().name(), room.isVisible()]


def to(opened: Room, screen: QScreen) -> None:
    opened.window.windowHandle().setScreen(screen)
    opened.window.setGeometry(screen.geometry())
    QApplication.processEvents()


def main() -> None:
    application = prepared_application(STANDARD)
    first, second = QGuiApplication.screens()
    opened = Room(channel("one"), channel("two"))
    opened.window.setGeometry(first.geometry())
    opened.window.show()
    application.processEvents()
    opened.window.walls.turn()
    apart = opened.window.walls.apart
    if apart is None:
        sys.exit("no window")
    told = {"opened": where(apart, opened)}
    to(opened, second)  # the control room is moved onto the multiviewer's screen
    told["followed"] = where(apart, opened)
    QGuiApplication.screens = staticmethod(lambda: [second])  # type: ignore[method-assign]  # the first is unplugged
    apart.setScreen(second)
    apart.setGeometry(second.geometry())
    apart.keep_clear()
    told["beside"] = where(apart, opened)
    sys.stdout.write(json.dumps(told))
    opened.window.leave()


if __name__ == "__main__":
    main()
