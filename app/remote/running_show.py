"""The show of a run as it is now: as its session says, with what its channels have taken on since."""

from __future__ import annotations

import logging
from pathlib import Path

from app.model.errors import SplicedeckError, StorageError
from app.model.live_change import CHANGES, taken_up
from app.model.show import Show
from app.model.wire import Plain
from app.remote.session import Session
from app.settings import journal_path
from app.storage.journal import read_kept

logger = logging.getLogger(__name__)


def running_show(data_dir: Path, session: Session) -> Show:
    """Of the run of a data directory. SplicedeckError: its show can't be read."""
    return taken_up(session.show(), _kept(data_dir))


def file_of_running(data_dir: Path, session: Session) -> Show:
    """As ``running_show``, of a rehearsal what it rehearses."""
    return taken_up(session.rehearses(), _kept(data_dir))


def goes_on_as(data_dir: Path, session: Session, left: Session) -> bool:
    """Whether a run of ``session`` is what runs there as ``left``, with what that one has taken on."""
    if session.runs_same(left):
        return True
    try:
        return session.runs_beside(left) and session.rehearses() == file_of_running(data_dir, left)
    except SplicedeckError:
        return False


def _kept(data_dir: Path) -> Plain:
    path = journal_path(data_dir)
    if not path.is_file():
        return None
    try:
        return read_kept(path).get(CHANGES)
    except StorageError as error:  # the engine tells of its journal; here it is as the run began
        logger.warning("%s", error)
        return None
