"""``bench push``: from a segment's last byte to complete at an nginx origin; what the SCTE-35 injection costs."""

from __future__ import annotations

import http.client
import os
import queue
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from app.bench.figures import Figure, Outcome, median, percentile
from app.engine.outputs import ChannelOutputs
from app.model.errors import EnvironmentLackError, SplicedeckError
from app.model.events import Event, SegmentDelivered
from app.model.segment import MediaObject
from app.model.show import Channel, HlsOutput, Origin
from app.pipeline.ts import PACKET_SIZE, VIDEO_PID
from app.pipeline.ts_sink import TsSink
from app.scte35.messages import splice_null

SEGMENT_BYTES = 2_000_000
PUSHES = 100
PUSH_LIMIT_MS = 50.0
STREAM_BPS, STREAM_S = 8_000_000, 20
WRITE_BYTES = PACKET_SIZE * 174  # what the muxer hands over at once at most
INJECTION_LIMIT_MS = 2.0
START_S = 10.0

_CHANNEL = Channel("bench", "Bench", (), (), (HlsOutput(("bench",), "bench/"),))
_CONFIG = """
daemon off; worker_processes 1; pid {folder}/nginx.pid; error_log {folder}/error.log; {user}
events {{ worker_connections 64; }}
http {{
  access_log off; client_body_temp_path {folder}/body; proxy_temp_path {folder}/t; fastcgi_temp_path {folder}/t;
  uwsgi_temp_path {folder}/t; scgi_temp_path {folder}/t;
  server {{
    listen 127.0.0.1:{port}; root {folder}/www;
    location / {{ client_max_body_size 64m; dav_methods PUT DELETE; create_full_put_path on; }}
  }}
}}
"""


def run() -> Outcome:
    """Uploads as a channel's are, through the spool; then the same bytes by the plainest client."""
    body = os.urandom(SEGMENT_BYTES)
    with _nginx() as port:
        ours_ms = _uploads(f"http://127.0.0.1:{port}/live/", body)
        plain_ms = _plain_puts(port, body)
    return Outcome(
        "push",
        "http.client on one connection, the same origin and bytes",
        (
            Figure("closed to complete p99", percentile(ours_ms, 0.99), "ms", PUSH_LIMIT_MS),
            Figure("closed to complete median", median(ours_ms), "ms"),
            Figure("plain PUT p99", percentile(plain_ms, 0.99), "ms"),
            Figure("plain PUT median", median(plain_ms), "ms"),
            Figure("injection a second of stream", injection_ms(), "ms CPU", INJECTION_LIMIT_MS),
        ),
        (f"{PUSHES} segments of {SEGMENT_BYTES / 1e6:g} MB; injection at {STREAM_BPS / 1e6:g} Mb/s",),
    )


@contextmanager
def _nginx() -> Iterator[int]:
    program = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin:/usr/local/sbin")
    if program is None:
        raise EnvironmentLackError("no nginx to push to", "sudo apt-get install nginx")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o755)
        (folder / "www").mkdir()
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port: int = probe.getsockname()[1]
        user = "user root;" if os.geteuid() == 0 else ""
        (folder / "nginx.conf").write_text(_CONFIG.format(folder=folder, port=port, user=user), encoding="utf-8")
        command = [program, "-p", name, "-c", str(folder / "nginx.conf")]
        with subprocess.Popen(command, stderr=subprocess.DEVNULL) as server:
            try:
                _wait_for(port)
                yield port
            finally:
                server.terminate()


def _wait_for(port: int) -> None:
    until_s = time.monotonic() + START_S
    while time.monotonic() < until_s:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.05)
            continue
        return
    raise SplicedeckError("nginx did not start")


def _uploads(url: str, body: bytes) -> list[float]:
    delivered: queue.SimpleQueue[float] = queue.SimpleQueue()

    def note(event: Event) -> None:
        if isinstance(event, SegmentDelivered):
            delivered.put(event.push_ms)

    with tempfile.TemporaryDirectory() as name:
        outputs = ChannelOutputs(
            _CHANNEL,
            {"bench": Origin("bench", url)},
            publish=note,
            alarm=lambda *_: None,
            spool_folder=Path(name) / "spool",
        )
        outputs.start()
        figures_ms = []
        try:
            for sequence in range(PUSHES):
                path = f"bench/{sequence}.ts"
                outputs.deliver(
                    0,
                    MediaObject(path, body, "video/mp2t", "bench", sequence, 0, 540_000, closed_at_s=time.monotonic()),
                )
                figures_ms.append(delivered.get(timeout=START_S))
        except queue.Empty as error:
            raise SplicedeckError("a segment was not delivered") from error
        finally:
            outputs.finish(START_S)
    return figures_ms


def _plain_puts(port: int, body: bytes) -> list[float]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=START_S)
    figures_ms = []
    try:
        for number in range(PUSHES):
            started_s = time.monotonic()
            connection.request("PUT", f"/live/plain/{number}.ts", body=body)
            connection.getresponse().read()
            figures_ms.append((time.monotonic() - started_s) * 1000)
    finally:
        connection.close()
    return figures_ms


def injection_ms() -> float:
    """CPU of looking through and completing a second of stream, with a section a second."""
    packets = STREAM_BPS // 8 // PACKET_SIZE
    plain = bytes([0x47, VIDEO_PID >> 8, VIDEO_PID & 0xFF, 0x10]) + bytes(PACKET_SIZE - 4)
    second = plain * packets
    sink, section = TsSink(0), splice_null().encoded
    started_s = time.thread_time()
    for _ in range(STREAM_S):
        for at in range(0, len(second), WRITE_BYTES):
            sink.write(second[at : at + WRITE_BYTES])
        sink.send(section)
        sink.take()
    return (time.thread_time() - started_s) * 1000 / STREAM_S
