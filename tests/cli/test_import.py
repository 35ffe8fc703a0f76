"""The command ``import``, as its user sees it."""

import json
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from app.__main__ import main
from app.storage.schedule_store import open_schedule
from tests.schedule.ad_server import ad_break, inline, linear, vast, vmap

ROWS = "id,at,duration,title,channel\nb1,+1,30,First,news-1\nb2,soon,30,,news-1\nb3,+9,30.04,,news-2\n"


@pytest.fixture
def day(tmp_path: Path) -> Path:
    path = tmp_path / "day.csv"
    path.write_text(ROWS)
    return path


def told(capsys: pytest.CaptureFixture[str]) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(capsys.readouterr().out)
    return found


def test_json_is_the_contract_s(day: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["import", str(day), "--dry-run", "--json"]) == 1
    found = told(capsys)
    assert {name: found[name] for name in ("added", "changed", "unchanged", "removed", "conflicts")} == {
        "added": 2,
        "changed": 0,
        "unchanged": 0,
        "removed": 0,
        "conflicts": [],
    }
    (refused,) = found["refused"]
    assert refused.pop("reason").startswith("'soon' is no time")
    assert refused == {"file": str(day), "where": "line 3, at", "value": "soon"}
    assert found["breaks"] == [
        {"id": "b1", "channel": "news-1", "at": "+1", "duration": 30, "title": "First", "ads": []},
        {"id": "b3", "channel": "news-2", "at": "+9", "duration": 30.04, "title": "", "ads": []},
    ]


def test_text_has_a_line_a_break_and_the_count(day: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["import", str(day), "--dry-run"]) == 1
    captured = capsys.readouterr()
    assert captured.out.splitlines() == [
        "news-1  +1  30 s  b1  First",
        "news-2  +9  30.04 s  b3",
        "added 2, changed 0, unchanged 0, removed 0, refused 1 (dry run: nothing was stored)",
    ]
    assert f"refused: {day}: line 3, at: 'soon' is no time" in captured.err


def test_a_pod_and_a_programme(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    pod, programme = tmp_path / "pod.xml", tmp_path / "programme.xml"
    pod.write_text(vast(inline("1", sequence=1), inline("2", linear("00:00:20.040"), sequence=2)))
    programme.write_text(vmap(ad_break("start", key="pre"), ad_break("00:10:00", key="mid")))
    words = ["--channel", "news-1", "--start", "2026-11-22T20:00:00Z", "--dry-run", "--json"]
    assert main(["import", str(pod), str(programme), *words]) == 0
    found = told(capsys)
    assert [(one["at"], one["duration"]) for one in found["breaks"]] == [
        (None, 30.04),
        ("2026-11-22T20:00:00Z", 10),
        ("2026-11-22T20:10:00Z", 10),
    ]
    assert found["breaks"][0]["ads"][1] == {
        "id": "2",
        "title": "Ad",
        "duration": 20.04,
        "media": ["https://ads.example/a.mp4"],
    }


def test_a_list_that_is_named_twice_adds_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    one, two = tmp_path / "one.csv", tmp_path / "two.csv"
    one.write_text("id,at,duration,channel\nb1,+1,30,a\nb2,+90,30,a\n")
    two.write_text("id,at,duration,channel\nb1,+1,31,a\n")
    assert main(["import", str(one), str(one), str(two), "--dry-run", "--json"]) == 0
    found = told(capsys)
    assert [found[name] for name in ("added", "changed", "unchanged")] == [2, 1, 2]
    assert [each["duration"] for each in found["breaks"]] == [31, 30]


def test_a_file_that_can_not_be_used_is_2_and_beside_others_a_refusal(
    day: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    bad = tmp_path / "bad.xml"
    bad.write_text("<!DOCTYPE VAST><VAST/>")
    assert main(["import", str(bad), "--dry-run"]) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.startswith(f"splicedeck: {bad}: line 1: a DOCTYPE is not read")
    assert captured.err.count("\n") == 1
    assert main(["import", str(bad), "--dry-run", "--json"]) == 2
    assert told(capsys)["refused"][0]["reason"].startswith("a DOCTYPE is not read")
    assert main(["import", str(bad), str(day), "--dry-run", "--json"]) == 1
    found = told(capsys)
    assert (found["added"], len(found["refused"])) == (2, 2)


def test_columns_of_other_programs_are_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "log.txt"
    path.write_text("On Air\tSecs\n+1\t30\n")
    words = ["--column", "On Air=at", "--column", "secs=Duration", "--channel", "a", "--dry-run", "--json"]
    assert main(["import", str(path), *words]) == 0
    assert told(capsys)["added"] == 1


def test_a_show_gives_its_channels_templates_and_zone(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    show = tmp_path / "show.toml"
    show.write_text(
        '[show]\nname = "E"\ntimezone = "Europe/Berlin"\n[[channels]]\nname = "news-1"\nsources = ["test:bars"]\n'
        'frame_rate = "25"\n[[channels.templates]]\nname = "Minute"\nduration = 60\n[[channels.renditions]]\n'
        'name = "s"\nsize = "320x180"\nbitrate = 300000\n[[channels.outputs]]\nkind = "ts"\nurl = "udp://127.0.0.1:6000"\n'
    )
    path = tmp_path / "day.csv"
    path.write_text("at,template\n2026-03-29 02:30:00:00,Minute\n2026-03-29 03:30:00:00,Minute\n")
    assert main(["import", str(path), "--show", str(show), "--dry-run", "--json"]) == 1
    found = told(capsys)
    assert [(one["channel"], one["duration"]) for one in found["breaks"]] == [("news-1", 60)]
    assert "the clocks go forward" in found["refused"][0]["reason"]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--start", "soon"], "--start"),
        (["--start", "20:00:00:11"], "a frame means nothing"),
        (["--column", "x"], "THEIRS=OURS"),
        (["--column", "x=y"], "THEIRS=OURS"),
        (["--channel", ""], "the name is empty"),
    ],
)
def test_words_that_are_wrong(day: Path, words: list[str], said: str, capsys: pytest.CaptureFixture[str]) -> None:
    try:
        status = main(["import", str(day), "--dry-run", *words])
    except SystemExit as ended:
        status = int(ended.code or 0)
    assert status == 2
    assert said in capsys.readouterr().err


# ---- into a store


def into(store: Path, text: str, *words: str) -> int:
    path = store.parent / "list.csv"
    path.write_text(text)
    return main(["import", str(path), "--channel", "news-1", "--database", str(store), "--json", *words])


@pytest.fixture
def store(tmp_path: Path) -> Path:
    return tmp_path / "splicedeck.sqlite3"


def counts(capsys: pytest.CaptureFixture[str]) -> list[int]:
    found = told(capsys)
    return [found[name] for name in ("added", "changed", "unchanged", "removed")]


DAY = "id,at,duration,title\nb1,+1,30,First\nb2,+90,30,Second\n"


def test_a_list_that_comes_again_changes_what_is_new(store: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert into(store, DAY, "--dry-run") == 0
    assert counts(capsys) == [2, 0, 0, 0]
    assert not store.exists()
    assert into(store, DAY) == 0
    assert counts(capsys) == [2, 0, 0, 0]
    assert into(store, DAY) == 0
    assert counts(capsys) == [0, 0, 2, 0]
    later = DAY.replace("Second", "Later") + "b3,+200,30,\n"
    assert into(store, later, "--dry-run") == 0
    assert counts(capsys) == [1, 1, 1, 0]
    assert into(store, later) == 0
    assert counts(capsys) == [1, 1, 1, 0]
    assert into(store, DAY, "--remove-missing") == 0
    assert counts(capsys) == [0, 1, 1, 1]


def test_an_import_is_undone_by_its_number(store: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert into(store, DAY) == 0
    assert into(store, DAY.replace("Second", "Later")) == 0
    (last,) = json.loads(capsys.readouterr().out.splitlines()[1])["imports"]
    assert main(["import", "--undo", str(last), "--database", str(store)]) == 0
    assert "restored 1, removed 0, kept 0" in capsys.readouterr().out
    assert into(store, DAY) == 0
    assert counts(capsys) == [0, 0, 2, 0]
    assert main(["import", "--undo", str(last), "--database", str(store)]) == 2


def test_an_edit_and_a_list_that_disagree_are_told_and_settled(store: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert into(store, DAY) == 0
    with closing(open_schedule(store)) as schedule:
        stored = schedule.bookings("news-1")[1]
        edited = replace(stored.booking, plan=replace(stored.booking.plan, title="Mine"))
        schedule.edit(edited, stored.version, by="op")
    capsys.readouterr()
    theirs = DAY.replace("Second", "Theirs")
    assert into(store, theirs) == 1
    (conflict,) = told(capsys)["conflicts"]
    assert (conflict["id"], conflict["fields"]) == ("b2", ["title"])
    assert (conflict["mine"]["title"], conflict["theirs"]["title"]) == ("Mine", "Theirs")
    assert into(store, theirs, "--prefer", "theirs") == 0
    assert [one["title"] for one in told(capsys)["breaks"]] == ["First", "Theirs"]


def test_all_or_nothing(store: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert into(store, DAY + "b3,soon,30,\n", "--all-or-nothing") == 1
    assert counts(capsys) == [0, 0, 0, 0]
    assert not store.exists()


def test_files_or_an_undo(store: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["import", "--database", str(store)]) == 2
    assert "needs a FILE" in capsys.readouterr().err
    assert into(store, DAY, "--undo", "1") == 2


def test_a_pod_is_stored_without_a_time_and_found_again(
    tmp_path: Path, store: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    pod = tmp_path / "pod.xml"
    pod.write_text(vast(inline("1", sequence=1), inline("2", sequence=2)))
    for expected in ([1, 0, 0, 0], [0, 0, 1, 0]):
        assert main(["import", str(pod), "--database", str(store), "--json"]) == 0
        assert counts(capsys) == expected
    with closing(open_schedule(store)) as schedule:
        (stored,) = schedule.bookings()
    assert stored.booking.plan.at is None
    assert [spot.media for spot in stored.booking.spots] == [("https://ads.example/a.mp4",)] * 2
