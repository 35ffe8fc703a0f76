"""Surfaces at the window: their presses go the way of its keys, their keys tell what its buttons tell."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, Signal, Slot

from app.model.status import Alarm
from app.ui.actions import Verb
from app.ui.faces import Kind
from app.ui.habits.bindings import Acts
from app.ui.habits.own_settings import OwnSettings
from app.ui.habits.window_actions import CHANNEL_KEYS, WINDOW_ACTIONS, cue_id
from app.ui.surfaces.family import Family
from app.ui.surfaces.key_face import KeyFace
from app.ui.surfaces.surface_faces import action_face, would_do
from app.ui.surfaces.surface_map import Key, SurfaceMap
from app.ui.surfaces.watch import Press, Watch
from app.ui.words import _

if TYPE_CHECKING:
    from app.ui.main_window import MainWindow

SECTION = "surfaces"
STALE_S = 0.5  # a press that waited longer for the window meant another moment: it is told, not fired
_CUES = (Verb.CUE_NEXT, Verb.HOLD, Verb.TAKE, Verb.WITHDRAW, Verb.RETURN, Verb.EXTEND, Verb.SKIP, Verb.SLATE)
LAID_OUT = [*(cue_id(verb) for verb in _CUES), "lock", "con"]
FIRES_NOTHING = KeyFace(Kind.DISABLED, _("TEST"), _("nothing fires"))
type Heard = Callable[[Key], None]


class SurfaceDesk(QObject):
    """GUI thread only. ``changed``: a surface came or went, or a key does something else.

    ``heard``: each press, whatever comes of it, in words. While ``listener`` is set nothing fires: it gets the keys.
    """

    changed = Signal()
    heard = Signal(str)
    _told = Signal()

    def __init__(
        self,
        window: MainWindow,
        own: OwnSettings,
        acts: Acts,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        super().__init__(window)
        self._window, self._acts, self._clock, self._own = window, acts, clock, own
        self.trouble = ""
        self.map = SurfaceMap(own.section(SECTION), self._keep)
        self.watches: list[Watch] = []
        self._listener: Heard | None = None
        self._alarms: dict[str, Alarm] = {}
        self._told.connect(self._on_told, Qt.ConnectionType.QueuedConnection)
        self.map.changed.connect(self._on_map)
        for cause in (window.desk.refreshed, window.desk.pressed, window.desk.caught_up):
            cause.connect(self._show)

    def _keep(self, keys: dict[str, str]) -> None:
        self.trouble = self._own.keep(SECTION, keys)

    @property
    def listener(self) -> Heard | None:
        """Who gets the keys, which then fire nothing and say so."""
        return self._listener

    @listener.setter
    def listener(self, listener: Heard | None) -> None:
        self._listener = listener
        self._show()

    def start(self, families: Sequence[Family]) -> None:
        """Look for surfaces of these kinds from now on."""
        for family in families:
            watch = Watch(family, self._told.emit, self._clock)
            self.watches.append(watch)
            watch.start()

    def stop(self) -> None:
        """Let go of all of them."""
        for watch in self.watches:
            watch.stop()
        self.watches.clear()

    @property
    def here(self) -> dict[str, tuple[str, ...]]:
        """Surfaces that are plugged in, with their keys as far as known."""
        return {name: controls for watch in self.watches for name, controls in watch.here.items()}

    def lacks(self) -> list[str]:
        """Why a kind of surface can't be had, or one could not be opened: a sentence each."""
        return [watch.trouble for watch in self.watches if watch.trouble]

    def missing(self) -> dict[str, int]:
        """Surfaces that have keys that do something and are not plugged in, with how many keys."""
        if not self.watches or not all(watch.looked for watch in self.watches):
            return {}
        here = self.here
        return {name: count for name, count in self.map.surfaces().items() if name not in here}

    def lay_out(self) -> int:
        """Give the free keys of all decks the cues, lock and con, then the channels; how many were given."""
        most = min(CHANNEL_KEYS, len(self._window.desk.status.channels))
        keys = [Key(name, control) for name, controls in self.here.items() for control in controls]
        return self.map.lay_out(keys, [*LAID_OUT, *(f"channel.{n}" for n in range(1, most + 1))])

    # ---- presses

    @Slot()
    def _on_told(self) -> None:
        for watch in self.watches:
            while watch.presses:
                self._on_press(watch.presses.popleft())
        self._note_missing()
        self.changed.emit()

    def _on_press(self, press: Press) -> None:
        id_ = self.map.action(press.key)
        words = WINDOW_ACTIONS[id_].words if id_ is not None else "nothing"
        if self.listener is not None:
            self.listener(press.key)
        elif id_ is None:
            self._say(_("{words}: does nothing").format(words=press.key.words))
        elif self._clock() - press.at_s > STALE_S:
            self._say(
                _("{words}: {words_2} not fired, the window was busy; press again").format(
                    words=press.key.words, words_2=words
                )
            )
        else:
            self._say(f"{press.key.words}: {words}")
            self._acts[id_]()

    def _say(self, words: str) -> None:
        self._window.last_received.receive(words)
        self.heard.emit(words)

    def tells(self, key: Key) -> str:
        """What a key is bound to, and what it would do now."""
        id_ = self.map.action(key)
        if id_ is None:
            return _("{words} is bound to nothing.").format(words=key.words)
        action = WINDOW_ACTIONS[id_]
        return _("{words} is {words_2}. {would_do}").format(
            words=key.words, words_2=action.words, would_do=would_do(self._window, action)
        )

    # ---- what they tell

    def _on_map(self) -> None:
        self._show()
        self._note_missing()
        self.changed.emit()

    def _show(self, _cause: object = None) -> None:
        if not any(watch.here for watch in self.watches):
            return
        ids = {id_: self.map.keys(id_) for id_ in WINDOW_ACTIONS}
        dead = self._listener is not None
        faces = {
            key: FIRES_NOTHING if dead else action_face(self._window, id_) for id_, keys in ids.items() for key in keys
        }
        for watch in self.watches:
            watch.show(faces)

    def _note_missing(self) -> None:
        """A surface that is gone is told like any alarm, and never in the way of anything."""
        desk, missing = self._window.desk, self.missing()
        for name in self._alarms.keys() - missing.keys():
            del self._alarms[name]
        for name, count in missing.items():
            keys = _("its key does") if count == 1 else _("its {count} keys do").format(count=count)
            said = _("{name} is not plugged in: {keys} nothing until it is back").format(name=name, keys=keys)
            raised_at = self._alarms[name].raised_at if name in self._alarms else desk.now
            self._alarms[name] = Alarm(f"surface:{name}", "warning", said, raised_at)
        if tuple(self._alarms.values()) != desk.own_alarms:
            desk.own_alarms = tuple(self._alarms.values())
            desk.refreshed.emit()
        self._show()
