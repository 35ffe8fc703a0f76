"""Fixes of a schedule's findings: those of each rule, and that any fix removes its finding and adds no error."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.lint.schedule import told_of
from app.lint.scheduled import lint_schedule
from app.model.lint import LintSeverity
from app.model.rundown import Ad, Upid
from app.model.schedule import Airing, Booking, Follow
from app.model.schedule_findings import fixed
from app.model.schedule_limits import Blackout, ScheduleLimits
from app.model.show import Show
from app.model.signalling import Template
from app.model.timebase import FrameRate
from tests.lint.made import plan, show

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
HOUSE = ScheduleLimits(
    ad_load_s=Fraction(720),
    spacing_s=Fraction(60),
    blackouts=(Blackout.parse("20:00-20:15"), Blackout.parse("23:50-00:10")),
)
SHOW = show(templates=(Template(name="Local ad 60", duration_s=Fraction(60)),))
STRICT = show(schedule=HOUSE)
AD = Ad("a1", "", Fraction(20))


def booked(name: str, at: str | None, duration: str = "30", **fields: Any) -> Booking:
    return Booking(plan=plan(name, at, duration, **fields))


def labels(bookings: Sequence[Booking], rule: str, on: Show | None = SHOW, **more: Any) -> list[str]:
    return [fix.label for one in lint_schedule(bookings, on, **more) if one.rule == rule for fix in one.fixes]


def said(
    bookings: Sequence[Booking], on: Show | None, now: datetime | None = None
) -> list[tuple[LintSeverity, str, str]]:
    """Severity, rule and break of all findings."""
    plans = [booking.plan for booking in bookings]
    told = told_of(plans, on, [""] * len(plans), now, None)
    return [(one.finding.severity, one.finding.rule, plans[one.about[0]].id) for one in told]


A, B = "2026-11-22 20:38:00:00", "2026-11-22 20:38:20:00"
CASES: dict[str, tuple[list[Booking], list[str]]] = {
    "schedule.overlap": ([booked("a", A), booked("b", B)], ["Move b to 20:38:30:00", "Shorten a to 20 s", "Remove b"]),
    "schedule.spacing": ([booked("a", "+10"), booked("b", "+43")], ["Move b to +46"]),
    "schedule.pre-roll": ([booked("a", "+10", "5"), booked("b", "+15")], ["Move b to +21", "Remove b"]),
    "schedule.first-lead": ([booked("a", "+1")], ["Move a to +6", "Remove a"]),
    "schedule.past": ([booked("a", "2026-11-22T11:00:00Z")], ["Move a to 13:00:30.040", "Remove a"]),
    "schedule.short-notice": ([booked("a", "2026-11-22T13:00:03+01:00")], ["Move a to 13:00:30.040", "Remove a"]),
    "schedule.duplicate-id": ([booked("a", "+10"), booked("a", "+90")], ["Rename a to a-2", "Remove a"]),
    "schedule.unknown-channel": ([booked("a", "+10", channel="news1")], ["Book a on news-1", "Remove a"]),
    "schedule.unknown-template": (
        [booked("a", "+10", template="Local ad")],
        ["Signal a as Local ad 60", "Signal a as its channel does"],
    ),
    "schedule.time": (
        [booked("a", "2026-11-22 20:00:00:25")],
        ["Move a to 20:00:00:24", "Remove a"],
    ),
    "schedule.short": ([booked("a", "+10", "0.5")], ["Lengthen a to 1 s", "Remove a"]),
    "schedule.ads-longer": ([booked("a", "+10", ads=(AD, AD))], ["Lengthen a to 40 s", "Remove ad a1 from a"]),
    "schedule.ads-shorter": ([booked("a", "+10", ads=(AD,))], ["Shorten a to 20 s"]),
    "schedule.type": (
        [booked("a", "+10", segmentation_type_id=0x35)],
        ["Leave segmentation_type_id of a to its channel"],
    ),
    "schedule.upid": ([booked("a", "+10", upid=Upid(3, "x"))], ["Leave the UPID of a to its channel"]),
    "schedule.event-id-in-use": (
        [booked("a", "+10", splice_event_id=7), booked("b", "+45", splice_event_id=7)],
        ["Leave the splice_event_id of b to its channel"],
    ),
}


@pytest.mark.parametrize("rule", CASES)
def test_a_finding_offers_what_mends_it(rule: str) -> None:
    bookings, wanted = CASES[rule]
    assert labels(bookings, rule, now=NOW) == wanted


def test_the_house_limits_a_schedule() -> None:
    close = [booked("a", "+100"), booked("b", "+150")]
    assert labels(close, "schedule.too-close", STRICT) == [
        "Move b to +190",
        "Remove b",
    ]  # a can't be shortened that far
    dark = [booked("a", "2026-11-22 19:59:50:00"), booked("b", "2026-11-23T00:09:59+01:00"), booked("c", "+10")]
    found = [one for one in lint_schedule(dark, STRICT) if one.rule == "schedule.blackout"]
    assert [(one.keys[0][1], [fix.label for fix in one.fixes]) for one in found] == [
        ("a", ["Move a to 20:15:00:00", "Remove a"]),
        ("b", ["Move b to 00:10:00", "Remove b"]),
    ]
    full = [booked(str(n), f"2026-11-22 21:{n}5:00:00", "240") for n in range(4)]
    assert labels(full, "schedule.ad-load", STRICT) == ["Move 3 to 22:00:00:00", "Remove 3"]
    full[:3] = [booked(str(n), f"2026-11-22 21:{n}5:00:00", "200") for n in range(3)]
    assert labels(full, "schedule.ad-load", STRICT) == ["Move 3 to 22:00:00:00", "Shorten 3 to 120 s", "Remove 3"]


def test_an_hour_and_a_blackout_are_of_the_houses_clock() -> None:
    limits = ScheduleLimits(ad_load_s=Fraction(60), blackouts=(Blackout.parse("02:00-03:00"),))
    india = replace(show(schedule=limits), timezone="Asia/Kolkata")
    over = [booked("a", "2026-11-22T14:40:00Z", "40"), booked("b", "2026-11-22T15:20:00Z", "40")]
    assert labels(over, "schedule.ad-load", india)[:1] == ["Move b to 21:00:00"]
    berlin = show(schedule=limits)
    twice = [booked(str(n), f"2026-10-25T0{n}:59:59.960Z", "1") for n in range(2)]  # 02:59 in summer, and in winter
    found = [one for one in lint_schedule(twice, berlin) if one.rule == "schedule.blackout"]
    assert [one.keys[0][1] for one in found] == ["0", "1"]
    left_out = [booked("s", "2026-03-29T01:00:00Z")]  # 03:00: there is no 02:30 on that day
    assert labels(left_out, "schedule.blackout", berlin) == []


def test_starts_move_over_midnight_and_over_the_hours_that_clocks_go_on_or_back() -> None:
    midnight = [booked("a", "2026-11-22 23:59:40:00"), booked("b", "2026-11-22 23:59:50:00")]
    assert labels(midnight, "schedule.overlap")[0] == "Move b to 2026-11-23 00:00:10:00"
    spring = [booked("a", "2026-03-29 01:59:40:00"), booked("b", "2026-03-29 01:59:50:00")]
    assert labels(spring, "schedule.overlap")[0] == "Move b to 03:00:10:00"
    missing = [booked("a", "2026-03-29 02:30:00:00")]
    assert labels(missing, "schedule.time") == ["Move a to 03:30:00:00", "Remove a"]
    autumn = [booked("a", "2026-10-25 02:59:40:00"), booked("b", "2026-10-25 02:59:50:00")]  # both in the first round
    moved = next(one for one in lint_schedule(autumn, SHOW) if one.rule == "schedule.overlap").fixes[0]
    assert moved.label == "Move b to 03:00:10:00"  # the second round can't be named
    dateless = [booked("a", "23:59:40:00"), booked("b", "23:59:50:00")]
    assert labels(dateless, "schedule.overlap", now=NOW) == ["Shorten a to 10 s", "Remove b"]
    drop = show(frame_rate=FrameRate(30000, 1001))
    dropped = [booked("a", "2026-11-22 20:38:30;02"), booked("b", "2026-11-22 20:38:40;02")]
    assert labels(dropped, "schedule.overlap", drop)[0] == "Move b to 20:39:00;03"


def test_what_is_locked_is_not_changed() -> None:
    both = [booked("a", A), booked("b", B)]
    assert labels(both, "schedule.overlap", locked={("news-1", "b")}) == ["Shorten a to 20 s"]
    past = [booked("a", "2026-11-22T11:00:00Z")]
    assert lint_schedule(past, SHOW, now=NOW, locked={("news-1", "a")}) == []


def following(name: str, followed: str, at: str | None = None) -> Booking:
    return replace(booked(name, at), air=Airing(follow=Follow(break_id=followed)))


def test_what_follows_itself_never_airs() -> None:
    circle = [following("a", "b"), following("b", "c"), following("c", "b"), following("d", "gone"), booked("e", "+9")]
    found = [one for one in lint_schedule(circle, SHOW) if one.rule == "schedule.follows-itself"]
    assert [[break_id for _, break_id in one.keys] for one in found] == [["b", "c"], ["c", "b"]]
    assert not lint_schedule([following("a", "b"), following("b", "e"), booked("e", "+9")], SHOW)


def test_what_another_follows_is_not_removed() -> None:
    both = [booked("a", A), booked("b", B)]
    assert labels([*both, following("c", "b")], "schedule.overlap") == ["Move b to 20:38:30:00", "Shorten a to 20 s"]
    assert labels([*both, following("c", "a")], "schedule.overlap")[-1] == "Remove b"


_FORMS = (
    "+{}",
    "2026-11-22 {:%H:%M:%S}:12",
    "{:%H:%M:%S}:00",
    "{:%Y-%m-%dT%H:%M:%S}.250+01:00",
)
_TIMES = st.tuples(st.sampled_from(_FORMS), st.integers(0, 900))
_EVENTS = st.lists(
    st.tuples(_TIMES, st.integers(0, 400), st.sampled_from([None, 7]), st.integers(0, 2)), min_size=1, max_size=9
)


def _at(form: str, second: int) -> str:
    local = datetime(2026, 11, 22, 19, 50, tzinfo=UTC) + timedelta(seconds=second)
    return form.format(second) if form[0] == "+" else form.format(local)


@given(_EVENTS, st.sampled_from([None, SHOW, STRICT]), st.booleans())
def test_a_fix_removes_its_finding_and_adds_no_error(
    events: list[tuple[tuple[str, int], int, int | None, int]], on: Show | None, timely: bool
) -> None:
    bookings = [
        booked(f"b{n % 8}", _at(*at), str(lasts), splice_event_id=event_id, ads=(AD,) * ads)
        for n, (at, lasts, event_id, ads) in enumerate(events)
    ]
    now = None if timely else datetime(2026, 11, 22, 18, 55, tzinfo=UTC)
    before = set(said(bookings, on, now))
    errors = {one for one in before if one[0] is LintSeverity.ERROR}
    unique = len({booking.plan.id for booking in bookings}) == len(bookings)
    for one in lint_schedule(bookings, on, now=now):
        for fix in one.fixes:
            ((old, new),) = fix.edits
            was = {new.plan.id: old.plan.id} if new is not None else {}
            after = {(*of, was.get(name, name)) for *of, name in said(fixed(bookings, fix), on, now)}
            assert {one for one in after if one[0] is LintSeverity.ERROR} <= errors, fix.label
            if unique:
                assert (one.severity, one.rule, one.keys[0][1]) not in after, fix.label


@given(st.lists(st.tuples(st.integers(0, 600), st.integers(1, 200)), min_size=2, max_size=8))
def test_a_schedule_can_be_mended_by_its_first_fixes(events: list[tuple[int, int]]) -> None:
    bookings = [booked(str(n), f"+{at}", str(lasts)) for n, (at, lasts) in enumerate(events)]
    for _ in range(40):
        fixes = [fix for one in lint_schedule(bookings, STRICT) for fix in one.fixes]
        if not fixes:
            break
        bookings = fixed(bookings, fixes[0])
    assert not [one for one in said(bookings, STRICT) if one[0] is LintSeverity.ERROR]


@pytest.mark.parametrize("every_s", [120, 25, 0])
def test_ten_thousand_breaks_are_linted_in_a_second(every_s: int) -> None:
    first = datetime(2026, 11, 23, tzinfo=UTC)
    bookings = [
        booked(str(n), (first + timedelta(seconds=n * every_s)).isoformat(), "30" if n % 50 else "140")
        for n in range(10_000)
    ]
    began_s = time.process_time()
    found = lint_schedule(bookings, SHOW, now=NOW)
    assert time.process_time() - began_s < 3  # a third of it where nothing else runs
    assert found[0].fixes
