"""What was booked against what aired: each once, ids first, and nothing that is not alike."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from itertools import pairwise
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from app.model.asrun import AsRunRow, AsRunState
from app.model.make_goods import avails_between, avails_in_breaks, make_goods, owed_s, seconds_between
from app.model.outcome_figures import EDGES_S, class_texts, figures
from app.model.reconciling import Booked, Likeness, Outcome, Reconciled, as_played, reconciled
from app.model.states import ProofState
from app.model.timebase import TICKS_PER_SECOND

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
NIGHT = NOON + timedelta(hours=12)


def at(seconds: float) -> datetime:
    return NOON + timedelta(seconds=seconds)


def booked(break_id: str, start_s: float | None, length_s: int = 30, channel: str = "news-1", **more: int) -> Booked:
    spots_s = Fraction(more["spots_s"]) if "spots_s" in more else None
    moment = None if start_s is None else at(start_s)
    return Booked(channel=channel, break_id=break_id, at=moment, duration_s=Fraction(length_s), spots_s=spots_s)


def row(
    break_id: str, out_s: float | None, length_s: int = 30, channel: str = "news-1", run_id: str = "r", **more: object
) -> AsRunRow:
    aired = out_s is not None
    values: dict[str, object] = {
        "state": AsRunState.RETURNED if aired else AsRunState.SKIPPED,
        "out_at": None if out_s is None else at(out_s),
        "duration_ticks": length_s * TICKS_PER_SECOND if aired else None,
        "verdict": ProofState.LANDED if aired else None,
    }
    recorded_at = at(out_s or 0) + timedelta(seconds=length_s)
    return AsRunRow(run_id=run_id, channel=channel, break_id=break_id, recorded_at=recorded_at, **(values | more))  # type: ignore[arg-type] # a row's own fields


def outcomes(lines: list[Reconciled]) -> list[tuple[str, str, str]]:
    return [
        (
            line.outcome,
            "" if line.booked is None else line.booked.break_id,
            "" if line.row is None else line.row.break_id,
        )
        for line in lines
    ]


def test_the_four_states() -> None:
    lines = reconciled(
        [booked("a", 0), booked("b", 600), booked("c", 1200), booked("later", 90_000), booked("never", None)],
        [row("a", 2.5), row("b", None), row("x", 1260, 31), row("y", 5000)],
        now=NIGHT,
    )
    assert outcomes(lines) == [
        ("aired", "a", "a"),
        ("booked-not-aired", "b", "b"),
        ("potential-match", "c", "x"),
        ("aired-not-booked", "", "y"),
    ]
    assert [line.late_s for line in lines] == [Fraction(5, 2), None, 60, None]
    assert [line.longer_s for line in lines] == [0, None, 1, None]


def test_an_id_that_comes_again_every_day_is_that_of_the_day() -> None:
    day = 86_400
    lines = reconciled([booked("a", 0)], [row("a", -day, run_id="q"), row("a", 4)], now=NIGHT)
    assert [(line.outcome, line.late_s) for line in lines] == [
        (Outcome.AIRED_NOT_BOOKED, None),
        (Outcome.AIRED, Fraction(4)),
    ]


def test_what_aired_twice_by_its_id_is_booked_once() -> None:
    lines = reconciled([booked("a", 0)], [row("a", 400, run_id="q"), row("a", 4)], now=NIGHT)
    assert outcomes(lines) == [("aired", "a", "a"), ("aired-not-booked", "", "a")]
    assert lines[0].late_s == 4


def test_a_booking_that_counts_from_the_channels_start_is_known_by_its_id() -> None:
    lines = reconciled([booked("a", None), booked("b", None)], [row("a", 7, planned_at=at(5))], now=NIGHT)
    assert [(line.outcome, line.late_s) for line in lines] == [(Outcome.AIRED, Fraction(2))]
    refused = row("b", None, planned_at=at(9))
    assert outcomes(reconciled([booked("b", None)], [refused], now=NIGHT)) == [("booked-not-aired", "b", "b")]


def test_too_far_or_too_long_is_no_match() -> None:
    wanted = [booked("a", 0)]
    for other in (row("x", 901), row("x", 0, 34), row("x", 0, channel="news-2")):
        lines = reconciled(wanted, [other], now=NIGHT)
        assert {line.outcome for line in lines} == {Outcome.BOOKED_NOT_AIRED, Outcome.AIRED_NOT_BOOKED}
    assert [line.outcome for line in reconciled(wanted, [row("x", 900, 33)], now=NIGHT)] == [Outcome.POTENTIAL_MATCH]


def test_what_was_armed_stands_for_what_is_planned_now() -> None:
    """A list that comes again every day has moved its ids on: yesterday's breaks are known as they were armed."""
    day = 86_400
    planned = [booked("a", day), booked("b", 60, 45), booked("c", None), booked("d", 600)]
    played = [booked("a", 0), booked("b", 50), booked("b", 55), booked("c", None, 12)]
    assert sorted((each.break_id, each.at or NOON, int(each.duration_s)) for each in as_played(planned, played)) == [
        *(("a", at(0), 30), ("a", at(day), 30), ("b", at(55), 30), ("c", NOON, 12), ("d", at(600), 30)),
    ]


ids, starts, lengths = st.sampled_from("abcdef"), st.integers(-3000, 3000), st.integers(1, 60)
channels = st.sampled_from(["news-1", "news-2"])
bookings = st.lists(
    st.builds(booked, ids, st.none() | starts, lengths, channels),
    max_size=8,
    unique_by=lambda b: (b.channel, b.break_id),
)
airings = st.lists(
    st.builds(row, ids, st.none() | starts, lengths, channels, st.sampled_from("qr")),
    max_size=8,
    unique_by=lambda r: (r.channel, r.break_id, r.run_id),
)
LIKE = Likeness(id_s=2000, window_s=300)


@given(bookings, airings, starts, st.randoms(use_true_random=False))
def test_each_is_told_once_and_only_what_is_alike_is_paired(
    wanted: list[Booked], rows: list[AsRunRow], now_s: int, chance: Random
) -> None:
    now = at(now_s)
    lines = reconciled(wanted, rows, now=now, like=LIKE)
    aired = [each for each in rows if each.out_at is not None]
    told = Counter((r.channel, r.break_id, r.run_id) for line in lines if (r := line.aired) is not None)
    assert told == Counter((r.channel, r.break_id, r.run_id) for r in aired)
    own = Counter((line.booked.channel, line.booked.break_id) for line in lines if line.booked is not None)
    assert set(own.values()) <= {1}
    for each in wanted:
        if each.at is not None and each.at <= now:
            assert own[each.channel, each.break_id] == 1
    for line in lines:
        _holds(line)
    _nothing_of_one_id_was_left_apart(lines)
    assert lines == sorted(lines, key=lambda line: line.at)
    chance.shuffle(wanted)
    chance.shuffle(rows)
    assert reconciled(wanted, rows, now=now, like=LIKE) == lines


def _holds(line: Reconciled) -> None:
    match line.outcome:
        case Outcome.AIRED:
            assert line.booked is not None
            assert line.aired is not None
            assert line.booked.break_id == line.aired.break_id
            assert line.late_s is None or abs(line.late_s) <= LIKE.id_s
        case Outcome.POTENTIAL_MATCH:
            assert line.booked is not None
            assert line.late_s is not None
            assert line.longer_s is not None
            assert abs(line.late_s) <= LIKE.window_s
            assert abs(line.longer_s) <= max(LIKE.length_s, line.booked.duration_s * LIKE.length_part)
        case Outcome.BOOKED_NOT_AIRED:
            assert line.booked is not None
            assert line.aired is None
        case Outcome.AIRED_NOT_BOOKED:
            assert line.booked is None
            assert line.aired is not None


def _nothing_of_one_id_was_left_apart(lines: list[Reconciled]) -> None:
    for one in lines:
        for other in lines:
            if one.outcome is Outcome.BOOKED_NOT_AIRED and other.outcome is Outcome.AIRED_NOT_BOOKED:
                assert one.booked is not None
                assert other.row is not None
                if one.booked.at is not None and (one.channel, one.booked.break_id) == (
                    other.channel,
                    other.row.break_id,
                ):
                    assert other.row.out_at is not None
                    assert abs(seconds_between(one.booked.at, other.row.out_at)) > LIKE.id_s


# ---- make-goods


def test_room_in_a_break_comes_before_a_break_of_its_own() -> None:
    wanted = [booked("a", -600), booked("b", -300, 20), booked("c", 600, 60, spots_s=35), booked("d", 2000, 60)]
    lines = reconciled(wanted, [], now=NOON)
    goods = make_goods(lines, wanted, since=NOON, until=NIGHT)
    assert [(n, good.break_id, good.at, good.length_s) for n, good in sorted(goods.items())] == [
        (0, "", at(20), Fraction(30)),  # 25 s are too few; five minutes behind b
        (1, "c", at(635), Fraction(20)),
    ]


def test_what_is_owed() -> None:
    def owed(**more: object) -> Fraction:
        aired = row("a", 0, **({"length_s": 30} | more))  # type: ignore[arg-type] # a row's own fields
        (line,) = reconciled([booked("a", 0)], [aired], now=NIGHT)
        return owed_s(line)

    assert [owed(), owed(length_s=12), owed(length_s=45)] == [0, 18, 0]
    assert [owed(verdict=verdict) for verdict in (ProofState.MISSING, ProofState.LATE, None)] == [30, 0, 0]
    (potential,) = reconciled([booked("a", 0)], [row("x", 0)], now=NIGHT)
    (missed,) = reconciled([booked("a", 0)], [], now=NIGHT)
    assert [owed_s(potential), owed_s(missed)] == [0, 30]


@given(
    st.lists(
        st.builds(lambda n, s, length, spots: booked(n, s, length, spots_s=spots), ids, starts, lengths, lengths),
        max_size=8,
        unique_by=lambda b: b.break_id,
    ),
    starts,
    st.integers(0, 400),
)
def test_what_is_suggested_is_free_in_time_and_given_once(wanted: list[Booked], now_s: int, apart_s: int) -> None:
    now, until = at(now_s), at(3000)
    lines = reconciled(wanted, [], now=now)
    goods = make_goods(lines, wanted, since=now, until=until, apart_s=apart_s)
    taken = sorted(
        (good.at, good.at + timedelta(seconds=float(good.length_s)), good.break_id) for good in goods.values()
    )
    for n, good in goods.items():
        assert good.length_s == owed_s(lines[n])
    for one, other in pairwise(taken):
        if one[2] == other[2] or not (one[2] or other[2]):
            assert one[1] <= other[0]
    for good in goods.values():
        assert now <= good.at
        end = good.at + timedelta(seconds=float(good.length_s))
        if good.break_id:
            (own,) = (each for each in wanted if each.break_id == good.break_id)
            assert own.at is not None
            assert own.spots_s is not None
            assert good.at >= own.at + timedelta(seconds=float(own.spots_s))
            assert end <= own.at + timedelta(seconds=float(own.duration_s))
            continue
        assert end <= until
        for each in wanted:
            assert each.at is not None
            clear = timedelta(seconds=apart_s)
            over = each.at + timedelta(seconds=float(each.duration_s))
            assert end + clear <= each.at or good.at >= over + clear


def test_avails_are_told_by_their_length() -> None:
    wanted = [booked("a", 0, 60, spots_s=60), booked("b", 100, 60, spots_s=20), booked("c", 200, 60)]
    (avail,) = avails_in_breaks(wanted, NOON, NIGHT)
    assert (avail.break_id, avail.at, avail.length_s) == ("b", at(120), Fraction(40))
    between = avails_between(wanted, "news-1", NOON, at(1000), apart_s=10)
    assert [(each.at, int(each.length_s)) for each in between] == [(at(70), 20), (at(170), 20), (at(270), 730)]
    assert [each.length_s for each in avails_between(wanted, "elsewhere", NOON, at(9))] == [9]


# ---- figures


@given(bookings, airings)
def test_the_figures_count_every_line(wanted: list[Booked], rows: list[AsRunRow]) -> None:
    lines = reconciled(wanted, rows, now=NIGHT)
    found = figures(lines, [])
    assert sum(count for _, count in found.outcomes) == len(lines)
    assert [outcome for outcome, _ in found.outcomes] == list(Outcome)
    assert sum(found.late) == sum(line.late_s is not None for line in lines)
    assert sum(count for _, count in found.verdicts) == sum(line.aired is not None for line in lines)


def test_early_and_late_are_classed() -> None:
    for late_s, text in ((-61, "over 60 s early"), (-5, "1 to 10 s early"), (0, "on time"), (1, "on time")):
        (line,) = reconciled([booked("a", 0)], [row("a", late_s)], now=NIGHT)
        assert class_texts()[figures([line], []).late.index(1)] == text
    assert class_texts()[-3:] == ("1 to 10 s late", "10 to 60 s late", "over 60 s late")
    assert len(class_texts()) == len(EDGES_S) + 1


def test_avails_are_summed_by_the_hour() -> None:
    wanted = [booked("a", 0, 60, spots_s=20), booked("b", 600, 60, spots_s=50), booked("c", 4000, 60, spots_s=0)]
    found = figures([], avails_in_breaks(wanted, NOON, NIGHT)).avails
    assert found == ((NOON, Fraction(50)), (NOON + timedelta(hours=1), Fraction(60)))
