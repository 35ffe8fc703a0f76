"""How late the screen says it is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from app.model.states import BreakState
from app.ui.heartbeat import INTERVAL_S, Lateness
from app.ui.summary import status_face
from tests.ui.conftest import Room
from tests.ui.scripted_engine import ScriptedEngine, a_break, channel, origin


def test_beats_in_time_are_not_late() -> None:
    lateness = Lateness()
    for beat in range(500):
        lateness.beat(beat * INTERVAL_S)
    assert lateness.p99_ms() < 0.001


def test_the_99th_percentile_over_ten_seconds() -> None:
    lateness, now_s = Lateness(), 0.0
    for beat in range(400):
        now_s += INTERVAL_S + (0.050 if beat % 50 == 0 else 0.0)
        lateness.beat(now_s)
    assert 49 < lateness.p99_ms() < 51
    for _ in range(700):
        now_s += INTERVAL_S
        lateness.beat(now_s)
    assert lateness.p99_ms() < 0.001


def test_no_beat_is_no_lateness() -> None:
    assert Lateness().p99_ms() == 0


def test_the_status_bar_tells_it_with_what_was_pushed() -> None:
    engine = ScriptedEngine(channel("a"), channel("b", origins={"far": origin(delivered=7, backlog=2, lost=1)}))
    face = status_face(engine.status, 4.4, roomy=True)
    words = "Engine running, 2 channels · screen 4 ms late at worst · pushed 247, waiting 2, lost 1"
    assert face.words == words
    assert "at worst" not in status_face(engine.status, 4.4, roomy=False).words


def test_the_status_line_says_that_previews_are_slowed() -> None:
    engine = ScriptedEngine(channel("news-1"), channel("news-2"))
    engine.status = replace(
        engine.status, channels=(engine.status.channels[0], replace(engine.status.channels[1], preview_rate=12.5))
    )
    assert status_face(engine.status, 0, roomy=True).words.endswith("machine short: 12.5 previews a second")
    engine.status = replace(engine.status, channels=(replace(engine.status.channels[0], preview_rate=0.0),))
    assert status_face(engine.status, 0, roomy=True).words.endswith("machine short: no previews")


@pytest.mark.parametrize(
    ("state", "looks"), [(None, 4), (BreakState.ON_AIR, 4), (BreakState.CUED, 10), (BreakState.ARMED, 10)]
)
def test_the_desk_looks_as_often_as_its_figures_move(
    room: Callable[..., Room], state: BreakState | None, looks: int
) -> None:
    """Over a second of beats, in which one second of the house clock begins."""
    opened = room(channel("one", current=None if state is None else a_break(state, out_in_s=3, armed_ago_s=3)))
    desk, engine, polled = opened.desk, opened.engine, list[float]()
    engine.change("one", frame=25_001)
    desk.look()
    desk.refreshed.connect(lambda: polled.append(opened.seconds))
    for _beat in range(50):
        opened.seconds += 0.02
        opened.now += timedelta(seconds=0.02)
        desk.look()
    assert abs(len(polled) - looks) <= 1
    assert any(abs((opened.now - timedelta(seconds=opened.seconds - at)).microsecond) < 20_000 for at in polled)


def test_what_changes_on_air_is_looked_at_at_once(room: Callable[..., Room]) -> None:
    opened = room(channel("one"))
    opened.desk.look()
    opened.engine.change("one", current=a_break(BreakState.CUED))
    opened.desk.look()
    assert opened.desk.status is opened.engine.status
