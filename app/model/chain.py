"""The as-run's entries as hash chains: what was changed, taken out, put in or exchanged later shows. Pure.

A run has a chain of its own, so no engine waits for another. Its first entry, its beginning, is chained to that of the
run before, and seals the ends of the other chains as they stood then.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from app.model.wire import Plain

GENESIS = "0" * 64  # what the first run's beginning follows
BEGUN, CARRIED, LOST = "asrun.begun", "asrun.carried", "asrun.lost"  # beside the names of events


@dataclass(frozen=True, slots=True)
class Head:
    """The end of a run's chain: how many entries, and the digest of the last."""

    number: int
    digest: str

    def __str__(self) -> str:
        return f"{self.number}:{self.digest}"


def sealed(mark: int, head: Head) -> Plain:
    """What a journal keeps of the end of a chain, in the store with this mark."""
    return [mark, head.number, head.digest]


def sealed_head(kept: Plain, mark: int) -> Head | None:
    """What it kept, if that is of this store."""
    match kept:
        case [int(store), int(number), str(digest)] if store == mark:
            return Head(number, digest)
    return None


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry; ``number`` counts from 1 in its run, ``previous`` is the digest before it, ``content`` JSON."""

    run_id: str
    number: int
    previous: str
    content: str
    digest: str

    @classmethod
    def behind(cls, run_id: str, head: Head, said: Mapping[str, Plain]) -> Entry:
        """The entry that follows a head; a beginning follows one of number 0."""
        content = json.dumps(said, separators=(",", ":"), sort_keys=True)
        number = head.number + 1
        return cls(run_id, number, head.digest, content, digest_of(run_id, number, head.digest, content))

    @property
    def head(self) -> Head:
        """The end of a chain whose last entry it is."""
        return Head(self.number, self.digest)

    @property
    def said(self) -> dict[str, Plain]:
        """Its content; {} where that can't be read, which its digest tells."""
        try:
            found = json.loads(self.content)
        except (ValueError, RecursionError):
            return {}
        return found if isinstance(found, dict) else {}


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with a chain, or with a row that it tells of. ``number`` 0: the run as a whole."""

    run_id: str
    number: int
    what: str

    def __str__(self) -> str:
        place = f"run {self.run_id}" if self.run_id else "the store"
        return f"{place}, entry {self.number}: {self.what}" if self.number else f"{place}: {self.what}"


@dataclass(frozen=True, slots=True)
class Seal:
    """The end of a chain as it was noted elsewhere, ``where``: a chain is never shorter later, nor another there."""

    run_id: str
    head: Head
    where: str


def digest_of(run_id: str, number: int, previous: str, content: str) -> str:
    """SHA-256 over a JSON list of the four, so that no two different entries are the same bytes."""
    said = json.dumps([run_id, number, previous, content], separators=(",", ":"))
    return hashlib.sha256(said.encode("ascii")).hexdigest()


def faults_of_entries(entries: Iterable[Entry], head: Head | None) -> Iterator[Fault]:
    """Of one run's chain in order, whose end the store has as ``head``; its first entry's ``previous`` apart."""
    last: Entry | None = None
    for entry in entries:
        expected = 1 if last is None else last.number + 1
        if entry.number != expected:
            yield Fault(entry.run_id, expected, _gap(expected, entry.number))
        elif last is not None and entry.previous != last.digest:
            yield Fault(entry.run_id, entry.number, "does not follow the entry before it: one of them was exchanged")
        if entry.digest != digest_of(entry.run_id, entry.number, entry.previous, entry.content):
            yield Fault(entry.run_id, entry.number, "was changed after it was written: its digest does not fit")
        elif (entry.said.get("event") == BEGUN) != (entry.number == 1):
            yield Fault(entry.run_id, entry.number, "stands where none of its kind may")
        elif entry.said.get("event") == LOST:
            yield Fault(entry.run_id, entry.number, f"entries had gone before it was written: {_lost(entry.said)}")
        last = entry
    yield from _faults_of_head(last, head)


def _gap(expected: int, found: int) -> str:
    if found < expected:
        return f"an entry numbered {found} was put in"
    return "is gone" if found == expected + 1 else f"and those up to {found - 1} are gone"


def _lost(said: Mapping[str, Plain]) -> str:
    return f"the chain had come to {said.get('number')} ({str(said.get('digest'))[:12]}…)"


def _faults_of_head(last: Entry | None, head: Head | None) -> Iterator[Fault]:
    if last is None:
        return
    if head is None:
        yield Fault(last.run_id, 0, "its end is not noted in the store: the note was taken out, or the run put in")
    elif head.number > last.number:
        yield Fault(last.run_id, last.number + 1, f"the end is gone: {head.number} entries had been written")
    elif head != last.head:
        yield Fault(last.run_id, last.number, "is not the end that the store had noted")


@dataclass(frozen=True, slots=True)
class Beginning:
    """What a run's first entry says. ``seals``: ends of other chains at that time."""

    run_id: str
    ordinal: int
    previous: str
    digest: str
    seals: tuple[Seal, ...]


def beginning(ordinal: int, ends: Mapping[str, Head], at: str) -> dict[str, Plain]:
    """The content of a run's first entry: it is the store's ``ordinal``-th run."""
    sealed: dict[str, Plain] = {run_id: [head.number, head.digest] for run_id, head in ends.items()}
    return {"event": BEGUN, "at": at, "ordinal": ordinal, "ends": sealed}


def beginning_of(entry: Entry) -> Beginning | None:
    """What a first entry says; None: it is none, or damaged."""
    match entry.said:
        case {"event": "asrun.begun", "ordinal": int(ordinal), "ends": dict(ends)}:
            seals = tuple(_seals(ends, f"the beginning of run {entry.run_id}"))
            return Beginning(entry.run_id, ordinal, entry.previous, entry.digest, seals)
    return None


def _seals(ends: Mapping[str, Plain], where: str) -> Iterator[Seal]:
    for run_id, end in ends.items():
        match end:
            case [int(number), str(digest)]:
                yield Seal(run_id, Head(number, digest), where)


def faults_of_runs(beginnings: Iterable[Beginning]) -> Iterator[Fault]:
    """Of the chain that the runs' beginnings are, in the order of their ordinals."""
    last: Beginning | None = None
    for begun in beginnings:
        expected, previous = (1, GENESIS) if last is None else (last.ordinal + 1, last.digest)
        if begun.ordinal != expected:
            before = "the first run" if last is None else f"run {last.run_id}"
            text = f"{begun.ordinal - expected} runs between {before} and this one are gone"
            text = text if begun.ordinal > expected else "another run has its place: one of them was put in"
            yield Fault(begun.run_id, 0, text)
        elif begun.previous != previous:
            yield Fault(begun.run_id, 0, "does not follow the run before it: one of them was exchanged")
        last = begun


def faults_of_seals(seals: Iterable[Seal], digests: Mapping[tuple[str, int], str]) -> Iterator[Fault]:
    """Where an end that was noted elsewhere is not in its chain any more; ``digests`` of the entries sealed."""
    for seal in seals:
        found = digests.get((seal.run_id, seal.head.number))
        if found is None:
            text = f"gone, and all behind it, or this is an older copy of the store: {seal.where} has seen it"
            yield Fault(seal.run_id, seal.head.number, text)
        elif found != seal.head.digest:
            yield Fault(seal.run_id, seal.head.number, f"is not the one that {seal.where} has seen: it was made anew")
