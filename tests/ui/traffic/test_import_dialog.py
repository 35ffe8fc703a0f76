"""The import dialog under real clicks, over a real store and real files."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent
from PySide6.QtTest import QTest

from app.model.merging import MergeResult
from app.model.progress import Progress
from app.model.schedule import Imported
from app.ui.traffic.diff_rows import DiffKind
from app.ui.traffic.import_dialog import ImportDialog
from app.ui.traffic.import_work import CANCELLED, Done, Stage
from tests.ui.traffic.conftest import DAY, SKIN, Traffic, click


def row(key: str, name: str, at: str, duration: object = 120, **more: object) -> dict[str, object]:
    return {"id": key, "channel": name, "at": f"2026-11-22T{at}+01:00", "duration": duration, **more}


def log(tmp_path: Path, *rows: dict[str, object]) -> str:
    path = tmp_path / "late.json"
    path.write_text(json.dumps({"breaks": list(rows)}))
    return str(path)


@pytest.fixture
def dialog(traffic: Traffic) -> ImportDialog:
    made = ImportDialog(traffic.schedule, SKIN)
    traffic.show(made, (1080, 640))
    return made


def ready(traffic: Traffic, dialog: ImportDialog) -> None:
    traffic.wait(lambda: dialog.work.stage is Stage.IDLE)


def kinds(dialog: ImportDialog) -> dict[str, DiffKind]:
    return {one.break_id: one.kind for one in dialog.diff.rows.rows}


def spots(key: str) -> list[dict[str, object]]:
    booking = next(one for one in DAY if one.plan.id == key)
    return [{"id": spot.id, "title": spot.title, "duration": float(spot.duration_s)} for spot in booking.spots]


def standing(key: str, at: str, **more: object) -> dict[str, object]:
    """A row of the day as it was imported, but for what is given."""
    booking = next(one for one in DAY if one.plan.id == key)
    plan = booking.plan
    fields = row(key, plan.channel, at, float(plan.duration_s), title=plan.title, ads=spots(key))
    return fields | {"splice_event_id": plan.splice_event_id, "segmentation_type_id": 52} | more


def test_nothing_is_changed_before_the_diff_was_seen(traffic: Traffic, dialog: ImportDialog, tmp_path: Path) -> None:
    dialog.named.setText(log(tmp_path, standing("5107", "20:22:30"), row("5200", "kids", "20:50:00")))
    click(dialog.read)
    ready(traffic, dialog)
    assert kinds(dialog) == {"5107": DiffKind.CHANGED, "5200": DiffKind.ADDED}
    changed = dialog.diff.rows.rows[0]
    assert (changed.mine, changed.theirs) == ("20:22:00:00", "20:22:30:00")
    assert "1 moved, 1 added, 0 removed" in dialog.words.shown[1]
    assert "5200" not in traffic.stored()
    assert dialog.go.text() == "Import 2 changes"
    done: list[Done] = []
    dialog.taken_in.connect(done.append)
    click(dialog.go)
    traffic.wait(lambda: done)
    assert set(traffic.stored()) >= {"5200"}
    traffic.wait(lambda: ("kids", "5200") in traffic.schedule.rows)
    assert not dialog.isVisible()


def test_one_undo_takes_the_whole_import_back(traffic: Traffic, dialog: ImportDialog, tmp_path: Path) -> None:
    before = traffic.stored()
    dialog.start(log(tmp_path, standing("5107", "20:22:30"), row("5200", "kids", "20:50:00")))
    ready(traffic, dialog)
    done: list[Done] = []
    dialog.taken_in.connect(done.append)
    click(dialog.go)
    traffic.wait(lambda: done)
    dialog.review(done[0])
    dialog.show()
    back: list[object] = []
    dialog.taken_back.connect(back.append)
    click(dialog.undo)
    traffic.wait(lambda: back)
    assert traffic.stored() == before


def test_refused_rows_tell_file_place_value_and_reason(traffic: Traffic, dialog: ImportDialog, tmp_path: Path) -> None:
    bad = tmp_path / "bad.csv"
    bad.write_text(
        "id,channel,at,duration\n1,kids,2026-11-22 25:00:00:00,30\n2,kids,2026-11-22 21:00:00:00,-5\n"
        "3,kids,2026-11-22 21:10:00:00,0\n4,kids,2027-03-28 02:30:00:00,30\n5,kids,2026-11-22 21:20:00:00,30\n"
        "5,kids,2026-11-22 21:30:00:00,30\n"
    )
    dialog.start(str(bad))
    ready(traffic, dialog)
    assert dialog.tabs.button(5).text() == "Refused 5"
    click(dialog.tabs.button(5))
    model = dialog.refused.rows
    cells = [[model.index(n, column).data() for column in range(4)] for n in range(model.rowCount())]
    assert [cell[0] for cell in cells] == ["bad.csv"] * 5
    assert cells[0][1:3] == ["line 2, at", "2026-11-22 25:00:00:00"]
    assert "no time of day" in cells[0][3]
    assert any("clocks go forward" in cell[3] for cell in cells)
    click(dialog.whole)
    assert not dialog.go.isEnabled()
    assert "All or nothing" in dialog.go.toolTip()
    click(dialog.whole)
    click(dialog.go)
    traffic.wait(lambda: "5" in traffic.stored())
    assert not {"1", "2", "3", "4"} & traffic.stored().keys()


def edited_here(traffic: Traffic, key: str, title: str) -> None:
    stored = traffic.schedule.rows["kids", key]
    booking = stored.booking
    after = replace(booking, plan=replace(booking.plan, title=title))
    assert traffic.schedule.edit([(booking, after)], "edit") == ""
    traffic.wait(lambda: traffic.schedule.unsaved == 0)


@pytest.mark.parametrize(("word", "title"), [("mine", "Mine"), ("theirs", "Theirs")])
def test_a_conflict_is_settled_row_by_row(
    traffic: Traffic, dialog: ImportDialog, tmp_path: Path, word: str, title: str
) -> None:
    edited_here(traffic, "5107", "Mine")
    dialog.start(log(tmp_path, standing("5107", "20:22:00", title="Theirs"), standing("5108", "20:38:30")))
    ready(traffic, dialog)
    model = dialog.diff.rows
    assert [one.kind for one in model.rows] == [DiffKind.CONFLICT, DiffKind.CHANGED]
    assert model.index(0, 5).data() == "choose…"
    assert dialog.go.text() == "Import 1 change"
    dialog.diff.setFocus()
    dialog.diff.selectRow(0)
    presses = 1 if word == "theirs" else 2
    for _ in range(presses):
        QTest.keyClick(dialog.diff, Qt.Key.Key_Space)
    assert model.index(0, 5).data() == word
    assert dialog.go.text() == "Import 2 changes"
    click(dialog.go)
    traffic.wait(lambda: not dialog.isVisible())
    assert traffic.stored()["5107"].plan.title == title


def test_a_conflict_nobody_chose_in_stays_and_can_be_settled_afterwards(
    traffic: Traffic, dialog: ImportDialog, tmp_path: Path
) -> None:
    edited_here(traffic, "5107", "Mine")
    dialog.start(log(tmp_path, standing("5107", "20:22:00", title="Theirs"), standing("5108", "20:38:30")))
    ready(traffic, dialog)
    done: list[Done] = []
    dialog.taken_in.connect(done.append)
    click(dialog.go)
    traffic.wait(lambda: done)
    assert dialog.isVisible()
    assert traffic.stored()["5107"].plan.title == "Mine"
    assert dialog.diff.rows.index(1, 5).data() == "done"
    dialog.diff.rows.turn(0)
    assert dialog.go.text() == "Apply 1 choice"
    click(dialog.go)
    traffic.wait(lambda: len(done) == 2)
    assert traffic.stored()["5107"].plan.title == "Theirs"
    assert len(done[1].import_ids) == 2


def test_mine_leaves_a_row_without_conflict_as_it_is(traffic: Traffic, dialog: ImportDialog, tmp_path: Path) -> None:
    before = traffic.stored()
    rows = [standing("5107", "20:22:30"), standing("5108", "20:38:30"), row("5200", "kids", "20:50:00")]
    dialog.missing.setChecked(True)
    dialog.start(log(tmp_path, *rows))
    ready(traffic, dialog)
    assert kinds(dialog)["5109"] is DiffKind.REMOVED
    for key in ("5107", "5200", "5109"):
        dialog.diff.rows.turn([one.break_id for one in dialog.diff.rows.rows].index(key))
    click(dialog.go)
    traffic.wait(lambda: not dialog.isVisible())
    after = traffic.stored()
    assert after["5107"] == before["5107"]
    assert "5200" not in after
    assert "5109" in after
    assert after["5108"] != before["5108"]
    assert "5106" not in after


def test_a_list_that_is_none_is_told_and_nothing_happens(
    traffic: Traffic, dialog: ImportDialog, tmp_path: Path
) -> None:
    dialog.start(str(tmp_path / "none.csv"))
    ready(traffic, dialog)
    assert "can't be read" in dialog.words.shown[1]
    assert not dialog.go.isEnabled()
    (tmp_path / "bomb.xml").write_text('<!DOCTYPE x [<!ENTITY a "b">]><vmap:VMAP/>')
    dialog.start(str(tmp_path / "bomb.xml"))
    ready(traffic, dialog)
    assert dialog.words.shown[1]
    assert not dialog.go.isEnabled()


def test_a_dropped_file_is_read(traffic: Traffic, dialog: ImportDialog, tmp_path: Path) -> None:
    path = log(tmp_path, row("5200", "kids", "20:50:00"))
    dropped = QMimeData()
    dropped.setUrls([QUrl.fromLocalFile(path)])
    button, keys = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    event = QDropEvent(QPointF(QPoint(9, 9)), Qt.DropAction.CopyAction, dropped, button, keys)
    dialog.dropEvent(event)
    ready(traffic, dialog)
    assert kinds(dialog) == {"5200": DiffKind.ADDED}


def test_cancel_leaves_nothing_behind_in_any_stage(
    traffic: Traffic, dialog: ImportDialog, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import threading

    before, gate, begun = traffic.stored(), threading.Event(), threading.Event()
    path = log(tmp_path, row("5200", "kids", "20:50:00"))
    read, merge = traffic.face.read_list, traffic.face.merge

    def slowly_read(named: str, *, channel: str | None, progress: Progress | None = None) -> Imported:
        gate.wait(5)
        return read(named, channel=channel, progress=progress)

    monkeypatch.setattr(traffic.face, "read_list", slowly_read)
    dialog.start(path)
    assert dialog.cancel.isVisible()
    click(dialog.cancel)
    assert dialog.words.shown[1] == CANCELLED
    gate.set()
    monkeypatch.setattr(traffic.face, "read_list", read)
    dialog.start(path)
    ready(traffic, dialog)
    gate.clear()

    def slowly_merge(*args: object, **more: object) -> MergeResult:
        result = merge(*args, **more)  # type: ignore[arg-type]  # handed on as they come
        begun.set()
        gate.wait(5)
        return result

    monkeypatch.setattr(traffic.face, "merge", slowly_merge)
    click(dialog.go)
    traffic.wait(begun.is_set)
    click(dialog.cancel)
    gate.set()
    ready(traffic, dialog)
    assert dialog.words.shown[1] == CANCELLED
    assert traffic.stored() == before


def test_a_long_import_counts_its_rows_and_is_given_up_in_the_middle(
    traffic: Traffic, dialog: ImportDialog, tmp_path: Path
) -> None:
    before = traffic.stored()
    path = tmp_path / "long.csv"
    rows = (f"L{n},kids,2026-12-{n // 2000 + 1:02} {n // 100 % 20:02}:{n % 50:02}:00:00,30" for n in range(3000))
    path.write_text("\n".join(["id,channel,at,duration", *rows]))
    dialog.start(str(path))
    counted: list[str] = []
    dialog._look.timeout.connect(lambda: counted.append(dialog.words.shown[1]))
    traffic.wait(lambda: dialog.work.result is not None and not dialog.work.stage)
    assert dialog.go.text() == "Import 3000 changes"
    click(dialog.go)
    traffic.wait(lambda: dialog.work.total)
    click(dialog.cancel)
    ready(traffic, dialog)
    assert dialog.words.shown[1] == CANCELLED
    assert traffic.stored() == before
    assert any("rows" in words for words in counted)
