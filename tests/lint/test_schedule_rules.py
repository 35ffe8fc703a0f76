"""Each rule over a schedule: breaks that break it, and breaks that don't; properties of the comparing rules."""

from __future__ import annotations

from datetime import UTC, datetime
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.lint.schedule import lint_breaks
from app.model.rundown import Ad, BreakPlan, Upid
from app.model.show import Show
from app.model.signalling import Template
from tests.lint.made import plan, rules, show

LOCAL = Template(name="Local ad 60", duration_s=Fraction(60))
SHOW = show(templates=(LOCAL,))
AD = Ad("a", "", Fraction(20))
NOW = datetime(2026, 11, 22, 20, tzinfo=UTC)
GUID = Upid(9, "SIGNAL:{uuid}")


def two(first: str, second: str, splice_event_id: int | None = None) -> list[BreakPlan]:
    """Two breaks of 30 s."""
    return [plan(name, at, splice_event_id=splice_event_id) for name, at in (("a", first), ("b", second))]


CASES: dict[str, tuple[list[BreakPlan], list[BreakPlan]]] = {
    "schedule.duplicate-id": ([plan("a", "+10"), plan("a", "+90")], two("+10", "+90")),
    "schedule.unknown-channel": ([plan("a", "+10", channel="news-2")], [plan("a", "+10")]),
    "schedule.unknown-template": ([plan("a", "+10", template="Local")], [plan("a", "+10", template="Local ad 60")]),
    "schedule.time": ([plan("a", "10:00:00:25")], [plan("a", "10:00:00:24")]),
    "schedule.past": (
        [plan("a", "2026-11-22T19:59:59Z")],
        [plan("a", "2026-11-22T20:00:01Z"), plan("b", "22:00:00:00"), plan("c", "+9")],
    ),
    "schedule.short": ([plan("a", "+10", "0.9")], [plan("a", "+10", "1")]),
    "schedule.ads-longer": ([plan("a", "+10", ads=(AD, AD))], [plan("a", "+10", ads=(AD,))]),
    "schedule.ads-shorter": ([plan("a", "+10", ads=(AD,))], [plan("a", "+10", "20.5", ads=(AD,))]),
    "schedule.type": ([plan("a", "+10", segmentation_type_id=0x35)], [plan("a", "+10", segmentation_type_id=0x34)]),
    "schedule.type-is-no-break": (
        [plan("a", "+10", segmentation_type_id=0x10)],
        [plan("a", "+10", segmentation_type_id=0x34)],
    ),
    "schedule.upid": ([plan("a", "+10", upid=Upid(3, "x"))], [plan("a", "+10", upid=GUID)]),
    "schedule.no-upid": (
        [plan("a", "+10", segmentation_type_id=0x34)],
        [plan("a", "+10", segmentation_type_id=0x34, upid=GUID)],
    ),
    "schedule.mixed-times": (two("+10", "2026-11-22T21:00:00Z"), two("21:00:00:00", "2026-11-22T21:00:00Z")),
    "schedule.overlap": (two("+10", "+39.96"), two("+10", "+40")),
    "schedule.spacing": (two("+10", "+45.9"), two("+10", "+46")),
    "schedule.pre-roll": ([plan("a", "+10", "5"), plan("b", "+15")], [plan("a", "+10", "6"), plan("b", "+16")]),
    "schedule.first-lead": ([plan("a", "+5.9")], [plan("a", "+6")]),
    "schedule.event-id-in-use": (
        two("+10", "+45", splice_event_id=7),
        [plan("a", "+10", splice_event_id=7), plan("b", "+46", splice_event_id=7), plan("c", None, splice_event_id=0)],
    ),
    "settings.window-kept": ([plan("a", "+10", "121")], [plan("a", "+10", "120")]),
}


@pytest.mark.parametrize("rule", CASES)
def test_a_schedule_breaks_its_rule_and_another_keeps_it(rule: str) -> None:
    broken, kept = CASES[rule]
    assert rule in rules(lint_breaks(broken, SHOW, now=NOW)), lint_breaks(broken, SHOW, now=NOW)
    assert rule not in rules(lint_breaks(kept, SHOW, now=NOW)), lint_breaks(kept, SHOW, now=NOW)


def test_breaks_that_no_reader_takes_are_told_by_profile() -> None:
    chapter = [plan("a", "+10", segmentation_type_id=0x20, upid=GUID)]
    placement = [plan("a", "+10", segmentation_type_id=0x34, upid=GUID)]
    assert "schedule.no-break-to-reader" in rules(lint_breaks(chapter, SHOW, profile="mediapackage"))
    assert "schedule.no-break-to-reader" not in rules(lint_breaks(placement, SHOW, profile="mediapackage"))
    assert "schedule.no-break-to-reader" not in rules(lint_breaks(chapter, SHOW, profile="plain"))


def test_breaks_that_wait_share_no_event_id() -> None:
    waiting = [plan("a", None, splice_event_id=7), plan("b", None, splice_event_id=7), plan("c", None)]
    assert [one.where for one in lint_breaks(waiting)] == ["break b"]


def test_ends_are_rounded_to_frames_as_on_air() -> None:
    touching = [plan("a", "+10", "30.01"), plan("b", "+40.01")]
    assert lint_breaks(touching, SHOW) == []
    nearly = [plan("a", "+10", "30.01"), plan("b", "+40")]  # 0.01 s is no frame of 25 a second
    assert lint_breaks(nearly, SHOW) == []
    assert rules(lint_breaks(nearly)) == {"schedule.overlap"}


def test_channels_are_not_held_against_each_other() -> None:
    assert lint_breaks([plan("a", "+10"), plan("a", "+10", channel="news-2")]) == []


def test_a_long_break_is_held_against_all_that_begin_in_it() -> None:
    found = lint_breaks([plan("a", "+10", "100"), plan("b", "+20", "10"), plan("c", "+50", "10")])
    assert [(one.rule, one.where) for one in found] == [("schedule.overlap", f"break {name}") for name in "bc"]
    assert "'a'" in found[1].text


def test_house_time_is_of_the_shows_zone() -> None:
    same = two("21:00:00:00", "2026-11-22T20:00:00Z")  # Berlin is an hour ahead
    assert "schedule.overlap" in rules(lint_breaks(same, SHOW, now=NOW))


_EVENTS = st.lists(st.tuples(st.integers(0, 400), st.integers(1, 60)), min_size=1, max_size=12)


@given(_EVENTS, st.sampled_from([None, SHOW]))
def test_overlaps_are_those_that_pairs_have(events: list[tuple[int, int]], on: Show | None) -> None:
    plans = [plan(str(n), f"+{at}", str(lasts)) for n, (at, lasts) in enumerate(events)]
    told = {one.where for one in lint_breaks(plans, on) if one.rule == "schedule.overlap"}
    ordered = sorted(range(len(events)), key=lambda n: events[n][0])
    wanted = {
        f"break {n}"
        for place, n in enumerate(ordered)
        if any(sum(events[other]) > events[n][0] for other in ordered[:place])
    }
    assert told == wanted


@given(_EVENTS)
def test_the_order_of_rows_says_nothing(events: list[tuple[int, int]]) -> None:
    plans = [plan(str(n), f"+{at + n / 1000}", str(lasts)) for n, (at, lasts) in enumerate(events)]
    assert {str(one) for one in lint_breaks(plans)} == {str(one) for one in lint_breaks(plans[::-1])}
