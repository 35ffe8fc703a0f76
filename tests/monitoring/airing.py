"""A little ad-marked HLS presentation in a folder, right in every detail, for tests to spoil one at a time."""

from __future__ import annotations

import base64
import itertools
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from tests.monitoring.little_ts import AAC_FRAME, LittleTs, splice_insert

FRAME = 3600  # ticks at 25 frames a second
ANCHOR = datetime(2026, 11, 22, 20, 0, 0, 40_000, tzinfo=UTC)

type Sections = list[tuple[int, bytes]]
type Tags = dict[int, list[str]]


@dataclass
class Airing:
    """Frames count from 0; ``sections``: (frame before which it is sent, bytes); ``tags``: lines by segment start.

    ``gaps``: rendition and start of segments that were never delivered. ``sound``: by rendition and number of an AAC
    frame its ticks from where it belongs, None where it is missing. ``heard``: there is an SCTE-35 PID.
    """

    renditions: tuple[str, ...] = ("720p", "360p")
    frames: int = 800
    first_pts: int = 900_000
    cuts: set[int] = field(default_factory=lambda: {0, 100, 200, 300, 400, 500, 550, 650, 750})
    idrs: dict[str, set[int]] = field(default_factory=dict)
    sections: dict[str, Sections] = field(default_factory=dict)
    tags: dict[str, Tags] = field(default_factory=dict)
    without_parameter_sets: set[int] = field(default_factory=set)
    cuei: bool = True
    ended: bool = True
    first_segment: int = 0
    last_segment: int | None = None
    gone: set[str] = field(default_factory=set)
    gaps: set[tuple[str, int]] = field(default_factory=set)
    anchor: datetime = ANCHOR
    sound: Callable[[str, int], int | None] | None = None
    heard: bool = True

    def pts(self, frame: int) -> int:
        return (self.first_pts + frame * FRAME) % (1 << 33)

    def say(self, frame: int, section: bytes, *renditions: str) -> None:
        for name in renditions or self.renditions:
            self.sections.setdefault(name, []).append((frame, section))

    def tag(self, frame: int, *lines: str, first: bool = False) -> None:
        for name in self.renditions:
            at = self.tags.setdefault(name, {}).setdefault(frame, [])
            at[:] = [*lines, *at] if first else [*at, *lines]

    def streams(self, name: str) -> list[tuple[int, int, bytes]]:
        """(first frame, frames, bytes) of each segment."""
        ts = LittleTs(cuei=self.cuei, has_scte35=self.heard, has_sound=self.sound is not None)
        spoken = 0
        bounds = [*sorted(self.cuts), self.frames]
        segments = []
        for start, end in itertools.pairwise(bounds):
            ts.tables()
            for frame in range(start, end):
                for _, section in (one for one in self.sections.get(name, []) if one[0] == frame):
                    ts.section(section)
                while self.sound is not None and spoken * AAC_FRAME < (frame + 1) * FRAME:
                    off = self.sound(name, spoken)
                    if off is not None:
                        ts.sound(self.first_pts + spoken * AAC_FRAME + off)
                    spoken += 1
                idr = frame in self.idrs.get(name, self.cuts)
                pts = self.pts(frame)
                ts.picture(pts, pts - 2 * FRAME, idr=idr, parameter_sets=frame not in self.without_parameter_sets)
            segments.append((start, end - start, ts.taken()))
        return segments

    def write(self, folder: Path) -> Path:
        """The presentation's files; the path of its multivariant playlist."""
        lines = ["#EXTM3U", "#EXT-X-VERSION:6"]
        for name in self.renditions:
            (folder / name).mkdir(parents=True, exist_ok=True)
            lines += ['#EXT-X-STREAM-INF:BANDWIDTH=500000,CODECS="avc1.64001f"', f"{name}/index.m3u8"]
            (folder / name / "index.m3u8").write_text(self.playlist(name, folder / name))
        (folder / "index.m3u8").write_text("\n".join(lines) + "\n")
        return folder / "index.m3u8"

    def playlist(self, name: str, folder: Path) -> str:
        lines = ["#EXTM3U", "#EXT-X-VERSION:6", "#EXT-X-TARGETDURATION:4"]
        lines += [f"#EXT-X-MEDIA-SEQUENCE:{self.first_segment}", *self.entries(name, folder)]
        return "\n".join(lines + ["#EXT-X-ENDLIST"] * self.ended) + "\n"

    def entries(self, name: str, folder: Path, numbered_from: int = 0) -> list[str]:
        """The lines of the segments, and the segments themselves in the folder."""
        lines: list[str] = []
        segments = list(enumerate(self.streams(name)))[self.first_segment : self.last_segment]
        for sequence, (start, count, octets) in segments:
            uri = f"seg_{numbered_from + sequence:05d}.ts"
            lines += [f"#EXT-X-PROGRAM-DATE-TIME:{self.date(start)}", *self.tags.get(name, {}).get(start, [])]
            lines += [f"#EXTINF:{count * 0.04:.3f},", *["#EXT-X-GAP"] * ((name, start) in self.gaps), uri]
            if uri not in self.gone:
                (folder / uri).write_bytes(octets)
        if self.last_segment is None:
            lines += self.tags.get(name, {}).get(self.frames, [])
        return lines

    def at(self, frame: int) -> datetime:
        return self.anchor + timedelta(microseconds=frame * 40_000)

    def date(self, frame: int) -> str:
        return self.at(frame).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def seconds(frames: int) -> str:
    return f"{frames * 0.04:.3f}"


def tag_out(airing: Airing, event_id: int, out: int, length: int, section: bytes) -> None:
    """OUT tags of every dialect on the segment that starts with frame ``out``."""
    code = base64.b64encode(section).decode()
    airing.tag(
        out,
        f'#EXT-X-DATERANGE:ID="{event_id}",START-DATE="{airing.date(out)}",PLANNED-DURATION={seconds(length)},'
        f"SCTE35-OUT=0x{section.hex().upper()}",
        f"#EXT-OATCLS-SCTE35:{code}",
        f'#EXT-X-SCTE35:CUE="{code}",CUE-OUT=YES',
        f"#EXT-X-CUE-OUT:DURATION={seconds(length)}",
    )


def tag_cont(airing: Airing, out: int, cut: int, length: int, section: bytes) -> None:
    code = base64.b64encode(section).decode()
    airing.tag(
        cut,
        f'#EXT-X-SCTE35:CUE="{code}",CUE-OUT=CONT',
        f"#EXT-X-CUE-OUT-CONT:ElapsedTime={seconds(cut - out)},Duration={seconds(length)}",
    )


def tag_in(airing: Airing, event_id: int, out: int, back: int, planned: int, section: bytes) -> None:
    code = base64.b64encode(section).decode()
    airing.tag(
        back,
        f'#EXT-X-DATERANGE:ID="{event_id}",START-DATE="{airing.date(out)}",PLANNED-DURATION={seconds(planned)},'
        f'DURATION={seconds(back - out)},END-DATE="{airing.date(back)}",SCTE35-IN=0x{section.hex().upper()}',
        f"#EXT-OATCLS-SCTE35:{code}",
        f'#EXT-X-SCTE35:CUE="{code}",CUE-IN=YES',
        "#EXT-X-CUE-IN",
        first=True,
    )


def add_break(
    airing: Airing,
    event_id: int = 17,
    out: int = 300,
    back: int = 550,
    *,
    out_says: tuple[int, ...] = (150, 175, 200, 250),
    in_says: tuple[int, ...] = (420, 450, 500),
) -> tuple[bytes, bytes]:
    """A break with its sections and tags in every rendition; its OUT and IN sections."""
    opening = splice_insert(event_id, airing.pts(out), out=True, duration=(back - out) * FRAME)
    closing = splice_insert(event_id, airing.pts(back), out=False)
    for frame in out_says:
        airing.say(frame, opening)
    for frame in in_says:
        airing.say(frame, closing)
    tag_out(airing, event_id, out, back - out, opening)
    for cut in sorted(airing.cuts):
        if out < cut < back:
            tag_cont(airing, out, cut, back - out, opening)
    tag_in(airing, event_id, out, back, back - out, closing)
    return opening, closing
