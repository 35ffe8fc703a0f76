"""Qt's application around the window: style, fonts, fault hooks, signals of the system."""

from __future__ import annotations

import gc
import getpass
import platform
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from types import FrameType
from zoneinfo import ZoneInfo

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QStyleFactory, QWidget

from app.model.errors import EnvironmentLackError
from app.model.schedule_face import ScheduleFace
from app.model.setup_face import SetupFace
from app.settings.folders import default_config_dir, window_charts, window_layout
from app.ui.bridge import Engine
from app.ui.desk import Desk
from app.ui.dressing import dress_application, scaled_application, speak_application
from app.ui.ending import Ending
from app.ui.fonts import MEDIUM, font, load_fonts
from app.ui.habits.crash_watch import crash_watch
from app.ui.habits.looks import looks_from
from app.ui.habits.own_settings import OwnSettings
from app.ui.history.past_file import PastFile
from app.ui.hooks import fault_hooks
from app.ui.layout_file import Layout, LayoutFile, Screen
from app.ui.main_window import LEAST_HEIGHT, LEAST_WIDTH, MainWindow
from app.ui.surfaces.midi import Midi
from app.ui.surfaces.stream_deck import StreamDecks
from app.ui.theme import Palette
from app.ui.widgets.preset_switch import Preset
from app.ui.words import OWN_FILE

_KEPT_AFTER_MS = 500  # of the last change: a drag is many
_CHARTS_KEPT_EVERY_MS = 300_000
SWITCH_INTERVAL_S = 0.001  # worker threads give the interpreter back sooner, so the window answers sooner


def run_window(
    engine: Engine,
    show_name: str,
    timezone: str,
    *,
    remote: bool = False,
    schedule: ScheduleFace | None = None,
    promotes: bool = False,
    data_dir: Path | None = None,
    setup: SetupFace | None = None,
) -> Ending:
    """Show the window until it is closed, or until SIGINT or SIGTERM.

    Crash reports, the window's layout and what its charts hold are kept in ``data_dir``.
    """
    with crash_watch(data_dir) as watch, fault_hooks(watch.note):
        own = own_settings()
        looks, _other = looks_from(own.section("looks"))
        application = prepared_application(looks.palette, looks.scale_percent)
        desk = Desk(engine, ZoneInfo(timezone), operator_name())
        past = PastFile(window_charts(data_dir)) if data_dir is not None else None
        if past is not None:
            past.bring(desk.history, desk.clock_offset_s(), desk.clock())
        window = MainWindow(
            desk,
            show_name,
            looks.palette,
            remote=remote,
            schedule=schedule,
            promotes=promotes,
            own=own,
            setup=setup,
        )
        if watch.report is not None:
            window.habits.note.tell_crash(watch.report)
        kept = LayoutFile(window_layout(data_dir)) if data_dir is not None else None
        if kept is not None:
            lay_out(window, kept)
        if past is not None:
            _keep_now_and_then(window, past)
        try:
            with switching_every(SWITCH_INTERVAL_S), _leaving_on_signals(window):
                window.first_paint.done.connect(lambda: _go_on(window))
                _open(window)
                application.exec()
        finally:
            window.habits.surfaces.stop()
            window.leave()
        if kept is not None:
            keep_layout(window, kept)
        if past is not None:
            past.keep(desk.history, desk.clock_offset_s())
    return window.ending


def lay_out(window: MainWindow, kept: LayoutFile) -> None:
    """As this user left it with these screens; what was wrong with the file is told once.

    What is changed from now on is kept soon after, so that a window that dies loses nothing of it.
    """
    layout = kept.layout(_screens())
    if layout.preset in [preset.value for preset in Preset]:
        window.presets.choose(Preset(layout.preset))
    window.alarm_book.mute(muted=layout.muted)
    for preset in Preset:
        window.rooms.bring(preset, layout.docks.get(preset.value, ""))
    window.walls.restore(layout.tiles)
    if kept.problem:
        window.habits.note.tell(kept.problem)
    soon = QTimer(window, singleShot=True, interval=_KEPT_AFTER_MS)
    soon.timeout.connect(lambda: keep_layout(window, kept))
    said = (window.rooms.arranged, window.walls.changed, window.presets.currentChanged, window.alarm_book.changed)
    for one in said:
        one.connect(lambda *_about: soon.start())


def keep_layout(window: MainWindow, kept: LayoutFile) -> None:
    """For the next time with these screens."""
    preset, docks = window.presets.preset.value, window.rooms.states()
    kept.keep(_screens(), Layout(preset, window.alarm_book.muted, docks, window.walls.kept()))


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


def prepared_application(palette: Palette, scale_percent: int = 100) -> QApplication:
    """The one QApplication, in our own style whatever the desktop's is."""
    application = scaled_application(scale_percent, (LEAST_WIDTH, LEAST_HEIGHT))
    application.setApplicationName("Splicedeck")
    application.setDesktopFileName("splicedeck")
    application.setStyle(QStyleFactory.create("Fusion"))
    speak_application(application)
    load_fonts()
    application.setFont(font(14, MEDIUM))
    dress_application(palette)
    return application


def own_settings() -> OwnSettings:
    """What this user has chosen before; a user without a home has nowhere to keep it."""
    try:
        return OwnSettings(default_config_dir() / OWN_FILE)
    except EnvironmentLackError:
        return OwnSettings(None)


def operator_name() -> str:
    """The name that commands from this window carry: the user of the desktop, at this workstation."""
    try:
        user = getpass.getuser()
    except OSError:
        user = "operator"
    return f"{user}@{here}" if (here := platform.node().partition(".")[0]) else user


def _go_on(window: MainWindow) -> None:
    """What the first picture need not wait for."""
    rooms, habits = window.rooms, window.habits
    sheets = (lambda: habits.keys, lambda: habits.palette, lambda: habits.look_sheet, lambda: habits.surface_sheet)
    _one_by_one(window, [*(partial(rooms.of, preset) for preset in Preset), *sheets])
    window.habits.surfaces.start([Midi(), StreamDecks(lambda: window.skin.palette)])
    window.setup.first_start()


def _keep_now_and_then(window: MainWindow, past: PastFile) -> None:
    """The charts, for a window that comes after a crash of this one."""
    desk = window.desk
    timer = QTimer(window, interval=_CHARTS_KEPT_EVERY_MS)
    timer.timeout.connect(lambda: past.keep_aside(desk.history, desk.clock_offset_s()))
    timer.start()


def _one_by_one(window: MainWindow, makers: list[Callable[[], QWidget]]) -> None:
    """So that nobody waits for it later; between any two a key is heard."""
    if makers:
        QTimer.singleShot(0, window, partial(_one_by_one, window, makers[1:]))
        makers[0]()
    else:
        gc.freeze()  # what is there now stays, and is not looked through again while the window runs
        gc.enable()


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
