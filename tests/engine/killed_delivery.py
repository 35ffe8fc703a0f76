"""A process that airs tiny segments through outputs, spool and journal until it is killed; the next one goes on.

``python -m tests.engine.killed_delivery FOLDER ORIGIN ORIGIN SECONDS``: a clean end after so long; 0: never.
"""

from __future__ import annotations

import itertools
import sys
import time
from collections import deque
from functools import partial
from pathlib import Path

from app.engine.outputs import Aired, ChannelOutputs
from app.model.events import Event, SegmentDelivered, SegmentLost
from app.model.segment import Deletion, Expired, Kept, MediaObject, Playlist
from app.model.show import Channel, HlsOutput, Origin, Rendition
from app.model.wire import Plain
from app.storage.journal import Journal, read_entries, read_kept

WINDOW = 400  # so large that a machine with no time for us lets nothing leave it
PACE_S = 0.02
KEY = "playlists/news/0"
RENDITIONS = ("a", "b")
CHANNEL = Channel(
    "news",
    "News",
    ("slate",),
    tuple(Rendition(name, 320, 180, 400_000) for name in RENDITIONS),
    (HlsOutput(("one", "two"), "news/"),),
)


def body_of(path: str) -> bytes:
    """What a segment is made of."""
    return path.encode() * 300


class Written:
    """What is in the playlists: per rendition the listed paths and the departed ones, and the next sequence number."""

    def __init__(self, kept: Plain) -> None:
        state = kept if isinstance(kept, dict) else {}
        self.tracks = {name: _track(state.get(name)) for name in RENDITIONS}

    def plain(self) -> dict[str, Plain]:
        return {
            name: {"listed": dict(listed), "departed": list(departed)}
            for name, (listed, departed) in self.tracks.items()
        }

    def aired(self) -> Aired:
        listed = {path: n for track, _ in self.tracks.values() for path, n in track}
        return Aired(listed, {path for _, departed in self.tracks.values() for path in departed})

    @property
    def next_sequence(self) -> int:
        return max((n + 1 for listed, _ in self.tracks.values() for _, n in listed), default=0)


def _track(plain: Plain) -> tuple[deque[tuple[str, int]], deque[str]]:
    if not isinstance(plain, dict):
        return deque(), deque()
    listed, departed = plain["listed"], plain["departed"]
    assert isinstance(listed, dict)
    assert isinstance(departed, list)
    return deque((path, n) for path, n in listed.items() if isinstance(n, int)), deque(map(str, departed))


def told(journal: Path) -> tuple[dict[str, list[str]], dict[str, list[str]]]:
    """By origin: what was delivered, and what was lost."""
    delivered: dict[str, list[str]] = {"one": [], "two": []}
    lost: dict[str, list[str]] = {"one": [], "two": []}
    for entry in read_entries(journal) if journal.exists() else ():
        if isinstance(entry.said, SegmentDelivered):
            delivered[entry.said.origin].append(entry.said.path)
        elif isinstance(entry.said, SegmentLost):
            lost[entry.said.origin].append(entry.said.path)
    return delivered, lost


def rendered(lines: tuple[tuple[str, int], ...], lost: frozenset[str]) -> bytes:
    """A playlist's text: its sequence numbers and paths."""
    return "".join(f"{n} {'GAP ' if path in lost else ''}{path}\n" for path, n in lines).encode()


def close(outputs: ChannelOutputs, written: Written, path: str, sequence: int) -> None:
    """A segment is closed: handed out as the packager does."""
    rendition = path.split("/")[1]
    listed, departed = written.tracks[rendition]
    outputs.deliver(
        0, MediaObject(path, body_of(path), "video/mp2t", rendition, sequence, 0, 180_000, time.monotonic())
    )
    listed.append((path, sequence))
    left = [listed.popleft()[0] for _ in range(len(listed) - WINDOW)]
    departed.extend(left)
    outputs.deliver(0, Kept(KEY, written.plain()))
    lines = tuple(listed)
    outputs.deliver(
        0, Playlist(f"news/{rendition}/index.m3u8", tuple(path for path, _ in lines), partial(rendered, lines))
    )
    if left:
        outputs.deliver(0, Expired(tuple(left)))
    due = [departed.popleft() for _ in range(len(departed) - WINDOW)]
    if due:
        outputs.deliver(0, Deletion(tuple(due)))


def main(folder: Path, urls: list[str], for_s: float) -> None:
    """Air from where the process before was killed."""
    file = folder / "journal.sqlite3"
    written = Written(read_kept(file).get(KEY) if file.exists() else None)
    delivered, lost = told(file)
    journal = Journal(file, run_id="run", alarm=lambda *_: None)
    journal.start()
    numbers = itertools.count(1)

    def publish(event: Event) -> None:
        journal.event(event, next(numbers))

    outputs = ChannelOutputs(
        CHANNEL,
        {name: Origin(name, url) for name, url in zip(("one", "two"), urls, strict=True)},
        publish=publish,
        alarm=lambda *_: None,
        keep=journal.keep,
        spool_folder=folder / "spool/news",
    )
    outputs.resume(
        {name: set(paths) for name, paths in delivered.items()},
        {name: set(paths) for name, paths in lost.items()},
        {0: written.aired()},
    )
    outputs.start()
    print("on air", flush=True)
    until_s = time.monotonic() + for_s
    for sequence in itertools.count(written.next_sequence):
        for rendition in RENDITIONS:
            close(outputs, written, f"news/{rendition}/{journal.life}-{sequence:05}.ts", sequence)
        if for_s and time.monotonic() > until_s:
            break
        time.sleep(5 * PACE_S if for_s else PACE_S)
    outputs.finish(10)
    journal.close(5)


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2:4], float(sys.argv[4]))
