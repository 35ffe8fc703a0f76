"""A channel takes settings on as it runs: the air goes on, what waits keeps its template, the con is asked."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

from app.model import commands, events
from app.model.quality_limits import QualityLimits, Rule, Weight
from app.model.signalling import Signalling, SignalMode, Template
from app.model.states import ProofState
from tests.engine.living import Living, living

SHORT = Template(name="short", duration_s=Fraction(3))
CHAPTER = Template(name="chapter", duration_s=Fraction(3), signalling=Signalling(mode=SignalMode.CHAPTER))


def change(air: Living, **fields: object) -> str:
    """Give it and wait; why it was refused, "" where it was not."""
    command = commands.ChangeChannel(channel="one", by="ann", **fields)  # type: ignore[arg-type]  # fields by name
    air.submit(command)
    air.wait_for(lambda: bool(answers(air, command.id)))
    (answer,) = answers(air, command.id)
    return answer.reason if isinstance(answer, events.CommandRefused) else ""


def answers(air: Living, command_id: str) -> list[events.CommandAccepted | events.CommandRefused]:
    kinds = events.CommandAccepted, events.CommandRefused
    return [event for event in list(air.events) if isinstance(event, kinds) and event.id == command_id]


def test_a_template_that_came_while_on_air_is_aired_and_kept_until_its_breaks_are_over(tmp_path: Path) -> None:
    with living(tmp_path) as air:
        air.engine.start()
        air.wait(events.ChannelStarted)
        unknown = commands.InsertBreak(channel="one", by="ann", template="short")
        air.submit(unknown)
        assert "short" in air.wait(events.CommandRefused, id=unknown.id).reason
        assert change(air, templates=(SHORT, CHAPTER)) == ""
        assert [each.name for each in air.engine.snapshot().channels[0].templates] == ["short", "chapter"]
        air.submit(commands.CueNext(channel="one", by="ann", template="chapter", title="Opener"))
        air.wait(events.BreakCued)
        assert change(air, templates=(SHORT,)) == "break Opener needs template chapter: keep it until then"
        air.submit(commands.Take(channel="one", by="ann"))
        air.wait(events.BreakOut)
        air.wait(events.BreakIn)
        proved = air.wait(events.SpliceProved, direction="out")
        assert proved.verdict is ProofState.LANDED
        assert change(air, templates=(SHORT,)) == ""
        assert len(air.of(events.ChannelStarted)) == 1, "the air went on"


def test_rules_of_quality_are_the_engines_at_once(tmp_path: Path) -> None:
    strict = QualityLimits(silence=Rule(weight=Weight.CRITICAL, after_s=Fraction(1)))
    with living(tmp_path) as air:
        air.engine.start()
        air.wait(events.ChannelStarted)
        assert change(air, quality=strict) == ""
        assert air.wait(events.ChannelChanged).quality == strict
        assert air.core.show.channels[0].quality == strict


def test_who_has_not_the_con_changes_nothing(tmp_path: Path) -> None:
    with living(tmp_path) as air:
        air.engine.start()
        air.wait(events.ChannelStarted)
        air.submit(commands.TakeCon(channel="one", by="bob"))
        air.wait(events.ConChanged)
        assert "bob has the con" in change(air, templates=(SHORT,))
        assert air.engine.snapshot().channels[0].templates == ()
