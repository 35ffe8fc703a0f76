"""A process is killed between spool and origin, and the next one goes on: each segment once, gaps where none can be."""

from __future__ import annotations

import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from app.engine.outputs import Aired, ChannelOutputs, read_named_object
from app.model.events import SegmentDelivered, SegmentLost
from app.model.segment import Deletion, Kept, MediaObject, Playlist
from app.model.show import Channel, HlsOutput, Origin, Rendition
from app.model.wire import Plain
from tests.delivery.deliveries import Told, playlist, segment
from tests.nginx_origin import DAV, NginxOrigin, start_nginx

CHANNEL = Channel(
    "news",
    "News",
    ("slate",),
    tuple(Rendition(name, 320, 180, 400_000) for name in "ab"),
    (HlsOutput(("one", "two"), ""),),
)

AIRING = """
import sys, time
from pathlib import Path
from tests.delivery.deliveries import Told, segment
from tests.engine.test_outputs import Life, close

life = Life(Path(sys.argv[1]), sys.argv[2], sys.argv[3])
life.outputs.start()
for sequence in range(int(sys.argv[4])):
    close(life, sequence)
    life.told.wait(lambda: f"b:{sequence}" in life.kept)
print("closed", flush=True)
seen = 0
while True:
    for path in life.told.delivered()[seen:]:
        print(path, flush=True)
        seen += 1
    time.sleep(0.01)
"""


@dataclass
class Life:
    """One process' outputs of the channel, on two origins."""

    folder: Path
    one: str
    two: str
    told: Told = field(default_factory=Told)
    kept: dict[str, Plain] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.outputs = ChannelOutputs(
            CHANNEL,
            {"one": Origin("one", self.one), "two": Origin("two", self.two)},
            publish=self.told.publish,
            alarm=self.told.alarm,
            keep=self.keep,
            spool_folder=self.folder / "spool/news",
        )

    def keep(self, key: str, value: Plain, written: object) -> None:
        assert callable(written)
        self.kept[key] = value
        written()

    def spooled(self) -> list[str]:
        return sorted(each.name for each in (self.folder / "spool").rglob("*.ts"))

    def delivered_at(self, origin: str) -> list[str]:
        events = [event for event in list(self.told.events) if isinstance(event, SegmentDelivered)]
        return [event.path for event in events if event.origin == origin]


def close(life: Life, sequence: int, first: int = 0) -> None:
    """A segment of each rendition is closed."""
    for rendition in "ab":
        listed = tuple(segment(rendition, n).path for n in range(first, sequence + 1))
        life.outputs.deliver(0, segment(rendition, sequence, 20_000, time.monotonic()))
        life.outputs.deliver(0, Kept(f"{rendition}:{sequence}", list(listed)))
        life.outputs.deliver(0, playlist(rendition, listed))


def aired(count: int, departed: frozenset[str] = frozenset()) -> dict[int, Aired]:
    return {0: Aired({segment(rendition, n).path: n for rendition in "ab" for n in range(count)}, departed)}


def everything(count: int) -> list[str]:
    return [segment(rendition, n).path for n in range(count) for rendition in "ab"]


@pytest.fixture
def nginx(tmp_path: Path) -> Iterator[NginxOrigin]:
    origin = start_nginx(tmp_path)
    yield origin
    origin.stop()


def killed(folder: Path, one: str, two: str, count: int) -> list[str]:
    """Let a process close ``count`` segments of each rendition and kill it; what it told as delivered."""
    process = subprocess.Popen(
        [sys.executable, "-c", AIRING, folder, one, two, str(count)],
        stdout=subprocess.PIPE,
        text=True,
        cwd=Path(__file__).parents[2],
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "closed\n"
    process.send_signal(signal.SIGKILL)
    told, _ = process.communicate(timeout=10)
    return told.split()


def test_what_no_origin_took_before_the_kill_is_delivered_once(tmp_path: Path, nginx: NginxOrigin) -> None:
    """One origin takes nothing at all, the other is refused: both have everything in the end, in order."""
    folder = tmp_path / "folder"
    folder.write_text("in the way")
    nginx.stop()
    assert not killed(tmp_path, nginx.url, folder.as_uri() + "/", 4)
    nginx.start()
    folder.unlink()
    life = Life(tmp_path, nginx.url, folder.as_uri() + "/")
    assert len(life.spooled()) == 8
    life.outputs.resume({"one": set(), "two": set()}, {}, aired(4))
    life.outputs.start()
    close(life, 4)
    life.told.wait_for(20)
    for origin in ("one", "two"):
        assert life.delivered_at(origin) == everything(5)
    for root in (nginx.root, folder):
        life.told.wait(lambda root=root: (root / "b/index.m3u8").exists())  # type: ignore[misc]  # a default holds it
        assert (root / "a/00003.ts").read_bytes() == segment("a", 3, 20_000).body
    puts = [request.path for request in nginx.requests("PUT", at_least=12)]
    assert len([path for path in puts if path.endswith(".ts")]) == 10
    assert puts.index("/a/index.m3u8") > puts.index("/a/00004.ts")
    assert not life.told.lost()
    life.outputs.finish(5)
    assert not (tmp_path / "spool/news").exists()


def test_what_one_origin_has_is_sent_to_the_other_alone(tmp_path: Path, nginx: NginxOrigin) -> None:
    folder = tmp_path / "folder"
    nginx.stop()
    told = killed(tmp_path, nginx.url, folder.as_uri() + "/", 3)
    nginx.start()
    life = Life(tmp_path, nginx.url, folder.as_uri() + "/")
    life.outputs.resume({"one": set(), "two": set(told)}, {}, aired(3))
    life.outputs.start()
    life.told.wait(lambda: len(life.delivered_at("one")) == 6)
    life.told.wait(lambda: len(life.delivered_at("two")) == 6 - len(told))
    assert life.delivered_at("one") == everything(3)
    life.outputs.finish(5)


def test_what_is_nowhere_is_a_gap_and_is_told_once(tmp_path: Path, nginx: NginxOrigin) -> None:
    life = Life(tmp_path, nginx.url, (tmp_path / "two").as_uri() + "/")
    left_over = [segment("a", 1), segment("b", 0), segment("b", 1)]
    life.outputs.resume({"one": {"a/00000.ts"}, "two": set()}, {"two": {"b/00000.ts"}}, aired(2), left_over)
    life.outputs.start()
    close(life, 2)
    life.told.wait_for(9)
    assert life.told.lost() == ["a/00000.ts"]
    assert life.delivered_at("one") == ["a/00001.ts", "b/00000.ts", "b/00001.ts", "a/00002.ts", "b/00002.ts"]
    assert life.delivered_at("two") == ["a/00001.ts", "b/00001.ts", "a/00002.ts", "b/00002.ts"]
    life.outputs.finish(5)
    assert listed(tmp_path, "www/a") == ["a/00000.ts", "a/00001.ts", "a/00002.ts"]
    assert listed(tmp_path, "www/b") == ["b/00000.ts", "b/00001.ts", "b/00002.ts"]
    assert listed(tmp_path, "two/a") == ["GAP a/00000.ts", "a/00001.ts", "a/00002.ts"]
    assert listed(tmp_path, "two/b") == ["GAP b/00000.ts", "b/00001.ts", "b/00002.ts"]


def test_what_an_origin_says_that_it_has_is_no_gap(tmp_path: Path, nginx: NginxOrigin) -> None:
    """The journal did not come to know of these deliveries; one origin is away at first, one can't be asked."""
    nginx.reload("location /c/ { limit_except PUT { deny all; } " + DAV + " }")
    life = Life(tmp_path, nginx.url, nginx.url + "c/")
    there = [segment(*each).path for each in (("a", 0), ("a", 1), ("b", 1))]
    for path in there:
        for root in (nginx.root, nginx.root / "c"):
            (root / path).parent.mkdir(parents=True, exist_ok=True)
            (root / path).write_bytes(b"x")
    nginx.stop()
    life.outputs.resume({"one": set(), "two": set()}, {}, aired(2), [])
    life.outputs.start()
    close(life, 2)
    life.told.wait(lambda: "origin:one" in life.told.standing)
    nginx.start()
    life.told.wait_for(4)
    life.outputs.finish(5)
    assert listed(nginx.root, "a") == ["a/00000.ts", "a/00001.ts", "a/00002.ts"]
    assert listed(nginx.root, "b") == ["GAP b/00000.ts", "b/00001.ts", "b/00002.ts"]
    assert listed(nginx.root / "c", "a") == ["GAP a/00000.ts", "GAP a/00001.ts", "a/00002.ts"]
    lost = [event for event in life.told.events if isinstance(event, SegmentLost)]
    assert [event.path for event in lost if event.origin == "one"] == ["b/00000.ts"]
    assert sorted(event.path for event in lost if event.origin == "two") == sorted(everything(2))


def listed(folder: Path, name: str) -> list[str]:
    return (folder / name / "index.m3u8").read_text().splitlines()


def test_an_origin_of_which_nothing_is_known_is_taken_to_have_all(tmp_path: Path) -> None:
    life = Life(tmp_path, (tmp_path / "one").as_uri() + "/", (tmp_path / "two").as_uri() + "/")
    life.outputs.resume({}, {}, aired(2))
    life.outputs.start()
    close(life, 2)
    life.told.wait_for(4)
    life.told.wait((tmp_path / "two/b/index.m3u8").exists)
    life.outputs.finish(5)
    assert listed(tmp_path, "one/a") == ["a/00000.ts", "a/00001.ts", "a/00002.ts"]
    assert not life.told.lost()


def test_a_segment_that_no_playlist_came_to_list_is_deleted(tmp_path: Path) -> None:
    """But not before a playlist is out: nobody knows what the ones at the origin list."""
    one = tmp_path / "one"
    for name in ("a/00001.ts", "a/00002.ts", "a/00000.ts"):
        (one / name).parent.mkdir(parents=True, exist_ok=True)
        (one / name).write_bytes(b"x")
    life = Life(tmp_path, one.as_uri() + "/", (tmp_path / "two").as_uri() + "/")
    left_over = [segment("a", 0), segment("a", 1), segment("a", 2)]
    before = {0: Aired({"a/00001.ts": 1}, frozenset({"a/00000.ts"}))}
    life.outputs.resume({"one": {"a/00001.ts"}, "two": {"a/00001.ts"}}, {}, before, left_over)
    life.outputs.start()
    life.outputs.deliver(0, segment("a", 3, 400))
    life.told.wait_for(2)
    assert (one / "a/00002.ts").exists()
    life.outputs.deliver(0, playlist("a", ("a/00001.ts", "a/00003.ts")))
    life.told.wait(lambda: not (one / "a/00002.ts").exists())
    life.outputs.deliver(0, Deletion(("a/00000.ts",)))
    life.told.wait(lambda: not (one / "a/00000.ts").exists())
    assert (one / "a/00001.ts").exists()
    life.outputs.finish(5)


def test_another_process_takes_over_what_is_not_delivered(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        one = (tmp_path / "one").as_uri() + "/"
        life = Life(tmp_path, one, f"http://127.0.0.1:{silent.getsockname()[1]}/")
        life.outputs.start()
        close(life, 0)
        life.told.wait_for(2)
        began_s = time.monotonic()
        life.outputs.leave(0.5)
        assert time.monotonic() - began_s < 3
    assert not life.told.lost()
    after = Life(tmp_path, one, (tmp_path / "two").as_uri() + "/")
    after.outputs.resume({"one": set(life.told.delivered()), "two": set()}, {}, aired(1))
    after.outputs.start()
    after.told.wait_for(2)
    assert after.delivered_at("two") == everything(1)
    after.outputs.finish(5)


def test_what_nobody_goes_on_with_is_removed(tmp_path: Path) -> None:
    two = (tmp_path / "two").as_uri() + "/"
    (tmp_path / "file").write_text("")
    assert set(killed(tmp_path, (tmp_path / "file").as_uri() + "/", two, 1)) <= set(everything(1))
    life = Life(tmp_path, (tmp_path / "one").as_uri() + "/", two)
    assert len(life.spooled()) == 2
    life.outputs.start()
    life.outputs.finish(5)
    assert not (tmp_path / "spool/news").exists()
    assert not life.told.events


def test_left_over_parts_of_ours_go_when_a_channel_starts(tmp_path: Path) -> None:
    one = tmp_path / "one"
    names = ("a/.x-000001.ts.part", "a/.index.m3u8.part", ".index.m3u8.part")
    others = ("a/.profile.part", "c/.x-000001.ts.part", "a/x.ts.part")
    for name in (*names, *others):
        (one / name).parent.mkdir(parents=True, exist_ok=True)
        (one / name).write_bytes(b"x")
    life = Life(tmp_path, one.as_uri() + "/", (tmp_path / "two").as_uri() + "/")
    life.outputs.start()
    close(life, 0)
    life.told.wait_for(4)
    life.outputs.finish(5)
    assert not any((one / name).exists() for name in names)
    assert all((one / name).exists() for name in others)


def test_what_an_origin_has_can_be_read_back(tmp_path: Path, nginx: NginxOrigin) -> None:
    made = Playlist("a/index.m3u8", (), lambda _lost: b"#EXTM3U\n")
    life = Life(tmp_path, nginx.url, (tmp_path / "two").as_uri() + "/")
    life.outputs.start()
    life.outputs.deliver(0, made)
    life.outputs.finish(5)
    for url in (life.one, life.two):
        assert read_named_object(Origin("x", url), "a/index.m3u8") == b"#EXTM3U\n"
        assert read_named_object(Origin("x", url), "a/nothing.m3u8") is None
    with socket.create_server(("127.0.0.1", 0)) as silent:
        began_s = time.monotonic()
        url = f"http://127.0.0.1:{silent.getsockname()[1]}/"
        assert read_named_object(Origin("x", url), "a/index.m3u8") is None
        assert time.monotonic() - began_s < 2
    (nginx.root / "large.m3u8").write_bytes(bytes(5 << 20))
    assert read_named_object(Origin("x", nginx.url), "large.m3u8") is None


def test_more_than_memory_may_hold_is_read_back_from_the_spool(
    tmp_path: Path, nginx: NginxOrigin, monkeypatch: pytest.MonkeyPatch
) -> None:
    nginx.stop()
    life = Life(tmp_path, nginx.url, (tmp_path / "two").as_uri() + "/")
    for uploader in life.outputs._uploaders.values():
        monkeypatch.setattr(uploader._backlog, "_limit_bytes", 50_000)
    life.outputs.start()
    for sequence in range(5):
        close(life, sequence)
        life.told.wait(lambda sequence=sequence: f"b:{sequence}" in life.kept)  # type: ignore[misc]  # a default holds it
    life.told.wait(lambda: life.outputs.status()["one"].backlog == 10)
    held: list[MediaObject] = [each.segment for each in life.outputs._uploaders["one"]._backlog._segments.values()]
    assert sum(len(each.body) for each in held) <= 60_000
    nginx.start()
    life.told.wait(lambda: len(life.delivered_at("one")) == 10)
    assert life.delivered_at("one") == everything(5)
    assert (nginx.root / "a/00000.ts").read_bytes() == segment("a", 0, 20_000).body
    life.outputs.finish(5)
    assert not life.told.lost()
