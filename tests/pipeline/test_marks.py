import pytest

from app.model.errors import SplicedeckError
from app.pipeline.marks import BreakMarks
from app.pipeline.packets import MarkExtend, MarkIn, MarkOut
from app.scte35.codec import to_base64
from app.scte35.dialects import DIALECTS
from app.scte35.messages import splice_in, splice_out
from tests.pipeline.packaging_rig import STARTED_AT

S = 90_000
CUE_OUT_IN = ("cue-out-in",)


def opened(event_id: int, at_ticks: int, duration_ticks: int) -> MarkOut:
    section = splice_out(event_id, at_ticks, duration_ticks).encoded
    return MarkOut(at_ticks, f"b{event_id}", event_id, section, duration_ticks, STARTED_AT)


def closed(event_id: int, at_ticks: int, duration_ticks: int) -> MarkIn:
    return MarkIn(at_ticks, event_id, splice_in(event_id, at_ticks).encoded, duration_ticks)


def test_a_break_opens_goes_on_and_closes() -> None:
    marks = BreakMarks()
    marks.add(opened(1, 10 * S, 6 * S))
    assert marks.at(8 * S, CUE_OUT_IN).tags == ()
    assert marks.at(10 * S, CUE_OUT_IN).tags == ("#EXT-X-CUE-OUT:DURATION=6.000",)
    assert marks.at(12 * S, CUE_OUT_IN).tags == ("#EXT-X-CUE-OUT-CONT:ElapsedTime=2.000,Duration=6.000",)
    marks.add(closed(1, 16 * S, 6 * S))
    assert marks.at(16 * S, CUE_OUT_IN).tags == ("#EXT-X-CUE-IN",)
    assert marks.at(18 * S, CUE_OUT_IN).tags == ()


def test_an_extension_counts_for_what_follows_and_leaves_the_range_as_announced() -> None:
    marks = BreakMarks()
    marks.add(opened(1, 10 * S, 6 * S))
    again = splice_out(1, 10 * S, 36 * S).encoded
    marks.add(MarkExtend(1, 36 * S, again))
    inside = marks.at(14 * S, DIALECTS)
    assert f'#EXT-X-SCTE35:CUE="{to_base64(again)}",CUE-OUT=CONT' in inside.tags
    assert "#EXT-X-CUE-OUT-CONT:ElapsedTime=4.000,Duration=36.000" in inside.tags
    assert "PLANNED-DURATION=6.000" in inside.carried[0]
    marks.add(closed(1, 46 * S, 36 * S))
    (closing,) = (tag for tag in marks.at(46 * S, DIALECTS).tags if "DATERANGE" in tag)
    assert "PLANNED-DURATION=6.000" in closing
    assert ",DURATION=36.000" in closing


def test_where_breaks_touch_the_in_stands_before_the_out() -> None:
    marks = BreakMarks()
    marks.add(opened(1, 10 * S, 6 * S))
    marks.add(closed(1, 16 * S, 6 * S))
    marks.add(opened(2, 16 * S, 5 * S))
    assert marks.at(16 * S, CUE_OUT_IN).tags == ("#EXT-X-CUE-IN", "#EXT-X-CUE-OUT:DURATION=5.000")


def test_the_range_is_carried_only_inside_and_only_where_asked_for() -> None:
    marks = BreakMarks()
    marks.add(opened(1, 10 * S, 6 * S))
    assert marks.at(10 * S, DIALECTS).carried == ()
    assert marks.at(12 * S, CUE_OUT_IN).carried == ()
    (line,) = marks.at(12 * S, ("daterange",)).carried
    assert line == marks.at(10 * S, ("daterange",)).tags[0]


def test_an_event_id_used_again_is_another_range() -> None:
    marks = BreakMarks()
    marks.add(opened(1, 10 * S, 6 * S))
    marks.add(closed(1, 16 * S, 6 * S))
    section = splice_out(1, 30 * S, 6 * S).encoded
    marks.add(MarkOut(30 * S, "again", 1, section, 6 * S, STARTED_AT.replace(minute=50)))
    ids = {marks.at(at, ("daterange",)).tags[0].split('"')[1] for at in (10 * S, 30 * S)}
    assert len(ids) == 2


def test_a_break_that_closes_with_the_stream_closes_behind_the_last_segment() -> None:
    marks = BreakMarks()
    marks.add(opened(1, 10 * S, 6 * S))
    marks.add(closed(1, 12 * S, 2 * S))
    assert marks.after_the_end(12 * S, CUE_OUT_IN) == ("#EXT-X-CUE-IN",)
    assert marks.after_the_end(13 * S, CUE_OUT_IN) == ()


def test_what_has_closed_before_is_forgotten_and_what_is_open_is_not() -> None:
    marks = BreakMarks()
    marks.add(opened(1, 10 * S, 6 * S))
    marks.add(closed(1, 16 * S, 6 * S))
    marks.add(opened(2, 20 * S, 6 * S))
    marks.forget_before(16 * S)
    assert marks.at(16 * S, CUE_OUT_IN).tags == ("#EXT-X-CUE-IN",)
    marks.forget_before(100 * S)
    assert marks.at(16 * S, CUE_OUT_IN).tags == ()
    assert marks.at(20 * S, CUE_OUT_IN).tags == ("#EXT-X-CUE-OUT:DURATION=6.000",)


@pytest.mark.parametrize("mark", [MarkExtend(5, S), closed(5, 12 * S, S)])
def test_a_mark_without_its_break_is_a_fault(mark: MarkIn | MarkExtend) -> None:
    with pytest.raises(SplicedeckError, match="5 is not on air"):
        BreakMarks().add(mark)
