"""Several channels under one key, and the con, on a real window with real clicks and keys."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtTest import QTest

from app.model import commands, events
from app.model.answers import accepted, refused
from app.model.states import BreakState
from app.model.status import ConStatus
from app.ui.actions import ACTIONS, Verb
from app.ui.faces import Kind
from app.ui.gang import chosen
from tests.ui.conftest import Room
from tests.ui.scripted_engine import NOW, a_break, channel

type Opens = Callable[..., Room]

CUED = a_break(BreakState.CUED, out_in_s=48)


def three(room: Opens, **about: object) -> Room:
    return room(
        channel("one", current=replace(CUED, id="b1")),
        channel("two", current=replace(CUED, id="b2")),
        channel("three"),
        **about,
    )


def click(opened: Room, n: int, *, control: bool = False) -> None:
    modifier = Qt.KeyboardModifier.ControlModifier if control else Qt.KeyboardModifier.NoModifier
    cell = opened.window.multiviewer.cells[n - 1].cell
    handle = opened.window.multiviewer.childAt(cell.center())
    assert handle is not None
    QTest.mouseClick(handle, Qt.MouseButton.LeftButton, modifier)


def key(opened: Room, words: str) -> None:
    QTest.keySequence(opened.window, QKeySequence(words))


def told(opened: Room, *some: events.Event) -> None:
    """Until the window has shown what the engine tells."""
    for event in some:
        opened.engine.publish(event)
    opened.desk.poll()
    QTest.qWait(20)


NAMES = st.sampled_from(["one", "two", "three", "four"])


@given(NAMES, st.lists(NAMES, max_size=8))
def test_the_selected_channel_is_always_in_its_gang_and_nobody_is_a_gang_alone(selected: str, added: list[str]) -> None:
    gang: frozenset[str] = frozenset()
    for name in added:
        before, gang = gang, chosen(gang, selected, name)
        assert not gang or (selected in gang and len(gang) > 1)
        if name != selected:
            assert (name in gang) != (name in before)


def test_control_and_a_click_adds_a_tile_and_takes_it_out_again(room: Opens) -> None:
    opened = three(room)
    click(opened, 2, control=True)
    assert opened.desk.gang == {"one", "two"}
    assert opened.desk.selected == "one"
    assert "2 channels" in opened.window.column.title.shown.gang
    click(opened, 2)  # one of the gang: it stays one
    assert (opened.desk.selected, opened.desk.gang) == ("two", frozenset({"one", "two"}))
    click(opened, 1, control=True)
    assert opened.desk.gang == frozenset()
    assert not opened.engine.submitted


def test_a_channel_that_is_not_of_the_gang_lets_it_go(room: Opens) -> None:
    opened = three(room)
    key(opened, "Shift+2")
    assert opened.desk.gang == {"one", "two"}
    key(opened, "3")
    assert (opened.desk.selected, opened.desk.gang) == ("three", frozenset())


def test_escape_lets_the_gang_go_and_is_no_cue(room: Opens) -> None:
    opened = three(room)
    key(opened, "Shift+2")
    QTest.keyClick(opened.window, Qt.Key.Key_Escape)
    assert opened.desk.gang == frozenset()
    QTest.keyClick(opened.window, Qt.Key.Key_Escape)
    assert not opened.engine.submitted


@pytest.mark.parametrize("by_key", [True, False])
def test_one_take_fires_the_gang_and_says_how_many(room: Opens, by_key: bool) -> None:
    opened = three(room)
    key(opened, "Shift+2")
    button = opened.window.column.buttons[Verb.TAKE]
    assert button.face.word == "TAKE 2"
    assert opened.window.column.buttons[Verb.SKIP].face.line == "2 channels"
    if by_key:
        key(opened, ACTIONS[Verb.TAKE].key)
    else:
        QTest.mousePress(button, Qt.MouseButton.LeftButton)
    takes = [command for command in opened.engine.submitted if isinstance(command, commands.Take)]
    assert [(take.channel, take.break_id, take.playing) for take in takes] == [
        ("one", "b1", "test:bars"),
        ("two", "b2", "test:bars"),
    ]
    assert len({take.gang for take in takes}) == 1
    assert takes[0].gang
    assert takes[0].members == ("one", "two")


def test_who_of_the_gang_can_not_is_told_before_and_after_the_press(room: Opens) -> None:
    opened = three(room)
    key(opened, "Shift+2")
    key(opened, "Shift+3")
    button = opened.window.column.buttons[Verb.TAKE]
    assert button.face.tag == "2 of 3"
    assert button.face.line == "0:41 early; 3: Nothing cued: CUE NEXT first"
    key(opened, ACTIONS[Verb.TAKE].key)
    assert [command.channel for command in opened.engine.submitted] == ["one", "two"]
    first, second = opened.engine.submitted
    told(opened, accepted(first, NOW), refused(second, NOW, "just taken: wait 1 s between takes"))
    assert button.face.kind is Kind.REFUSED
    assert button.face.line == "2: just taken: wait 1 s between takes"


def test_what_turns_something_on_or_off_does_the_same_to_the_whole_gang(room: Opens) -> None:
    held = a_break(BreakState.HELD, out_in_s=48, key="b2")
    opened = room(
        channel("one", current=CUED), channel("two", current=held, slate_by_hand=True), channel("three", current=CUED)
    )
    key(opened, "Shift+2")
    key(opened, "Shift+3")
    assert opened.window.column.buttons[Verb.HOLD].face.why == "2: held already"
    key(opened, ACTIONS[Verb.HOLD].key)
    holds = [one for one in opened.engine.submitted if isinstance(one, commands.Hold)]
    assert [(one.channel, one.on) for one in holds] == [("one", True), ("three", True)]
    key(opened, ACTIONS[Verb.SLATE].key)
    slates = [one for one in opened.engine.submitted if isinstance(one, commands.Slate)]
    assert [(one.channel, one.on) for one in slates] == [("one", True), ("three", True)]


def test_a_take_of_one_channel_is_no_gang(room: Opens) -> None:
    opened = three(room)
    key(opened, ACTIONS[Verb.TAKE].key)
    (take,) = opened.engine.submitted
    assert isinstance(take, commands.Take)
    assert (take.gang, take.members) == ("", ())


def hold_con(opened: Room, holder: str, offered_to: str = "") -> None:
    opened.engine.change("one", con=ConStatus(holder, NOW, offered_to) if holder else None)
    opened.desk.poll()


def test_the_key_takes_the_con_and_gives_it_up(room: Opens) -> None:
    opened = three(room)
    key(opened, "Ctrl+J")
    hold_con(opened, "mira")
    assert opened.window.column.title.shown.con == "con: you"
    assert opened.window.column.buttons[Verb.TAKE].face.kind is Kind.PRIMARY
    key(opened, "Ctrl+J")
    assert [type(one) for one in opened.engine.submitted] == [commands.TakeCon, commands.ReleaseCon]


def test_while_another_has_the_con_no_cue_leaves_this_window_and_each_button_says_why(room: Opens) -> None:
    opened = three(room)
    hold_con(opened, "ann")
    for verb, action in ACTIONS.items():
        key(opened, action.key)
        QTest.mouseClick(opened.window.column.buttons[verb], Qt.MouseButton.LeftButton)
        assert opened.window.column.buttons[verb].face.line == "con: ann"
    key(opened, "Ctrl+J")
    assert not opened.engine.submitted
    assert opened.window.column.title.shown.con.startswith("ann has the con")
    opened.later(5)
    assert opened.window.column.title.shown.con == "con: ann"
    key(opened, "Ctrl+Shift+J")
    (forced,) = opened.engine.submitted
    assert isinstance(forced, commands.TakeCon)
    assert (forced.force, forced.by, forced.channel) == (True, "mira", "one")


def test_what_is_offered_is_accepted_and_what_is_refused_is_told(room: Opens) -> None:
    opened = three(room)
    hold_con(opened, "ann", offered_to="mira")
    assert "ann offers" in opened.window.column.title.shown.con
    key(opened, "Ctrl+J")
    (command,) = opened.engine.submitted
    assert isinstance(command, commands.AcceptCon)
    told(opened, refused(command, NOW, "it is not offered to mira: ann has the con"))
    assert opened.window.column.title.shown.con.startswith("it is not offered to mira")


def test_the_menu_offers_the_con_to_whoever_else_is_there(room: Opens) -> None:
    opened = three(room)
    told(opened, accepted(commands.Hold(channel="two", by="bob"), NOW))
    hold_con(opened, "mira")
    menu = opened.window.column.con.menu()
    entry = next(one for one in menu.actions() if one.text() == "Offer the con to bob")
    entry.trigger()
    (command,) = opened.engine.submitted
    assert isinstance(command, commands.HandCon)
    assert (command.to, command.by) == ("bob", "mira")
