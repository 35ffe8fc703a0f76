"""What of a channel can change while it is on air, and what of that the next life of its engine must know."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from app.model.commands import ChangeChannel
from app.model.events import ChannelChanged
from app.model.quality_limits import QualityLimits
from app.model.schedule_limits import ScheduleLimits
from app.model.show import Channel, Show
from app.model.signalling import Template
from app.model.wire import Plain, from_plain, to_plain

LIVE: Mapping[str, Any] = {
    "templates": tuple[Template, ...],
    "quality": QualityLimits,
    "schedule": ScheduleLimits,
}
"""Fields of a Channel with their types."""

CHANGES = "changes"  # key in the journal


def change_of(runs: Channel, wanted: Channel, *, by: str) -> ChangeChannel | None:
    """The command that has ``runs`` take on all of ``wanted`` that it can; None: nothing of that differs.

    A template says what its channel's own signalling leaves open, so it waits for that.
    """
    names = [name for name in LIVE if getattr(runs, name) != getattr(wanted, name)]
    if runs.signalling != wanted.signalling and "templates" in names:
        names.remove("templates")
    return ChangeChannel(channel=runs.name, by=by, **{name: getattr(wanted, name) for name in names}) if names else None


def changed(channel: Channel, said: ChangeChannel | ChannelChanged) -> Channel:
    """As it is behind that."""
    told = {name: value for name in LIVE if (value := getattr(said, name)) is not None}
    return replace(channel, **told)


def changed_show(show: Show, said: ChannelChanged) -> Show:
    """As ``changed``, of the show that the channel is in."""
    channels = tuple(changed(each, said) if each.name == said.channel else each for each in show.channels)
    return replace(show, channels=channels)


def told(command: ChangeChannel) -> dict[str, Any]:
    """Its settings, for the event that says the same."""
    return {name: getattr(command, name) for name in LIVE}


def kept_of(began: Show, runs: Show) -> dict[str, Plain]:
    """What has changed since a show began: by channel and field, what it was and what it is."""
    kept: dict[str, Plain] = {}
    for was, now in zip(began.channels, runs.channels, strict=True):
        pairs = {name: (getattr(was, name), getattr(now, name)) for name in LIVE}
        if any(old != new for old, new in pairs.values()):
            kept[was.name] = {name: [to_plain(old), to_plain(new)] for name, (old, new) in pairs.items() if old != new}
    return kept


def taken_up(show: Show, kept: Plain) -> Show:
    """The show as an earlier life left it. What a show file says otherwise since rules; damage changes nothing."""
    by_channel = kept if isinstance(kept, dict) else {}
    return replace(show, channels=tuple(_taken_up(each, by_channel.get(each.name)) for each in show.channels))


def _taken_up(channel: Channel, kept: Plain) -> Channel:
    found: dict[str, Any] = {}
    for name, pair in kept.items() if isinstance(kept, dict) else ():
        try:
            kind = LIVE[name]
            was, now = (from_plain(kind, each) for each in pair)  # type: ignore[union-attr]  # anything else is damage
        except (KeyError, ValueError, TypeError):
            continue
        if was == getattr(channel, name):
            found[name] = now
    return replace(channel, **found)
