"""Everything that the window can be told to do, in one list: its words, its keys, what it does. Pure.

``acts.py`` says how each is done; the shortcuts, the keyboard map and the command palette are views of this list.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from app.ui.actions import ACTIONS, Verb
from app.ui.con import FORCE_KEY, KEY
from app.ui.multiview.layouts import TELLS, layout_id
from app.ui.widgets.preset_switch import Preset
from app.ui.words import _, inner

CHANNEL_KEYS = 9


class Group(StrEnum):
    """Where the keyboard map lists an action."""

    CUES = _("Cues")
    CHANNELS = _("Channels")
    PANEL = _("Panel")
    PAGES = _("Presets and pages")
    TILES = _("Multiviewer")
    SETUP = _("Set-up")
    EDITS = _("Edits")
    HELP = _("Help and looks")
    PICTURES = _("On a picture, fixed")
    LISTS = _("In lists, fixed")
    TIMELINE = _("On the timeline, fixed")


@dataclass(frozen=True, slots=True)
class WindowAction:
    """``keys``: those it has until the user chooses another, as Qt writes them; ``verb``: the cue that it is."""

    id: str
    words: str
    keys: tuple[str, ...]
    tells: str
    group: Group
    verb: Verb | None = None


def cue_id(verb: Verb) -> str:
    """The id of a verb's action."""
    return f"cue.{verb.name.lower()}"


def preset_id(preset: Preset) -> str:
    """The id of the action that chooses a preset."""
    return f"preset.{preset.name.lower()}"


def _cues() -> list[WindowAction]:
    return [
        WindowAction(cue_id(verb), verb.value, (action.key,), action.tells, Group.CUES, verb)
        for verb, action in ACTIONS.items()
    ]


def _channels() -> list[WindowAction]:
    return [
        WindowAction(
            f"channel.{n}",
            _("Select channel {n}").format(n=n),
            (str(n),),
            _("The cue keys act on channel {n}").format(n=n),
            Group.CHANNELS,
        )
        for n in range(1, CHANNEL_KEYS + 1)
    ] + [
        WindowAction(
            f"gang.{n}",
            _("Gang channel {n}").format(n=n),
            (f"Shift+{n}",),
            _("The cue keys act on channel {n} too, or no more; Esc lets the gang go").format(n=n),
            Group.CHANNELS,
        )
        for n in range(1, CHANNEL_KEYS + 1)
    ]


def _presets() -> list[WindowAction]:
    return [
        WindowAction(
            preset_id(preset),
            _("{preset} preset").format(preset=preset.words),
            (f"Ctrl+{n}",),
            _("Lay the window out for {preset}").format(preset=inner(preset.words)),
            Group.PAGES,
        )
        for n, preset in enumerate(Preset, 1)
    ]


_A, _G = WindowAction, Group
_OTHERS = (
    _A("lock", _("Lock the panel"), ("Ctrl+L",), _("Disable all cue keys and buttons, or enable them again"), _G.PANEL),
    _A("con", _("Take or give up the con"), (KEY,), _("Be the only one whose cues the channel takes"), _G.PANEL),
    _A("con.force", _("Take the con by force"), (FORCE_KEY,), _("Take it from whoever has it; told to all"), _G.PANEL),
    _A(
        "alarms.acknowledge",
        _("Acknowledge all alarms"),
        (),
        _("Mark every alarm that stands as seen by you"),
        _G.PANEL,
    ),
    _A(
        "alarms.copy",
        _("Copy the alarms"),
        (),
        _("Put every alarm that stands on the clipboard, a line each"),
        _G.PANEL,
    ),
    _A(
        "refusal.copy",
        _("Copy the last refusal"),
        (),
        _("Put the last refused press and its reason on the clipboard"),
        _G.PANEL,
    ),
    _A(
        "pages.markers", _("Markers, and back"), ("Ctrl+M",), _("Open the selected channel's SCTE-35 markers"), _G.PAGES
    ),
    _A("pages.breaks", _("Ad breaks"), (), _("Open the timeline in the bottom panel"), _G.PAGES),
    _A("pages.events", _("Events"), (), _("Open the list of what happened in the bottom panel"), _G.PAGES),
    _A("docks.next", _("Next panel"), ("Ctrl+P",), _("Give the focus to the next panel of this preset"), _G.PAGES),
    _A("docks.move", _("Move the panel"), (), _("Put the panel with the focus at the window's next side"), _G.PAGES),
    _A(
        "docks.float",
        _("Float the panel"),
        (),
        _("Make it a window of its own, or put it back into this one"),
        _G.PAGES,
    ),
    _A("docks.reset", _("Reset the layout"), (), _("Lay this preset's panels out as at first"), _G.PAGES),
    *(
        _A(
            layout_id(layout),
            _("Tiles {layout}").format(layout=layout.words),
            (f"Alt+{n}",),
            _("Lay the tiles out: {tells}").format(tells=tells),
            _G.TILES,
        )
        for n, (layout, tells) in enumerate(TELLS.items(), 1)
    ),
    _A(
        "tiles.alone",
        _("One tile alone, and back"),
        ("Ctrl+E",),
        _("Give the tile with the focus all the room"),
        _G.TILES,
    ),
    _A("tiles.pin", _("Keep a tile large"), ("Ctrl+R",), _("Whichever channel is selected; again: no more"), _G.TILES),
    _A(
        "tiles.next", _("Next page of tiles"), ("Ctrl+H",), _("Turn the page, where not all tiles fit on one"), _G.TILES
    ),
    _A("tiles.back", _("Page of tiles back"), ("Ctrl+Shift+H",), _("The page before"), _G.TILES),
    _A("tiles.unseen", _("Show the unseen alarm"), ("Ctrl+B",), _("Turn to the tile that the bar tells of"), _G.TILES),
    _A(
        "tiles.window",
        _("Multiviewer in a window"),
        ("Ctrl+F",),
        _("Fill a second screen with it, or close it"),
        _G.TILES,
    ),
    _A(
        "setup.wizard",
        _("Set up a channel"),
        ("Ctrl+N",),
        _("Open the wizard: source, ladder, outputs, cues"),
        _G.SETUP,
    ),
    _A("setup.show", _("Show file"), ("Ctrl+O",), _("Read, compare and save show files"), _G.SETUP),
    _A(
        "setup.surfaces",
        _("Surfaces"),
        (),
        _("MIDI and Stream Deck: their keys, and a test that fires nothing"),
        _G.SETUP,
    ),
    _A("close", _("Close the window"), (), _("Asks whether the channels stay on air"), _G.SETUP),
    _A("setup.tour", _("Tour"), ("Ctrl+T",), _("A minute through the window"), _G.SETUP),
    _A("undo", _("Undo"), ("Ctrl+Z",), _("Take the last edit of the schedule back; never anything on air"), _G.EDITS),
    _A("redo", _("Redo"), ("Ctrl+Y", "Ctrl+Shift+Z"), _("Do the edit again that was taken back"), _G.EDITS),
    _A("help.keys", _("Keyboard map"), ("F1",), _("Show all keys, and change them"), _G.HELP),
    _A("help.what", _("What is this?"), ("Shift+F1",), _("Point at anything, click: it says what it is"), _G.HELP),
    _A("help.palette", _("Command palette"), ("Ctrl+K",), _("Type to find any action, channel or break"), _G.HELP),
    _A(
        "tiles.safe_areas",
        _("Safe areas"),
        ("Ctrl+G",),
        _("Draw the safe areas of EBU R 95 on every tile: action 93 %, titles 90 %"),
        _G.HELP,
    ),
    _A("help.looks", _("Looks"), ("Ctrl+,",), _("Colours, size and motion of this window"), _G.HELP),
)

WINDOW_ACTIONS: dict[str, WindowAction] = {
    action.id: action
    for group in Group
    for action in (*_cues(), *_channels(), *_presets(), *_OTHERS)
    if action.group is group
}


_FIXED = (
    (_("Move a tile"), ("Ctrl+Shift+Left",), _("To the place beside it; Right, Up, Down too"), _G.PICTURES),
    (_("Back"), ("Esc",), _("All tiles again; ends a drag without effect"), _G.PICTURES),
    (_("Menu of a tile"), ("Menu", "Shift+F10"), _("Alone, keep large, layouts, pages, window"), _G.PICTURES),
    (
        _("Move, choose"),
        ("Up", "Down"),
        _("Go through rows; so do PgUp, PgDown, Home, End and letters"),
        _G.LISTS,
    ),
    (_("Copy"), ("Ctrl+C",), _("Copy what is chosen: events, an alarm, a marker, a field"), _G.LISTS),
    (_("Edit, carry out"), ("Return",), _("Edit a cell, press the chosen entry; never a cue"), _G.LISTS),
    (_("Leave"), ("Esc",), _("Close a sheet, give up an edit or a drag; never a cue"), _G.LISTS),
    (_("Nudge"), ("Left", "Right"), _("The chosen breaks by a frame; with Shift by a second"), _G.TIMELINE),
    (_("Stretch"), ("Alt+Left", "Alt+Right"), _("Move the end by a frame; with Shift by a second"), _G.TIMELINE),
    (_("To another channel"), ("Alt+Up", "Alt+Down"), _("Move the chosen breaks a row up or down"), _G.TIMELINE),
    (_("Next, previous break"), ("Ctrl+Right", "Ctrl+Left"), _("Choose it; with Shift choose it too"), _G.TIMELINE),
    (_("Next, previous row"), ("Ctrl+Down", "Ctrl+Up"), _("Choose the nearest break of the next channel"), _G.TIMELINE),
    (_("New break"), ("Ins", "N"), _("Book a break at the cursor"), _G.TIMELINE),
    (_("Split, duplicate"), ("S", "Ctrl+D"), _("Make two of the chosen break"), _G.TIMELINE),
    (_("Remove"), ("Del",), _("Take the chosen breaks out of the schedule"), _G.TIMELINE),
    (_("Choose all"), ("Ctrl+A",), _("All breaks in sight"), _G.TIMELINE),
    (_("Zoom"), ("+", "-"), _("Show less time, or more"), _G.TIMELINE),
    (_("Follow"), ("Home",), _("Keep the playhead in sight"), _G.TIMELINE),
    (_("Menu"), ("Menu", "Shift+F10"), _("All of these for the break with the focus"), _G.TIMELINE),
)
FIXED_KEYS = tuple(
    WindowAction(f"fixed.{n}", words, keys, tells, group) for n, (words, keys, tells, group) in enumerate(_FIXED)
)
