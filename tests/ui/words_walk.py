"""A window in another language, walked through in a process of its own: the texts of a module are chosen at its import.

``python -m tests.ui.words_walk pseudo`` speaks a language in which every text is ⟦bracketed⟧ and prints, as JSON, what
is to be read anywhere in the window and has no brackets. ``… words_walk de FOLDER`` speaks German, prints what is
shown, and leaves a picture of every room in the folder.
"""

from __future__ import annotations

import gettext
import json
import re
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import app.ui.words

if TYPE_CHECKING:
    from PySide6.QtWidgets import QTableView, QWidget

    from app.ui.main_window import MainWindow
    from tests.ui.scripted_engine import ScriptedEngine

type Shown = dict[str, str]
"""Text, and where it was read."""

_BRACKETED = re.compile(r"⟦[^⟦⟧]*(?:⟧|$)")
_CUT = re.compile(r"(?:^[^⟦⟧]*)?⟧|⟦[^⟦⟧]*…")  # elided: its end or its middle is gone


class Bracketed(gettext.NullTranslations):
    """A language in which no text can be taken for English."""

    def gettext(self, message: str) -> str:
        return f"⟦{message}⟧"

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        return f"⟦{msgid1 if n == 1 else msgid2}⟧"


def bare(text: str) -> str:
    """What of a text stands outside all brackets."""
    before = ""
    while before != text:
        before, text = text, _BRACKETED.sub(" ", text)
    return _CUT.sub(" ", text)


def record_painting(shown: Shown) -> None:
    """Note every word that is painted; before the rooms import it."""
    from app.ui.widgets import painting

    plain = painting.write

    def write(painter: object, box: object, words: str, *rest: object, **named: object) -> None:
        shown.setdefault(words, "painted")
        plain(painter, box, words, *rest, **named)  # type: ignore[arg-type]  # handed on as it came

    painting.write = write


def spoken(widget: QWidget) -> Iterator[tuple[str, str]]:
    """What one widget shows, tells, or reads out."""
    from PySide6.QtWidgets import QComboBox, QLineEdit, QTabBar, QTableView

    for property_ in ("accessibleName", "accessibleDescription", "toolTip", "whatsThis", "text", "title"):
        said = getattr(widget, property_, None)
        if callable(said) and not (property_ == "text" and isinstance(widget, QLineEdit)):
            yield property_, str(said())
    if isinstance(widget, QLineEdit):
        yield "placeholder", widget.placeholderText()
    if isinstance(widget, QComboBox):
        yield from (("item", widget.itemText(n)) for n in range(widget.count()))
    if isinstance(widget, QTabBar):
        yield from ((kind(n), kind(n)) for n in range(widget.count()) for kind in (widget.tabText, widget.tabToolTip))
    for action in widget.actions():
        yield "action", action.text()
    if isinstance(widget, QTableView):
        yield from cells(widget)


def cells(table: QTableView) -> Iterator[tuple[str, str]]:
    """What the first rows of a table show and tell."""
    from PySide6.QtCore import Qt

    model, role = table.model(), Qt.ItemDataRole
    for column in range(model.columnCount()):
        yield "head", str(model.headerData(column, Qt.Orientation.Horizontal) or "")
        for line in range(min(model.rowCount(), 40)):
            for which in (role.DisplayRole, role.ToolTipRole, role.AccessibleTextRole):
                yield "cell", str(model.data(model.index(line, column), which) or "")


def gather(shown: Shown, top: QWidget) -> None:
    """All that ``top`` and what is in it have to say."""
    from PySide6.QtWidgets import QWidget

    for widget in (top, *top.findChildren(QWidget)):
        for what, text in spoken(widget):
            shown.setdefault(text, f"{what} of {type(widget).__name__} {widget.objectName()}")


def scenes(engine: ScriptedEngine) -> Iterator[str]:
    """The states that a channel goes through, one after the other."""
    from app.model.quality import QualityStatus
    from app.model.states import BreakState, ChannelState
    from tests.ui.scripted_engine import a_break, an_alarm

    yield "plain"
    engine.change("kids", next=a_break(BreakState.PLANNED, out_in_s=500), quality=QualityStatus(short_lufs=-23.0))
    yield "planned"
    engine.change("kids", current=a_break(BreakState.CUED, out_in_s=60))
    yield "cued"
    engine.change("kids", current=a_break(BreakState.HELD, out_in_s=60))
    yield "held"
    engine.change("kids", current=a_break(BreakState.ARMED, out_in_s=4, armed_ago_s=2))
    yield "armed"
    on_air = a_break(BreakState.ON_AIR, out_in_s=-30, armed_ago_s=36)
    engine.change("kids", current=on_air, on_air=on_air)
    yield "in break"
    alarms = (an_alarm("critical", "Zeta", key="picture.black"), an_alarm("warning", "Zeta"))
    engine.change("kids", current=None, on_air=None, next=None, alarms=alarms, slate_by_hand=True)
    yield "alarms"
    engine.change("north", state=ChannelState.FAILED, alarms=(an_alarm("critical", "Zeta", key="source"),))
    yield "failed"
    engine.connected, engine.status_age_s = False, 3.0
    yield "lost"
    engine.connected, engine.status_age_s = True, 0.0
    yield "back"


def walk(shown: Shown, size: tuple[int, int], pictures: Path | None) -> None:
    """Open a window over a stored schedule, go through all rooms, states, sheets and dialogs, and close it."""
    from dataclasses import replace

    from PySide6.QtCore import Qt
    from PySide6.QtTest import QTest
    from PySide6.QtWidgets import QApplication, QDialog

    from app.cli.setup_face import ProgramSetup
    from app.model.schedule import Imported
    from app.ui.desktop import prepared_application
    from app.ui.main_window import MainWindow
    from app.ui.theme import STANDARD
    from app.ui.widgets.preset_switch import Preset
    from tests.ui.traffic.conftest import DAY, Traffic, wait_for

    application = prepared_application(STANDARD)
    folder = Path(tempfile.mkdtemp())
    traffic = Traffic(folder / "store.sqlite3")
    traffic.face.merge(
        Imported(file="log.csv", bookings=DAY), by="mira", dry_run=False, remove_missing=False, choose={}
    )
    window = MainWindow(
        traffic.desk, "Zeta", STANDARD, remote=True, schedule=traffic.face, promotes=True, setup=ProgramSetup(folder)
    )
    window.resize(*size)
    window.show()
    wait_for(lambda: len(window.schedule.rows) == len(DAY), "the day is read")

    def look(name: str) -> None:
        traffic.desk.poll()
        window.tell()
        for _ in range(3):
            application.processEvents()
            QTest.qWait(1)
        gather(shown, window)
        if pictures is not None:
            window.grab().save(str(pictures / f"{name}.png"))

    for scene in scenes(traffic.engine):
        if scene == "planned":
            QTest.keyClick(window, Qt.Key.Key_F8)
            shown.update({type(command).__name__: "sent to the engine" for command in traffic.engine.submitted})
        for preset in Preset if scene in {"planned", "alarms", "lost"} else (Preset.OPERATOR,):
            window.presets.choose(preset)
            look(f"{scene}-{preset.value}")
    for part in (window.habits.keys, window.habits.look_sheet, window.habits.palette):
        part.open()
        look(type(part).__name__)
        part.shut()
    traffic.engine.status = replace(traffic.engine.status, rehearsal=True)
    look("rehearsal")
    dialogs(shown, window, pictures)
    for left in QApplication.topLevelWidgets():
        if isinstance(left, QDialog):
            left.close()
    window.leave()
    window.close()
    traffic.close()


def dialogs(shown: Shown, window: MainWindow, pictures: Path | None) -> None:
    """Everything that opens in a window of its own, and the menus."""
    from PySide6.QtTest import QTest
    from PySide6.QtWidgets import QApplication, QMenu

    from app.ui.dialogs.promote_question import PromoteQuestion
    from app.ui.dialogs.quit_question import QuitQuestion

    window.page.breaks.add.click()
    window.page.library.add.click()
    window.page.breaks.figures.click()
    window.traffic.import_.click()
    window.setup.open_wizard()
    window.setup.open_show_file()
    QTest.qWait(150)
    made = [QuitQuestion(2, window, remote=True), PromoteQuestion(2, window)]
    shown_tops = [
        top for top in QApplication.topLevelWidgets() if not isinstance(top, QMenu)
    ]  # the plots' are shut off
    for top in (*made, *shown_tops, *menus(window)):
        gather(shown, top)
        if pictures is not None and top is not window and top.isVisible():
            top.grab().save(str(pictures / f"dialog-{type(top).__name__}.png"))


def menus(window: MainWindow) -> Iterator[QWidget]:
    """The menus that are made when they are asked for: of alarms, the con, the charts."""
    from app.ui.charts.panel import ChartPanel
    from app.ui.widgets.con_button import ConButton

    alarms = window.alarms
    yield from (alarms.menu(key) for key in alarms.book.listed())
    yield from (button.menu() for button in window.findChildren(ConButton))
    for charts in window.findChildren(ChartPanel):
        yield from (charts._span_menu(), charts._more_menu())


def main() -> None:
    """Walk, and print what was found."""
    shown: Shown = {}
    if sys.argv[1] == "pseudo":
        app.ui.words.speak(Bracketed())
    record_painting(shown)
    walk(shown, (1280, 720), Path(sys.argv[2]) if len(sys.argv) > 2 else None)
    if sys.argv[1] == "pseudo":
        shown = {text: where for text, where in shown.items() if re.search(r"[^\W\d_]{2}", bare(text))}
    json.dump(shown, sys.stdout, ensure_ascii=False, indent=1)


if __name__ == "__main__":
    main()
