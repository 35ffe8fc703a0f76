"""The con: every change of hands, and that it is kept."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.engine.con import Cons
from app.model import commands
from app.model.errors import CommandRefusedError
from app.model.status import ConStatus
from app.model.wire import Plain

NAMES = st.sampled_from(["ann", "bob", "cid"])
KINDS = st.one_of(
    st.builds(lambda by, force: commands.TakeCon(channel="one", by=by, force=force), NAMES, st.booleans()),
    st.builds(lambda by, to: commands.HandCon(channel="one", by=by, to=to), NAMES, NAMES | st.just("")),
    st.builds(lambda by: commands.AcceptCon(channel="one", by=by), NAMES),
    st.builds(lambda by: commands.ReleaseCon(channel="one", by=by), NAMES),
)


class Room:
    def __init__(self, kept: Plain = None) -> None:
        self.kept = kept
        self.cons = Cons(["one", "two"], kept, self._keep)

    def _keep(self, value: Plain) -> None:
        self.kept = value

    def may(self, by: str, channel: str = "one") -> bool:
        return self.cons.refusal(commands.Skip(channel=channel, by=by)) is None

    def holder(self) -> str:
        con = self.cons.status("one")
        return "" if con is None else con.holder


def test_it_is_taken_offered_accepted_and_given_up() -> None:
    room = Room()
    assert room.may("ann")
    assert room.may("bob")
    room.cons.carry_out(commands.TakeCon(channel="one", by="ann"))
    assert room.may("ann")
    assert not room.may("bob")
    assert room.may("bob", "two")
    with pytest.raises(CommandRefusedError, match="ann has the con"):
        room.cons.carry_out(commands.TakeCon(channel="one", by="bob"))
    with pytest.raises(CommandRefusedError, match="not offered to bob"):
        room.cons.carry_out(commands.AcceptCon(channel="one", by="bob"))
    offered = room.cons.carry_out(commands.HandCon(channel="one", by="ann", to="bob"))
    assert (offered.how, offered.holder, offered.offered_to) == ("offered", "ann", "bob")
    assert not room.may("bob")
    with pytest.raises(CommandRefusedError, match="not offered to cid"):
        room.cons.carry_out(commands.AcceptCon(channel="one", by="cid"))
    taken = room.cons.carry_out(commands.AcceptCon(channel="one", by="bob"))
    assert (taken.how, taken.was, taken.holder, taken.offered_to) == ("accepted", "ann", "bob", "")
    assert not room.may("ann")
    assert room.cons.carry_out(commands.ReleaseCon(channel="one", by="bob")).how == "released"
    assert room.may("ann")


def test_force_takes_it_from_whoever_has_it_and_says_so() -> None:
    room = Room()
    room.cons.carry_out(commands.TakeCon(channel="one", by="ann"))
    forced = room.cons.carry_out(commands.TakeCon(channel="one", by="bob", force=True))
    assert (forced.how, forced.was, forced.holder) == ("forced", "ann", "bob")
    assert not room.may("ann")


def test_who_says_no_name_is_given_nothing() -> None:
    room = Room()
    room.cons.carry_out(commands.TakeCon(channel="one", by="ann"))
    with pytest.raises(CommandRefusedError, match="not offered"):
        room.cons.carry_out(commands.AcceptCon(channel="one", by=""))


@given(st.lists(KINDS, max_size=12))
def test_it_changes_hands_only_by_force_or_by_both_wills(given_commands: list[commands.ConCommand]) -> None:
    room = Room()
    for command in given_commands:
        before = room.cons.status("one")
        try:
            event = room.cons.carry_out(command)
        except CommandRefusedError:
            assert room.cons.status("one") == before
            continue
        after = room.cons.status("one")
        if before is not None and after is not None and after.holder != before.holder:
            agreed = before.offered_to == command.by == after.holder and event.how == "accepted"
            assert agreed or (isinstance(command, commands.TakeCon) and command.force)
        if before is not None and after is None:
            assert command.by == before.holder
        assert Room(room.kept).cons.status("one") == after


@pytest.mark.parametrize("damaged", [None, 7, "x", [], {"one": 3}, {"one": {"holder": 1}}, {"gone": {}}])
def test_what_was_kept_and_is_damaged_keeps_nobody_off(damaged: Plain) -> None:
    assert Room(damaged).may("bob")


def test_a_con_of_a_channel_that_is_gone_is_forgotten() -> None:
    held: dict[str, Plain] = {"gone": {"holder": "ann", "since": "2026-01-01T00:00:00Z", "offered_to": ""}}
    assert Room(held).cons.status("gone") is None
    kept: dict[str, Plain] = {"one": {"holder": "ann", "since": "2026-01-01T00:00:00Z", "offered_to": "bob"}}
    assert Room(kept).cons.status("one") == ConStatus("ann", datetime(2026, 1, 1, tzinfo=UTC), "bob")
