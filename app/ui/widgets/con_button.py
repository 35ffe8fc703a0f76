"""The head of the cue column is a button too: it opens what can be done with the channel's con."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QMenu, QWidget

from app.model import commands
from app.ui.con import FORCE_KEY, KEY
from app.ui.desk import Desk
from app.ui.theme import Skin
from app.ui.widgets.painting import draw_edge
from app.ui.words import _


class ConButton(QAbstractButton):
    """Paints nothing but its focus; the title below it says who has the con."""

    def __init__(self, desk: Desk, skin: Skin, parent: QWidget) -> None:
        super().__init__(parent)
        self._desk, self._skin = desk, skin
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.clicked.connect(self._open)

    def describe(self, words: str) -> None:
        """What is read out, and the tool tip."""
        self.setAccessibleName(_("Con of the channel: {words}").format(words=words or _("anybody may cue")))
        self.setToolTip(
            _("{words} – {key} takes the con, or gives it up").format(words=words or _("Anybody may cue"), key=KEY)
        )

    def menu(self) -> QMenu:
        """What can be done now."""
        desk, made = self._desk, QMenu(self)
        made.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        channel = desk.channel
        con = channel.con if channel is not None else None
        if channel is None:
            return made
        me = desk.operator
        if con is None:
            _entry(made, _("Take the con ({key})").format(key=KEY), desk.press_con)
        elif con.holder == me:
            _entry(made, _("Give the con up ({key})").format(key=KEY), desk.press_con)
            for name in desk.others():
                offer = commands.HandCon(channel=channel.name, by=me, to=name)
                _entry(made, _("Offer the con to {name}").format(name=name), partial(desk.order_con, offer))
            if con.offered_to:
                back = commands.HandCon(channel=channel.name, by=me)
                _entry(made, _("Take the offer back"), partial(desk.order_con, back))
        else:
            if con.offered_to == me:
                _entry(
                    made, _("Accept the con from {holder} ({key})").format(holder=con.holder, key=KEY), desk.press_con
                )
            made.addSeparator()
            _entry(
                made,
                _("Take the con from {holder} by force ({key})").format(holder=con.holder, key=FORCE_KEY),
                partial(desk.press_con, force=True),
            )
        return made

    def _open(self) -> None:
        menu = self.menu()
        if menu.isEmpty():
            menu.deleteLater()
        else:
            menu.popup(self.mapToGlobal(self.rect().bottomLeft()))

    def paintEvent(self, _event: QPaintEvent) -> None:
        """The focus."""
        if self.hasFocus():
            draw_edge(QPainter(self), QRectF(self.rect()).adjusted(1, 1, -1, -1), self._skin.palette.blue, 2, radius=3)


def _entry(menu: QMenu, words: str, act: Callable[[], object]) -> None:
    menu.addAction(words).triggered.connect(lambda _checked: act())
