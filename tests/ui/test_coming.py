"""What the cue column says of breaks that the schedule still keeps, and of one that is in their way."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from fractions import Fraction
from zoneinfo import ZoneInfo

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from app.model import commands
from app.model.answers import accepted
from app.model.schedule import AirMode
from app.model.states import BreakState
from app.model.status import BreakStatus, ChannelStatus, ScheduleStatus, UpcomingBreak
from app.ui.actions import ACTIONS, Verb, Wish
from app.ui.countdown import countdown
from app.ui.desk import Desk
from app.ui.faces import Kind, Panel, resting_face
from app.ui.widgets import cue_column
from app.ui.widgets.break_card import BreakCardFace, break_card_face
from tests.ui.conftest import Room
from tests.ui.scripted_engine import NOW, ZONE, a_break, channel

WISH = Wish("mira", Fraction(30))


def upcoming(in_s: float, key: str = "b9", **fields: object) -> UpcomingBreak:
    at = NOW + timedelta(seconds=in_s)
    one = UpcomingBreak(
        id=key, title="Sport", at=at, duration_s=Fraction(60), mode=AirMode.AUTO, state="planned", ads=("Volta",)
    )
    return replace(one, **fields)  # type: ignore[arg-type]  # a test names any field


def with_booked(current: BreakStatus | None, *some: UpcomingBreak, pending: int = 3) -> ChannelStatus:
    """As the engine tells it: the first of them is what comes next."""
    first = some[0]
    assert first.at is not None
    following = replace(
        a_break(BreakState.PLANNED, out_in_s=(first.at - NOW).total_seconds(), title=first.title, key=first.id),
        splice_event_id=None,
    )
    status = channel("one", current=current, following=following)
    return replace(status, planned=0, schedule=ScheduleStatus(upcoming=some, pending=pending))


def panel(status: ChannelStatus) -> Panel:
    return Panel(status, NOW, ZoneInfo(ZONE), WISH)


def test_a_booked_break_counts_down_is_named_and_can_be_cued_and_skipped() -> None:
    shown = panel(with_booked(None, upcoming(300)))
    assert (countdown(shown).headline, countdown(shown).digits) == ("NEXT BREAK IN", "05:00")
    card = break_card_face(shown)
    assert (card.title, card.about, card.then) == ("Sport", "Next break · booked · 4 ads", "and 2 more planned")
    face = resting_face(Verb.CUE_NEXT, shown)
    assert (face.kind, face.line) == (Kind.READY, "next 20:20:28")
    assert resting_face(Verb.SKIP, shown).kind is Kind.READY
    assert shown.channel is not None
    for verb in (Verb.CUE_NEXT, Verb.SKIP):
        assert ACTIONS[verb].build(shown.channel, WISH).break_id == "b9"  # type: ignore[attr-defined]  # both name a break


def test_why_a_booked_break_will_not_air_is_on_its_card() -> None:
    card = break_card_face(panel(with_booked(None, upcoming(300, reason="overlaps break b8", state="conflict"))))
    assert card.about == "Next break · overlaps break b8 · 4 ads"


@pytest.mark.parametrize(("in_s", "tag"), [(60, "meets 20:16:28"), (-40, "meets 20:14:48"), (200, ""), (-80, "")])
def test_take_says_that_it_would_be_in_the_way_of_a_booked_break(in_s: float, tag: str) -> None:
    shown = resting_face(Verb.TAKE, panel(with_booked(a_break(BreakState.CUED), upcoming(in_s))))
    assert shown.tag == tag, "it would be on air from 20:15:34 on, for 120 s"


def test_what_waits_for_a_hand_or_is_asked_is_in_nobodys_way() -> None:
    for fields in ({"mode": AirMode.MANUAL}, {"state": "asked"}, {"state": "arming"}, {"at": None}):
        some = upcoming(300, "first"), upcoming(60, **fields)
        assert resting_face(Verb.TAKE, panel(with_booked(a_break(BreakState.CUED), *some))).tag == ""


def test_the_card_of_the_open_break_says_whose_way_it_is_in() -> None:
    open_break = a_break(BreakState.ON_AIR, out_in_s=-100, armed_ago_s=106)
    card = break_card_face(panel(with_booked(open_break, upcoming(10))))
    assert (card.then, card.meets) == ("In the way of 20:15:38  Sport", True)
    card = break_card_face(panel(with_booked(open_break, upcoming(30))))
    assert (card.then, card.meets) == ("Then 20:15:58  02:00  Sport", False)


def meant(desk: Desk) -> bool:
    return desk.length_meant


def test_a_length_that_was_pressed_is_for_a_new_break_once(room: Callable[..., Room]) -> None:
    opened = room(with_booked(None, upcoming(300)), channel("two"), remote=True)
    desk = opened.desk
    cue, lengths = opened.window.column.buttons[Verb.CUE_NEXT], opened.window.column.lengths
    assert (desk.preset_s, cue.face.line) == (Fraction(30), "next 20:20:28"), "the length that stands is not meant"
    QTest.mouseClick(lengths[1], Qt.MouseButton.LeftButton)
    assert cue.face.line == "new, 0:30"
    QTest.mouseClick(lengths[1], Qt.MouseButton.LeftButton)
    assert (desk.preset_s, cue.face.line) == (Fraction(30), "next 20:20:28")
    QTest.mouseClick(lengths[2], Qt.MouseButton.LeftButton)
    assert cue.face.line == "new, 1:00"
    desk.press(Verb.CUE_NEXT)
    (command,) = opened.engine.submitted
    assert isinstance(command, commands.CueNext)
    assert (command.duration_s, command.break_id) == (Fraction(60), None)
    opened.engine.publish(accepted(command, NOW))
    opened.desk._on_events()
    assert meant(desk) is False
    QTest.mouseClick(lengths[3], Qt.MouseButton.LeftButton)
    assert meant(desk) is True
    desk.select_number(2)
    assert meant(desk) is False, "it was for the channel that was seen"


def test_a_length_that_is_pressed_in_a_break_is_for_its_extension(room: Callable[..., Room]) -> None:
    open_break = a_break(BreakState.ON_AIR, out_in_s=-20, armed_ago_s=26)
    opened = room(with_booked(open_break, upcoming(300)), remote=True)
    QTest.mouseClick(opened.window.column.lengths[4], Qt.MouseButton.LeftButton)
    assert (opened.desk.preset_s, opened.desk.length_meant) == (Fraction(120), False)
    QTest.mouseClick(opened.window.column.lengths[4], Qt.MouseButton.LeftButton)
    assert opened.desk.preset_s is None


def test_a_quiet_column_is_worked_out_anew_where_it_says_something_else(
    room: Callable[..., Room], monkeypatch: pytest.MonkeyPatch
) -> None:
    opened = room(with_booked(None, upcoming(300)), channel("two"))
    column, desk = opened.window.column, opened.desk
    made: list[int] = []

    def counted(panel: Panel) -> BreakCardFace:
        made.append(1)
        return break_card_face(panel)

    monkeypatch.setattr(cue_column, "break_card_face", counted)
    desk.poll()
    made.clear()
    opened.later(0.1)
    opened.engine.change("one", frame=25_003)
    opened.later(0.1)
    assert made == [], "only its frames have gone on"
    opened.later(1.0)
    assert len(made) == 1
    assert column.countdown.shown.digits == "04:59"
    for fields in ({"slate_by_hand": True}, {"current": a_break(BreakState.CUED)}):
        made.clear()
        opened.engine.change("one", **fields)
        desk.poll()
        assert made
    made.clear()
    desk.poll()
    assert made, "a TAKE would land on another frame"
    desk.toggle_lock()
    assert all(button.face.kind is Kind.DISABLED for button in column.buttons.values())
