"""One marker in full: its command, every field with its meaning, its bytes to copy, the pictures at its splice."""

from __future__ import annotations

from PySide6.QtCore import QRect, QRectF
from PySide6.QtGui import QGuiApplication, QImage, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QWidget

from app.ui.desk import Desk
from app.ui.evidence_files import found_in
from app.ui.evidence_save import EvidenceDialog
from app.ui.fonts import MEDIUM
from app.ui.marker_row import MarkerRow, Source, fields_of, time_of
from app.ui.strip import Frame, Strip
from app.ui.theme import Skin
from app.ui.widgets.field_list import FieldList
from app.ui.widgets.film_strip_view import FilmStripView
from app.ui.widgets.painting import elided, write
from app.ui.widgets.text_button import TextButton
from app.ui.words import _

_HINT = _("Choose a marker: its fields, its bytes and the pictures at its splice")
_SIDES = 5  # pictures either side


class MarkerDetail(QWidget):
    """``show_marker`` again whenever something may have changed: files are read only when there are others.

    In a narrow place the pictures take turns with the fields, and a button says so.
    """

    def __init__(self, desk: Desk, skin: Skin, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk, self._skin = desk, skin
        self._row: MarkerRow | None = None
        self._place_at = 0  # of the origins whose pictures there are
        self._read: tuple[str, ...] = ()
        self._both = self._pictures_wanted = False
        self._head = self._about = QRect()
        self.fields = FieldList(skin, self)
        self.strip = FilmStripView(skin, self)
        self.copy_base64 = TextButton(_("Copy base64"), skin, self)
        self.copy_hex = TextButton(_("Copy hex"), skin, self)
        self.turn = TextButton(_("Pictures"), skin, self)
        self.turn.setCheckable(True)
        self.origin = TextButton("", skin, self)
        self.save = TextButton(_("Save…"), skin, self)
        self.save.setToolTip(_("Save the evidence of its splice as one file: pictures, bytes, playlists, verdict"))
        self.save.setAccessibleName(self.save.toolTip())
        self.save.clicked.connect(self._on_save)
        self.saving = EvidenceDialog(self)
        self.buttons = (self.copy_base64, self.copy_hex, self.turn, self.origin, self.save)
        self.copy_base64.setAccessibleName(_("Copy the marker as base64"))
        self.copy_hex.setAccessibleName(_("Copy the marker as hexadecimal"))
        self.copy_base64.clicked.connect(lambda: self._copy("base64"))
        self.copy_hex.clicked.connect(lambda: self._copy("hex"))
        self.turn.clicked.connect(self._on_turn)
        self.origin.clicked.connect(self._on_origin)
        self.show_marker(None)

    def dress(self, skin: Skin) -> None:
        """Take on another density or palette."""
        self._skin = skin
        for part in (self.fields, self.strip, *self.buttons):
            part.dress(skin)
        self._place()

    def show_wide(self, both: bool) -> None:
        """Whether fields and pictures have room beside each other."""
        self._both = both
        self._place()

    @property
    def row(self) -> MarkerRow | None:
        """The marker that is shown."""
        return self._row

    def show_marker(self, row: MarkerRow | None) -> None:
        """Show one; None: nothing is chosen."""
        if row is not self._row:
            self._row, self._place_at, self._read = row, 0, ()
            self.strip.show_value(Strip())
            self.update()
        if row is not None:
            told = self._desk.markers.fate(row)
            self.fields.show_fields(fields_of(row, told, time_of(row, self._desk.zone)))
            self._look_for_pictures(row)
        else:
            self.fields.show_fields([])
        self.setAccessibleName(
            _("Marker: {command_words}").format(command_words=row.command_words) if row is not None else _HINT
        )
        self._place()

    # ---- pictures

    def _look_for_pictures(self, row: MarkerRow) -> None:
        folders = self._desk.markers.folders(row)
        live = self._desk.splice_pictures.of(row)
        known = (*folders.values(), str(self._place_at), str(live is not None))
        if known == self._read:
            return
        self._read = known
        if folders:
            place = self._place_at % len(folders)
            (origin, _other), folder = list(folders.items())[place]
            self.strip.show_value(
                _strip_of(folder, _("{direction} at {origin}").format(direction=row.direction.upper(), origin=origin))
            )
            self.origin.setText(
                _("{origin}, {place} of {folders}").format(origin=origin, place=place + 1, folders=len(folders))
                if len(folders) > 1
                else origin
            )
        elif live is not None:
            self.strip.show_value(Strip((live,), _("the picture on air at its splice")))
        else:
            self.strip.show_value(Strip(nothing=_why_none(row)))
        self.origin.setEnabled(len(folders) > 1)
        self.origin.setAccessibleName(_("Pictures at {origin}, next origin").format(origin=self.origin.text()))

    def _on_origin(self) -> None:
        self._place_at += 1
        self.show_marker(self._row)

    def _on_turn(self) -> None:
        self._pictures_wanted = self.turn.isChecked()
        self._place()

    def _copy(self, what: str) -> None:
        if self._row is not None:
            QGuiApplication.clipboard().setText(self._row.base64 if what == "base64" else self._row.hex)

    def _on_save(self) -> None:
        row = self._row
        if row is not None:
            lies = self._desk.markers.folders(row)
            folders = {f"{where[0]}-{where[1]}".strip("/").replace("/", "_"): folder for where, folder in lies.items()}
            self.saving.open(folders, f"{row.channel}-{row.break_id}-{row.direction}".replace("/", "_"))

    # ---- places

    def resizeEvent(self, _event: QResizeEvent) -> None:
        """Everything has its place."""
        self._place()

    def _place(self) -> None:
        """The command has a line of its own where that is cheap; else it shares one with the buttons."""
        there, density = self._row is not None, self._skin.density
        line = 34 if density.roomy else 30
        right = self._place_buttons(line if self._both else 0, line)
        self._head = QRect(10, 0, self.width() - 18 if self._both else right - 14, line)
        top = 2 * line if self._both else line
        self._about = QRect(10, line, right - 14, line) if self._both else QRect()
        self._place_parts(QRect(10, top, self.width() - 18, self.height() - top - 2), there)
        self.update()

    def _place_buttons(self, top: int, line: int) -> int:
        """From the right; where they begin."""
        there, right = self._row is not None, self.width() - 8
        has_origin = bool(self._desk.markers.folders(self._row)) if self._row is not None else False
        shown = {self.copy_hex: there, self.copy_base64: there, self.turn: there and not self._both}
        shown[self.save] = has_origin
        shown[self.origin] = has_origin and (self._both or self._pictures_wanted)
        for button, visible in shown.items():
            button.setVisible(visible)
            if visible:
                size = button.sizeHint()
                width = min(size.width(), 150)
                right -= width
                button.setGeometry(right, top + (line - size.height()) // 2, width, size.height())
                right -= 6
        return right

    def _place_parts(self, room: QRect, there: bool) -> None:
        pictures = there and (self._pictures_wanted or self._both)
        fields = there and (not self._pictures_wanted or self._both)
        strip_height = room.height()
        if self._both:
            strip_height = self.strip.height_for(room.width()) if self.strip.shown.frames else 24
        strip_height = min(strip_height, room.height() // 2 if self._both else room.height())
        self.strip.setGeometry(room.left(), room.top(), room.width(), strip_height)
        top = room.top() + (strip_height + 6 if pictures and self._both else 0)
        row = self.fields.verticalHeader().defaultSectionSize()
        self.fields.setGeometry(0, top, self.width(), (room.bottom() - top + 1) // row * row)
        self.strip.setVisible(pictures)
        self.fields.setVisible(fields)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """The command on one line, as far as it fits; the list below has all of it."""
        painter, p, d = QPainter(self), self._skin.palette, self._skin.density
        painter.fillRect(self.rect(), p.bg1)
        if self._row is None:
            box = QRectF(self.rect()).adjusted(12, 0, -12, 0)
            write(painter, box, elided(_HINT, box.width(), d.body, MEDIUM), p.dim, d.body, MEDIUM)
            return
        words = elided(self._row.command_words, self._head.width(), d.body)
        write(painter, QRectF(self._head), words, p.amber if self._row.problem else p.hi, d.body)
        if self._both:
            about = elided(self.strip.shown.about, self._about.width(), d.small, MEDIUM)
            write(painter, QRectF(self._about), about, p.dim, d.small, MEDIUM)


def _strip_of(folder: str, about: str) -> Strip:
    found = found_in(folder)
    frames = []
    for picture in found.pictures:
        image = QImage(str(picture.path))
        if not image.isNull() and -_SIDES <= picture.offset_frames < _SIDES:
            frames.append(Frame(image, picture.offset_frames))
    return Strip(tuple(frames), about, "" if frames else found.problem or _("its pictures can't be read"))


def _why_none(row: MarkerRow) -> str:
    if row.break_id and row.direction in {"out", "in"}:
        return _("No pictures yet: they are kept with the proof of the splice.")
    if row.whence is Source.US:
        return _("No pictures: this section splices nothing.")
    return _("No pictures: this marker led to no splice of ours, and none was seen on air at its time.")
