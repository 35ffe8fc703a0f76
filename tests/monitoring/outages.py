"""Presentations that went on after an outage: a life of the channel behind another, each on a clock of its own."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path

from app.monitoring.proof import verify
from app.monitoring.report import Report
from tests.monitoring.airing import FRAME, Airing, tag_cont, tag_in, tag_out
from tests.monitoring.little_ts import splice_insert

KILLED = 300  # the end of the last segment that was listed
BACK = 400  # frame 0 of the second life


@dataclass
class Outage:
    """Frames are counted by the wall clock, from the first life's frame 0. Both lives begin with the same PTS."""

    before: Airing = field(default_factory=lambda: Airing(frames=KILLED, cuts={0, 100, 200}, ended=False))
    after: Airing = field(default_factory=lambda: Airing(frames=500, cuts=set(range(0, 500, 100))))
    first_segment: int = 0
    back: int = BACK

    def __post_init__(self) -> None:
        self.after.anchor = self.before.at(self.back)

    def life(self, frame: int) -> tuple[Airing, int]:
        """The life in which a frame lies, and its number there."""
        return (self.before, frame) if frame < KILLED else (self.after, frame - self.back)

    def say_out(self, says: tuple[int, ...], out: int, back: int, event_id: int = 17) -> bytes:
        """OUT sections before these frames, each on the clock of its life; the last one's bytes."""
        section = b""
        for frame in says:
            life, own = self.life(frame)
            section = splice_insert(event_id, life.pts(out - (frame - own)), out=True, duration=(back - out) * FRAME)
            life.say(own, section)
        return section

    def say_in(self, says: tuple[int, ...], back: int, event_id: int = 17) -> bytes:
        section = b""
        for frame in says:
            life, own = self.life(frame)
            section = splice_insert(event_id, life.pts(back - (frame - own)), out=False)
            life.say(own, section)
        return section

    def cut(self, frame: int) -> tuple[Airing, int]:
        """Cut a segment here."""
        life, own = self.life(frame)
        life.cuts.add(own)
        return life, own

    def tag_break(self, out: int, back: int, opening: bytes, closing: bytes, event_id: int = 17) -> None:
        """The tags of a break that is shown from ``out`` to ``back``."""
        shown, own_out = self.cut(out)
        closed, own_back = self.cut(back)
        tag_out(shown, event_id, own_out, back - out, opening)
        for life, shift in ((self.before, 0), (self.after, self.back)):
            for cut in sorted(life.cuts):
                if out < cut + shift < back:
                    tag_cont(life, out - shift, cut, back - out, opening)
        shift = back - own_back
        tag_in(closed, event_id, out - shift, own_back, back - out, closing)

    def relabel(self, pattern: str, replacement: str, *lives: Airing) -> None:
        """Change tag lines; those that become empty are gone."""
        for life in lives or (self.before, self.after):
            for tags in life.tags.values():
                for frame, lines in tags.items():
                    tags[frame] = [line for one in lines if (line := re.sub(pattern, replacement, one))]

    def write(self, folder: Path) -> Path:
        """The presentation's files; the path of its multivariant playlist."""
        target = self.before.write(folder)
        for name in self.before.renditions:
            (folder / name / "index.m3u8").write_text(self.playlist(name, folder / name))
        return target

    def playlist(self, name: str, folder: Path) -> str:
        earlier = self.before.entries(name, folder)
        count = sum(line.endswith(".ts") for line in earlier)
        later = self.after.entries(name, folder, count)
        dropped = [index for index, line in enumerate(earlier) if line.endswith(".ts")][: self.first_segment]
        lines = ["#EXTM3U", "#EXT-X-VERSION:6", "#EXT-X-TARGETDURATION:4"]
        lines += [f"#EXT-X-MEDIA-SEQUENCE:{self.first_segment}", "#EXT-X-DISCONTINUITY-SEQUENCE:0"]
        lines += [*earlier[dropped[-1] + 1 if dropped else 0 :], "#EXT-X-DISCONTINUITY", *later]
        return "\n".join(lines + ["#EXT-X-ENDLIST"] * self.after.ended) + "\n"

    def proved(self, folder: Path) -> Report:
        return verify(str(self.write(folder)))


def resumed_break(outage: Outage, out: int = 200, back: int = 550) -> tuple[bytes, bytes]:
    """A break that was open: OUT before the outage, IN behind it."""
    opening = outage.say_out((out - 150, out - 100, out - 50), out, back)
    closing = outage.say_in((back - 100, back - 50), back)
    outage.tag_break(out, back, opening, closing)
    return opening, closing
