"""The picture on air as a marker of the source comes due, taken from the multiviewer's. GUI thread only."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from datetime import datetime, timedelta

from PySide6.QtGui import QImage

from app.model.events import ChannelStarted, Event, FeedCueHandled, FeedCueSeen
from app.ui.bridge import Pictures
from app.ui.marker_row import MarkerRow
from app.ui.strip import Frame

_MOST_DUE, _MOST_KEPT = 200, 200
_RECENT = timedelta(seconds=60)  # what is older was told to a window that came late
_TOO_LATE_FRAMES = 60  # nothing was taken at its time: the window was hidden, or the pictures stood still


class SplicePictures:
    """For markers that lead to no splice of ours, which have no film-strip. ``look`` on every beat."""

    def __init__(self, preview: Callable[[str], Pictures]) -> None:
        self._preview = preview
        self._due: OrderedDict[tuple[str, str], int] = OrderedDict()
        self._kept: OrderedDict[tuple[str, str], Frame] = OrderedDict()
        self.taken = 0

    def take(self, event: Event, now: datetime) -> None:
        """Learn of markers whose splice is to come; frames count anew when a channel does."""
        if isinstance(event, ChannelStarted):
            for key in [key for key in self._due if key[0] == event.channel]:
                del self._due[key]
        elif isinstance(event, FeedCueSeen) and event.frame is not None and not event.repeats and not event.problem:
            if now - event.at < _RECENT:
                self._due[event.channel, event.cue_id] = event.frame
        elif isinstance(event, FeedCueHandled) and event.frame is not None and now - event.at < _RECENT:
            self._due.setdefault((event.channel, event.cue_id), event.frame)  # its place was not known before
        while len(self._due) > _MOST_DUE:
            self._due.popitem(last=False)

    def look(self) -> None:
        """Take the pictures that are due."""
        for (channel, cue_id), wanted in list(self._due.items()):
            shown = self._preview(channel).frame
            if shown is None or shown.frame < wanted:
                continue
            del self._due[channel, cue_id]
            behind = shown.frame - wanted
            if behind > _TOO_LATE_FRAMES:
                continue
            image = QImage(shown.pixels, shown.width, shown.height, shown.stride, QImage.Format.Format_RGB32).copy()
            if not shown.intact():
                continue
            self._keep((channel, cue_id), Frame(image, 0, f"on air, +{behind}" if behind else "on air"))

    def of(self, row: MarkerRow) -> Frame | None:
        """The picture at a marker's splice, where there is one."""
        return self._kept.get((row.channel, row.key))

    def _keep(self, key: tuple[str, str], frame: Frame) -> None:
        self.taken += 1
        self._kept[key] = frame
        if len(self._kept) > _MOST_KEPT:
            self._kept.popitem(last=False)
