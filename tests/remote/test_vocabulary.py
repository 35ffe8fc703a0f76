"""What windows and engines compare before they talk: everything that can go over the link is in it."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from typing import Any, get_args, get_type_hints

import pytest

from app.model.commands import COMMANDS
from app.model.events import EVENTS
from app.model.status import EngineStatus
from app.remote import vocabulary as words
from app.remote.vocabulary import KINDS, vocabulary


def inner(hint: Any) -> Iterator[Any]:
    yield hint
    for part in get_args(hint):
        yield from inner(part)


def test_all_that_commands_events_and_status_are_made_of_is_in_it() -> None:
    seen: set[type] = set()
    waiting: list[type] = [*COMMANDS.values(), *EVENTS.values(), EngineStatus]
    while waiting:
        kind = waiting.pop()
        if kind not in seen:
            seen.add(kind)
            parts = (part for hint in get_type_hints(kind).values() for part in inner(hint))
            waiting += [part for part in parts if isinstance(part, type) and dataclasses.is_dataclass(part)]
    assert seen == set(KINDS)


def test_a_field_more_or_of_another_type_is_another_vocabulary(monkeypatch: pytest.MonkeyPatch) -> None:
    told = {vocabulary()}
    for fields in ([], [("more", "int")], [("more", "str")]):
        kind = dataclasses.make_dataclass("Another", [("key", "str"), *fields])
        monkeypatch.setattr(words, "KINDS", (*KINDS, kind))
        told.add(vocabulary.__wrapped__())
    assert len(told) == 4
