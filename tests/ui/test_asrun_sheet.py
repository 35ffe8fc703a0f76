"""Sheets as PDF: pages, fonts and words, on a machine without a display."""

import os
import re
import subprocess
import sys
import zlib
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from app.model.sheet import Bars, Cell, Sheet, SheetColumn, SheetRow, Tone
from app.storage.asrun import open_store
from app.ui.asrun_sheet import sheet_pdf
from tests.storage.stories import started, story

COLUMNS = (SheetColumn("BREAK", 2), SheetColumn("LATE s", 1, right=True), SheetColumn("PROOF", 1))


def sheet(rows: int, *, note: str = "", charts: tuple[Bars, ...] = ()) -> Sheet:
    cells = (Cell("Käse 🧀 日本", below="b1"), Cell("+0.000"), Cell("LANDED", Tone.GOOD))
    return Sheet(
        title="As-run",
        subtitle="news-1",
        facts=(("channel", "news-1"),),
        columns=COLUMNS,
        rows=tuple(SheetRow(cells, note=note) for _ in range(rows)),
        charts=charts,
        endings=("the end",),
        footer="Splicedeck",
        made_at=datetime(2026, 11, 22, tzinfo=UTC),
    )


def pages(content: bytes) -> int:
    return len(re.findall(rb"/Type\s*/Page\b", content))


@pytest.mark.parametrize(("rows", "expected"), [(0, 1), (1, 1), (100, 6), (1000, 57)])
def test_as_many_pages_as_it_takes(qapp: object, rows: int, expected: int) -> None:
    content = sheet_pdf(sheet(rows))
    assert content.startswith(b"%PDF-")
    assert pages(content) == pytest.approx(expected, abs=max(1, expected // 10))


def test_the_fonts_are_those_that_the_program_ships(qapp: object) -> None:
    content = sheet_pdf(sheet(1))
    assert b"Inter" in content
    assert b"/FontFile" in content  # embedded: it is read the same elsewhere


def test_a_note_that_never_ends_and_charts_of_nothing_are_drawn(qapp: object) -> None:
    charts = (Bars("none", ()), Bars("nothing", (("a", 0.0, "0"),)))
    assert pages(sheet_pdf(sheet(30, note="word " * 2000 + "x" * 5000, charts=charts))) < 10


_COMMANDS = """
import sys
from app.__main__ import main
for name, words in (("a", []), ("r", ["--reconcile"])):
    output = f"{sys.argv[1]}/{name}.pdf"
    assert main(["asrun", "--data-dir", sys.argv[1], *words, "--format", "pdf", "--output", output]) == 0
"""


def test_the_command_writes_a_sheet_without_a_display(tmp_path: Path) -> None:
    with closing(open_store(tmp_path / "splicedeck.sqlite3", timezone="Europe/Berlin")) as store:
        store.record_events([started(), *story("b1", title="Käse"), *story("b2", start_s=20)])
    environment = {key: value for key, value in os.environ.items() if key not in {"DISPLAY", "QT_QPA_PLATFORM"}}
    command = [sys.executable, "-c", _COMMANDS, str(tmp_path)]
    root = Path(__file__).parents[2]
    done = subprocess.run(command, cwd=root, env=environment, check=False, capture_output=True, text=True)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    for output in tmp_path.glob("*.pdf"):
        assert pages(output.read_bytes()) == 1
        assert _glyphs(output.read_bytes()) > 100


def _glyphs(content: bytes) -> int:
    """How many were drawn: hexadecimal strings of the pages' streams, four digits each."""
    streams = (
        zlib.decompress(found)
        for found in re.findall(rb"stream\r?\n(.*?)endstream", content, re.DOTALL)
        if found[:1] == b"x"
    )
    return sum(len(text) // 4 for stream in streams for text in re.findall(rb"<([0-9a-fA-F]+)>", stream))
