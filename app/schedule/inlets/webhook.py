"""A webhook: whoever knows its token sends lists by POST, and is answered what became of each row."""

from __future__ import annotations

import hmac
import json
import logging
import socket
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import asdict
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from app.model.inlets import WebhookInlet, secret_of
from app.model.rate import Rate
from app.schedule.inlets.arrival import Arrival, Fate, Landed, Take, Trouble

logger = logging.getLogger(__name__)

MOST_CONNECTIONS = 8
SHORTEST_TOKEN = 16
AGAIN_S = 5.0  # until a port or a token that was missing is asked for again
SILENT_S = 10.0  # of one read
WHOLE_S = 60.0  # from the connection to the body's last byte
_CHUNK = 1 << 16
_LOOK_S = 0.2
_HEARD_S = 1.0

type Secret = Callable[[], str | None]


class Webhook:
    """``run`` on a thread of its own until ``stopping`` is set; ``cut`` ends what is being received."""

    def __init__(
        self, inlet: WebhookInlet, secret: Secret, take: Take, trouble: Trouble, stopping: threading.Event
    ) -> None:
        self._inlet, self._secret, self._take, self._trouble = inlet, secret, take, trouble
        self._stopping = stopping
        self._server: _Server | None = None

    @property
    def port(self) -> int:
        """As bound; 0 before."""
        return 0 if self._server is None else int(self._server.server_address[1])

    def run(self) -> None:
        """Listen, once there are a token and the port."""
        while not self._stopping.is_set():
            why = self._listened()
            if why:
                self._trouble(why)
                self._stopping.wait(AGAIN_S)

    def cut(self) -> None:
        """From any thread, once ``stopping`` is set."""
        if (server := self._server) is not None:
            server.drop(0.0)

    def _listened(self) -> str:
        """Serve until the end; or why it can't."""
        inlet = self._inlet
        token = (self._secret() or "").strip()
        if len(token) < SHORTEST_TOKEN:
            wrong = f"its token is shorter than {SHORTEST_TOKEN} characters" if token else "it has no token"
            return f"webhook {inlet.name} is shut: {wrong}; keep one by: splicedeck secret set {secret_of(inlet)}"
        try:
            server = _Server(inlet, token, self._take, self._stopping)
        except OSError as error:
            return f"webhook {inlet.name} can't listen at {inlet.host}:{inlet.port}: {error.strerror or error}"
        self._trouble(None)
        logger.info("webhook %s is listened for on %s:%d", inlet.name, *server.server_address[:2])
        serving = threading.Thread(target=server.serve_forever, args=(_LOOK_S,), name=f"webhook {inlet.name}")
        self._server = server
        serving.start()
        self._stopping.wait()
        server.shutdown()
        serving.join()
        server.drop(0.0)
        server.server_close()
        return ""


class _Server(ThreadingHTTPServer):
    """A thread a connection, a few at a time; one that is slow to send is dropped."""

    daemon_threads = True
    block_on_close = False
    request_queue_size = 16

    def __init__(self, inlet: WebhookInlet, token: str, take: Take, stopping: threading.Event) -> None:
        self.address_family = socket.AF_INET6 if ":" in inlet.host else socket.AF_INET
        self.inlet, self.take, self.stopping = inlet, take, stopping
        self._token = token.encode()
        self.allowed, self.strangers = Rate(inlet.per_minute), Rate(inlet.per_minute)
        self._receiving: dict[socket.socket, float] = {}
        self._open = 0
        self._lock = threading.Lock()
        super().__init__((inlet.host, inlet.port), _Request)

    def knows(self, authorization: str) -> bool:
        """Whether it is the token; how long that takes tells nothing of it."""
        kind, _, given = authorization.partition(" ")
        return kind.lower() == "bearer" and hmac.compare_digest(given.strip().encode("utf-8", "replace"), self._token)

    def process_request(self, request: Any, client_address: Any) -> None:
        """One more connection, if there are not too many."""
        with self._lock:
            if self._open >= MOST_CONNECTIONS:
                crowded = True
            else:
                crowded, self._open = False, self._open + 1
                self._receiving[request] = time.monotonic()
        if crowded:
            logger.warning(
                "webhook %s: %s is refused, %d are connected", self.inlet.name, client_address[0], self._open
            )
            self.shutdown_request(request)
            return
        super().process_request(request, client_address)

    def process_request_thread(self, request: Any, client_address: Any) -> None:
        """As it is; then it counts no more."""
        try:
            super().process_request_thread(request, client_address)
        finally:
            with self._lock:
                self._open -= 1
                self._receiving.pop(request, None)

    def received(self, request: socket.socket) -> None:
        """All of it is here: it may take its time now."""
        with self._lock:
            self._receiving.pop(request, None)

    def service_actions(self) -> None:
        """Several times a second."""
        self.drop(WHOLE_S)

    def drop(self, after_s: float) -> None:
        """Those that have been sending for so long."""
        now_s = time.monotonic()
        with self._lock:
            slow = [request for request, since_s in self._receiving.items() if now_s - since_s >= after_s]
        for request in slow:
            with suppress(OSError):
                request.shutdown(socket.SHUT_RDWR)

    def handle_error(self, request: Any, client_address: Any) -> None:  # noqa: ARG002 - the form is theirs
        """A peer that breaks off is no trouble of ours."""
        logger.info("webhook %s: %s broke off", self.inlet.name, client_address[0])


class _Request(BaseHTTPRequestHandler):
    """One request a connection."""

    server: _Server
    protocol_version = "HTTP/1.1"
    server_version = "splicedeck"
    sys_version = ""
    timeout = SILENT_S

    def do_POST(self) -> None:
        """Take a list in."""
        length = self._length()
        if length is None:
            return
        if wait_s := self.server.allowed.wait_s():
            self._slow_down(wait_s)
            return
        content = bytearray()
        try:
            while len(content) < length and (chunk := self.rfile.read1(min(_CHUNK, length - len(content)))):
                content += chunk
        except TimeoutError:
            self._answer(HTTPStatus.REQUEST_TIMEOUT, {"error": f"nothing came for {SILENT_S:g} s"})
            return
        if len(content) < length:
            self._answer(HTTPStatus.BAD_REQUEST, {"error": f"the body breaks off after {len(content)} bytes"})
            return
        self.server.received(self.connection)
        inlet = self.server.inlet
        landed = self.server.take(Arrival(inlet=inlet, file=f"webhook {inlet.name}", content=bytes(content)))
        self._tell(landed)

    def _other(self) -> None:
        if self._length() is not None:
            self._answer(HTTPStatus.METHOD_NOT_ALLOWED, {"error": "lists are sent by POST"}, {"Allow": "POST"})

    do_GET = do_PUT = do_HEAD = do_DELETE = do_PATCH = do_OPTIONS = _other  # noqa: N815 - the form is theirs

    def handle_expect_100(self) -> bool:
        """A body that is not wanted is not sent."""
        if self._length() is None:
            return False
        return super().handle_expect_100()

    def _length(self) -> int | None:
        """The body's, of who may send one; else it is answered already."""
        server, inlet = self.server, self.server.inlet
        if not server.knows(self.headers.get("Authorization", "")):
            if wait_s := server.strangers.wait_s():
                self._slow_down(wait_s)
            else:
                sign = {"WWW-Authenticate": 'Bearer realm="splicedeck"'}
                self._answer(HTTPStatus.UNAUTHORIZED, {"error": "a bearer token is needed"}, sign)
            return None
        if self.path.partition("?")[0] != f"/{inlet.name}":
            self._answer(HTTPStatus.NOT_FOUND, {"error": f"lists are taken at /{inlet.name}"})
            return None
        if self.command != "POST":
            return 0
        length = self.headers.get("Content-Length", "")
        if not (length.isascii() and length.isdigit()) or self.headers.get("Transfer-Encoding"):
            self._answer(HTTPStatus.LENGTH_REQUIRED, {"error": "a Content-Length is needed"})
        elif len(length) > 12 or int(length) > inlet.most_bytes:  # noqa: PLR2004 - digits enough for any body
            said = f"a list has at most {inlet.most_bytes} bytes"
            self._answer(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, {"error": said})
        elif self.headers.get("Content-Encoding", "identity").lower() != "identity":
            self._answer(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, {"error": "send it as it is, not compressed"})
        else:
            return int(length)
        return None

    def _slow_down(self, wait_s: float) -> None:
        self._answer(
            HTTPStatus.TOO_MANY_REQUESTS,
            {"error": f"more than {self.server.inlet.per_minute} requests a minute"},
            {"Retry-After": str(int(wait_s) + 1)},
        )

    def _tell(self, landed: Landed) -> None:
        told = asdict(landed)
        if landed.fate is Fate.LATER:
            self._answer(HTTPStatus.SERVICE_UNAVAILABLE, told | {"error": landed.reason}, {"Retry-After": "10"})
        elif landed.fate is Fate.UNUSABLE:
            self._answer(HTTPStatus.UNPROCESSABLE_ENTITY, told | {"error": landed.reason})
        else:
            self._answer(HTTPStatus.OK, told)

    def _answer(self, status: HTTPStatus, told: Mapping[str, Any], more: Mapping[str, str] | None = None) -> None:
        body = json.dumps(told).encode() + b"\n"
        self.close_connection = True
        with suppress(OSError):
            self.send_response(status)
            headers = {"Content-Type": "application/json", "Content-Length": str(len(body)), "Connection": "close"}
            for name, value in {**headers, **(more or {})}.items():
                self.send_header(name, value)
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(body)
            if status >= HTTPStatus.BAD_REQUEST:
                self._hear_out()

    def _hear_out(self) -> None:
        """What is still being sent is read for a moment: a connection that is closed on it would lose the answer."""
        self.wfile.flush()
        self.connection.shutdown(socket.SHUT_WR)
        self.connection.settimeout(_HEARD_S)
        until_s, left = time.monotonic() + _HEARD_S, self.server.inlet.most_bytes
        while left > 0 and time.monotonic() < until_s and (chunk := self.rfile.read1(_CHUNK)):
            left -= len(chunk)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the form is theirs
        """Into the log; a query is nobody's business."""
        logger.info(
            "webhook %s: %s: %s", self.server.inlet.name, self.client_address[0], (format % args).partition("?")[0]
        )
