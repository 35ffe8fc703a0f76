"""Events of breaks as the engine tells them."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from app.model import events
from app.model.states import ProofState

T0 = datetime(2026, 11, 22, 19, 15, 32, 440_000, UTC)
TICKS = 90_000


def started(channel: str = "news-1", rate: str = "25") -> events.ChannelStarted:
    return events.ChannelStarted(at=T0, channel=channel, first_pts=0, first_frame_at=T0, frame_rate=rate)


def story(break_id: str, *, channel: str = "news-1", start_s: int = 0, title: str = "") -> Iterator[events.BreakEvent]:
    """A break from its plan to its verdict: OUT at ``start_s``, IN 10 s later."""
    frame, out_at = start_s * 25, T0 + timedelta(seconds=start_s)
    common: dict[str, Any] = {"channel": channel, "break_id": break_id, "title": title, "splice_event_id": 7}
    edge: dict[str, Any] = {"frame": frame, "pts": start_s * TICKS, "duration_ticks": 10 * TICKS}
    ends: dict[str, Any] = {"in_frame": frame + 250, "in_pts": (start_s + 10) * TICKS}
    early = out_at - timedelta(seconds=6)
    yield events.BreakPlanned(at=early, planned_at=out_at, by="schedule", **common, **edge)
    yield events.BreakArmed(at=early, by="op", withdraw_until_frame=frame - 50, **common, **edge, **ends)
    yield events.BreakOut(at=out_at, out_at=out_at, **common, **edge)
    in_at = out_at + timedelta(seconds=10)
    edge |= {"frame": frame + 250, "pts": (start_s + 10) * TICKS}
    yield events.BreakIn(at=in_at, in_at=in_at, how="auto", **common, **edge)
    for direction, ticks in (("out", start_s * TICKS), ("in", (start_s + 10) * TICKS)):
        yield events.SpliceProved(
            at=in_at,
            origin="primary",
            output="news-1/",
            direction=direction,
            pts=ticks,
            idr_pts=ticks,
            error_ticks=0,
            segments={},
            dialects={},
            verdict=ProofState.LANDED,
            **common,
        )
    yield events.BreakLanded(at=in_at + timedelta(seconds=2), origins=("primary",), **common)
