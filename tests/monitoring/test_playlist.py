from __future__ import annotations

from datetime import UTC, datetime
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.model.errors import ProofError
from app.monitoring.markers import markers_of
from app.monitoring.playlist import MediaPlaylist, MultivariantPlaylist, parse_playlist
from app.monitoring.words import EventId
from tests.monitoring.little_ts import splice_insert

MEDIA = """#EXTM3U
#EXT-X-VERSION:6
#EXT-X-TARGETDURATION:6
#EXT-X-MEDIA-SEQUENCE:41
#EXT-X-DISCONTINUITY-SEQUENCE:3
#EXT-X-PROGRAM-DATE-TIME:2026-11-22T20:15:26.440+01:00
#EXTINF:5.339,title, with comma
a.ts
#EXT-X-GAP
#EXTINF:0.1,
b%20b.ts?x=1,2
# a comment
#EXT-X-DISCONTINUITY
#EXT-X-PROGRAM-DATE-TIME:2026-11-22T19:20:00Z
#EXT-X-CUE-OUT:DURATION=30.000
#EXT-X-BYTERANGE:1000@500
#EXTINF:6,
c.ts
#EXT-X-BYTERANGE:200
#EXTINF:6,
c.ts
#EXT-X-CUE-IN
#EXT-X-ENDLIST
"""


def media(text: str) -> MediaPlaylist:
    playlist = parse_playlist(text, "x.m3u8")
    assert isinstance(playlist, MediaPlaylist)
    return playlist


def test_a_media_playlist_is_read_exactly() -> None:
    playlist = media(MEDIA)
    assert (playlist.target_duration_s, playlist.media_sequence, playlist.version, playlist.ended) == (6, 41, 6, True)
    first, gap, third, fourth = playlist.segments
    assert (first.sequence, first.duration_s, first.discontinuity_sequence) == (41, Fraction(5339, 1000), 3)
    assert first.starts_at == datetime(2026, 11, 22, 19, 15, 26, 440_000, tzinfo=UTC)
    assert (gap.gap, gap.uri, gap.dated) == (True, "b%20b.ts?x=1,2", False)
    assert gap.starts_at == datetime(2026, 11, 22, 19, 15, 31, 779_000, tzinfo=UTC)
    assert (third.gap, third.discontinuity_sequence, third.byte_range) == (False, 4, (500, 1000))
    assert third.starts_at == datetime(2026, 11, 22, 19, 20, tzinfo=UTC)
    assert fourth.byte_range == (1500, 200)
    assert [tag.name for tag in third.tags] == ["EXT-X-CUE-OUT"]
    assert [tag.name for tag in playlist.tail] == ["EXT-X-CUE-IN"]
    assert playlist.findings == ()


def test_windows_line_ends_and_a_byte_order_mark_are_taken() -> None:
    assert len(media("\ufeff" + MEDIA.replace("\n", "\r\n")).segments) == 4


def test_a_multivariant_playlist_names_its_variants() -> None:
    playlist = parse_playlist(
        '#EXTM3U\n#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="a",NAME="en",URI="en/index.m3u8"\n'
        '#EXT-X-STREAM-INF:BANDWIDTH=1,CODECS="avc1.64001f,mp4a.40.2"\n720p/index.m3u8\n',
        "x.m3u8",
    )
    assert isinstance(playlist, MultivariantPlaylist)
    assert [(v.uri, v.kind) for v in playlist.variants] == [("720p/index.m3u8", "VIDEO"), ("en/index.m3u8", "AUDIO")]
    assert playlist.variants[0].attributes["CODECS"] == "avc1.64001f,mp4a.40.2"


@pytest.mark.parametrize(
    ("line", "finding"),
    [
        ("#EXTINF:soon,", "line 2: EXTINF: 'soon' is no duration in seconds"),
        ("#EXT-X-TARGETDURATION:six", "line 2: EXT-X-TARGETDURATION: 'six' is no whole number"),
        (
            "#EXT-X-PROGRAM-DATE-TIME:2026-11-22T20:15:26",
            "line 2: EXT-X-PROGRAM-DATE-TIME: '2026-11-22T20:15:26' has no",
        ),
        ("#EXT-X-PROGRAM-DATE-TIME:noon", "line 2: EXT-X-PROGRAM-DATE-TIME: 'noon' is no ISO 8601"),
        ("#EXT-X-BYTERANGE:all", "line 2: EXT-X-BYTERANGE: 'all' is no byte range"),
        ("lonely.ts", "line 2: lonely.ts: no EXTINF before it"),
    ],
)
def test_what_can_not_be_understood_is_told_with_line_and_tag(line: str, finding: str) -> None:
    assert media(f"#EXTM3U\n{line}\n").findings[0].startswith(finding)


def test_what_is_no_playlist_is_refused() -> None:
    with pytest.raises(ProofError, match=r"x\.m3u8: line 1: this is no HLS playlist"):
        parse_playlist("<html>", "x.m3u8")


LINES = st.sampled_from(
    ["EXTINF:", "EXT-X-DATERANGE:", "EXT-X-CUE-OUT:", "EXT-X-CUE-OUT-CONT:", "EXT-X-SCTE35:", "EXT-OATCLS-SCTE35:",
     "EXT-X-PROGRAM-DATE-TIME:", "EXT-X-MEDIA-SEQUENCE:", "EXT-X-BYTERANGE:", "EXT-X-STREAM-INF:", "EXT-X-KEY:", ""]
)  # fmt: skip
VALUES = st.one_of(
    st.text(max_size=60),
    st.sampled_from(
        [
            'ID="a",START-DATE="9999-12-31T23:59:59.9Z",SCTE35-OUT=0xFC',
            "9999999999.5",
            '"',
            "=,=",
            "a=b",
            "9999-12-31T23:59:59Z",
        ]
    ),
)


@given(st.lists(st.tuples(st.booleans(), LINES, VALUES), max_size=30))
@settings(max_examples=200, deadline=None)
def test_any_text_is_read_or_refused(lines: list[tuple[bool, str, str]]) -> None:
    text = "#EXTM3U\n" + "\n".join(f"{'#' * tag}{name}{value}" for tag, name, value in lines)
    playlist = parse_playlist(text, "x")
    if isinstance(playlist, MediaPlaylist):
        markers_of(playlist)


@pytest.mark.parametrize("char", [" ", ",", '"', "a", "=", "A-"])
def test_long_lines_are_read_at_once(char: str) -> None:
    text = "#EXTM3U\n#EXT-X-DATERANGE:" + char * 300_000 + "\n#EXT-X-CUE-OUT:" + char * 300_000 + "\n"
    markers_of(media(text))


def test_the_markers_of_every_dialect_in_their_forms() -> None:
    section = splice_insert(5, 100, out=True, duration=90_000 * 30)
    code = __import__("base64").b64encode(section).decode()
    lines = [
        f"#EXT-OATCLS-SCTE35:{code}",
        "#EXT-X-CUE-OUT:30",
        "#EXT-X-CUE-OUT:DURATION=30.5",
        "#EXT-X-CUE-OUT",
        "#EXT-X-CUE-OUT-CONT:6.5/30",
        "#EXT-X-CUE-OUT-CONT:ElapsedTime=6.5,Duration=30,SCTE35=" + code,
        "#EXT-X-CUE-IN",
        f'#EXT-X-SCTE35:CUE="{code}",CUE-OUT=CONT',
        f'#EXT-X-DATERANGE:ID="5",START-DATE="2026-11-22T20:15:26Z",SCTE35-OUT=0x{section.hex()}',
        '#EXT-X-DATERANGE:ID="6",CLASS="other"',
        '#EXT-X-DATERANGE:ID="7",CLASS="com.apple.hls.interstitial",X-ASSET-LIST="a.json",DURATION=30',
        f'#EXT-X-CUE:ID="5",TYPE="scte35",DURATION=30,TIME=1.5,CUE="{code}",ELAPSED=0.000',
        f'#EXT-X-CUE:ID="5",TYPE="scte35",DURATION=30,TIME=1.5,CUE="{code}",ELAPSED=6.5',
        f"#EXT-X-SPLICEPOINT-SCTE35:{code}",
        "#EXT-X-ASSET:CAID=0x0A",
        "#EXT-X-CUE-OUT-CONT:CAID=0x0A,ElapsedTime=6.5,Duration=30",
        "#EXT-X-CUE-SPAN:TIMEFROMSIGNAL=PT6.5S,ID=5",
        "#EXT-X-CUE-SPAN:TIMEFROMSIGNAL=PT1M0.5S,ID=5",
        f'#EXT-X-CUE-OUT:DURATION=30,ID=5,CUE="{code}"',
        "#EXT-X-CUE-OUT:soon",
        "#EXT-X-MARKER:ID=1",
    ]
    markers, findings = markers_of(media("#EXTM3U\n" + "\n".join(lines) + "\n#EXTINF:6,\na.ts\n"))
    told = [(m.dialect, m.role, m.declared_s, m.elapsed_s, m.names(EventId(5), "out")) for m in markers]
    half = Fraction(13, 2)
    assert told == [
        ("oatcls-scte35", "out", None, None, True),
        ("cue-out-in", "out", 30, None, False),
        ("cue-out-in", "out", Fraction(61, 2), None, False),
        ("cue-out-in", "out", None, None, False),
        ("cue-out-in", "cont", 30, half, False),
        ("cue-out-in", "cont", 30, half, True),
        ("cue-out-in", "in", None, None, False),
        ("scte35", "cont", None, None, True),
        ("daterange", "out", None, None, True),
        ("interstitials", "out", 30, None, False),
        ("adobe", "out", 30, 0, True),
        ("adobe", "cont", 30, half, True),
        ("splicepoint", "out", None, None, True),
        ("asset", "out", None, None, False),
        ("cue-out-in", "cont", 30, half, False),
        ("cue-out-in", "cont", None, half, False),
        ("cue-out-in", "cont", None, Fraction(121, 2), False),
        ("cue-out-in", "out", 30, None, True),
        ("cue-out-in", "out", None, None, False),
    ]
    assert findings == [
        "line 21: EXT-X-CUE-OUT: 'soon' is no duration in seconds",
        "line 22: EXT-X-MARKER is not judged",
    ]
