"""A real nginx with WebDAV as an origin, for any test: what a CDN's ingest does, and what it does when it fails.

Faults by path below the origin: ``/fault/403/``, ``/fault/500/``, ``/fault/503/``, ``/fault/301/`` answer so;
``/fault/413/`` takes bodies of 1 kB at most. ``/private/`` wants ``user:secret`` (HTTP Basic).
"""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import signal
import socket
import subprocess
import time
from dataclasses import dataclass, field
from pathlib import Path

DAV = "dav_methods PUT DELETE; create_full_put_path on; dav_access user:rw group:r all:r;"
CONF = """
worker_processes 1; daemon off; master_process on; pid {base}/nginx.pid; error_log {base}/error.log info; {user}
events {{ worker_connections 256; }}
http {{
  types {{ application/vnd.apple.mpegurl m3u8; video/mp2t ts; video/mp4 mp4 m4s; text/html html; }}
  log_format push '$request_method $uri $status $request_length $connection $connection_requests "$http_authorization"';
  access_log {base}/access.log push; sendfile on; keepalive_timeout 75s; keepalive_requests 100000;
  client_body_temp_path {root}/.incoming; proxy_temp_path {base}/p; fastcgi_temp_path {base}/f;
  uwsgi_temp_path {base}/u; scgi_temp_path {base}/s;
  server {{
    listen 127.0.0.1:{port}{tls};
    root {root}; client_max_body_size 256m; client_body_buffer_size 512k;
    location / {{ {dav} add_header Access-Control-Allow-Origin * always; }}
    location ~ /\\. {{ deny all; }}
    location /private/ {{ auth_basic push; auth_basic_user_file {base}/htpasswd; {dav} }}
    location /fault/413/ {{ client_max_body_size 1k; {dav} }}
    location /fault/403/ {{ return 403; }}
    location /fault/500/ {{ return 500; }}
    location /fault/503/ {{ return 503; }}
    location /fault/301/ {{ return 301 http://127.0.0.1:1/elsewhere; }}
    include {base}/extra*.conf;
  }}
}}
"""


@dataclass(frozen=True, slots=True)
class Request:
    """One line of the access log; ``connection`` numbers the TCP connection it came over."""

    method: str
    path: str
    status: int
    length: int
    connection: int
    authorization: str


@dataclass(slots=True)
class NginxOrigin:
    """A running origin: objects PUT below ``url`` are files below ``root``."""

    url: str
    root: Path
    base: Path
    port: int
    _process: subprocess.Popen[bytes] | None = field(default=None, repr=False)

    def start(self) -> None:
        """Run it and wait until it answers."""
        if self._process is not None:
            return
        log = self.base / "stderr.log"
        with log.open("ab") as stderr:
            self._process = subprocess.Popen(
                [_nginx(), "-p", self.base, "-c", self.base / "nginx.conf"],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=stderr,
            )
        deadline = time.monotonic() + 10
        while time.monotonic() < deadline and self._process.poll() is None:
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", self.port), timeout=1):
                if self._workers():  # the master alone listens too, and would take the next reload for its first start
                    return
            time.sleep(0.02)
        self.stop()
        raise RuntimeError(f"nginx did not start: {log.read_text()}")

    def stop(self) -> None:
        """Stop it at once: its connections break off, what was half received is gone."""
        process, self._process = self._process, None
        if process is None:
            return
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(5)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()

    def reload(self, extra: str) -> None:
        """Take ``extra`` directives into the server block, as an administrator would: old connections are closed."""
        if self._process is None:
            raise RuntimeError("it does not run")
        (self.base / "extra.conf").write_text(extra)
        workers = self._workers()
        self._process.send_signal(signal.SIGHUP)
        deadline = time.monotonic() + 10
        while self._workers() & workers or not self._workers():
            if time.monotonic() > deadline:
                raise RuntimeError("nginx did not reload")
            time.sleep(0.02)

    def requests(self, method: str = "", *, at_least: int = 0) -> list[Request]:
        """What it has answered so far, oldest first; it logs a moment after it answers: ``at_least`` waits for that."""
        log = self.base / "access.log"
        deadline = time.monotonic() + 5
        while True:
            text = log.read_text() if log.exists() else ""
            found = re.findall(r'^(\S+) (\S+) (\d+) (\d+) (\d+) \d+ "(.*)"$', text, re.MULTILINE)
            every = [Request(m, path, int(s), int(n), int(c), auth) for m, path, s, n, c, auth in found]
            wanted = [request for request in every if method in ("", request.method)]
            if len(wanted) >= at_least or time.monotonic() > deadline:
                return wanted
            time.sleep(0.02)

    def _workers(self) -> set[int]:
        if self._process is None:
            return set()
        children = Path(f"/proc/{self._process.pid}/task/{self._process.pid}/children")
        return {int(pid) for pid in children.read_text().split()}


def _nginx() -> str:
    found = shutil.which("nginx", path=os.environ.get("PATH", "") + ":/usr/sbin")
    if found is None:
        raise RuntimeError("nginx is needed for this test: apt install nginx-light")
    return found


def start_nginx(folder: Path, *, tls: tuple[Path, Path] | None = None, port: int = 0) -> NginxOrigin:
    """An origin in ``folder`` on a loopback port (0: a free one), ``tls``: its certificate chain and key as PEM files.

    The caller ends it with ``stop()``; ``start()`` brings it back on the same port with what it held.
    """
    port = port or _free_port()
    base, root = folder / "nginx", folder / "www"
    for made in (base, root, root / ".incoming"):
        made.mkdir(parents=True, exist_ok=True)
    (base / "htpasswd").write_text("user:{PLAIN}secret\n")
    conf = CONF.format(
        base=base,
        root=root,
        port=port,
        dav=DAV,
        user="user root;" if os.geteuid() == 0 else "",
        tls=f" ssl; ssl_certificate {tls[0]}; ssl_certificate_key {tls[1]}" if tls else "",
    )
    (base / "nginx.conf").write_text(conf)
    url = f"https://localhost:{port}/" if tls else f"http://127.0.0.1:{port}/"
    origin = NginxOrigin(url, root, base, port)
    origin.start()
    return origin


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
