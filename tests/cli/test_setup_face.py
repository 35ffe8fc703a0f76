"""What the set-up's face knows of a run, and what of a saved show counts at once."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest

from app.cli.processor_load import busy_processors, processors
from app.cli.schedule_face import StoreFace
from app.cli.setup_face import ProgramSetup, setup_face
from app.model.errors import UsageError
from app.model.schedule_limits import ScheduleLimits
from app.remote.session import mark_ended, new_session, write_session
from app.settings import demo_show, demo_toml


def test_it_knows_the_show_of_a_run_until_that_has_ended(tmp_path: Path) -> None:
    face = ProgramSetup(tmp_path)
    assert not face.on_air()
    session = new_session(demo_show(tmp_path), demo_toml(tmp_path), tmp_path, database="", demo_port=8080)
    write_session(tmp_path, session)
    assert face.on_air() == demo_toml(tmp_path)
    mark_ended(tmp_path, session.run_id)
    assert not face.on_air()


def test_limits_of_a_saved_show_count_at_once_for_the_channels_that_run(tmp_path: Path) -> None:
    show = demo_show(tmp_path)
    store = StoreFace(tmp_path / "store.sqlite3", show)
    limits = ScheduleLimits(spacing_s=Fraction(300))
    edited = replace(show, channels=(replace(show.channels[0], schedule=limits, title="Other"),))
    other = replace(edited, channels=(*edited.channels, replace(edited.channels[0], name="two")))
    setup_face(tmp_path, store).adopt(other)
    assert store.limits == {"demo": limits}


def test_a_file_without_its_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="not an absolute path"):
        ProgramSetup(tmp_path).save("x", Path("show.toml"))


def test_the_same_text_again_leaves_no_copy(tmp_path: Path) -> None:
    face, path = ProgramSetup(tmp_path), tmp_path / "show.toml"
    assert face.save("a\n", path).kept is None
    assert face.save("a\n", path).kept is None
    kept = face.save("b\n", path).kept
    assert kept is not None
    assert (kept.read_text(), path.read_text()) == ("a\n", "b\n")
    again = face.save("c\n", path).kept  # within the same second
    assert again is not None
    assert (kept.read_text(), again.read_text()) == ("a\n", "b\n")


def test_the_load_is_within_the_machine() -> None:
    busy = busy_processors()
    assert processors() >= 1
    assert busy is None or busy >= 0
