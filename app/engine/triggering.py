"""Triggers beside the show: listened for once there are a token and the ports; until then an alarm says what lacks."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable

from app.automation.http_triggers import HttpTriggers
from app.automation.osc_triggers import OscTriggers
from app.automation.trigger_bus import Follow, Publish, Submit, TriggerBus
from app.model.show import Show
from app.model.triggers import SECRET, Triggers
from app.security.secrets import inlet_secret

logger = logging.getLogger(__name__)

SHORTEST_TOKEN = 16
AGAIN_S = 5.0  # until a port or a token that was missing is asked for again
END_S = 2.0
_SWEEP_S = 0.25

type Alarm = Callable[[str, str, str | None], None]


class Triggering:
    """``start`` and ``stop`` with the engine; does nothing for a show without [triggers]."""

    def __init__(self, show: Show, submit: Submit, follow: Follow, publish: Publish, alarm: Alarm) -> None:
        self._triggers, self._follow, self._alarm = show.triggers, follow, alarm
        self._bus = TriggerBus(show.channels, submit, publish)
        self._stopping = threading.Event()
        self.http: HttpTriggers | None = None
        self.osc: OscTriggers | None = None
        self._thread = threading.Thread(target=self._run, name="triggers", daemon=True)

    def take_on(self, show: Show) -> None:
        """The same show with settings that have changed."""
        self._bus.take_on(show.channels)

    def start(self) -> None:
        """Listen."""
        if self._triggers is not None:
            self._thread.start()

    def stop(self) -> None:
        """Listen no more; what was fired goes on."""
        self._stopping.set()
        if self._thread.ident is not None:
            self._thread.join(END_S)

    # ---- their own thread

    def _run(self) -> None:
        if self._triggers is None:
            return
        unfollow = self._follow(self._bus.note)
        serving: list[threading.Thread] = []
        try:
            while not self._stopping.is_set() and (why := self._opened(self._triggers)):
                self._alarm("triggers", "warning", why)
                self._stopping.wait(AGAIN_S)
            self._alarm("triggers", "warning", None)
            for server in (self.http, self.osc):
                if server is not None:
                    name = f"{type(server).__name__} served"
                    serving.append(threading.Thread(target=server.run, name=name, daemon=True))
                    serving[-1].start()
            while not self._stopping.wait(_SWEEP_S):
                self._bus.sweep()
        except Exception:
            logger.exception("triggers")
            self._alarm("triggers", "warning", "triggers have failed and are shut until the engine starts again")
        finally:
            unfollow()
            for thread in serving:
                thread.join(END_S)

    def _opened(self, triggers: Triggers) -> str:
        """Have the servers; or why that can't be."""
        token = (inlet_secret(SECRET) or "").strip()
        if len(token) < SHORTEST_TOKEN:
            wrong = f"their token is shorter than {SHORTEST_TOKEN} characters" if token else "they have no token"
            return f"triggers are shut: {wrong}; keep one by: splicedeck secret set {SECRET}"
        place: tuple[str, int] | None = None
        try:
            if (place := triggers.http) is not None and self.http is None:
                self.http = HttpTriggers(triggers, token, self._bus, self._stopping)
            if (place := triggers.osc) is not None and self.osc is None:
                self.osc = OscTriggers(triggers, token, self._bus, self._stopping)
        except OSError as error:
            if self.http is not None:  # what it has taken in unserved must not fire minutes later
                self.http.server_close()
                self.http = None
            host, port = place or ("", 0)
            return f"triggers can't be listened for at {host}:{port}: {error.strerror or error}"
        return ""
