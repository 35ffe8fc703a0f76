"""When a finding becomes an alarm, when it is over, and which of several is the cause."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.model.quality import QualityStatus
from app.model.quality_limits import QualityLimits, Rule, Weight
from app.monitoring.quality_rules import Hold, QualityJudge, findings

FINE = QualityStatus(
    momentary_lufs=-23.0,
    short_lufs=-23.0,
    integrated_lufs=-23.0,
    true_peak_dbtp=-6.0,
    phase=0.8,
    silent=False,
    silent_s=0.0,
    over=False,
    clipped=0,
    black=False,
    black_s=0.0,
    frozen=False,
    frozen_s=0.0,
    bars=False,
    cc_errors=0,
    captions=True,
    scte35=True,
)
SILENT = replace(FINE, silent=True, silent_s=4.0, short_lufs=-100.0, phase=None)
BLACK = replace(FINE, black=True, black_s=3.0, frozen=True, frozen_s=3.0)
STILL = replace(FINE, frozen=True, frozen_s=3.0)
BARS = replace(FINE, bars=True, frozen=True, frozen_s=9.0, short_lufs=-2.0, phase=-1.0)
LIMITS = QualityLimits()


class Board:
    """A judge, and what stands on the board of alarms."""

    def __init__(self, limits: QualityLimits = LIMITS) -> None:
        self.standing: dict[str, tuple[str, str]] = {}
        self.said = 0
        self.judge = QualityJudge(limits, self._set)
        self.at_s = 0.0

    def _set(self, key: str, severity: str, text: str | None) -> None:
        self.said += 1
        if text is None:
            del self.standing[key]
        else:
            assert key not in self.standing
            self.standing[key] = severity, text

    def look(self, status: QualityStatus, for_s: float, causes: tuple[str, ...] = ()) -> set[str]:
        """Five times a second for so long; the keys that stand then."""
        for _ in range(round(for_s * 5)):
            self.at_s = round(self.at_s + 0.2, 1)
            self.judge.look(status, self.at_s, causes=causes)
        return set(self.standing)


@pytest.mark.parametrize(
    ("status", "key", "rule", "severity"),
    [
        (SILENT, "audio.silence", LIMITS.silence, "critical"),
        (BLACK, "picture.black", LIMITS.black, "critical"),
        (STILL, "picture.freeze", LIMITS.freeze, "warning"),
        (BARS, "picture.bars", LIMITS.bars, "warning"),
        (replace(FINE, over=True, true_peak_dbtp=0.4), "audio.level", LIMITS.level, "warning"),
        (replace(FINE, short_lufs=-8.0), "audio.loudness", LIMITS.loudness, "warning"),
        (replace(FINE, short_lufs=-40.0), "audio.loudness", LIMITS.loudness, "warning"),
        (replace(FINE, phase=-0.9), "audio.phase", LIMITS.phase, "warning"),
        (replace(FINE, captions=False), "picture.captions", LIMITS.captions, "warning"),
        (replace(FINE, scte35=False), "signal.scte35", LIMITS.scte35, "warning"),
    ],
)
def test_each_trouble_is_one_alarm_after_its_hold_and_over_after_its_other(
    status: QualityStatus, key: str, rule: Rule, severity: str
) -> None:
    board = Board()
    assert board.look(FINE, 5) == set()
    assert board.look(status, float(rule.after_s)) == set()
    assert board.look(status, 0.4) == {key}
    assert board.standing[key][0] == severity
    assert board.look(status, 100) == {key}
    assert board.look(FINE, float(rule.clear_s)) == {key}
    assert board.look(FINE, 0.4) == set()
    assert board.said == 2


def test_the_texts_tell_what_was_measured() -> None:
    board = Board()
    board.look(replace(FINE, over=True, true_peak_dbtp=0.44, short_lufs=-8.04), 61)
    assert board.standing["audio.level"][1] == "over-level at 0.4 dBTP: above -1 dBTP"
    assert board.standing["audio.loudness"][1] == "loudness -8.0 LUFS, above the target of -23 ± 10 LU"
    board = Board()
    board.look(replace(FINE, over=True, clipped=4), 10)
    assert board.standing["audio.level"][1] == "the sound is clipped"


def test_black_that_was_still_before_takes_the_stills_place() -> None:
    board = Board()
    assert board.look(STILL, 11) == {"picture.freeze"}
    assert board.look(BLACK, 0.2) == set()
    assert board.look(BLACK, 6) == {"picture.black"}


def test_a_source_without_sound_is_not_told_twice() -> None:
    assert Board().look(SILENT, 30, causes=("source.no_audio",)) == set()


def test_a_marker_stream_that_was_asked_for_and_is_missing_is_not_told_twice() -> None:
    assert Board().look(replace(FINE, scte35=False), 30, causes=("source.cue_pids",)) == set()


def test_on_the_slate_nothing_is_judged() -> None:
    board = Board()
    assert board.look(SILENT, 11) == {"audio.silence"}
    assert board.look(QualityStatus(), 0.2) == set()
    assert board.look(QualityStatus(), 100) == set()
    assert board.look(SILENT, 9) == set()  # its hold begins anew behind the slate


def test_at_rest_everything_is_cleared() -> None:
    board = Board()
    board.look(replace(SILENT, black=True), 11)
    board.judge.rest()
    board.judge.rest()
    assert board.standing == {}
    assert board.look(SILENT, 9.8) == set()


def test_lost_packets_are_counted_over_ten_seconds_and_from_where_a_session_begins() -> None:
    board = Board()
    assert board.look(replace(FINE, cc_errors=4), 1) == set()  # what was before is not of now
    assert board.look(replace(FINE, cc_errors=8), 1) == set()
    assert board.look(replace(FINE, cc_errors=9), 0.2) == {"source.continuity"}
    assert "5 in 10 s" in board.standing["source.continuity"][1]
    assert board.look(replace(FINE, cc_errors=9), 30) == set()
    assert board.look(replace(FINE, cc_errors=0), 1) == set()  # opened anew
    assert board.look(replace(FINE, cc_errors=50), 0.2, causes=("source.damaged",)) == set()
    assert board.look(replace(FINE, cc_errors=None), 1) == set()


def test_a_rule_that_is_off_says_nothing() -> None:
    limits = QualityLimits(silence=Rule(weight=Weight.OFF, after_s=Fraction(0)))
    assert Board(limits).look(SILENT, 100) == set()


def test_one_cause_is_blamed_for_what_comes_of_it() -> None:
    def wrong(status: QualityStatus) -> set[str]:
        return {found.key for found in findings(status, LIMITS, 0, ()) if found.wrong}

    assert wrong(FINE) == set()
    assert wrong(replace(SILENT, phase=-1.0)) == {"audio.silence"}
    assert wrong(BLACK) == {"picture.black"}
    assert wrong(BARS) == {"picture.bars"}
    assert wrong(QualityStatus()) == set()


@given(st.lists(st.sampled_from([True, False, None]), max_size=60), st.integers(0, 8), st.integers(0, 8))
def test_a_hold_changes_only_after_so_much_of_the_same(looks: list[bool | None], after: int, clear: int) -> None:
    hold = Hold(Rule(after_s=Fraction(after), clear_s=Fraction(clear)))
    for n, wrong in enumerate(looks):
        before = hold.standing
        now = hold.look(wrong, float(n))
        if now != before:
            held = (after if now else clear) if wrong is not None else 0
            assert n >= held
            assert all(look is wrong for look in looks[n - held : n + 1])
        if wrong is None:
            assert now is False
