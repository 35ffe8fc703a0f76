"""The alarms that stand: open above acknowledged, critical first, newest first; and those that have cleared."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QContextMenuEvent, QGuiApplication, QResizeEvent
from PySide6.QtWidgets import QMenu, QScrollArea, QVBoxLayout, QWidget

from app.ui import text
from app.ui.alarm_book import SHELVE_MINUTES, AlarmBook
from app.ui.desk import AlarmKey, Desk
from app.ui.engineer.cell_table import CellTable
from app.ui.engineer.cells import PAST_HEADS, past_row
from app.ui.inspecting import break_of_alarm
from app.ui.theme import Skin
from app.ui.widgets.alarm_row import AlarmFace, AlarmRow
from app.ui.widgets.panel_head import PanelHead
from app.ui.widgets.text_button import TextButton
from app.ui.words import _

_RANK = {"critical": 0, "warning": 1}
BLINKS_FOR_S = 10.0
_SOUNDS = _("Unacknowledged critical alarms ring the desktop's bell; a desktop without one stays silent")
_MUTED = _("Alarms make no sound: press to let critical ones ring")


class AlarmPanel(QWidget):
    """Head and rows, scrolled when there are more than fit. ``told``: its head's words, where a tab stands for it.

    A row's menu shelves it for a while. ``break_asked``: an alarm was pressed; channel and break that it is about.

    ``book``: shared by all lists of a window, so that an alarm sounds once and is shelved in all of them.
    """

    told = Signal(str)
    break_asked = Signal(str, str)

    def __init__(self, desk: Desk, skin: Skin, book: AlarmBook, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk, self._skin, self.book = desk, skin, book
        self.rows: dict[AlarmKey, AlarmRow] = {}
        self._order: list[AlarmKey] = []
        self.words = ""
        self.head = PanelHead(_("ALARMS"), skin, self)
        self._body = QWidget()
        self._stack = QVBoxLayout(self._body)
        self._stack.setContentsMargins(0, 2, 0, 0)
        self._stack.setSpacing(2)
        self._stack.addStretch()
        self.sound = self._button(_("Sound"), self._turn_sound)
        self.history = self._button(_("Past"), self._turn_history)
        self.history.setToolTip(_("Alarms that have cleared, from when to when"))
        self.past = CellTable(skin, _("Alarms that have cleared"), PAST_HEADS, (17, 17, 26, 40))
        self.past.hide()
        scroll = self._scroll = QScrollArea(self)
        scroll.setWidget(self._body)
        scroll.setWidgetResizable(True)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.head)
        layout.addWidget(scroll)
        layout.addWidget(self.past)
        desk.refreshed.connect(self.refresh)
        book.changed.connect(self._on_book)
        self._on_book()

    def _button(self, words: str, act: object) -> TextButton:
        made = TextButton(words, self._skin, self.head)
        made.setCheckable(True)
        made.clicked.connect(act)
        return made

    def _turn_sound(self, on: bool) -> None:
        self.book.mute(muted=not on)

    def _turn_history(self, on: bool) -> None:
        self.history.setChecked(on)
        self.past.setVisible(on)
        self._scroll.setVisible(not on)
        self._on_book()

    def _on_book(self) -> None:
        muted = self.book.muted
        self.sound.setChecked(not muted)
        self.sound.setText(_("Muted") if muted else _("Sound"))
        self.sound.setToolTip(_MUTED if muted else _SOUNDS)
        self.sound.setAccessibleName(self.sound.toolTip())
        self._place()
        if not self.past.isHidden():
            desk = self._desk
            self.past.show_rows(tuple(past_row(one, desk.shown_name(one.channel), desk.zone) for one in self.book.past))
        self.refresh()

    def resizeEvent(self, _event: QResizeEvent) -> None:
        """The buttons lie in the head."""
        self._place()

    def _place(self) -> None:
        left = self.head.title_right + 10
        for button in (self.sound, self.history):
            size = button.sizeHint()
            button.setGeometry(left, 2, size.width(), self.head.height() - 4)
            button.raise_()
            left += size.width() + 4

    def menu(self, key: AlarmKey) -> QMenu:
        """What can be done with an alarm beside acknowledging it."""
        made = QMenu(self.rows[key])
        made.addAction(_("Copy"), partial(QGuiApplication.clipboard().setText, self.rows[key].words))
        if break_of_alarm(self._desk, key):
            made.addAction(_("Show its break's pictures and sections"), partial(self._ask_break, key))
        made.addSeparator()
        for minutes in SHELVE_MINUTES:
            made.addAction(
                _("Shelve for {minutes} min").format(minutes=minutes), partial(self.book.shelve, key, minutes)
            )
        if self.book.shelved:
            made.addSeparator()
            made.addAction(_("Bring back {shelved} shelved").format(shelved=self.book.shelved), self.book.unshelve_all)
        return made

    def _open_menu(self, key: AlarmKey, where: QPoint) -> None:
        menu = self.menu(key)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(self.rows[key].mapToGlobal(where))

    def dress(self, skin: Skin) -> None:
        """Take on another density or palette."""
        self._skin = skin
        self.head.dress(skin)
        for part in (self.sound, self.history, self.past):
            part.dress(skin)
        self._place()
        for row in self.rows.values():
            row.dress(skin)

    def show_head(self, *, there: bool) -> None:
        """Where tabs stand over it, it has no head of its own."""
        self.head.setVisible(there)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """What the head's buttons do, also where there is no head."""
        made = QMenu(self)
        made.addAction(
            _("Let alarms ring") if self.book.muted else _("Mute"), lambda: self.book.mute(muted=not self.book.muted)
        )
        back = not self.past.isHidden()
        made.addAction(_("Alarms that stand") if back else _("Past alarms"), lambda: self._turn_history(not back))
        made.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        made.popup(event.globalPos())

    def refresh(self) -> None:
        """Show the alarms of a new snapshot."""
        faces = dict(sorted(self._faces().items(), key=lambda item: _place(item[0], item[1])))
        for key in self.rows.keys() - faces.keys():
            self.rows.pop(key).deleteLater()
        for key, face in faces.items():
            if key not in self.rows:
                self.rows[key] = AlarmRow(self._skin, face, self._body)
                self.rows[key].ack.pressed.connect(lambda pressed=key: self._desk.acknowledge(pressed))
                self.rows[key].setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
                self.rows[key].customContextMenuRequested.connect(partial(self._open_menu, key))
                self.rows[key].pressed.connect(partial(self._ask_break, key))
            self.rows[key].show_value(face)
            self.rows[key].open_at(break_of_alarm(self._desk, key))
        if list(faces) != self._order:
            self._order = list(faces)
            for place, key in enumerate(self._order):
                self._stack.insertWidget(place, self.rows[key])
                self.rows[key].show()
        fresh = sum(not face.acknowledged_by for face in faces.values())
        shelved = _(" · {shelved} shelved").format(shelved=self.book.shelved) if self.book.shelved else ""
        told = (
            _("{faces} open · {fresh} new").format(faces=len(faces), fresh=fresh)
            if shelved
            else _("{faces} standing · {fresh} new").format(faces=len(faces), fresh=fresh)
        )
        self.words = (told if faces else _("none standing")) + shelved
        self.head.show_value(self.words)
        self.told.emit(self.words)

    def _ask_break(self, key: AlarmKey) -> None:
        if break_id := break_of_alarm(self._desk, key):
            self.break_asked.emit(key[0], break_id)

    def lines(self) -> str:
        """All that stand, a line each, to be copied."""
        return "\n".join(self.rows[key].words for key in self._order)

    def _faces(self) -> dict[AlarmKey, AlarmFace]:
        desk, faces = self._desk, {}
        for key, alarm in self.book.listed().items():
            by, seen_at = desk.acknowledged.get(key, ("", alarm.raised_at))
            age_s = (desk.now - alarm.raised_at).total_seconds()
            blinks = alarm.severity == "critical" and not by and age_s < BLINKS_FOR_S and not desk.reduced_motion
            faces[key] = AlarmFace(
                severity=alarm.severity,
                raised=text.clock(alarm.raised_at, desk.zone),
                channel=desk.shown_name(key[0]),
                says=alarm.text,
                acknowledged_by=by,
                acknowledged=text.clock(seen_at, desk.zone)[:5] if by else "",
                hollow=blinks and int(age_s * 2) % 2 == 1,
            )
        return faces


def _place(key: AlarmKey, face: AlarmFace) -> tuple[bool, int, float]:
    return bool(face.acknowledged_by), _RANK.get(face.severity, 2), -key[2].timestamp()
