"""Every signalling mode on air: the sections in the transport stream, the marks in the playlists, the proof."""

from __future__ import annotations

import json
from typing import Any

import pytest

from app.model.signalling import SignalMode
from app.scte35.segmentation import END_OF
from app.scte35.signalling import STARTS, is_splice
from tests.engine.modes_run import FIRST_S, HEARTBEAT_S, LASTS_S, MODES, RUN_S, TIER, Aired, aired
from tests.engine.show_run import splicedeck

pytestmark = pytest.mark.slow

SPLICE_DIALECTS = {"daterange", "cue-out-in", "oatcls-scte35", "scte35"}
SIGNAL_DIALECTS = {"daterange", "scte35"}
modes = pytest.mark.parametrize("mode", MODES)


@pytest.fixture(scope="module")
def show() -> Aired:
    return aired()


@pytest.fixture(scope="module")
def decoded(show: Aired) -> list[dict[str, Any]]:
    return show.decoded()


def of(decoded: list[dict[str, Any]], event_id: int) -> list[dict[str, Any]]:
    """The sections of one event: a splice_insert's, or those with a descriptor of it."""
    return [
        one
        for one in decoded
        if one.get("splice_event_id") == event_id
        or (one["command"] == "time_signal" and one["descriptors"][0]["segmentation_event_id"] == event_id)
    ]


@modes
def test_each_end_lands_exactly_and_is_proved_in_every_dialect_that_tells_of_it(show: Aired, mode: SignalMode) -> None:
    wanted = SPLICE_DIALECTS if is_splice(mode) else SIGNAL_DIALECTS
    for direction in ("out", "in"):
        (proved,) = show.run.named("splice.proved", break_id=mode.value, direction=direction)
        assert (proved["verdict"], proved["error_ticks"]) == ("landed", 0), proved
        assert proved["dialects"] == dict.fromkeys(wanted, "ok")
    assert show.run.named("break.landed", break_id=mode.value)
    (out,) = show.run.named("break.out", break_id=mode.value)
    assert out["frame"] == 25 * (FIRST_S + LASTS_S * MODES.index(mode))


@modes
def test_the_stream_carries_its_sections_as_they_were_asked_for(
    show: Aired, decoded: list[dict[str, Any]], mode: SignalMode
) -> None:
    (out,) = show.run.named("break.out", break_id=mode.value)
    (back,) = show.run.named("break.in", break_id=mode.value)
    ours = of(decoded, out["splice_event_id"])
    outs = [one for one in ours if one["effective_pts"] == out["pts"]]
    ins = [one for one in ours if one["effective_pts"] == back["pts"]]
    assert len(outs) == 4, "6, 5, 4 and 2 s ahead"
    assert len(ins) == 1, "of so short a break an IN is sent once, right behind its OUT"
    assert ours == [*outs, *ins]
    assert {one["tier"] for one in ours} == {TIER}
    for one, length in ((outs[0], LASTS_S * 90_000), (ins[0], None)):
        (descriptor,) = one["descriptors"]
        assert bytes.fromhex(descriptor["upid_hex"]).startswith(b"SIGNAL:")
        assert descriptor.get("segmentation_duration") == length
    if mode is SignalMode.SPLICE_INSERT:
        assert [one["command"] for one in (outs[0], ins[0])] == ["splice_insert"] * 2
        assert [one["out_of_network"] for one in (outs[0], ins[0])] == [True, False]
        assert outs[0]["break_duration"] == {"auto_return": True, "duration": LASTS_S * 90_000}
        return
    start = STARTS[mode]
    types = [one["descriptors"][0]["segmentation_type_id"] for one in (outs[0], ins[0])]
    assert types == [start, END_OF[start]]
    assert outs[0]["descriptors"][0]["upid_hex"] == ins[0]["descriptors"][0]["upid_hex"]
    assert outs[0]["descriptors"][0].get("web_delivery_allowed") == (False if "placement" in mode else None)


def test_the_heartbeat_keeps_its_interval(decoded: list[dict[str, Any]]) -> None:
    nulls = [one for one in decoded if one["command"] == "splice_null"]
    assert abs(len(nulls) - RUN_S / HEARTBEAT_S) <= 1


def test_nothing_else_is_in_the_stream(show: Aired, decoded: list[dict[str, Any]]) -> None:
    ids = {out["splice_event_id"] for out in show.run.named("break.out")}
    assert len(ids) == len(MODES)
    told = sum(len(of(decoded, event_id)) for event_id in ids)
    assert told + sum(one["command"] == "splice_null" for one in decoded) == len(decoded)


def test_playlists_tell_a_signal_as_a_command_and_never_as_a_break(show: Aired) -> None:
    text = (show.index.parent / "90p/index.m3u8").read_text()
    splices = sum(map(is_splice, MODES))
    assert text.count("SCTE35-OUT=") == text.count("SCTE35-IN=") == splices
    assert text.count("#EXT-X-CUE-OUT:") == text.count("#EXT-X-CUE-IN") == splices
    assert text.count("SCTE35-CMD=") == 2 * (len(MODES) - splices)


def test_the_finished_output_verifies(show: Aired) -> None:
    told = splicedeck("verify", show.index, "--expect", str(2 * len(MODES)), "--json")
    assert told.returncode == 0, told.stdout[-3000:]
    assert json.loads(told.stdout)["verdict"] == "pass"
