"""The database really goes away in the middle of an edit: the edit is kept, told, and saved once it is back."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from app.model.schedule import Imported
from app.storage.schedule_store import open_schedule
from app.ui.traffic.breaks_panel import BreaksPanel
from app.ui.traffic.columns import Column
from app.ui.traffic.import_dialog import ImportDialog
from app.ui.traffic.import_work import Stage
from tests.postgres_server import PostgresServer, postgres_server
from tests.ui.scripted_engine import ZONE
from tests.ui.traffic.conftest import DAY, SKIN, Traffic
from tests.ui.traffic.test_import_dialog import log, row


@pytest.fixture
def hasty(qapp: QApplication, store: Path) -> Iterator[Traffic]:
    """Over a store that waits for another writer for a tenth of a second only."""
    made = Traffic(store)
    made.close()
    made = Traffic(store)
    made.face._store.close()
    made.face._opened = open_schedule(store, timezone=ZONE, busy_timeout_ms=100)
    made.face.merge(
        Imported(file="log.csv", bookings=DAY), by="traffic", dry_run=False, remove_missing=False, choose={}
    )
    made.wait(lambda: len(made.schedule.rows) == len(DAY))
    yield made
    made.close()


def panel_of(traffic: Traffic) -> BreaksPanel:
    made = BreaksPanel(traffic.schedule, SKIN)
    traffic.show(made)
    return made


def rename(panel: BreaksPanel, key: str, title: str) -> None:
    model = panel.table.breaks
    place = next(n for n in range(model.rowCount()) if model.row(n).key[1] == key)
    assert model.setData(model.index(place, Column.TITLE), title)


def title_of(panel: BreaksPanel, key: str) -> str:
    model = panel.table.breaks
    return next(row.cells[Column.TITLE] for row in map(model.row, range(model.rowCount())) if row.key[1] == key)


def test_an_edit_while_another_holds_the_store_is_kept_told_and_saved_afterwards(hasty: Traffic) -> None:
    panel = panel_of(hasty)
    with closing(sqlite3.connect(hasty.face.where, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        rename(panel, "5107", "Kept")
        panel.table.choose((("kids", "5108"),))
        QTest.keyClick(panel.table, Qt.Key.Key_Delete)
        hasty.wait(lambda: "not saved" in panel.title.shown[1], "nobody was told")
        assert "2 edits kept" in panel.title.shown[1]
        assert "locked" in panel.title.shown[1]
        assert title_of(panel, "5107") == "Kept"
        other.execute("ROLLBACK")
    hasty.wait(lambda: not hasty.schedule.unsaved, "not saved afterwards")
    assert panel.title.shown[1] == ""
    assert hasty.stored()["5107"].plan.title == "Kept"
    assert "5108" not in hasty.stored()


def test_an_edit_after_the_file_was_taken_away_is_not_written_into_nothing(traffic: Traffic, store: Path) -> None:
    panel = panel_of(traffic)
    aside = store.parent / "aside"
    aside.mkdir()
    files = list(store.parent.glob("store.sqlite3*"))
    for path in files:
        path.rename(aside / path.name)
    rename(panel, "5107", "Kept")
    traffic.wait(lambda: "moved, removed or replaced" in panel.title.shown[1])
    assert traffic.schedule.unsaved == 1
    assert title_of(panel, "5107") == "Kept"
    for path in files:
        (aside / path.name).rename(path)
    traffic.wait(lambda: not traffic.schedule.unsaved)
    assert traffic.stored()["5107"].plan.title == "Kept"


def test_an_import_into_a_locked_store_says_so_and_can_be_tried_again(hasty: Traffic, tmp_path: Path) -> None:
    dialog = ImportDialog(hasty.schedule, SKIN)
    hasty.show(dialog)
    dialog.start(log(tmp_path, row("5200", "kids", "20:50:00")))
    hasty.wait(lambda: dialog.work.result is not None)
    with closing(sqlite3.connect(hasty.face.where, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        dialog.go.click()
        hasty.wait(lambda: dialog.work.stage is Stage.IDLE)
        assert "locked" in dialog.words.shown[1]
        assert dialog.isVisible()
        other.execute("ROLLBACK")
    dialog.go.click()
    hasty.wait(lambda: "5200" in hasty.stored())


@pytest.fixture
def postgres() -> Iterator[PostgresServer]:
    with postgres_server() as server:
        yield server


def test_an_edit_while_postgresql_is_down_is_saved_when_it_is_back(
    qapp: QApplication, postgres: PostgresServer
) -> None:
    traffic = Traffic(postgres.new_database())
    try:
        traffic.face.merge(
            Imported(file="log.csv", bookings=DAY), by="traffic", dry_run=False, remove_missing=False, choose={}
        )
        traffic.wait(lambda: len(traffic.schedule.rows) == len(DAY))
        panel = panel_of(traffic)
        postgres.stop()
        rename(panel, "5107", "Kept")
        traffic.wait(lambda: "1 edit kept, not saved" in panel.title.shown[1])
        assert title_of(panel, "5107") == "Kept"
        postgres.start()
        traffic.wait(lambda: not traffic.schedule.unsaved)
        assert traffic.stored()["5107"].plan.title == "Kept"
    finally:
        traffic.close()
