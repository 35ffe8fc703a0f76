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

CHANNEL_KEYS = 9


class Group(StrEnum):
    """Where the keyboard map lists an action."""

    CUES = "Cues"
    CHANNELS = "Channels"
    PANEL = "Panel"
    PAGES = "Presets and pages"
    TILES = "Multiviewer"
    SETUP = "Set-up"
    EDITS = "Edits"
    HELP = "Help and looks"
    PICTURES = "On a picture, fixed"
    LISTS = "In lists, fixed"
    TIMELINE = "On the timeline, fixed"


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
            f"channel.{n}", f"Select channel {n}", (str(n),), f"The cue keys act on channel {n}", Group.CHANNELS
        )
        for n in range(1, CHANNEL_KEYS + 1)
    ] + [
        WindowAction(
            f"gang.{n}",
            f"Gang channel {n}",
            (f"Shift+{n}",),
            f"The cue keys act on channel {n} too, or no more; Esc lets the gang go",
            Group.CHANNELS,
        )
        for n in range(1, CHANNEL_KEYS + 1)
    ]


def _presets() -> list[WindowAction]:
    return [
        WindowAction(
            preset_id(preset),
            f"{preset.value} preset",
            (f"Ctrl+{n}",),
            f"Lay the window out for {preset.value.lower()}",
            Group.PAGES,
        )
        for n, preset in enumerate(Preset, 1)
    ]


_A, _G = WindowAction, Group
_OTHERS = (
    _A("lock", "Lock the panel", ("Ctrl+L",), "Disable all cue keys and buttons, or enable them again", _G.PANEL),
    _A("con", "Take or give up the con", (KEY,), "Be the only one whose cues the channel takes", _G.PANEL),
    _A("con.force", "Take the con by force", (FORCE_KEY,), "Take it from whoever has it; told to all", _G.PANEL),
    _A("alarms.acknowledge", "Acknowledge all alarms", (), "Mark every alarm that stands as seen by you", _G.PANEL),
    _A("alarms.copy", "Copy the alarms", (), "Put every alarm that stands on the clipboard, a line each", _G.PANEL),
    _A(
        "refusal.copy",
        "Copy the last refusal",
        (),
        "Put the last refused press and its reason on the clipboard",
        _G.PANEL,
    ),
    _A("pages.markers", "Markers, and back", ("Ctrl+M",), "Open the selected channel's SCTE-35 markers", _G.PAGES),
    _A("pages.breaks", "Ad breaks", (), "Open the timeline in the bottom panel", _G.PAGES),
    _A("pages.events", "Events", (), "Open the list of what happened in the bottom panel", _G.PAGES),
    _A("docks.next", "Next panel", ("Ctrl+P",), "Give the focus to the next panel of this preset", _G.PAGES),
    _A("docks.move", "Move the panel", (), "Put the panel with the focus at the window's next side", _G.PAGES),
    _A("docks.float", "Float the panel", (), "Make it a window of its own, or put it back into this one", _G.PAGES),
    _A("docks.reset", "Reset the layout", (), "Lay this preset's panels out as at first", _G.PAGES),
    *(
        _A(layout_id(layout), f"Tiles {layout.value}", (f"Alt+{n}",), f"Lay the tiles out: {tells}", _G.TILES)
        for n, (layout, tells) in enumerate(TELLS.items(), 1)
    ),
    _A("tiles.alone", "One tile alone, and back", ("Ctrl+E",), "Give the tile with the focus all the room", _G.TILES),
    _A("tiles.pin", "Keep a tile large", ("Ctrl+R",), "Whichever channel is selected; again: no more", _G.TILES),
    _A("tiles.next", "Next page of tiles", ("Ctrl+H",), "Turn the page, where not all tiles fit on one", _G.TILES),
    _A("tiles.back", "Page of tiles back", ("Ctrl+Shift+H",), "The page before", _G.TILES),
    _A("tiles.unseen", "Show the unseen alarm", ("Ctrl+B",), "Turn to the tile that the bar tells of", _G.TILES),
    _A("tiles.window", "Multiviewer in a window", ("Ctrl+F",), "Fill a second screen with it, or close it", _G.TILES),
    _A("setup.wizard", "Set up a channel", ("Ctrl+N",), "Open the wizard: source, ladder, outputs, cues", _G.SETUP),
    _A("setup.show", "Show file", ("Ctrl+O",), "Read, compare and save show files", _G.SETUP),
    _A("setup.surfaces", "Surfaces", (), "MIDI and Stream Deck: their keys, and a test that fires nothing", _G.SETUP),
    _A("setup.tour", "Tour", ("Ctrl+T",), "A minute through the window", _G.SETUP),
    _A("undo", "Undo", ("Ctrl+Z",), "Take the last edit of the schedule back; never anything on air", _G.EDITS),
    _A("redo", "Redo", ("Ctrl+Y", "Ctrl+Shift+Z"), "Do the edit again that was taken back", _G.EDITS),
    _A("help.keys", "Keyboard map", ("F1",), "Show all keys, and change them", _G.HELP),
    _A("help.what", "What is this?", ("Shift+F1",), "Point at anything, click: it says what it is", _G.HELP),
    _A("help.palette", "Command palette", ("Ctrl+K",), "Type to find any action, channel or break", _G.HELP),
    _A(
        "tiles.safe_areas",
        "Safe areas",
        ("Ctrl+G",),
        "Draw the safe areas of EBU R 95 on every tile: action 93 %, titles 90 %",
        _G.HELP,
    ),
    _A("help.looks", "Looks", ("Ctrl+,",), "Colours, size and motion of this window", _G.HELP),
)

WINDOW_ACTIONS: dict[str, WindowAction] = {
    action.id: action
    for group in Group
    for action in (*_cues(), *_channels(), *_presets(), *_OTHERS)
    if action.group is group
}


_FIXED = (
    ("Move a tile", ("Ctrl+Shift+Left",), "To the place beside it; Right, Up, Down too", _G.PICTURES),
    ("Back", ("Esc",), "All tiles again; ends a drag without effect", _G.PICTURES),
    ("Menu of a tile", ("Menu", "Shift+F10"), "Alone, keep large, layouts, pages, window", _G.PICTURES),
    (
        "Move, choose",
        ("Up", "Down"),
        "Go through rows; so do PgUp, PgDown, Home, End and letters",
        _G.LISTS,
    ),
    ("Copy", ("Ctrl+C",), "Copy what is chosen: events, an alarm, a marker, a field", _G.LISTS),
    ("Edit, carry out", ("Return",), "Edit a cell, press the chosen entry; never a cue", _G.LISTS),
    ("Leave", ("Esc",), "Close a sheet, give up an edit or a drag; never a cue", _G.LISTS),
    ("Nudge", ("Left", "Right"), "The chosen breaks by a frame; with Shift by a second", _G.TIMELINE),
    ("Stretch", ("Alt+Left", "Alt+Right"), "Move the end by a frame; with Shift by a second", _G.TIMELINE),
    ("To another channel", ("Alt+Up", "Alt+Down"), "Move the chosen breaks a row up or down", _G.TIMELINE),
    ("Next, previous break", ("Ctrl+Right", "Ctrl+Left"), "Choose it; with Shift choose it too", _G.TIMELINE),
    ("Next, previous row", ("Ctrl+Down", "Ctrl+Up"), "Choose the nearest break of the next channel", _G.TIMELINE),
    ("New break", ("Ins", "N"), "Book a break at the cursor", _G.TIMELINE),
    ("Split, duplicate", ("S", "Ctrl+D"), "Make two of the chosen break", _G.TIMELINE),
    ("Remove", ("Del",), "Take the chosen breaks out of the schedule", _G.TIMELINE),
    ("Choose all", ("Ctrl+A",), "All breaks in sight", _G.TIMELINE),
    ("Zoom", ("+", "-"), "Show less time, or more", _G.TIMELINE),
    ("Follow", ("Home",), "Keep the playhead in sight", _G.TIMELINE),
    ("Menu", ("Menu", "Shift+F10"), "All of these for the break with the focus", _G.TIMELINE),
)
FIXED_KEYS = tuple(
    WindowAction(f"fixed.{n}", words, keys, tells, group) for n, (words, keys, tells, group) in enumerate(_FIXED)
)
