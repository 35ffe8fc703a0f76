"""The session file: what a run is, kept through crashes of whoever writes it."""

from __future__ import annotations

import logging
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest

from app.model.commands import PlanBreak
from app.model.errors import EnvironmentLackError
from app.model.rundown import BreakPlan
from app.model.when import When
from app.remote.session import (
    Session,
    mark_ending,
    new_session,
    read_session,
    session_file,
    set_aside_damaged,
    unfinished,
    write_session,
)
from app.settings import demo_show, demo_toml


def session_in(folder: Path) -> Session:
    plan = BreakPlan("one", "demo", When.parse("+12.5"), Fraction(30), title="Prime — «first»")
    return new_session(
        demo_show(folder),
        demo_toml(folder),
        folder,
        database="",
        demo_port=40123,
        plans=(PlanBreak(channel="demo", by="schedule", plan=plan),),
    )


def test_files_that_are_gone_keep_no_show_from_going_on(tmp_path: Path) -> None:
    text = demo_toml(tmp_path / "gone").replace('title = "Demo"', 'title = "Demo"\nslate = "gone.png"')
    session = replace(session_in(tmp_path), demo=False, show_toml=text)
    assert session.show().channels[0].slate == str(tmp_path / "gone.png")


def test_it_is_read_back_as_it_was_written(tmp_path: Path) -> None:
    session = session_in(tmp_path)
    assert read_session(tmp_path) is None
    write_session(tmp_path, session)
    assert read_session(tmp_path) == session
    assert session.show() == demo_show(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["session.json"], "no part file is left"
    assert session_file(tmp_path).stat().st_mode & 0o77 == 0


def test_only_its_own_run_is_marked_as_ending(tmp_path: Path) -> None:
    session = session_in(tmp_path)
    write_session(tmp_path, session)
    mark_ending(tmp_path, "another")
    assert unfinished(tmp_path) == session
    mark_ending(tmp_path, session.run_id)
    assert unfinished(tmp_path) == replace(session, ending=True), "it still has to be ended"
    write_session(tmp_path, replace(session, ended=True))
    assert unfinished(tmp_path) is None
    mark_ending(tmp_path / "nowhere", session.run_id)


@pytest.mark.parametrize(
    "content",
    [b"", b"{", b"[]", b"null", b'{"form": 1}', b'{"form": 99, "run_id": "x"}', b"\xff\xfe", b"[" * 100_000],
    ids=["empty", "half", "a list", "null", "no fields", "newer", "no text", "deep"],
)
def test_a_damaged_file_is_set_aside_and_told(tmp_path: Path, caplog: pytest.LogCaptureFixture, content: bytes) -> None:
    session_file(tmp_path).write_bytes(content)
    with caplog.at_level(logging.WARNING):
        assert read_session(tmp_path) is None
        assert unfinished(tmp_path) is None
        mark_ending(tmp_path, "any")
        assert [path.name for path in tmp_path.iterdir()] == ["session.json"], "who only looks leaves it"
        set_aside_damaged(tmp_path)
    (aside,) = tmp_path.iterdir()
    assert aside.name.startswith("session-damaged-")
    assert aside.read_bytes() == content
    assert aside.name in caplog.text
    write_session(tmp_path, session_in(tmp_path))
    assert unfinished(tmp_path) is not None
    assert aside.read_bytes() == content


def test_the_next_run_overwrites_no_damaged_file(tmp_path: Path) -> None:
    session_file(tmp_path).write_text("damaged")
    session = session_in(tmp_path)
    write_session(tmp_path, session)
    write_session(tmp_path, replace(session, ended=True))
    (aside,) = tmp_path.glob("session-damaged-*.json")
    assert aside.read_text() == "damaged"
    assert read_session(tmp_path) == replace(session, ended=True)


def test_a_show_whose_folder_has_gone_is_still_the_show(tmp_path: Path) -> None:
    session = session_in(tmp_path)
    (tmp_path / "origin").write_text("a file where the folder was")
    assert session.show().name == session.show_name


def test_a_folder_that_cannot_be_written_is_named_with_what_to_do(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("no folder")
    with pytest.raises(EnvironmentLackError, match="--data-dir"):
        write_session(tmp_path / "data", session_in(tmp_path))


def test_two_sessions_are_told_apart_by_what_they_run(tmp_path: Path) -> None:
    session = session_in(tmp_path)
    assert session.runs_same(session_in(tmp_path))
    assert not session.runs_same(replace(session, show_toml=session.show_toml + "\n# another"))
