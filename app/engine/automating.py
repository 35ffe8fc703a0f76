"""Playout automation beside the show: where it can't be listened for, the air goes on and an alarm says so."""

from __future__ import annotations

from collections.abc import Callable

from app.automation.injector import Injector
from app.automation.scte104 import Follow, Scte104Server, Submit
from app.model.errors import EnvironmentLackError
from app.model.show import Show


class Automating:
    """``start`` and ``stop`` with the engine; does nothing for a show without [automation]."""

    def __init__(
        self, show: Show, submit: Submit, follow: Follow, alarm: Callable[[str, str, str | None], None]
    ) -> None:
        self._alarm = alarm
        self._injector = Injector(show.channels)
        self.server: Scte104Server | None = None
        if show.automation is not None:
            self.server = Scte104Server(show.automation, self._injector, submit, follow)

    def take_on(self, show: Show) -> None:
        """The same show with settings that have changed."""
        self._injector.take_on(show.channels)

    def start(self) -> None:
        """Listen."""
        if self.server is None:
            return
        try:
            self.server.start()
        except EnvironmentLackError as error:
            self._alarm("automation", "warning", str(error))

    def stop(self) -> None:
        """Listen no more; what was asked for goes on."""
        if self.server is not None:
            self.server.stop()
