"""The sheet of surfaces: what is plugged in, which key does what, how to bind one, and the test mode."""

from __future__ import annotations

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QWidget

from app.ui.grammar import Tone
from app.ui.habits.key_field import LISTENS_MS
from app.ui.habits.said_line import SaidLine
from app.ui.habits.sheet import Sheet
from app.ui.habits.window_actions import WINDOW_ACTIONS
from app.ui.surfaces.surface_desk import SurfaceDesk
from app.ui.surfaces.surface_map import Key
from app.ui.surfaces.surface_table import SurfaceTable
from app.ui.theme import Skin
from app.ui.words import _

_HINT = _("Enter binds one more key to a row. Keys of surfaces fire wherever the focus is.")
_TEST = _("TEST MODE: no key of a surface fires anything. Press one, and read here what it would do.")
_NONE = _("Nothing is plugged in.")


class SurfaceSheet(Sheet):
    """What is changed holds at once and is kept. Test mode and binding end with it: neither can be forgotten."""

    def __init__(self, surfaces: SurfaceDesk, skin: Skin, parent: QWidget) -> None:
        super().__init__(_("SURFACES"), skin, parent)
        self._surfaces, self._binding = surfaces, ""
        self._waits = QTimer(self, singleShot=True, interval=LISTENS_MS)
        self._waits.timeout.connect(self._give_up)
        self.table = SurfaceTable(surfaces.map, skin, self)
        self.here, self.line = SaidLine(skin, self), SaidLine(skin, self)
        self.test = self.button(_("Test mode"), _("Show the last key received; nothing fires"), self._turn_test)
        self.bind = self.button(
            _("Bind key"), _("Press a surface's key for the selected action (Enter)"), self._listen_here
        )
        self.free = self.button(_("Unbind"), _("Take all surfaces' keys from the selected action"), self._release)
        self.lay = self.button(
            _("Lay out decks"), _("Give a deck's free keys the cues, lock and con, then the channels"), self._lay_out
        )
        self.test.setCheckable(True)
        self.row.addStretch(1)
        for button in (self.test, self.bind, self.free, self.lay, self.close_button):
            self.row.addWidget(button)
        self.body.addWidget(self.here)
        self.body.addWidget(self.table, 1)
        self.body.addWidget(self.line)
        self.table.chosen.connect(self.listen)
        surfaces.changed.connect(self._show_here)
        surfaces.heard.connect(self._on_heard)
        self._show_here()
        self.line.say(_HINT)

    def first(self) -> QWidget:
        """The table, for the arrows."""
        return self.table

    def shut(self) -> None:
        """Keys fire again."""
        self._end()
        self.line.say(_HINT)
        super().shut()

    def dress(self, skin: Skin) -> None:
        """Take on another density or palette."""
        super().dress(skin)
        self.table.dress(skin)
        self.here.dress(skin)
        self.line.dress(skin)

    def _show_here(self) -> None:
        here, missing = sorted(self._surfaces.here), self._surfaces.missing()
        told = [_("Plugged in: {join}.").format(join=", ".join(here)) if here else _NONE]
        told += [_("{name} is bound and not plugged in.").format(name=name) for name in sorted(missing)]
        told += self._surfaces.lacks()
        tone = Tone.AMBER if missing else Tone.GREEN if here else Tone.QUIET
        self.here.say(" ".join(told), tone)
        self.lay.setEnabled(any(self._surfaces.here.values()))

    def _end(self) -> None:
        self._binding, self._surfaces.listener = "", None
        self._waits.stop()
        self.test.setChecked(False)

    # ---- the test mode

    def _turn_test(self) -> None:
        testing = self.test.isChecked()
        self._end()
        self.test.setChecked(testing)
        self._surfaces.listener = self._on_tested if testing else None
        self.line.say(_TEST if testing else _HINT, Tone.AMBER if testing else Tone.QUIET)

    def _on_tested(self, key: Key) -> None:
        id_ = self._surfaces.map.action(key)
        if id_ is not None:
            self.table.show_action(id_)
        self.line.say(_("TEST, nothing fired. {tells}").format(tells=self._surfaces.tells(key)), Tone.AMBER)

    def _on_heard(self, words: str) -> None:
        if self.isVisible():
            self.line.say(f"{words}.")

    # ---- binding

    def listen(self, id_: str) -> None:
        """Wait for a key of a surface for an action."""
        self._end()
        self._binding, self._surfaces.listener = id_, self._on_key
        self._waits.start()
        self.table.show_action(id_)
        words = WINDOW_ACTIONS[id_].words
        self.line.say(
            _("Press a surface's key for {words}: none fires meanwhile. Esc: leave it.").format(words=words), Tone.AMBER
        )

    def _give_up(self) -> None:
        """A press that comes later is meant for the air."""
        self._end()
        self.line.say(_("No key came, nothing is bound. The keys of surfaces fire again."))

    def _listen_here(self) -> None:
        self.listen(self.table.action.id)

    def _on_key(self, key: Key) -> None:
        id_ = self._binding
        self._end()
        refusal = self._surfaces.map.bind(id_, key)
        words = WINDOW_ACTIONS[id_].words
        self._say(refusal, _("{words} is {words_2} from now on").format(words=key.words, words_2=words))

    def _release(self) -> None:
        self._end()
        action = self.table.action
        had = self._surfaces.map.release(action.id)
        self._say(
            None if had else _("{words} has no key on a surface").format(words=action.words),
            _("{words} has none any more").format(words=action.words),
        )

    def _lay_out(self) -> None:
        self._end()
        given = self._surfaces.lay_out()
        self._say(
            None if given else _("No deck has a free key, or all cues have theirs"),
            _("{given} keys were given").format(given=given),
        )

    def _say(self, refusal: str | None, done: str) -> None:
        if refusal is not None:
            self.line.say(f"{refusal}.", Tone.RED)
        elif self._surfaces.trouble:
            self.line.say(f"{done}; {self._surfaces.trouble}.", Tone.AMBER)
        else:
            self.line.say(f"{done}.", Tone.GREEN)
