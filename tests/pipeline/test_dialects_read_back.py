"""Playlists of every dialect: what a window that rolls keeps, and that they are read back as they were written."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.model.show import MarkingOptions
from app.model.signalling import Signalling, SignalMode
from app.pipeline.hls import Entry, MediaPlaylist, render_media
from app.pipeline.hls_reading import open_range, read_media
from app.pipeline.marks import BreakMarks
from app.pipeline.packets import MarkExtend, MarkIn, MarkOut, MarkSignal
from app.scte35.dialects import DIALECTS, daterange_id
from app.scte35.messages import splice_null
from app.scte35.signalling import in_section, is_splice, out_section

S = 90_000
STARTED_AT = datetime(2026, 11, 22, 20, 15, 32, 440_000, tzinfo=UTC)
SEGMENT_S = 2
CLASS = "org.example.signal"
MARKINGS = (
    MarkingOptions(),
    MarkingOptions(cue_out="seconds", cont="elemental", asset_list="https://ads.example/{break_id}"),
    MarkingOptions(cont="ratio", daterange_class=CLASS, end_on_next=True, asset_list="https://ads.example/{event_id}"),
)
# Each alone, but that of the UPID, which needs one that opens a break; and all together.
CHOICES = [*((name,) for name in DIALECTS if name != "asset"), ("asset", "cue-out-in"), DIALECTS]


def at(ticks: int) -> datetime:
    return STARTED_AT + timedelta(seconds=ticks / S)


def opened(event_id: int, ticks: int, length: int, mode: SignalMode) -> MarkOut:
    section = out_section(Signalling(mode=mode), event_id, ticks, length).encoded
    return MarkOut(ticks, f"b{event_id}", event_id, section, length, at(ticks))


def closed(event_id: int, ticks: int, length: int, mode: SignalMode) -> MarkIn:
    return MarkIn(ticks, event_id, in_section(Signalling(mode=mode), event_id, ticks).encoded, length)


def marks_of(mode: SignalMode) -> BreakMarks:
    """Two that touch, 4 to 10 and 10 to 16 s, the second made longer; the source's own chapter from 2 to 6 s."""
    marks = BreakMarks()
    chapter = Signalling(mode=SignalMode.CHAPTER)
    marks.add(MarkSignal(2 * S, 0, splice_null().encoded, at(2 * S)))
    marks.add(MarkSignal(2 * S, 9, out_section(chapter, 9, 2 * S, 4 * S).encoded, at(2 * S)))
    marks.add(MarkSignal(6 * S, 9, in_section(chapter, 9, 6 * S).encoded, at(6 * S)))
    marks.add(opened(1, 4 * S, 6 * S, mode))
    marks.add(closed(1, 10 * S, 6 * S, mode))
    marks.add(opened(2, 10 * S, 4 * S, mode))
    marks.add(MarkExtend(2, 6 * S, out_section(Signalling(mode=mode), 2, 10 * S, 6 * S).encoded))
    marks.add(closed(2, 16 * S, 6 * S, mode))
    return marks


def entries(count: int, mode: SignalMode, dialects: tuple[str, ...], marking: MarkingOptions) -> tuple[Entry, ...]:
    marks = marks_of(mode)
    found = []
    for number in range(count):
        ticks = number * SEGMENT_S * S
        markers = marks.at(ticks, dialects, marking)
        name = f"20261122T201532440000-{number:06d}.ts"
        entry = Entry(f"one/high/{name}", name, at(ticks), SEGMENT_S * S, markers.tags, markers.carried)
        found.append(entry)
    return tuple(found)


@given(
    st.sampled_from(SignalMode),
    st.sampled_from(CHOICES),
    st.sampled_from(MARKINGS),
    st.integers(1, 10),
    st.integers(0, 9),
)
def test_what_is_read_is_what_was_written(
    mode: SignalMode, dialects: tuple[str, ...], marking: MarkingOptions, count: int, gone: int
) -> None:
    listed = entries(max(count, gone + 1), mode, dialects, marking)[gone:]
    playlist = MediaPlaylist(SEGMENT_S, 5, listed, gone)
    read = read_media(render_media(playlist, frozenset()), "one/high/", 5).playlist
    assert render_media(read, frozenset()) == render_media(playlist, frozenset())
    assert read == playlist


@pytest.mark.parametrize("mode", SignalMode)
@pytest.mark.parametrize("marking", MARKINGS)
def test_a_range_is_kept_while_a_segment_of_it_is_listed(mode: SignalMode, marking: MarkingOptions) -> None:
    every = entries(10, mode, DIALECTS, marking)
    for gone in range(10):
        text = render_media(MediaPlaylist(SEGMENT_S, 5, every[gone:], gone), frozenset()).decode()
        for event_id, first, end in ((1, 2, 5), (2, 5, 8)):
            name = daterange_id(event_id, at(first * SEGMENT_S * S))
            inside = gone < end  # of its segments, one at least is listed
            kinds = ["SCTE35-OUT" if is_splice(mode) else "SCTE35-CMD"]
            kinds += ["X-ASSET-LIST"] if marking.asset_list and is_splice(mode) else []
            for kind in kinds:
                ids = {name, f"{name}-interstitial"}
                lines = [line for line in text.splitlines() if f"{kind}=" in line and line.split('"')[1] in ids]
                assert len(lines) == inside, (gone, kind)
            if gone <= end and is_splice(mode):
                assert text.count(f'ID="{name}"') >= 1, "its IN, with the segment after it"


@pytest.mark.parametrize("mode", SignalMode)
@pytest.mark.parametrize("marking", MARKINGS)
def test_an_open_range_of_any_mode_is_read_as_its_break(mode: SignalMode, marking: MarkingOptions) -> None:
    for count, event_id, out_s in ((3, 1, 4), (4, 1, 4), (6, 2, 10)):
        text = render_media(MediaPlaylist(SEGMENT_S, 5, entries(count, mode, DIALECTS, marking)), frozenset())
        left = open_range(read_media(text, "one/high/", 5), "one")
        assert left is not None
        assert (left.splice_event_id, left.out_at, left.out_pts) == (event_id, at(out_s * S), out_s * S)
        assert daterange_id(left.splice_event_id, at(out_s * S)) == left.plan.id, "the ID stays over a restart"
        assert left.signalling is not None
        assert left.signalling.mode == mode
    for count in (2, 10):
        text = render_media(MediaPlaylist(SEGMENT_S, 5, entries(count, mode, DIALECTS, marking)), frozenset())
        assert open_range(read_media(text, "one/high/", 5), "one") is None


@pytest.mark.parametrize("count", [2, 4, 9])
def test_what_is_announced_is_no_part_of_what_was_listed(count: int) -> None:
    mode, marking = SignalMode.SPLICE_INSERT, MARKINGS[1]
    marks = marks_of(mode)
    listed = entries(count, mode, DIALECTS, marking)
    ahead = marks.ahead(count * SEGMENT_S * S, DIALECTS, marking)
    assert bool(ahead) == (count < 6)
    playlist = MediaPlaylist(SEGMENT_S, 5, listed)
    text = render_media(replace(playlist, ahead=ahead), frozenset())
    track = read_media(text, "one/high/", 5)
    assert track.playlist == replace(playlist, ahead=ahead)
    assert open_range(track, "one") == open_range(
        read_media(render_media(playlist, frozenset()), "one/high/", 5), "one"
    )
    for cut in range(text.rindex(b".ts") + 4, len(text)):
        assert replace(read_media(text[:cut], "one/high/", 5).playlist, ahead=()) == playlist


@pytest.mark.parametrize("mode", SignalMode)
def test_the_life_after_a_restart_writes_the_same_ranges(mode: SignalMode) -> None:
    """Its clock is another and its OUT lies before it: ID, dates and sections are those of the first life."""
    marking = replace(MARKINGS[1], daterange_class=CLASS)
    first = BreakMarks()
    first.add(opened(1, 4 * S, 6 * S, mode))
    (line, *_) = first.at(4 * S, DIALECTS, marking).tags
    again = BreakMarks()
    again.add(replace(opened(1, 4 * S, 6 * S, mode), ticks=-3 * S))
    assert again.at(0, DIALECTS, marking).carried == first.at(6 * S, DIALECTS, marking).carried
    assert again.at(0, DIALECTS, marking).carried[0] == line
    again.add(replace(closed(1, 4 * S, 7 * S, mode)))
    closing = [tag for tag in again.at(4 * S, DIALECTS, marking).tags if "DATERANGE" in tag]
    assert closing[0].split('"')[1] == line.split('"')[1]


def test_breaks_that_touch_close_before_they_open_whatever_the_order_of_their_marks() -> None:
    mode = SignalMode.SPLICE_INSERT
    marks = BreakMarks()
    marks.add(opened(1, 4 * S, 6 * S, mode))
    marks.add(opened(2, 10 * S, 4 * S, mode))
    marks.add(closed(1, 10 * S, 6 * S, mode))
    tags = marks.at(10 * S, DIALECTS).tags
    ins = [n for n, tag in enumerate(tags) if "CUE-IN" in tag or "SCTE35-IN" in tag]
    outs = [n for n, tag in enumerate(tags) if "CUE-OUT" in tag or "SCTE35-OUT" in tag]
    assert max(ins) < min(outs)


def test_signals_at_one_moment_have_an_id_each() -> None:
    marks = BreakMarks()
    for _ in range(3):
        marks.add(MarkSignal(2 * S, 0, splice_null().encoded, at(2 * S)))
    tags = marks.at(2 * S, ("daterange",)).tags
    assert len({tag.split('"')[1] for tag in tags}) == 3
    marks.forget_before(2 * S + 1)
    assert marks.at(2 * S, ("daterange",)).tags == ()
