"""The keyboard map: every key of the window, and how to change it."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from app.ui.grammar import Tone
from app.ui.habits.key_field import KeyField
from app.ui.habits.key_table import KeyTable
from app.ui.habits.keymap import Keymap
from app.ui.habits.said_line import SaidLine
from app.ui.habits.sheet import Sheet
from app.ui.habits.window_actions import WINDOW_ACTIONS
from app.ui.theme import Skin
from app.ui.words import _

_HINT = _("Enter changes the key of a row. Cue keys go on working; while a new key is awaited, that one key does not.")
_FIXED = _("Keys of lists and of the timeline can't be changed: they mean the same in every program.")


class KeySheet(Sheet):
    """Opened with one key; changes hold at once and are kept."""

    def __init__(self, keymap: Keymap, skin: Skin, parent: QWidget) -> None:
        super().__init__(_("KEYBOARD MAP"), skin, parent)
        self._keymap, self._changing, self.trouble = keymap, "", ""
        self.table = KeyTable(keymap, skin, self)
        self.line = SaidLine(skin, self)
        self.field = KeyField(self.table)
        self.change = self.button(
            _("Change key"), _("Press a new key for the selected action (Enter)"), self._listen_here
        )
        self.reset = self.button(_("Default"), _("Give the selected action its default key again"), self._reset)
        self.reset_all = self.button(_("All defaults"), _("Give every action its default key again"), self._reset_all)
        self.row.addStretch(1)
        for button in (self.change, self.reset, self.reset_all, self.close_button):
            self.row.addWidget(button)
        self.body.addWidget(self.table, 1)
        self.body.addWidget(self.line)
        self.table.chosen.connect(self.listen)
        self.field.heard.connect(self._on_key)
        self.field.ended.connect(lambda: self.line.say(_HINT))
        self.line.say(_HINT)

    def first(self) -> QWidget:
        """The table, for the arrows."""
        return self.table

    def shut(self) -> None:
        """Await no key any more."""
        self.field.stop()
        super().shut()

    def dress(self, skin: Skin) -> None:
        """Take on another density or palette."""
        super().dress(skin)
        self.table.dress(skin)
        self.line.dress(skin)

    def listen(self, id_: str) -> None:
        """Wait for the new key of an action; those of lists and of the timeline are as they are."""
        if id_ not in WINDOW_ACTIONS:
            self.line.say(_FIXED, Tone.AMBER)
            return
        self._changing = id_
        self.table.show_action(id_)
        self.field.listen()
        self.line.say(
            _("Press the new key for {words}. Esc: leave it as it is.").format(words=WINDOW_ACTIONS[id_].words),
            Tone.AMBER,
        )

    def _listen_here(self) -> None:
        self.listen(self.table.action.id)

    def _on_key(self, key: str) -> None:
        refusal = self._keymap.change(self._changing, key)
        words = WINDOW_ACTIONS[self._changing].words
        self._say(
            refusal,
            _("{words} keeps its key").format(words=words),
            _("{words} is {key} from now on").format(words=words, key=key),
        )

    def _reset(self) -> None:
        action = self.table.action
        if action.id not in WINDOW_ACTIONS:
            self.line.say(_FIXED, Tone.AMBER)
            return
        refusal = self._keymap.reset(action.id)
        self._say(
            refusal,
            _("{words} keeps its key").format(words=action.words),
            _("{words} has its default key").format(words=action.words),
        )

    def _reset_all(self) -> None:
        self._keymap.reset_all()
        self._say(None, "", _("Every action has its default key"))

    def _say(self, refusal: str | None, kept: str, done: str) -> None:
        if refusal is not None:
            self.line.say(f"{refusal}. {kept}.", Tone.RED)
        elif self.trouble:
            self.line.say(f"{done}; {self.trouble}.", Tone.AMBER)
        else:
            self.line.say(f"{done}.", Tone.GREEN)
