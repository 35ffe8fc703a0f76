"""The window over a real link: the engine goes and comes back, and the window with it, by its own beat."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from datetime import UTC, datetime
from fractions import Fraction
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.model import events
from app.model.states import BreakState
from app.model.status import TemplateStatus
from app.remote.client import WINDOW_EVENTS, RemoteEngine
from app.ui.actions import Verb
from app.ui.desk import Desk
from app.ui.grammar import Tone
from app.ui.main_window import MainWindow
from app.ui.theme import STANDARD
from tests.remote.preview_writer import a_picture
from tests.remote.standing import House, StandIn, housing
from tests.ui.feed_markers import handled, kept, seen
from tests.ui.scripted_engine import a_break, channel
from tests.ui.test_marker_page import evidence
from tests.ui.test_window import press_key

WITHIN_MS = 20_000
type Attaches = Callable[[Path], MainWindow]


def in_a_break(life: int) -> StandIn:
    """An engine whose channel has been in a break for half a minute."""
    now = datetime.now(UTC)
    engine = StandIn(life=life)
    brk = a_break(BreakState.ON_AIR, out_in_s=-30, armed_ago_s=36, now=now)
    engine.status = replace(engine.snapshot(), channels=(channel("one", current=brk, now=now), channel("two", now=now)))
    return engine


@pytest.fixture
def attached(qapp: QApplication) -> Iterator[Attaches]:
    with ExitStack() as rest:

        def attach(data_dir: Path) -> MainWindow:
            engine = RemoteEngine.attach(data_dir, wait_s=5, newest=WINDOW_EVENTS)
            rest.callback(engine.close)
            window = MainWindow(Desk(engine, ZoneInfo("UTC"), "mira"), "Evening", STANDARD, remote=True)
            rest.callback(window.leave)
            window.resize(1280, 720)
            window.show()
            window.heartbeat.start()
            return window

        yield attach


def cued(number: int) -> events.BreakCued:
    return events.BreakCued(at=datetime.now(UTC), channel="one", break_id=f"b{number}", by="mira")


def lines(window: MainWindow) -> list[str]:
    model = window.events.model
    return [model.line(row).says for row in range(model.rowCount())]


def test_an_engine_goes_and_comes_back_under_an_open_window(attached: Attaches, tmp_path: Path, qtbot: QtBot) -> None:
    first = in_a_break(1)
    for number in range(3):
        first.tell(cued(number))  # before the window was there
    with housing(tmp_path, first) as house:
        window = attached(tmp_path)
        told = ["b2, by mira", "b1, by mira", "b0, by mira"]
        qtbot.waitUntil(lambda: lines(window) == told, timeout=WITHIN_MS)
        see_pictures(window, first, qtbot)
        digits = window.column.countdown.shown.digits
        assert digits in {"01:30", "01:29", "01:28", "01:27"}
        house.close(clean=False)
        qtbot.waitUntil(lambda: window.status_line.shown.words.startswith("ENGINE LOST"), timeout=WITHIN_MS)
        assert window.status_line.shown.tone is Tone.RED
        press_key(window, "F11")
        assert window.column.buttons[Verb.RETURN].face.line == "engine lost"
        qtbot.waitUntil(lambda: "old" in str(window.multiviewer.faces[0].wrong), timeout=WITHIN_MS)
        assert not first.submitted
        come_back(house, first, window, qtbot)


def come_back(house: House, first: StandIn, window: MainWindow, qtbot: QtBot) -> None:
    after = in_a_break(2)
    after.journal = first.journal
    after.tell(events.EngineStarted(at=datetime.now(UTC), channel="", pid=7, version="0.1.0", life=2, down_ms=900))
    house.open(after)
    qtbot.waitUntil(lambda: window.status_line.shown.words.startswith("Engine running, 2"), timeout=WITHIN_MS)
    qtbot.waitUntil(
        lambda: lines(window)[:2] == ["process 7 runs, start 2 of this run, down 0.9 s", "b2, by mira"],
        timeout=WITHIN_MS,
    )
    see_pictures(window, after, qtbot)
    qtbot.waitUntil(lambda: window.multiviewer.faces[0].wrong is None, timeout=WITHIN_MS)
    press_key(window, "F11")
    qtbot.waitUntil(lambda: [command.name for command in after.submitted] == ["return"], timeout=WITHIN_MS)


def see_pictures(window: MainWindow, engine: StandIn, qtbot: QtBot) -> None:
    """The window asks for pictures, and takes the next."""
    mailbox = engine.mailboxes["one"]
    qtbot.waitUntil(lambda: mailbox.size is not None, timeout=WITHIN_MS)
    taken = window.multiviewer.taken
    mailbox.post(a_picture(1))
    qtbot.waitUntil(lambda: window.multiviewer.taken > taken, timeout=WITHIN_MS)


def test_markers_templates_and_pictures_come_over_the_link(attached: Attaches, tmp_path: Path, qtbot: QtBot) -> None:
    first = in_a_break(1)
    templates = (TemplateStatus("Local ad 60", Fraction(60)), TemplateStatus("Any length"))
    one, two = first.snapshot().channels
    first.status = replace(first.snapshot(), channels=(replace(one, templates=templates), two))
    first.tell(seen("k"))
    first.tell(handled("k", break_id="f1"))
    first.tell(kept("f1", str(evidence(tmp_path / "evidence" / "out-a"))))
    with housing(tmp_path / "engine", first):
        window = attached(tmp_path / "engine")
        window.pages.turn()
        table = window.markers.table
        qtbot.waitUntil(lambda: table.markers.rowCount() == 1, timeout=WITHIN_MS)
        qtbot.waitUntil(lambda: table.markers.data(table.markers.index(0, 4)) == "RELAYED", timeout=WITHIN_MS)
        table.selectRow(0)
        qtbot.waitUntil(lambda: len(window.markers.detail.strip.shown.frames) == 10, timeout=WITHIN_MS)
        assert [button.text() for button in window.column.templates.buttons] == ["Local ad 60", "Any length", ""]
