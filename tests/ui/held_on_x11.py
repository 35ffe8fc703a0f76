"""A cue key that is held fires once, whichever window of the program has the keys; ``test_x11`` runs this."""

from __future__ import annotations

import subprocess
import threading
from collections.abc import Callable
from fractions import Fraction

import pytest
from PySide6.QtCore import QEventLoop, QPoint, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from app.model import commands
from app.model.states import BreakState
from app.ui.choosers import choose_file
from tests.ui.conftest import Room
from tests.ui.scripted_engine import a_break, channel
from tests.ui.test_window import accepted

HELD_S = 2.0


@pytest.fixture
def in_break(room: Callable[..., Room]) -> Room:
    """A channel in a break, over an engine that accepts each command at once: a repeat would be one more."""
    opened = room(channel("one", current=a_break(BreakState.ON_AIR, out_in_s=-36, armed_ago_s=42)))
    submit = opened.engine.submit

    def answer(command: commands.Command) -> None:
        submit(command)
        opened.engine.publish(accepted(command))

    opened.engine.submit = answer  # type: ignore[method-assign]  # the same, with its answer
    return opened


def hold(window: QWidget, key: str, for_s: float = HELD_S) -> None:
    """As a finger does, by the X server."""
    subprocess.run(["xdotool", "windowfocus", "--sync", str(int(window.winId()))], check=True, timeout=10)
    words = ["xdotool", "keydown", key, "sleep", str(for_s), "keyup", key]
    finger = threading.Thread(target=lambda: subprocess.run(words, check=True, timeout=20), name="a finger")
    finger.start()
    loop, looks = QEventLoop(), QTimer(interval=5)
    looks.timeout.connect(lambda: None if finger.is_alive() else loop.quit())
    looks.start()
    loop.exec()
    finger.join()
    QTest.qWait(100)


def sent(opened: Room) -> list[str]:
    return [command.name for command in opened.engine.submitted]


def test_in_the_control_room(in_break: Room) -> None:
    hold(in_break.window, "F6")
    assert sent(in_break) == ["extend"]


def test_in_a_chooser_of_files(in_break: Room) -> None:
    chooser = choose_file(in_break.window, "Open", print)
    assert QTest.qWaitForWindowActive(chooser)
    hold(chooser, "F6")
    chooser.close()
    assert sent(in_break) == ["extend"]


def test_under_the_menu_of_a_tile(in_break: Room) -> None:
    in_break.window.multiviewer.hands.menu("one").popup(in_break.window.mapToGlobal(QPoint(200, 200)))
    hold(in_break.window, "F6")
    while (menu := QApplication.activePopupWidget()) is not None:
        menu.close()
    assert sent(in_break) == ["extend"]


def test_a_key_that_was_held_elsewhere_does_not_make_the_next_press_dead(in_break: Room) -> None:
    hold(in_break.window, "Down")
    chooser = choose_file(in_break.window, "Open", print)
    assert QTest.qWaitForWindowActive(chooser)
    hold(chooser, "F6", 0.05)
    chooser.close()
    (command,) = in_break.engine.submitted
    assert isinstance(command, commands.Extend)
    assert command.duration_s is not None
    assert command.duration_s > Fraction(0)
