"""What the buttons say, before, while and after they are pressed."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from fractions import Fraction
from zoneinfo import ZoneInfo

import pytest

from app.model.states import BreakState
from app.model.status import BreakStatus, ChannelStatus
from app.ui.actions import LOCKED, Verb, Wish
from app.ui.countdown import NO_TIME, countdown
from app.ui.faces import Kind, Panel, face, pre_roll_ring, resting_face
from app.ui.presses import Press, Presses, Stage
from app.ui.text import WAITING
from app.ui.trail import BreakTrail, ProofCount
from tests.ui.scripted_engine import NOW, ZONE, a_break, channel

WISH = Wish("mira", Fraction(30))


def panel(status: ChannelStatus | None, **fields: object) -> Panel:
    return replace(Panel(status, NOW, ZoneInfo(ZONE), WISH), **fields)  # type: ignore[arg-type]  # a test names any field


def with_break(brk: BreakStatus) -> Panel:
    return panel(channel("one", current=brk))


def test_take_says_where_and_when_before_it_is_pressed() -> None:
    shown = resting_face(Verb.TAKE, with_break(a_break(BreakState.CUED)))
    assert (shown.kind, shown.line, shown.right) == (Kind.PRIMARY, "OUT lands 20:15:34:16", "in 6.4 s")


@pytest.mark.parametrize(("planned_in_s", "tag"), [(226.4, "3:40 early"), (16.3, ""), (-12, "0:18 late"), (None, "")])
def test_take_tells_when_it_is_off_the_plan(planned_in_s: float | None, tag: str) -> None:
    shown = resting_face(Verb.TAKE, with_break(a_break(BreakState.HELD, out_in_s=planned_in_s)))
    assert shown.tag == tag


def test_take_without_a_pre_roll_warns() -> None:
    status = replace(channel("one", current=a_break(BreakState.CUED)), pre_roll_ticks=0)
    shown = resting_face(Verb.TAKE, panel(status))
    assert (shown.kind, shown.line) == (Kind.HELD, "no pre-roll, proves late")


def test_take_while_the_pre_roll_runs_and_in_the_break() -> None:
    shown = resting_face(Verb.TAKE, with_break(a_break(BreakState.ARMED, out_in_s=4.2, armed_ago_s=2.2)))
    assert (shown.kind, shown.word, shown.line, shown.right) == (
        Kind.ARMED,
        "TAKEN",
        "OUT lands 20:15:32:11",
        "in 4.2 s",
    )
    open_break = with_break(a_break(BreakState.ON_AIR, out_in_s=-36.25, armed_ago_s=42))
    shown = resting_face(Verb.TAKE, replace(open_break, proof=ProofCount(1, 0, 3)))
    assert (shown.kind, shown.line, shown.right) == (Kind.IN_BREAK, "OUT spliced 20:14:52:00", "1/3")
    shown = resting_face(Verb.TAKE, replace(open_break, proof=ProofCount(3, 0, 3)))
    assert (shown.line, shown.right) == ("OUT landed 20:14:52:00", "3/3")


def test_a_locked_panel_says_so_on_every_button() -> None:
    for verb in Verb:
        shown = resting_face(verb, panel(channel("one"), locked=True))
        assert (shown.kind, shown.line) == (Kind.DISABLED, LOCKED)


def test_withdraw_counts_its_own_time_and_closes() -> None:
    shown = resting_face(Verb.WITHDRAW, with_break(a_break(BreakState.ARMED, out_in_s=4.2, armed_ago_s=2.2)))
    assert (shown.kind, shown.line) == (Kind.PRIMARY, "undo the take: open 3.8 s more")
    shown = resting_face(Verb.WITHDRAW, with_break(a_break(BreakState.ARMED, out_in_s=0.3, armed_ago_s=6)))
    assert shown.kind is Kind.DISABLED
    assert shown.line == "closed 0.5 s before OUT"
    assert shown.ring is not None


def test_the_ring_is_full_at_take_and_empty_at_out() -> None:
    def ring(out_in_s: float) -> tuple[float, float]:
        brk = a_break(BreakState.ARMED, out_in_s=out_in_s, armed_ago_s=6.4 - out_in_s)
        found = pre_roll_ring(with_break(brk))
        assert found is not None
        return found.gone, found.late_from

    assert ring(6.4)[0] == pytest.approx(0, abs=1e-6)
    assert ring(3.2)[0] == pytest.approx(0.5, abs=1e-6)
    assert ring(0.0)[0] == pytest.approx(1, abs=1e-6)
    assert ring(-1.0)[0] == 1
    assert ring(3.2)[1] == pytest.approx(1 - 0.48 / 6.4, abs=1e-6)


def test_the_small_buttons_when_they_are_ready() -> None:
    following = a_break(BreakState.PLANNED, out_in_s=946)
    assert resting_face(Verb.CUE_NEXT, panel(channel("one", following=following))).line == "next 20:31:14"
    assert resting_face(Verb.CUE_NEXT, panel(channel("one"))).line == "new, 0:30"
    open_break = with_break(a_break(BreakState.ON_AIR, out_in_s=-36, armed_ago_s=42))
    assert resting_face(Verb.EXTEND, open_break).line == "to 02:30"
    assert resting_face(Verb.RETURN, open_break).line == "IN at once"
    trail = BreakTrail("b1", in_announced=True)
    assert resting_face(Verb.RETURN, replace(open_break, trail=trail)).line == "IN in 01:24"
    assert resting_face(Verb.HOLD, with_break(a_break(BreakState.HELD))).kind is Kind.HELD
    assert resting_face(Verb.SLATE, panel(channel("one", slate_by_hand=True))).kind is Kind.ARMED


def test_return_shows_for_ten_seconds_that_the_in_landed() -> None:
    trail = BreakTrail("b1", in_at=NOW - timedelta(seconds=8))
    shown = resting_face(Verb.RETURN, panel(channel("one"), trail=trail, proof=ProofCount(2, 0, 2)))
    assert (shown.kind, shown.line) == (Kind.LANDED, "landed 2/2")
    trail = BreakTrail("b1", in_at=NOW - timedelta(seconds=11))
    assert resting_face(Verb.RETURN, panel(channel("one"), trail=trail)).kind is Kind.DISABLED


def test_a_withdrawn_break_is_told_for_ten_seconds() -> None:
    trail = BreakTrail("b1", withdrawn_at=NOW - timedelta(seconds=3))
    assert resting_face(Verb.WITHDRAW, panel(channel("one"), trail=trail)).word == "WITHDRAWN"
    trail = BreakTrail("b1", withdrawn_at=NOW - timedelta(seconds=13))
    assert resting_face(Verb.WITHDRAW, panel(channel("one"), trail=trail)).word == "WITHDRAW"


def test_a_press_is_shown_sent_accepted_or_refused() -> None:
    ready, presses = with_break(a_break(BreakState.CUED)), Presses()
    presses.sent("one", Verb.TAKE, "c1", 0.0)
    shown = face(Verb.TAKE, ready, presses.standing("one", Verb.TAKE, 0.0), 0.0)
    assert (shown.kind, shown.line) == (Kind.PRESSED, "sent")
    presses.accepted("c1", 0.038)
    shown = face(Verb.TAKE, ready, presses.standing("one", Verb.TAKE, 0.04), 0.04)
    assert (shown.kind, shown.right) == (Kind.PRESSED, "38 ms")
    press = Press(Verb.TAKE, "c1", 0.0, Stage.REFUSED, reason="stale: look again")
    shown = face(Verb.TAKE, ready, press, 1.0)
    assert (shown.kind, shown.line) == (Kind.REFUSED, "stale: look again")
    press = Press(Verb.TAKE, "c1", 0.0, Stage.SILENT)
    assert face(Verb.TAKE, ready, press, 3.2).line == "engine silent 00:03"


def test_the_countdown_in_every_state() -> None:
    def shown(brk: BreakStatus) -> tuple[str, str]:
        card = countdown(with_break(brk))
        return card.headline, card.digits

    assert shown(a_break(BreakState.CUED, out_in_s=48)) == ("CUED · OUT planned in", "00:48")
    assert shown(a_break(BreakState.HELD, out_in_s=-12)) == ("HELD · past plan by", "00:12")
    assert shown(a_break(BreakState.CUED)) == ("CUED · waits for TAKE", NO_TIME)
    assert shown(a_break(BreakState.ARMED, out_in_s=4.2, armed_ago_s=2)) == ("PRE-ROLL", "4.2")
    assert shown(a_break(BreakState.ON_AIR, out_in_s=-36, armed_ago_s=42)) == ("IN BREAK · LEFT", "01:24")
    following = a_break(BreakState.PLANNED, out_in_s=946)
    assert countdown(panel(channel("one", following=following))).digits == "15:46"
    assert countdown(panel(channel("one"))).headline == "NO BREAK PLANNED"


def test_a_countdown_past_its_end_waits_for_the_proof() -> None:
    card = countdown(with_break(a_break(BreakState.ON_AIR, out_in_s=-121, armed_ago_s=127)))
    assert (card.digits, card.below) == ("00:00", WAITING)
    card = countdown(with_break(a_break(BreakState.ARMED, out_in_s=-0.3, armed_ago_s=7)))
    assert card.digits == "0.0"
