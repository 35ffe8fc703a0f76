"""What the bar below the tiles says: the page, the zoom, and above all who is in alarm and out of sight. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from app.ui.grammar import Tone
from app.ui.multiview.layouts import TileLayout
from app.ui.multiview.wall import Wall
from app.ui.tile_face import TileFace
from app.ui.words import _


@dataclass(frozen=True, slots=True)
class Told:
    """One tile as the bar knows it. ``shown``: number and title, as in lists."""

    name: str
    shown: str
    face: TileFace


@dataclass(frozen=True, slots=True)
class Outlook:
    """``place``: where one is; ``unseen``: what is out of sight and should be known; ``first``: whom that is about."""

    place: str = ""
    unseen: str = ""
    tone: Tone = Tone.QUIET
    first: str = ""


def outlook(wall: Wall, tiles: Sequence[Told], chosen: TileLayout, selected: str) -> Outlook:
    """``tiles``: all of them, in the order of the channels; ``chosen``: the layout that was asked for.

    ``selected``: whom the cue keys act on; it is told where that one is out of sight.
    """
    hidden = [tile for tile in tiles if tile.name not in wall.shown]
    alarms = sorted(
        (tile for tile in hidden if tile.face.mark.dashed), key=lambda tile: tile.face.mark.tone is not Tone.RED
    )
    lively = [tile for tile in hidden if tile not in alarms and tile.face.mark.tone in {Tone.RED, Tone.AMBER}]
    place = _place(wall, tiles, chosen, selected)
    if alarms:
        graver = Tone.RED if alarms[0].face.mark.tone is Tone.RED else Tone.AMBER
        count = _("ALARM") if len(alarms) == 1 else f"{len(alarms)} ALARMS"
        return Outlook(
            place,
            _("{count} OUT OF SIGHT: {listed}").format(count=count, listed=_listed(wall, alarms)),
            graver,
            alarms[0].name,
        )
    if lively:
        return Outlook(
            place, _("Out of sight: {listed}").format(listed=_listed(wall, lively)), Tone.PLAIN, lively[0].name
        )
    return Outlook(place)


def _place(wall: Wall, tiles: Sequence[Told], chosen: TileLayout, selected: str) -> str:
    shown = {tile.name: tile.shown for tile in tiles}
    words = []
    if wall.zoomed:
        words.append(_("{shown} alone: Esc goes back").format(shown=shown.get(wall.zoomed, wall.zoomed)))
    elif len(wall.pages) > 1:
        words.append(_("page {page} of {pages}").format(page=wall.page + 1, pages=len(wall.pages)))
    if selected in shown and selected not in wall.shown:
        words.append(_("cue keys act on {shown}").format(shown=shown[selected]))
    if wall.layout is not chosen:
        words.append(_("no room for {layout}").format(layout=chosen.words))
    return ", ".join(words)


def _listed(wall: Wall, tiles: Sequence[Told]) -> str:
    """Each with its page, where there are pages."""
    if len(wall.pages) == 1:
        return ", ".join(f"{tile.shown} {tile.face.mark.word}" for tile in tiles)
    return ", ".join(
        _("page {page_of}, {shown} {word}").format(
            page_of=wall.page_of(tile.name) + 1, shown=tile.shown, word=tile.face.mark.word
        )
        for tile in tiles
    )
