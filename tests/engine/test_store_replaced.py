"""A run whose as-run store becomes something else: it ends with exit 1 and its reason; the next run writes its rows."""

from __future__ import annotations

import json
import subprocess
from contextlib import closing
from pathlib import Path

import pytest

from app.settings import default_database
from app.storage.asrun import open_store
from tests.engine.show_run import channel_toml, running, show_file

pytestmark = pytest.mark.slow


def test_rows_that_a_text_file_kept_out_are_told_and_written_by_the_next_run(tmp_path: Path) -> None:
    show = show_file(tmp_path, {"folder": (tmp_path / "origin").as_uri() + "/"}, channel_toml("news-1"))
    data_dir = tmp_path / "run"
    database = default_database(data_dir)
    insert = json.dumps({"command": "insert_break", "duration": 1, "immediate": True, "by": "ann"})
    with running(show, "--commands", "-", data_dir=data_dir, stdin=subprocess.PIPE) as run:
        run.wait_event("segment.delivered")
        run.say(insert)
        run.wait_event("break.landed")
        for each in data_dir.glob(f"{database.name}*"):
            each.unlink()
        database.write_text("somebody's notes\n" * 500)
        run.say(insert)
        run.wait_for(lambda: len(run.named("break.landed")) == 2)
        run.wait_event("alarm.raised", key="store")
        status, _ = run.terminate()
        assert status == 1, run.told()
        assert "not written to the as-run: " in run.stderr
        assert "written by the next run" in run.stderr.splitlines()[-1]
    for each in data_dir.glob(f"{database.name}*"):
        each.unlink()
    with running(show, data_dir=data_dir) as run:
        run.wait_event("segment.delivered")
        status, _ = run.terminate()
        assert status == 0, run.told()
    with closing(open_store(database, create=False)) as store:
        rows = store.rows()
    assert [(row.state, row.verdict) for row in rows] == [("returned", "landed")] * 2
    assert all(row.out_at and row.in_at and row.frame_rate for row in rows)
