"""How late the screen says it is."""

from __future__ import annotations

from dataclasses import replace

from app.ui.heartbeat import INTERVAL_S, Lateness
from app.ui.summary import status_face
from tests.ui.scripted_engine import ScriptedEngine, channel, origin


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
