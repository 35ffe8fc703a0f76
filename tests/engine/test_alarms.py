"""One cause, one alarm: raised once, reworded in silence, cleared once."""

from __future__ import annotations

from app.engine.alarms import Alarms
from app.model.events import AlarmCleared, AlarmRaised, Event


def test_an_alarm_is_raised_reworded_and_cleared_once() -> None:
    told: list[Event] = []
    alarms = Alarms("news-1", told.append)
    alarms.set("origin:a", "warning", "push 503, retry 1")
    alarms.set("origin:a", "warning", "push 503, retry 2")
    assert [alarm.text for alarm in alarms.standing()] == ["push 503, retry 2"]
    alarms.set("origin:a", "warning", None)
    alarms.set("origin:a", "warning", None)
    assert [type(event) for event in told] == [AlarmRaised, AlarmCleared]
    assert [event.text for event in told if isinstance(event, AlarmRaised | AlarmCleared)] == ["push 503, retry 1"] * 2
    assert alarms.standing() == ()


def test_an_alarm_that_grows_worse_is_raised_anew() -> None:
    told: list[Event] = []
    alarms = Alarms("news-1", told.append)
    alarms.set("source", "warning", "no sound")
    alarms.set("source", "critical", "source lost")
    assert [event.severity for event in told if isinstance(event, AlarmRaised)] == ["warning", "critical"]
    assert [alarm.severity for alarm in alarms.standing()] == ["critical"]


def test_critical_alarms_stand_first() -> None:
    alarms = Alarms("news-1", lambda _event: None)
    for key, severity in (("a", "note"), ("b", "critical"), ("c", "warning"), ("d", "critical")):
        alarms.set(key, severity, key)
    assert [alarm.key for alarm in alarms.standing()] == ["d", "b", "c", "a"]
