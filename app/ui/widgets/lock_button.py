"""The panel lock: no cue leaves the panel while it is closed."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QWidget

from app.ui.icons import Icon, draw_icon
from app.ui.theme import Skin
from app.ui.widgets.painting import cap_width, draw_cap, draw_edge, fill_round, width_of, write
from app.ui.words import _

_KEY = "Ctrl+L"


class LockButton(QAbstractButton):
    """Lock icon, word, key."""

    def __init__(self, skin: Skin, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.skin, self.locked, self._key = skin, True, _KEY
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.show_lock(locked=False)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """The second press of a double click is a slip of the hand: it would open the panel again."""
        event.accept()

    def show_lock(self, *, locked: bool) -> None:
        """Closed or open."""
        if locked == self.locked:
            return
        self.locked = locked
        self._describe()
        self.update()

    def show_key(self, key: str) -> None:
        """The key that presses it; "" for none."""
        self._key = key
        self._describe()
        self.updateGeometry()
        self.update()

    def _describe(self) -> None:
        locked, key = self.locked, self._key or _("no key")
        self.setText(_("Locked") if locked else _("Lock"))
        self.setAccessibleName(_("Panel {it}, {key}").format(it=_("locked") if locked else _("open"), key=key))
        tells = _("Opens the panel again") if locked else _("Disables all cue keys and buttons")
        self.setToolTip(f"{tells} ({key})")

    def dress(self, skin: Skin) -> None:
        """Take on another density or palette."""
        self.skin = skin
        self.setFixedSize(self.sizeHint())
        self.update()

    def sizeHint(self) -> QSize:
        """Wide enough for the longer word."""
        d = self.skin.density
        word = width_of(_("Locked"), d.state + 1) + 8 if d.roomy else 0
        return QSize(round(word + d.state + 8 + cap_width(self._key, d.small) + 26), 36 if d.roomy else 30)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Dark while open; white-edged while closed."""
        painter, box, d, p = QPainter(self), QRectF(self.rect()), self.skin.density, self.skin.palette
        fill_round(painter, box, p.bg0 if self.locked else p.bg3, 5)
        draw_edge(painter, box, p.sel if self.locked else p.edge, 2 if self.locked else 1.2, radius=5)
        size, middle = d.state + 1, box.center().y()
        icon = Icon.LOCK if self.locked else Icon.UNLOCK
        draw_icon(painter, icon, QRectF(11, middle - size / 2, size, size), p.hi)
        if d.roomy:
            write(painter, box.adjusted(11 + size + 7, 0, 0, 0), self.text(), p.hi, size)
        draw_cap(painter, box.right() - 9, middle, self._key, d.small, p.text) if self._key else None
        if self.hasFocus():
            draw_edge(painter, box.adjusted(3, 3, -3, -3), p.blue, 2, radius=3)
