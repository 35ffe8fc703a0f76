"""The bench's schedule is what it says: breaks in order, one in a hundred wrong, and the linter finds exactly those."""

from __future__ import annotations

from app.bench.lint import _START, _bare, _show, schedule_text
from app.lint.schedule import lint_breaks
from app.schedule.break_list import breaks_from_text


def test_what_is_wrong_in_the_bench_is_found() -> None:
    show, text = _show(), schedule_text(400)
    listed = breaks_from_text(text, "b.csv", channels={each.name: each.templates for each in show.channels})
    assert len(listed.plans) == len(_bare(text)) == 400
    assert not listed.refused
    told = [(one.rule, one.where) for one in lint_breaks(listed.plans, show, places=listed.places, now=_START)]
    wrong = [f"line {number * 100 + 1}" for number in range(1, 5)]
    assert sorted(told) == sorted(
        (rule, line) for line in wrong for rule in ("schedule.overlap", "schedule.event-id-in-use")
    )
