"""One alarm: its word filled and an ACK button while it is open, outlined with who and when once it was seen."""

from __future__ import annotations

from dataclasses import dataclass, replace

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QAbstractButton, QWidget

from app.ui.event_lines import severity_tone
from app.ui.fonts import BOLD, MEDIUM
from app.ui.grammar import Body, Mark, Tone
from app.ui.icons import Icon, draw_icon
from app.ui.model_words import capitals
from app.ui.model_words import shown as model_word
from app.ui.theme import Skin
from app.ui.widgets.copying import copied
from app.ui.widgets.painted import Painted
from app.ui.widgets.painting import MIDDLE, draw_edge, draw_mark, elided, fill_round, mark_width, write
from app.ui.words import _


@dataclass(frozen=True, slots=True)
class AlarmFace:
    """One alarm's words. ``hollow``: the dark half of the 1 Hz blink of a new critical one."""

    severity: str
    raised: str
    channel: str
    says: str
    acknowledged_by: str = ""
    acknowledged: str = ""
    hollow: bool = False


class AckButton(QAbstractButton):
    """Marks an alarm as seen. ``words``: of its alarm, copied with Ctrl+C."""

    words = ""

    def __init__(self, skin: Skin, parent: QWidget) -> None:
        super().__init__(parent)
        self.skin = skin
        self.setText(_("ACK"))
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Copy the alarm; the rest is Qt's."""
        if not copied(event, self.words):
            super().keyPressEvent(event)

    def sizeHint(self) -> QSize:
        """Never smaller: it is pressed in a hurry."""
        return QSize(62, 40) if self.skin.density.roomy else QSize(60, 34)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """A small ready button."""
        painter, box, d, p = QPainter(self), QRectF(self.rect()), self.skin.density, self.skin.palette
        fill_round(painter, box, p.bg0 if self.isDown() else p.bg3, 5)
        draw_edge(painter, box, p.sel if self.isDown() else p.edge, 1.5, radius=5)
        write(painter, box, _("ACK"), p.hi, d.button, align=MIDDLE)
        if self.hasFocus():
            draw_edge(painter, box.adjusted(3, 3, -3, -3), p.blue, 2, radius=3)


class AlarmRow(Painted[AlarmFace]):
    """Paints an ``AlarmFace``. ``pressed``: beside ACK, where there is something to ``open_at`` a press."""

    pressed = Signal()

    def __init__(self, skin: Skin, face: AlarmFace, parent: QWidget) -> None:
        super().__init__(skin, face, parent)
        self.words = ""
        self.ack = AckButton(skin, self)
        self.dress(skin)
        self.show_value(replace(face, severity=""))
        self.show_value(face)

    def show_value(self, shown: AlarmFace) -> None:
        """Paint this from now on."""
        if shown != self.shown:
            super().show_value(shown)
            self.ack.setVisible(not shown.acknowledged_by)
            said = _("{severity} at {raised}, channel {channel}: {says}").format(
                severity=model_word(shown.severity), raised=shown.raised, channel=shown.channel, says=shown.says
            )
            self.words = self.ack.words = said
            self.ack.setToolTip(_("Mark this alarm as seen by you; Ctrl+C copies it"))
            self.setAccessibleName(said)
            self.ack.setAccessibleName(_("Acknowledge {said}").format(said=said))

    def open_at(self, break_id: str) -> None:
        """A press shows this break; "": there is none to show."""
        self.setCursor(Qt.CursorShape.PointingHandCursor if break_id else Qt.CursorShape.ArrowCursor)
        self.setToolTip(
            _("{words}\nClick: the pictures and sections of {break_id}").format(words=self.words, break_id=break_id)
            if break_id
            else self.words
        )

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Acknowledging is the button's alone."""
        if event.button() is Qt.MouseButton.LeftButton:
            self.pressed.emit()

    def dress(self, skin: Skin) -> None:
        """Take on another density or palette."""
        super().dress(skin)
        self.setFixedHeight(54 if skin.density.roomy else 48)
        self.ack.skin = skin
        self._place()

    def resizeEvent(self, _event: QResizeEvent) -> None:
        """ACK stays at the right."""
        self._place()

    def _place(self) -> None:
        size = self.ack.sizeHint()
        self.ack.setGeometry(
            self.width() - size.width() - 7, (self.height() - size.height()) // 2, size.width(), size.height()
        )

    def _mark(self) -> Mark:
        tone = severity_tone(self.shown.severity)
        icon = {Tone.RED: Icon.OCTAGON_CROSS, Tone.AMBER: Icon.TRIANGLE}.get(tone, Icon.NOTE)
        filled = not self.shown.acknowledged_by and not self.shown.hollow and tone is not Tone.QUIET
        return Mark(capitals(self.shown.severity), icon, tone=tone, body=Body.FILL if filled else Body.OUTLINE)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Bar, word, time and channel; the sentence below."""
        painter, box, d, p = QPainter(self), QRectF(self.rect()), self.skin.density, self.skin.palette
        shown, mark = self.shown, self._mark()
        seen = bool(shown.acknowledged_by)
        painter.fillRect(box, p.bg1 if seen else p.bg2)
        bar = p.text if mark.tone is Tone.QUIET else mark.tone.colour(p)
        painter.fillRect(QRectF(0, 0, 2 if seen else 6, box.height()), bar)
        upper, lower, left = box.height() * 0.29, box.height() * 0.74, 12.0
        end = box.right() - (self.ack.sizeHint().width() + 14)
        width = mark_width(mark, d.small)
        draw_mark(painter, left + width, upper, mark, d.small, p)
        head = f"{shown.raised}  {shown.channel}"
        head_left = left + width + 8
        words = elided(head, end - head_left, d.body)
        write(painter, QRectF(head_left, upper - 12, end - head_left, 24), words, p.text if seen else p.hi, d.body)
        sentence = elided(shown.says, end - left, d.body, MEDIUM)
        colour = p.dim if seen else p.hi
        write(painter, QRectF(left, lower - 12, end - left, 24), sentence, colour, d.body, MEDIUM)
        if seen:
            name_left = end + 18
            draw_icon(painter, Icon.CHECK, QRectF(end, upper - 6, 12, 12), p.text)
            name = elided(shown.acknowledged_by, box.right() - name_left - 6, d.body)
            write(painter, QRectF(name_left, upper - 12, 80, 24), name, p.dim, d.body, BOLD)
            write(painter, QRectF(name_left, lower - 12, 80, 24), shown.acknowledged, p.dim, d.body, BOLD)
