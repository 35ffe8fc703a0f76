"""Repeats of a held key, as X servers send them."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication

from app.ui.held_keys import HeldKeys


def told(held: HeldKeys, kind: QEvent.Type, at_ms: int, *, key: Qt.Key = Qt.Key.Key_F6, marked: bool = False) -> bool:
    event = QKeyEvent(kind, key, Qt.KeyboardModifier.NoModifier, "", marked)
    event.setTimestamp(at_ms)
    assert held.eventFilter(QObject(), event) is False
    return held.repeating


PRESS, RELEASE = QEvent.Type.ShortcutOverride, QEvent.Type.KeyRelease


def test_a_press_at_the_time_of_its_release_is_a_repeat(qapp: QApplication) -> None:
    held = HeldKeys()
    assert not told(held, PRESS, 1000)
    for at_ms in range(1660, 1900, 40):
        told(held, RELEASE, at_ms)
        assert told(held, PRESS, at_ms)


def test_fast_fingers_are_no_repeats(qapp: QApplication) -> None:
    held = HeldKeys()
    for at_ms in range(1000, 2000, 100):
        assert not told(held, PRESS, at_ms)
        told(held, RELEASE, at_ms + 50)
    told(held, RELEASE, 3000)
    assert not told(held, PRESS, 3000, key=Qt.Key.Key_F12)


def test_qts_own_mark_counts_and_events_without_a_time_do_not(qapp: QApplication) -> None:
    held = HeldKeys()
    assert told(held, PRESS, 1000, marked=True)
    told(held, RELEASE, 0)
    assert not told(held, PRESS, 0)
