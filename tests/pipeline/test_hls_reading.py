"""A playlist of ours, read back from its text, is the playlist that it was."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.model.cue import Section, SegmentationDescriptor, TimeSignal
from app.pipeline.hls import Entry, MediaPlaylist, render_media
from app.pipeline.hls_keeping import WrittenTrack, far_above, levelled, written_from_plain, written_to_plain
from app.pipeline.hls_reading import is_cut_off, open_range, read_media
from app.pipeline.packets import MarkOut
from app.pipeline.resuming import resume
from app.scte35.dialects import Avail, cont_tags, daterange_id, in_tags, open_ranges, out_tags
from app.scte35.messages import made, splice_in, splice_out, time_signal_out
from tests.pipeline.break_desk import Desk

STARTED_AT = datetime(2026, 11, 22, 20, 15, 32, 440_000, tzinfo=UTC)
DIALECTS = ("daterange", "cue-out-in", "oatcls-scte35", "scte35")
OUT_AT = STARTED_AT + timedelta(seconds=4)
OUT = splice_out(7, 900_000 + 4 * 90_000, 900_000).encoded
AVAIL = Avail(daterange_id(7, OUT_AT), OUT, OUT_AT, 900_000)


def entries(count: int, *, closed: bool = False) -> tuple[Entry, ...]:
    """Two seconds each; a break of 10 s from the third."""
    found = []
    for number in range(count):
        tags: list[str] = []
        carried: tuple[str, ...] = ()
        if number == 2:
            tags = out_tags(AVAIL, DIALECTS)
        elif 2 < number < 7:
            tags = cont_tags(AVAIL, (number - 2) * 180_000, DIALECTS)
            carried = tuple(open_ranges(AVAIL, DIALECTS))
        elif number == 7 and closed:
            tags = in_tags(replace(AVAIL, in_section=splice_in(7, 5).encoded, duration_ticks=900_000), DIALECTS)
        name = f"20261122T201532440000-{number:06d}.ts"
        at = STARTED_AT + timedelta(seconds=2 * number)
        found.append(Entry(f"one/high/{name}", name, at, 180_000, tuple(tags), carried, discontinuity=number == 4))
    return tuple(found)


def segment(extinf: bytes = b"2.0,", date: bytes = b"2026-11-22T20:15:32Z", sequence: bytes = b"0") -> bytes:
    head = b"#EXTM3U\n#EXT-X-TARGETDURATION:2\n#EXT-X-MEDIA-SEQUENCE:" + sequence
    return head + b"\n#EXT-X-PROGRAM-DATE-TIME:" + date + b"\n#EXTINF:" + extinf + b"\na.ts\n"


@given(st.integers(1, 9), st.integers(0, 8), st.booleans(), st.booleans())
def test_what_is_read_is_what_was_written(count: int, gone: int, gap: bool, ended: bool) -> None:
    listed = entries(max(count, gone + 1), closed=True)[gone:]
    if gap:
        listed = (*listed[:-1], replace(listed[-1], missing=True))
    behind = tuple(open_ranges(replace(AVAIL, start_at=STARTED_AT + timedelta(seconds=60)), DIALECTS))
    playlist = MediaPlaylist(2, 5, listed, gone, gone, ended=ended, ahead=() if ended else behind)
    read = read_media(render_media(playlist, frozenset()), "one/high/", 5).playlist
    assert render_media(read, frozenset()) == render_media(playlist, frozenset())
    assert read == playlist
    kept = written_from_plain(written_to_plain({"high": WrittenTrack(read, ((9, "x"),))}))
    assert kept == {"high": WrittenTrack(playlist, ((9, "x"),))}


@pytest.mark.parametrize("count", [3, 5])
def test_an_open_range_is_read_as_its_break(count: int) -> None:
    text = render_media(MediaPlaylist(2, 5, entries(count)), frozenset())
    left = open_range(read_media(text, "one/high/", 5), "one")
    assert left is not None
    assert (left.splice_event_id, left.out_at, left.duration_ticks, left.out_pts) == (
        7,
        OUT_AT,
        900_000,
        900_000 + 4 * 90_000,
    )
    assert daterange_id(left.splice_event_id, OUT_AT) == left.plan.id


@pytest.mark.parametrize(
    "opens", [splice_out(7, 1_260_000, None), time_signal_out(7, 1_260_000, None, segmentation_type_id=0x22)]
)
def test_one_that_told_no_duration_is_read_as_one_that_may_last_the_longest(opens: Section) -> None:
    avail = Avail(daterange_id(7, OUT_AT), opens.encoded, OUT_AT, None)
    listed = replace(entries(3)[2], tags=tuple(out_tags(avail, DIALECTS)))
    left = open_range(read_media(render_media(MediaPlaylist(2, 5, (listed,)), frozenset()), "one/high/", 5), "one")
    assert left is not None
    assert (left.splice_event_id, left.duration_ticks, left.open_ended) == (7, 600 * 90_000, True)
    desk = Desk(started_at=OUT_AT + timedelta(seconds=598))
    resume(desk.splicer, (left,), None)
    (mark,) = (one for one in desk.splicer.effects if isinstance(one, MarkOut))
    assert (mark.section, mark.planned_duration_ticks) == (opens.encoded, None)
    desk.run_to(60)
    assert desk.splices == [50], "the new run closes it"


def test_of_several_events_the_id_of_the_range_tells_which() -> None:
    inner = SegmentationDescriptor(9, segmentation_type_id=0x30, segmentation_duration_ticks=450_000)
    outer = SegmentationDescriptor(7, segmentation_type_id=0x34, segmentation_duration_ticks=900_000)
    avail = replace(AVAIL, out_section=made(TimeSignal(1_260_000), inner, outer).encoded)
    listed = replace(entries(3)[2], tags=tuple(out_tags(avail, DIALECTS)))
    left = open_range(read_media(render_media(MediaPlaylist(2, 5, (listed,)), frozenset()), "one/high/", 5), "one")
    assert left is not None
    assert (left.splice_event_id, left.duration_ticks, left.open_ended) == (7, 900_000, False)


def test_outside_a_range_there_is_none() -> None:
    for count in (2, 8):
        text = render_media(MediaPlaylist(2, 5, entries(count, closed=True)), frozenset())
        assert open_range(read_media(text, "one/high/", 5), "one") is None


def test_a_range_whose_section_is_damaged_is_none() -> None:
    text = render_media(MediaPlaylist(2, 5, entries(3)), frozenset())
    odd = text.replace(b"SCTE35-OUT=0x", b"SCTE35-OUT=0xF")
    assert odd != text
    assert open_range(read_media(odd, "one/high/", 5), "one") is None


@pytest.mark.parametrize(
    "text",
    [
        b"",
        b"#EXTM3U",
        b"#EXTM3U\n#EXT-X-TARGETDURATION:2\n",
        b"#EXTM3U\n#EXT-X-TARGETDURATION:2\n#EXT-X-MEDIA-SEQUENCE:x\n",
        b"#EXTM3U\n#EXT-X-TARGETDURATION:2\n#EXT-X-MEDIA-SEQUENCE:0\nseg.ts\n",
        b"#EXTM3U\n#EXT-X-TARGETDURATION:2\n#EXT-X-MEDIA-SEQUENCE:0\n#EXTINF:2.0,\n../../etc/passwd\n",
        b"\xff\xfe\n",
        segment(extinf=b"1/0,"),
        segment(extinf=b"1e99,"),
        segment(extinf=b"-2.0,"),
        segment(extinf=b"0.0,"),
        segment(date=b"2026-11-22T20:15:32"),
        segment(date=b"9999-12-31T23:59:59Z"),
        segment(sequence=b"-5"),
        segment(sequence=b"9" * 40),
    ],
)
def test_what_we_would_not_have_written_is_refused(text: bytes) -> None:
    with pytest.raises(ValueError, match=r".+"):
        read_media(text, "one/high/", 5)


def test_a_text_that_is_cut_off_anywhere_is_read_as_far_as_it_is_whole() -> None:
    text = render_media(MediaPlaylist(2, 5, entries(5)), frozenset())
    first_uri = text.index(entries(1)[0].uri.encode()) + len(entries(1)[0].uri)
    for length in range(len(text)):
        cut = text[:length]
        try:
            read = read_media(cut, "one/high/", 5).playlist
        except ValueError:
            assert length <= first_uri, "nothing is listed yet"
            continue
        whole = [entry for entry in read.entries if not entry.missing]
        assert whole == list(entries(5)[: len(whole)])
        assert {entry.uri: entry.starts_at for entry in read.entries}.items() <= {
            entry.uri: entry.starts_at for entry in entries(5)
        }.items(), "a number that was given is not given again"
        listed = cut.count(b"\n#EXT-X-PROGRAM-DATE-TIME:")
        assert listed - 1 <= len(read.entries) <= listed or length <= first_uri


def test_a_break_whose_segment_is_cut_off_is_open() -> None:
    text = render_media(MediaPlaylist(2, 5, entries(3)), frozenset())
    track = read_media(text[:-37], "one/high/", 5)
    left = open_range(track, "one")
    assert left is not None
    assert (left.splice_event_id, left.out_at) == (7, OUT_AT)
    assert [entry.missing for entry in track.playlist.entries] == [False, False, True]
    assert is_cut_off(text[:-37])


def test_numbers_far_above_stay_above_even_when_taken_twice() -> None:
    first = far_above(2, 5, STARTED_AT).playlist
    assert first.next_sequence < 1 << 31, "players count in 32 bits"
    assert far_above(2, 5, STARTED_AT + timedelta(hours=1)).playlist.next_sequence == first.next_sequence + 3600


def test_renditions_are_made_to_end_alike() -> None:
    long, short = MediaPlaylist(2, 5, entries(5)), MediaPlaylist(2, 5, entries(3), ended=True)
    level = levelled("one/", {"high": WrittenTrack(long), "low": WrittenTrack(short)})
    assert [track.playlist.next_sequence for track in level.values()] == [5, 5]
    assert [entry.missing for entry in level["low"].playlist.entries] == [False, False, False, True, True]
    assert level["low"].playlist.entries[-1].path == f"one/low/{entries(5)[-1].uri}"
    assert not level["low"].playlist.ended
    assert levelled("one/", {}) == {}
    far = levelled("one/", {"high": WrittenTrack(replace(long, media_sequence=90)), "low": WrittenTrack(short)})
    assert [track.playlist.next_sequence for track in far.values()] == [95, 95]
