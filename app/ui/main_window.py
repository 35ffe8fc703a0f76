"""The control room: strip, the room of the preset, cue column, status bar."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, cast

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QCloseEvent, QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QMainWindow, QVBoxLayout, QWidget

from app.model.events import Event
from app.model.schedule_face import ScheduleFace
from app.model.setup_face import SetupFace
from app.model.states import ChannelState
from app.ui import text
from app.ui.alarm_book import AlarmBook
from app.ui.charts.panel import ChartPanel
from app.ui.desk import Desk
from app.ui.dialogs.quit_question import QuitQuestion
from app.ui.ending import Ending
from app.ui.event_lines import event_line
from app.ui.first_paint import FirstPaint
from app.ui.grammar import Tone
from app.ui.habits.habits import Habits
from app.ui.habits.own_settings import OwnSettings
from app.ui.heartbeat import Heartbeat
from app.ui.held_keys import HeldKeys
from app.ui.inspecting import connect_inspector
from app.ui.last_received import LastReceived
from app.ui.multiview.walls import Walls
from app.ui.promoting import Promoting
from app.ui.rooms import Rooms
from app.ui.schedule.schedule_desk import ScheduleDesk
from app.ui.schedule.timeline import Timeline
from app.ui.setup.room import SetupRoom
from app.ui.summary import show_clock, status_face, strip_face
from app.ui.theme import COMPACT, Palette, Skin, density_for
from app.ui.widgets.alarm_list import AlarmPanel
from app.ui.widgets.bottom_pages import BottomPages
from app.ui.widgets.cue_column import CueColumn
from app.ui.widgets.event_table import EventPanel
from app.ui.widgets.lock_button import LockButton
from app.ui.widgets.marker_page import MarkerPage
from app.ui.widgets.multiviewer import Multiviewer
from app.ui.widgets.notice import Notice
from app.ui.widgets.preset_switch import Preset, PresetSwitch
from app.ui.widgets.side_pages import SidePages
from app.ui.widgets.status_line import StatusFace, StatusLine
from app.ui.widgets.strip import Strip, StripFace

if TYPE_CHECKING:
    from app.ui.docks.room import DockRoom
    from app.ui.engineer.page import EngineerPage
    from app.ui.traffic.page import TrafficPage

LEAST_WIDTH, LEAST_HEIGHT = 1280, 720
_STATUS_S = 1.0


class MainWindow(QMainWindow):
    """Holds the desk and its views. ``heartbeat`` drives it; whoever opens the window starts it.

    ``remote``: the engine outlives the window. ``ending``: what is to become of the channels, once it is closed.
    ``schedule``: what traffic has booked; None: the window shows what the engine has. ``promotes``: whoever opened it
    can put a rehearsal on air. ``own``: what this user chose. ``setup``: how shows are set up.
    """

    def __init__(
        self,
        desk: Desk,
        show: str,
        palette: Palette,
        *,
        remote: bool = False,
        schedule: ScheduleFace | None = None,
        promotes: bool = False,
        own: OwnSettings | None = None,
        setup: SetupFace | None = None,
    ) -> None:
        super().__init__()
        self.desk, self._show_name, self._skin = desk, show, Skin(palette, COMPACT)
        self._remote, self._answered = remote, False
        self.ending = Ending.LEAVE if remote else Ending.STOP
        self.question: QuitQuestion | None = None
        self._said_s = float("-inf")
        self.setWindowTitle(f"{show} – Splicedeck")
        self.setMinimumSize(LEAST_WIDTH, LEAST_HEIGHT)
        self.schedule = ScheduleDesk(schedule, desk, waits=True)
        self.first_paint = FirstPaint(self)
        self._warned = False
        self.strip = Strip(self._skin, StripFace())
        self.lock = LockButton(self._skin, self.strip)
        self.presets = PresetSwitch(self._skin, self.strip)
        self.multiviewer = Multiviewer(desk, self._skin)
        self.events = EventPanel(self._skin)
        self.markers = MarkerPage(desk, self._skin)
        self.timeline = Timeline(desk, self.schedule, self._skin, full=False)
        self.pages = BottomPages(self.timeline, self.events, self.markers, self._skin)
        self.alarm_book = AlarmBook(desk)
        self.alarms = AlarmPanel(desk, self._skin, self.alarm_book)
        self.charts = ChartPanel(desk, self._skin)
        self.side = SidePages(self.alarms, self.charts, self._skin)
        later = {Preset.TRAFFIC: self._make_traffic, Preset.ENGINEER: self._make_engineer}
        self.rooms = Rooms(self.multiviewer, self.pages, self.side, later)
        self.rooms.made.connect(self._on_made)
        self.column = CueColumn(desk, self._skin)
        self.status_line = StatusLine(self._skin, StatusFace())
        self.held_keys = HeldKeys()
        self.last_received = LastReceived(desk, self.status_line)
        self.promoting = Promoting(desk, self, self._promote if promotes else None, setup)
        self._lay_out()
        self.notice = Notice(self._skin, self)
        self.setup = SetupRoom(setup, self)
        self.heartbeat = Heartbeat(desk.clock)
        self.walls = Walls(self)
        self.habits = Habits(self, own, self._skin)
        self._connect()
        self._dress(Skin(palette, density_for(self.width(), self.height())))
        self._show_summary()

    def _make_traffic(self) -> DockRoom:
        from app.ui.traffic.page import TrafficPage  # noqa: PLC0415 - the first picture does not wait for it

        return TrafficPage(self.desk, self.schedule, self._skin, Timeline(self.desk, self.schedule, self._skin))

    def _make_engineer(self) -> DockRoom:
        from app.ui.engineer.page import EngineerPage  # noqa: PLC0415 - as above

        alarms, charts = (
            AlarmPanel(self.desk, self._skin, self.alarm_book),
            ChartPanel(self.desk, self._skin, full=True),
        )
        return EngineerPage(self.desk, alarms, charts, self._skin)

    @property
    def page(self) -> TrafficPage:
        """Traffic's room."""
        return cast("TrafficPage", self.rooms.of(Preset.TRAFFIC))

    @property
    def traffic(self) -> Timeline:
        """The timeline of traffic's room."""
        return self.page.timeline

    @property
    def engineer(self) -> EngineerPage:
        """The engineer's room."""
        return cast("EngineerPage", self.rooms.of(Preset.ENGINEER))

    @property
    def engineer_charts(self) -> ChartPanel:
        """The charts of the engineer's room."""
        return self.engineer.charts

    def _on_made(self, preset: Preset) -> None:
        self.rooms.of(preset).dress(self._skin)
        connect_inspector(self, preset)

    def _connect(self) -> None:
        self.first_paint.done.connect(self.schedule.begin)
        self.heartbeat.beat.connect(self.multiviewer.look)
        self.heartbeat.beat.connect(self._on_beat)
        self.rooms.escaped.connect(self.escape)
        self.lock.pressed.connect(self.desk.toggle_lock)
        self.presets.currentChanged.connect(self._on_preset)
        self.pages.turned.connect(self._set_bottom)
        self.desk.refreshed.connect(self._show_summary)
        self.desk.happened.connect(self._on_event)
        self.desk.caught_up.connect(self.events.tell)

    def _lay_out(self) -> None:
        middle = QHBoxLayout()
        middle.addWidget(self.rooms, 1)
        middle.addWidget(self.column)
        whole = QVBoxLayout()
        whole.addWidget(self.strip)
        whole.addWidget(self.promoting.band)
        whole.addLayout(middle, 1)
        whole.addWidget(self.status_line)
        for layout in (middle, whole):
            layout.setContentsMargins(0, 0, 0, 0)
            layout.setSpacing(0)
        room = QWidget(self)
        room.setLayout(whole)
        room.setFocusPolicy(Qt.FocusPolicy.ClickFocus)  # so that no button has the focus before Tab is pressed
        self.setCentralWidget(room)
        room.setFocus()
        connect_inspector(self, Preset.OPERATOR)
        self.rooms.keep_clear(self.strip, self.column)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Esc, where nothing else wants it, ends a zoom, then lets the gang go; it is never a cue."""
        if event.key() == Qt.Key.Key_Escape:
            self.escape()
        else:
            super().keyPressEvent(event)

    def escape(self) -> None:
        """What an Esc means that nothing else wants, in whichever window it was pressed."""
        if not self.walls.escape():
            self.desk.clear_gang()

    def changeEvent(self, event: QEvent) -> None:
        """A minimised window wants no pictures."""
        super().changeEvent(event)
        if event.type() is QEvent.Type.WindowStateChange:
            self.multiviewer.window_changed()

    def _dress(self, skin: Skin) -> None:
        self._skin = skin
        density = skin.density
        self.strip.setFixedHeight(density.strip)
        self.column.setFixedWidth(density.column)
        self.status_line.setFixedHeight(density.status)
        self._set_bottom()
        beside = (self.strip, self.lock, self.presets, self.column, self.status_line)
        self.promoting.band.dress(skin)
        for view in (*beside, self.multiviewer, self.pages, self.alarms, self.charts, self.side):
            view.dress(skin)
        for room in self.rooms.made_rooms:
            room.dress(skin)
        self.notice.dress(skin)
        self.walls.dress(skin)
        self.habits.dress(skin)
        self._place_lock()

    def wear(self, palette: Palette) -> None:
        """Take on other colours, now."""
        self._dress(Skin(palette, self._skin.density))

    @property
    def skin(self) -> Skin:
        """What it is dressed in."""
        return self._skin

    def _set_bottom(self) -> None:
        density = self._skin.density
        middle = self.height() - density.strip - density.status
        self.rooms.set_bottom(density, middle, len(self.desk.status.channels))

    def _on_preset(self) -> None:
        self.rooms.show_preset(self.presets.preset)
        self.multiviewer.window_changed()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """A narrow window takes the compact density."""
        super().resizeEvent(event)
        density = density_for(self.width(), self.height())
        if density is not self._skin.density:
            self._dress(Skin(self._skin.palette, density))
        self._set_bottom()
        self._place_lock()
        self.notice.setGeometry(self.rect())
        self._show_summary()

    def _place_lock(self) -> None:
        size = self.lock.sizeHint()
        self.lock.setFixedSize(size)
        self.lock.move(self.width() - size.width() - 12, (self._skin.density.strip - size.height()) // 2)
        middle, beside = self._skin.density.strip // 2, self.setup.place(0, 0)
        self.strip.reserve_switch(self.presets.width() + beside)
        self.presets.move(self.strip.switch_left, middle - self.presets.height() // 2)
        self.setup.place(self.strip.switch_left + self.presets.width(), middle)

    def _on_beat(self) -> None:
        now_s = self.desk.clock()
        self.markers.look()
        self.desk.look()
        urgent = self.desk.absence is not None or self.status_line.shown.tone is Tone.RED
        if urgent or now_s - self._said_s >= _STATUS_S:
            self._said_s = now_s
            self.tell()

    def _show_summary(self) -> None:
        desk = self.desk
        unseen = len(desk.alarms().keys() - desk.acknowledged.keys())
        rate, roomy = text.rate_of(desk.channel), self._skin.density.roomy
        face = strip_face(
            replace(desk.status, alarms=(*desk.status.alarms, *desk.own_alarms)),
            self._show_name,
            desk.shown_now,
            desk.zone,
            rate=rate,
            unseen=unseen,
            roomy=roomy,
            absence=desk.absence,
        )
        self.strip.reserve_right(self.lock.width() + 12)
        self.strip.show_value(replace(face, late="" if desk.absence else show_clock(desk.channel)))
        self.lock.show_lock(locked=desk.locked)
        self.rooms.lock(locked=desk.locked)
        self.status_line.show_refusal(desk.presses.last_refusal(desk.selected, desk.clock()))

    def tell(self) -> None:
        """Show how the engine is and what it says of itself: once a second, and at every beat while it is lost."""
        desk, late_ms, roomy = self.desk, self.heartbeat.lateness.p99_ms(), self._skin.density.roomy
        face = status_face(desk.status, late_ms, roomy=roomy, absence=desk.absence)
        self.status_line.show_value(replace(face, keys=self.habits.status_keys(roomy=roomy)))
        self.notice.tell(desk.absence.mismatch if desk.absence is not None else "")
        if self.question is not None:
            self.question.show_link(lost=desk.absence is not None)

    def _on_event(self, event: Event) -> None:
        line = event_line(event, self.desk.zone, self.desk.shown_name(event.channel))
        if line is not None:
            self.events.add(line)

    def _promote(self) -> None:
        self.ending = Ending.PROMOTE
        self.leave()

    def leave(self) -> None:
        """Close without a question: a signal, or the show ends from elsewhere. A remote engine stays on air."""
        self._answered = True
        self.close()

    def _on_air(self) -> int:
        """Channels on air; where they outlive the window, also those that will be again by themselves."""
        if self.desk.absence is not None and self.desk.absence.ended:
            return 0
        states = [channel.state for channel in self.desk.status.channels]
        return len(states) - states.count(ChannelState.OFF_AIR) if self._remote else states.count(ChannelState.ON_AIR)

    def closeEvent(self, event: QCloseEvent) -> None:
        """With channels on air, ask; and ask only once."""
        if self.schedule.unsaved and not (self._warned or self._answered):
            self._warned = True
            self.pages.show_breaks()
            self.schedule.told.emit(text.unsaved(self.schedule.unsaved))
            event.ignore()
            return
        on_air = self._on_air()
        if not self._answered and not on_air and self.desk.status.channels and self.desk.absence is None:
            self.ending = Ending.STOP  # all have ended: there is nothing to leave on air
        if self._answered or not on_air:
            self.heartbeat.stop()
            self.walls.close()
            self.schedule.close()
            self.desk.close()
            event.accept()
            return
        event.ignore()
        if self.question is None:
            self.question = QuitQuestion(on_air, self, remote=self._remote)
            self.question.show_link(lost=self.desk.absence is not None)
            self.question.answered.connect(self._on_answer)
            self.question.destroyed.connect(self._on_question_gone)
            self.question.adjustSize()
            middle = self.multiviewer.mapToGlobal(self.multiviewer.rect().center())
            self.question.move(middle - self.question.rect().center())  # the cue column stays in sight
        self.question.show()
        self.question.raise_()

    def _on_answer(self, ending: Ending) -> None:
        self.ending = ending
        self.leave()

    def _on_question_gone(self) -> None:
        self.question = None
