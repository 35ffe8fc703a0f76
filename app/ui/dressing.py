"""The application's own dress: Qt's palette and style sheet in our colours, and the scale that it started with."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from PySide6.QtCore import QLibraryInfo, QTranslator
from PySide6.QtGui import QColor, QPalette
from PySide6.QtWidgets import QApplication

from app.ui.language import ENGLISH
from app.ui.theme import Palette, style_sheet
from app.ui.words import SPOKEN

_SCALE = "QT_SCALE_FACTOR"
_STARTED = "splicedeck_scale_percent"


def scaled_application(percent: int, least: tuple[int, int]) -> QApplication:
    """The one QApplication; a new one has this scale, if the least window then still has room on the screen.

    A cue column beyond the screen's edge would be worse than small type, so the scale is let go first.
    """
    existing = QApplication.instance()
    if isinstance(existing, QApplication):
        return existing
    with _scale_in_environment(percent) as ours:
        made = QApplication([sys.argv[0]])
    if not ours:
        return made
    size = made.primaryScreen().geometry().size()
    if size.width() >= least[0] and size.height() >= least[1]:
        made.setProperty(_STARTED, percent)
        return made
    made.shutdown()  # before there is any widget; Qt takes another scale only with another application
    del made
    return QApplication([sys.argv[0]])


@contextmanager
def _scale_in_environment(percent: int) -> Iterator[bool]:
    """Qt reads it there, once. Who has set it already is left in peace; children inherit nothing."""
    ours = percent != 100 and _SCALE not in os.environ
    if ours:
        os.environ[_SCALE] = str(percent / 100)
    try:
        yield ours
    finally:
        if ours:
            del os.environ[_SCALE]


def started_percent() -> int:
    """The scale that the application was made with."""
    application = QApplication.instance()
    found = application.property(_STARTED) if application is not None else None
    return found if isinstance(found, int) else 100


def speak_application(application: QApplication) -> None:
    """Let Qt's own texts, as those of its file dialog, be in the window's language where Qt has it."""
    translator = QTranslator(application)
    if SPOKEN != ENGLISH and translator.load(
        f"qtbase_{SPOKEN}", QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)
    ):
        application.installTranslator(translator)


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
