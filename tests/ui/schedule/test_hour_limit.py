"""How much of an hour may be breaks: the channel's own limit, that the linter holds them to, and no other."""

from __future__ import annotations

from contextlib import closing
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt

from app.cli.schedule_face import StoreFace
from app.model.schedule_limits import ScheduleLimits
from app.settings import demo_show
from app.ui.schedule.head_paint import minutage_words
from tests.ui.schedule.conftest import Board, Opens, booking

MINUTE_US = 60_000_000
LIMITS = ScheduleLimits(ad_load_s=Fraction(690))


def hour_of_drag(opened: Board, name: str) -> str:
    """What is said of the hour while a channel's break is dragged."""
    by, alt = QPoint(66, 0), Qt.KeyboardModifier.AltModifier
    opened.press(opened.at(name, name))
    opened.drag(opened.at(name, name) + by, alt)
    ghost = opened.canvas.ghost
    assert ghost is not None
    opened.drop(opened.at(name, name) + by)
    return ghost.tip[2]


@pytest.mark.parametrize(
    ("limit_us", "words"),
    [(None, "4:00 this hour"), (10 * MINUTE_US, "4:00 / 10"), (11 * MINUTE_US + 30_000_000, "4:00 / 11:30")],
)
def test_a_head_says_of_how_many_minutes_where_there_is_a_limit(limit_us: int | None, words: str) -> None:
    assert minutage_words(4 * MINUTE_US, limit_us) == words


def test_each_channel_is_shown_its_own_limit_and_none_where_none_is_set(board: Opens) -> None:
    opened = board(booking("one", "one", 900, 240), booking("two", "two", 900, 240))
    opened.face.limits = {"one": LIMITS, "two": ScheduleLimits()}
    assert hour_of_drag(opened, "one") == "Hour 4:00 of 11:30. not snapping"
    assert hour_of_drag(opened, "two") == "Hour 4:00. not snapping"
    heads = {head.title: head for head in opened.canvas._painter._row_heads()}
    assert heads["One"].limit_us == 690_000_000
    assert {heads[title].limit_us for title in ("Two", "Three")} == {None}
    assert heads["Three"].minutage_us == 0
    opened.canvas.grab()


def test_the_limit_is_the_shows(tmp_path: Path) -> None:
    show = demo_show(tmp_path)
    show = replace(show, channels=(replace(show.channels[0], schedule=LIMITS), *show.channels[1:]))
    with closing(StoreFace(tmp_path / "store.sqlite3", show)) as face:
        assert face.limits[show.channels[0].name] == LIMITS
