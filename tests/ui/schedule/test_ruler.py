"""Round figures of house time, midnight and the hours that come twice or never."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QImage, QPainter
from PySide6.QtWidgets import QApplication

from app.model.timebase import FrameRate
from app.ui.schedule.head_paint import flag_box, paint_ruler
from app.ui.schedule.moments import moment_of, us_of
from app.ui.schedule.places import Places
from app.ui.schedule.ruler import Tick, step_us, stretches, ticks
from app.ui.schedule.time_scale import LEAST_US_PER_PX, MOST_US_PER_PX, TimeScale
from app.ui.theme import ROOMY, STANDARD, Skin

BERLIN = ZoneInfo("Europe/Berlin")
PAL, NTSC = FrameRate(25), FrameRate(30000, 1001)
ZONES = [ZoneInfo(name) for name in ("Europe/Berlin", "Asia/Kolkata", "Australia/Lord_Howe", "Africa/Cairo", "UTC")]


def shown(since: datetime, hours: float, zone: ZoneInfo, width: int = 1200) -> list[Tick]:
    scale = TimeScale(0, 1).showing(us_of(since), us_of(since + timedelta(hours=hours)), width)
    return ticks(scale, width, zone, PAL)


@settings(max_examples=60)
@given(
    st.integers(us_of(datetime(2020, 1, 1, tzinfo=UTC)), us_of(datetime(2030, 1, 1, tzinfo=UTC))),
    st.integers(LEAST_US_PER_PX, MOST_US_PER_PX),
    st.sampled_from(ZONES),
    st.sampled_from([PAL, NTSC]),
)
@example(us_of(datetime(2020, 1, 1, tzinfo=UTC)), MOST_US_PER_PX, BERLIN, PAL)
def test_every_label_is_what_the_house_clock_shows(at: int, zoom: int, zone: ZoneInfo, rate: FrameRate) -> None:
    scale = TimeScale(at, zoom)
    made = ticks(scale, 1200, zone, rate)
    assert len(made) <= 1200 // 60
    for tick in made:
        local = moment_of(tick.us).astimezone(zone)
        if tick.label and tick.label[2:3] == ":":
            assert tick.label.startswith(f"{local:%H:%M:%S}"[: min(8, len(tick.label))])
        assert scale.us_at(0) <= tick.us < scale.us_at(1200)
    assert all(first.us < second.us for first, second in pairwise(made))


def test_the_hour_that_comes_twice_is_shown_twice() -> None:
    made = shown(datetime(2026, 10, 24, 22, tzinfo=UTC), 6, BERLIN)  # 00:00 in Berlin; the clocks go back at 03:00
    hours = [tick.label for tick in made if tick.label.endswith(":00")]
    assert hours[:6] == ["00:00", "01:00", "02:00", "02:00", "03:00", "04:00"]
    assert [tick.day for tick in made if " to " in tick.day] == ["UTC+02:00 to UTC+01:00"]


def test_the_hour_that_never_comes_is_not_shown() -> None:
    made = shown(datetime(2026, 3, 28, 23, tzinfo=UTC), 5, BERLIN)
    hours = [tick.label for tick in made if tick.label.endswith(":00")]
    assert "02:00" not in hours
    assert hours[:4] == ["00:00", "01:00", "03:00", "04:00"]


def test_midnight_brings_its_date() -> None:
    made = shown(datetime(2026, 11, 22, 22, 30, tzinfo=UTC), 1, BERLIN)
    assert [tick.day for tick in made if tick.day] == ["Mon 23 Nov"]


@pytest.mark.parametrize(("hours", "wanted"), [(168, 43_200), (1, 300), (1 / 60, 5), (1 / 3600, 0.08)])
def test_the_step_is_a_round_figure(hours: float, wanted: float) -> None:
    zoom = round(hours * 3_600_000_000 / 1200)
    assert step_us(zoom, 74, PAL) == pytest.approx(wanted * 1_000_000, rel=0.01)


def test_stretches_meet() -> None:
    since, until = us_of(datetime(2026, 1, 1, tzinfo=UTC)), us_of(datetime(2027, 1, 1, tzinfo=UTC))
    made = list(stretches(BERLIN, since, until))
    assert [stretch.offset_us // 3_600_000_000 for stretch in made] == [1, 2, 1]
    assert all(one.until_us == other.since_us for one, other in pairwise(made))


@pytest.mark.parametrize(("begins", "beside"), [(22, "right"), (9, "left")])
def test_a_day_that_begins_under_the_playheads_flag_is_written_beside_it(
    qapp: QApplication, begins: int, beside: str
) -> None:
    """The words are the same pixels, all of them clear of the flag's box: behind it, or before it at the right edge."""
    skin = Skin(STANDARD, ROOMY)
    places = Places.of(900, 200, ROOMY, 2, minutage=False)
    left = datetime(2026, 11, 22, 23, tzinfo=UTC) - timedelta(minutes=5 if beside == "right" else 10, seconds=begins)
    scale = TimeScale(us_of(left), 1_000_000)
    made = ticks(scale, places.time_width, BERLIN, PAL)
    (midnight,) = (tick for tick in made if tick.day)
    x = places.head + scale.x_of(midnight.us)

    def inked(flag: QRectF) -> list[int]:
        image = QImage(places.width, places.height, QImage.Format.Format_RGB32)
        painter = QPainter(image)
        paint_ruler(painter, places, scale, made, "", skin, flag)
        painter.end()
        lane = range(2, places.lane - 2)
        across = [at for at in range(places.head, places.width) if at != x]  # there the day's line is
        return [at for at in across if any(image.pixelColor(at, y).lightness() > 90 for y in lane)]

    free = inked(QRectF())
    flag = flag_box(places, x + 20, "23:59:40", skin)
    assert qapp.applicationName()
    assert free
    assert flag.left() <= free[0] <= flag.right() or flag.contains(QPointF(free[0], 5))
    moved = inked(flag)
    assert moved
    assert moved[0] > flag.right() if beside == "right" else moved[-1] < flag.left()
    if beside == "right":
        assert moved[-1] - moved[0] == free[-1] - free[0]
