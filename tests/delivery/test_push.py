"""Continuous outputs: datagrams as they are received, files as they are read back."""

from __future__ import annotations

import socket
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from app.delivery.push import Push, check_push, open_push
from app.delivery.push_target import FileTarget, UdpAddress, parse_push
from app.model.errors import UnsupportedError, UsageError
from tests.delivery.deliveries import Told


def packets(first: int, count: int) -> bytes:
    """TS packets that tell their number."""
    return b"".join(b"\x47\x1f\xff\x10" + n.to_bytes(4, "big") * 46 for n in range(first, first + count))


def wait(condition: Callable[[], bool], timeout_s: float = 10) -> None:
    deadline = time.monotonic() + timeout_s
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.01)


@pytest.fixture
def receiver() -> Iterator[socket.socket]:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as made:
        made.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4 << 20)
        made.bind(("127.0.0.1", 0))
        made.settimeout(5)
        yield made


def received(receiver: socket.socket, size: int) -> list[bytes]:
    datagrams: list[bytes] = []
    while sum(map(len, datagrams)) < size:
        datagrams.append(receiver.recv(65536))
    return datagrams


def test_datagrams_hold_seven_packets(receiver: socket.socket) -> None:
    push = open_push(f"udp://127.0.0.1:{receiver.getsockname()[1]}")
    sent = packets(0, 1000)
    for at in range(0, len(sent), 188 * 13):
        push.write(sent[at : at + 188 * 13])
    assert push.close(5)
    datagrams = received(receiver, len(sent))
    assert b"".join(datagrams) == sent
    assert [len(datagram) for datagram in datagrams[:-1]] == [1316] * (len(datagrams) - 1)
    assert (push.sent_bytes, push.dropped_bytes) == (len(sent), 0)


def test_a_started_datagram_does_not_wait_for_ever(receiver: socket.socket) -> None:
    push = open_push(f"udp://127.0.0.1:{receiver.getsockname()[1]}")
    push.write(packets(0, 3))
    assert receiver.recv(65536) == packets(0, 3)
    push.write(packets(3, 9))
    assert b"".join(received(receiver, 9 * 188)) == packets(3, 9)
    push.close(1)


def test_a_burst_is_spread(receiver: socket.socket) -> None:
    """A picture of 400 kB does not leave in one go."""
    push = open_push(f"udp://127.0.0.1:{receiver.getsockname()[1]}")
    began_s = time.monotonic()
    push.write(packets(0, 2128))
    assert push.close(5)
    assert time.monotonic() - began_s > 400_000 * 8 / 100_000_000 * 0.8
    assert len(b"".join(received(receiver, 2128 * 188))) == 2128 * 188


def test_multicast_with_its_options() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as receiver:
        receiver.bind(("239.255.77.7", 0))
        group = socket.inet_aton("239.255.77.7") + socket.inet_aton("127.0.0.1")
        receiver.setsockopt(socket.IPPROTO_IP, socket.IP_ADD_MEMBERSHIP, group)
        receiver.settimeout(5)
        push = open_push(f"udp://239.255.77.7:{receiver.getsockname()[1]}?ttl=0&localaddr=127.0.0.1")
        push.write(packets(0, 7))
        assert receiver.recv(65536) == packets(0, 7)
        push.close(1)


def test_a_file_is_appended_to_and_never_held_back(tmp_path: Path) -> None:
    target = tmp_path / "made/here/out.ts"
    for run in range(2):
        push = open_push(target.as_uri())
        push.write(packets(100 * run, 50))
        wait(lambda size=188 * (100 * run + 50): target.exists() and target.stat().st_size == size)  # type: ignore[misc]  # a default holds the size
        push.write(packets(100 * run + 50, 50))
        assert push.close(2)
    assert target.read_bytes() == packets(0, 200)


def test_a_full_disk_is_an_alarm_and_drops_are_counted() -> None:
    told = Told()
    push = open_push("file:///dev/full", alarm=told.alarm)
    push.write(packets(0, 10))
    told.wait(lambda: bool(told.standing))
    assert told.standing == {"output:file:///dev/full": "Output file:///dev/full: disk full, 2 kB dropped"}
    push.write(packets(10, 10))
    wait(lambda: push.dropped_bytes == 20 * 188)
    push.close(1)
    assert push.sent_bytes == 0


def test_what_only_half_fits_is_taken_back(tmp_path: Path) -> None:
    """The file stays one of whole packets, whatever the disk does: a limit of the process stands for it."""
    import resource
    import signal

    target = FileTarget(tmp_path / "out.ts")
    target.send(packets(0, 10))
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    before = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (188 * 12 + 5, hard))
    try:
        with pytest.raises(OSError, match="too large"):
            target.send(packets(10, 10))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        signal.signal(signal.SIGXFSZ, before)
    target.send(packets(20, 1))
    target.close()
    assert (tmp_path / "out.ts").read_bytes() == packets(0, 10) + packets(20, 1)


def test_an_address_without_a_way_is_an_alarm_until_it_has_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.delivery.push._CALM_S", 0.2)
    monkeypatch.setattr("app.delivery.push._REOPEN_S", 0.1)
    told = Told()
    push = open_push("udp://nowhere.invalid:5000", alarm=told.alarm)
    push.write(packets(0, 7))
    told.wait(lambda: bool(told.standing))
    assert "1 kB dropped" in told.standing["output:udp://nowhere.invalid:5000"]
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as receiver:
        receiver.bind(("127.0.0.1", 0))
        receiver.settimeout(5)
        push._to = UdpAddress("127.0.0.1", receiver.getsockname()[1])  # the name resolves now

        def again() -> bool:
            push.write(packets(7, 7))
            return not told.standing

        wait(again)
        assert receiver.recv(65536) == packets(7, 7)
    push.close(1)


def test_a_slow_way_out_never_holds_the_writer(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(FileTarget, "send", lambda _self, _body: time.sleep(0.3))
    told = Told()
    push = open_push((tmp_path / "x.ts").as_uri(), alarm=told.alarm, queue_limit_bytes=188 * 100)
    began_s = time.monotonic()
    for n in range(60):
        push.write(packets(10 * n, 10))
    assert time.monotonic() - began_s < 0.2
    told.wait(lambda: any("too slow" in text for text in told.texts))
    assert push.dropped_bytes >= 188 * 10 * 30
    push.close(5)
    assert push.dropped_bytes + push.sent_bytes == 188 * 600


def test_after_close_nothing_is_taken(tmp_path: Path) -> None:
    push: Push = open_push((tmp_path / "x.ts").as_uri())
    push.write(packets(0, 1))
    assert push.close(1)
    push.write(packets(1, 1))
    assert push.dropped_bytes == 188
    assert push.close(1)


@pytest.mark.parametrize("kind", ["srt", "rtmp", "rtmps", "rtp", "rist"])
def test_later_kinds_are_refused_by_name(kind: str) -> None:
    with pytest.raises(UnsupportedError, match=f"{kind}:// outputs are not in this version"):
        open_push(f"{kind}://127.0.0.1:9000/live")


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("udp://127.0.0.1", "no host and port"),
        ("udp://:5000", "no host and port"),
        ("udp://127.0.0.1:99999", "can't be read"),
        (f"udp://{'a' * 64}.example:5000", "can't be read"),
        ("udp://239.1.1.1:5000?ttl=256", "ttl '256'"),
        ("udp://239.1.1.1:5000?ttl=x", "ttl 'x'"),
        ("udp://239.1.1.1:5000?localaddr=eth0", "localaddr 'eth0'"),
        ("udp://239.1.1.1:5000?pkt_size=188", "seven TS packets"),
        ("udp://239.1.1.1:5000?reuse=1", "unknown option 'reuse'"),
        ("file://host/x.ts", "names no file"),
        ("file:x.ts", "names no file"),
        ("http://host/x.ts", "no kind of output"),
    ],
)
def test_what_can_be_no_output_is_refused(url: str, said: str) -> None:
    with pytest.raises(UsageError, match=said) as caught:
        check_push(url)
    assert caught.value.remedy


def test_what_a_url_names() -> None:
    assert parse_push("udp://239.1.1.1:5000?ttl=4&localaddr=127.0.0.1&pkt_size=1316") == UdpAddress(
        "239.1.1.1", 5000, 4, "127.0.0.1"
    )
    assert parse_push("udp://[::1]:5000") == UdpAddress("::1", 5000)
    assert parse_push("file:///srv/a%20b.ts") == Path("/srv/a b.ts")
