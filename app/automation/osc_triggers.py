"""Triggers over OSC: ``/splicedeck/VERB token channel …`` by UDP; each is answered to whoever sent it.

``cue_next`` and ``extend`` take seconds behind the channel, ``hold`` and ``slate`` whether it is to be on;
``/splicedeck/test/VERB`` fires nothing. The answer is ``/splicedeck/answer VERB channel accepted|refused reason``, one
by channel.
"""

from __future__ import annotations

import hmac
import logging
import socket
import threading
from collections.abc import Sequence
from contextlib import suppress

from app.automation.osc import MOST_BYTES, Argument, Message, OscError, message_bytes, read_message
from app.automation.trigger_bus import Outcome, TriggerBus, TriggerError
from app.model.rate import Rate
from app.model.triggers import Triggers

logger = logging.getLogger(__name__)

_HOME = "/splicedeck/"
_LOOK_S = 0.2
_OWN = {"cue_next": "duration", "extend": "duration", "hold": "on", "slate": "on"}


class OscTriggers:
    """``run`` until ``stopping`` is set. OSError when the port can't be had."""

    def __init__(self, triggers: Triggers, token: str, bus: TriggerBus, stopping: threading.Event) -> None:
        host, port = triggers.osc or ("127.0.0.1", 0)
        self._token, self._bus, self._stopping = token.encode(), bus, stopping
        self._allowed, self._strangers = Rate(triggers.per_minute), Rate(triggers.per_minute)
        self.dropped = 0  # packets of a flood
        self._socket = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET, socket.SOCK_DGRAM)
        try:
            self._socket.bind((host, port))
        except OSError:
            self._socket.close()
            raise
        self._socket.settimeout(_LOOK_S)
        logger.info("OSC triggers are listened for on %s:%d", host, self.port)

    @property
    def port(self) -> int:
        """As bound."""
        return int(self._socket.getsockname()[1])

    def run(self) -> None:
        """On a thread of its own."""
        with self._socket:
            while not self._stopping.is_set():
                try:
                    packet, peer = self._socket.recvfrom(MOST_BYTES + 1)
                except OSError:  # nothing came, or an answer found nobody
                    continue
                self._serve(packet, peer)

    def _serve(self, packet: bytes, peer: tuple[str, int]) -> None:
        try:
            message = read_message(packet)
        except OscError as error:
            if not self._strangers.wait_s():
                logger.warning("OSC from %s:%d: %s", *peer[:2], error)
                self._answer(peer, "", [Outcome("", str(error))])
            else:
                self.dropped += 1
            return
        known = bool(message.arguments) and self._knows(message.arguments[0])
        verb = message.address.removeprefix(_HOME).removeprefix("test/")
        if (self._allowed if known else self._strangers).wait_s():
            self.dropped += 1
        elif not known:
            logger.warning("OSC from %s:%d: wrong token", *peer[:2])
            self._answer(peer, verb, [Outcome("", "the token is wrong: it is the first argument")])
        else:
            self._fire(message, verb, peer)

    def _knows(self, given: Argument) -> bool:
        """How long that takes tells nothing of the token."""
        return isinstance(given, str) and hmac.compare_digest(given.encode("utf-8", "replace"), self._token)

    def _fire(self, message: Message, verb: str, peer: tuple[str, int]) -> None:
        def answered(outcomes: Sequence[Outcome]) -> None:
            self._answer(peer, verb, outcomes)

        try:
            if not message.address.startswith(_HOME):
                raise TriggerError(f"triggers are taken at {_HOME}VERB")
            asked: dict[str, object] = dict(
                zip(_arguments_of(verb, message.arguments[1:]), message.arguments[1:], strict=True)
            )
            if message.address.startswith(f"{_HOME}test/"):
                asked["test"] = True
            self._bus.fire("osc", verb, asked, answered)
        except TriggerError as error:
            answered([Outcome("", str(error))])

    def _answer(self, peer: tuple[str, int], verb: str, outcomes: Sequence[Outcome]) -> None:
        for outcome in outcomes:
            word = "refused" if outcome.reason else "accepted"
            told = Message(f"{_HOME}answer", (verb[:64], outcome.channel, word, outcome.reason))
            with suppress(OSError):  # whoever asked may have gone
                self._socket.sendto(message_bytes(told), peer)


def _arguments_of(verb: str, given: Sequence[Argument]) -> tuple[str, ...]:
    """The names of what stands behind the token; who fires it comes last."""
    names = ("channel", *((_OWN[verb],) if verb in _OWN else ()), "by")
    if len(given) > len(names):
        raise TriggerError(f"{verb} takes the token and {', '.join(names)}")
    return names[: len(given)]
