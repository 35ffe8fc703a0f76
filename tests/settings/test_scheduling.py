"""``[channels.schedule]``: every key, every fault."""

from __future__ import annotations

from fractions import Fraction

import pytest

from app.model.schedule_limits import Blackout, ScheduleLimits
from tests.settings.test_signalling import channel, refused


def test_without_it_there_are_no_limits() -> None:
    assert channel("").schedule == ScheduleLimits()
    assert channel("schedule = {}\n").schedule == ScheduleLimits()


def test_every_key_is_read() -> None:
    keys = 'ad_load = 720, spacing = 300.5, blackouts = ["20:00-20:15", "23:30:30 - 00:30", "2026-12-24 18:00-24:00"]'
    made = channel(f"schedule = {{ {keys} }}\n").schedule
    assert (made.ad_load_s, made.spacing_s) == (Fraction(720), Fraction(601, 2))
    assert made.blackouts == (
        Blackout(72_000, 72_900),
        Blackout(84_630, 1800),
        Blackout(64_800, 86_400, "2026-12-24"),
    )
    assert [str(each) for each in made.blackouts] == [
        "20:00:00-20:15:00",
        "23:30:30-00:30:00",
        "2026-12-24 18:00:00-24:00:00",
    ]
    assert [Blackout.parse(str(each)) for each in made.blackouts] == list(made.blackouts)


@pytest.mark.parametrize(
    ("keys", "where", "right"),
    [
        ("ad_lod = 5", "schedule.ad_lod", "did you mean ad_load?"),
        ("ad_load = 0", "schedule.ad_load", "from 1 to 3600"),
        ('ad_load = "12 min"', "schedule.ad_load", "from 1 to 3600"),
        ("spacing = -1", "schedule.spacing", "from 0 to 86400"),
        ("blackouts = []", "schedule.blackouts", "the list is empty"),
        ('blackouts = "20:00-20:15"', "schedule.blackouts", "a list"),
        ('blackouts = ["20:00-20:15", "25:00-26:00"]', "schedule.blackouts[1]", "house times"),
        ('blackouts = ["20:00"]', "schedule.blackouts[0]", "house times"),
        ('blackouts = ["20:60-21:00"]', "schedule.blackouts[0]", "house times"),
        ('blackouts = ["2026-02-30 20:00-21:00"]', "schedule.blackouts[0]", "house times"),
    ],
)
def test_what_is_wrong_is_told_with_what_is_right(keys: str, where: str, right: str) -> None:
    said = refused(f"schedule = {{ {keys} }}\n")
    assert f"channels[0].{where} (line 15)" in said
    assert right in said
