"""An engine that is killed and started again on what it left: whoever had the con has it."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest

from app.model import commands, events
from app.storage.journal import read_entries
from tests.engine.lives import lives


@pytest.mark.slow
def test_the_con_outlives_a_kill_and_is_taken_by_force(tmp_path: Path) -> None:
    with lives(tmp_path) as air:
        air.start()
        air.wait(events.ChannelStarted)
        air.submit(commands.TakeCon(channel="one", by="ann"))
        assert air.wait(events.ConChanged).holder == "ann"
        air.kill()
        air.start()
        cue = commands.CueNext(channel="one", by="bob", duration_s=Fraction(3))
        air.submit(cue)
        assert "ann has the con" in air.wait(events.CommandRefused, id=cue.id).reason
        air.submit(commands.TakeCon(channel="one", by="bob", force=True))
        forced = air.wait(events.ConChanged, how="forced")
        assert (forced.was, forced.holder) == ("ann", "bob")
        air.wait(events.ChannelStarted, count=2)
        mine = commands.CueNext(channel="one", by="bob", duration_s=Fraction(3))
        air.submit(mine)
        air.wait(events.CommandAccepted, id=mine.id)


@pytest.mark.slow
def test_a_cue_that_the_con_refused_airs_in_no_later_life(tmp_path: Path) -> None:
    with lives(tmp_path) as air:
        air.start()
        air.wait(events.ChannelStarted)
        air.submit(commands.TakeCon(channel="one", by="ann"))
        air.wait(events.ConChanged)
        cue = commands.InsertBreak(channel="one", by="bob", duration_s=Fraction(3))
        air.submit(cue)
        air.wait(events.CommandRefused, id=cue.id)
        air.kill()
        written = [entry.said for entry in read_entries(tmp_path / "journal.sqlite3")]
        assert not [one for one in written if isinstance(one, commands.Command) and one.id == cue.id]
        air.start()
        air.wait(events.ChannelStarted, count=2)
        mine = commands.InsertBreak(channel="one", by="ann", duration_s=Fraction(3))
        air.submit(mine)
        air.wait(events.BreakIn)
        assert [event.by for event in air.events if isinstance(event, events.BreakOut)] == ["ann"]
