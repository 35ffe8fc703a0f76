import dataclasses
import json
from datetime import datetime, timedelta, timezone
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.model import status
from app.model.asrun import AsRunRow
from app.model.commands import COMMANDS, Command, command_from_plain, command_to_plain
from app.model.cue import SpliceNull
from app.model.events import EVENTS, Event, event_from_plain, event_to_plain
from app.model.rundown import BreakPlan
from app.model.segment import OriginStatus
from app.model.show import Show
from app.model.wire import from_plain, to_plain, utc_text
from tests.model.anything import moments, values_of

STATUS = [
    status.BreakStatus,
    status.ConStatus,
    status.Alarm,
    status.ChannelStatus,
    status.EngineStatus,
    OriginStatus,
    AsRunRow,
]
OTHERS = [BreakPlan]

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)


def through_json(value: Any) -> Any:
    return json.loads(json.dumps(value, allow_nan=False))


@pytest.mark.parametrize("name", COMMANDS)
@given(st.data())
@settings(max_examples=25)
def test_every_command_comes_back_from_json(name: str, data: st.DataObject) -> None:
    command: Command = data.draw(values_of(COMMANDS[name]))
    assert command_from_plain(through_json(command_to_plain(command))) == command


@pytest.mark.parametrize("name", EVENTS)
@given(st.data())
@settings(max_examples=25)
def test_every_event_comes_back_from_json(name: str, data: st.DataObject) -> None:
    event: Event = data.draw(values_of(EVENTS[name]))
    assert event_from_plain(through_json(event_to_plain(event))) == event


@pytest.mark.parametrize("kind", [*STATUS, *OTHERS])
@given(st.data())
@settings(max_examples=25, suppress_health_check=[HealthCheck.too_slow])
def test_every_status_comes_back_from_json(kind: type, data: st.DataObject) -> None:
    value = data.draw(values_of(kind))
    assert from_plain(kind, through_json(to_plain(value))) == value


def _kinds(root: type[Any]) -> set[type[Any]]:
    return {root} | {kind for child in root.__subclasses__() for kind in _kinds(child)}


@pytest.mark.parametrize(("root", "listed"), [(Command, COMMANDS), (Event, EVENTS)])
def test_every_kind_has_a_name_of_its_own(root: type, listed: dict[str, type]) -> None:
    assert set(listed) == {vars(kind).get("name", "") for kind in _kinds(root)} - {""}
    assert len({id(kind) for kind in listed.values()}) == len(listed)


@pytest.mark.parametrize("kind", [*COMMANDS.values(), *EVENTS.values(), *STATUS, *OTHERS])
def test_what_travels_is_frozen(kind: Any) -> None:
    assert kind.__dataclass_params__.frozen
    assert "__slots__" in vars(kind)


@given(JSON)
def test_any_json_is_a_command_or_a_value_error(value: Any) -> None:
    for read in (command_from_plain, event_from_plain):
        try:
            read(value)
        except ValueError:
            continue


@given(st.sampled_from([*COMMANDS.values(), *EVENTS.values(), *STATUS]), st.data())
@settings(max_examples=200, suppress_health_check=[HealthCheck.too_slow])
def test_a_spoilt_field_is_a_value_error_or_a_value(kind: Any, data: st.DataObject) -> None:
    plain = through_json(to_plain(data.draw(values_of(kind))))
    name = data.draw(st.sampled_from([field.name for field in dataclasses.fields(kind)]))
    plain[name] = data.draw(JSON)
    try:
        from_plain(kind, plain)
    except ValueError:
        return


@pytest.mark.parametrize("text", ["1/0", "1e999999999", "0x10", "", "nan", "½", "1/-2", "1." + "0" * 50])
def test_a_fraction_is_n_over_d(text: str) -> None:
    with pytest.raises(ValueError):
        from_plain(Fraction, text)


@pytest.mark.parametrize("text", ["2026-11-22T20:15:32", "0001-01-01T00:00:00+14:00", "tomorrow", "2026-13-01T00:00Z"])
def test_a_moment_has_an_offset_and_a_utc(text: str) -> None:
    with pytest.raises(ValueError):
        from_plain(datetime, text)


@given(moments, st.integers(-14 * 60, 14 * 60))
def test_moments_travel_as_utc(moment: datetime, offset_minutes: int) -> None:
    local = moment.astimezone(timezone(timedelta(minutes=offset_minutes)))
    assert to_plain(local) == to_plain(moment)
    assert utc_text(local).endswith("Z")
    assert abs(datetime.fromisoformat(utc_text(local)) - moment) < timedelta(milliseconds=1)


@pytest.mark.parametrize("kind", [bool, int, str, float, bytes, Fraction, tuple[int, ...], dict[str, int], BreakPlan])
@pytest.mark.parametrize("value", [None, [[]], {"a": {}}, object()])
def test_a_value_of_another_kind_is_a_value_error(kind: Any, value: Any) -> None:
    with pytest.raises(ValueError):
        from_plain(kind, value)


def test_kinds_the_wire_does_not_know_are_faults_of_the_program() -> None:
    with pytest.raises(TypeError):
        to_plain(object())
    with pytest.raises(ValueError, match="not a kind the wire knows"):
        from_plain(complex, "1")
    assert to_plain(SpliceNull()) == {}
    assert to_plain(frozenset({3, 1, 2})) == [1, 2, 3]
    assert to_plain({"a": Show("x", "UTC", (), ())}) == {
        "a": {
            "name": "x",
            "timezone": "UTC",
            "origins": [],
            "channels": [],
            "automation": None,
            "inlets": [],
            "triggers": None,
            "rehearsal": False,
        }
    }
