"""The application's own dress: Qt's palette and style sheet in our colours, and the scale that it started with."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager

from PySide6.QtGui import QColor, QPalette
from PySide6.QtWidgets import QApplication

from app.ui.theme import Palette, style_sheet

_SCALE = "QT_SCALE_FACTOR"
_STARTED = "splicedeck_scale_percent"


@contextmanager
def scaled(percent: int) -> Iterator[None]:
    """An application that is made in this block has this scale, on top of the screen's own.

    Qt reads it from the environment, once. Who has set it there already is left in peace; children inherit nothing.
    """
    if percent == 100 or _SCALE in os.environ or QApplication.instance() is not None:
        yield
        return
    os.environ[_SCALE] = str(percent / 100)
    try:
        yield
        application = QApplication.instance()
        if application is not None:
            application.setProperty(_STARTED, percent)
    finally:
        del os.environ[_SCALE]


def started_percent() -> int:
    """The scale that the application was made with."""
    application = QApplication.instance()
    found = application.property(_STARTED) if application is not None else None
    return found if isinstance(found, int) else 100


def dress_application(palette: Palette) -> None:
    """Colours of the stock widgets: tool tips, scroll bars, text fields, menus."""
    application = QApplication.instance()
    if isinstance(application, QApplication):
        application.setPalette(_qt_palette(palette))
        application.setStyleSheet(style_sheet(palette))


def _qt_palette(palette: Palette) -> QPalette:
    roles: dict[QPalette.ColorRole, QColor] = {
        QPalette.ColorRole.Window: palette.bg0,
        QPalette.ColorRole.Base: palette.bg1,
        QPalette.ColorRole.AlternateBase: palette.bg2,
        QPalette.ColorRole.Button: palette.bg3,
        QPalette.ColorRole.WindowText: palette.text,
        QPalette.ColorRole.Text: palette.text,
        QPalette.ColorRole.ButtonText: palette.hi,
        QPalette.ColorRole.BrightText: palette.sel,
        QPalette.ColorRole.ToolTipBase: palette.bg3,
        QPalette.ColorRole.ToolTipText: palette.hi,
        QPalette.ColorRole.PlaceholderText: palette.dim,
        QPalette.ColorRole.Highlight: palette.blueb,
        QPalette.ColorRole.HighlightedText: palette.hi,
        QPalette.ColorRole.Accent: palette.blue,
    }
    made = QPalette()
    for role, colour in roles.items():
        made.setColor(role, colour)
    return made
