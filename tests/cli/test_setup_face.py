"""What the set-up's face knows of a run, and what of a saved show counts at once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from fractions import Fraction
from pathlib import Path

import pytest

from app.cli.processor_load import busy_processors, processors
from app.cli.schedule_face import StoreFace
from app.cli.setup_face import ProgramSetup
from app.model.answers import accepted, refused
from app.model.commands import ChangeChannel, Command
from app.model.errors import UsageError
from app.model.events import ChannelChanged, Event
from app.model.rundown import Upid
from app.model.schedule_limits import ScheduleLimits
from app.model.setup_face import TakenOn
from app.model.signalling import Signalling, Template
from app.remote.session import mark_ended, new_session, write_session
from app.settings import demo_show, demo_toml


def test_it_knows_the_show_of_a_run_until_that_has_ended(tmp_path: Path) -> None:
    face = ProgramSetup(tmp_path)
    assert not face.on_air()
    session = new_session(demo_show(tmp_path), demo_toml(tmp_path), tmp_path, database="", demo_port=8080)
    write_session(tmp_path, session)
    assert face.on_air() == demo_toml(tmp_path)
    mark_ended(tmp_path, session.run_id)
    assert not face.on_air()


class Answering:
    """An engine of one channel that refuses what bob asks for."""

    def __init__(self) -> None:
        self.given: list[Command] = []
        self._told: Callable[[Event], None] = lambda _: None

    def subscribe(self, callback: Callable[[Event], None]) -> Callable[[], None]:
        self._told = callback
        return lambda: None

    def submit(self, command: Command) -> None:
        self.given.append(command)
        now = datetime(2026, 11, 23, tzinfo=UTC)
        self._told(refused(command, now, "ann has the con") if command.by == "bob" else accepted(command, now))


def test_what_is_on_air_takes_on_what_it_can_and_says_who_does_not(tmp_path: Path) -> None:
    show, engine = demo_show(tmp_path), Answering()
    face = ProgramSetup(tmp_path, engine)
    limits = ScheduleLimits(spacing_s=Fraction(300))
    edited = replace(show, channels=(replace(show.channels[0], schedule=limits, title="Other"),))
    with pytest.raises(UsageError, match="none is known here"):
        face.take_on(edited, by="ann")
    write_session(tmp_path, new_session(show, demo_toml(tmp_path), tmp_path, database="", demo_port=8080))
    assert face.take_on(show, by="ann") == ()
    assert face.take_on(edited, by="ann") == (TakenOn("demo"),)
    assert face.take_on(edited, by="bob") == (TakenOn("demo", "ann has the con"),)
    assert all(isinstance(each, ChangeChannel) and each.schedule == limits for each in engine.given)


def test_a_template_that_no_break_could_air_by_never_reaches_the_engine(tmp_path: Path) -> None:
    show, engine = demo_show(tmp_path), Answering()
    write_session(tmp_path, new_session(show, demo_toml(tmp_path), tmp_path, database="", demo_port=8080))
    wrong = Template(name="wrong", signalling=Signalling(upid=Upid(type=3, value="too long for an Ad-ID")))
    edited = replace(show, channels=(replace(show.channels[0], templates=(wrong,)),))
    with pytest.raises(UsageError, match="template wrong"):
        ProgramSetup(tmp_path, engine).take_on(edited, by="ann")
    assert engine.given == []


def test_the_limits_that_a_channel_took_on_are_those_that_the_timeline_judges_by(tmp_path: Path) -> None:
    store = StoreFace(tmp_path / "store.sqlite3", demo_show(tmp_path))
    limits = ScheduleLimits(spacing_s=Fraction(300))
    now = datetime(2026, 11, 23, tzinfo=UTC)
    store.note(ChannelChanged(at=now, channel="demo", by="ann", schedule=limits))
    store.note(ChannelChanged(at=now, channel="other", by="ann", schedule=ScheduleLimits()))
    assert store.limits == {"demo": limits}


def test_a_file_without_its_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="not an absolute path"):
        ProgramSetup(tmp_path).save("x", Path("show.toml"))


def test_the_same_text_again_leaves_no_copy(tmp_path: Path) -> None:
    face, path = ProgramSetup(tmp_path), tmp_path / "show.toml"
    assert face.save("a\n", path).kept is None
    assert face.save("a\n", path).kept is None
    kept = face.save("b\n", path).kept
    assert kept is not None
    assert (kept.read_text(), path.read_text()) == ("a\n", "b\n")
    again = face.save("c\n", path).kept  # within the same second
    assert again is not None
    assert (kept.read_text(), again.read_text()) == ("a\n", "b\n")


def test_the_load_is_within_the_machine() -> None:
    busy = busy_processors()
    assert processors() >= 1
    assert busy is None or busy >= 0
