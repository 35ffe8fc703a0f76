"""The show that an engine process runs: from its session to its clean end."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import replace
from datetime import datetime
from functools import partial
from pathlib import Path

from app.delivery.serve import FolderServer, serve_folder
from app.engine.build import build_engine
from app.engine.engine import Engine
from app.model.errors import SplicedeckError
from app.model.events import ChannelStarted, Event
from app.model.states import ChannelState
from app.remote.event_log import EventLog
from app.remote.host import Host
from app.remote.opening_breaks import OpeningBreaks, booked_at
from app.remote.session import Session, read_session, unfinished, write_session

logger = logging.getLogger(__name__)

LAST_DELIVERY_S = 1.0  # for what is still on its way when a channel has ended, were an origin silent
HAND_OVER_S = 0.5  # the same, for the next engine to go on with: the spool keeps what is not delivered
LAST_LOOK_S = 1.0  # for the proofs of what has been delivered
ON_AIR_S = 10.0  # for a channel that comes back only to be ended: its open break gets its IN on air
POLL_S = 0.05
_UNSETTLED = {ChannelState.OFF_AIR, ChannelState.STARTING}


class Stage:
    """``open`` on any thread, once; ``tend``, ``end`` and ``close`` on the main one."""

    def __init__(self, data_dir: Path, host: Host) -> None:
        self._data_dir, self._host = data_dir, host
        self._resources = ExitStack()
        self._opening = threading.Lock()
        self._session: Session | None = None
        self._engine: Engine | None = None
        self._breaks: OpeningBreaks | None = None
        self._first_frames: dict[str, datetime] = {}

    @property
    def is_ending(self) -> bool:
        """Whether it was told to end in a life that died before it had."""
        return self._session is not None and self._session.ending

    def open_for_window(self, session: Session) -> Engine:
        """A window asks for this session while the engine is idle; what can't be opened leaves it as it was."""
        try:
            return self.open(session)
        except Exception:
            with self._opening:
                if self._engine is None and self._session is session:
                    self._host.serve(None)
                    self._resources.close()
                    self._keep(replace(session, ended=True))
                    self._session = self._breaks = None
            raise

    def open(self, session: Session) -> Engine:
        """Put this session's show on air."""
        with self._opening:
            if self._session is not None:
                raise SplicedeckError("the engine has a show already; end it with splicedeck stop")
            show = session.show()
            if unfinished(self._data_dir) != session:
                write_session(self._data_dir, session)
            self._session = session
            begun = bool(session.first_frames)
            engine = self._resources.enter_context(
                build_engine(
                    show,
                    self._data_dir,
                    run_id=session.run_id,
                    database=session.database,
                    begun=begun,
                    booked=partial(booked_at, session),
                )
            )
            if session.demo:
                self._resources.enter_context(_demo_server(self._data_dir, session.demo_port))
            events = self._resources.enter_context(closing(EventLog()))
            engine.subscribe(events.take)
            self._first_frames = dict(session.first_frames)
            engine.subscribe(self._note_first_frame)
            self._host.serve(engine, run_id=session.run_id)
            self._breaks = OpeningBreaks(session, self._data_dir, engine)
            engine.start()
            self._engine = engine
        return engine

    def wait_until_endable(self) -> None:
        """A life that only has to end what another began is first on air: an open break gets its IN there."""
        if not self.is_ending or self._engine is None:
            return
        until_s = time.monotonic() + ON_AIR_S
        while time.monotonic() < until_s and any(one.state in _UNSETTLED for one in self._engine.snapshot().channels):
            time.sleep(POLL_S)

    def _note_first_frame(self, event: Event) -> None:
        if isinstance(event, ChannelStarted):
            self._first_frames = {event.channel: event.first_frame_at, **self._first_frames}

    def tend(self) -> None:
        """Now and then: what the session need not carry into another life."""
        breaks = self._breaks
        if breaks is not None and self._session is not None and breaks.taken.is_set():
            self._breaks = None
            self._session = replace(self._session, plans_taken=True)
            self._keep(self._session)
        if self._session is not None and self._session.first_frames.keys() < self._first_frames.keys():
            self._session = replace(self._session, first_frames=self._first_frames | self._session.first_frames)
            self._keep(self._session)

    def end(self, deliver_s: float | None) -> bool:
        """End the show cleanly, and have nobody bring it back; False when something hung.

        ``deliver_s``: how long the last objects may take, and then the proofs; None: the end is in a hurry.
        """
        with self._opening:
            session, engine = self._session, self._engine
        if session is None or engine is None:
            return True
        if session.ending:
            deliver_s = None  # who asked the life before has not seen this one's last objects
        else:
            session = replace(session, ending=True)
            self._keep(session)
        ended = engine.end_channels(LAST_DELIVERY_S if deliver_s is None else deliver_s)
        engine.drain_proofs(LAST_LOOK_S if deliver_s is None else deliver_s)
        ended = engine.stop() and ended
        self._keep(replace(session, ended=True))
        return ended

    def hand_over(self) -> bool:
        """Leave the air to the next engine: the session goes on there; False when something hung."""
        with self._opening:
            engine = self._engine
        logger.warning("the next engine takes over")
        return engine is None or engine.hand_over(HAND_OVER_S)

    def close(self) -> None:
        """Close what was opened for it."""
        self._resources.close()

    def _keep(self, session: Session) -> None:
        try:
            written = read_session(self._data_dir)  # a window may have marked it as ending
            write_session(self._data_dir, replace(session, ending=session.ending or bool(written and written.ending)))
        except SplicedeckError as error:  # the disk's trouble is no reason to stay on air, or to leave it
            logger.error("%s", error)  # noqa: TRY400 - one line says it all


@contextmanager
def _demo_server(data_dir: Path, port: int) -> Iterator[FolderServer]:
    """The demo's folder on loopback, on the port that players know if it is free."""
    folder = data_dir / "origin"
    folder.mkdir(parents=True, exist_ok=True)
    try:
        server = serve_folder(folder, port)
    except OSError as error:
        server = serve_folder(folder)
        logger.warning("port %d is taken (%s): the demo is served at %s", port, error.strerror, server.url)
    with server:
        yield server
