"""What a tile says, state by state, and which state wins."""

from __future__ import annotations

import pytest

from app.model.states import BreakState, ChannelState
from app.model.status import ChannelStatus
from app.ui import grammar
from app.ui.grammar import MARKS, Mark
from app.ui.tile_face import channel_mark, tile_face
from app.ui.trail import ProofCount
from tests.ui.scripted_engine import NOW, a_break, an_alarm, channel

OPEN = a_break(BreakState.ON_AIR, out_in_s=-36, armed_ago_s=42)
ARMED = a_break(BreakState.ARMED, out_in_s=4.2, armed_ago_s=1.8)
CRITICAL, LOST = an_alarm("critical", "Origin B: OUT missing"), an_alarm("critical", "no packets", key="source")
WARNED = an_alarm("warning", "Origin B: 503, retry 2")
STATES: dict[str, tuple[ChannelStatus, Mark]] = {
    "on air": (channel("c"), grammar.ON_AIR),
    "cued": (channel("c", current=a_break(BreakState.CUED, out_in_s=48)), grammar.CUED),
    "held": (channel("c", current=a_break(BreakState.HELD, out_in_s=-12)), grammar.HELD),
    "armed": (channel("c", current=ARMED), grammar.ARMED),
    "in break": (channel("c", current=OPEN), grammar.IN_BREAK),
    "slate": (channel("c", source="slate", alarms=(LOST,)), grammar.SLATE),
    "slate by hand": (channel("c", source="slate", slate_by_hand=True), grammar.SLATE_BY_HAND),
    "by hand, and lost": (channel("c", source="slate", slate_by_hand=True, alarms=(LOST,)), grammar.SLATE),
    "lost, slate to come": (channel("c", alarms=(LOST,)), grammar.SLATE),
    "slate in a break": (channel("c", source="slate", current=OPEN), grammar.SLATE_IN_BREAK),
    "fault": (channel("c", alarms=(WARNED, CRITICAL)), grammar.FAULT),
    "fault in a break": (channel("c", alarms=(CRITICAL,), current=OPEN), grammar.FAULT_IN_BREAK),
    "failed": (channel("c", state=ChannelState.FAILED), grammar.FAULT),
    "warning": (channel("c", alarms=(WARNED,)), grammar.WARNING),
    "warning while cued": (channel("c", alarms=(WARNED,), current=a_break(BreakState.CUED)), grammar.WARNING),
    "armed with a warning": (channel("c", alarms=(WARNED,), current=ARMED), grammar.ARMED),
    "black": (channel("c", alarms=(an_alarm("warning", "black 00:08", key="picture.black"),)), grammar.BLACK),
    "black, and grave": (
        channel("c", alarms=(an_alarm("critical", "black 00:08", key="picture.black"),)),
        grammar.BLACK,
    ),
    "frozen": (channel("c", alarms=(an_alarm("warning", "frozen 00:21", key="picture.freeze"),)), grammar.FROZEN),
    "silent": (channel("c", alarms=(an_alarm("warning", "no sound", key="audio.silence"),)), grammar.SILENT),
    "a note is no warning": (channel("c", alarms=(an_alarm("note", "break failed"),)), grammar.ON_AIR),
    "off air": (channel("c", state=ChannelState.OFF_AIR), grammar.OFF_AIR),
    "starting": (channel("c", state=ChannelState.STARTING), grammar.STARTING),
    "stopping": (channel("c", state=ChannelState.STOPPING), grammar.STOPPING),
}


@pytest.mark.parametrize("name", STATES)
def test_the_state_that_wins(name: str) -> None:
    status, mark = STATES[name]
    assert channel_mark(status) == mark


def test_solid_is_intended_and_dashed_is_wrong() -> None:
    wrong = {"SLATE", "FAULT", "WARNING", "BLACK", "FROZEN", "SILENT", "ENGINE LOST"}
    assert {mark.word for mark in MARKS if mark.dashed} == wrong
    assert all(mark.dashed for mark in MARKS if mark.word in wrong and mark is not grammar.SLATE_BY_HAND)
    quiet = [mark for mark in MARKS if mark.tone is grammar.Tone.QUIET]
    assert all(mark.edge == 1 and mark.body is grammar.Body.BARE for mark in quiet)


def test_the_countdown_stays_when_a_break_goes_wrong() -> None:
    for name in ("in break", "slate in a break", "fault in a break"):
        face = tile_face(STATES[name][0], ProofCount(0, 0, 2), NOW)
        assert (face.count_label, face.count) == ("LEFT", "01:24")


def test_what_is_wrong_is_said_in_words() -> None:
    slate = tile_face(STATES["slate"][0], ProofCount(0, 0, 2), NOW)
    assert slate.wrong is not None
    assert slate.wrong.words == "no packets 00:12"
    fault = tile_face(STATES["fault"][0], ProofCount(0, 0, 2), NOW)
    assert fault.wrong is not None
    assert fault.wrong.words == "Origin B: OUT missing"
    assert tile_face(channel("c"), ProofCount(0, 0, 2), NOW).wrong is None


@pytest.mark.parametrize(
    ("proof", "words"),
    [((2, 0, 2), "2/2 landed"), ((1, 0, 2), "1/2 landed"), ((1, 1, 2), "1/2 not landed"), ((0, 0, 2), None)],
)
def test_the_proof_chip(proof: tuple[int, int, int], words: str | None) -> None:
    face = tile_face(channel("c", current=OPEN), ProofCount(*proof), NOW)
    assert (face.proof.words if face.proof else None) == words


def test_the_next_break_is_the_cued_one_if_there_is_one() -> None:
    following = a_break(BreakState.PLANNED, out_in_s=662)
    assert tile_face(channel("c", following=following), ProofCount(0, 0, 0), NOW).next_in == "11:02"
    cued = channel("c", current=a_break(BreakState.CUED, out_in_s=48), following=following)
    assert tile_face(cued, ProofCount(0, 0, 0), NOW).next_in == "00:48"
    assert not tile_face(channel("c", current=ARMED, following=following), ProofCount(0, 0, 0), NOW).next_in
