"""How spots, pods and templates travel from a library to the timeline: by a MIME type of our own, as JSON."""

from __future__ import annotations

import json
from dataclasses import dataclass

from PySide6.QtCore import QByteArray, QMimeData

from app.model.wire import from_plain, to_plain
from app.ui.schedule.edits import Dropped

LIBRARY_MIME = "application/x-splicedeck-library"
_MOST_BYTES = 1 << 20


@dataclass(frozen=True, slots=True)
class _Parcel:
    dropped: tuple[Dropped, ...]


def mime_of(*dropped: Dropped) -> QMimeData:
    """What a drag carries."""
    made = QMimeData()
    text = json.dumps(to_plain(_Parcel(dropped)))
    made.setData(LIBRARY_MIME, QByteArray(text.encode()))
    made.setText(", ".join(one.title for one in dropped))
    return made


def dropped_of(mime: QMimeData) -> tuple[Dropped, ...]:
    """What a drag carries; nothing where it is not ours, or damaged: any program may offer any type."""
    if not mime.hasFormat(LIBRARY_MIME):
        return ()
    carried = bytes(mime.data(LIBRARY_MIME).data())
    if len(carried) > _MOST_BYTES:
        return ()
    try:
        parcel: _Parcel = from_plain(_Parcel, json.loads(carried))
    except (ValueError, TypeError, KeyError, RecursionError):
        return ()
    return parcel.dropped


def files_of(mime: QMimeData) -> list[str]:
    """Local files and addresses that are dropped, for the import."""
    return [url.toLocalFile() if url.isLocalFile() else url.toString() for url in mime.urls()]
