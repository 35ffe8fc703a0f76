"""Small targets for the linter: playlists, shows, schedules, sections."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from fractions import Fraction

from app.model.cue import Section, SegmentationDescriptor, TimeSignal
from app.model.lint import LintFinding
from app.model.rundown import BreakPlan
from app.model.show import Channel, HlsOutput, Origin, Rendition, Show
from app.model.signalling import Signalling, SignalMode
from app.model.timebase import FrameRate
from app.model.when import When
from app.scte35 import messages
from app.scte35.codec import decode, encode, to_base64, to_hex

START = datetime(2026, 11, 22, 20, 0, 0, 500_000, tzinfo=UTC)
UPID = (9, b"SIGNAL:a1b2")


def made(section: Section) -> Section:
    """With its bytes, as one that was read."""
    return decode(encode(section))


def hexadecimal(section: Section) -> str:
    return to_hex(section.encoded or encode(section))


def base64(section: Section) -> str:
    return to_base64(section.encoded or encode(section))


OUT = messages.splice_out(17, 900_000, 18 * 90_000)
OTHER_OUT = messages.splice_out(18, 900_000, 18 * 90_000)
LATER_OUT = messages.splice_out(17, 900_000 + 9000, 18 * 90_000)
IN = messages.splice_in(17, 900_000 + 18 * 90_000)
OTHER_IN = messages.splice_in(18, 900_000 + 18 * 90_000)
NULL = messages.splice_null()


def signal(type_id: int, event_id: int = 17, pts: int = 900_000, **fields: object) -> Section:
    descriptor = SegmentationDescriptor(event_id, segmentation_type_id=type_id, upid_type=UPID[0], upid=UPID[1])
    if type_id in {0x10, 0x11, 0x12, 0x13, 0x14, 0x15, 0x16, 0x17, 0x19, 0x20, 0x21}:
        descriptor = replace(descriptor, segment_num=1, segments_expected=1)
    return made(Section(TimeSignal(pts), (replace(descriptor, **fields),)))  # type: ignore[arg-type] # any of its fields


def date(seconds: float) -> str:
    """The program date so long after the first segment's start."""
    moment = START + timedelta(seconds=seconds)
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def media(
    *segments: str | tuple[str, float],
    head: str = "",
    tail: str = "#EXT-X-ENDLIST",
    version: int = 6,
    target: int | None = 6,
    sequence: int = 1,
    dated: bool = True,
) -> str:
    """A playlist of these segments: the lines before each, and its length (6 s)."""
    lines = ["#EXTM3U", f"#EXT-X-VERSION:{version}", f"#EXT-X-MEDIA-SEQUENCE:{sequence}"]
    lines += [f"#EXT-X-TARGETDURATION:{target}"] if target is not None else []
    lines += [head] if head else []
    at = 0.0
    for number, segment in enumerate(segments):
        tags, duration = (segment, 6.0) if isinstance(segment, str) else segment
        lines += [f"#EXT-X-PROGRAM-DATE-TIME:{date(at)}"] if dated and "PROGRAM-DATE" not in tags else []
        lines += [tags] if tags else []
        lines += [f"#EXTINF:{duration:.3f},", f"s{number}.ts"]
        at += duration
    return "\n".join([*lines, tail, ""])


def daterange(
    start: float = 6,
    *,
    name: str = "17-a",
    out: Section | None = None,
    back: Section | None = None,
    planned: str = "18.000",
    more: str = "",
) -> str:
    """A tag as it should be; ``back`` closes it after 18 s."""
    tag = f'#EXT-X-DATERANGE:ID="{name}",START-DATE="{date(start)}",PLANNED-DURATION={planned}'
    tag += f",SCTE35-OUT={hexadecimal(out)}" if out is not None else ""
    if back is not None:
        tag += f',DURATION=18.000,END-DATE="{date(start + 18)}",SCTE35-IN={hexadecimal(back)}'
    return tag + more


def lined(*lines: str) -> str:
    return "\n".join(lines)


def break_of(
    out: str,
    back: str,
    *,
    conts: tuple[str, str] = ("", ""),
    before: str = "",
    head: str = "",
    tail: str = "#EXT-X-ENDLIST",
    sequence: int = 1,
    version: int = 6,
    dated: bool = True,
) -> str:
    """A playlist with a break of three segments, from its second to its fifth."""
    segments = (before, out, *conts, back)
    return media(*segments, head=head, tail=tail, sequence=sequence, version=version, dated=dated)


CONTS = (
    "#EXT-X-CUE-OUT-CONT:ElapsedTime=6.000,Duration=18.000",
    "#EXT-X-CUE-OUT-CONT:ElapsedTime=12.000,Duration=18.000",
)
CUES = break_of("#EXT-X-CUE-OUT:DURATION=18.000", "#EXT-X-CUE-IN", conts=CONTS)
RANGES = break_of(daterange(out=OUT), daterange(back=IN))


def show(**changes: object) -> Show:
    """One channel; ``changes`` to it, and ``output_…`` to its output."""
    output = HlsOutput(("p",), "news/", Fraction(6), 20)
    of_output = {key.removeprefix("output_"): value for key, value in changes.items() if key.startswith("output_")}
    of_channel = {key: value for key, value in changes.items() if not key.startswith("output_")}
    rendition = Rendition("a", 320, 180, 300_000)
    output = replace(output, **of_output)  # type: ignore[arg-type] # any of its fields
    channel = Channel("news-1", "News", ("udp://127.0.0.1:5000",), (rendition,), (output,), FrameRate(25))
    channel = replace(channel, **of_channel)  # type: ignore[arg-type] # any of its fields
    return Show("Evening", "Europe/Berlin", (Origin("p", "file:///o/"),), (channel,))


def signalling(mode: SignalMode, **fields: object) -> Signalling:
    from app.model.rundown import Upid

    made_of = Signalling(mode=mode, upid=Upid(9, "SIGNAL:{uuid}"))
    return replace(made_of, **fields)  # type: ignore[arg-type] # any of its fields


def plan(name: str, at: str | None, duration: str = "30", **fields: object) -> BreakPlan:
    made_of = BreakPlan(name, "news-1", None if at is None else When.parse(at), Fraction(duration))
    return replace(made_of, **fields)  # type: ignore[arg-type] # any of its fields


def rules(findings: list[LintFinding]) -> set[str]:
    return {finding.rule for finding in findings}
