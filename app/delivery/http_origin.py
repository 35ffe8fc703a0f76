"""An HTTP origin: PUT and DELETE over one kept connection, its certificate always verified."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Iterable
from urllib.parse import quote

import pycurl

from app.delivery.client import ATTEMPT_S, CONNECT_S, READ_LIMIT_BYTES, UnreachableError, parts
from app.delivery.credentials import Credentials
from app.delivery.tls import trusted_bundle
from app.model.errors import DeliveryError

_PUT_TAKEN = frozenset({200, 201, 204})
_DELETE_TAKEN = frozenset({200, 202, 204, 404, 410})
_ABSENT = frozenset({404, 410})
_READ_TAKEN = _ABSENT | {200}
_STALL_S = 4.0  # not a byte either way for so long; libcurl's own low-speed limit averages, and takes ten
_BUFFER = 1 << 20
_LOOPBACK = "localhost,127.0.0.1,::1"
_MEANING = {
    401: "credentials missing or refused",
    403: "forbidden",
    404: "no such place",
    405: "PUT is not allowed there",
    411: "a length is wanted",
    413: "too large for this origin",
    500: "the origin failed",
    507: "its disk is full",
}
_FAILURES = {
    pycurl.E_COULDNT_RESOLVE_HOST: "host name not found",
    pycurl.E_COULDNT_RESOLVE_PROXY: "proxy's name not found",
    pycurl.E_COULDNT_CONNECT: "connection refused",
    pycurl.E_PEER_FAILED_VERIFICATION: "certificate refused",
    pycurl.E_SSL_CONNECT_ERROR: "TLS handshake failed",
    pycurl.E_SSL_CACERT_BADFILE: "the trusted certificates can't be read",
    pycurl.E_OPERATION_TIMEDOUT: "timed out",
    pycurl.E_SEND_ERROR: "connection lost",
    pycurl.E_RECV_ERROR: "connection lost",
    pycurl.E_GOT_NOTHING: "connection closed without an answer",
    pycurl.E_ABORTED_BY_CALLBACK: "interrupted",
}
_WITHOUT_CONNECTION = frozenset(
    {
        pycurl.E_COULDNT_RESOLVE_HOST,
        pycurl.E_COULDNT_RESOLVE_PROXY,
        pycurl.E_COULDNT_CONNECT,  # also where a kept connection took some of it and the next one was refused
    }
)
_SAID_BY_TLS = frozenset({pycurl.E_PEER_FAILED_VERIFICATION, pycurl.E_SSL_CONNECT_ERROR})


class HttpOrigin:
    """An OriginClient for ``http(s)://``; after any failure the next try has a fresh connection."""

    def __init__(self, url: str, credentials: Credentials | None = None) -> None:
        self._base = url.rstrip("/") + "/"
        self._credentials = credentials
        self._bundle = trusted_bundle() if url.lower().startswith("https:") else None
        self._curl: pycurl.Curl | None = None
        self._interrupted = threading.Event()
        self._moved, self._moved_s = 0, 0.0

    def put(self, path: str, body: bytes, content_type: str, *, timeout_s: float = ATTEMPT_S) -> None:
        """See OriginClient; DeliveryError carries the HTTP status."""
        curl = self._prepared(path, timeout_s, [f"Content-Type: {content_type}"])
        curl.setopt(pycurl.CUSTOMREQUEST, "PUT")
        curl.setopt(pycurl.POSTFIELDS, body)  # held in memory, so libcurl can send it again when a kept connection died
        curl.setopt(pycurl.UPLOAD_BUFFERSIZE, _BUFFER)
        self._perform(curl, "push", _PUT_TAKEN)

    def delete(self, path: str, *, timeout_s: float = ATTEMPT_S) -> None:
        """See OriginClient."""
        curl = self._prepared(path, timeout_s, [])
        curl.setopt(pycurl.CUSTOMREQUEST, "DELETE")
        self._perform(curl, "delete", _DELETE_TAKEN)

    def get(self, path: str, *, timeout_s: float = ATTEMPT_S) -> bytes | None:
        """See OriginClient."""
        curl = self._prepared(path, timeout_s, [])
        body = bytearray()
        curl.setopt(pycurl.WRITEFUNCTION, body.extend)
        curl.setopt(pycurl.MAXFILESIZE, READ_LIMIT_BYTES)
        return bytes(body) if self._perform(curl, "read", _READ_TAKEN) not in _ABSENT else None

    def has(self, path: str, *, timeout_s: float = ATTEMPT_S) -> bool:
        """See OriginClient."""
        curl = self._prepared(path, timeout_s, [])
        curl.setopt(pycurl.NOBODY, 1)
        return self._perform(curl, "look", _READ_TAKEN) not in _ABSENT

    def tidy(self, folders: Iterable[str]) -> None:
        """See OriginClient: an HTTP server tidies up itself."""

    def interrupt(self) -> None:
        """See OriginClient; libcurl asks at least once a second."""
        self._interrupted.set()

    def close(self) -> None:
        """See OriginClient."""
        if self._curl is not None:
            self._curl.close()
            self._curl = None

    def _prepared(self, path: str, timeout_s: float, headers: list[str]) -> pycurl.Curl:
        """The one handle with everything set anew; reset() keeps its live connection."""
        url = self._base + "/".join(quote(name, safe="") for name in parts(path))
        if self._curl is None:
            self._curl = pycurl.Curl()
        curl = self._curl
        curl.reset()
        curl.setopt(pycurl.URL, url.encode())  # a str may hold ASCII only
        curl.setopt(pycurl.NOSIGNAL, 1)
        curl.setopt(pycurl.HTTP_VERSION, pycurl.CURL_HTTP_VERSION_1_1)
        curl.setopt(pycurl.TCP_NODELAY, 1)
        curl.setopt(pycurl.FOLLOWLOCATION, 0)
        curl.setopt(pycurl.CONNECTTIMEOUT_MS, int(1000 * min(CONNECT_S, timeout_s)))
        curl.setopt(pycurl.TIMEOUT_MS, max(1, int(1000 * timeout_s)))
        curl.setopt(pycurl.NOPROGRESS, 0)
        curl.setopt(pycurl.XFERINFOFUNCTION, self._progress)
        curl.setopt(pycurl.WRITEFUNCTION, len)  # an answer's body is read and dropped
        curl.setopt(pycurl.NOPROXY, ",".join(filter(None, (os.environ.get("no_proxy"), _LOOPBACK))))
        self._secure(curl, headers)
        return curl

    def _secure(self, curl: pycurl.Curl, headers: list[str]) -> None:
        curl.setopt(pycurl.SSL_VERIFYPEER, 1)
        curl.setopt(pycurl.SSL_VERIFYHOST, 2)
        if self._bundle is not None:
            curl.setopt(pycurl.CAINFO, os.fsencode(self._bundle))
        elif self._base.lower().startswith("https:"):
            curl.setopt(pycurl.SSL_OPTIONS, pycurl.SSLOPT_NATIVE_CA)
        headers = [*headers, "Expect:"]  # waiting for "100 Continue" would cost a round trip a segment
        user, password = self._credentials or ("", "")
        if user:
            curl.setopt(pycurl.HTTPAUTH, pycurl.HTTPAUTH_BASIC)
            curl.setopt(pycurl.USERNAME, user.encode())
            curl.setopt(pycurl.PASSWORD, password.encode())
        elif password:
            headers.append(f"Authorization: Bearer {password}")
        curl.setopt(pycurl.HTTPHEADER, [header.encode() for header in headers])

    def _progress(self, _to_get: int, got: int, _to_send: int, sent: int) -> int:
        """Asked by libcurl at every step and at least once a second; 1 breaks the call off."""
        now_s = time.monotonic()
        if got + sent != self._moved:
            self._moved, self._moved_s = got + sent, now_s
        return int(self._interrupted.is_set() or now_s - self._moved_s > _STALL_S)

    def _perform(self, curl: pycurl.Curl, verb: str, taken: frozenset[int]) -> int:
        """Carry it out; the status, which is one of ``taken``. DeliveryError for all else."""
        self._moved, self._moved_s = 0, time.monotonic()
        try:
            curl.perform()
        except pycurl.error as error:
            status = int(curl.getinfo(pycurl.RESPONSE_CODE))
            sent = int(curl.getinfo(pycurl.REQUEST_SIZE)) > 0 and error.args[0] not in _WITHOUT_CONNECTION
            self.close()
            if status >= 400:  # noqa: PLR2004 - it answered, then cut the upload off: the answer is what counts
                raise _refusal(verb, status) from error
            code = int(error.args[0])
            if code == pycurl.E_ABORTED_BY_CALLBACK and not self._interrupted.is_set():
                code = pycurl.E_OPERATION_TIMEDOUT
            raise _failure(verb, code, str(error.args[1]), sent=sent) from error
        status = int(curl.getinfo(pycurl.RESPONSE_CODE))
        if status in taken:
            return status
        target = str(curl.getinfo(pycurl.REDIRECT_URL) or "")
        self.close()
        raise _refusal(verb, status, target)


def _refusal(verb: str, status: int, target: str = "") -> DeliveryError:
    if 300 <= status < 400:  # noqa: PLR2004 - the redirections
        where = f" to {target.partition('?')[0]}" if target else ""
        return DeliveryError(f"{verb} {status} (redirected{where}, which is not followed)", status=status)
    meaning = f" ({_MEANING[status]})" if status in _MEANING else ""
    return DeliveryError(f"{verb} {status}{meaning}", status=status)


def _failure(verb: str, code: int, said: str, *, sent: bool) -> DeliveryError:
    what = _FAILURES.get(code, said or f"libcurl error {code}")
    if code in _SAID_BY_TLS and said:
        what += f": {said.removeprefix('SSL certificate problem: ')}"
    if code == pycurl.E_OPERATION_TIMEDOUT and not sent:
        what = "timed out: no connection"
    return (DeliveryError if sent else UnreachableError)(f"{verb}: {what}")
