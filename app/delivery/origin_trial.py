"""A small object put to an origin, read back, compared and deleted: whether it will do, before a show depends on it."""

from __future__ import annotations

import time
import uuid

from app.delivery.client import OriginClient
from app.model.errors import DeliveryError
from app.model.setup_face import OriginTried

_TIMEOUT_S = 8.0


def try_client(client: OriginClient) -> OriginTried:
    """DeliveryError: which of the steps it failed, and why. What was put is deleted as far as it can be."""
    name, body = f"splicedeck-{uuid.uuid4().hex[:12]}.txt", uuid.uuid4().hex.encode() + b"\n"
    put_ms = _put(client, name, body)
    try:
        began_s = time.monotonic()
        there = client.get(name, timeout_s=_TIMEOUT_S)
        read_ms = (time.monotonic() - began_s) * 1000
    finally:
        began_s = time.monotonic()
        client.delete(name, timeout_s=_TIMEOUT_S)
        delete_ms = (time.monotonic() - began_s) * 1000
    if there is None:
        raise DeliveryError("it took an object, and then had none: what was put can't be read back")
    if there != body:
        raise DeliveryError("it took an object and gave back another: a cache or another address answers")
    if client.get(name, timeout_s=_TIMEOUT_S) is not None:
        raise DeliveryError("it took a deletion, and the object is still there: old segments would stay for ever")
    return OriginTried(put_ms, read_ms, delete_ms)


def _put(client: OriginClient, name: str, body: bytes) -> float:
    began_s = time.monotonic()
    client.put(name, body, "text/plain", timeout_s=_TIMEOUT_S)
    return (time.monotonic() - began_s) * 1000
