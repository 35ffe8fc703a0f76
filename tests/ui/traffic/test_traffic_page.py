"""The traffic page as a whole: one choice everywhere, findings mended, imports told and taken back."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from app.model.asrun_export import AsRunForm
from app.ui.schedule.timeline import Timeline
from app.ui.traffic.columns import Column
from app.ui.traffic.page import TrafficPage
from tests.ui.traffic.conftest import SKIN, Traffic, click
from tests.ui.traffic.test_import_dialog import log, row, standing


@pytest.fixture
def page(traffic: Traffic) -> TrafficPage:
    made = TrafficPage(traffic.desk, traffic.schedule, SKIN, Timeline(traffic.desk, traffic.schedule, SKIN))
    traffic.show(made, (1580, 960))
    return made


def choose(page: TrafficPage, key: str) -> None:
    model = page.breaks.table.breaks
    place = next(n for n in range(model.rowCount()) if model.row(n).key[1] == key)
    index = model.index(place, Column.TITLE)
    click(page.breaks.table.viewport(), page.breaks.table.visualRect(index).center())


def test_the_timeline_and_the_table_share_one_choice(page: TrafficPage) -> None:
    choose(page, "5109")
    assert page.timeline.canvas.selected == {("kids", "5109")}
    page.timeline.canvas.select({("north", "7104")}, ("north", "7104"))
    assert [row.key for row in page.breaks.table.chosen] == [("north", "7104")]


def test_an_overlap_is_told_and_mended_by_its_button(traffic: Traffic, page: TrafficPage) -> None:
    choose(page, "5109")
    assert page.findings.finding is not None
    assert page.findings.finding.rule == "schedule.overlap"
    assert "It is not sent to air until it is fixed." in page.findings.words
    labels = [button.text() for button in page.findings.fixes]
    assert labels[0] == "Move 5109 to 20:39:00"  # by the house's clock
    assert "Remove 5109" in labels
    click(page.findings.fixes[0])
    rule = "schedule.overlap"
    traffic.wait(lambda: rule not in {one.rule for one in traffic.schedule.findings}, "not mended")
    traffic.wait(lambda: not traffic.schedule.unsaved)
    at = traffic.schedule.span(traffic.stored()["5109"])
    before = traffic.schedule.span(traffic.stored()["5108"])
    assert at is not None
    assert before is not None
    assert at[0] >= before[1]
    assert traffic.schedule.undo_stack.undo_label == labels[0]


def test_the_findings_are_turned_over_one_by_one(traffic: Traffic, page: TrafficPage) -> None:
    count = len(traffic.schedule.findings)
    assert page.findings.turn.text() == f"1 of {count}, next"
    click(page.findings.turn)
    assert page.findings.turn.text() == f"2 of {count}, next"
    finding = page.findings.finding
    assert finding is not None
    assert {row.key for row in page.breaks.table.chosen} == set(finding.keys)


def test_an_import_is_told_in_a_line_reviewed_and_taken_back(
    traffic: Traffic, page: TrafficPage, tmp_path: Path
) -> None:
    before = traffic.stored()
    rows = [standing("5107", "20:22:30"), standing("7104", "20:25:30"), row("5200", "kids", "20:50:00")]
    page.import_list(log(tmp_path, *rows))
    dialog = page.dialog
    assert dialog is not None
    traffic.wait(lambda: dialog.work.result is not None and not dialog.work.stage)
    click(dialog.go)
    traffic.wait(page.line.isVisible)
    assert page.line.words == "Log re-imported 20:15:28: 2 moved, 1 added, 0 removed."
    assert page.line.review.text() == "Review 3 changes"
    click(page.line.review)
    assert dialog.isVisible()
    assert [one.kind.value for one in dialog.diff.rows.rows] == ["CHANGED", "CHANGED", "ADDED"]
    dialog.close()
    click(page.line.undo)
    traffic.wait(lambda: "undone" in page.line.words)
    assert page.line.words == "Import undone: 2 restored, 1 removed."
    assert traffic.stored() == before


def test_a_new_break_is_refused_until_it_can_be_one(traffic: Traffic, page: TrafficPage) -> None:
    page.breaks.table.setFocus()
    QTest.keyClick(page.breaks.table, Qt.Key.Key_Insert)
    form = page.form
    assert form is not None
    for field, wrong, reason in (
        (form.out, "25:00:00", "ends at 23:59:59"),
        (form.length, "0", "above 0"),
        (form.id, "5108", "has a break 5108 already"),
    ):
        right = field.text()
        field.setText(wrong)
        click(form.add)
        assert reason in form.reason.text()
        field.setText(right)
    form.out.setText("20:55:00")
    form.title.setText("Late pod")
    QTest.keyClick(form.title, Qt.Key.Key_Return)
    traffic.wait(lambda: any(one.plan.title == "Late pod" for one in traffic.stored().values()))
    assert page.form is None
    assert [row.cells[Column.OUT] for row in page.breaks.table.chosen] == ["20:55:00:00"]


def test_a_spot_is_inserted_into_the_chosen_break_by_keys(traffic: Traffic, page: TrafficPage) -> None:
    from tests.ui.traffic.test_library import ITEMS

    traffic.face.write_spot(ITEMS[1], 0, by="traffic")
    page.library.read()
    traffic.wait(lambda: page.library.cards.shelf.known == 1)
    choose(page, "7105")
    cards = page.library.cards
    cards.setCurrentIndex(cards.shelf.index(0))
    QTest.keyClick(cards, Qt.Key.Key_Return)
    traffic.wait(lambda: len(traffic.stored()["7105"].spots) == 6)


def test_the_as_run_is_written_where_the_save_dialog_says(traffic: Traffic, page: TrafficPage, tmp_path: Path) -> None:
    click(page.breaks.export)
    assert page.export.chooser is not None
    assert not page.export.chooser.isModal()
    page.export.chooser.close()
    page.export.write(tmp_path / "night", AsRunForm.JSON)
    traffic.wait(lambda: "As-run written" in page.breaks.title.shown[1])
    assert json.loads((tmp_path / "night.json").read_text()) == []
    page.export.write(tmp_path / "none" / "night", AsRunForm.CSV)
    traffic.wait(lambda: "not written" in page.breaks.title.shown[1])


def test_the_days_figures_are_shown_and_said(traffic: Traffic, page: TrafficPage) -> None:
    click(page.breaks.figures)
    figures = page.figures
    traffic.wait(lambda: figures.words.text().startswith("As of 20:"))
    assert not figures.isModal()
    assert [chart.title for chart in figures.charts.shown] == [
        "BREAKS BY OUTCOME",
        "SECONDS EARLY AND LATE",
        "AVAILS LEFT TODAY",
    ]
    assert "booked-not-aired 1" in figures.charts.accessibleDescription()  # 5106 was due, and nothing has aired
    figures.close()
