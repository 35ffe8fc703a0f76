"""The form of a new break. It closes once the break is in the schedule; until then it says what is wrong."""

from __future__ import annotations

from datetime import timedelta

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QComboBox, QDialog, QFormLayout, QHBoxLayout, QLabel, QLineEdit, QVBoxLayout, QWidget

from app.model.rundown import BreakPlan
from app.model.schedule import Booking
from app.ui.schedule.edits import fresh_id
from app.ui.schedule.schedule_desk import ScheduleDesk
from app.ui.theme import Skin
from app.ui.traffic import house_time
from app.ui.traffic.buttons import PrimaryButton
from app.ui.traffic.cell_editor import form_field, form_sheet
from app.ui.traffic.cell_edits import edited
from app.ui.traffic.columns import Column
from app.ui.traffic.ground import ground_of
from app.ui.widgets.text_button import TextButton
from app.ui.words import _

_STEP_S = 300


class BreakForm(QDialog):
    """Not modal. ``made`` carries the key of the new break."""

    made = Signal(object)

    def __init__(self, schedule: ScheduleDesk, skin: Skin, parent: QWidget) -> None:
        super().__init__(parent)
        self._schedule, self._skin = schedule, skin
        desk = schedule.desk
        self.setWindowTitle(_("Add a break"))
        self.setModal(False)
        self.setStyleSheet(form_sheet(skin.palette))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.channel = QComboBox(self)
        self.channel.setAccessibleName(_("Channel"))
        for one in desk.status.channels:
            self.channel.addItem(desk.shown_name(one.name), one.name)
        self.channel.setCurrentIndex(max(0, desk.number(desk.selected) - 1))
        soon = desk.now + timedelta(seconds=_STEP_S)
        soon -= timedelta(seconds=soon.timestamp() % _STEP_S)
        self.out = self._field(_("OUT, house time"), f"{soon.astimezone(desk.zone):%H:%M:%S}:00")
        self.length = self._field(
            _("Length"), house_time.length_shown(desk.preset_s or house_time.length_typed("2:00"))
        )
        self.title = self._field(_("Title"), "")
        self.id = self._field(_("Id"), "")
        self.id.setPlaceholderText(_("given, where it is left empty"))
        self.reason = QLabel(self)
        self.reason.setWordWrap(True)
        self.reason.setStyleSheet(f"color: {skin.palette.red.name()}; font-weight: 700;")
        self.close_button = TextButton(_("Close"), skin, self)
        self.add = PrimaryButton(_("Add break"), skin, self)
        form = QFormLayout()
        fields = (
            (_("Channel"), self.channel),
            (_("OUT"), self.out),
            (_("Length"), self.length),
            (_("Title"), self.title),
        )
        for label, widget in (*fields, (_("Id"), self.id)):
            form.addRow(label, widget)
        bottom = QHBoxLayout()
        bottom.addWidget(self.reason, 1)
        bottom.addWidget(self.close_button)
        bottom.addWidget(self.add)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(14, 14, 14, 14)
        whole.setSpacing(12)
        whole.addLayout(form)
        whole.addLayout(bottom)
        self.close_button.clicked.connect(self.close)
        self.add.clicked.connect(self.save)
        self.resize(440, 0)

    def _field(self, name: str, words: str) -> QLineEdit:
        made = form_field(self, name, words, self._skin)
        made.returnPressed.connect(self.save)
        return made

    def save(self) -> None:
        """Put it into the schedule, or say why not."""
        try:
            booking = self._booking()
        except ValueError as error:
            self._say(" ".join(str(error).split()))
            return
        if reason := self._schedule.edit([(None, booking)], _("add {id}").format(id=booking.plan.id)):
            self._say(reason)
            return
        self.made.emit((booking.plan.channel, booking.plan.id))
        self.close()

    def _booking(self) -> Booking:
        ground, name = ground_of(self._schedule), str(self.channel.currentData())
        at = house_time.typed(self.out.text(), ground.today, ground.zone, ground.rate(name))
        taken = self._schedule.rows.keys()
        stem = f"{name}-{at.text[:19]}".replace(":", "").replace(" ", "-").replace("T", "-")
        typed_id = self.id.text().strip()
        plan = BreakPlan(typed_id or fresh_id(taken, name, stem), name, at, house_time.length_typed("1"))
        booking = Booking(plan=plan)
        if (name, plan.id) in ground.taken:
            raise ValueError(_("{name} has a break {id} already: an id is there once").format(name=name, id=plan.id))
        for column, field in ((Column.LENGTH, self.length), (Column.TITLE, self.title), (Column.ID, self.id)):
            if field is not self.id or typed_id:
                booking = edited(booking, column, field.text(), ground)
        return booking

    def _say(self, words: str) -> None:
        self.reason.setText(words)
        self.reason.setAccessibleName(words)
