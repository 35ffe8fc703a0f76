"""What the window asks for when a show is set up: probing, trials and show files, done elsewhere by whoever implements.

Each call may block for seconds, so the window makes it on a thread of its own. What can't be done is a SplicedeckError
whose words stand at the field.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Protocol

from app.model.lint import LintFinding
from app.model.show import Origin, Rendition, Show
from app.model.timebase import FrameRate


@dataclass(frozen=True, slots=True)
class FoundStream:
    """One elementary stream of a source. ``media``: video, audio, scte35 or another; ``words``: what it is."""

    pid: int
    media: str
    words: str
    height: int = 0


@dataclass(frozen=True, slots=True)
class SourceFound:
    """What a source has. ``picture``: one of it as PNG, None without video; ``rate`` None: not told by the source.

    ``program``: of a transport stream, the one that the channel takes.
    """

    url: str
    container: str
    streams: tuple[FoundStream, ...]
    rate: FrameRate | None = None
    program: int | None = None
    picture: bytes | None = None

    def of(self, media: str) -> tuple[FoundStream, ...]:
        """Its streams of a kind."""
        return tuple(each for each in self.streams if each.media == media)


@dataclass(frozen=True, slots=True)
class OriginTried:
    """How long an origin took to take, give back and delete a small object."""

    put_ms: float
    read_ms: float
    delete_ms: float

    def __str__(self) -> str:
        return f"put {self.put_ms:.0f} ms, read back {self.read_ms:.0f} ms, deleted {self.delete_ms:.0f} ms"


@dataclass(frozen=True, slots=True)
class LadderCost:
    """What a ladder took in a trial, in processors: seconds of processor time a second of media.

    ``rungs``: each rendition's share, scaling included; ``source``: decoding, 0 where a made picture was encoded.
    """

    rungs: tuple[tuple[str, float], ...]
    source: float
    machine: int
    busy: float | None

    @property
    def total(self) -> float:
        """All of it."""
        return self.source + sum(share for _, share in self.rungs)


@dataclass(frozen=True, slots=True)
class Saved:
    """A show file that was written. ``kept``: where the one before it lies, None where there was none."""

    path: Path
    kept: Path | None = None


@dataclass(frozen=True, slots=True)
class TakenOn:
    """What became of a channel's change. ``refused``: why it runs as before, "" where it does not."""

    channel: str
    refused: str = ""


@dataclass(frozen=True, slots=True)
class Reading:
    """A show file's text as it was understood. ``trouble``: why it can't be used, "" where it can; with its line.

    ``findings``: what the linter says of it. ``line``, ``column``: from 1, of the trouble; 0: no place.
    """

    show: Show | None
    trouble: str = ""
    line: int = 0
    column: int = 0
    findings: tuple[LintFinding, ...] = ()


class SetupFace(Protocol):
    """Any thread may call, except the GUI's."""

    def probe(self, url: str) -> SourceFound:
        """What is in a source."""
        ...

    def try_ladder(self, source: str, rungs: tuple[Rendition, ...], rate: Fraction) -> LadderCost:
        """Encode a second or two of it."""
        ...

    def try_origin(self, origin: Origin) -> OriginTried:
        """Put, read back, delete."""
        ...

    def written(self, show: Show) -> str:
        """The show file that says this show."""
        ...

    def read_text(self, text: str, path: Path | None) -> Reading:
        """What a show file's text says, as a run would take it; ``path``: where the file is, or will be."""
        ...

    def open(self, path: Path) -> str:
        """A show file's text."""
        ...

    def save(self, text: str, path: Path) -> Saved:
        """Write it whole or not at all; what was there before is kept beside it."""
        ...

    def on_air(self) -> str:
        """The text of the show that runs, "" where none is known."""
        ...

    def rehearsed_otherwise(self) -> str:
        """What would air otherwise than it was rehearsed, as a sentence; "": nothing. UsageError: it can't be read."""
        ...

    def take_on(self, show: Show, *, by: str) -> tuple[TakenOn, ...]:
        """Have the channels on air take on what they can of a show. UsageError: nothing of it is on air."""
        ...

    def tour_due(self) -> bool:
        """Whether the tour was never seen here."""
        ...

    def tour_seen(self) -> None:
        """It need not come by itself again."""
        ...
