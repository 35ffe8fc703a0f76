"""Presses of surfaces go the way of the keys, with every guard; their keys tell what the buttons tell."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from app.model import commands, events
from app.model.states import BreakState
from app.ui.actions import Verb
from app.ui.faces import Kind
from app.ui.habits.own_settings import OwnSettings
from app.ui.surfaces.family import Names
from app.ui.surfaces.surface_desk import SECTION
from app.ui.surfaces.surface_map import Key, SurfaceMap
from tests.ui.scripted_engine import NOW, a_break, channel
from tests.ui.surfaces.conftest import PAD, Plugged, until

type Opens = Callable[..., Plugged]

CUED = a_break(BreakState.CUED, out_in_s=48)
TAKE_KEY, LOCK_KEY = Key(PAD, "key 1"), Key(PAD, "key 2")


def bound(plugged: Opens, *ids: str) -> Plugged:
    one = plugged(channel("news-1", current=CUED), channel("news-2", current=a_break(BreakState.CUED, key="b2")))
    for n, id_ in enumerate(ids or ("cue.take", "lock"), 1):
        assert one.surfaces.map.bind(id_, Key(PAD, f"key {n}")) is None
    return one


def heard(one: Plugged, control: str) -> str:
    words: list[str] = []
    one.surfaces.heard.connect(words.append)
    one.family.tap(control)
    until(lambda: words, "the press was not heard")
    return words[0]


def test_a_take_carries_what_the_key_of_the_window_carries(plugged: Opens) -> None:
    one = bound(plugged)
    heard(one, "key 1")
    [take] = one.room.engine.submitted
    assert isinstance(take, commands.Take)
    assert (take.channel, take.break_id, take.playing, take.by) == ("news-1", "b1", "test:bars", "mira")
    assert one.room.window.last_received.words.endswith("Pad: key 1: TAKE")


def test_a_second_press_before_the_answer_sends_nothing(plugged: Opens) -> None:
    one = bound(plugged)
    heard(one, "key 1")
    QTest.qWait(100)  # a finger needs longer than a bounce
    heard(one, "key 1")
    assert len(one.room.engine.submitted) == 1


def test_the_panel_lock_holds(plugged: Opens) -> None:
    one = bound(plugged)
    heard(one, "key 2")
    assert one.room.desk.locked
    heard(one, "key 1")
    assert one.room.engine.submitted == []
    until(lambda: one.face("key 1").kind is Kind.REFUSED or one.face("key 1").line == "panel locked", "it says nothing")
    assert one.face("key 2").word == "LOCKED"


def test_what_the_engine_refuses_is_told_on_the_key(plugged: Opens) -> None:
    one = bound(plugged)
    heard(one, "key 1")
    [take] = one.room.engine.submitted
    one.room.engine.publish(
        events.CommandRefused(at=NOW, channel="news-1", id=take.id, command="take", by="mira", reason="just taken")
    )
    until(lambda: one.face("key 1").kind is Kind.REFUSED, "the refusal is not told")
    assert one.face("key 1").line == "just taken"


def test_a_lost_engine_takes_nothing(plugged: Opens) -> None:
    one = bound(plugged)
    one.room.engine.connected = False
    one.room.later(0.1)
    heard(one, "key 1")
    assert one.room.engine.submitted == []


def test_keys_tell_the_faces_of_the_buttons(plugged: Opens) -> None:
    one = bound(plugged, "cue.take", "cue.withdraw", "channel.1", "channel.2", "channel.9")
    take = one.room.window.column.buttons[Verb.TAKE]
    until(lambda: all(one.face(f"key {n}").word for n in range(1, 6)), "not every key has its face")
    assert (one.face("key 1").word, one.face("key 1").kind) == ("TAKE", Kind.PRIMARY)
    assert one.face("key 1").line == take.face.line
    assert one.face("key 2").kind is Kind.DISABLED
    assert (one.face("key 3").kind, one.face("key 4").kind) == (Kind.PRIMARY, Kind.READY)
    assert one.face("key 5").line == "no channel"
    one.room.engine.change("news-1", current=a_break(BreakState.ARMED, out_in_s=4, armed_ago_s=2))
    one.room.later(0.1)
    until(lambda: one.face("key 1").kind is Kind.ARMED, "armed is not told")
    assert one.face("key 1").word == "TAKEN"
    assert one.face("key 2").kind is Kind.PRIMARY
    assert (one.face("key 3").line, one.face("key 3").right) == ("ARMED news-1", "00:04")


def test_a_press_that_waited_for_the_window_is_not_fired(plugged: Opens, monkeypatch: pytest.MonkeyPatch) -> None:
    one = bound(plugged)
    monkeypatch.setattr("app.ui.surfaces.surface_desk.STALE_S", -1.0)
    assert "window was busy" in heard(one, "key 1")
    assert one.room.engine.submitted == []


def test_a_key_without_an_action_says_so(plugged: Opens) -> None:
    one = bound(plugged)
    assert heard(one, "key 9") == "Pad: key 9: does nothing"
    assert one.room.engine.submitted == []


def test_a_surface_unplugged_is_an_alarm_and_comes_back_by_itself(plugged: Opens) -> None:
    one = bound(plugged)
    desk, panel = one.room.desk, one.room.window.alarms
    one.family.unplug()
    until(desk.alarms, "its loss is not told")
    [((where, _, _), alarm)] = desk.alarms().items()
    assert where == "This window"
    assert alarm.text == "Pad is not plugged in: its 2 keys do nothing until it is back"
    assert len(panel.rows) == 1
    assert one.room.window.strip.shown.fresh == "1 new"
    one.room.window.column.buttons[Verb.TAKE].pressed.emit()  # never in the way of a cue
    assert len(one.room.engine.submitted) == 1
    one.family.plugged[PAD] = "socket 1"
    until(lambda: not desk.alarms(), "it did not come back")
    QTest.qWait(100)
    heard(one, "key 2")
    assert desk.locked


def test_a_key_held_while_unplugged_fires_anew_only_when_pressed_anew(plugged: Opens) -> None:
    one = bound(plugged)
    one.family.open_ones[PAD].moved("key 2", True)
    until(lambda: one.room.desk.locked, "not pressed")
    one.family.unplug()
    until(one.room.desk.alarms, "its loss is not told")
    one.family.plugged[PAD] = "socket 1"
    until(lambda: PAD in one.surfaces.here, "it did not come back")
    assert one.room.desk.locked
    heard(one, "key 2")
    assert not one.room.desk.locked


def test_a_missing_library_is_one_sentence_and_no_trouble(plugged: Opens) -> None:
    one = bound(plugged)
    one.family.lack = "It needs a package."
    until(one.surfaces.lacks, "it is not said")
    sheet = one.room.window.habits.surface_sheet
    until(lambda: sheet.here.shown.words.endswith("It needs a package."), "the sheet does not say it")
    assert "Pad is bound and not plugged in." in sheet.here.shown.words


def test_in_test_mode_nothing_fires_and_the_sheet_says_what_would(plugged: Opens) -> None:
    one = bound(plugged)
    habits = one.room.window.habits
    sheet = habits.surface_sheet
    sheet.open()
    QTest.mouseClick(sheet.test, Qt.MouseButton.LeftButton)
    for control in ("key 1", "key 2", "key 9"):
        one.family.tap(control)
    until(lambda: "key 9" in sheet.line.shown.words, "the key is not shown")
    assert sheet.line.shown.words == "TEST, nothing fired. Pad: key 9 is bound to nothing."
    assert one.room.engine.submitted == []
    assert not one.room.desk.locked
    QTest.qWait(100)
    one.family.tap("key 1")
    until(lambda: "key 1 is TAKE" in sheet.line.shown.words, "the key is not shown")
    assert "It would go to 1 news-1: OUT lands 20:15:34:16 in 6.4 s." in sheet.line.shown.words
    one.room.engine.change("news-1", current=None)
    one.room.later(0.1)
    QTest.qWait(100)
    one.family.tap("key 1")
    until(lambda: "refused" in sheet.line.shown.words, "the refusal is not shown")
    assert sheet.line.shown.words.endswith("It would be refused on 1 news-1: Nothing cued: CUE NEXT first.")
    QTest.keyClick(sheet, Qt.Key.Key_Escape)
    QTest.qWait(100)
    heard(one, "key 2")
    assert one.room.desk.locked, "the test mode ends with the sheet"


def test_a_key_is_bound_by_pressing_it_and_a_conflict_is_refused(plugged: Opens) -> None:
    one = bound(plugged)
    sheet = one.room.window.habits.surface_sheet
    sheet.open()
    sheet.table.show_action("cue.hold")
    QTest.keyClick(sheet.table, Qt.Key.Key_Return)
    one.family.tap("key 1")
    until(lambda: "keeps" in sheet.line.shown.words or "is TAKE" in sheet.line.shown.words, "no refusal")
    assert sheet.line.shown.words == "Pad: key 1 is TAKE."
    QTest.mouseClick(sheet.bind, Qt.MouseButton.LeftButton)
    one.family.tap("key 5")
    until(lambda: "from now on" in sheet.line.shown.words, "not bound")
    assert one.surfaces.map.keys("cue.hold") == [Key(PAD, "key 5")]
    assert one.room.engine.submitted == []
    QTest.mouseClick(sheet.free, Qt.MouseButton.LeftButton)
    assert one.surfaces.map.keys("cue.hold") == []
    QTest.mouseClick(sheet.lay, Qt.MouseButton.LeftButton)
    assert one.surfaces.map.keys("cue.cue_next") == [Key(PAD, "key 3")]
    assert one.surfaces.map.keys("cue.take") == [TAKE_KEY]


def test_binding_gives_up_and_the_keys_say_meanwhile_that_nothing_fires(
    plugged: Opens, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = bound(plugged)
    sheet = one.room.window.habits.surface_sheet
    sheet.toggle()
    monkeypatch.setattr(sheet._waits, "start", lambda: None)
    sheet.listen("lock")
    until(lambda: one.face("key 1").word == "TEST", "TAKE looks as if it fired")
    sheet._waits.timeout.emit()
    until(lambda: one.face("key 1").word == "TAKE", "TAKE is not back")
    assert "nothing is bound" in sheet.line.shown.words
    heard(one, "key 1")
    assert len(one.room.engine.submitted) == 1


def test_a_lost_engine_is_told_on_the_keys_of_channels_and_nothing_counts_down(plugged: Opens) -> None:
    one = bound(plugged, "channel.1", "channel.2")
    until(lambda: one.face("key 1").line.startswith("CUED"), "the channel is not told")
    one.room.engine.connected = False
    one.room.later(30)
    until(lambda: one.face("key 1").kind is Kind.REFUSED, "it looks alive")
    assert one.face("key 1").right == ""
    assert "lost" in one.face("key 1").line


def test_keys_are_kept_and_broken_ones_are_told(tmp_path: Path) -> None:
    own = OwnSettings(tmp_path / "window.json")
    kept = SurfaceMap({}, lambda keys: own.keep(SECTION, keys))
    assert kept.bind("cue.take", TAKE_KEY) is None
    assert kept.bind("cue.take", LOCK_KEY) is None
    assert kept.bind("lock", TAKE_KEY) == "Pad: key 1 is TAKE"
    again = OwnSettings(tmp_path / "window.json").section(SECTION)
    assert SurfaceMap(again, lambda _keys: None).keys("cue.take") == [TAKE_KEY, LOCK_KEY]
    assert json.loads((tmp_path / "window.json").read_text()) == {
        SECTION: {"Pad: key 1": "cue.take", "Pad: key 2": "cue.take"}
    }
    broken = SurfaceMap({"no key": "cue.take", "Pad: key 1": "cue.fly", "Pad: key 2": 7, "Pad: key 3": "lock"}, print)
    assert broken.surfaces() == {PAD: 1}
    assert len(broken.dropped) == 3


def test_a_surface_that_was_out_between_two_looks_is_opened_anew(plugged: Opens) -> None:
    one = bound(plugged)
    before = one.family.open_ones[PAD]
    one.family.plugged[PAD] = "socket 2"
    until(lambda: one.family.open_ones[PAD] is not before, "not opened anew")
    assert before.closed
    heard(one, "key 2")
    assert one.room.desk.locked


def test_surfaces_of_one_name_keep_their_numbers_while_they_stay() -> None:
    names = Names()
    assert names.give([("b", "Pad")]) == {"Pad": "b"}
    assert names.give([("a", "Pad"), ("b", "Pad"), ("c", "Deck")]) == {"Pad": "b", "Pad #2": "a", "Deck": "c"}
    assert names.give([("a", "Pad")]) == {"Pad #2": "a"}
    assert names.give([("a", "Pad"), ("d", "Pad")]) == {"Pad #2": "a", "Pad": "d"}
