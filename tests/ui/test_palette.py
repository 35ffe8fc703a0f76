"""The command palette: finds actions, channels and breaks by their words, and fires no cue."""

from __future__ import annotations

import string
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from app.model import commands
from app.model.commands import TakeCon
from app.model.states import BreakState
from app.ui.actions import ACTIONS, Verb
from app.ui.habits.finding import Offer, found
from tests.ui.conftest import Room
from tests.ui.scripted_engine import a_break, an_alarm, channel
from tests.ui.test_window import LAWFUL, press_key

type Opens = Callable[..., Room]

OFFERS = [Offer("Action", words, tells) for words, tells in (("Lock the panel", "cue keys"), ("Looks", "colours"))]


@given(st.text(string.printable, max_size=12))
def test_what_is_found_has_every_word_typed(typed: str) -> None:
    for offer in found(OFFERS, typed):
        assert all(word in f"{offer.words} {offer.kind} {offer.tells}".lower() for word in typed.lower().split())


def test_the_nearest_words_come_first() -> None:
    offers = [Offer("Action", words, "") for words in ("Unlock", "A lock", "Lock the panel")]
    assert [offer.words for offer in found(offers, "lock")] == ["Lock the panel", "A lock", "Unlock"]
    assert [offer.words for offer in found(offers, "panel lock")] == ["Lock the panel"]
    assert not found(offers, "lock nothing")


def typed(opened: Room, words: str) -> list[str]:
    sheet = opened.window.habits.palette
    press_key(opened.window, "Ctrl+K")
    QTest.keyClicks(sheet.typed, words)
    return [offer.words for offer in sheet.offers]


def test_a_channel_is_selected_by_its_name(room: Opens) -> None:
    opened = room(*(channel(f"c{n}", f"Region {n}") for n in range(1, 13)))
    assert typed(opened, "region 12") == ["12 Region 12"]
    assert opened.desk.selected == "c1"  # digits are typed, they select nothing
    QTest.keyClick(opened.window.habits.palette.typed, Qt.Key.Key_Return)
    assert opened.desk.selected == "c12"
    assert not opened.window.habits.palette.isVisible()


@pytest.mark.parametrize("verb", list(Verb))
def test_enter_and_a_click_on_a_cue_fire_nothing_and_tell_its_key(room: Opens, verb: Verb) -> None:
    opened = room(channel("one", current=LAWFUL[verb]))
    sheet = opened.window.habits.palette
    typed(opened, verb.value.lower())
    assert sheet.offers[0].words == verb.value
    QTest.keyClick(sheet.typed, Qt.Key.Key_Return)
    QTest.mouseClick(
        sheet.list.viewport(), Qt.MouseButton.LeftButton, pos=sheet.list.visualRect(sheet.list.currentIndex()).center()
    )
    assert not opened.engine.submitted
    assert sheet.isVisible()
    assert f"only ever fired by its own key or button: {ACTIONS[verb].key}" in sheet.line.shown.words


def test_a_cue_key_works_while_the_palette_is_open(room: Opens) -> None:
    opened = room(channel("one", current=LAWFUL[Verb.TAKE]))
    typed(opened, "ta")
    press_key(opened.window.habits.palette.typed, "F12")
    assert [type(command) for command in opened.engine.submitted] == [commands.Take]
    assert opened.window.habits.palette.typed.text() == "ta"


def test_an_action_is_done_and_the_focus_goes_back(room: Opens) -> None:
    opened = room(channel("one", alarms=(an_alarm("critical", "no packets"),)))
    opened.window.lock.setFocus()
    typed(opened, "acknowledge")
    QTest.keyClick(opened.window.habits.palette.typed, Qt.Key.Key_Return)
    assert [by for by, _ in opened.desk.acknowledged.values()] == ["mira"]
    assert opened.window.lock.hasFocus()


def test_a_break_is_shown_on_the_timeline(room: Opens) -> None:
    opened = room(channel("one"), channel("two", current=a_break(BreakState.CUED, out_in_s=48)))
    opened.window.pages.show_events()
    opened.later(0.1)
    assert typed(opened, "half-time") == ["20:16:16 Half-time 1"]
    QTest.keyClick(opened.window.habits.palette.typed, Qt.Key.Key_Return)
    canvas = opened.window.timeline.canvas
    assert canvas.isVisible()
    assert {key[0] for key in canvas.selected} == {"two"}
    assert not opened.engine.submitted


def test_every_action_that_is_no_cue_can_be_done_from_it(room: Opens) -> None:
    opened = room(channel("one"))
    sheet = opened.window.habits.palette
    press_key(opened.window, "Ctrl+K")
    for offer in list(sheet.offers):
        assert (offer.act is None) == (offer.kind == "Cue"), offer
        if offer.act is not None and offer.words != "What is this?":
            offer.act()
    assert {type(command) for command in opened.engine.submitted} == {TakeCon}, "the con is no cue"
