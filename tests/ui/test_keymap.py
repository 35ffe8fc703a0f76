"""Keys: one owner each, refused where they would be typed or are taken, kept, and shown on every cap."""

from __future__ import annotations

import random
from collections.abc import Callable

import pytest
from PySide6.QtCore import QKeyCombination, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from app.model import commands
from app.model.states import BreakState
from app.ui.actions import Verb
from app.ui.habits import key_rules
from app.ui.habits.habits import room_for_cap
from app.ui.habits.keymap import Keymap
from app.ui.habits.window_actions import FIXED_KEYS, WINDOW_ACTIONS
from app.ui.widgets.painting import cap_width, width_of
from tests.ui.conftest import Room
from tests.ui.scripted_engine import a_break, channel
from tests.ui.test_window import press_key

type Opens = Callable[..., Room]

CUED = a_break(BreakState.CUED, out_in_s=48)


def owners(keymap: Keymap) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for id_ in WINDOW_ACTIONS:
        for key in keymap.keys(id_):
            found.setdefault(key, []).append(id_)
    return found


def test_every_default_is_allowed_and_nobody_elses(qapp: QApplication) -> None:
    keymap = Keymap()
    assert all(len(ids) == 1 for ids in owners(keymap).values())
    for id_, action in WINDOW_ACTIONS.items():
        for key in action.keys:
            assert key == key_rules.normal(key)
            assert keymap.refusal(id_, key) is None
        assert action.verb is None or room_for_cap(action.verb, key_rules.cap(keymap.key(id_)))


def test_no_series_of_changes_gives_a_key_to_two(qapp: QApplication) -> None:
    chance, keymap = random.Random(4), Keymap()
    keys = [f"{held}F{n}" for n in range(1, 13) for held in ("", "Ctrl+", "Shift+", "Ctrl+Shift+")] + ["1", "Ctrl+K"]
    changed = 0
    for _ in range(2000):
        id_ = chance.choice(list(WINDOW_ACTIONS))
        changed += keymap.change(id_, chance.choice(keys)) is None
        if chance.random() < 0.3:
            keymap.reset(chance.choice(list(WINDOW_ACTIONS)))
        assert all(len(ids) == 1 for ids in owners(keymap).values())
    assert changed > 100
    keymap.reset_all()
    assert {id_: keymap.keys(id_) for id_ in WINDOW_ACTIONS} == {id_: a.keys for id_, a in WINDOW_ACTIONS.items()}


@pytest.mark.parametrize(
    ("key", "part"),
    [
        ("F8", "F8 is CUE NEXT"),
        ("F1", "F1 is Keyboard map"),
        ("Ctrl+Z", "no edit's key ever touches the air"),
        ("Ctrl+Y", "no edit's key ever touches the air"),
        ("Esc", "closes"),
        ("Return", "chooses"),
        ("Space", "chooses"),
        ("T", "for texts"),
        ("Shift+T", "for texts"),
        ("Alt+T", "for texts"),
        ("Ctrl+U", "for texts"),
        ("7", "for texts"),
        ("Ctrl+Alt+F5", "the desktop's own"),
        ("Alt+F4", "the desktop's own"),
        ("Ctrl+C", "in lists"),
        ("", "no key"),
        ("F9, F8", "no key"),
    ],
)
def test_a_cue_is_refused_a_key_with_the_reason(qapp: QApplication, key: str, part: str) -> None:
    keymap = Keymap()
    refusal = keymap.change("cue.take", key)
    assert refusal is not None
    assert part in refusal
    assert keymap.keys("cue.take") == ("F12",)


def test_two_cues_that_swapped_their_keys_come_back_swapped(qapp: QApplication) -> None:
    kept: list[dict[str, str]] = []
    keymap = Keymap(keep=kept.append)
    for id_, key in (("cue.take", "F5"), ("cue.hold", "F12"), ("cue.take", "F9")):
        assert keymap.change(id_, key) is None
    again = Keymap(kept[-1])
    assert (again.cue_key(Verb.TAKE), again.cue_key(Verb.HOLD), again.dropped) == ("F9", "F12", [])
    assert again.reset("cue.take") == "F12 is HOLD"


def test_what_was_kept_and_may_not_stand_is_told_and_left_out(qapp: QApplication) -> None:
    keymap = Keymap({"cue.take": "T", "cue.hold": "F12", "no.such": "F2", "lock": 7, "undo": "F4"})
    assert len(keymap.dropped) == 4
    assert keymap.cue_key(Verb.TAKE) == "F12"
    assert keymap.cue_key(Verb.HOLD) == "F9"
    assert keymap.keys("undo") == ("F4",)
    assert all(len(ids) == 1 for ids in owners(keymap).values())


def test_caps_are_short_and_modifiers_alone_are_no_key(qapp: QApplication) -> None:
    assert [key_rules.cap(key) for key in ("F12", "Ctrl+Shift+F12", "Ctrl++", "+")] == ["F12", "⌃⇧F12", "⌃+", "+"]
    assert key_rules.written(QKeyCombination(Qt.KeyboardModifier.ShiftModifier, Qt.Key.Key_Shift)) == ""
    keypad = Qt.KeyboardModifier.KeypadModifier
    assert key_rules.written(QKeyCombination(keypad, Qt.Key.Key_5)) == "5"


def test_f1_shows_the_map_beside_the_cue_column_and_cue_keys_go_on(room: Opens) -> None:
    opened = room(channel("one", current=CUED))
    press_key(opened.window, "F1")
    sheet, column = opened.window.habits.keys, opened.window.column
    assert sheet.isVisible()
    assert not sheet.geometry().intersects(column.geometry().translated(column.mapTo(opened.window, column.pos() * 0)))
    assert sheet.geometry().right() < column.mapTo(opened.window, column.rect().topLeft()).x()
    press_key(QApplication.focusWidget() or opened.window, "F12")
    assert [type(command) for command in opened.engine.submitted] == [commands.Take]
    press_key(QApplication.focusWidget() or opened.window, "Esc")
    assert not sheet.isVisible()


def test_a_new_key_is_pressed_shown_on_the_button_and_fires_at_once(room: Opens) -> None:
    opened = room(channel("one", current=CUED))
    sheet, take = opened.window.habits.keys, opened.window.column.buttons[Verb.TAKE]
    press_key(opened.window, "F1")
    sheet.table.show_action("cue.take")
    QTest.keyClick(sheet.table, Qt.Key.Key_Return)
    QTest.keyClick(sheet.table, Qt.Key.Key_F5, Qt.KeyboardModifier.ControlModifier)
    assert sheet.line.shown.words == "TAKE is Ctrl+F5 from now on."
    assert (take.face.cap, take.accessibleName()) == ("⌃F5", "TAKE, Ctrl+F5")
    assert "Ctrl+F5 take" in opened.window.status_line.shown.keys
    press_key(sheet.table, "F12")
    assert not opened.engine.submitted
    press_key(sheet.table, "Ctrl+F5")
    assert [type(command) for command in opened.engine.submitted] == [commands.Take]


def test_the_key_that_is_awaited_does_nothing_else_and_a_taken_one_names_its_owner(room: Opens) -> None:
    opened = room(channel("one", current=CUED))
    sheet = opened.window.habits.keys
    press_key(opened.window, "F1")
    sheet.listen("lock")
    QTest.keyClick(sheet.table, Qt.Key.Key_F12)
    assert not opened.engine.submitted
    assert sheet.line.shown.words == "F12 is TAKE. Lock the panel keeps its key."
    assert not sheet.field.listening
    QTest.keyClick(sheet.table, Qt.Key.Key_F12)
    assert len(opened.engine.submitted) == 1


@pytest.mark.parametrize("how", ["Esc", "close", "focus", "time"])
def test_awaiting_a_key_ends_by_itself(room: Opens, how: str) -> None:
    opened = room(channel("one", current=CUED))
    sheet = opened.window.habits.keys
    press_key(opened.window, "F1")
    sheet.listen("lock")
    if how == "Esc":
        QTest.keyClick(sheet.table, Qt.Key.Key_Escape)
        assert sheet.isVisible()
    elif how == "close":
        sheet.shut()
    elif how == "focus":
        opened.window.lock.setFocus()
    else:
        sheet.field._timer.timeout.emit()
    assert not sheet.field.listening
    assert WINDOW_ACTIONS["lock"].keys == opened.window.habits.keymap.keys("lock")
    press_key(opened.window, "F12")
    assert len(opened.engine.submitted) == 1


def test_default_and_all_defaults_take_changes_back(room: Opens) -> None:
    opened = room(channel("one"))
    habits = opened.window.habits
    press_key(opened.window, "F1")
    assert habits.keymap.change("cue.take", "Ctrl+F5") is None
    assert habits.keymap.change("lock", "F12") is None
    habits.keys.table.show_action("cue.take")
    QTest.mouseClick(habits.keys.reset, Qt.MouseButton.LeftButton)
    assert habits.keys.line.shown.words == "F12 is Lock the panel. TAKE keeps its key."
    QTest.mouseClick(habits.keys.reset_all, Qt.MouseButton.LeftButton)
    assert habits.keymap.cue_key(Verb.TAKE) == "F12"
    assert opened.window.column.buttons[Verb.TAKE].accessibleName() == "TAKE, F12"


def test_keys_of_lists_and_of_the_timeline_are_shown_and_stay(room: Opens) -> None:
    opened = room(channel("one"))
    sheet = opened.window.habits.keys
    press_key(opened.window, "F1")
    sheet.table.selectRow(sheet.table.model().rowCount() - 1)
    assert sheet.table.action.words == "Menu"
    QTest.keyClick(sheet.table, Qt.Key.Key_Return)
    assert not sheet.field.listening
    assert "can't be changed" in sheet.line.shown.words
    QTest.mouseClick(sheet.reset, Qt.MouseButton.LeftButton)
    assert "can't be changed" in sheet.line.shown.words


def test_no_action_can_take_a_fixed_key(qapp: QApplication) -> None:
    for fixed in FIXED_KEYS:
        for key in fixed.keys:
            assert key == key_rules.normal(key)
            assert key_rules.refusal(key, is_cue=False) is not None, key


@pytest.mark.parametrize("size", [(1280, 720), (1920, 1080)])
def test_nothing_in_the_map_is_cut(room: Opens, size: tuple[int, int]) -> None:
    opened = room(channel("one"), size=size)
    press_key(opened.window, "F1")
    table, small = opened.window.habits.keys.table, opened.window._skin.density.small
    body = opened.window._skin.density.body
    for action in (*WINDOW_ACTIONS.values(), *FIXED_KEYS):
        assert width_of(action.group.value, small) + 12 <= table.columnWidth(0), action
        assert width_of(action.words, body) + 12 <= table.columnWidth(1), action
        assert sum(cap_width(key, small) + 6 for key in action.keys) + 10 <= table.columnWidth(2), action
    assert table.horizontalHeader().length() <= table.viewport().width()


def test_every_action_can_be_done_and_has_a_shortcut_for_each_key(room: Opens) -> None:
    opened = room(channel("one"))
    habits = opened.window.habits
    assert set(habits._acts) == set(WINDOW_ACTIONS)
    bound = [shortcut.key().toString() for shortcut in habits.bindings.shortcuts]
    assert sorted(bound) == sorted(key for action in WINDOW_ACTIONS.values() for key in action.keys)
