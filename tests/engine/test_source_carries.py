"""Captions and markers of a source: never seen, there, lost, over losses and other sources."""

from __future__ import annotations

from app.engine.source_carries import SourceCarries
from app.model.quality import QualityStatus
from app.monitoring.carried import LOST_AFTER_S
from app.pipeline.feed import SLATE
from app.pipeline.feed_status import FeedStatus
from app.pipeline.source_cues import CueCounts

URL = "udp://239.1.1.1:5000"


class Source:
    """A feed five looks a second, with captions in its pictures and SCTE-35 in its map, or without."""

    def __init__(self) -> None:
        self.carries = SourceCarries()
        self.at_s, self.pictures, self.captioned = 0.0, 0, 0

    def look(
        self, for_s: float, *, captions: bool = False, pids: tuple[int, ...] = (), unknown: tuple[int, ...] = ()
    ) -> tuple[bool | None, bool | None]:
        status = QualityStatus()
        for _ in range(round(for_s * 5)):
            self.at_s += 0.2
            self.pictures += 5
            self.captioned += 5 * captions
            counts = CueCounts(pids=pids, unknown_pids=unknown)
            feed = FeedStatus(URL, 0, pictures=self.pictures, captioned=self.captioned, cues=counts)
            status = self.carries.told(QualityStatus(), feed, self.at_s)
        return status.captions, status.scte35

    def reopen(self) -> None:
        self.pictures = self.captioned = 0

    def lose(self, for_s: float) -> tuple[bool | None, bool | None]:
        self.at_s += for_s
        status = self.carries.told(QualityStatus(), FeedStatus(SLATE, 1), self.at_s)
        return status.captions, status.scte35


def test_of_a_source_that_never_had_them_nothing_is_missed() -> None:
    assert Source().look(60) == (None, None)


def test_they_are_there_at_once_and_lost_after_a_while() -> None:
    source = Source()
    assert source.look(1, captions=True, pids=(500,)) == (True, True)
    assert source.look(LOST_AFTER_S - 0.4) == (True, True)
    assert source.look(1) == (False, False)
    assert source.look(0.4, captions=True) == (True, False)
    assert source.look(0.4, captions=True, pids=(500,)) == (True, True)


def test_the_next_source_is_held_against_the_one_before() -> None:
    source = Source()
    source.look(1, captions=True, pids=(500,))
    assert source.lose(3) == (None, None)
    source.reopen()
    assert source.look(LOST_AFTER_S + 1) == (False, False)


def test_a_picture_that_stands_says_nothing_of_captions() -> None:
    source = Source()
    source.look(1, captions=True)
    source.at_s += 60
    status = source.carries.told(
        QualityStatus(), FeedStatus(URL, 0, pictures=source.pictures, captioned=source.captioned), source.at_s
    )
    assert status.captions is True


def test_a_stream_that_was_asked_for_and_is_not_there_is_lost_from_the_beginning() -> None:
    source = Source()
    assert source.look(0.2, unknown=(600,)) == (None, False)
    assert source.look(0.2, pids=(600,)) == (None, True)
