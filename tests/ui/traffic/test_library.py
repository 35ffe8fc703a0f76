"""The spot library: kept, found, dragged."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from app.model.library import LibraryItem, LibraryKind
from app.model.rundown import Upid
from app.model.schedule import Spot
from app.model.status import TemplateStatus
from app.ui.schedule.edits import Dropped
from app.ui.schedule.mime import dropped_of
from app.ui.traffic.library_panel import LibraryPanel
from app.ui.traffic.spot_fields import SpotText, item_of
from app.ui.traffic.spot_form import SpotForm
from tests.ui.traffic.conftest import SKIN, Traffic, click


def an_item(key: str, title: str, kind: LibraryKind, *lengths_s: int) -> LibraryItem:
    spots = tuple(Spot(id=f"{key}-{n}", title=f"{title} {n}", duration_s=Fraction(s)) for n, s in enumerate(lengths_s))
    return LibraryItem(id=key, title=title, kind=kind, spots=spots, duration_s=Fraction(sum(lengths_s)))


ITEMS = (
    an_item("NB-2201", "Bank pod", LibraryKind.POD, 30, 30, 20, 40),
    an_item("VO-3002", "Volta 30", LibraryKind.SPOT, 30),
    an_item("ID-0001", "Station ident", LibraryKind.OWN, 10),
    an_item("FL-0060", "Fill 60", LibraryKind.FILL, 60),
)


@pytest.fixture
def panel(traffic: Traffic) -> Iterator[LibraryPanel]:
    for item in ITEMS:
        traffic.face.write_spot(item, 0, by="traffic")
    templates = (TemplateStatus("long", Fraction(90)), TemplateStatus("open"))
    traffic.engine.change("kids", templates=templates)
    traffic.desk.poll()
    made = LibraryPanel(traffic.schedule, SKIN)
    traffic.show(made, (270, 700))
    traffic.wait(lambda: made.cards.shelf.known == 6)
    yield made
    made._again.stop()


def titles(panel: LibraryPanel) -> list[str]:
    return [row.title for row in panel.cards.shelf.rows]


def choose(panel: LibraryPanel, title: str) -> None:
    index = panel.cards.shelf.index(titles(panel).index(title))
    click(panel.cards.viewport(), panel.cards.visualRect(index).center())


def form(panel: LibraryPanel) -> SpotForm:
    assert panel.form is not None
    return panel.form


def set_length(panel: LibraryPanel, words: str) -> None:
    cell = form(panel).spots.item(0, 2)
    assert cell is not None
    cell.setText(words)


def test_the_library_is_found_by_kind_and_by_any_word(panel: LibraryPanel) -> None:
    assert titles(panel) == ["Bank pod", "Fill 60", "Station ident", "Volta 30", "long", "open"]
    click(panel.shelves.button(1))
    assert titles(panel) == ["Bank pod"]
    click(panel.shelves.button(5))
    assert titles(panel) == ["long", "open"]
    click(panel.shelves.button(0))
    QTest.keyClicks(panel.search, "nb-2201-2")
    assert titles(panel) == ["Bank pod"]
    assert panel.cards.shelf.index(0).data() == "Bank pod, 2:00, 4 ads · NB-2201"


def test_what_is_dragged_carries_its_spots_or_its_template(panel: LibraryPanel) -> None:
    shelf = panel.cards.shelf
    pod, long = shelf.index(0), shelf.index(4)
    assert shelf.flags(pod) & Qt.ItemFlag.ItemIsDragEnabled
    assert dropped_of(shelf.mimeData([pod])) == (Dropped.of_item(ITEMS[0]),)
    (template,) = dropped_of(shelf.mimeData([long]))
    assert (template.template, template.duration_s) == ("long", Fraction(90))


def test_enter_inserts_what_is_chosen(panel: LibraryPanel) -> None:
    inserted: list[Dropped] = []
    panel.inserted.connect(inserted.append)
    choose(panel, "Volta 30")
    QTest.keyClick(panel.cards, Qt.Key.Key_Return)
    assert [one.title for one in inserted] == ["Volta 30"]


def test_a_spot_is_added_edited_and_removed(traffic: Traffic, panel: LibraryPanel) -> None:
    click(panel.add)
    QTest.keyClicks(form(panel).title, "Fizz 20")
    QTest.keyClicks(form(panel).id, "FZ-2004")
    set_length(panel, "0:20")
    click(form(panel).keep)
    traffic.wait(lambda: "Fizz 20" in titles(panel))
    kept = {item.id: item for item in traffic.face.spots()}["FZ-2004"]
    assert (kept.duration_s, kept.spots[0].id, kept.kind) == (Fraction(20), "FZ-2004", LibraryKind.SPOT)
    choose(panel, "Fizz 20")
    click(panel.edit)
    form(panel).title.setText("Fizz 25")
    set_length(panel, "25")
    QTest.keyClick(form(panel).title, Qt.Key.Key_Return)
    traffic.wait(lambda: "Fizz 25" in titles(panel))
    choose(panel, "Fizz 25")
    QTest.keyClick(panel.cards, Qt.Key.Key_Delete)
    traffic.wait(lambda: "Fizz 25" not in titles(panel))
    assert "FZ-2004" not in {item.id for item in traffic.face.spots()}


def test_what_another_changed_meanwhile_is_not_overwritten_and_what_was_typed_stays(
    traffic: Traffic, panel: LibraryPanel
) -> None:
    choose(panel, "Volta 30")
    click(panel.edit)
    mine = form(panel)
    mine.title.setText("Volta mine")
    kept = {item.id: item for item in traffic.face.spots()}["VO-3002"]
    traffic.face.write_spot(replace(kept, title="Volta theirs"), kept.version, by="jon")
    click(mine.keep)
    traffic.wait(mine.reason.text)
    assert "changed meanwhile" in mine.reason.text()
    assert mine.title.text() == "Volta mine"
    mine.close()


def test_templates_of_the_show_file_are_not_edited_here(panel: LibraryPanel) -> None:
    choose(panel, "long")
    assert not panel.edit.isEnabled()
    assert "show file" in panel.edit.toolTip()


@pytest.mark.parametrize(
    ("item_id", "title", "kind", "spots", "reason"),
    [
        ("", "A", LibraryKind.SPOT, [SpotText(length="30")], "an id is wanted"),
        ("A", " ", LibraryKind.SPOT, [SpotText(length="30")], "a title is wanted"),
        ("NB-2201", "A", LibraryKind.SPOT, [SpotText(length="30")], "the library has one already"),
        ("A", "A", LibraryKind.SPOT, [], "no ad in it"),
        ("A", "A", LibraryKind.SPOT, [SpotText(length="30"), SpotText(length="30")], "make it a pod"),
        ("A", "A", LibraryKind.POD, [SpotText(length="0")], "ad 1: .*above 0"),
        ("A", "A", LibraryKind.POD, [SpotText(length="30"), SpotText(length="-1")], "ad 2: .*above 0"),
        ("A", "A", LibraryKind.POD, [SpotText("x", "", "3"), SpotText("x", "", "3")], "id x is there twice"),
        ("A", "A", LibraryKind.SPOT, [SpotText(length="30", upid="Ad-ID")], "right is type:value"),
        ("A", "A\u0007", LibraryKind.SPOT, [SpotText(length="30")], "control characters"),
    ],
)
def test_what_is_no_item_is_refused(
    item_id: str, title: str, kind: LibraryKind, spots: list[SpotText], reason: str
) -> None:
    with pytest.raises(ValueError, match=reason):
        item_of(item_id, title, kind, spots, {"NB-2201"})


def test_a_spot_reads_as_it_is_shown() -> None:
    spot = Spot(id="a", title="A", duration_s=Fraction("20.5"), media=("http://a/1.mp4",), upid=Upid(3, "ABCD0123456H"))
    item = item_of("A", "A", LibraryKind.SPOT, [SpotText.of(spot)], ())
    assert item.spots == (spot,)
