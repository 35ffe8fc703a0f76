"""What differs between two shows, and what of it counts at once."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from pathlib import Path

from hypothesis import given, settings

from app.model.schedule_limits import ScheduleLimits
from app.model.show import Channel, Rendition, Show
from app.settings import demo_show
from app.settings.changes import Takes, changes
from app.settings.show_writer import show_toml
from tests.settings.test_show_writer import shows


def edited(show: Show, **of_channel: object) -> Show:
    channel: Channel = replace(show.channels[0], **of_channel)  # type: ignore[arg-type]  # fields by their names
    return replace(show, channels=(channel, *show.channels[1:]))


@settings(max_examples=12)
@given(shows())
def test_a_show_does_not_differ_from_itself(show: Show) -> None:
    assert changes(show, show) == ()


@settings(max_examples=12)
@given(shows(), shows())
def test_shows_whose_files_differ_have_changes(before: Show, after: Show) -> None:
    if sorted(show_toml(before).split()) != sorted(show_toml(after).split()):
        assert changes(before, after)


def test_a_value_is_told_with_its_place_both_values_and_that_it_needs_a_restart(tmp_path: Path) -> None:
    show = demo_show(tmp_path)
    (found,) = changes(show, edited(show, pre_roll_s=Fraction(8)))
    assert str(found) == "channel demo: pre_roll 6 → 8"
    assert found.takes is Takes.RESTART


def test_limits_of_the_schedule_count_at_once(tmp_path: Path) -> None:
    show = demo_show(tmp_path)
    limited = edited(show, schedule=ScheduleLimits(spacing_s=Fraction(300)))
    (found,) = changes(show, limited)
    assert (str(found), found.takes) == ("channel demo, schedule: added", Takes.NOW)
    (more,) = changes(limited, edited(show, schedule=ScheduleLimits(spacing_s=Fraction(600))))
    assert (more.old, more.new, more.takes) == ("300", "600", Takes.NOW)


def test_what_came_and_went_is_one_change_each(tmp_path: Path) -> None:
    show = demo_show(tmp_path)
    rungs = (show.channels[0].renditions[0], Rendition("240p", 426, 240, 300_000))
    told = [str(each) for each in changes(show, edited(show, renditions=rungs))]
    assert told == ["channel demo, rendition 360p: removed", "channel demo, rendition 240p: added"]
    second = replace(show, channels=(*show.channels, replace(show.channels[0], name="two")))
    assert [str(each) for each in changes(show, second)] == ["channel two: added"]
