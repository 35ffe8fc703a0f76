"""Looks and keys of one user: at once, kept, and never lost to a broken file."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import Qt
from PySide6.QtGui import QPalette
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from app.model.states import BreakState
from app.ui.desk import Desk
from app.ui.desktop import prepared_application
from app.ui.habits.looks import Looks, fits, looks_from
from app.ui.habits.own_settings import OwnSettings
from app.ui.language import kept_language
from app.ui.main_window import MainWindow
from app.ui.theme import COLOUR_BLIND_SAFE, STANDARD
from tests.ui.conftest import Room
from tests.ui.scripted_engine import NOW, ZONE, ScriptedEngine, a_break, an_alarm, channel
from tests.ui.test_window import press_key

type Opens = Callable[..., Room]

ROOT = Path(__file__).resolve().parents[2]
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)


@given(st.dictionaries(st.sampled_from(["palette_name", "scale_percent", "reduced_motion", "x"]), JSON))
def test_any_kept_looks_give_looks(kept: dict[str, Any]) -> None:
    looks, told = looks_from(kept)
    assert looks_from(looks.kept()) == (looks, [])
    assert len(told) <= len(kept)


def test_looks_are_kept_as_they_are() -> None:
    looks = Looks(COLOUR_BLIND_SAFE.name, 150, reduced_motion=True)
    assert looks_from(json.loads(json.dumps(looks.kept()))) == (looks, [])
    assert looks.palette is COLOUR_BLIND_SAFE


def test_a_scale_needs_its_screen() -> None:
    least = (1280, 720)
    assert [fits(percent, (1920, 1080), least) for percent in (100, 125, 150)] == [True, True, True]
    assert [fits(percent, (1600, 900), least) for percent in (100, 125, 150)] == [True, True, False]
    assert not fits(125, (1280, 720), least)


def test_own_settings_are_written_and_read(tmp_path: Path) -> None:
    path = tmp_path / "new" / "window.json"
    own = OwnSettings(path)
    assert own.keep("keys", {"lock": "F4"}) == ""
    assert own.keep("looks", {"scale_percent": 125}) == ""
    again = OwnSettings(path)
    assert (dict(again.section("keys")), dict(again.section("looks"))) == ({"lock": "F4"}, {"scale_percent": 125})
    assert again.told == ""
    assert [each.name for each in path.parent.iterdir()] == ["window.json"]


@pytest.mark.parametrize("content", [b"", b"{", b"[1]", b"\xff\xfe", b"[" * 100_000, b" " * 1_100_000])
def test_a_broken_file_is_kept_aside_and_told(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "window.json"
    path.write_bytes(content)
    own = OwnSettings(path)
    (aside,) = tmp_path.glob("window.broken-*.json")
    assert aside.read_bytes() == content
    assert aside.name in own.told
    assert not own.section("keys")
    assert own.keep("keys", {}) == ""
    assert OwnSettings(path).told == ""


@given(JSON)
def test_sections_of_any_form_are_sections(found: Any) -> None:
    own = OwnSettings(None)
    own._sections = {"keys": found}
    assert isinstance(own.section("keys"), dict)


def test_what_can_not_be_written_holds_and_says_so(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    own = OwnSettings(tmp_path / "file" / "window.json")
    assert "window.json can't be written" in own.keep("keys", {"lock": "F4"})
    assert dict(own.section("keys")) == {"lock": "F4"}


def a_window(own: OwnSettings) -> MainWindow:
    desk = Desk(ScriptedEngine(channel("one")), ZoneInfo(ZONE), "mira", clock=lambda: 0.0, now=lambda: NOW)
    return MainWindow(desk, "Evening", STANDARD, own=own)


def test_keys_and_looks_come_back_with_the_next_window(qapp: QApplication, tmp_path: Path) -> None:
    path = tmp_path / "window.json"
    first = a_window(OwnSettings(path))
    first.habits.keymap.change("lock", "F4")
    first.habits.look_sheet.buttons["Motion"][1][0].click()
    first.leave()
    second = a_window(OwnSettings(path))
    assert second.habits.keymap.key("lock") == "F4"
    assert second.lock.accessibleName() == "Panel open, F4"
    assert second.desk.reduced_motion
    assert not second.habits.note.words
    second.leave()


def test_a_language_is_kept_and_holds_from_the_next_window(qapp: QApplication, tmp_path: Path) -> None:
    path = tmp_path / "window.json"
    window = a_window(OwnSettings(path))
    sheet = window.habits.look_sheet
    assert [button.text() for button, _ in sheet.buttons["Language"]] == [
        "As the system: English",
        "English",
        "Deutsch",
    ]
    QTest.mouseClick(sheet.buttons["Language"][2][0], Qt.MouseButton.LeftButton)
    assert sheet.line.shown.words == "Deutsch from the next start of the window. The channels stay on air."
    assert kept_language(path) == "de"
    window.leave()
    speak = "import app.ui.words as w; print(w.SPOKEN, w._('Stop the show?'), w.ngettext('{n} break', '{n} breaks', 2))"
    told = subprocess.run(
        [sys.executable, "-P", "-c", speak],
        env={**os.environ, "PYTHONPATH": str(ROOT), "SPLICEDECK_CONFIG_DIR": str(tmp_path)},
        check=True,
        capture_output=True,
        text=True,
    )
    assert told.stdout.strip() == "de Show stoppen? {n} Breaks"


def test_a_window_with_a_broken_file_opens_and_tells(qapp: QApplication, tmp_path: Path) -> None:
    path = tmp_path / "window.json"
    path.write_text('{"keys": {"cue.take": "T"}, "looks": {"scale_percent": 1000}}')
    window = a_window(OwnSettings(path))
    assert "TAKE: T is for texts" in window.habits.note.words
    assert "scale_percent can't be 1000" in window.habits.note.words
    window.leave()


def test_colours_change_at_once_everywhere(room: Opens) -> None:
    opened = room(channel("one", current=a_break(BreakState.CUED, out_in_s=48)))
    press_key(opened.window, "Ctrl+,")
    before = opened.window.column.grab().toImage()
    sheet = opened.window.habits.look_sheet
    assert sheet.isVisible()
    QTest.mouseClick(sheet.buttons["Colours"][1][0], Qt.MouseButton.LeftButton)
    window = opened.window
    skins = [window.strip.skin, window.lock.skin, window.column.title.skin, window.status_line.skin, sheet.skin]
    assert all(skin.palette is COLOUR_BLIND_SAFE for skin in skins)
    assert QApplication.palette().color(QPalette.ColorRole.Accent) == COLOUR_BLIND_SAFE.blue
    assert opened.window.column.grab().toImage() != before
    QTest.mouseClick(sheet.buttons["Colours"][0][0], Qt.MouseButton.LeftButton)
    assert QApplication.palette().color(QPalette.ColorRole.Accent) == STANDARD.blue
    assert opened.window.column.grab().toImage() == before


def test_reduced_motion_steps_once_a_second_and_blinks_never(room: Opens) -> None:
    armed = a_break(BreakState.ARMED, out_in_s=4.2, armed_ago_s=2.2)
    opened = room(channel("one", current=armed, alarms=(an_alarm("critical", "no packets", ago_s=1),)))
    opened.window.habits.look_sheet.buttons["Motion"][1][0].click()
    seen: set[object] = set()
    hollow: set[bool] = set()
    opened.now = NOW.replace(microsecond=0) + timedelta(seconds=1)
    for _ in range(9):
        opened.later(0.1)
        seen.add(opened.window.column.countdown.shown)
        hollow.update(row.shown.hollow for row in opened.window.alarms.rows.values())
    assert len(seen) == 1
    assert hollow == {False}
    opened.window.habits.look_sheet.buttons["Motion"][0][0].click()
    for _ in range(5):
        opened.later(0.1)
        seen.add(opened.window.column.countdown.shown)
    assert len(seen) > 3


@pytest.mark.parametrize(
    ("screen", "told"),
    [((1920, 1080), "1.5 150 False"), ((1600, 900), "1.0 100 False"), ((3840, 2160), "1.5 150 False")],
)
def test_the_scale_is_the_applications_from_its_start_where_it_has_room(
    tmp_path: Path, screen: tuple[int, int], told: str
) -> None:
    screens = {"name": "one", "x": 0, "y": 0, "width": screen[0], "height": screen[1], "logicalDpi": 96, "dpr": 1}
    (tmp_path / "screens.json").write_text(json.dumps({"screens": [screens | {"logicalBaseDpi": 96}]}))
    program = (
        "import os; from app.ui.desktop import prepared_application; from app.ui.dressing import started_percent;"
        "from app.ui.theme import STANDARD; a = prepared_application(STANDARD, 150);"
        "print(a.primaryScreen().devicePixelRatio(), started_percent(), 'QT_SCALE_FACTOR' in os.environ)"
    )
    environment = os.environ | {"QT_QPA_PLATFORM": f"offscreen:configfile={tmp_path / 'screens.json'}"}
    run = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, env=environment, capture_output=True, text=True, check=True
    )
    assert run.stdout.strip() == told


def test_a_size_that_has_no_room_can_not_be_chosen_and_another_holds_from_the_next_start(room: Opens) -> None:
    opened = room(channel("one"))
    sheet = opened.window.habits.look_sheet
    sheet._has_room = lambda percent: percent < 150
    sheet.open()
    assert [button.isEnabled() for button, _ in sheet.buttons["Size"]] == [True, True, False]
    sheet.buttons["Size"][1][0].click()
    assert opened.window.habits.looks.scale_percent == 125
    assert sheet.line.shown.words == "125 % from the next start of the window. The channels stay on air."


def test_the_application_is_prepared_once(qapp: QApplication) -> None:
    assert prepared_application(STANDARD, 150) is qapp
