"""The plainest window of Qt, which a benchmark of the window's start is held against. It imports nothing of ours."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QApplication, QWidget


def bare_window(width: int, height: int, on_painted: Callable[[], None]) -> None:
    """An empty window, closed again once it has been painted."""
    application = QApplication([])
    window = QWidget()
    window.resize(width, height)
    window.show()
    application.processEvents()
    window.repaint()
    on_painted()
    window.close()
