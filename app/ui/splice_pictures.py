"""The picture on air as a marker of the source comes due, taken from the multiviewer's. GUI thread only."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from datetime import datetime, timedelta

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QImage

from app.model.events import ChannelStarted, Event, FeedCueHandled, FeedCueSeen
from app.ui.bridge import Pictures
from app.ui.marker_row import MarkerRow
from app.ui.strip import Frame
from app.ui.words import _

_MOST_DUE, _MOST_KEPT = 200, 200
_SIZE = QSize(256, 144)  # as the stills of a film-strip
_RECENT = timedelta(seconds=60)  # what is older was told to a window that came late
_TOO_LATE_FRAMES = 60  # nothing was taken at its time: the window was hidden, or the pictures stood still

type Key = tuple[str, str]  # channel, marker


class SplicePictures:
    """For markers that lead to no splice of ours, which have no film-strip. ``look`` on every beat."""

    def __init__(self, preview: Callable[[str], Pictures]) -> None:
        self._preview = preview
        self._due: OrderedDict[Key, int | None] = OrderedDict()
        self._kept: OrderedDict[Key, Frame] = OrderedDict()
        self.taken = 0

    def take(self, event: Event, now: datetime) -> None:
        """Learn of markers whose splice is to come; frames count anew when a channel does."""
        match event:
            case ChannelStarted():
                for key in [key for key in self._due if key[0] == event.channel]:
                    del self._due[key]
            case FeedCueSeen() if event.pts is not None and not event.repeats and now - event.at < _RECENT:
                self._wait((event.channel, event.cue_id), event.frame)
            case FeedCueHandled() if (event.channel, event.cue_id) in self._due:
                self._wait((event.channel, event.cue_id), event.frame)
            case _:
                pass

    def _wait(self, key: Key, frame: int | None) -> None:
        """Until a frame; None: where it is will be told by how the marker is handled."""
        if frame is not None or key not in self._due:
            self._due[key] = frame
        while len(self._due) > _MOST_DUE:
            self._due.popitem(last=False)

    def look(self) -> None:
        """Take the pictures that are due."""
        waited_for = {key: frame for key, frame in self._due.items() if frame is not None}
        newest = {channel: self._preview(channel).frame for channel, _other in waited_for}
        for (channel, cue_id), wanted in waited_for.items():
            shown = newest[channel]
            if shown is None or shown.frame < wanted:
                continue
            del self._due[channel, cue_id]
            behind = shown.frame - wanted
            if behind > _TOO_LATE_FRAMES:
                continue
            image = QImage(shown.pixels, shown.width, shown.height, shown.stride, QImage.Format.Format_RGB32)
            small = image.scaled(_SIZE, Qt.AspectRatioMode.KeepAspectRatio, Qt.TransformationMode.SmoothTransformation)
            image = small.copy()  # of its own memory, also where it had this size already
            if not shown.intact():
                continue
            self._keep(
                (channel, cue_id),
                Frame(image, 0, _("on air, +{behind}").format(behind=behind) if behind else _("on air")),
            )

    def of(self, row: MarkerRow) -> Frame | None:
        """The picture at a marker's splice, where there is one."""
        return self._kept.get((row.channel, row.key))

    def _keep(self, key: Key, frame: Frame) -> None:
        self.taken += 1
        self._kept[key] = frame
        if len(self._kept) > _MOST_KEPT:
            self._kept.popitem(last=False)
