"""What each control and panel is, in a sentence: for the tool tip where it has none, and for "What is this?"."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QAbstractButton, QApplication, QToolTip, QWidget

from app.ui.actions import ACTIONS
from app.ui.widgets.preset_switch import Preset
from app.ui.words import _, inner

if TYPE_CHECKING:
    from app.ui.main_window import MainWindow


_SHOWN_MS = 20_000
_PAST = _("Alarms that have cleared, from when to when, newest first")
_TIMELINE = _("The breaks of all channels over time. Drag one to move it; the table has the same")


def explain(window: MainWindow, preset: Preset) -> None:
    """Give what a preset's room brings its sentences, and with the operator's all that stands beside the rooms.

    A tool tip of its own is left as it is.
    """
    sentences = {Preset.OPERATOR: _operator, Preset.TRAFFIC: _traffic, Preset.ENGINEER: _engineer}
    for widget, sentence in sentences[preset](window):
        widget.setWhatsThis(sentence)
        if not widget.toolTip():
            widget.setToolTip(sentence)
        if not (widget.accessibleName() or (isinstance(widget, QAbstractButton) and widget.text())):
            widget.setAccessibleName(sentence)
    for button in window.column.buttons.values() if preset is Preset.OPERATOR else ():
        button.setWhatsThis(
            _("{value}: {tells}. Fires on the press, once.").format(
                value=button.verb.value, tells=ACTIONS[button.verb].tells
            )
        )


def _operator(window: MainWindow) -> Iterator[tuple[QWidget, str]]:
    yield from _panels(window)
    yield window.timeline.canvas, _TIMELINE
    detail, templates = window.markers.detail, window.column.templates
    yield window.events.table, _("What happened, newest first. Ctrl+C copies the chosen lines")
    yield window.markers.table, _("Every SCTE-35 marker of the selected channel. Arrows move, Ctrl+C copies its base64")
    yield detail.fields, _("What each field of the marker says and means. Ctrl+C copies a line")
    yield detail.copy_base64, _("Put the marker on the clipboard as base64")
    yield detail.copy_hex, _("Put the marker on the clipboard as hexadecimal")
    yield detail.turn, _("Change between the marker's fields and the pictures either side of the splice")
    yield detail.origin, _("Show the pictures as the next origin has them")
    yield templates.pager, _("Show the next three templates")
    for button in templates.buttons:
        yield button, _("A template for CUE NEXT: how the new break is signalled")


def _panels(window: MainWindow) -> Iterator[tuple[QWidget, str]]:
    column = window.column
    yield window.strip, _("The whole show: channels on air, breaks, alarms, and the house clock with date and offset")
    yield window.lock, _("Panel lock: while it is closed no cue key and no cue button does anything")
    yield window.presets, _("Who the window is laid out for; the cue column stays where it is")
    yield window.multiviewer, _("A picture of each channel. A click selects it: the cue keys act on the selected one")
    yield window.alarms, _("What is wrong now: open above acknowledged, critical first. Ctrl+C on ACK copies an alarm")
    yield window.alarms.past, _PAST
    yield window.status_line, _("How the engine and this window are, and the last refusal in its full length")
    yield column.title, _("The channel that the cue keys act on, and its state")
    yield column.countdown, _("The time to the next OUT, or to the IN of the open break")
    yield column.card, _("The break that is cued or on air, or the next one, with its ads")
    yield column.length_label, _("The length of the break that CUE NEXT makes")
    yield column.lamps, _("Per destination: when the marker was sent, accepted there, and seen landed where it belongs")


def _engineer(window: MainWindow) -> Iterator[tuple[QWidget, str]]:
    engineer = window.engineer
    yield engineer.alarms.past, _PAST
    yield engineer.alarms, _("What is wrong now, as in the operator's room")
    yield engineer.destinations, _("Where the selected channel's segments go, what waits and what was lost")
    yield engineer.sources, _("Where the selected channel's picture comes from")
    yield engineer.matrix, _("A row a check, a column a channel: what is wrong where")


def _traffic(window: MainWindow) -> Iterator[tuple[QWidget, str]]:
    page = window.page
    yield page.timeline.canvas, _TIMELINE
    breaks, library, line = page.breaks, page.library, page.line
    yield (
        breaks.table,
        _("All breaks of the schedule. Enter edits a cell, Del removes a break, Ctrl+Z takes an edit back"),
    )
    yield breaks.search, _("Show only breaks that have these words")
    yield breaks.add, _("Book a new break")
    yield breaks.export, _("Write what was aired to a file: CSV, JSON or PDF")
    yield breaks.figures, _("Minutes of breaks by hour and channel, and how many were proved")
    yield library.search, _("Show only spots that have these words, this id or brand")
    yield (
        library.cards,
        _("Spots, pods and templates. Drag one onto the timeline; Enter puts it into the selected break"),
    )
    for shelf in library.shelves.buttons():
        yield shelf, _("Show of the library: {shelf}").format(shelf=inner(shelf.text()))
    yield library.add, _("Add a spot")
    yield library.edit, _("Change the chosen spot or pod")
    yield library.remove, _("Take the chosen spot or pod out of the library")
    yield line.review, _("Look at what the last import changed")
    yield line.undo, _("Take the last import back")
    yield line.hide_button, _("Hide this line")
    yield page.findings.turn, _("Show the next finding")


class WhatIsThis(QObject):
    """The mode in which the next click explains and does nothing else. Cue keys go on.

    Qt has such a mode; there, any key ends it and does nothing, a cue's too.
    """

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.asking, self.said = False, ""

    def toggle(self) -> None:
        """Until the next click, Esc, or the same key again."""
        self.leave() if self.asking else self._enter()

    def _enter(self) -> None:
        application = QApplication.instance()
        if isinstance(application, QApplication):
            application.installEventFilter(self)  # only now: a filter in Python for every event would cost too much
            application.setOverrideCursor(Qt.CursorShape.WhatsThisCursor)
            self.asking = True

    def leave(self) -> None:
        """A click is a click again."""
        application = QApplication.instance()
        if self.asking and isinstance(application, QApplication):
            self.asking = False
            application.removeEventFilter(self)
            application.restoreOverrideCursor()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Takes one click; Esc and another window's coming end it."""
        if event.type() == QEvent.Type.ApplicationDeactivate:
            self.leave()
        elif not isinstance(watched, QWidget):
            return False
        elif isinstance(event, QMouseEvent) and event.type() == QEvent.Type.MouseButtonPress:
            self.leave()
            self.said = sentence_of(watched)
            QToolTip.showText(event.globalPosition().toPoint(), self.said, watched, watched.rect(), _SHOWN_MS)
            return True
        elif isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress and event.key() == Qt.Key.Key_Escape:
            self.leave()
            return True
        return False


def sentence_of(widget: QWidget | None) -> str:
    """Its own, or that of what it is in."""
    while widget is not None:
        if said := widget.whatsThis() or widget.toolTip():
            return said
        widget = widget.parentWidget()
    return ""
