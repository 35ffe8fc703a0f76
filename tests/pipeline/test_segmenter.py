from hypothesis import given
from hypothesis import strategies as st

from app.pipeline.segmenter import Segmenter
from app.pipeline.ts_sink import Chunk, Cut


@st.composite
def chunked_streams(draw: st.DrawFn) -> tuple[list[Chunk], bytes, list[int]]:
    """Chunks, the stream that they make up, and where in it the cuts are."""
    stream, cuts_at, chunks, cut_count = b"", [], [], 0
    for size in draw(st.lists(st.integers(0, 40), max_size=12)):
        offsets = sorted(draw(st.sets(st.integers(0, max(0, size - 1)), max_size=3))) if size else []
        cuts = tuple(Cut(offset, 3000 * (cut_count + index)) for index, offset in enumerate(offsets))
        cut_count += len(cuts)
        cuts_at += [len(stream) + offset for offset in offsets]
        body = bytes((len(stream) + index) % 251 for index in range(size))
        chunks.append(Chunk(body, cuts))
        stream += body
    return chunks, stream, cuts_at


@given(chunked_streams())
def test_segments_are_the_stream_between_its_cuts_byte_for_byte(case: tuple[list[Chunk], bytes, list[int]]) -> None:
    chunks, stream, cuts_at = case
    segmenter = Segmenter()
    segments = [segment for chunk in chunks for segment in segmenter.feed(chunk, chunk.cuts)]
    last = segmenter.end(10**9)
    ends = [*cuts_at[1:], len(stream)] if cuts_at else []
    bodies = [segment.body for segment in segments] + ([last.body] if last else [])
    assert bodies == [stream[start:end] for start, end in zip(cuts_at, ends, strict=True)]
    assert [segment.start_ticks for segment in segments] == [3000 * index for index in range(len(segments))]
    assert all(segment.duration_ticks == 3000 for segment in segments)
    assert segmenter.end(10**9) is None


def test_an_output_that_does_not_want_a_cut_runs_on_through_it() -> None:
    segmenter = Segmenter()
    segmenter.feed(Chunk(b"abc", (Cut(0, 0),)), [Cut(0, 0)])
    assert segmenter.feed(Chunk(b"defg", (Cut(2, 100),)), []) == []
    (segment,) = segmenter.feed(Chunk(b"hi", (Cut(1, 200),)), [Cut(1, 200)])
    assert (segment.body, segment.start_ticks, segment.end_ticks) == (b"abcdefgh", 0, 200)
