"""The panel at the bottom left: the timeline, events and markers as pages under their tabs."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QStackedLayout, QVBoxLayout, QWidget

from app.ui.schedule.timeline import Timeline
from app.ui.theme import Skin
from app.ui.widgets.event_table import EventPanel
from app.ui.widgets.marker_page import MarkerPage
from app.ui.widgets.page_tabs import PageTabs
from app.ui.words import _

_BREAKS, _EVENTS, _MARKERS = 0, 1, 2


class BottomPages(QWidget):
    """``turned``: another page is open."""

    turned = Signal()

    def __init__(
        self, timeline: Timeline, events: EventPanel, markers: MarkerPage, skin: Skin, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._timeline, self._events, self._markers = timeline, events, markers
        self._before = _BREAKS
        self.tabs = PageTabs((_("AD BREAKS"), _("EVENTS"), _("MARKERS")), skin, self)
        self.tabs.setAccessibleName(_("Pages of the bottom panel"))
        self.tabs.setToolTip(_("What the bottom panel shows"))
        self.tabs.setTabToolTip(_BREAKS, _("The breaks of all channels on a timeline"))
        self.tabs.setTabToolTip(_EVENTS, _("What happened, newest first"))
        self.show_key("")
        self._stack = QStackedLayout()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addLayout(self._stack, 1)
        self._stack.addWidget(timeline)  # only now: a page without a parent would open as a window of its own
        self._stack.addWidget(events)
        self._stack.addWidget(markers)
        self.tabs.currentChanged.connect(self._on_tab)
        timeline.told.connect(self._say)
        events.told.connect(self._say)
        markers.told.connect(self._say)
        events.break_asked.connect(self.show_break)
        timeline.canvas.break_asked.connect(self.show_break)

    def show_break(self, channel: str, break_id: str) -> None:
        """Open the markers at this break: its pictures, its bytes, its verdict."""
        self.tabs.setCurrentIndex(_MARKERS)
        if not self._markers.show_break(channel, break_id):
            self.tabs.say(_("no marker of that break is kept here"))

    @property
    def inspects(self) -> bool:
        """Whether the markers are open."""
        return self.tabs.currentIndex() == _MARKERS

    def show_breaks(self) -> None:
        """Open the timeline."""
        self.tabs.setCurrentIndex(_BREAKS)

    def show_events(self) -> None:
        """Open what happened."""
        self.tabs.setCurrentIndex(_EVENTS)

    def show_key(self, key: str) -> None:
        """The key that opens the markers; "" for none."""
        tells = _("The selected channel's SCTE-35 markers: its source's and ours")
        self.tabs.setTabToolTip(_MARKERS, f"{tells} ({key})" if key else tells)

    def turn(self) -> None:
        """Open the markers, ready for the arrows; from there, go back to the page before."""
        if not self.inspects:
            self._before = self.tabs.currentIndex()
        self.tabs.setCurrentIndex(self._before if self.inspects else _MARKERS)
        if self.inspects:
            self._markers.table.setFocus()
        else:
            self.window().setFocus()

    def dress(self, skin: Skin) -> None:
        """Take on another density or palette."""
        self.tabs.dress(skin)
        self._timeline.dress(skin)
        self._events.dress(skin)
        self._markers.dress(skin)

    def _on_tab(self, index: int) -> None:
        self._stack.setCurrentIndex(index)
        self.turned.emit()
        self._markers.refresh()
        self._say()

    def _say(self, _words: str = "") -> None:
        page = self._stack.currentWidget()
        for one in (self._timeline, self._events, self._markers):
            if one is page:
                self.tabs.say(one.words)
