"""Breaks and signals told by time_signal, with the tags of every dialect that can say them, written by hand."""

from __future__ import annotations

import base64

from tests.monitoring.airing import FRAME, Airing, seconds
from tests.monitoring.little_ts import segmentation

UPID = b"SIGNAL:abc"
ASSETS = "https://ads.example/17.json?d=10.000"


def code(section: bytes) -> str:
    return base64.b64encode(section).decode()


def add_signal(
    airing: Airing, start_type: int = 0x10, *, end_type: int | None = None, event_id: int = 17, on_next: bool = False
) -> tuple[bytes, bytes]:
    """What is no splice, from frame 300 to 550: a section and three dialects at its start and at its end."""
    end_type = start_type + 1 if end_type is None else end_type
    start = segmentation(event_id, start_type, airing.pts(300), 250 * FRAME)
    end = segmentation(event_id, end_type, airing.pts(550))
    for frame in (150, 175, 200, 250):
        airing.say(frame, start)
    for frame in (420, 450, 500):
        airing.say(frame, end)
    kind = ',CLASS="signals"' if on_next else ""
    shared = f'#EXT-X-DATERANGE:ID="{event_id}"{kind},START-DATE="{airing.date(300)}",PLANNED-DURATION={seconds(250)}'
    airing.tag(
        300,
        f"{shared}{',END-ON-NEXT=YES' if on_next else ''},SCTE35-CMD=0x{start.hex().upper()}",
        f'#EXT-X-SCTE35:CUE="{code(start)}",ID="{event_id}",TYPE=0x{start_type:02X},DURATION={seconds(250)}',
        f"#EXT-X-SPLICEPOINT-SCTE35:{code(start)}",
    )
    closed = [] if on_next else [f'{shared},DURATION={seconds(250)},END-DATE="{airing.date(550)}"']
    airing.tag(
        550,
        *closed,
        f'#EXT-X-DATERANGE:ID="{event_id}-end"{kind},START-DATE="{airing.date(550)}",DURATION=0.000,'
        f"SCTE35-CMD=0x{end.hex().upper()}",
        f'#EXT-X-SCTE35:CUE="{code(end)}",ID="{event_id}",TYPE=0x{end_type:02X}',
        f"#EXT-X-SPLICEPOINT-SCTE35:{code(end)}",
    )
    return start, end


def add_opportunity(airing: Airing, start_type: int = 0x34, event_id: int = 17) -> tuple[bytes, bytes]:
    """A break told by time_signal, from frame 300 to 550, in the dialects that ``airing.add_break`` does not have."""
    opening = segmentation(event_id, start_type, airing.pts(300), 250 * FRAME, UPID)
    closing = segmentation(event_id, start_type + 1, airing.pts(550), upid=UPID)
    for frame in (150, 175, 200, 250):
        airing.say(frame, opening)
    for frame in (420, 450, 500):
        airing.say(frame, closing)
    time = f"{airing.pts(300) / 90_000:.6f}"
    adobe = f'#EXT-X-CUE:ID="{event_id}",TYPE="scte35",DURATION=10.000,TIME={time},CUE="{code(opening)}"'
    upid = f'UPID="0x09:0x{UPID.hex().upper()}"'
    airing.tag(
        300,
        f'#EXT-X-SCTE35:CUE="{code(opening)}",CUE-OUT=YES,ID="{event_id}",TYPE=0x{start_type:02X},DURATION=10.000,{upid}',
        f"#EXT-X-SPLICEPOINT-SCTE35:{code(opening)}",
        f"{adobe},ELAPSED=0.000",
        f"#EXT-OATCLS-SCTE35:{code(opening)}",
        f"#EXT-X-ASSET:CAID=0x{UPID.hex().upper()}",
        "#EXT-X-CUE-OUT:10.000",
        f'#EXT-X-DATERANGE:ID="{event_id}-i",CLASS="com.apple.hls.interstitial",START-DATE="{airing.date(300)}",'
        f'PLANNED-DURATION=10.000,X-ASSET-LIST="{ASSETS}",X-PLAYOUT-LIMIT=10.000,X-SNAP="OUT,IN"',
    )
    for cut in (400, 500):
        elapsed = seconds(cut - 300)
        airing.tag(
            cut,
            f'#EXT-X-SCTE35:CUE="{code(opening)}",CUE-OUT=CONT,ID="{event_id}",ELAPSED={elapsed}',
            f"{adobe},ELAPSED={elapsed}",
            f"#EXT-X-CUE-OUT-CONT:ElapsedTime={elapsed},Duration=10.000,SCTE35={code(opening)}",
        )
    airing.tag(
        550,
        f'#EXT-X-SCTE35:CUE="{code(closing)}",CUE-IN=YES,ID="{event_id}",TYPE=0x{start_type + 1:02X}',
        f"#EXT-X-SPLICEPOINT-SCTE35:{code(closing)}",
        f'#EXT-X-CUE:ID="{event_id}",TYPE="scte35",DURATION=0.000,CUE="{code(closing)}"',
        f"#EXT-OATCLS-SCTE35:{code(closing)}",
        "#EXT-X-CUE-IN",
    )
    return opening, closing


def spoilt(airing: Airing, frame: int, old: str, new: str) -> None:
    """Change the lines at one frame in every rendition; an empty line is gone."""
    for tags in airing.tags.values():
        assert any(old in line for line in tags[frame]), (old, tags[frame])
        tags[frame] = [line for one in tags[frame] if (line := one.replace(old, new) if new else (one, "")[old in one])]
