"""Airings put through ``verify``, and what the tests of the judgement ask of the report."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from app.monitoring.proof import verify
from app.monitoring.report import Report, Row
from tests.monitoring.airing import Airing, add_break

type Spoil = Callable[[list[str]], list[str]]


def rows_of(report: Report) -> dict[tuple[int | None, str], Row]:
    return {(row.splice_event_id, row.direction): row for row in report.splices}


def proved(airing: Airing, folder: Path, expect: int | None = None) -> Report:
    return verify(str(airing.write(folder)), expect=expect)


def one_break() -> tuple[Airing, bytes, bytes]:
    airing = Airing()
    return airing, *add_break(airing)


def without(prefix: str) -> Spoil:
    return lambda lines: [line for line in lines if not line.startswith(prefix)]
