"""The break lists that a run was given, and what became of them and of its show file since they were read."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from app.model.rundown import BreakPlan
from app.model.show import Show
from app.schedule.break_list import read_break_list
from app.schedule.rows import BreakList
from app.settings import show_from_toml, show_text


def lists_of(show: Show, paths: Sequence[Path]) -> list[BreakList]:
    """The break lists for the channels of a show. BreakListError: one can't be read as a whole."""
    channels = {channel.name: channel.templates for channel in show.channels}
    alone = next(iter(channels)) if len(channels) == 1 else None
    return [read_break_list(path, channels=channels, default_channel=alone) for path in paths]


def plans_of(lists: Sequence[BreakList], show: Show) -> Iterator[BreakPlan]:
    """Breaks are keyed by channel and id: a list that is read twice adds nothing."""
    channels = {channel.name for channel in show.channels}
    seen: set[tuple[str, str]] = set()
    for plan in (plan for breaks in lists for plan in breaks.plans):
        if plan.channel in channels and (plan.channel, plan.id) not in seen:
            seen.add((plan.channel, plan.id))
            yield plan


def changed_since(path: Path, lists: Sequence[Path], text: str, plans: Sequence[BreakPlan]) -> str:
    """How a show file and its break lists differ from what was read of them before: sentences, "" for not at all.

    UsageError, BreakListError: one can't be read any more.
    """
    text_now = show_text(path)
    show = show_from_toml(text_now, str(path), folder=path.parent, check_folders=False)
    before = {(plan.channel, plan.id): plan for plan in plans}
    now = {(plan.channel, plan.id): plan for plan in plans_of(lists_of(show, lists), show)}
    counts = (
        (len(now.keys() - before.keys()), "new"),
        (sum(now[key] != before[key] for key in now.keys() & before.keys()), "changed"),
        (len(before.keys() - now.keys()), "gone"),
    )
    told = [f"{path.name} has been edited since."] if text_now != text else []
    if breaks := ", ".join(f"{count} {word}" for count, word in counts if count):
        told.append(f"Breaks in the lists: {breaks}.")
    return " ".join(told)
