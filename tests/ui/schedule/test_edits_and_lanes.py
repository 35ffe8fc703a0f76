"""What the hand makes of breaks, and who overlaps whom."""

from __future__ import annotations

from fractions import Fraction
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from app.model.rundown import BreakPlan
from app.model.schedule import Booking
from app.model.timebase import FrameRate
from app.ui.schedule.block import Block, Kind, cuts_of, length_text
from app.ui.schedule.edits import Dropped, created, duplicated, filled, fresh_id, moved, resized, split, split_place
from app.ui.schedule.lanes import Lane
from app.ui.schedule.mime import dropped_of, mime_of
from app.ui.schedule.moments import Moments, frame_us, moment_of, on_frame, us_of, when_of
from tests.ui.schedule.conftest import booking
from tests.ui.scripted_engine import NOW

MOMENTS = Moments(ZoneInfo("Europe/Berlin"))
SECOND = 1_000_000


def block(name: str = "one", key: str = "b", after_s: float = 600, lasts_s: int = 120, ads: int = 4) -> Block:
    made = booking(name, key, after_s, lasts_s, ads)
    span = MOMENTS.span(made)
    assert span is not None
    return Block(key=(name, key), start_us=span[0], end_us=span[1], kind=Kind.PLANNED, booking=made)


@given(st.integers(0, 4 * 10**15))
def test_a_moment_comes_back_as_it_was_written(us: int) -> None:
    plan = BreakPlan("b", "one", when_of(us), Fraction(30))
    assert MOMENTS.span(Booking(plan=plan)) == (us, us + 30 * SECOND)
    assert us_of(moment_of(us)) == us


@given(st.integers(0, 4 * 10**15), st.sampled_from([FrameRate(25), FrameRate(30000, 1001), FrameRate(50)]))
def test_a_frame_of_house_time_stays_where_it_is(us: int, rate: FrameRate) -> None:
    there = on_frame(us, rate)
    assert on_frame(there, rate) == there
    assert abs(there - us) <= frame_us(1, rate) // 2 + 1


@given(st.integers(-(10**12), 10**12))
def test_moving_there_and_back_changes_nothing(by_us: int) -> None:
    one = block()
    pairs = moved([one], by_us, {}, {one.key})
    after = pairs[0][1]
    assert after is not None
    span = MOMENTS.span(after)
    assert span == (one.start_us + by_us, one.end_us + by_us)


def test_moving_to_another_channel_is_leaving_one_and_coming_to_the_other() -> None:
    one = block()
    pairs = moved([one], 0, {"one": "two"}, {one.key, ("two", "b")})
    assert [(before is not None, after is not None) for before, after in pairs] == [(True, False), (False, True)]
    after = pairs[1][1]
    assert after is not None
    assert (after.plan.channel, after.plan.id) == ("two", "b-2")


def test_two_that_change_places_keep_their_ids() -> None:
    one, two = block("one", "b"), block("two", "b")
    pairs = moved([one, two], 0, {"one": "two", "two": "one"}, {one.key, two.key})
    assert sorted((a.plan.channel, a.plan.id) for _, a in pairs if a is not None) == [("one", "b"), ("two", "b")]
    assert all(before is not None for before, _ in pairs)


def test_a_split_loses_nothing() -> None:
    one = block(lasts_s=120, ads=4)
    place = split_place(one, one.start_us + 50 * SECOND)
    assert place == one.start_us + 60 * SECOND  # where two ads meet
    (_, first), (nothing, second) = split(one, place, {one.key})
    assert nothing is None
    assert first is not None
    assert second is not None
    assert MOMENTS.span(first) == (one.start_us, place)
    assert MOMENTS.span(second) == (place, one.end_us)
    assert one.booking is not None
    assert first.spots + second.spots == one.booking.spots
    assert first.plan.ads + second.plan.ads == one.booking.plan.ads
    assert second.plan.id == "b-2"


@given(st.integers(1, 5), st.integers(0, 130))
def test_both_parts_of_a_split_last_a_second(lasts_s: int, near_s: int) -> None:
    one = block(lasts_s=lasts_s, ads=1)
    place = split_place(one, one.start_us + near_s * SECOND)
    if lasts_s < 2:
        assert place is None
    else:
        assert place is not None
        assert one.start_us + SECOND <= place <= one.end_us - SECOND


def test_a_copy_has_an_id_and_no_event_id_of_the_first() -> None:
    ((before, after),) = duplicated([block(key="5109-2")], 120 * SECOND, {}, {("one", "5109-2"), ("one", "5109-3")})
    assert before is None
    assert after is not None
    assert (after.plan.id, after.plan.splice_event_id) == ("5109-4", None)


def test_what_is_added_makes_a_break_grow_where_it_does_not_fit() -> None:
    pod = booking("x", "p", 0, 60, 2).spots
    ((_, after),) = filled(block(lasts_s=120, ads=4), Dropped("pod", pod))
    assert after is not None
    assert after.plan.duration_s == 180
    assert len(after.spots) == 6 == len(after.plan.ads)


def test_a_break_that_is_made_has_the_spots_and_a_second_at_least() -> None:
    pod = booking("x", "p", 0, 60, 2).spots
    ((_, made),) = created("one", (us_of(NOW), us_of(NOW)), Dropped("Pod", pod, template="ppo"), set())
    assert made is not None
    assert (made.plan.duration_s, made.plan.title, made.plan.template) == (Fraction(1), "Pod", "ppo")
    ((_, after),) = resized(block(), 0, 5)
    assert after is not None
    assert after.plan.duration_s == 1


def test_fresh_ids_count_on() -> None:
    assert fresh_id({("one", "a")}, "one", "b") == "b"
    assert fresh_id({("one", "a"), ("one", "a-2")}, "one", "a") == "a-3"


def test_what_a_library_hands_over_arrives_whole() -> None:
    pod = Dropped("Bank pod", booking("x", "p", 0, 90, 3).spots, Fraction(90), "ppo")
    assert dropped_of(mime_of(pod)) == (pod,)


def test_cuts_lie_inside_the_break() -> None:
    assert [cut // SECOND for cut in cuts_of(booking("one", "b", 0, 120, 4))] == [30, 60, 90]
    assert [length_text(us) for us in (120 * SECOND, 4_480_000, 3_725 * SECOND)] == ["2:00", "0:04.48", "1:02:05"]


spans = st.lists(st.tuples(st.integers(0, 500), st.integers(1, 60)), max_size=30)


def lane_of(some: list[tuple[int, int]]) -> Lane:
    return Lane(
        Block(key=("one", str(n)), start_us=start, end_us=start + lasts, kind=Kind.PLANNED)
        for n, (start, lasts) in enumerate(some)
    )


@given(spans, st.integers(-10, 600), st.integers(1, 200))
def test_a_lane_finds_all_that_lies_in_a_time(some: list[tuple[int, int]], since: int, lasts: int) -> None:
    lane = lane_of(some)
    found = {one.key for one in lane.over(since, since + lasts)}
    assert found == {b.key for b in lane.blocks if b.start_us < since + lasts and b.end_us > since}


@given(spans)
def test_all_that_overlap_are_told_and_stand_apart(some: list[tuple[int, int]]) -> None:
    blocks = lane_of(some).blocks
    for one in blocks:
        others = [b for b in blocks if b.key != one.key]
        common = sum(max(0, min(one.end_us, b.end_us) - max(one.start_us, b.start_us)) for b in others)
        assert one.overlap_us == common
        assert (one.kind is Kind.CONFLICT) is (common > 0) is (one.level > 0)


def test_the_minutes_of_an_hour_count_what_lies_in_it() -> None:
    hour = 3_600_000_000
    lane = Lane([Block(key=("one", "a"), start_us=hour - 60 * SECOND, end_us=hour + 60 * SECOND, kind=Kind.PLANNED)])
    assert lane.minutage_us(0) == lane.minutage_us(hour) == 60 * SECOND
    assert lane.minutage_us(hour, offset_us=hour * 11 // 2) == 120 * SECOND  # half past, as in India
    assert lane.neighbours((hour - 180 * SECOND, hour - 120 * SECOND), ()) == (0, 60 * SECOND)
    assert lane.neighbours((hour, hour + 30 * SECOND), ()) == (30 * SECOND, None)
