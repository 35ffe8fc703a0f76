"""The cue column: the selected channel, its countdown, its break, the buttons, the lamps. Always in this order."""

from __future__ import annotations

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QWidget

from app.model.states import BreakState
from app.model.status import BY_TENTHS
from app.model.timebase import seconds_of
from app.ui import grammar, text
from app.ui.actions import PRESETS_S, Verb
from app.ui.con import con_line
from app.ui.countdown import countdown
from app.ui.desk import Desk
from app.ui.faces import Panel, face
from app.ui.gang import gang_face
from app.ui.theme import Skin
from app.ui.tile_face import channel_mark
from app.ui.trail import lamp_rows
from app.ui.widgets.break_card import BreakCard, break_card_face
from app.ui.widgets.column_places import column_places
from app.ui.widgets.column_title import ColumnTitle, Title
from app.ui.widgets.con_button import ConButton
from app.ui.widgets.countdown_card import CountdownCard
from app.ui.widgets.cue_button import CueButton
from app.ui.widgets.lamp_table import LampTable
from app.ui.widgets.length_button import LengthButton
from app.ui.widgets.length_label import LengthLabel
from app.ui.widgets.template_row import TemplateRow
from app.ui.words import _


class CueColumn(QWidget):
    """Fixed at the right edge. Buttons never move, appear or vanish; they change face."""

    def __init__(self, desk: Desk, skin: Skin, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk, self._skin, self._templates_placed = desk, skin, 0
        panel = desk.panel()
        self.title = ColumnTitle(skin, Title(), self)
        self.con = ConButton(desk, skin, self)
        self.countdown = CountdownCard(skin, countdown(panel), self)
        self.card = BreakCard(skin, break_card_face(panel), self)
        self.length_label = LengthLabel(skin, "", self)
        self.lengths = [LengthButton(duration_s, skin, self) for duration_s in PRESETS_S]
        self.templates = TemplateRow(skin, self)
        self.buttons = {verb: CueButton(verb, skin, self) for verb in Verb}
        self.lamps = LampTable(skin, (), self)
        for length in self.lengths:
            length.pressed.connect(lambda chosen=length: self._choose(chosen))
        self.templates.chosen.connect(desk.choose_template)
        for verb, button in self.buttons.items():
            button.pressed.connect(lambda pressed=verb: desk.press(pressed))
        self._quiet: tuple[object, ...] | None = None
        desk.refreshed.connect(self._look)
        desk.selection_changed.connect(self.refresh)
        desk.pressed.connect(self._on_pressed)
        desk.caught_up.connect(self.refresh, Qt.ConnectionType.DirectConnection)
        self.refresh()

    def dress(self, skin: Skin) -> None:
        """Take on another density or palette."""
        self._skin = skin
        self.title.dress(skin)
        self.countdown.dress(skin)
        self.card.dress(skin)
        self.length_label.dress(skin)
        self.lamps.dress(skin)
        self.templates.dress(skin)
        for length in self.lengths:
            length.dress(skin)
        for button in self.buttons.values():
            button.dress(skin)
        self._place()

    def _look(self) -> None:
        """Show the desk where it says something else than before: mostly its seconds go on, and nothing else."""
        quiet = self._quiet_key()
        if quiet is None or quiet != self._quiet:
            self.refresh()
        self._quiet = quiet

    def _quiet_key(self) -> tuple[object, ...] | None:
        """What the column is made from; None: of something that tenths are told of, or that passes by itself."""
        desk, channel, now_s = self._desk, self._desk.channel, self._desk.clock()
        pressed = any(desk.presses.standing(desk.selected, verb, now_s) for verb in Verb)
        if channel is None or desk.gang or desk.absence is not None or now_s < desk.con_said[1] or pressed:
            return None
        panel = desk.panel()
        returning = panel.trail is not None and panel.trail.in_announced and channel.on_air is not None
        if returning or (channel.current is not None and channel.current.state in BY_TENTHS):
            return None
        return (
            *(channel.name, channel.title, channel.state, channel.source, channel.slate_by_hand, channel.rehearsal),
            *(channel.current, channel.on_air, channel.next, channel.planned, channel.schedule, channel.templates),
            *(channel.alarms, channel.con, desk.number(channel.name), self._most_templates()),
            *(panel.wish, panel.locked, panel.proof, lamp_rows(panel.trail, channel)),
            *(countdown(panel), desk.shown_now.replace(microsecond=0)),
        )

    def refresh(self, _cause: object = None) -> None:
        """Show the desk as it stands."""
        desk, panel = self._desk, self._desk.panel()
        now_s = desk.clock()
        for verb, button in self.buttons.items():
            press = desk.presses.standing(desk.selected, verb, now_s)
            shown, members = face(verb, panel, press, now_s), desk.members(verb)
            button.show_face(gang_face(verb, shown, members) if members else shown)
        self.countdown.show_value(countdown(panel))
        self.card.show_value(break_card_face(panel))
        self._show_lengths(panel)
        if panel.channel is not None:
            name = panel.channel.title or panel.channel.name
            mark = channel_mark(panel.channel)
            said, until_s = desk.con_said
            con = said if now_s < until_s else con_line(panel.channel, desk.operator)
            gang = _("{gang} channels").format(gang=len(desk.gang)) if desk.gang else ""
            self.title.show_value(Title(desk.number(panel.channel.name), name, desk.operator, mark, con, gang))
            self.con.describe(con)
            self.lamps.show_value(lamp_rows(panel.trail, panel.channel))
        else:
            self.title.show_value(Title(mark=grammar.OFF_AIR, operator=desk.operator))

    def _on_pressed(self, verb: str) -> None:
        """The press is on the glass before anything else happens."""
        self.refresh()
        self.buttons[Verb(verb)].repaint()

    def _choose(self, button: LengthButton) -> None:
        self._desk.choose_length(button.duration_s)

    def _show_lengths(self, panel: Panel) -> None:
        armed = panel.is_state(BreakState.ARMED)
        usable = panel.channel is not None and not armed and not panel.locked and panel.absence is None
        chosen_s = panel.wish.length_s
        if armed and panel.current is not None:
            chosen_s = seconds_of(panel.current.duration_ticks)
        for button in self.lengths:
            button.show_choice(chosen=button.duration_s == chosen_s, usable=usable)
        self.length_label.show_value(_length_words(panel))
        names = panel.channel.templates if panel.channel is not None else ()
        self.templates.show_templates(names, panel.wish.template, usable=usable)
        if self._most_templates() != self._templates_placed:
            self._place()

    def _most_templates(self) -> int:
        return max((len(channel.templates) for channel in self._desk.status.channels), default=0)

    def resizeEvent(self, _event: QResizeEvent) -> None:
        """Everything has its place by height and density."""
        self._place()

    def _place(self) -> None:
        self._templates_placed = self._most_templates()
        places = column_places(self.width(), self.height(), self._skin.density, self._templates_placed)
        self.templates.place(places.templates, places.pager)
        self.title.setGeometry(places.title)
        self.con.setGeometry(places.title)
        self.countdown.setGeometry(places.countdown)
        self.card.setGeometry(places.card)
        self.length_label.setGeometry(places.length_label)
        self.length_label.setVisible(self._skin.density.roomy)
        for length, place in zip(self.lengths, places.lengths, strict=True):
            length.setGeometry(place)
        for verb, button in self.buttons.items():
            button.setGeometry(places.buttons[verb])
        self.lamps.setGeometry(places.lamps)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """The panel's ground and its left edge."""
        painter = QPainter(self)
        painter.fillRect(self.rect(), self._skin.palette.bg1)
        painter.fillRect(QRect(0, 0, 2, self.height()), self._skin.palette.line)


def _length_words(panel: Panel) -> str:
    brk = panel.current
    if brk is not None and panel.is_state(BreakState.ARMED) and brk.armed_at is not None:
        return _("locked: announced at {timecode}").format(timecode=panel.timecode(brk.armed_at))
    if panel.is_state(BreakState.ON_AIR):
        return _("EXTEND reaches at least this")
    chosen = f"{text.preset(panel.wish.length_s)} " if panel.wish.length_s is not None else ""
    if panel.wish.template is not None:
        return _("{chosen}by template, for CUE NEXT").format(chosen=chosen)
    if panel.wish.new:
        return _("new break of {chosen}: CUE NEXT").format(chosen=chosen.rstrip())
    if panel.channel is not None and panel.channel.next is not None:
        return _("press one for a new break")
    return _("{chosen}for CUE NEXT").format(chosen=chosen) if chosen else _("choose one for CUE NEXT")
