"""A spot and a template dragged from the library to the timeline by a real pointer; ``test_x11`` runs this."""

from __future__ import annotations

import subprocess
import threading
import time
from dataclasses import replace
from fractions import Fraction

from PySide6.QtCore import QEventLoop, QPoint, QTimer
from PySide6.QtWidgets import QWidget

from app.model.library import LibraryItem, LibraryKind
from app.model.schedule import Spot
from app.model.states import BreakState
from app.model.status import TemplateStatus
from app.ui.schedule.gestures import Ghost
from tests.ui.schedule.conftest import Board, Opens, booking, wait
from tests.ui.scripted_engine import a_break, channel

BREAK = booking("one", "b1", 900, 240, title="Late pod")
VOLTA = LibraryItem(
    id="VO-3002",
    title="Volta 30",
    kind=LibraryKind.SPOT,
    spots=(Spot(id="VO-3002", title="Volta 30", duration_s=Fraction(30)),),
    duration_s=Fraction(30),
)
CHANNELS = (
    replace(channel("one", "One"), templates=(TemplateStatus("long", Fraction(90)),)),
    channel("two", "Two"),
)
WITHIN_S, STILL_S, STEPS = 5.0, 0.3, 6


def opened_with_library(board: Opens) -> Board:
    opened = board(BREAK, channels=CHANNELS)
    opened.face.write_spot(VOLTA, 0, by="traffic")
    opened.window.page.library.read()
    wait(lambda: opened.window.page.library.cards.shelf.known == 2)
    return opened


def card(opened: Board, title: str) -> QPoint:
    """On the screen."""
    cards = opened.window.page.library.cards
    place = next(n for n, row in enumerate(cards.shelf.rows) if row.title == title)
    return cards.viewport().mapToGlobal(cards.visualRect(cards.shelf.index(place)).center())


def on(widget: QWidget, *places: QPoint) -> list[QPoint]:
    return [widget.mapToGlobal(place) for place in places]


def point(*words: str) -> None:
    subprocess.run(["xdotool", *words], check=True, timeout=WITHIN_S)


def moves(since: QPoint, to: QPoint) -> list[str]:
    """In steps, as a hand moves."""
    words: list[str] = []
    for step in range(1, STEPS + 1):
        at = since + (to - since) * (step / STEPS)
        words += ["mousemove", str(at.x()), str(at.y()), "sleep", "0.02"]
    return words


def carry(opened: Board, since: QPoint, *places: QPoint, key: str = "") -> list[Ghost | None]:
    """Press, move over the places of the screen, let go at the last; what showed at each. ``key``: held before that.

    In a thread of its own: Qt's drag is a loop that does not return until it is over.
    """
    shown: list[Ghost | None] = []

    def hand() -> None:
        point("mousemove", str(since.x()), str(since.y()), "sleep", "0.02", "mousedown", "1", "sleep", "0.05")
        try:
            at = since
            for place in places:
                point(*moves(at, place))
                shown.append(settled(opened, needed=place is places[-1]))
                at = place
            if key:
                point("keydown", key, "sleep", "1", "keyup", key)
        finally:
            point("mouseup", "1")

    thread = threading.Thread(target=hand, name="a hand")
    thread.start()
    loop, looks = QEventLoop(), QTimer(interval=5)  # QTest's own wait lets no thread run within a drag

    def look() -> None:
        if not thread.is_alive():
            loop.quit()

    looks.timeout.connect(look)
    looks.start()
    loop.exec()
    wait(lambda: opened.canvas.ghost is None)
    return shown


def settled(opened: Board, *, needed: bool) -> Ghost | None:
    """What shows when nothing has changed for a while."""
    until, since, shown = time.monotonic() + WITHIN_S, time.monotonic(), opened.canvas.ghost
    while time.monotonic() < until and (time.monotonic() - since < STILL_S or (needed and shown is None)):
        time.sleep(0.01)
        if opened.canvas.ghost is not shown:
            since, shown = time.monotonic(), opened.canvas.ghost
    return shown


def test_a_spot_is_dragged_into_a_break(board: Opens) -> None:
    opened = opened_with_library(board)
    (to,) = on(opened.canvas, opened.at("one", "b1"))
    (ghost,) = carry(opened, card(opened, "Volta 30"), to)
    assert ghost is not None
    assert ghost.label == "add to Late pod"
    assert ghost.tip[0].startswith("One  ")
    wait(lambda: opened.saved()["one", "b1"] != BREAK)
    saved = opened.saved()["one", "b1"]
    assert (saved.spots, saved.plan.duration_s) == ((*BREAK.spots, *VOLTA.spots), Fraction(270))
    opened.schedule.undo()
    assert opened.saved() == {("one", "b1"): BREAK}


def test_a_template_becomes_a_break_on_free_ground_whatever_it_was_dragged_over(board: Opens) -> None:
    opened = opened_with_library(board)
    places, free = opened.canvas.places, opened.place("two", 300)
    ways = QPoint(places.head + 40, places.lane + 2), QPoint(places.head // 2, free.y()), free
    ruler, head, ghost = carry(opened, card(opened, "long"), *on(opened.canvas, *ways))
    assert (ruler, head) == (None, None), "neither the ruler nor a row's head is a moment"
    assert ghost is not None
    ((name, span),) = ghost.spans
    assert (name, span[1] - span[0]) == ("two", 90_000_000)
    wait(lambda: len(opened.saved()) == 2)
    (made,) = (one for key, one in opened.saved().items() if key[0] == "two")
    assert opened.schedule.moments.span(made) == span
    assert (made.plan.template, made.plan.duration_s, made.spots) == ("long", Fraction(90), ())


def test_a_cue_key_that_is_held_while_a_spot_is_dragged_fires_once(board: Opens) -> None:
    opened = opened_with_library(board)
    airing = a_break(BreakState.ON_AIR, out_in_s=-36, armed_ago_s=42)
    opened.engine.change("one", current=airing, on_air=airing)
    opened.window.desk.poll()
    (to,) = on(opened.canvas, opened.at("one", "b1"))
    carry(opened, card(opened, VOLTA.title), to, key="F6")
    assert [command.name for command in opened.engine.submitted] == ["extend"]
