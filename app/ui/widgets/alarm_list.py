"""The alarms that stand: open above acknowledged, critical first, newest first."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QScrollArea, QVBoxLayout, QWidget

from app.ui import text
from app.ui.desk import AlarmKey, Desk
from app.ui.theme import Skin
from app.ui.widgets.alarm_row import AlarmFace, AlarmRow
from app.ui.widgets.panel_head import PanelHead

_RANK = {"critical": 0, "warning": 1}
BLINKS_FOR_S = 10.0


class AlarmPanel(QWidget):
    """Head and rows, scrolled when there are more than fit. ``told``: its head's words, where a tab stands for it."""

    told = Signal(str)

    def __init__(self, desk: Desk, skin: Skin, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk, self._skin = desk, skin
        self.rows: dict[AlarmKey, AlarmRow] = {}
        self._order: list[AlarmKey] = []
        self.words = ""
        self._head = PanelHead("ALARMS", skin, self)
        self._body = QWidget()
        self._stack = QVBoxLayout(self._body)
        self._stack.setContentsMargins(0, 2, 0, 0)
        self._stack.setSpacing(2)
        self._stack.addStretch()
        scroll = QScrollArea(self)
        scroll.setWidget(self._body)
        scroll.setWidgetResizable(True)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self._head)
        layout.addWidget(scroll)
        desk.refreshed.connect(self.refresh)
        self.refresh()

    def dress(self, skin: Skin) -> None:
        """Take on another density or palette."""
        self._skin = skin
        self._head.dress(skin)
        for row in self.rows.values():
            row.dress(skin)

    def show_head(self, *, there: bool) -> None:
        """Where tabs stand over it, it has no head of its own."""
        self._head.setVisible(there)

    def refresh(self) -> None:
        """Show the alarms of a new snapshot."""
        faces = dict(sorted(self._faces().items(), key=lambda item: _place(item[0], item[1])))
        for key in self.rows.keys() - faces.keys():
            self.rows.pop(key).deleteLater()
        for key, face in faces.items():
            if key not in self.rows:
                self.rows[key] = AlarmRow(self._skin, face, self._body)
                self.rows[key].ack.pressed.connect(lambda pressed=key: self._desk.acknowledge(pressed))
            self.rows[key].show_value(face)
        if list(faces) != self._order:
            self._order = list(faces)
            for place, key in enumerate(self._order):
                self._stack.insertWidget(place, self.rows[key])
                self.rows[key].show()
        fresh = sum(not face.acknowledged_by for face in faces.values())
        self.words = f"{len(faces)} standing · {fresh} new" if faces else "none standing"
        self._head.show_value(self.words)
        self.told.emit(self.words)

    def lines(self) -> str:
        """All that stand, a line each, to be copied."""
        return "\n".join(self.rows[key].words for key in self._order)

    def _faces(self) -> dict[AlarmKey, AlarmFace]:
        desk, faces = self._desk, {}
        for key, alarm in desk.alarms().items():
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
