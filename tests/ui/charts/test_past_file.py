"""What one window's charts hold is there in the next one, with a gap between them; a file that is not so is let go."""

from __future__ import annotations

import math
import random
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.model.status import EngineStatus
from app.ui.history.history import LOUDNESS, PUSH, History
from app.ui.history.past_file import PastFile, packed, unpacked
from app.ui.history.tiers import TIERS, Series
from tests.ui.scripted_engine import NOW, ZONE, an_alarm, channel

OFFSET_S = 1.7e9


def status(**about: object) -> EngineStatus:
    one = replace(channel("c"), **about)  # type: ignore[arg-type]  # any field
    return EngineStatus(pid=1, version="0.1.0", since=NOW, show="Evening", timezone=ZONE, channels=(one,))


def measured(seconds: int, since_s: float = 1000.0) -> History:
    history = History()
    alarm = an_alarm("warning", "late", key="late")
    for second in range(seconds):
        history.take(status(frame=25 * second, alarms=(alarm,)), since_s + second)
    return history


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, 4000), st.floats(-1e6, 1e6, width=32)), max_size=60),
    st.integers(0, 100_000),
)
def test_a_series_goes_on_as_if_it_had_never_been_put_away(steps: list[tuple[int, float]], later: int) -> None:
    whole, now_s = Series(), 500
    for step, value in steps:
        now_s += step
        whole.add(now_s, value)
    bins: list[bytes] = []
    newest = whole.kept(bins)
    again, rest = Series.of(newest, memoryview(b"".join(bins)))
    assert not rest.nbytes
    for series in (whole, again):
        series.add(now_s + later + 60, 7.0)
    for bin_s, count in TIERS:
        for mine, theirs in zip(whole.over(bin_s * count)[1:], again.over(bin_s * count)[1:], strict=True):
            np.testing.assert_array_equal(mine, theirs)


def test_the_next_window_goes_on_with_a_gap_while_none_was_open(tmp_path: Path) -> None:
    file = PastFile(tmp_path / "charts.bin")
    file.keep(measured(30), OFFSET_S)
    after = History()
    file.bring(after, OFFSET_S + 0.4, 1060.0)
    alarm = an_alarm("warning", "late", key="late")
    for second in range(5):
        after.take(status(frame=25 * (60 + second), alarms=(alarm,)), 1060.0 + second)
    _bin_s, means, _peaks = after.of("c").series[PUSH + "Origin A"].over(60)
    assert len(means) == 60
    there = ~np.isnan(means)
    assert there.tolist() == [at < 1030 or at >= 1060 for at in range(1005, 1065)]
    assert list(after.of("c").alarms) == [1000.0]  # it stood all the time: it is no new one
    assert LOUDNESS not in after.of("c").series
    assert [one.name for one in tmp_path.iterdir()] == ["charts.bin"]


@pytest.mark.parametrize("offset_s", [OFFSET_S + 2, OFFSET_S - 3600, 0.0, math.nan, math.inf])
def test_after_a_restart_of_the_machine_or_another_clock_nothing_is_brought(tmp_path: Path, offset_s: float) -> None:
    file = PastFile(tmp_path / "charts.bin")
    file.keep(measured(5), OFFSET_S)
    after = History()
    file.bring(after, offset_s, 2000.0)
    assert after.channels == {}


def test_what_is_of_a_time_to_come_is_let_go(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """Else its series would stand still until then."""
    file = PastFile(tmp_path / "charts.bin")
    file.keep(measured(30), OFFSET_S)
    after = History()
    file.bring(after, OFFSET_S, 900.0)
    assert after.channels == {}
    assert "time to come" in caplog.text


@pytest.mark.parametrize("seed", range(40))
def test_a_broken_file_is_nothing_but_a_line_in_the_log(tmp_path: Path, seed: int) -> None:
    chance = random.Random(seed)
    path, content = tmp_path / "charts.bin", packed(measured(20), OFFSET_S)
    head = content.index(b"\n")
    harmed = bytearray(content)
    for _ in range(chance.choice((1, 3, 20))):
        harmed[chance.randrange(head if chance.random() < 0.8 else len(harmed))] = chance.randrange(256)
    path.write_bytes(bytes(harmed[: chance.choice((len(harmed), head, head // 2, len(harmed) - 3))]))
    after = History()
    PastFile(path).bring(after, OFFSET_S, 1060.0)
    for _ in range(3):
        assert after.take(status(), 1060.0 + _)
    path.write_bytes(b"[" * 100_000)
    PastFile(path).bring(after, OFFSET_S, 1060.0)


def test_a_folder_that_is_not_there_keeps_nobody(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    file = PastFile(tmp_path / "no" / "charts.bin")
    file.keep(measured(2), OFFSET_S)
    assert "not kept" in caplog.text
    file.bring(History(), OFFSET_S, 2000.0)


def test_a_break_that_was_open_is_not_drawn_over_the_gap() -> None:
    history = measured(3)
    history.of("c").breaks.append([1000.0, 1002.0])
    history.of("c").in_break = True
    again = unpacked(packed(history, OFFSET_S), OFFSET_S, 1060.0)["c"]
    assert (list(again.breaks), again.in_break) == ([[1000.0, 1002.0]], False)
    assert {raised_at for _, raised_at in again.standing} == {NOW - timedelta(seconds=12)}
