from datetime import UTC, datetime, timedelta
from fractions import Fraction

import m3u8
from hypothesis import given
from hypothesis import strategies as st

from app.model.timebase import TICKS_PER_SECOND, FrameRate
from app.pipeline.bandwidth import peak_video_bps, transport_bps
from app.pipeline.hls import Entry, MediaPlaylist, Variant, render_media, render_multivariant

START = datetime(2026, 11, 22, 20, 15, 32, 440_000, tzinfo=UTC)
TARGET_S = 6


def entry(number: int, duration_ticks: int = TARGET_S * TICKS_PER_SECOND, *, start_ticks: int = 0) -> Entry:
    moment = START + timedelta(microseconds=start_ticks * 100 // 9)
    return Entry(f"news/high/{number:06d}.ts", f"{number:06d}.ts", moment, duration_ticks)


def grown(durations: list[int], window: int = 4) -> tuple[MediaPlaylist, list[Entry]]:
    playlist, at = MediaPlaylist(TARGET_S, window), 0
    left: list[Entry] = []
    for number, duration in enumerate(durations):
        playlist, departed = playlist.followed_by(entry(number, duration, start_ticks=at))
        left += departed
        at += duration
    return playlist, left


lengths = st.lists(st.integers(1, TARGET_S * TICKS_PER_SECOND), max_size=40)


@given(lengths, st.integers(3, 8))
def test_the_window_rolls_in_order_and_never_starves_a_player(durations: list[int], window: int) -> None:
    playlist = MediaPlaylist(TARGET_S, window)
    everything: list[Entry] = []
    gone: list[Entry] = []
    for number, duration in enumerate(durations):
        new = entry(number, duration)
        everything.append(new)
        playlist, departed = playlist.followed_by(new)
        gone += departed
        assert gone + list(playlist.entries) == everything
        assert playlist.media_sequence == len(gone)
        assert playlist.next_sequence == len(everything)
        assert len(playlist.entries) >= min(window, len(everything))
        if departed:
            assert playlist.duration_ticks >= 3 * TARGET_S * TICKS_PER_SECOND
        if len(playlist.entries) > window:  # only because one fewer would be too short
            shorter = playlist.duration_ticks - playlist.entries[0].duration_ticks
            assert shorter < 3 * TARGET_S * TICKS_PER_SECOND


def test_with_segments_of_full_length_exactly_the_window_is_listed() -> None:
    playlist, left = grown([TARGET_S * TICKS_PER_SECOND] * 9, window=4)
    assert [one.uri for one in playlist.entries] == [f"{n:06d}.ts" for n in range(5, 9)]
    assert len(left) == 5


@given(lengths.filter(bool), st.sets(st.integers(0, 39)))
def test_an_independent_parser_reads_back_what_was_meant(durations: list[int], lost: set[int]) -> None:
    playlist, _ = grown(durations)
    gone = frozenset(f"news/high/{number:06d}.ts" for number in lost)
    text = render_media(playlist, gone).decode()
    read = m3u8.loads(text)
    assert read.target_duration == TARGET_S
    assert read.media_sequence == playlist.media_sequence
    assert read.is_independent_segments
    assert not read.is_endlist
    assert [segment.uri for segment in read.segments] == [one.uri for one in playlist.entries]
    for segment, one in zip(read.segments, playlist.entries, strict=True):
        assert abs(Fraction(str(segment.duration)) - Fraction(one.duration_ticks, 90_000)) <= Fraction(1, 1_000_000)
        assert 0 <= (one.starts_at - segment.program_date_time).total_seconds() < 0.001
        assert bool(segment.gap_tag) == (one.path in gone)
    gaps = any(one.path in gone for one in playlist.entries)
    assert read.version == (8 if gaps else 3)


def test_markers_stand_before_their_segment_and_a_carried_range_before_the_first_one_only() -> None:
    playlist, _ = grown([])
    inside = Entry("p/1.ts", "1.ts", START, 90_000, tags=("#CONT",), carried=("#RANGE",))
    for one in (inside, inside):
        playlist, _ = playlist.followed_by(one)
    assert render_media(playlist, frozenset()).decode().splitlines()[6:] == [
        "#EXT-X-PROGRAM-DATE-TIME:2026-11-22T20:15:32.440Z",
        "#RANGE",
        "#CONT",
        "#EXTINF:1.000000,",
        "1.ts",
        "#EXT-X-PROGRAM-DATE-TIME:2026-11-22T20:15:32.440Z",
        "#CONT",
        "#EXTINF:1.000000,",
        "1.ts",
    ]


def test_a_finished_playlist_ends_with_its_last_markers_and_endlist() -> None:
    playlist, _ = grown([90_000])
    assert render_media(playlist.finished(("#EXT-X-CUE-IN",)), frozenset()).endswith(
        b"000000.ts\n#EXT-X-CUE-IN\n#EXT-X-ENDLIST\n"
    )


def test_discontinuities_that_left_are_counted() -> None:
    playlist = MediaPlaylist(TARGET_S, 3)
    for number in range(6):
        cut = Entry(f"{number}", f"{number}.ts", START, TARGET_S * 90_000, discontinuity=number in {1, 4})
        playlist, _ = playlist.followed_by(cut)
    text = render_media(playlist, frozenset()).decode()
    assert "#EXT-X-DISCONTINUITY-SEQUENCE:1\n" in text
    assert text.count("#EXT-X-DISCONTINUITY\n") == 1


def test_the_multivariant_playlist_says_what_a_player_chooses_by() -> None:
    variants = [
        Variant("high/index.m3u8", 3_900_000, 3_300_000, "avc1.64001F,mp4a.40.2", 1280, 720, FrameRate(30000, 1001)),
        Variant("low/index.m3u8", 900_000, 800_000, "avc1.64000C,mp4a.40.2", 320, 180, FrameRate(25)),
    ]
    read = m3u8.loads(render_multivariant(variants).decode())
    assert read.is_independent_segments
    first, second = (playlist.stream_info for playlist in read.playlists)
    assert [playlist.uri for playlist in read.playlists] == ["high/index.m3u8", "low/index.m3u8"]
    assert (first.bandwidth, first.average_bandwidth) == (3_900_000, 3_300_000)
    assert (first.codecs, first.resolution, first.frame_rate) == ("avc1.64001F,mp4a.40.2", (1280, 720), 29.97)
    assert second.frame_rate == 25.0


@given(
    st.integers(50_000, 50_000_000), st.integers(0, 512_000), st.sampled_from([FrameRate(25), FrameRate(60000, 1001)])
)
def test_declared_bandwidth_lies_above_its_streams_but_not_far(video: int, audio: int, rate: FrameRate) -> None:
    declared = transport_bps(video, audio, rate, 48_000)
    assert video + audio < declared < 1.03 * (video + audio) + 200_000


def test_the_peak_is_the_ceiling_plus_what_the_buffer_holds_over() -> None:
    assert peak_video_bps(3_000_000, 3_000_000, 3_000_000, Fraction(6)) == 4_000_000
    assert peak_video_bps(3_000_000, 0, 0, Fraction(6)) == 6_000_000
