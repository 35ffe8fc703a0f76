"""A template put on a day: house times get the date, and what the day hasn't got is refused."""

from datetime import UTC, date, datetime
from fractions import Fraction

from app.model.library import ScheduleTemplate, on_day
from app.model.rundown import BreakPlan
from app.model.schedule import Booking
from app.model.timebase import FrameRate
from app.model.when import When

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def template(*times: str | None) -> ScheduleTemplate:
    breaks = tuple(
        Booking(plan=BreakPlan(str(n), "any", None if at is None else When(at), Fraction(60)))
        for n, at in enumerate(times)
    )
    return ScheduleTemplate(id="weekday", title="Weekdays", breaks=breaks)


def test_a_day_gets_its_breaks_with_ids_of_their_own() -> None:
    found = on_day(template("20:15:00:00", None, "23:59:59:24"), "news-1", date(2026, 11, 22), "Europe/Berlin")
    assert [(each.plan.id, each.plan.channel, each.plan.at and each.plan.at.text) for each in found.bookings] == [
        ("20261122-0", "news-1", "2026-11-22 20:15:00:00"),
        ("20261122-1", "news-1", None),
        ("20261122-2", "news-1", "2026-11-22 23:59:59:24"),
    ]
    assert not found.refused
    assert {each.source for each in found.bookings} == {found.file} == {"template:weekday:2026-11-22"}


def test_an_hour_that_is_left_out_is_refused_and_one_that_comes_twice_counts_once() -> None:
    times = template("01:59:59:00", "02:30:00:00", "03:00:00:00")
    spring = on_day(times, "news-1", date(2026, 3, 29), "Europe/Berlin")
    assert [each.plan.id for each in spring.bookings] == ["20260329-0", "20260329-2"]
    (row,) = spring.refused
    assert (row.where, row.value) == ("breaks[1].at", "02:30:00:00")
    assert "the clocks go forward" in row.reason
    autumn = on_day(times, "news-1", date(2026, 10, 25), "Europe/Berlin")
    seconds = [
        each.plan.at.seconds(first_frame_at=EPOCH, rate=FrameRate(25), timezone="Europe/Berlin")
        for each in autumn.bookings
        if each.plan.at is not None
    ]
    assert [one - seconds[0] for one in seconds] == [0, 1801, 7201]  # the hour from 02:00 is there twice: its first


def test_what_is_no_time_of_day_is_refused() -> None:
    found = on_day(template("+30", "2026-11-22T20:15:00Z", "20:15:00:00"), "news-1", date(2026, 11, 22), "UTC")
    assert [row.where for row in found.refused] == ["breaks[0].at", "breaks[1].at"]
    assert len(found.bookings) == 1
