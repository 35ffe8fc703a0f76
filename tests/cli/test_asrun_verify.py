"""``asrun --verify`` as its users call it."""

import json
from contextlib import closing
from pathlib import Path

import pytest

from app.__main__ import main
from app.engine.event_ids import EventIds
from app.engine.recorder import Recorder
from app.storage.asrun import open_store
from app.storage.database import connected, database_url
from app.storage.journal import Journal
from tests.storage.stories import started, story
from tests.storage.tampering import SEALED, SHOWN, tamper


@pytest.fixture
def data_dir(tmp_path: Path) -> Path:
    """A data folder as an engine's run leaves it: the as-run of two breaks, and the journal."""
    journal = Journal(tmp_path / "journal.sqlite3", run_id="evening", alarm=lambda *_: None)
    journal.start()

    def opened() -> object:
        return open_store(tmp_path / "splicedeck.sqlite3", run_id="evening")

    recorder = Recorder(opened, journal, EventIds(None, lambda _kept: None), lambda _text: None)  # type: ignore[arg-type] # a Store
    recorder.start()
    for seq, event in enumerate([started(), *story("b1"), *story("b2", start_s=20)], 1):
        journal.event(event, seq)
        recorder.note(event, journal.life, seq)
    assert recorder.close()
    assert journal.close(10)
    return tmp_path


def verified(data_dir: Path, capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str]:
    capsys.readouterr()
    status = main(["asrun", "--verify", "--data-dir", str(data_dir), *words])
    return status, capsys.readouterr().out


def tampered(data_dir: Path, how: str, pick: int = 0) -> None:
    engine = connected(database_url(data_dir / "splicedeck.sqlite3"), create=False)
    with engine.begin() as connection:
        tamper(connection, (SHOWN | SEALED)[how], pick)
    engine.dispose()


def test_what_is_whole_is_said_to_be(data_dir: Path, capsys: pytest.CaptureFixture[str]) -> None:
    status, told = verified(data_dir, capsys)
    first, run, seals = told.splitlines()
    assert status == 0
    assert first == f"{data_dir / 'splicedeck.sqlite3'}: 2 rows, 11 entries, 1 runs: whole"
    assert run.startswith("  evening:11:")
    assert seals == "  1 ends that journals, later runs or --seal had noted were compared"
    status, told = verified(data_dir, capsys, "--format", "json")
    found = json.loads(told)
    assert (status, found["whole"], found["faults"], found["seals"]) == (0, True, [], 1)
    assert found["runs"][0]["head"] == run.split()[0]


def test_what_was_changed_is_told_with_its_place_and_exit_status_1(
    data_dir: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    tampered(data_dir, "change_row")
    status, told = verified(data_dir, capsys)
    assert status == 1
    assert told.splitlines()[0].endswith("1 faults")
    assert told.splitlines()[-1] == (
        "  run evening, entry 6: the row of break 'b1' on news-1 was changed: title is 'Another', and was ''"
    )
    status, told = verified(data_dir, capsys, "--format", "json")
    assert (status, [fault["number"] for fault in json.loads(told)["faults"]]) == (1, [6])


@pytest.mark.parametrize("how", sorted(SEALED))
def test_an_end_that_was_taken_off_is_known_to_the_journal_and_to_paper(
    data_dir: Path, capsys: pytest.CaptureFixture[str], how: str
) -> None:
    head = verified(data_dir, capsys)[1].splitlines()[1].split()[0]
    tampered(data_dir, how, 6)  # from b2's first entry on
    status, told = verified(data_dir, capsys)
    assert (status, "journal.sqlite3 has seen" in told) == (1, True)
    (data_dir / "journal.sqlite3").unlink()
    assert verified(data_dir, capsys)[0] == 0  # then only what was noted elsewhere can tell
    status, told = verified(data_dir, capsys, "--seal", head)
    assert (status, "--seal has seen" in told) == (1, True)


def test_another_stores_journal_is_no_witness(data_dir: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (data_dir / "splicedeck.sqlite3").unlink()
    with closing(open_store(data_dir / "splicedeck.sqlite3", run_id="evening")) as store:
        store.record_events(story("b1"))
    status, told = verified(data_dir, capsys)
    assert (status, "0 ends that" in told) == (0, True)


@pytest.mark.parametrize(
    "words",
    [
        ("--verify", "--channel", "news-1"),
        ("--verify", "--since", "2026-11-22"),
        ("--verify", "--format", "pdf", "--output", "x.pdf"),
        ("--seal", "evening:11:" + "0" * 64),
        ("--verify", "--seal", "evening:11"),
        ("--format", "pdf"),
    ],
)
def test_what_makes_no_sense_is_bad_usage(
    data_dir: Path, capsys: pytest.CaptureFixture[str], words: tuple[str, ...]
) -> None:
    try:
        status: object = main(["asrun", "--data-dir", str(data_dir), *words])
    except SystemExit as ended:
        status = ended.code
    told = capsys.readouterr()
    assert (status, told.out, told.err.count("\n")) == (2, "", 1)
