"""What the strip's lamps say of all channels. Pure."""

from __future__ import annotations

from zoneinfo import ZoneInfo

import pytest

from app.model.status import ChannelStatus
from app.model.timebase import FrameRate
from app.ui import grammar
from app.ui.grammar import Mark
from app.ui.summary import strip_face
from tests.ui.scripted_engine import NOW, ZONE, ScriptedEngine, an_alarm, channel

LOST = channel("lost", source="slate", alarms=(an_alarm("critical", "no signal", "source.lost"),))
MEANT = channel("meant", source="slate", slate_by_hand=True)
MEANT_AND_LOST = channel("both", source="slate", slate_by_hand=True, alarms=LOST.alarms)


@pytest.mark.parametrize(
    ("channels", "mark", "count"),
    [
        ((channel("one"),), grammar.SLATE, 0),
        ((MEANT, channel("one")), grammar.SLATE_BY_HAND, 1),
        ((LOST,), grammar.SLATE, 1),
        ((MEANT, LOST), grammar.SLATE, 2),
        ((MEANT_AND_LOST,), grammar.SLATE, 1),
    ],
)
def test_a_slate_that_was_asked_for_is_no_fault(channels: tuple[ChannelStatus, ...], mark: Mark, count: int) -> None:
    face = strip_face(
        ScriptedEngine(*channels).status, "Evening", NOW, ZoneInfo(ZONE), rate=FrameRate(25), unseen=0, roomy=True
    )
    (slate,) = (one for one in face.counts if one.word == "SLATE")
    assert (slate.mark, slate.count) == (mark, count)
