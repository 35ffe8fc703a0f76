"""Real presses, drags and drops on the timeline, down to what the store has afterwards."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QAction, QDragEnterEvent, QDropEvent, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from app.model import events
from app.model.commands import AnswerMissed, SetShowClock, ShiftSchedule
from app.model.schedule import AirMode
from app.model.states import BreakState, ProofState
from app.model.status import MissedQuestion, ScheduleStatus, UpcomingBreak
from app.ui.schedule.block import Kind
from app.ui.schedule.edits import Dropped
from app.ui.schedule.mime import mime_of
from app.ui.schedule.moments import us_of
from tests.ui.schedule.conftest import NONE, Board, Opens, booking, wait
from tests.ui.scripted_engine import NOW, a_break, channel

SHIFT, CTRL, ALT = (
    Qt.KeyboardModifier.ShiftModifier,
    Qt.KeyboardModifier.ControlModifier,
    Qt.KeyboardModifier.AltModifier,
)
LONG = booking("one", "b1", 900, 240, title="Late pod")


def test_a_drag_moves_a_break_and_shows_where_to_before(board: Opens) -> None:
    opened = board(LONG)
    opened.press(opened.at("one", "b1"))
    opened.drag(opened.at("one", "b1") + QPoint(66, 0), ALT)
    ghost = opened.canvas.ghost
    assert ghost is not None
    (name, (start, end)), *_ = ghost.spans
    assert (name, end - start) == ("one", 240_000_000)
    assert start % 40_000 == 0  # on a frame
    assert ghost.tip[0].startswith("One  20:3")
    assert "–" in ghost.tip[0]
    assert ghost.tip[1] == "Fits."
    assert ghost.tip[2] == "Hour 4:00. not snapping"
    assert opened.starts_after_s("one", "b1") == 900  # nothing is done before it is let go
    opened.drop(opened.at("one", "b1") + QPoint(66, 0))
    assert opened.canvas.ghost is None
    assert opened.block("one", "b1").start_us == start
    saved = opened.saved()["one", "b1"].plan
    assert opened.schedule.moments.span(opened.saved()["one", "b1"]) == (start, end)
    assert saved.duration_s == 240
    assert opened.canvas.selected == {("one", "b1")}


def test_it_snaps_to_an_edge_of_another_channel_and_alt_keeps_it_from_that(board: Opens) -> None:
    opened = board(LONG, booking("three", "c", 1501.28, 120))
    opened.press(opened.at("one", "b1", 0.5))
    near = opened.at("one", "b1", 0.5) + QPoint(round(601 * 1_000_000 / opened.canvas.scale.us_per_px) + 3, 0)
    opened.drag(near)
    ghost = opened.canvas.ghost
    assert ghost is not None
    assert ghost.snap is not None
    assert ghost.snap.target.says == "start of Three"
    opened.drop(near)
    assert opened.starts_after_s("one", "b1") == 1501.28


def test_a_drag_to_another_row_moves_it_to_that_channel(board: Opens) -> None:
    opened = board(LONG)
    down = QPoint(0, 2 * opened.canvas.places.row)
    opened.press(opened.at("one", "b1"))
    opened.drag(opened.at("one", "b1") + down)
    opened.drop(opened.at("one", "b1") + down)
    assert list(opened.saved()) == [("three", "b1")]
    assert opened.schedule.undo() == ""
    assert list(opened.saved()) == [("one", "b1")]


@pytest.mark.parametrize(("part", "by_px"), [(1.0, 40), (0.0, -40)])
def test_an_end_that_is_dragged_makes_it_longer(board: Opens, part: float, by_px: int) -> None:
    opened = board(LONG)
    end = opened.at("one", "b1", part)
    opened.press(end)
    opened.drag(end + QPoint(by_px, 0), ALT)
    opened.drop(end + QPoint(by_px, 0), ALT)
    plan = opened.saved()["one", "b1"].plan
    grown = round(40 * opened.canvas.scale.us_per_px / 1_000_000)
    assert abs(plan.duration_s - 240 - grown) < 12
    moved = opened.starts_after_s("one", "b1") - 900
    assert moved == 0 if part else moved < -60


def test_esc_puts_everything_back(board: Opens) -> None:
    opened = board(LONG)
    opened.press(opened.at("one", "b1"))
    opened.drag(opened.at("one", "b1") + QPoint(60, 0))
    opened.key(Qt.Key.Key_Escape)
    assert opened.canvas.ghost is None
    opened.drop(opened.at("one", "b1") + QPoint(60, 0))
    assert opened.starts_after_s("one", "b1") == 900
    assert opened.schedule.undo_stack.undo_label == ""


def test_ctrl_copies_what_is_dragged(board: Opens) -> None:
    opened = board(LONG)
    opened.press(opened.at("one", "b1"))
    opened.drag(opened.at("one", "b1") + QPoint(90, 0), CTRL)
    opened.drop(opened.at("one", "b1") + QPoint(90, 0), CTRL)
    saved = opened.saved()
    assert set(saved) == {("one", "b1"), ("one", "b1-2")}
    assert saved["one", "b1"] == LONG


def test_the_rubber_band_selects_and_all_move_as_one_step(board: Opens) -> None:
    opened = board(LONG, booking("two", "b2", 960, 180), booking("four", "b4", 900))
    opened.press(opened.place("one", 840))
    opened.drag(opened.place("two", 1300))
    assert opened.canvas.band is not None
    opened.drop(opened.place("two", 1300))
    assert opened.canvas.selected == {("one", "b1"), ("two", "b2")}
    opened.press(opened.at("two", "b2"))
    opened.drag(opened.at("two", "b2") + QPoint(60, 0), ALT)
    opened.drop(opened.at("two", "b2") + QPoint(60, 0), ALT)
    opened.saved()
    assert opened.starts_after_s("two", "b2") - 960 == opened.starts_after_s("one", "b1") - 900 > 0
    assert opened.schedule.undo() == ""
    assert (opened.starts_after_s("one", "b1"), opened.starts_after_s("two", "b2")) == (900, 960)


def test_shift_adds_and_takes_away(board: Opens) -> None:
    opened = board(LONG, booking("two", "b2", 960, 180))
    for name, key, keys in (("one", "b1", NONE), ("two", "b2", SHIFT), ("one", "b1", SHIFT)):
        QTest.mouseClick(opened.canvas, Qt.MouseButton.LeftButton, keys, opened.at(name, key))
    assert opened.canvas.selected == {("two", "b2")}


def test_a_double_click_and_a_ctrl_drag_make_new_breaks(board: Opens) -> None:
    opened = board()
    QTest.mouseDClick(opened.canvas, Qt.MouseButton.LeftButton, NONE, opened.place("two", 600))
    wait(lambda: len(opened.schedule.rows) == 1)
    opened.press(opened.place("three", 700), CTRL)
    opened.drag(opened.place("three", 940), CTRL)
    opened.drop(opened.place("three", 940), CTRL)
    made = {key[0]: booked.plan.duration_s for key, booked in opened.saved().items()}
    assert made["two"] == 30  # the length that the cue column has chosen
    assert 200 < made["three"] < 280


def test_what_is_on_air_or_behind_the_horizon_does_not_move(board: Opens) -> None:
    channels = [channel("one", "One", current=a_break(BreakState.ON_AIR, out_in_s=-60, key="b1", lasts_s=240))]
    opened = board(booking("one", "b1", -60, 240), channels=channels)
    assert opened.block("one", "b1").kind is Kind.ON_AIR
    opened.press(opened.at("one", "b1"))
    opened.drag(opened.at("one", "b1") + QPoint(60, 0))
    ghost = opened.canvas.ghost
    assert ghost is not None
    assert "on-air horizon" in ghost.refusal
    opened.drop(opened.at("one", "b1") + QPoint(60, 0))
    assert "on-air horizon" in opened.canvas.saying
    assert opened.starts_after_s("one", "b1") < 0


def dropping(board: Board, mime: QMimeData, at: QPoint) -> None:
    copy, left = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton
    entered = QDragEnterEvent(at, copy, mime, left, NONE)
    QApplication.sendEvent(board.canvas, entered)
    assert entered.isAccepted()
    QApplication.sendEvent(board.canvas, QDropEvent(QPointF(at), copy, mime, left, NONE))


def test_a_pod_from_the_library_becomes_a_break_or_joins_one(board: Opens) -> None:
    opened = board(LONG)
    pod = Dropped("Bank pod", booking("x", "p", 0, 60, 2).spots, Fraction(60))
    dropping(opened, mime_of(pod), opened.place("two", 1500))
    dropping(opened, mime_of(pod), opened.at("one", "b1"))
    saved = opened.saved()
    new = next(booked for key, booked in saved.items() if key[0] == "two")
    assert (new.plan.title, new.plan.duration_s, new.spots) == ("Bank pod", Fraction(60), pod.spots)
    assert saved["one", "b1"].plan.duration_s == 300
    assert len(saved["one", "b1"].spots) == 6
    opened.schedule.undo()
    assert opened.saved()["one", "b1"] == LONG


def test_files_that_are_dropped_go_to_the_import(board: Opens, tmp_path: Path) -> None:
    opened = board()
    asked: list[list[str]] = []
    opened.window.traffic.files_dropped.connect(asked.append)
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(tmp_path / "day.csv")), QUrl("https://traffic.example/day.json")])
    dropping(opened, mime, opened.place("two", 600))
    assert asked == [[str(tmp_path / "day.csv"), "https://traffic.example/day.json"]]


def test_the_wheel_zooms_around_the_mouse_and_pans(board: Opens) -> None:
    opened = board(LONG)
    canvas, at = opened.canvas, opened.place("two", 900)
    x, before = at.x() - opened.canvas.places.head, opened.canvas.scale

    def turn(keys: Qt.KeyboardModifier, by: int) -> None:
        where = QPointF(canvas.mapToGlobal(at))
        wheel = QWheelEvent(
            QPointF(at),
            where,
            QPoint(),
            QPoint(0, by),
            Qt.MouseButton.NoButton,
            keys,
            Qt.ScrollPhase.NoScrollPhase,
            False,
        )
        QApplication.sendEvent(canvas, wheel)

    turn(CTRL, 240)
    assert canvas.scale.us_per_px < before.us_per_px
    assert canvas.scale.us_at(x) == before.us_at(x)
    assert not canvas.follows
    shown = canvas.scale
    turn(SHIFT, -120)
    assert canvas.scale.origin_us > shown.origin_us


def test_states_follow_the_engine_by_itself(board: Opens) -> None:
    opened = board(LONG, booking("two", "b2", 900))
    about: dict[str, Any] = {"at": NOW, "channel": "one", "break_id": "b1"}
    out_at = NOW + timedelta(seconds=901)
    tell = opened.engine.publish
    tell(events.BreakOut(**about, frame=0, pts=0, out_at=out_at, duration_ticks=240 * 90_000))
    wait(lambda: opened.block("one", "b1").kind is Kind.ON_AIR)
    assert opened.block("one", "b1").start_us == us_of(out_at)  # where it went out, not where it was booked
    assert opened.block("one", "b1").lamp is ProofState.PENDING
    tell(events.BreakIn(**about, frame=9, pts=9, in_at=out_at + timedelta(seconds=100), duration_ticks=9, how="return"))
    tell(events.BreakLanded(**about))
    wait(lambda: opened.block("one", "b1").lamp is ProofState.LANDED)
    assert opened.block("one", "b1").kind is Kind.RETURNED
    assert opened.block("one", "b1").end_us == us_of(out_at) + 100_000_000
    tell(events.BreakHeld(at=NOW, channel="two", break_id="b2"))
    tell(events.BreakPlanned(at=NOW, channel="four", break_id="own", planned_at=out_at, duration_ticks=2_700_000))
    wait(lambda: opened.canvas.block(("four", "own")) is not None)
    assert opened.block("two", "b2").kind is Kind.HELD
    opened.press(opened.at("four", "own"))
    opened.drag(opened.at("four", "own") + QPoint(60, 0))
    opened.drop(opened.at("four", "own"))
    assert "the engine's own" in opened.canvas.saying


def test_conflicts_are_marked_and_fixed_by_moving(board: Opens) -> None:
    opened = board(booking("one", "a", 900, 120), booking("one", "b", 996, 240))
    lane = opened.schedule.blocks.lanes.lane("one")
    assert [(b.kind, b.overlap_us, b.level) for b in lane.blocks] == [(Kind.CONFLICT, 24_000_000, n) for n in (1, 2)]
    assert opened.window.grab().width() == 1280  # the badge is painted
    opened.canvas.select({("one", "b")}, ("one", "b"))
    for _ in range(24):
        opened.key(Qt.Key.Key_Right, SHIFT)
    opened.saved()
    lane = opened.schedule.blocks.lanes.lane("one")
    assert {(b.kind, b.overlap_us, b.level) for b in lane.blocks} == {(Kind.PLANNED, 0, 0)}


def test_the_planner_is_asked_by_the_menu_and_its_times_are_shown(board: Opens) -> None:
    upcoming = UpcomingBreak(
        id="b1", title="", at=NOW + timedelta(seconds=960), duration_s=Fraction(240), mode=AirMode.AUTO, state="late"
    )
    follower = replace(upcoming, id="f", title="Follower", at=NOW + timedelta(seconds=1800))
    question = MissedQuestion(id="q", title="Missed pod", booked_at=NOW, until=None)
    planner = ScheduleStatus(upcoming=(upcoming, follower), pending=2, late_s=Fraction(60), questions=(question,))
    opened = board(LONG, channels=[replace(channel("one", "One"), schedule=planner)])
    assert opened.block("one", "b1").airs_us == us_of(NOW) + 960_000_000
    assert opened.starts_after_s("one", "b1") == 900  # it stays where it is booked, so that it can be edited
    assert opened.block("one", "f").start_us == us_of(NOW) + 1_800_000_000
    assert opened.window.timeline.words.startswith("missed: Missed pod")
    opened.canvas.select({("one", "b1")}, ("one", "b1"))
    assert "airs 20:31:28:06" in opened.canvas.accessibleDescription()
    menu = opened.canvas.acts.menu(opened.canvas.pointer(opened.at("one", "b1")))
    entries = {action.text(): action for action in menu.findChildren(QAction)}
    entries["Air Missed pod now, late"].trigger()
    entries["+30 s"].trigger()
    (answer, clock) = opened.engine.submitted
    assert isinstance(answer, AnswerMissed)
    assert (answer.break_id, answer.air) == ("q", True)
    assert isinstance(clock, SetShowClock | ShiftSchedule)
    assert "Show clock of One: 60 s late" in {action.text() for action in menu.actions()}
    assert not opened.canvas.grab().isNull()
