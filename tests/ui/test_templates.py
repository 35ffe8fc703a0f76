"""Templates in the cue column: chosen by name, cued with their own length, in places that never move."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from app.model.commands import CueNext
from app.model.states import BreakState
from app.model.status import ChannelStatus, TemplateStatus
from app.ui.actions import Verb
from app.ui.faces import Kind
from app.ui.theme import COMPACT, ROOMY, Density
from app.ui.widgets.column_places import column_places
from app.ui.widgets.length_button import LengthButton
from app.ui.widgets.template_row import TemplateButton
from tests.ui.conftest import Room
from tests.ui.scripted_engine import a_break, channel
from tests.ui.test_window import accepted

type Opens = Callable[..., Room]
LOCAL, NATIONAL = TemplateStatus("Local ad 60", Fraction(60)), TemplateStatus("National 90", Fraction(90))
OPEN, PROMO = TemplateStatus("Any length"), TemplateStatus("Promo 15", Fraction(15))
SIZES = pytest.mark.parametrize("size", [(1280, 720), (1920, 1080), (1600, 960)])


def with_templates(name: str, *templates: TemplateStatus, planned: bool = False) -> ChannelStatus:
    following = a_break(BreakState.PLANNED, out_in_s=900) if planned else None
    return replace(channel(name, following=following), templates=templates)


def press(button: TemplateButton | LengthButton) -> None:
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)


def names(room: Room) -> list[str]:
    return [button.text() for button in room.window.column.templates.buttons]


def cue(room: Room) -> CueNext:
    QTest.keyClick(room.window, Qt.Key.Key_F8)
    command = room.engine.submitted[-1]
    assert isinstance(command, CueNext)
    return command


def test_a_template_is_cued_by_name_with_its_length(room: Opens, qtbot: QtBot) -> None:
    opened = room(with_templates("one", LOCAL, NATIONAL, OPEN, planned=True))
    column = opened.window.column
    assert names(opened) == ["Local ad 60", "National 90", "Any length"]
    press(column.templates.buttons[1])
    assert [button.isChecked() for button in column.templates.buttons] == [False, True, False]
    assert column.buttons[Verb.CUE_NEXT].face.line == "new, 1:30"
    assert [length.text() for length in column.lengths if length.isChecked()] == ["1:30"]
    command = cue(opened)
    assert (command.template, command.duration_s) == ("National 90", Fraction(90))
    assert any(button.isChecked() for button in column.templates.buttons), "were it refused, it is pressed again"
    opened.engine.publish(accepted(command))
    qtbot.waitUntil(lambda: not any(button.isChecked() for button in column.templates.buttons), timeout=2000)
    opened.later(2)
    plain = cue(opened)
    assert (plain.template, plain.duration_s) == ("", None)


def test_a_template_without_a_length_takes_the_one_that_is_chosen(room: Opens) -> None:
    opened = room(with_templates("one", OPEN))
    column = opened.window.column
    press(column.templates.buttons[0])
    press(next(length for length in column.lengths if length.duration_s == 120))
    assert column.templates.buttons[0].isChecked()
    command = cue(opened)
    assert (command.template, command.duration_s) == ("Any length", Fraction(120))


def test_a_template_without_a_length_waits_for_one(room: Opens) -> None:
    opened = room(with_templates("one", OPEN, planned=True))
    opened.desk.choose_length(None)
    press(opened.window.column.templates.buttons[0])
    face = opened.window.column.buttons[Verb.CUE_NEXT].face
    assert (face.kind, face.line) == (Kind.DISABLED, "choose length")


def test_a_length_pressed_after_a_template_with_its_own_lets_it_go(room: Opens) -> None:
    opened = room(with_templates("one", LOCAL))
    column = opened.window.column
    press(column.templates.buttons[0])
    press(column.lengths[0])
    assert not column.templates.buttons[0].isChecked()
    assert (cue(opened).template, opened.desk.preset_s) == ("", Fraction(15))


def test_a_second_press_takes_the_choice_back(room: Opens) -> None:
    opened = room(with_templates("one", LOCAL))
    button = opened.window.column.templates.buttons[0]
    press(button)
    press(button)
    assert not button.isChecked()
    assert opened.desk.template is None


def test_each_channel_has_its_own_choice_and_the_places_stay(room: Opens) -> None:
    opened = room(with_templates("one", LOCAL, NATIONAL), channel("two"))
    column = opened.window.column
    press(column.templates.buttons[0])
    places = [button.geometry() for button in (*column.templates.buttons, *column.buttons.values())]
    QTest.keyClick(opened.window, Qt.Key.Key_2)
    assert names(opened) == ["", "", ""]
    assert not any(button.isEnabled() for button in column.templates.buttons)
    assert places == [button.geometry() for button in (*column.templates.buttons, *column.buttons.values())]
    assert column.buttons[Verb.CUE_NEXT].face.line == "new, 0:30"
    QTest.keyClick(opened.window, Qt.Key.Key_1)
    assert column.templates.buttons[0].isChecked()


def test_more_than_three_are_paged(room: Opens) -> None:
    opened = room(with_templates("one", LOCAL, NATIONAL, OPEN, PROMO))
    row = opened.window.column.templates
    assert row.pager.text() == "1/2"
    QTest.mouseClick(row.pager, Qt.MouseButton.LeftButton)
    assert (row.pager.text(), names(opened)) == ("2/2", ["Promo 15", "", ""])
    press(row.buttons[0])
    assert cue(opened).template == "Promo 15"
    QTest.mouseClick(row.pager, Qt.MouseButton.LeftButton)
    assert names(opened)[0] == "Local ad 60"


def test_a_show_without_templates_has_no_row_for_them(room: Opens) -> None:
    column = room(channel("one")).window.column
    assert not any(button.isVisible() for button in (*column.templates.buttons, column.templates.pager))


def test_names_are_spoken_and_reached_by_the_keyboard(room: Opens) -> None:
    opened = room(with_templates("one", LOCAL))
    button = opened.window.column.templates.buttons[0]
    assert button.accessibleName() == "Template Local ad 60, 1:00"
    button.setFocus()
    QTest.keyClick(button, Qt.Key.Key_Space)
    assert opened.desk.template == LOCAL


@SIZES
@pytest.mark.parametrize("count", [1, 3, 4])
def test_everything_in_the_column_keeps_apart_and_large_enough(room: Opens, size: tuple[int, int], count: int) -> None:
    opened = room(with_templates("one", *[LOCAL, NATIONAL, OPEN, PROMO][:count]), size=size)
    column = opened.window.column
    row = [*column.templates.buttons, column.templates.pager]
    shown = [part for part in (*row, *column.lengths, *column.buttons.values(), column.lamps) if part.isVisible()]
    for part in shown:
        assert column.rect().contains(part.geometry())
        assert not any(part.geometry().intersects(other.geometry()) for other in shown if other is not part)
    assert column.buttons[Verb.TAKE].height() >= 84
    assert all(button.height() >= 44 for button in column.buttons.values())
    assert column.lamps.height() >= 22 + 2 * 22
    assert column.countdown.height() >= 112


@pytest.mark.parametrize(("density", "size"), [(COMPACT, (336, 652)), (ROOMY, (400, 994))])
def test_three_origins_keep_their_lamps(density: Density, size: tuple[int, int]) -> None:
    lamps = column_places(*size, density, 4).lamps
    assert lamps.height() - 22 >= 3 * (28 if density.roomy else 22)


def test_a_gang_is_cued_from_one_template_and_who_has_none_of_that_name_says_so(room: Opens) -> None:
    opened = room(with_templates("one", LOCAL), with_templates("two", LOCAL), with_templates("three", NATIONAL))
    press(opened.window.column.templates.buttons[0])
    for name in ("two", "three"):
        opened.desk.choose_for_gang(name)
    assert opened.window.column.buttons[Verb.CUE_NEXT].face.why == "3: no template Local ad 60"
    QTest.keyClick(opened.window, Qt.Key.Key_F8)
    given = [command for command in opened.engine.submitted if isinstance(command, CueNext)]
    assert [(one.channel, one.template, one.duration_s) for one in given] == [
        ("one", "Local ad 60", Fraction(60)),
        ("two", "Local ad 60", Fraction(60)),
    ]
