"""What differs between two shows, and whether what is on air can take it on as it runs."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from app.model.show import Show
from app.settings.show_writer import Section, sections_of
from app.settings.toml_writer import toml_text


class Takes(StrEnum):
    """When a change counts; the value is the word for it."""

    NOW = "now"
    RESTART = "needs a restart"


@dataclass(frozen=True, slots=True)
class Change:
    """One value. ``where``: whose, from the outside in; ``old``, ``new``: as a show file has them, "" where absent."""

    where: tuple[str, ...]
    key: str
    old: str
    new: str
    takes: Takes

    def __str__(self) -> str:
        place = ", ".join(self.where)
        if not self.key:
            return f"{place}: {'added' if self.new else 'removed'}"
        return f"{place}: {self.key} {self.old or 'left out'} → {self.new or 'left out'}"


def changes(before: Show, after: Show) -> tuple[Change, ...]:
    """From one show to the other. A table that came or went is one change, with key ""; the order counts for nothing.

    A channel takes its templates, its rules of quality and its schedule's limits on as it runs; templates not where
    its own signalling changes, which they build upon.
    """
    was, will = _by_owner(before), _by_owner(after)
    found: list[Change] = []
    for where in [*was, *(each for each in will if each not in was)]:
        old, new = was.get(where), will.get(where)
        either = old or new
        waits = either is None or not either.live or _keys(was, either.says) != _keys(will, either.says)
        takes = Takes.RESTART if waits else Takes.NOW
        if where[:-1] and (where[:-1] not in was or where[:-1] not in will):
            continue  # told with the channel that came or went
        if old is None or new is None:
            found.append(Change(where, "", "there" if old else "", "there" if new else "", takes))
            continue
        keys = [*old.keys, *(each for each in new.keys if each not in old.keys)]
        texts = [(each, _text(old, each), _text(new, each)) for each in keys]
        found += [Change(where, each, mine, theirs, takes) for each, mine, theirs in texts if mine != theirs]
    return tuple(found)


def _by_owner(show: Show) -> dict[tuple[str, ...], Section]:
    return {section.of: section for section in sections_of(show)}


def _keys(sections: dict[tuple[str, ...], Section], of: tuple[str, ...]) -> object:
    return sections[of].keys if of in sections else None


def _text(section: Section, key: str) -> str:
    return toml_text(section.keys[key]) if key in section.keys else ""
