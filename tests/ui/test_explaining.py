"""Every control has a name for assistive technology and a sentence for whoever points at it; errors can be copied."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible, QContextMenuEvent, QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QApplication,
    QLineEdit,
    QMenu,
    QTabBar,
    QWidget,
)

from app.model import events
from app.model.states import BreakState
from app.ui.actions import Verb
from app.ui.habits.explaining import sentence_of
from app.ui.theme import Skin
from app.ui.widgets.preset_switch import Preset
from tests.ui.conftest import Room
from tests.ui.scripted_engine import NOW, a_break, an_alarm, channel
from tests.ui.test_window import accepted, press_key, refused

type Opens = Callable[..., Room]

ALARMS = (an_alarm("critical", "no packets"), an_alarm("warning", "push late", key="x"))


def controls(window: QWidget) -> list[QWidget]:
    """What a hand or the Tab key can reach; the parts that Qt puts into its own are Qt's."""
    kinds = (QAbstractButton, QAbstractItemView, QLineEdit, QTabBar)
    return [
        child
        for child in window.findChildren(QWidget)
        if (isinstance(child, kinds) or child.focusPolicy() != Qt.FocusPolicy.NoFocus)
        and not isinstance(child.parentWidget(), (QAbstractItemView, QLineEdit, QTabBar))
        and child is not window.centralWidget()  # type: ignore[attr-defined]  # of a main window
    ]


def spoken(widget: QWidget) -> str:
    return QAccessible.queryAccessibleInterface(widget).text(QAccessible.Text.Name)


@pytest.mark.parametrize("preset", list(Preset))
def test_every_control_has_a_name_and_a_sentence(room: Opens, preset: Preset) -> None:
    opened = room(channel("one", current=a_break(BreakState.CUED, out_in_s=48)), channel("two", alarms=ALARMS))
    opened.window.presets.choose(preset)
    for sheet in (opened.window.habits.keys, opened.window.habits.look_sheet, opened.window.habits.palette):
        sheet.open()
    found = controls(opened.window)
    assert len(found) > 60
    assert not [f"{type(one).__name__} in {type(one.parent()).__name__}" for one in found if not spoken(one)]
    assert not [
        f"{type(one).__name__} {spoken(one)}" for one in found if not (one.toolTip() or one.whatsThis()).strip()
    ]


def test_painted_panels_are_read_out(room: Opens) -> None:
    opened = room(channel("one", "Sports 1", current=a_break(BreakState.CUED, out_in_s=48)), channel("two"))
    column = opened.window.column
    assert spoken(column.title) == "Channel 1: Sports 1, CUED"
    assert "00:48" in spoken(column.countdown)
    assert "Half-time 1" in spoken(column.card)
    assert "Volta" in spoken(column.card)
    assert "2/2 on air" in spoken(opened.window.strip)


def test_a_new_skin_leaves_the_sentences(room: Opens) -> None:
    opened = room(channel("one"))
    before = {id(one): one.whatsThis() for one in controls(opened.window)}
    opened.window._dress(Skin(opened.window._skin.palette, opened.window._skin.density))
    assert {id(one): one.whatsThis() for one in controls(opened.window)} == before


def test_what_is_this_explains_a_cue_and_does_not_fire_it(room: Opens) -> None:
    opened = room(channel("one", current=a_break(BreakState.CUED, out_in_s=48)))
    what, take = opened.window.habits.what, opened.window.column.buttons[Verb.TAKE]
    press_key(opened.window, "Shift+F1")
    QTest.mouseClick(take, Qt.MouseButton.LeftButton)
    assert not opened.engine.submitted
    assert what.said.startswith("TAKE: Fire the cued break")
    QTest.mouseClick(take, Qt.MouseButton.LeftButton)
    assert len(opened.engine.submitted) == 1


def test_cue_keys_go_on_while_a_click_would_explain(room: Opens) -> None:
    opened = room(channel("one", current=a_break(BreakState.CUED, out_in_s=48)))
    what = opened.window.habits.what
    press_key(opened.window, "Shift+F1")
    press_key(opened.window, "F12")
    assert len(opened.engine.submitted) == 1
    asked = [what.asking]
    QTest.keyClick(opened.window, Qt.Key.Key_Escape)
    asked.append(what.asking)
    press_key(opened.window, "Shift+F1")
    press_key(opened.window, "Shift+F1")
    assert [*asked, what.asking] == [True, False, False]
    assert QApplication.overrideCursor() is None


def test_a_widget_without_a_sentence_has_that_of_what_it_is_in(room: Opens) -> None:
    opened = room(channel("one", alarms=ALARMS))
    what, row = opened.window.habits.what, next(iter(opened.window.alarms.rows.values()))
    what.toggle()
    QTest.mouseClick(row, Qt.MouseButton.LeftButton)
    assert what.said.startswith("critical at ")
    assert sentence_of(opened.window.alarms._body).startswith("What is wrong now")


def clipboard() -> str:
    return QGuiApplication.clipboard().text()


def test_events_are_copied_by_key(room: Opens) -> None:
    opened = room(channel("one", current=a_break(BreakState.CUED, out_in_s=48)))
    press_key(opened.window, "F12")
    (command,) = opened.engine.submitted
    opened.engine.publish(refused(command, "the origin is full"))
    QApplication.processEvents()
    table = opened.window.events.table
    opened.window.pages.show_events()
    table.setFocus()
    table.selectAll()
    QTest.keyClick(table, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert clipboard().count("\n") == table.model().rowCount() - 1
    assert "the origin is full" in clipboard()


def test_alarms_are_copied_by_key_by_menu_and_all_at_once(room: Opens) -> None:
    opened = room(channel("one", current=a_break(BreakState.CUED, out_in_s=48), alarms=ALARMS))
    first, second = opened.window.alarms.rows.values()
    QTest.keyClick(first.ack, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert clipboard().endswith("no packets")
    menu = open_menu(second)
    assert [action.text() for action in menu.actions()][:3] == ["Copy", "", "Shelve for 5 min"]
    press_key(opened.window, "F12")
    assert len(opened.engine.submitted) == 1  # an open menu keeps no cue
    opened.engine.publish(accepted(opened.engine.submitted[0]))
    menu.actions()[0].trigger()
    assert clipboard().endswith("push late")
    opened.window.habits._acts["alarms.copy"]()
    assert clipboard().splitlines() == [first.words, second.words]


def open_menu(widget: QWidget) -> QMenu:
    (menu,) = ask_for_menu(widget, widget)
    return menu


def test_a_refusal_is_copied_also_after_it_is_gone(room: Opens) -> None:
    opened = room(channel("one", current=a_break(BreakState.CUED, out_in_s=48)))
    press_key(opened.window, "F12")
    opened.engine.publish(refused(opened.engine.submitted[0], "the playing break has changed"))
    QApplication.processEvents()
    opened.later(0.1)
    menu = open_menu(opened.window.status_line)
    menu.actions()[0].trigger()
    assert clipboard() == "TAKE refused: the playing break has changed"
    menu.close()
    QGuiApplication.clipboard().setText("")
    opened.later(10)
    opened.window.habits._acts["refusal.copy"]()
    assert clipboard() == "TAKE refused: the playing break has changed"


def test_all_events_are_copied_from_the_menu_and_an_empty_list_has_none(room: Opens) -> None:
    opened = room(channel("one"))
    table = opened.window.events.table
    assert not ask_for_menu(table.viewport(), table)
    for n in range(3):
        opened.engine.publish(
            events.CommandRefused(at=NOW, channel="one", command="take", id=str(n), by="mira", reason=f"reason {n}")
        )
    QApplication.processEvents()
    (menu,) = ask_for_menu(table.viewport(), table)
    assert [action.text() for action in menu.actions()] == ["Copy all"]
    menu.actions()[0].trigger()
    menu.close()
    assert [line[-8:] for line in clipboard().splitlines()] == ["reason 2", "reason 1", "reason 0"]


def ask_for_menu(at: QWidget, owner: QWidget) -> list[QMenu]:
    middle = at.rect().center()
    QApplication.sendEvent(at, QContextMenuEvent(QContextMenuEvent.Reason.Mouse, middle, at.mapToGlobal(middle)))
    return owner.findChildren(QMenu)
