"""A contribution feed: ffmpeg's own encoder and muxer, over UDP, in real time, and one that brings markers."""

from __future__ import annotations

import os
import socket
import subprocess
import threading
import time
from collections import deque

import imageio_ffmpeg

from app.model.timebase import difference, wrapped
from tests.pipeline.cued_ts import CUE_PID, Inserter

_PICTURE_TICKS = 3600


def free_udp_port() -> int:
    """A port that nobody has bound now."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _ffmpeg(*output: str) -> list[str]:
    return [
        imageio_ffmpeg.get_ffmpeg_exe(),
        *("-v", "error", "-nostdin", "-re", "-f", "lavfi", "-i", "testsrc2=size=320x180:rate=25"),
        *("-re", "-f", "lavfi", "-i", "sine=frequency=440:sample_rate=48000"),
        *("-c:v", "libx264", "-preset", "ultrafast", "-tune", "zerolatency", "-threads", "1", "-g", "25"),
        *("-c:a", "aac", "-ac", "2", "-f", "mpegts", *output),
    ]


class UdpFeed:
    """A moving picture, 320x180 at 25 a second, and a tone. ``kill`` pulls the plug, ``start`` begins a new feed."""

    def __init__(self, port: int) -> None:
        self.url = f"udp://127.0.0.1:{port}"
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        self._process = subprocess.Popen(_ffmpeg(f"{self.url}?pkt_size=1316"), stdin=subprocess.DEVNULL)

    def kill(self) -> None:
        """No packet leaves after this."""
        process, self._process = self._process, None
        if process is not None:
            process.kill()
            process.wait()


class CuedUdpFeed:
    """As UdpFeed, with SCTE-35 on ``pids``. ``send`` puts a section in at once; any thread.

    ``first_pts``: where its clock begins, 33 bits; ``start`` again after ``kill`` begins there anew.
    """

    def __init__(self, port: int, *, pids: tuple[int, ...] = (CUE_PID,), first_pts: int = 90_000) -> None:
        self.url = f"udp://127.0.0.1:{port}"
        self._port, self._pids, self._first_pts = port, pids, first_pts
        self._inserter = Inserter(pids)
        self._sections: deque[tuple[int, bytes]] = deque()
        self._process: subprocess.Popen[bytes] | None = None
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        self._inserter = Inserter(self._pids)
        offset_s = self._first_pts / 90_000
        command = _ffmpeg("-flush_packets", "1", "-output_ts_offset", f"{offset_s:.6f}", "pipe:1")
        self._process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE)
        self._thread = threading.Thread(target=self._pass_on, args=(self._process,), name="cued feed")
        self._thread.start()

    def send(self, section: bytes, pid: int = CUE_PID) -> None:
        """Let a section be the next thing in the stream."""
        self._sections.append((pid, section))

    @property
    def pts(self) -> int:
        """Of the newest picture that was sent; waits for the first."""
        deadline_s = time.monotonic() + 10
        while (pts := self._inserter.pts) is None:
            if time.monotonic() > deadline_s:
                raise TimeoutError("the feed sends nothing")
            time.sleep(0.01)
        return pts

    def ahead(self, pictures: int) -> int:
        """PTS of the picture so many after the newest."""
        return wrapped(self.pts + pictures * _PICTURE_TICKS)

    def wait_for(self, pts: int) -> None:
        """Until the picture of this PTS has been sent."""
        deadline_s = time.monotonic() + 5 + max(0, difference(pts, self.pts)) / 90_000
        while difference(self.pts, pts) < 0 and time.monotonic() < deadline_s:
            time.sleep(0.01)

    def kill(self) -> None:
        """No packet leaves after this."""
        process, self._process = self._process, None
        if process is not None:
            process.kill()
            process.wait()
        if self._thread is not None:
            self._thread.join(5)

    def _pass_on(self, process: subprocess.Popen[bytes]) -> None:
        assert process.stdout is not None
        rest = b""
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as out, process.stdout as pipe:
            while chunk := os.read(pipe.fileno(), 1316):
                rest += chunk
                whole = len(rest) // 188 * 188
                passed = b"".join(self._inserter.packet(rest[at : at + 188]) for at in range(0, whole, 188))
                rest = rest[whole:]
                while self._sections:
                    pid, section = self._sections.popleft()
                    passed += self._inserter.section(section, pid)
                for at in range(0, len(passed), 1316):
                    out.sendto(passed[at : at + 1316], ("127.0.0.1", self._port))
