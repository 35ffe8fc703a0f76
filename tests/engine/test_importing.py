"""The show's inlets beside the engine: real children, a real store, a real webhook."""

from __future__ import annotations

import http.client
import json
import socket
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field, replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from app.engine import importing
from app.engine.build import build_engine
from app.engine.import_process import ImportJob, done
from app.engine.importing import Importing
from app.model.events import Event, ScheduleImported, ScheduleRefused, event_from_plain, event_to_plain
from app.model.inlets import FolderInlet, Inlet, UrlInlet, WebhookInlet
from app.schedule.inlets import folder
from app.schedule.inlets.arrival import Arrival, Fate, Landed
from app.storage.schedule_store import open_schedule
from tests.engine.lone_engine import evening
from tests.schedule.ad_server import ad_break, ad_server, inline, vast, vmap

ROWS = (
    b"id,at,duration,title,template\nb1,2030-01-01T12:00:00Z,30,First,\nb2,soon,30,,\nb3,2030-01-01T13:00:00Z,,,break\n"
)
TOKEN = "correct-horse-battery"


@dataclass
class Desk:
    folder: Path
    heard: list[Event] = field(default_factory=list)
    alarms: dict[str, str | None] = field(default_factory=dict)
    inlets: tuple[Inlet, ...] = ()

    @property
    def database(self) -> str:
        return str(self.folder / "store.sqlite3")

    @contextmanager
    def open(self, *inlets: Inlet, database: str | None = None) -> Iterator[Importing]:
        show = replace(evening(self.folder), inlets=inlets)
        opened = Importing(
            show, self.database if database is None else database, self.folder, self.heard.append, self._alarm
        )
        opened.start()
        try:
            yield opened
        finally:
            assert opened.stop()

    def _alarm(self, key: str, _severity: str, text: str | None) -> None:
        self.alarms[key] = text

    def until(self, it_is: Callable[[], Any]) -> None:
        until_s = time.monotonic() + 20
        while not it_is():
            assert time.monotonic() < until_s, (self.heard, self.alarms)
            time.sleep(0.02)

    def ids(self) -> list[str]:
        with closing(open_schedule(self.database, create=False)) as store:
            return [row.booking.plan.id for row in store.bookings()]


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Desk:
    monkeypatch.setattr(folder, "STILL_S", 0.1)
    (tmp_path / "incoming").mkdir()
    return Desk(tmp_path)


def drop(desk: Desk, **more: Any) -> FolderInlet:
    return FolderInlet(name="drop", channel="one", path=str(desk.folder / "incoming"), every_s=Fraction(1, 10), **more)


def test_a_file_that_is_dropped_is_in_the_schedule_and_its_bad_row_is_told(desk: Desk) -> None:
    file = desk.folder / "incoming" / "day.csv"
    with desk.open(drop(desk)):
        file.write_bytes(ROWS)
        desk.until(lambda: desk.heard)
        (event,) = desk.heard
        assert isinstance(event, ScheduleImported)
        assert (event.inlet, event.file, event.added, event.refused_count) == ("drop", str(file), 2, 1)
        (row,) = event.refused
        assert (row.file, row.where, row.value) == (str(file), "line 3, at", "soon")
        assert "'soon' is no time" in row.reason
        assert event_from_plain(json.loads(json.dumps(event_to_plain(event)))) == event
        assert desk.ids() == ["b1", "b3"]  # b3 lasts as long as its template says
        told = desk.alarms["import.drop"]
        assert told is not None
        assert told.startswith(f"{file}: 1 row refused, the first: line 3, at: 'soon' is no time")


def test_an_engine_opens_its_show_s_inlets_and_tells_everybody(desk: Desk) -> None:
    show = replace(evening(desk.folder), channels=(), inlets=(drop(desk),))
    with build_engine(show, desk.folder, run_id="evening", database=desk.database) as engine:
        engine.subscribe(desk.heard.append)
        engine.start()
        (desk.folder / "incoming" / "day.csv").write_bytes(ROWS)
        desk.until(lambda: [event for event in desk.heard if isinstance(event, ScheduleImported)])
        desk.until(lambda: engine.snapshot().alarms)
        (alarm,) = engine.snapshot().alarms
        assert (alarm.key, alarm.severity) == ("import.drop", "warning")
    assert desk.ids() == ["b1"]
    assert (desk.folder / "inlets.json").exists()


def test_what_is_of_no_use_is_told_and_harms_nothing(desk: Desk) -> None:
    with desk.open(drop(desk)):
        (desk.folder / "incoming" / "deep.json").write_bytes(b"[" * 1_000_000)
        desk.until(lambda: desk.heard)
    (event,) = desk.heard
    assert isinstance(event, ScheduleRefused), event
    assert "deep.json: nested too deeply" in event.reason
    assert str(desk.alarms["import.drop"]).endswith(event.reason)
    for content, why in (
        (b'<!DOCTYPE a [<!ENTITY b "c">]><VAST>&b;</VAST>', "line 1: a DOCTYPE is not read"),
        (bytes(range(256)) * 40, "byte 128: not UTF-8"),
        (ROWS, "2 rows refused, so none is imported"),
    ):
        landed = done(job(desk, all_or_nothing=True), content)
        assert landed.fate is Fate.UNUSABLE
        assert why in landed.reason
    assert not Path(desk.database).exists()


def test_an_address_is_polled_and_its_wrappers_are_followed(desk: Desk) -> None:
    with ad_server() as server:
        server.pages["/vmap"] = vmap(ad_break("00:01:00", "<vmap:AdTagURI>/pod</vmap:AdTagURI>", key="mid"))
        server.pages["/pod"] = vast(inline("a"))
        inlet = UrlInlet(name="ads", channel="one", url=f"{server.url}/vmap", start="2030-01-01T12:00:00Z")
        with desk.open(inlet):
            desk.until(lambda: desk.heard)
    (event,) = desk.heard
    assert isinstance(event, ScheduleImported)
    assert (event.file, event.added, event.refused) == (f"{server.url}/vmap", 1, ())
    with closing(open_schedule(desk.database)) as store:
        (row,) = store.bookings()
    assert str(row.booking.plan.at and row.booking.plan.at.text) == "2030-01-01T12:01:00Z"
    assert row.changed_by == "inlet ads"


def test_a_webhook_merges_and_answers_row_by_row(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SPLICEDECK_SECRET_INLET_HOOK", TOKEN)
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    hook = WebhookInlet(name="hook", channel="one", host="127.0.0.1", port=port)

    def send(body: bytes) -> tuple[int, Any]:
        with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=20)) as connection:
            connection.request("POST", "/hook", body, {"Authorization": f"Bearer {TOKEN}"})
            answer = connection.getresponse()
            return answer.status, json.loads(answer.read())

    with desk.open(hook):
        desk.until(lambda: desk.alarms.get("inlet.hook", "") is None)
        status, told = send(ROWS)
        assert (status, told["added"], told["refused"][0]["where"]) == (200, 2, "line 3, at")
        with closing(open_schedule(desk.database)) as store:
            mine = store.bookings()[0]
            store.edit(replace(mine.booking, plan=replace(mine.booking.plan, title="Mine")), mine.version, by="traffic")
        status, told = send(ROWS.replace(b"First", b"Theirs").replace(b"soon", b"2030-01-01T12:30:00Z"))
        assert told["added"] == 1
        assert (status, told["conflicts"]) == (200, ["one b1: edited here, and changed in the list (title)"])
        assert str(desk.alarms["import.hook"]).count("in conflict, the first: one b1") == 1
        assert "refused" not in str(desk.alarms["import.hook"])  # what was refused before is mended
        with closing(open_schedule(desk.database)) as store:
            assert store.bookings()[0].booking.plan.title == "Mine"


def test_a_store_that_can_t_be_used_is_waited_for(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importing, "AGAIN_S", 0.1)
    there = desk.folder / "later"
    there.touch()
    (desk.folder / "incoming" / "day.csv").write_bytes(ROWS)
    with desk.open(drop(desk), database=str(there / "store.sqlite3")):
        desk.until(lambda: desk.alarms.get("import.drop"))
        assert "day.csv waits: " in str(desk.alarms["import.drop"])
        assert not desk.heard
        there.unlink()
        desk.until(lambda: desk.heard)
    assert isinstance(desk.heard[0], ScheduleImported)


def test_the_end_gives_an_import_up(desk: Desk) -> None:
    """The child is at a wrapper that never answers."""
    asked = threading.Event()
    with ad_server() as server:

        def silent(_handler: Any) -> None:
            asked.set()
            server.closing.wait(20)

        server.pages["/never"] = silent
        pod = f"<VAST version='4.2'><Ad><Wrapper><VASTAdTagURI>{server.url}/never</VASTAdTagURI></Wrapper></Ad></VAST>"
        (desk.folder / "incoming" / "pod.xml").write_text(pod)
        with desk.open(drop(desk, private_addresses=True)):
            assert asked.wait(20)
            began_s = time.monotonic()
        assert time.monotonic() - began_s < 2
    assert not desk.heard
    assert not Path(desk.database).exists()


def job(desk: Desk, **more: Any) -> ImportJob:
    fields: dict[str, Any] = {
        "by": "inlet drop",
        "database": desk.database,
        "timezone": "Europe/Berlin",
        "channels": {},
        "file": "day.csv",
        "named": "",
        "base": "",
        "channel": "one",
        "start": "",
        "columns": {},
        "all_or_nothing": False,
        "remove_missing": False,
        "private_addresses": False,
    }
    return ImportJob(**(fields | more))


def test_options_of_an_inlet_reach_the_import(desk: Desk) -> None:
    table = b"On Air,Secs\n2030-01-01T12:00:00Z,30\n2030-01-01T13:00:00Z,30\n"
    columns = {"on air": "at", "secs": "duration"}
    assert done(job(desk, columns=columns), table).added == 2
    landed = done(job(desk, columns=columns, remove_missing=True), b"".join(table.splitlines(keepends=True)[:2]))
    assert (landed.unchanged, landed.removed) == (1, 1)
    assert done(job(desk), b"x" * 32_000_001).reason == "day.csv: larger than 32000000 bytes: no schedule"


def test_a_reader_that_comes_down_takes_nobody_along(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", "/bin/false")
    landed: list[Landed] = []
    with desk.open(drop(desk)) as opened:
        landed.append(opened.take(Arrival(inlet=drop(desk), file="day.csv", content=ROWS * 10_000)))
    assert landed[0].reason == "its reader came down; the log tells more"


def test_an_inlet_that_fails_is_told(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(_watch: object) -> None:
        raise RuntimeError

    monkeypatch.setattr(folder.FolderWatch, "look", fails)
    with desk.open(drop(desk)):
        desk.until(lambda: desk.alarms)
    assert desk.alarms == {"inlet.drop": "inlet drop has failed and is shut until the engine starts again"}
