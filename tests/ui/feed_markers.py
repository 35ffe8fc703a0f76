"""Markers as the engine would tell of them."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from app.model import events
from app.model.states import ProofState
from app.scte35.messages import splice_in, splice_out
from tests.ui.scripted_engine import NOW

OUT = splice_out(4711, 90_000 * 7200, 60 * 90_000).encoded
IN = splice_in(4711, 90_000 * 7260).encoded
NOISE = b"\xfc\x30\x11no marker at all"


def seen(key: str, section: bytes = OUT, at: datetime = NOW, **fields: Any) -> events.FeedCueSeen:
    about: dict[str, Any] = {
        "channel": "one",
        "source": "udp://239.1.1.1:5000",
        "pid": 500,
        "lead_ms": 6200,
        "pts": 1,
    } | fields
    return events.FeedCueSeen(at=at, cue_id=key, section=section, **about)


def handled(key: str, action: str = "relayed", at: datetime = NOW, **fields: Any) -> events.FeedCueHandled:
    return events.FeedCueHandled(at=at, channel="one", cue_id=key, action=action, **fields)


def sent(break_id: str, section: bytes = OUT, kind: str = "out", at: datetime = NOW, **fields: Any) -> events.CueSent:
    about: dict[str, Any] = {"channel": "one", "splice_event_id": 4711, "latency_ms": 12.0, "pts": None} | fields
    return events.CueSent(at=at, break_id=break_id, kind=kind, section=section, **about)


def proved(
    break_id: str, origin: str = "Origin A", verdict: ProofState = ProofState.LANDED, **fields: Any
) -> events.SpliceProved:
    about: dict[str, Any] = {"direction": "out", "output": "one/", "reason": ""} | fields
    return events.SpliceProved(
        at=NOW + timedelta(seconds=9),
        channel="one",
        break_id=break_id,
        origin=origin,
        pts=1,
        idr_pts=1,
        error_ticks=0,
        segments={},
        dialects={},
        verdict=verdict,
        **about,
    )


def kept(break_id: str, folder: str, origin: str = "Origin A", direction: str = "out") -> events.EvidenceKept:
    return events.EvidenceKept(
        at=NOW, channel="one", break_id=break_id, origin=origin, output="one/", direction=direction, folder=folder
    )
