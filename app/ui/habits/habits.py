"""What the window's user has a habit of: keys, commands, looks. One object, hooked into the window."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import cached_property, partial
from itertools import chain
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QPoint, QRect

from app.ui.actions import ACTIONS, Verb
from app.ui.dressing import dress_application, started_percent
from app.ui.faces import Face, Kind
from app.ui.habits.acts import show_break, window_acts
from app.ui.habits.bindings import Acts, Bindings
from app.ui.habits.explaining import WhatIsThis, explain
from app.ui.habits.finding import Offer
from app.ui.habits.key_rules import cap
from app.ui.habits.keymap import Keymap
from app.ui.habits.looks import Looks, fits, looks_from
from app.ui.habits.note_bar import NoteBar
from app.ui.habits.offers import action_offers, break_offers, channel_offers
from app.ui.habits.own_settings import OwnSettings
from app.ui.habits.window_actions import preset_id
from app.ui.surfaces.surface_desk import SurfaceDesk
from app.ui.theme import COMPACT, ROOMY, STANDARD, Skin
from app.ui.widgets.column_places import column_places
from app.ui.widgets.cue_button import small_room
from app.ui.widgets.preset_switch import Preset
from app.ui.words import TROUBLE, _, inner

if TYPE_CHECKING:
    from app.ui.habits.key_sheet import KeySheet
    from app.ui.habits.look_sheet import LookSheet
    from app.ui.habits.palette_sheet import PaletteSheet
    from app.ui.habits.sheet import Sheet
    from app.ui.main_window import MainWindow
    from app.ui.surfaces.surface_sheet import SurfaceSheet

_KEYS, _LOOKS = "keys", "looks"
_BIG = (Verb.TAKE, Verb.WITHDRAW)
_MOST_BIG = 12  # letters of a cap on a wide button
_FEW = 3  # cues in a narrow status bar
_ORDER = (Verb.CUE_NEXT, Verb.TAKE, Verb.WITHDRAW, Verb.HOLD, Verb.SKIP, Verb.RETURN, Verb.EXTEND)
_SHORT = {Verb.CUE_NEXT: _("cue")}


class Habits(QObject):
    """Owns keymap, shortcuts and sheets. ``own``: what this user has chosen; None: the defaults, kept nowhere."""

    def __init__(self, window: MainWindow, own: OwnSettings | None, skin: Skin) -> None:
        super().__init__(window)
        self._window, self._own = window, own or OwnSettings(None)
        self.looks, unknown = looks_from(self._own.section(_LOOKS))
        self.keymap = Keymap(self._own.section(_KEYS), self._keep_keys, room_for_cap)
        self._skin = skin
        self._sheets: list[Sheet] = []
        self.note = NoteBar(skin, window)
        self.what = WhatIsThis(self)
        acts: dict[str, Callable[[], object]] = {
            **window_acts(window),
            "help.what": self.what.toggle,
            "help.keys": lambda: self._toggle(self.keys),
            "help.palette": lambda: self._toggle(self.palette),
            "help.looks": lambda: self._toggle(self.look_sheet),
            "tiles.safe_areas": lambda: self._on_looks(replace(self.looks, safe_areas=not self.looks.safe_areas)),
            "setup.surfaces": lambda: self._toggle(self.surface_sheet),
        }
        self._acts: Acts = acts
        self.surfaces = SurfaceDesk(window, self._own, acts)
        self.bindings = Bindings(window, self.keymap, self._acts, window.held_keys)
        window.rooms.made.connect(self._on_made)
        self.keymap.changed.connect(self._show_keys)
        self.keymap.changed.connect(window.tell)
        window.column.installEventFilter(self)
        window.desk.reduced_motion = self.looks.reduced_motion
        window.walls.show_safe_areas(on=self.looks.safe_areas)
        self._show_keys()
        explain(window, Preset.OPERATOR)
        window.rooms.told.connect(self.note.tell)
        told = [
            self._own.told,
            TROUBLE,
            *(
                _("Not taken over: {one}.").format(one=one)
                for one in (*self.keymap.dropped, *unknown, *self.surfaces.map.dropped)
            ),
        ]
        if any(told):
            self.note.tell(" ".join(filter(None, told)))

    # the sheets are made when they are first asked for: the window's first picture does not wait for them

    @cached_property
    def keys(self) -> KeySheet:
        """The map of the keyboard."""
        from app.ui.habits.key_sheet import KeySheet  # noqa: PLC0415 - see above

        return self._made(KeySheet(self.keymap, self._skin, self._window))

    @cached_property
    def look_sheet(self) -> LookSheet:
        """Colours, size, motion, language."""
        from app.ui.habits.look_sheet import LookSheet  # noqa: PLC0415 - see above

        sheet = self._made(LookSheet(self.looks, self._has_room, self._skin, self._window))
        sheet.chosen.connect(self._on_looks)
        return sheet

    @cached_property
    def palette(self) -> PaletteSheet:
        """Any action, channel or break by its words."""
        from app.ui.habits.palette_sheet import PaletteSheet  # noqa: PLC0415 - see above

        return self._made(PaletteSheet(self._offers, self._skin, self._window))

    @cached_property
    def surface_sheet(self) -> SurfaceSheet:
        """MIDI controllers and Stream Decks."""
        from app.ui.surfaces.surface_sheet import SurfaceSheet  # noqa: PLC0415 - see above

        return self._made(SurfaceSheet(self.surfaces, self._skin, self._window))

    def _made[S: Sheet](self, sheet: S) -> S:
        self._sheets.append(sheet)
        sheet.place(self._area())
        return sheet

    def _on_made(self, preset: Preset) -> None:
        explain(self._window, preset)
        if preset is Preset.TRAFFIC:
            self._window.page.library.cards.dragging.connect(self.bindings.on_drag)

    def _toggle(self, sheet: Sheet) -> None:
        for other in self._sheets:
            if other is not sheet:
                other.shut()
        sheet.toggle()

    def _offers(self) -> Iterator[Offer]:
        window = self._window
        return chain(
            action_offers(window.desk, self.keymap, self._acts),
            channel_offers(window.desk, self.keymap),
            break_offers(window.desk, window.timeline.canvas, partial(show_break, window)),
        )

    def _keep_keys(self, own: dict[str, str]) -> None:
        self.keys.trouble = self._own.keep(_KEYS, own)

    def _show_keys(self) -> None:
        """Every cap, and every sentence that names a key."""
        window, keymap = self._window, self.keymap
        for verb, button in window.column.buttons.items():
            button.show_key(keymap.cue_key(verb), cap(keymap.cue_key(verb)))
        window.lock.show_key(keymap.key("lock"))
        window.pages.show_key(keymap.key("pages.markers"))
        for preset in Preset:
            window.presets.show_key(preset, keymap.key(preset_id(preset)))

    def status_keys(self, *, roomy: bool) -> str:
        """The keys that the status bar tells."""
        cues = _ORDER if roomy else _ORDER[:_FEW]
        told = [f"{self.keymap.cue_key(verb)} {_SHORT.get(verb, inner(verb.value))}" for verb in cues]
        return " · ".join((*told, _("{key} all keys").format(key=self.keymap.key("help.keys"))))

    def _on_looks(self, looks: Looks) -> None:
        repainted = looks.palette is not self.looks.palette
        self.looks = self.look_sheet.looks = looks
        self.look_sheet.trouble = self._own.keep(_LOOKS, looks.kept())
        self._window.desk.reduced_motion = looks.reduced_motion
        self._window.walls.show_safe_areas(on=looks.safe_areas)
        if repainted:
            dress_application(looks.palette)
            self._window.wear(looks.palette)

    def _has_room(self, percent: int) -> bool:
        """Qt counts the screen in its own larger pixels already."""
        window = self._window
        size, started = window.screen().geometry().size(), started_percent()
        screen = size.width() * started // 100, size.height() * started // 100
        return fits(percent, screen, (window.minimumWidth(), window.minimumHeight()))

    def dress(self, skin: Skin) -> None:
        """Take on another density or palette."""
        self._skin = skin
        for sheet in self._sheets:
            sheet.dress(skin)
        self.note.dress(skin)
        self.place()

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        """The column has its place only after the window has its size."""
        if event.type() in {QEvent.Type.Resize, QEvent.Type.Move, QEvent.Type.Show}:
            self.place()
        return False

    def place(self) -> None:
        """Over the left of the window: never over the strip, the cue column or the status bar."""
        area = self._area()
        for sheet in self._sheets:
            sheet.place(area)
        self.note.place(area)

    def _area(self) -> QRect:
        column = self._window.column
        top_left = column.mapTo(self._window, QPoint(0, 0))
        return QRect(0, top_left.y(), top_left.x(), column.height())


def room_for_cap(verb: Verb, shown: str) -> bool:
    """Whether a cap has room on a verb's button in both densities: words and keys are never cut."""
    if verb in _BIG:
        return len(shown) <= _MOST_BIG
    face = Face(Kind.READY, ACTIONS[verb].verb.value, "", cap=shown)
    for density in (COMPACT, ROOMY):
        width = column_places(density.column, 700, density, 0).buttons[verb].width()
        if small_room(face, Skin(STANDARD, density), width) < 0:
            return False
    return True
