"""Colours, size, motion and language of the window, each chosen with one press."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from PySide6.QtCore import QRect, Signal
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QWidget

from app.ui.dressing import started_percent
from app.ui.fonts import BOLD, MEDIUM, font
from app.ui.grammar import Tone
from app.ui.habits.looks import PALETTES, SCALES, Looks
from app.ui.habits.said_line import SaidLine
from app.ui.habits.sheet import Sheet
from app.ui.language import LANGUAGES
from app.ui.model_words import shown
from app.ui.theme import Skin
from app.ui.widgets.text_button import TextButton
from app.ui.words import SPOKEN, SYSTEM_LANGUAGE, _

_COLOURS, _SIZE, _MOTION, _LANGUAGE = _("Colours"), _("Size"), _("Motion"), _("Language")
_ABOUT = {
    _COLOURS: _("Colour-blind safe: red, amber and green are told apart with every kind of colour vision."),
    _SIZE: _("Everything, larger. It holds from the next start: leave the channels on air, close and open the window."),
    _MOTION: _("Reduced: clock, countdowns and rings go on once a second, and nothing blinks."),
    _LANGUAGE: _("Of this window only: records, the log and the engine's refusals stay in English."),
}


class LookSheet(Sheet):
    """``chosen`` carries the new looks. ``has_room``: whether a scale fits the screen that the window is on."""

    chosen = Signal(object)

    def __init__(self, looks: Looks, has_room: Callable[[int], bool], skin: Skin, parent: QWidget) -> None:
        super().__init__(_("LOOKS"), skin, parent)
        self.looks, self.trouble = looks, ""
        self._has_room = has_room
        self.buttons: dict[str, list[tuple[TextButton, Looks]]] = {title: [] for title in _ABOUT}
        self._height = 372
        self._words: list[tuple[QLabel, bool]] = []
        self.line = SaidLine(skin, self)
        self.row.addStretch(1)
        self.row.addWidget(self.close_button)
        grid = QGridLayout()
        grid.setVerticalSpacing(4)
        grid.setColumnMinimumWidth(0, 100)
        grid.setColumnStretch(1, 1)
        for place, (title, about) in enumerate(_ABOUT.items()):
            grid.addWidget(self._label(title, head=True), place * 3, 0)
            self._choices = QHBoxLayout()
            self._choices.setSpacing(6)
            grid.addLayout(self._choices, place * 3, 1)
            self._add(title)
            self._choices.addStretch(1)
            grid.addWidget(self._label(about, head=False), place * 3 + 1, 1)
            grid.setRowMinimumHeight(place * 3 + 2, 12)
        self.body.addLayout(grid)
        self.body.addStretch(1)
        self.body.addWidget(self.line)
        self._show()

    def _label(self, words: str, *, head: bool) -> QLabel:
        made = QLabel(words, self)
        made.setWordWrap(not head)
        self._words.append((made, head))
        return made

    def _add(self, title: str) -> None:
        looks = self.looks
        choices = {
            _COLOURS: [(shown(name).capitalize(), replace(looks, palette_name=name)) for name in PALETTES],
            _SIZE: [(f"{scale} %", replace(looks, scale_percent=scale)) for scale in SCALES],
            _MOTION: [
                (_("Full"), replace(looks, reduced_motion=False)),
                (_("Reduced"), replace(looks, reduced_motion=True)),
            ],
            _LANGUAGE: [
                (
                    _("As the system: {language}").format(language=LANGUAGES[SYSTEM_LANGUAGE]),
                    replace(looks, language=""),
                ),
                *((name, replace(looks, language=code)) for code, name in LANGUAGES.items()),
            ],
        }
        for words, wanted in choices[title]:
            button = TextButton(words, self.skin, self)
            button.setCheckable(True)
            button.setAccessibleName(f"{title}: {words}")
            button.setToolTip(_ABOUT[title])
            button.clicked.connect(lambda _on=False, title=title, wanted=wanted: self._choose(title, wanted))
            self.buttons[title].append((button, wanted))
            self._choices.addWidget(button)

    def _choose(self, title: str, wanted: Looks) -> None:
        if title == _COLOURS:
            self.looks = replace(self.looks, palette_name=wanted.palette_name)
        elif title == _SIZE:
            self.looks = replace(self.looks, scale_percent=wanted.scale_percent)
        elif title == _LANGUAGE:
            self.looks = replace(self.looks, language=wanted.language)
        else:
            self.looks = replace(self.looks, reduced_motion=wanted.reduced_motion)
        self.chosen.emit(self.looks)
        self._show()

    def first(self) -> QWidget:
        """The colour that is chosen."""
        return next(button for button, _other in self.buttons[_COLOURS] if button.isChecked())

    def open(self) -> None:
        """The screen may be another one by now."""
        self._show()
        super().open()

    def _show(self) -> None:
        now = self.looks
        for title, choices in self.buttons.items():
            for button, wanted in choices:
                same = {
                    _COLOURS: wanted.palette_name == now.palette_name,
                    _SIZE: wanted.scale_percent == now.scale_percent,
                    _MOTION: wanted.reduced_motion == now.reduced_motion,
                    _LANGUAGE: wanted.language == now.language,
                }
                button.setChecked(same[title])
                if title == _SIZE:
                    room = self._has_room(wanted.scale_percent)
                    button.setEnabled(room or same[title])
                    button.setToolTip(_ABOUT[title] if room else _("This screen is too small for it"))
        if self.trouble:
            self.line.say(f"{self.trouble}.", Tone.AMBER)
        elif now.scale_percent != started_percent():
            self.line.say(
                _("{scale_percent} % from the next start of the window. The channels stay on air.").format(
                    scale_percent=now.scale_percent
                ),
                Tone.AMBER,
            )
        elif (now.language or SYSTEM_LANGUAGE) != SPOKEN:
            self.line.say(
                _("{language} from the next start of the window. The channels stay on air.").format(
                    language=LANGUAGES[now.language or SYSTEM_LANGUAGE]
                ),
                Tone.AMBER,
            )
        else:
            self.line.say(_("Kept for you, on this machine."))

    def place(self, area: QRect) -> None:
        """In the middle, so that the colours around it are seen as they change."""
        width, height = min(720, area.width() - 40), min(self._height, area.height() - 40)
        self.setGeometry(area.center().x() - width // 2, area.top() + 20, width, height)

    def dress(self, skin: Skin) -> None:
        """Take on another density or palette."""
        super().dress(skin)
        self.line.dress(skin)
        p, d = skin.palette, skin.density
        for label, head in self._words:
            label.setFont(font(d.body + 1 if head else d.body, BOLD if head else MEDIUM))
            label.setStyleSheet(f"color: {(p.hi if head else p.text).name()}")
