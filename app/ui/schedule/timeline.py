"""The ad-break timeline with its head: zoom, snapping, following, undo. A page of traffic's and of the operator's."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QRectF, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QSpacerItem, QVBoxLayout, QWidget

from app.ui import text
from app.ui.desk import Desk
from app.ui.fonts import MEDIUM
from app.ui.schedule.canvas import TimelineCanvas
from app.ui.schedule.edits import Dropped
from app.ui.schedule.moments import SECOND_US
from app.ui.schedule.schedule_desk import NO_SCHEDULE, ScheduleDesk
from app.ui.theme import Skin
from app.ui.widgets.painting import elided, width_of, write
from app.ui.widgets.text_button import TextButton
from app.ui.words import _

SPANS = {_("15 min"): 900, "1 h": 3600, "4 h": 14_400, _("Day"): 86_400, _("Week"): 604_800}
_GROUP_GAP = 18
_LABEL = 16  # letters of an edit's name that its button has room for


class Timeline(QWidget):
    """``full``: with a head of its own and the hour's minutes in each row; else ``words`` are for the panel's tabs.

    ``import_asked``: the button of the import; ``files_dropped``: what is to be imported. ``told``: the words changed.
    """

    import_asked = Signal()
    files_dropped = Signal(list)
    told = Signal()

    def __init__(self, desk: Desk, schedule_desk: ScheduleDesk, skin: Skin, *, full: bool = True) -> None:
        super().__init__()
        self._desk, self._schedule, self._skin, self._full = desk, schedule_desk, skin, full
        self.canvas = TimelineCanvas(desk, schedule_desk, skin, minutage=full)
        self._span = 3600 if full else _operator_span(skin)
        self._zoom = self.canvas.scale.us_per_px  # that shows so much time; another one: somebody has zoomed
        self.spans = {
            seconds: self._button(
                words, _("Show {words}").format(words=words), partial(self._show, seconds), checkable=True
            )
            for words, seconds in SPANS.items()
        }
        self.snap = self._button(
            _("Snap to edges"), _("Snap to edges, marks and round times (Alt: off)"), self._turn_snap, True
        )
        self.follow = self._button(
            _("Follow playhead"), _("Keep the playhead in sight (Home)"), self._turn_follow, True
        )
        self.import_ = self._button(_("Import…"), _("Import a list of breaks"), self.import_asked.emit)
        self.undo = self._button(_("Undo"), _("Take the last edit back (Ctrl+Z)"), schedule_desk.undo)
        self.redo = self._button(_("Redo"), _("Do it again (Ctrl+Y)"), schedule_desk.redo)
        self._head = _Head(self, skin)
        self._lay_out()
        self.canvas.files_dropped.connect(self.files_dropped)
        self.canvas.looked.connect(self._show_state)
        schedule_desk.refreshed.connect(self._show_state)
        self.dress(skin)

    def _button(self, words: str, says: str, act: object, checkable: bool = False) -> TextButton:  # noqa: FBT002 - Qt's word
        made = TextButton(words, self._skin, self)
        made.setCheckable(checkable)
        made.setAccessibleName(says)
        made.setToolTip(says)
        made.clicked.connect(lambda _checked=False: act())  # type: ignore[operator]  # a slot that takes nothing
        return made

    def _lay_out(self) -> None:
        row = self._row = QHBoxLayout(self._head)
        row.setSpacing(6)
        for button in self.spans.values():
            row.addWidget(button)
        self._gaps = [QSpacerItem(_GROUP_GAP, 0) for _other in range(3)]
        row.addSpacerItem(self._gaps[0])
        row.addWidget(self.snap)
        row.addWidget(self.follow)
        row.addSpacerItem(self._gaps[1])
        row.addWidget(self.import_)
        row.addSpacerItem(self._gaps[2])
        row.addWidget(self.undo)
        row.addWidget(self.redo)
        row.addStretch(1)
        layout = self._column = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self._head)
        layout.addWidget(self.canvas, 1)
        self._head.setVisible(self._full)

    def dress(self, skin: Skin) -> None:
        """Take on another density or palette."""
        if not self._full and self._span == _operator_span(self._skin):
            self._span = _operator_span(skin)
        self._skin = skin
        self.canvas.dress(skin)
        self._head.skin = skin
        roomy = skin.density.roomy
        self._head.setFixedHeight(46 if roomy else 38)
        self._row.setContentsMargins(108 if roomy else 88, 0, 10, 0)
        self._row.setSpacing(6 if roomy else 4)
        for gap in self._gaps:
            gap.changeSize(_GROUP_GAP if roomy else 6, 0)
        self.snap.setText(_("Snap to edges") if roomy else _("Snap"))
        self.follow.setText(_("Follow playhead") if roomy else _("Follow"))
        for button in (*self.spans.values(), self.snap, self.follow, self.import_, self.undo, self.redo):
            button.dress(skin)
        self._show_state()

    def insert(self, dropped: Dropped) -> None:
        """What a library hands over by key: into the selected break, else at the cursor."""
        self.canvas.acts.insert(dropped)

    @property
    def words(self) -> str:
        """A few, for the tab: how much time is shown, how it snaps, what is not saved."""
        trouble = self._schedule.trouble
        if trouble:
            return trouble
        asked = [one.title or one.id for c in self._desk.status.channels if c.schedule for one in c.schedule.questions]
        if asked:
            return _("missed: {names}. Air late? Ask its row's menu").format(names=", ".join(asked))
        seconds = self.canvas.scale.us_per_px * self.canvas.places.time_width // SECOND_US
        shown = f"{seconds // 86_400} d" if seconds >= 172_800 else f"{seconds / 3600:.0f} h" if seconds >= 7200 else ""
        shown = shown or (_("{seconds} min").format(seconds=round(seconds / 60)) if seconds >= 120 else f"{seconds} s")
        follows = _(" · follows") if self.canvas.follows else ""
        snaps = _(" · snaps to edges and frames") if self.canvas.snaps else _(" · frames only")
        kept = self._schedule.saved_at
        saved = _(" · saved {clock}").format(clock=text.clock(kept, self._desk.zone)) if kept is not None else ""
        return (
            f"{shown}{snaps}{follows}{saved}"
            if self._schedule.writable
            else _("{shown}{follows} · no schedule").format(shown=shown, follows=follows)
        )

    def resizeEvent(self, _event: QResizeEvent) -> None:
        """As much time as before, until somebody zooms."""
        if self.canvas.scale.us_per_px == self._zoom:
            self._column.activate()
            self._show(self._span)

    def _show(self, seconds: int) -> None:
        self._span, self._zoom = seconds, self.canvas.zoom_for(seconds * SECOND_US)
        self.canvas.show_span(seconds * SECOND_US)
        self._show_state()

    def _turn_snap(self) -> None:
        self.canvas.snaps = not self.canvas.snaps
        self._show_state()

    def _turn_follow(self) -> None:
        self.canvas.follow(on=not self.canvas.follows)

    def _show_state(self) -> None:
        canvas, schedule = self.canvas, self._schedule
        for seconds, button in self.spans.items():
            button.setChecked(seconds == self._span and canvas.scale.us_per_px == self._zoom)
        self.snap.setChecked(canvas.snaps)
        self.follow.setChecked(canvas.follows)
        for button, word, label in (
            (self.undo, _("Undo"), schedule.undo_stack.undo_label),
            (self.redo, _("Redo"), schedule.undo_stack.redo_label),
        ):
            button.setText(f"{word} {label}".rstrip() if self._skin.density.roomy and len(label) <= _LABEL else word)
            button.setToolTip(f"{button.accessibleName()}: {label}" if label else button.accessibleName())
            button.setEnabled(bool(label))
        self.import_.setEnabled(schedule.writable)
        self.import_.setToolTip(_("Import a list of breaks") if schedule.writable else NO_SCHEDULE)
        if self._head.trouble != schedule.trouble:
            self._head.trouble = schedule.trouble
            self._head.update()
        self.told.emit()


def _operator_span(skin: Skin) -> int:
    """As many seconds as let a break of two minutes keep its words."""
    return 960 if skin.density.roomy else 720


class _Head(QWidget):
    """The title at the left of the buttons; at the right what is not saved."""

    def __init__(self, parent: QWidget, skin: Skin) -> None:
        super().__init__(parent)
        self.skin, self.trouble = skin, ""

    def paintEvent(self, _event: QPaintEvent) -> None:
        """On the panel's ground."""
        painter, box, d, p = QPainter(self), QRectF(self.rect()), self.skin.density, self.skin.palette
        painter.fillRect(box, p.bg1)
        write(painter, box.adjusted(10, 0, 0, 0), _("AD BREAKS"), p.hi, d.body + 1 if d.roomy else d.small)
        if self.trouble:
            right = max((child.geometry().right() for child in self.findChildren(TextButton)), default=0)
            room = QRectF(right + 16, 0, self.width() - right - 26, self.height())
            words = elided(self.trouble, room.width(), d.small, MEDIUM)
            write(painter, room, words, p.amber, d.small, MEDIUM)
            self.setToolTip(self.trouble if width_of(self.trouble, d.small, MEDIUM) > room.width() else "")
