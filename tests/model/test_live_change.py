"""What a channel takes on as it runs, and how the next life of its engine knows of it."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from app.model.events import ChannelChanged, event_from_plain, event_to_plain
from app.model.live_change import LIVE, change_of, changed, changed_show, kept_of, taken_up, told
from app.model.quality_limits import QualityLimits
from app.model.show import Channel, Show
from app.model.signalling import Signalling, Template
from app.model.wire import Plain
from app.settings import demo_show
from app.settings.changes import Takes, changes
from tests.settings.test_show_writer import shows


def with_settings_of(show: Show, other: Show, names: set[str]) -> Show:
    """The same channels, some of what can change as the other show's first one has it."""
    donor = other.channels[0]
    fields = {name: getattr(donor, name) for name in names}
    return replace(show, channels=tuple(replace(each, **fields) for each in show.channels))


def said_by(runs: Channel, wanted: Channel) -> ChannelChanged | None:
    """The event of the change, through its JSON."""
    command = change_of(runs, wanted, by="ann")
    if command is None:
        return None
    event = ChannelChanged(at=datetime(2026, 11, 23, tzinfo=UTC), channel=runs.name, by="ann", **told(command))
    again = event_from_plain(json.loads(json.dumps(event_to_plain(event))))
    assert isinstance(again, ChannelChanged)
    return again


@settings(max_examples=25)
@given(shows(), shows(), st.sets(st.sampled_from(sorted(LIVE))))
def test_the_next_life_runs_as_this_one_does(began: Show, other: Show, names: set[str]) -> None:
    wanted, runs = with_settings_of(began, other, names), began
    for was, will in zip(began.channels, wanted.channels, strict=True):
        event = said_by(was, will)
        runs = runs if event is None else changed_show(runs, event)
    assert runs == wanted
    kept: Plain = json.loads(json.dumps(kept_of(began, runs)))
    assert taken_up(began, kept) == runs
    assert taken_up(runs, kept) == runs  # the show file that says it has been run meanwhile


@settings(max_examples=25)
@given(shows(), shows())
def test_what_is_told_as_now_is_what_the_command_carries(began: Show, other: Show) -> None:
    wanted = with_settings_of(began, other, {"quality", "schedule"})
    found = changes(began, wanted)
    commands = [change_of(was, will, by="ann") for was, will in zip(began.channels, wanted.channels, strict=True)]
    assert all(each.takes is Takes.NOW for each in found)
    assert bool(found) == any(each is not None for each in commands)


def test_what_a_show_file_says_otherwise_since_rules(tmp_path: Path) -> None:
    began = demo_show(tmp_path)
    runs = with_quality(began, QualityLimits(target_lufs=-16.0))
    edited = with_quality(began, QualityLimits(target_lufs=-20.0))
    kept = kept_of(began, runs)
    assert taken_up(edited, kept) == edited
    assert taken_up(began, kept) == runs


def with_quality(show: Show, quality: QualityLimits) -> Show:
    return replace(show, channels=tuple(replace(each, quality=quality) for each in show.channels))


def test_damage_changes_nothing(tmp_path: Path) -> None:
    show = demo_show(tmp_path)
    whole = kept_of(show, with_quality(show, QualityLimits(target_lufs=-16.0)))
    damages: list[Plain] = [None, 3, [], {"demo": 3}, {"demo": {"quality": 3}}, {"demo": {"quality": [1]}}]
    of_no_channel: dict[str, Plain] = {"other": whole}
    for damage in [*damages, of_no_channel]:
        assert taken_up(show, damage) == show
    pair = whole["demo"]["quality"]  # type: ignore[index,call-overload]  # as kept_of makes it
    assert taken_up(show, {"demo": {"quality": [*pair, 1], "outputs": pair}}) == show  # type: ignore[misc]  # as above


def test_templates_wait_for_the_signalling_that_they_build_upon(tmp_path: Path) -> None:
    (channel,) = demo_show(tmp_path).channels
    wanted = replace(
        channel, signalling=Signalling(tier=7), templates=(Template(name="spot"),), quality=QualityLimits()
    )
    assert change_of(channel, wanted, by="ann") is None
    louder = replace(wanted, quality=QualityLimits(target_lufs=-16.0))
    command = change_of(channel, louder, by="ann")
    assert command is not None
    assert (command.templates, changed(channel, command).quality.target_lufs) == (None, -16.0)
