"""A contribution feed: ffmpeg's own encoder and muxer, over UDP, in real time."""

from __future__ import annotations

import socket
import subprocess

import imageio_ffmpeg


def free_udp_port() -> int:
    """A port that nobody has bound now."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class UdpFeed:
    """A moving picture, 320x180 at 25 a second, and a tone. ``kill`` pulls the plug, ``start`` begins a new feed."""

    def __init__(self, port: int) -> None:
        self.url = f"udp://127.0.0.1:{port}"
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        self._process = subprocess.Popen(
            [
                imageio_ffmpeg.get_ffmpeg_exe(),
                *("-v", "error", "-nostdin", "-re", "-f", "lavfi", "-i", "testsrc2=size=320x180:rate=25"),
                *("-re", "-f", "lavfi", "-i", "sine=frequency=440:sample_rate=48000"),
                *("-c:v", "libx264", "-preset", "ultrafast", "-tune", "zerolatency", "-threads", "1", "-g", "25"),
                *("-c:a", "aac", "-ac", "2", "-f", "mpegts", f"{self.url}?pkt_size=1316"),
            ],
            stdin=subprocess.DEVNULL,
        )

    def kill(self) -> None:
        """No packet leaves after this."""
        process, self._process = self._process, None
        if process is not None:
            process.kill()
            process.wait()
