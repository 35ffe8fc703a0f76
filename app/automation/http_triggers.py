"""Triggers over HTTP: ``POST /trigger/VERB`` with a bearer token; channel and the rest as JSON or in the query.

Answered once the engine has: 200 all accepted, 409 not all of them, 504 no answer; the body says which and why. A page
in a browser can't fire one: it has no token, and nothing but POST does anything.
"""

from __future__ import annotations

import hmac
import json
import logging
import queue
import socket
import threading
from collections.abc import Mapping, Sequence
from contextlib import suppress
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from app.automation.trigger_bus import SILENT, SILENT_AFTER_S, VERBS, Outcome, TriggerBus, TriggerError
from app.model.rate import Rate
from app.model.triggers import Triggers

logger = logging.getLogger(__name__)

MOST_CONNECTIONS = 16
MOST_BYTES = 4096
SILENT_S = 5.0  # of one read
_HOME = "/trigger/"
_LOOK_S = 0.2


class HttpTriggers(ThreadingHTTPServer):
    """``run`` until ``stopping`` is set. OSError when the port can't be had."""

    daemon_threads = True
    block_on_close = False

    def __init__(self, triggers: Triggers, token: str, bus: TriggerBus, stopping: threading.Event) -> None:
        host, port = triggers.http or ("127.0.0.1", 0)
        self.address_family = socket.AF_INET6 if ":" in host else socket.AF_INET
        self.bus, self.per_minute = bus, triggers.per_minute
        self._token, self._stopping = token.encode(), stopping
        self.allowed, self.strangers = Rate(triggers.per_minute), Rate(triggers.per_minute)
        self._room = threading.BoundedSemaphore(MOST_CONNECTIONS)
        super().__init__((host, port), _Request)
        logger.info("HTTP triggers are listened for on %s:%d", host, self.port)

    @property
    def port(self) -> int:
        """As bound."""
        return int(self.server_address[1])

    def run(self) -> None:
        """On a thread of its own."""
        serving = threading.Thread(target=self.serve_forever, args=(_LOOK_S,), name="http triggers served", daemon=True)
        serving.start()
        self._stopping.wait()
        self.shutdown()
        serving.join()
        self.server_close()

    def knows(self, authorization: str) -> bool:
        """Whether it is the token; how long that takes tells nothing of it."""
        kind, _, given = authorization.partition(" ")
        return kind.lower() == "bearer" and hmac.compare_digest(given.strip().encode("utf-8", "replace"), self._token)

    def process_request(self, request: Any, client_address: Any) -> None:
        """One more connection, if there are not too many."""
        if not self._room.acquire(blocking=False):
            self.shutdown_request(request)
            return
        super().process_request(request, client_address)

    def process_request_thread(self, request: Any, client_address: Any) -> None:
        """As it is; then it counts no more."""
        try:
            super().process_request_thread(request, client_address)
        finally:
            self._room.release()

    def handle_error(self, request: Any, client_address: Any) -> None:  # noqa: ARG002 - the form is theirs
        """A peer that breaks off is no trouble of ours."""
        logger.info("HTTP trigger: %s broke off", client_address[0])


class _Request(BaseHTTPRequestHandler):
    """One trigger a connection."""

    server: HttpTriggers
    protocol_version = "HTTP/1.1"
    server_version = "splicedeck"
    sys_version = ""
    timeout = SILENT_S

    def do_POST(self) -> None:
        """Fire a verb."""
        if not self._may():
            return
        parts = urlsplit(self.path)
        try:
            if not parts.path.startswith(_HOME):
                self._answer(HTTPStatus.NOT_FOUND, {"error": f"triggers are taken at {_HOME}VERB: {', '.join(VERBS)}"})
                return
            asked = {**dict(parse_qsl(parts.query, keep_blank_values=True)), **self._body()}
            told: queue.SimpleQueue[Sequence[Outcome]] = queue.SimpleQueue()
            self.server.bus.fire("http", parts.path.removeprefix(_HOME), asked, told.put)
            try:
                outcomes = told.get(timeout=2 * SILENT_AFTER_S)
            except queue.Empty:  # nobody sweeps any more: the engine ends
                outcomes = [Outcome("", SILENT)]
        except TriggerError as error:
            self._answer(HTTPStatus.BAD_REQUEST, {"error": str(error)})
            return
        self._tell(outcomes)

    def _other(self) -> None:
        if self._may():
            self._answer(HTTPStatus.METHOD_NOT_ALLOWED, {"error": "triggers are sent by POST"}, {"Allow": "POST"})

    do_GET = do_PUT = do_HEAD = do_DELETE = do_PATCH = do_OPTIONS = _other  # noqa: N815 - the form is theirs

    def _may(self) -> bool:
        server = self.server
        known = server.knows(self.headers.get("Authorization", ""))
        if wait_s := (server.allowed if known else server.strangers).wait_s():
            said = {"error": f"more than {server.per_minute} triggers a minute"}
            self._answer(HTTPStatus.TOO_MANY_REQUESTS, said, {"Retry-After": str(int(wait_s) + 1)})
            return False
        if not known:
            sign = {"WWW-Authenticate": 'Bearer realm="splicedeck"'}
            self._answer(HTTPStatus.UNAUTHORIZED, {"error": "a bearer token is needed"}, sign)
        return known

    def _body(self) -> dict[str, object]:
        length = self.headers.get("Content-Length", "0")
        if not (length.isascii() and length.isdigit()) or len(length) > 6 or int(length) > MOST_BYTES:  # noqa: PLR2004 - digits enough
            raise TriggerError(f"a trigger has a Content-Length of at most {MOST_BYTES}")
        if self.headers.get("Transfer-Encoding"):
            raise TriggerError("send it with a Content-Length")
        try:
            raw = self.rfile.read(int(length))
            value = json.loads(raw) if raw.strip() else {}
        except (ValueError, RecursionError, OSError) as error:
            raise TriggerError("its body is no JSON") from error
        if len(raw) < int(length) or not isinstance(value, dict):
            raise TriggerError('its body is no whole JSON object, as {"channel": 1}')
        return value

    def _tell(self, outcomes: Sequence[Outcome]) -> None:
        told = [{"channel": one.channel, "accepted": not one.reason, "reason": one.reason} for one in outcomes]
        reasons = {one.reason for one in outcomes if one.reason}
        status = HTTPStatus.CONFLICT if reasons else HTTPStatus.OK
        if SILENT in reasons:
            status = HTTPStatus.GATEWAY_TIMEOUT
        self._answer(status, {"accepted": not reasons, "channels": told})

    def _answer(self, status: HTTPStatus, told: Mapping[str, object], more: Mapping[str, str] | None = None) -> None:
        body = json.dumps(told).encode() + b"\n"
        self.close_connection = True
        headers = {"Content-Type": "application/json", "Content-Length": str(len(body)), "Connection": "close"}
        with suppress(OSError):
            self.send_response(status)
            for name, value in {**headers, **(more or {})}.items():
                self.send_header(name, value)
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the form is theirs
        """Into the log; a query is nobody's business."""
        logger.info("HTTP trigger: %s: %s", self.client_address[0], (format % args).partition("?")[0])
