"""The table of breaks under real keys and clicks."""

from __future__ import annotations

from datetime import timedelta
from fractions import Fraction
from typing import Any

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from app.model import events
from app.model.merging import BookingState, Stored
from app.model.rundown import BreakPlan
from app.model.schedule import Booking, Imported
from app.model.when import When
from app.ui.traffic import break_row, breaks_model
from app.ui.traffic.break_row import BreakRow
from app.ui.traffic.breaks_panel import BreaksPanel
from app.ui.traffic.cell_editor import CellEditor
from app.ui.traffic.columns import HEADS, Column
from tests.ui.scripted_engine import NOW
from tests.ui.traffic.conftest import SKIN, Traffic, click


@pytest.fixture
def panel(traffic: Traffic) -> BreaksPanel:
    made = BreaksPanel(traffic.schedule, SKIN)
    traffic.show(made)
    made.table.setFocus()
    return made


def ids(panel: BreaksPanel) -> list[str]:
    return [panel.table.breaks.row(n).key[1] for n in range(panel.table.breaks.rowCount())]


def choose(panel: BreaksPanel, key: str, column: Column = Column.OUT) -> None:
    table = panel.table
    index = table.breaks.index(ids(panel).index(key), column)
    table.scrollTo(index)
    click(table.viewport(), table.visualRect(index).center())


def field(panel: BreaksPanel) -> CellEditor:
    found = [one for one in panel.table.viewport().findChildren(CellEditor) if one.isVisible()]
    assert len(found) == 1
    return found[0]


def type_into(panel: BreaksPanel, text: str, key: Qt.Key = Qt.Key.Key_Return) -> None:
    editor = field(panel)
    editor.selectAll()
    QTest.keyClicks(editor, text)
    QTest.keyClick(editor, key)


def test_the_table_shows_the_day_in_house_time_and_reads_it_out(panel: BreaksPanel) -> None:
    model = panel.table.breaks
    assert ids(panel) == ["5106", "5107", "7104", "5108", "5109", "7105"]
    words = [model.index(1, column).data() for column in range(len(HEADS))]
    assert words == [
        *("PLANNED", "20:22:00:00", "2:00", "1 Kids", "Toy pod", "4", "5107", "5107", "0x34 PPO"),
        *("log.csv", words[-1]),
    ]
    heard = model.index(1, Column.OUT).data(Qt.ItemDataRole.AccessibleTextRole)
    whole = model.index(1, 0).data(Qt.ItemDataRole.AccessibleDescriptionRole)
    assert heard == "Out: 20:22:00:00"
    assert "Title Toy pod" in whole
    assert model.index(4, Column.STATE).data() == "CONFLICT"
    assert "overlaps '5108'" in model.index(4, Column.PROOF).data()
    assert [model.index(0, column).data() for column in (Column.STATE, Column.PROOF)] == [
        "NOT AIRED",
        "its time has passed",
    ]
    assert model.index(3, Column.STATE).data() == "PLANNED"
    assert model.index(3, Column.PROOF).data() == "overlapped by 5109"


def test_enter_opens_the_time_and_what_is_typed_is_saved(traffic: Traffic, panel: BreaksPanel) -> None:
    choose(panel, "5107")
    QTest.keyClick(panel.table, Qt.Key.Key_Return)
    assert field(panel).text() == "20:22:00:00"
    type_into(panel, "20:22:30:12")
    assert panel.table.breaks.index(1, Column.OUT).data() == "20:22:30:12"
    traffic.wait(lambda: traffic.schedule.unsaved == 0)
    saved = traffic.stored()["5107"].plan.at
    assert saved is not None
    assert saved.text == "2026-11-22 20:22:30:12"


@pytest.mark.parametrize(
    ("column", "text", "reason"),
    [
        (Column.OUT, "25:00:00", "ends at 23:59:59"),
        (Column.OUT, "2027-03-28 02:30:00", "clocks go forward"),
        (Column.OUT, "2027-10-31 02:30:00", "comes twice"),
        (Column.LENGTH, "0", "above 0"),
        (Column.LENGTH, "-30", "above 0"),
        (Column.ID, "5108", "has a break 5108 already"),
        (Column.CHANNEL, "sport", "no channel"),
    ],
)
def test_bad_input_is_refused_in_its_cell(
    traffic: Traffic, panel: BreaksPanel, column: Column, text: str, reason: str
) -> None:
    choose(panel, "5107", column)
    QTest.keyClick(panel.table, Qt.Key.Key_F2)
    type_into(panel, text)
    editor = field(panel)
    assert editor.reason.isVisible()
    assert reason in editor.reason.words
    assert reason in editor.accessibleDescription()
    assert editor.text() == text
    QTest.keyClick(editor, Qt.Key.Key_Escape)
    traffic.wait(lambda: not panel.table.viewport().findChildren(CellEditor))
    assert traffic.stored()["5107"].plan.duration_s == 120
    assert traffic.schedule.undo_stack.undo_label == ""


def test_a_field_that_is_left_wrong_says_so_and_stays_as_it_was(traffic: Traffic, panel: BreaksPanel) -> None:
    choose(panel, "5107", Column.LENGTH)
    QTest.keyClick(panel.table, Qt.Key.Key_F2)
    QTest.keyClicks(field(panel), "soon")
    panel.search.setFocus()
    traffic.wait(lambda: not panel.table.viewport().findChildren(CellEditor))
    assert "is no duration" in panel.title.shown[1]
    assert panel.table.breaks.index(1, Column.LENGTH).data() == "2:00"


def test_tab_goes_on_to_the_next_cell_that_can_be_typed(traffic: Traffic, panel: BreaksPanel) -> None:
    choose(panel, "7104")
    QTest.keyClick(panel.table, Qt.Key.Key_Return)
    type_into(panel, "20:25:10:00", Qt.Key.Key_Tab)
    assert panel.table.currentIndex().column() == Column.LENGTH
    type_into(panel, "1:30")
    traffic.wait(lambda: traffic.schedule.unsaved == 0)
    assert traffic.stored()["7104"].plan.duration_s == 90


def test_arrows_nudge_a_frame_and_with_shift_a_second(traffic: Traffic, panel: BreaksPanel) -> None:
    choose(panel, "5107")
    QTest.keyClick(panel.table, Qt.Key.Key_Right)
    QTest.keyClick(panel.table, Qt.Key.Key_Right)
    QTest.keyClick(panel.table, Qt.Key.Key_Left)
    QTest.keyClick(panel.table, Qt.Key.Key_Right, Qt.KeyboardModifier.ShiftModifier)
    assert panel.table.breaks.index(1, Column.OUT).data() == "20:22:01:01"
    for _ in range(4):
        traffic.schedule.undo()
    assert panel.table.breaks.index(1, Column.OUT).data() == "20:22:00:00"
    traffic.wait(lambda: traffic.schedule.unsaved == 0)


def test_del_removes_all_that_is_chosen_in_one_step(traffic: Traffic, panel: BreaksPanel) -> None:
    choose(panel, "5108")
    QTest.keyClick(panel.table, Qt.Key.Key_Down, Qt.KeyboardModifier.ShiftModifier)
    assert [row.key[1] for row in panel.table.chosen] == ["5108", "5109"]
    QTest.keyClick(panel.table, Qt.Key.Key_Delete)
    assert "5108" not in ids(panel)
    traffic.wait(lambda: set(traffic.stored()) == {"5106", "5107", "7104", "7105"})
    traffic.schedule.undo()
    traffic.wait(lambda: {"5108", "5109"} <= set(traffic.stored()))


def test_what_is_armed_or_behind_the_horizon_is_refused_with_the_reason(traffic: Traffic, panel: BreaksPanel) -> None:
    choose(panel, "5106")
    QTest.keyClick(panel.table, Qt.Key.Key_Return)
    assert "behind the on-air horizon" in panel.title.shown[1]
    traffic.face._store.mark("kids", "5107", BookingState.ARMED)
    traffic.wait(lambda: traffic.schedule.rows["kids", "5107"].state is BookingState.ARMED)
    choose(panel, "5107")
    QTest.keyClick(panel.table, Qt.Key.Key_Right)
    assert "5107 is armed" in panel.title.shown[1]
    assert panel.table.breaks.index(1, Column.STATE).data() == "ARMED"


def test_a_break_that_moves_to_another_channel_keeps_its_spots(traffic: Traffic, panel: BreaksPanel) -> None:
    choose(panel, "5107", Column.CHANNEL)
    QTest.keyClick(panel.table, Qt.Key.Key_F2)
    type_into(panel, "2 regional north")
    traffic.wait(lambda: traffic.stored()["5107"].plan.channel == "north")
    assert len(traffic.stored()["5107"].spots) == 4
    assert ("kids", "5107") not in traffic.schedule.rows


def test_heads_sort_and_the_choice_stays_with_its_break(panel: BreaksPanel) -> None:
    choose(panel, "5108")
    head = panel.table.head
    click(head.viewport(), head.viewport().rect().topLeft() + _middle_of(panel, Column.LENGTH))
    assert ids(panel)[0] == "5108"
    assert [row.key[1] for row in panel.table.chosen] == ["5108"]
    click(head.viewport(), head.viewport().rect().topLeft() + _middle_of(panel, Column.LENGTH))
    assert ids(panel)[-1] == "5108"


def _middle_of(panel: BreaksPanel, column: Column) -> QPoint:
    return QPoint(panel.table.columnViewportPosition(column) + 20, 8)


def test_words_and_the_channel_filter(panel: BreaksPanel) -> None:
    QTest.keyClicks(panel.search, "regional pod")
    assert ids(panel) == ["7104", "7105"]
    QTest.keyClick(panel.search, Qt.Key.Key_Escape)
    click(panel.here)
    assert ids(panel) == ["5106", "5107", "5108", "5109"]


def test_what_another_workstation_changes_does_not_take_the_field_away(traffic: Traffic, panel: BreaksPanel) -> None:
    choose(panel, "5107", Column.TITLE)
    QTest.keyClick(panel.table, Qt.Key.Key_F2)
    QTest.keyClicks(field(panel), "Half typed")
    other = traffic.schedule.rows["north", "7104"]
    traffic.face._store.remove("north", "7104", other.version, by="jon")
    traffic.wait(lambda: ("north", "7104") not in traffic.schedule.rows)
    assert field(panel).text() == "Half typed"
    QTest.keyClick(field(panel), Qt.Key.Key_Return)
    traffic.wait(lambda: traffic.stored()["5107"].plan.title == "Half typed")
    assert "7104" not in ids(panel)


def test_an_edit_of_what_another_changed_meanwhile_is_refused_and_theirs_is_shown(
    traffic: Traffic, panel: BreaksPanel
) -> None:
    from dataclasses import replace

    choose(panel, "5107", Column.TITLE)
    QTest.keyClick(panel.table, Qt.Key.Key_F2)
    stored = traffic.schedule.rows["kids", "5107"]
    theirs = replace(stored.booking, plan=replace(stored.booking.plan, duration_s=Fraction(60)))
    traffic.face._store.edit(theirs, stored.version, by="jon")
    traffic.wait(lambda: traffic.schedule.rows["kids", "5107"].booking == theirs)
    type_into(panel, "Mine")
    assert "changed meanwhile by jon" in panel.title.shown[1]
    assert traffic.stored()["5107"] == theirs


def test_a_click_on_the_proof_or_m_asks_for_what_became_of_a_break(traffic: Traffic, panel: BreaksPanel) -> None:
    asked: list[tuple[str, str]] = []
    told: list[str] = []
    panel.table.break_asked.connect(lambda *about: asked.append(about))
    panel.table.said.connect(told.append)
    choose(panel, "5107")
    QTest.keyClick(panel.table, Qt.Key.Key_M)
    assert (asked, told) == ([], ["5107 has not aired: there are no pictures and sections yet"])
    traffic.face._store.mark("kids", "5107", BookingState.AIRED)
    traffic.wait(lambda: traffic.schedule.rows["kids", "5107"].state is BookingState.AIRED)
    row = panel.table.breaks.place(("kids", "5107"))
    place = panel.table.visualRect(panel.table.breaks.index(row, Column.PROOF)).center()
    QTest.mouseClick(panel.table.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert asked == [("kids", "5107")]


def test_what_counts_from_the_start_is_shown_in_house_time_once_that_is_known(
    traffic: Traffic, panel: BreaksPanel
) -> None:
    started = traffic.desk.status.channels[0].first_frame_at
    traffic.engine.change("kids", first_frame_at=None)
    traffic.desk.poll()
    plan = BreakPlan(id="rel", channel="kids", at=When("+1800"), duration_s=Fraction(60))
    imported = Imported(file="list.csv", bookings=(Booking(plan=plan),))
    traffic.face.merge(imported, by="traffic", dry_run=False, remove_missing=False, choose={})
    traffic.wait(lambda: "rel" in ids(panel))
    model = panel.table.breaks
    assert ids(panel)[-1] == "rel"
    assert model.index_of(("kids", "rel"), Column.OUT).data() == "+1800"
    traffic.engine.change("kids", first_frame_at=started)
    traffic.desk.poll()
    index = model.index_of(("kids", "rel"), Column.OUT)
    assert index.data() == "20:28:48:06"
    assert index.data(Qt.ItemDataRole.EditRole) == "+1800"
    assert ids(panel)[2:5] == ["7104", "rel", "5108"]


def test_nothing_is_said_against_a_break_that_has_aired_or_whose_time_has_passed(
    traffic: Traffic, panel: BreaksPanel
) -> None:
    """Of house time without a day, too: only the channel's start tells when that was. It can't be mended any more."""

    def about(key: str) -> list[str]:
        return [finding.text for finding in traffic.schedule.findings if ("kids", key) in finding.keys]

    def book(key: str, at: str) -> None:
        plan = BreakPlan(id=key, channel="kids", at=When(at), duration_s=Fraction(60))
        imported = Imported(file="list.csv", bookings=(Booking(plan=plan),))
        traffic.face.merge(imported, by="traffic", dry_run=False, remove_missing=False, choose={})
        traffic.wait(lambda: ("kids", key) in traffic.schedule.rows)

    generation = traffic.schedule.generation
    book("gone", "20:02:00:00")
    book("soon", "20:15:30:00")
    traffic.wait(lambda: about("soon"), "that it can't be announced in time")
    assert generation < traffic.schedule.generation
    assert about("gone") == []
    traffic.face._store.mark("kids", "soon", BookingState.AIRED)
    traffic.wait(lambda: about("soon") == [])


def list_one(traffic: Traffic, key: str, at: str) -> None:
    plan = BreakPlan(id=key, channel="kids", at=When(at), duration_s=Fraction(60))
    imported = Imported(file="list.csv", bookings=(Booking(plan=plan),))
    traffic.face.merge(imported, by="traffic", dry_run=False, remove_missing=False, choose={})
    traffic.wait(lambda: ("kids", key) in traffic.schedule.rows)


def out_of(panel: BreaksPanel, key: str) -> str:
    return str(panel.table.breaks.index_of(("kids", key), Column.OUT).data())


def test_what_has_aired_stays_where_it_aired_when_its_channel_begins_anew(traffic: Traffic, panel: BreaksPanel) -> None:
    list_one(traffic, "told", "+60")
    list_one(traffic, "untold", "+120")
    list_one(traffic, "ahead", "+1800")
    went_out = NOW - timedelta(seconds=300)
    told = events.BreakOut(
        at=NOW, channel="kids", break_id="told", frame=1, pts=1, out_at=went_out, duration_ticks=60 * 90_000
    )
    traffic.engine.publish(told)
    for key in ("told", "untold"):
        traffic.face._store.mark("kids", key, BookingState.AIRED)
    traffic.wait(lambda: out_of(panel, "untold") == "+120", "its moment is not known")
    assert out_of(panel, "told") == "20:10:28:06"
    before = out_of(panel, "ahead")
    traffic.engine.change("kids", first_frame_at=NOW + timedelta(hours=2))
    traffic.desk.poll()
    assert (out_of(panel, "told"), out_of(panel, "untold")) == ("20:10:28:06", "+120")
    assert out_of(panel, "ahead") != before


def test_a_time_that_is_typed_is_of_the_day_that_is_shown(traffic: Traffic, panel: BreaksPanel) -> None:
    list_one(traffic, "far", "+18000")
    assert out_of(panel, "far") == "Mon 00:58:48:06"
    choose(panel, "far")
    QTest.keyClick(panel.table, Qt.Key.Key_Return)
    type_into(panel, "01:05:00:00")
    traffic.wait(lambda: traffic.schedule.unsaved == 0)
    at = traffic.stored()["far"].plan.at
    assert at is not None
    assert at.text == "2026-11-23 01:05:00:00"


def test_what_was_written_is_found_and_the_words_follow_the_day(traffic: Traffic, panel: BreaksPanel) -> None:
    list_one(traffic, "far", "+18000")
    panel.table.breaks.filter("+18000", "")
    assert ids(panel) == ["far"]
    traffic.desk._now = lambda: NOW + timedelta(hours=4)
    traffic.desk.poll()
    assert out_of(panel, "far") == "00:58:48:06"


def test_an_edit_places_no_row_anew_but_its_own(
    traffic: Traffic, panel: BreaksPanel, monkeypatch: pytest.MonkeyPatch
) -> None:
    placed: list[str] = []
    whole = break_row.row_of

    def counted(stored: Stored, *about: Any, **more: Any) -> BreakRow:
        placed.append(stored.booking.plan.id)
        return whole(stored, *about, **more)

    monkeypatch.setattr(breaks_model, "row_of", counted)
    choose(panel, "5107", Column.TITLE)
    QTest.keyClick(panel.table, Qt.Key.Key_F2)
    type_into(panel, "Another title")
    traffic.wait(lambda: traffic.schedule.unsaved == 0)
    assert set(placed) == {"5107"}
    placed.clear()
    traffic.engine.change("kids", first_frame_at=NOW)
    traffic.desk.poll()
    assert placed == [], "all of them name their day"
