"""Edits show at once, are written behind, come back with undo; the air is never touched, nothing lost in silence."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

from app.model.merging import BookingState
from app.model.schedule import Booking
from app.ui.schedule.edits import lasting, placed
from tests.ui.schedule.conftest import Board, Opens, booking, wait

ONE = booking("one", "b1", 900, title="Late pod")


def titled(board: Board, title: str, key: tuple[str, str] = ("one", "b1")) -> tuple[Booking, Booking]:
    before = board.schedule.rows[key].booking
    return before, replace(before, plan=replace(before.plan, title=title))


def title(board: Board, key: tuple[str, str] = ("one", "b1")) -> str:
    return board.schedule.rows[key].booking.plan.title


def test_edits_in_a_row_show_at_once_and_are_all_written(board: Opens) -> None:
    opened = board(ONE)
    for n in range(5):
        assert opened.schedule.edit([titled(opened, f"Pod {n}")], "title") == ""
        assert title(opened) == f"Pod {n}"
    assert opened.saved()["one", "b1"].plan.title == "Pod 4"
    assert opened.schedule.saved_at is not None
    assert opened.store.bookings()[0].changed_by == "mira"


def test_undo_and_redo_go_through_the_store(board: Opens) -> None:
    opened = board(ONE)
    schedule = opened.schedule
    schedule.edit([titled(opened, "Pod")], "title")
    schedule.edit([(schedule.rows["one", "b1"].booking, None)], "remove")
    assert opened.saved() == {}
    assert (schedule.undo_stack.undo_label, schedule.undo_stack.redo_label) == ("remove", "")
    assert schedule.undo() == ""
    assert opened.saved()["one", "b1"].plan.title == "Pod"
    assert schedule.undo() == ""
    assert schedule.undo() == "nothing to undo"
    assert opened.saved()["one", "b1"].plan.title == "Late pod"
    assert schedule.redo() == ""
    assert schedule.redo() == ""
    assert schedule.redo() == "nothing to redo"
    assert opened.saved() == {}


def test_what_another_workstation_writes_is_seen_within_a_second(board: Opens) -> None:
    opened = board(ONE)
    stored = opened.store.bookings()[0]
    opened.store.edit(titled(opened, "Theirs")[1], stored.version, by="jon")
    opened.store.edit(booking("two", "new", 1200), 0, by="jon")
    wait(lambda: title(opened) == "Theirs" and ("two", "new") in opened.schedule.rows)
    assert opened.canvas.block(("two", "new")) is not None


def test_who_was_quicker_is_shown_and_told(board: Opens) -> None:
    opened = board(ONE)
    told: list[str] = []
    opened.schedule.told.connect(told.append)
    opened.face.down = True  # so that theirs is written before mine
    opened.schedule.edit([titled(opened, "Mine")], "title")
    stored = opened.store.bookings()[0]
    opened.store.edit(replace(ONE, plan=replace(ONE.plan, title="Theirs")), stored.version, by="jon")
    opened.face.down = False
    wait(lambda: not opened.schedule.unsaved)
    wait(lambda: title(opened) == "Theirs")
    assert any("title not saved" in words and "changed meanwhile" in words for words in told)
    assert opened.schedule.undo_stack.undo_label == ""


def test_an_edit_waits_for_the_database_and_says_so(board: Opens) -> None:
    opened = board(ONE)
    opened.face.down = True
    opened.schedule.edit([titled(opened, "Kept")], "title")
    opened.schedule.edit([titled(opened, "Kept too")], "title")
    wait(lambda: opened.schedule.trouble)
    assert opened.schedule.trouble == "not saved: the database is not there"
    assert "not saved" in opened.window.timeline.words
    assert (title(opened), opened.schedule.unsaved) == ("Kept too", 2)
    opened.window.close()
    assert opened.window.isVisible()  # it says what would be lost, and closes only when it is told again
    assert "2 edits not saved" in opened.canvas.saying
    opened.face.down = False
    assert opened.saved()["one", "b1"].plan.title == "Kept too"
    assert opened.schedule.trouble == ""


def test_what_is_armed_or_on_air_is_locked(board: Opens) -> None:
    opened = board(ONE, booking("one", "soon", 3))
    schedule = opened.schedule
    assert "behind the on-air horizon" in schedule.edit([titled(opened, "x", ("one", "soon"))], "title")
    early = placed(ONE, opened.canvas.now_us + 1_000_000)
    assert "behind the on-air horizon" in schedule.edit([(ONE, early)], "move")
    schedule.edit([titled(opened, "Pod")], "title")
    opened.saved()
    opened.store.mark("one", "b1", BookingState.ON_AIR)
    wait(lambda: schedule.rows["one", "b1"].state is BookingState.ON_AIR)
    assert "on air" in schedule.edit([titled(opened, "x")], "title")
    assert "on air" in schedule.undo()  # undo never touches the air
    assert title(opened) == "Pod"
    assert schedule.undo_stack.undo_label == ""


def test_a_step_of_several_is_written_whole_or_not_at_all(board: Opens) -> None:
    opened = board(ONE, booking("two", "b2", 900))
    schedule = opened.schedule
    two = schedule.rows["two", "b2"].booking
    stored = {s.booking.plan.id: s for s in opened.store.bookings()}
    opened.face.down = True
    longer = lasting(ONE, opened.block("one", "b1").start_us, opened.block("one", "b1").end_us + 30_000_000)
    schedule.edit([(ONE, longer), (two, None)], "both")
    opened.store.edit(replace(two, plan=replace(two.plan, duration_s=Fraction(7))), stored["b2"].version, by="jon")
    opened.face.down = False
    saved = opened.saved()
    assert saved["one", "b1"] == ONE
    assert saved["two", "b2"].plan.duration_s == 7
    wait(lambda: schedule.rows["one", "b1"].booking == ONE)


def test_a_window_without_a_schedule_edits_nothing(board: Opens) -> None:
    opened = board()
    opened.schedule.face = None
    assert "no schedule" in opened.schedule.edit([(None, ONE)], "create")
