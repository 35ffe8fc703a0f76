"""Qt's application around the window: style, fonts, fault hooks, signals of the system."""

from __future__ import annotations

import getpass
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from zoneinfo import ZoneInfo

from PySide6.QtCore import QTimer
from PySide6.QtGui import QColor, QPalette
from PySide6.QtWidgets import QApplication, QStyleFactory

from app.model.schedule_face import ScheduleFace
from app.ui.bridge import Engine
from app.ui.desk import Desk
from app.ui.ending import Ending
from app.ui.fonts import MEDIUM, font, load_fonts
from app.ui.hooks import fault_hooks
from app.ui.layout_file import Layout, LayoutFile, Screen
from app.ui.main_window import MainWindow
from app.ui.theme import STANDARD, Palette, style_sheet
from app.ui.widgets.preset_switch import Preset

SWITCH_INTERVAL_S = 0.001  # worker threads give the interpreter back sooner, so the window answers sooner


def run_window(
    engine: Engine,
    show_name: str,
    timezone: str,
    *,
    remote: bool = False,
    schedule: ScheduleFace | None = None,
    layout: Path | None = None,
) -> Ending:
    """Show the window until it is closed, or until SIGINT or SIGTERM. ``layout``: where its layout is kept."""
    with fault_hooks():
        application = prepared_application(STANDARD)
        desk = Desk(engine, ZoneInfo(timezone), operator_name())
        window = MainWindow(desk, show_name, STANDARD, remote=remote, schedule=schedule)
        kept = LayoutFile(layout) if layout is not None else None
        if kept is not None:
            lay_out(window, kept)
        try:
            with switching_every(SWITCH_INTERVAL_S), _leaving_on_signals(window):
                _open(window)
                application.exec()
        finally:
            window.leave()
        if kept is not None:
            keep_layout(window, kept)
    return window.ending


def lay_out(window: MainWindow, kept: LayoutFile) -> None:
    """As this user left it with these screens; what was wrong with the file is told once."""
    layout = kept.layout(_screens())
    if layout.preset in [preset.value for preset in Preset]:
        window.presets.choose(Preset(layout.preset))
    window.alarm_book.mute(muted=layout.muted)
    if kept.problem:
        window.pages.tabs.say(kept.problem)


def keep_layout(window: MainWindow, kept: LayoutFile) -> None:
    """For the next time with these screens."""
    kept.keep(_screens(), Layout(window.presets.preset.value, window.alarm_book.muted))


def _screens() -> list[Screen]:
    places = [screen.geometry() for screen in QApplication.screens()]
    return [(place.left(), place.top(), place.width(), place.height()) for place in places]


@contextmanager
def switching_every(seconds: float) -> Iterator[None]:
    """Let threads give the interpreter back after so long."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(seconds)
    try:
        yield
    finally:
        sys.setswitchinterval(before)


def prepared_application(palette: Palette) -> QApplication:
    """The one QApplication, in our own style whatever the desktop's is."""
    existing = QApplication.instance()
    application = existing if isinstance(existing, QApplication) else QApplication([sys.argv[0]])
    application.setApplicationName("Splicedeck")
    application.setDesktopFileName("splicedeck")
    application.setStyle(QStyleFactory.create("Fusion"))
    load_fonts()
    application.setFont(font(14, MEDIUM))
    application.setPalette(_qt_palette(palette))
    application.setStyleSheet(style_sheet(palette))
    return application


def operator_name() -> str:
    """The name that commands from this window carry: the user of the desktop."""
    try:
        return getpass.getuser()
    except OSError:
        return "operator"


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


def _open(window: MainWindow) -> None:
    screen = window.screen().availableGeometry()
    window.resize(max(window.minimumWidth(), screen.width()), max(window.minimumHeight(), screen.height()))
    window.heartbeat.start()
    window.showMaximized()


@contextmanager
def _leaving_on_signals(window: MainWindow) -> Iterator[None]:
    """SIGINT and SIGTERM close the window without a question; the heartbeat lets Python see them."""

    def leave(_number: int, _frame: FrameType | None) -> None:
        window.leave()
        # A window closed before exec() runs ends nothing; a timer waits for the loop and ends it.
        QTimer.singleShot(0, QApplication.quit)

    before = {number: signal.signal(number, leave) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
