"""``splicedeck run`` with its window: what closes it ends the show, cleanly and soon."""

from __future__ import annotations

from pathlib import Path

from tests.engine.show_run import channel_toml, running, show_file


def show_with_a_dead_origin(folder: Path) -> Path:
    origins = {"folder": (folder / "origin").as_uri() + "/", "dead": "http://127.0.0.1:9/"}
    return show_file(folder, origins, channel_toml("news-1", origins=("folder", "dead"), segment_s=1))


def test_a_signal_ends_a_show_in_a_break_though_an_origin_is_dead(tmp_path: Path) -> None:
    (tmp_path / "breaks.csv").write_text("at,duration,title\n+2,60,Prime\n")
    show = show_with_a_dead_origin(tmp_path)
    with running(show, "--breaks", tmp_path / "breaks.csv", data_dir=tmp_path / "run", window=True) as run:
        run.wait_event("break.out")
        status, took_s = run.terminate()
        assert (status, run.left_over()) == (1, []), run.told()
        assert took_s < 6, "under three on a machine that has nothing else to do"
        assert "break Prime: OUT at dead: missing: " in run.stderr
        (ended,) = run.named("break.in")
        assert ended["how"] == "stop"
    playlist = (tmp_path / "origin" / "news-1" / "180p" / "index.m3u8").read_text()
    assert "#EXT-X-CUE-IN" in playlist
    assert playlist.endswith("#EXT-X-ENDLIST\n")


def test_the_window_closes_by_itself_when_the_time_is_over(tmp_path: Path) -> None:
    show = show_file(tmp_path, {"folder": (tmp_path / "origin").as_uri() + "/"}, channel_toml("news-1", segment_s=1))
    with running(show, "--for", "1.5", data_dir=tmp_path / "run", window=True) as run:
        assert run.end() == 0, run.told()
        assert run.stderr == ""
        assert run.named("channel.stopped", reason="")
