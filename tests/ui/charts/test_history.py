"""Ring buffers against plain lists, and what is taken from the status."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.model.quality import QualityStatus
from app.model.readings import Readings, RungReading
from app.model.states import BreakState, ChannelState
from app.model.status import ChannelStatus, EngineStatus
from app.ui.charts.faces import Scales, all_faces, rounded_up, small_faces
from app.ui.charts.span import Span
from app.ui.history.history import ENCODE_MS, FPS, OUT, PUSH, History
from app.ui.history.tiers import Series, Tier
from tests.ui.feed_markers import proved
from tests.ui.scripted_engine import NOW, a_break, an_alarm, channel

STEPS = st.lists(st.tuples(st.integers(0, 25), st.floats(-1e6, 1e6, width=32)), max_size=60)


@given(STEPS, st.integers(1, 10), st.integers(1, 30), st.integers(1, 40))
def test_a_ring_holds_what_a_list_of_all_would_say(
    steps: list[tuple[int, float]], bin_s: int, bins: int, asked: int
) -> None:
    tier, now, all_of_it = Tier(bin_s, bins), 1000, dict[int, list[float]]()
    for later, value in steps:
        now += later
        tier.add(now, value)
        all_of_it.setdefault(now // bin_s, []).append(float(np.float32(value)))
    means, peaks = tier.last(asked)
    shown = min(asked, bins)
    assert len(means) == len(peaks) == shown
    if not steps:
        assert np.isnan(means).all()
        return
    for place in range(shown):
        there = all_of_it.get(now // bin_s - shown + 1 + place, [])
        if there:
            assert peaks[place] == pytest.approx(max(there), rel=1e-5)
            assert means[place] == pytest.approx(sum(there) / len(there), rel=1e-4, abs=0.5)
        else:
            assert math.isnan(means[place])


def test_a_clock_that_goes_back_changes_nothing() -> None:
    series = Series()
    series.add(1000, 5)
    series.advance(10)
    assert series.now == 5
    step, means, _ = series.over(Span.DAY)
    assert (step, len(means)) == (60, 1440)


def _status(*channels: ChannelStatus) -> EngineStatus:
    return EngineStatus(1, "1", NOW, "Evening", "UTC", channels)


def _rung(pictures: int, encoded_bytes: int, encoding_s: float, name: str = "540p") -> Readings:
    rung = RungReading(name=name, pictures=pictures, encoded_bytes=encoded_bytes, encoding_s=encoding_s, waiting=0)
    return Readings(rungs=(rung,), waiting=3, room=24)


def _after(history: History, seconds: Iterable[ChannelStatus | None], since_s: float = 101.0) -> None:
    for number, status in enumerate(seconds):
        last = status or channel("c")
        history.take(_status(last), since_s + number, lost=status is None)


def test_rates_are_differences_of_what_only_grows() -> None:
    history, one = History(), channel("c")
    _after(
        history,
        [
            replace(one, frame=100, readings=_rung(100, 1_000_000, 2.0)),
            replace(one, frame=125, readings=_rung(125, 1_250_000, 2.5)),
        ],
    )
    series = history.of("c").series
    assert (series[FPS].now, series[ENCODE_MS].now, series[OUT + "540p"].now) == (25, 20, 2_000_000)
    assert series[PUSH + "Origin A"].now == 31


def test_a_channel_that_began_anew_and_an_engine_that_is_lost_leave_gaps() -> None:
    history, one = History(), channel("c")
    states = [replace(one, frame=frame, readings=_rung(frame, frame, 0)) for frame in (100, 125)]
    _after(history, [*states, None, None, None, replace(one, frame=3, readings=_rung(3, 9, 0))])
    _, means, _ = history.of("c").series[FPS].over(Span.MINUTE)
    assert [None if math.isnan(each) else each for each in means[-6:]] == [None, 25, None, None, None, None]
    assert means[means < 0].size == 0


def test_off_air_measures_nothing_of_the_pictures() -> None:
    history, one = History(), channel("c", state=ChannelState.OFF_AIR)
    _after(history, [replace(one, frame=1), replace(one, frame=2)])
    assert FPS not in history.of("c").series


def test_breaks_and_alarms_are_marked_once() -> None:
    history, one = History(), channel("c")
    on = a_break(BreakState.ON_AIR, out_in_s=-1)
    alarm = an_alarm("warning", "late", key="late")
    again = replace(alarm, raised_at=NOW + timedelta(seconds=9))
    looks = [one, replace(one, on_air=on, alarms=(alarm,)), replace(one, on_air=on, alarms=(alarm,)), one]
    _after(history, [*looks, replace(one, alarms=(again,))])
    kept = history.of("c")
    assert list(kept.breaks) == [[102.0, 103.0]]
    assert list(kept.alarms) == [102.0, 105.0]


def test_loudness_and_what_comes_in_are_drawn_where_they_are_measured() -> None:
    history, one, scales = History(), channel("c"), Scales()
    looks = [
        QualityStatus(short_lufs=-60.0, received_bytes=0),
        QualityStatus(short_lufs=-21.5, received_bytes=1_000_000),
    ]
    _after(history, [replace(one, frame=number * 25, quality=look) for number, look in enumerate([looks[0], *looks])])
    faces = small_faces(history.of("c"), Span.MINUTE, scales)
    assert [face.words for face in (faces[0], faces[3])] == ["Mb/s: in 8", "Loudness LUFS: −21.5"]
    assert (faces[3].bottom, float(faces[3].lines[0].values[-2])) == (-47, -47)


def test_the_newest_splice_is_drawn_until_the_next_with_its_lateness_and_error() -> None:
    history, one = History(), channel("one")
    started_at = NOW - timedelta(seconds=60)
    one = replace(one, first_pts=900_000, first_frame_at=started_at)
    _after(history, [replace(one, frame=25)])
    aired = 900_000 + 57 * 90_000
    verdict = replace(proved("b1"), at=NOW, pts=aired, error_ticks=-3600)
    history.note(replace(verdict, at=NOW - timedelta(hours=1), error_ticks=9), NOW)  # a window that came late is told
    history.note(verdict, NOW)
    _after(history, [replace(one, frame=50), replace(one, frame=75)], since_s=102)
    found = {face.title: face for face in all_faces(history.of("one"), Span.MINUTE, Scales())}
    assert found["Proof after s"].words == "Proof after s: Origin A 3"
    assert found["Splice error ms"].words == "Splice error ms: Origin A -40"
    assert (found["Splice error ms"].bottom, found["Splice error ms"].top) == (-50, 50)


def test_an_origin_has_its_place_and_colour_in_every_chart_whichever_is_proved_first() -> None:
    history, one = History(), replace(channel("one"), first_pts=900_000, first_frame_at=NOW - timedelta(seconds=60))
    _after(history, [replace(one, frame=25)])
    for second, origin in enumerate(("Origin B", "Origin A"), 2):
        verdict = replace(proved("b1"), at=NOW, origin=origin, pts=900_000 + 57 * 90_000, error_ticks=0)
        history.note(verdict, NOW)
        _after(history, [replace(one, frame=25 * second)], since_s=100 + second)
    found = {
        face.title: [line.label for line in face.lines] for face in all_faces(history.of("one"), Span.MINUTE, Scales())
    }
    assert found["Push ms"] == found["Proof after s"] == found["Splice error ms"] == ["Origin A", "Origin B"]


def test_sound_that_lies_ahead_is_drawn_below_zero() -> None:
    history, one = History(), channel("c")
    looks = [QualityStatus(sound_behind_ms=ms) for ms in (-320.0, -320.0, 40.0)]
    _after(history, [replace(one, frame=number * 25, quality=look) for number, look in enumerate(looks)])
    faces = all_faces(history.of("c"), Span.MINUTE, Scales())
    (sound,) = (face for face in faces if face.title == "A/V arrival ms")
    assert sound.bottom == -sound.top == -400
    assert sound.words == "A/V arrival ms: 40"


@given(st.floats(0.001, 1e9))
def test_a_scale_ends_on_the_next_round_figure(value: float) -> None:
    top = rounded_up(value)
    assert value * 0.999 <= top <= value * 2.5
    assert f"{top:e}"[0] in "1245"


def test_a_scale_never_shrinks() -> None:
    history, scales = History(), Scales()
    slow, one = _rung(150, 0, 10.0), channel("c")
    _after(history, [replace(one, frame=100, readings=_rung(100, 0, 0)), replace(one, frame=150, readings=slow)])
    encode = next(face for face in small_faces(history.of("c"), Span.MINUTE, scales) if face.title == "Encode ms")
    assert (encode.top, encode.limit) == (400, (40, "budget 40"))
    assert encode.words == "Encode ms: 200"
    for second in range(3, 90):
        history.take(_status(replace(one, frame=150 + second, readings=slow)), 100.0 + second)
    faces = all_faces(history.of("c"), Span.MINUTE, scales)
    assert (len(faces), faces[1].top) == (9, 400)
