"""The panel at the bottom left: events and markers as two pages under their tabs."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QStackedLayout, QVBoxLayout, QWidget

from app.ui.theme import Skin
from app.ui.widgets.event_table import EventPanel
from app.ui.widgets.marker_page import MarkerPage
from app.ui.widgets.page_tabs import PageTabs

_EVENTS, _MARKERS = 0, 1


class BottomPages(QWidget):
    """``turned``: another page is open."""

    turned = Signal()

    def __init__(self, events: EventPanel, markers: MarkerPage, skin: Skin, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._events, self._markers = events, markers
        self.tabs = PageTabs(("EVENTS", "MARKERS"), skin, self)
        self.tabs.setAccessibleName("Pages of the bottom panel, Ctrl+M")
        self.tabs.setTabToolTip(_EVENTS, "What happened, newest first (Ctrl+M)")
        self.tabs.setTabToolTip(_MARKERS, "The selected channel's SCTE-35 markers: its source's and ours (Ctrl+M)")
        self._stack = QStackedLayout()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.tabs)
        layout.addLayout(self._stack, 1)
        self._stack.addWidget(events)  # only now: a page without a parent would open as a window of its own
        self._stack.addWidget(markers)
        self.tabs.currentChanged.connect(self._on_tab)
        events.told.connect(self._say)
        markers.told.connect(self._say)

    @property
    def inspects(self) -> bool:
        """Whether the markers are open."""
        return self.tabs.currentIndex() == _MARKERS

    def turn(self) -> None:
        """Open the other page, ready for the arrows."""
        self.tabs.setCurrentIndex(_EVENTS if self.inspects else _MARKERS)
        if self.inspects:
            self._markers.table.setFocus()
        else:
            self.window().setFocus()

    def dress(self, skin: Skin) -> None:
        """Take on another density or palette."""
        self.tabs.dress(skin)
        self._events.dress(skin)
        self._markers.dress(skin)

    def _on_tab(self, index: int) -> None:
        self._stack.setCurrentIndex(index)
        self.turned.emit()
        self._markers.refresh()
        self._say()

    def _say(self, _words: str = "") -> None:
        self.tabs.say(self._markers.words if self.inspects else self._events.words)
