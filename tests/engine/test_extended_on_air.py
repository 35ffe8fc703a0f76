"""A break that is extended long after its OUT was proved, and long before its IN: both land, and the break does."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest

from app.model import commands, events
from app.model.states import ProofState
from tests.engine.living import living

LOOKBACK_S = 14  # an IN's sections are looked for so far back: the extension's lies before that


@pytest.mark.slow
@pytest.mark.parametrize("returns", [False, True], ids=["to its new end", "and returned early"])
def test_a_late_extension_is_read_where_it_went_out(tmp_path: Path, *, returns: bool) -> None:
    with living(tmp_path) as air:
        air.engine.start()
        air.wait(events.ChannelStarted)
        air.submit(commands.InsertBreak(channel="one", by="ann", duration_s=Fraction(12)))
        assert air.wait(events.SpliceProved, direction="out").verdict is ProofState.LANDED
        air.submit(commands.Extend(channel="one", by="ann", duration_s=Fraction(9 + LOOKBACK_S + 6)))
        longer = air.wait(events.BreakExtended)
        if returns:
            air.wait_for(lambda: (air.core.snapshot().channels[0].frame - longer.in_frame) / 25 > -4, within_s=60)
            air.submit(commands.Return(channel="one", by="ann"))
        proved = air.wait(events.SpliceProved, within_s=60, direction="in")
        assert (proved.verdict, proved.reason) == (ProofState.LANDED, "")
        air.wait(events.BreakLanded)
        assert air.of(events.BreakMissed) == []
