"""A window and an engine over a real link: each event once and in order, each command answered, nothing left behind."""

from __future__ import annotations

import signal
import threading
import time
from contextlib import ExitStack
from dataclasses import replace
from fractions import Fraction
from functools import partial
from pathlib import Path

import pytest

from app.model import commands, events
from app.model.rundown import BreakPlan
from app.model.states import BreakState
from app.model.status import BreakStatus, EngineStatus
from app.model.when import When
from app.remote import reception, unanswered
from app.remote.client import RemoteEngine
from app.remote.errors import EngineAbsentError, EngineMismatchError, EngineUnreachableError
from app.remote.host import Host
from app.remote.lock import EngineLock
from app.remote.previews import SharedMailbox
from app.remote.recent import Recent
from tests.remote.elsewhere import elsewhere
from tests.remote.standing import StandIn, Watching, housing, soon, watching, written
from tests.ui.scripted_engine import a_break, channel


def booked(key: str) -> commands.PlanBreak:
    return commands.PlanBreak(channel="one", id=key, plan=BreakPlan(key, "one", When.parse("+60"), Fraction(5)))


def answers(window: Watching) -> dict[str, str]:
    """By command: why it was refused; "": it was not."""
    return {
        event.id: event.reason if isinstance(event, events.CommandRefused) else ""
        for event in list(window.events)
        if isinstance(event, events.CommandAccepted | events.CommandRefused)
    }


def test_a_window_sees_and_commands_what_runs(tmp_path: Path) -> None:
    engine = StandIn()
    with housing(tmp_path, engine), watching(tmp_path) as window:
        assert window.remote.connected
        assert [channel.name for channel in window.remote.snapshot().channels] == ["one", "two"]
        assert (window.remote.show_name, window.remote.timezone) == ("Evening", "Europe/Berlin")
        engine.tell(written(1))
        window.wait_for(lambda: window.numbers == [1])
        window.remote.submit(commands.Take(channel="one", by="ann", id="press"))
        window.wait_for(lambda: answers(window) == {"press": ""})
        window.remote.stop_channel("two")
        soon(lambda: len(engine.submitted) == 2)
        assert engine.submitted[0] == commands.Take(channel="one", by="ann", id="press")
        assert isinstance(engine.submitted[1], commands.Stop)
        assert window.remote.status_age_s < 1
        assert isinstance(window.remote.preview("one"), SharedMailbox)


def test_what_takes_its_time_is_waited_for(tmp_path: Path) -> None:
    with housing(tmp_path, StandIn()), watching(tmp_path) as window:
        assert window.remote.drain_proofs(2)
        assert not window.remote.drain_proofs(1)
        assert window.remote.end_channels()
        assert not window.remote.end_channels(100)


@pytest.mark.parametrize(("current", "least", "most"), [(None, 4, 12), (a_break(BreakState.CUED), 8, 22)])
def test_the_status_is_the_newest_and_comes_as_often_as_somebody_waits_on_it(
    tmp_path: Path, current: BreakStatus | None, least: int, most: int
) -> None:
    class Standing(StandIn):
        def snapshot(self) -> EngineStatus:
            return replace(super().snapshot(), channels=(channel("one", current=current),))

    with housing(tmp_path, Standing()), watching(tmp_path) as window:
        seen = {id(window.remote.snapshot()): window.remote.snapshot()}
        deadline = time.monotonic() + 1
        while time.monotonic() < deadline:
            seen[id(window.remote.snapshot())] = window.remote.snapshot()
            time.sleep(0.005)
    assert least <= len(seen) <= most, "ten times a second where tenths are shown, else five times"


def test_letting_go_leaves_the_engine_and_no_thread(tmp_path: Path) -> None:
    engine = StandIn()
    with housing(tmp_path, engine) as house:
        before = set(threading.enumerate())
        for _ in range(3):
            remote = RemoteEngine.attach(tmp_path)
            started_s = time.monotonic()
            remote.close()
            remote.close()
            assert time.monotonic() - started_s < 0.5
            assert not remote.connected
        soon(lambda: set(threading.enumerate()) <= before)
        assert house.host is not None
        assert not house.host.wanted_end.is_set()


def test_a_subscriber_may_let_go_of_the_engine(tmp_path: Path) -> None:
    engine = StandIn()
    with housing(tmp_path, engine):
        remote = RemoteEngine.attach(tmp_path)
        remote.subscribe(lambda _: remote.close())
        engine.tell(written(1))
        soon(lambda: not remote.connected)


def test_a_subscriber_that_fails_takes_nobody_along(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    engine = StandIn()

    def fails(event: events.Event) -> None:
        raise RuntimeError(event.name)

    with housing(tmp_path, engine), watching(tmp_path) as window:
        leave = window.remote.subscribe(fails)
        engine.tell(written(1))
        window.wait_for(lambda: window.numbers == [1])
        soon(lambda: "a subscriber failed on segment.written" in caplog.text)
        leave()
        leave()
        engine.tell(written(2))
        window.wait_for(lambda: window.numbers == [1, 2])


def test_the_first_subscriber_has_what_came_since_the_window_attached(tmp_path: Path) -> None:
    engine = StandIn()
    with housing(tmp_path, engine):
        engine.tell(written(1))
        remote = RemoteEngine.attach(tmp_path)
        engine.tell(written(2))
        window = Watching(remote)
        window.wait_for(lambda: window.numbers == [2])
        remote.close()


def test_a_window_may_have_all_that_was_before_it(tmp_path: Path) -> None:
    engine = StandIn()
    with housing(tmp_path, engine):
        for number in range(300):
            engine.tell(written(number))
        with watching(tmp_path, after=(0, 0)) as window:
            window.wait_for(lambda: window.numbers == list(range(300)))
        with watching(tmp_path, after=(1, 250)) as window:
            window.wait_for(lambda: window.numbers == list(range(250, 300)))


def test_what_is_no_longer_in_memory_comes_from_the_journal(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Recent.__init__, "__defaults__", (10,))
    engine = StandIn()
    with housing(tmp_path, engine):
        for number in range(1000):
            engine.tell(written(number))
        with watching(tmp_path, after=(0, 0)) as window:
            engine.tell(written(1000))
            window.wait_for(lambda: window.numbers == list(range(1001)))


def test_every_event_comes_once_and_in_order_over_lives_of_the_engine(tmp_path: Path) -> None:
    first = StandIn()
    with housing(tmp_path, first) as house, watching(tmp_path) as window:
        for number in range(5):
            first.tell(written(number))
        window.wait_for(lambda: window.numbers == list(range(5)))
        house.close(clean=False)
        soon(lambda: not window.remote.connected)
        for number in range(5, 10):
            first.tell(written(number))  # written down, and then it died before it could tell
        then = StandIn(life=2, journal=first.journal)
        then.tell(written(10))  # before anybody could listen
        house.open(then)
        window.wait_for(lambda: window.numbers == list(range(11)))
        then.tell(written(11))
        window.wait_for(lambda: window.numbers == list(range(12)))
        soon(lambda: window.links == [False, True])
        assert window.remote.hello.life == 2


def test_an_engine_whose_journal_could_not_tell_its_life_is_heard_all_the_same(tmp_path: Path) -> None:
    with housing(tmp_path, first := StandIn()) as house, watching(tmp_path) as window:
        for number in range(50):
            first.tell(written(number))
        window.wait_for(lambda: len(window.numbers) == 50)
        house.close(clean=False)
        soon(lambda: not window.remote.connected)
        then = StandIn()
        house.open(then)
        then.tell(written(50))
        window.wait_for(lambda: window.numbers == list(range(51)))


def test_another_run_is_told_from_its_beginning(tmp_path: Path) -> None:
    with housing(tmp_path, StandIn(life=7)) as house, watching(tmp_path) as window:
        then = StandIn()
        then.tell(written(1))
        house.open(then, run_id="another")
        window.wait_for(lambda: window.numbers == [1])


def test_an_idle_engine_has_no_channels_until_it_has_a_show(tmp_path: Path) -> None:
    engine = StandIn()
    with housing(tmp_path) as house, watching(tmp_path) as window:
        assert window.remote.snapshot().channels == ()
        assert window.remote.show_name == ""
        window.remote.submit(commands.Take(channel="one", id="press"))
        window.wait_for(lambda: answers(window) == {"press": "no show is open"})
        assert house.host is not None
        house.host.serve(engine, run_id="run-1")
        engine.tell(written(1))
        window.wait_for(lambda: window.numbers == [1])
        soon(lambda: len(window.remote.snapshot().channels) == 2)
        assert window.remote.show_name == "Evening"
        assert window.links == []


def test_commands_that_a_dead_engine_did_not_answer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(unanswered, "ANSWERS_COME_S", 0.3)
    first = StandIn(answers=False)
    with housing(tmp_path, first) as house, watching(tmp_path) as window:
        for command in (
            booked("plan"),
            commands.Take(channel="one", id="press"),
            commands.Hold(channel="one", id="late"),
        ):
            window.remote.submit(command)
        soon(lambda: len(first.submitted) == 3)
        house.close(clean=False)
        soon(lambda: not window.remote.connected)
        window.remote.submit(commands.Take(channel="one", id="meanwhile"))
        window.remote.submit(booked("meanwhile too"))
        then = StandIn(life=2, journal=first.journal)
        then.tell(events.CommandAccepted(at=written(1).at, channel="one", command="hold", id="late", by=""))
        house.open(then)
        window.wait_for(lambda: len(answers(window)) == 5)
        assert answers(window) == {
            "plan": "",
            "press": unanswered.RESTARTED,
            "late": "",
            "meanwhile": reception.GONE,
            "meanwhile too": "",
        }
        assert sorted(command.id for command in then.submitted) == ["meanwhile too", "plan"]


def test_a_break_in_the_connection_alone_loses_no_answer(tmp_path: Path) -> None:
    engine = StandIn(answers=False)
    with housing(tmp_path, engine) as house, watching(tmp_path) as window:
        window.remote.submit(commands.Take(channel="one", id="press"))
        soon(lambda: len(engine.submitted) == 1)
        assert house.host is not None
        for attendant in house.host.porter.attendants:
            attendant.drop()
        soon(lambda: window.links == [False, True])
        engine.tell(events.CommandAccepted(at=written(1).at, channel="one", command="take", id="press", by=""))
        window.wait_for(lambda: answers(window) == {"press": ""})
        assert len(engine.submitted) == 1


def test_an_engine_that_is_gone_for_good_is_seen_and_harms_nobody(tmp_path: Path) -> None:
    with housing(tmp_path, StandIn()) as house, watching(tmp_path) as window:
        house.close()
        soon(lambda: not window.remote.connected and window.remote.ended)
        status = window.remote.snapshot()
        soon(lambda: "no engine runs here" in window.remote.trouble)
        assert [channel.name for channel in status.channels] == ["one", "two"], "as it was last"
        window.remote.submit(commands.Take(channel="one", id="press"))
        window.wait_for(lambda: answers(window) == {"press": reception.GONE})
        assert not window.remote.drain_proofs(0.1)
        assert window.remote.status_age_s > 0


def test_the_whole_engine_ends_on_a_windows_word(tmp_path: Path) -> None:
    with elsewhere("engine", tmp_path, 0.01) as engine:
        engine.says("ready")
        with watching(tmp_path) as window, watching(tmp_path) as other:
            window.wait_for(partial(_has, window, 10))
            assert window.remote.stop()
            assert window.remote.ended
            soon(lambda: other.remote.ended)
            numbers = window.numbers
            assert numbers == list(range(numbers[0], numbers[-1] + 1))
        assert engine.process.wait(5) == 0


def test_kill_9_of_an_engine_loses_and_doubles_no_event(tmp_path: Path) -> None:
    with ExitStack() as stack:
        window: Watching | None = None
        for life in (1, 2, 3):
            engine = stack.enter_context(elsewhere("engine", tmp_path, 0.002))
            engine.says("ready")
            window = window or stack.enter_context(watching(tmp_path, after=(0, 0)))
            wanted = len(window.numbers) + 100
            window.wait_for(partial(_has, window, wanted))
            assert window.remote.hello.life == life
            engine.kill()
        assert window is not None
        assert window.numbers == list(range(len(window.numbers)))
        watched = window
        soon(lambda: watched.links == [False, True, False, True, False])


def _has(window: Watching, count: int) -> bool:
    return len(window.numbers) >= count


def test_absent_and_silent_engines_are_told_apart(tmp_path: Path) -> None:
    with pytest.raises(EngineAbsentError, match="no engine runs here; start one with splicedeck run"):
        RemoteEngine.attach(tmp_path)
    lock = EngineLock(tmp_path)
    lock.acquire()
    with pytest.raises(EngineUnreachableError, match="it is just starting"):
        RemoteEngine.attach(tmp_path)
    host = Host(tmp_path, lock)
    host.start()
    RemoteEngine.attach(tmp_path).close()
    (tmp_path / "engine.secret").write_text("0" * 64)
    with pytest.raises(EngineUnreachableError, match=r"engine\.secret"):
        RemoteEngine.attach(tmp_path)
    host.stop()
    lock.release()


def test_a_frozen_engine_is_told_apart_too_and_holds_nobody_up(tmp_path: Path) -> None:
    with elsewhere("engine", tmp_path, 0.01) as engine:
        engine.says("ready")
        with watching(tmp_path) as window:
            engine.signal(signal.SIGSTOP)
            with pytest.raises(EngineUnreachableError, match=f"pid {engine.process.pid}.* no answer in 2 s"):
                RemoteEngine.attach(tmp_path)
            assert window.remote.status_age_s > 1.5
            window.remote.submit(commands.Take(channel="one", id="press"))
            engine.kill()
            soon(lambda: not window.remote.connected)
            started_s = time.monotonic()
            window.remote.close()
            assert time.monotonic() - started_s < 0.5


def test_letting_go_is_quick_although_the_next_engine_is_frozen(tmp_path: Path) -> None:
    with elsewhere("engine", tmp_path, 1) as engine:
        engine.says("ready")
        remote = RemoteEngine.attach(tmp_path)
        engine.kill()
        soon(lambda: not remote.connected)
        with elsewhere("engine", tmp_path, 1) as then:
            then.says("ready")
            soon(lambda: remote.connected)
            then.signal(signal.SIGSTOP)
            remote._reception._link.hang_up()
            soon(lambda: not remote.connected)
            time.sleep(0.3)  # it is in the challenge by now
            started_s = time.monotonic()
            remote.close()
            assert time.monotonic() - started_s < 0.5
            assert not remote._reception._receiver.is_alive()


def test_an_engine_is_waited_for(tmp_path: Path) -> None:
    started_s = time.monotonic()
    with pytest.raises(EngineAbsentError):
        RemoteEngine.attach(tmp_path, wait_s=0.3)
    assert 0.3 <= time.monotonic() - started_s < 1
    with elsewhere("engine", tmp_path, 1):
        RemoteEngine.attach(tmp_path, wait_s=20).close()


def test_another_version_is_said_plainly(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with housing(tmp_path, StandIn()):
        monkeypatch.setattr("app.remote.connecting.vocabulary", lambda: "other words")
        monkeypatch.setattr("app.remote.connecting.__version__", "9.9")
        with pytest.raises(EngineMismatchError, match=r"is Splicedeck .*, this is 9.9, and they do not understand"):
            RemoteEngine.attach(tmp_path)
