"""Where everything in the cue column stands, by its size and density. Pure."""

from __future__ import annotations

from dataclasses import dataclass, replace

from PySide6.QtCore import QRect

from app.ui.actions import PRESETS_S, Verb
from app.ui.theme import Density

_GAP = 6
_ROWS = ((Verb.CUE_NEXT, Verb.HOLD, Verb.SKIP), (Verb.RETURN, Verb.EXTEND, Verb.SLATE))
_ROOMY_SHARES = ((138, 113, 111), (120, 116, 126))
_COMPACT_SHARES = ((112, 98, 96), (98, 96, 112))


@dataclass(frozen=True, slots=True)
class Heights:
    """Heights from top to bottom; ``group`` and ``tight``: the spaces between."""

    top: int
    title: int
    countdown: int
    card: int
    label: int
    length: int
    cue: int
    take: int
    withdraw: int
    group: int
    tight: int
    template: int = 0


_ROOMY = Heights(12, 52, 201, 126, 18, 43, 60, 125, 62, 10, 10)
_COMPACT = Heights(8, 34, 128, 66, 0, 36, 46, 84, 44, 6, 6)
_ROOMY_WITH, _COMPACT_WITH = replace(_ROOMY, template=36), replace(_COMPACT, countdown=112, template=30)
_TEMPLATE_GAP, _PAGER = 4, 40
TEMPLATES_SHOWN = 3
_ROOMY_LAMPS, _COUNTDOWN_LEAST, _CARD_LEAST, _TAKE_LEAST, _CUE_LEAST = 100, 160, 108, 96, 50


@dataclass(frozen=True, slots=True)
class ColumnPlaces:
    """One rectangle for each part."""

    title: QRect
    countdown: QRect
    card: QRect
    length_label: QRect
    lengths: tuple[QRect, ...]
    buttons: dict[Verb, QRect]
    lamps: QRect
    templates: tuple[QRect, ...] = ()
    pager: QRect | None = None


def column_places(width: int, height: int, density: Density, templates: int = 0) -> ColumnPlaces:
    """The places in a column of this size. In a low window the big three give way before a button does.

    ``templates``: the most that a channel of the show has; with any they have a row, the same for all channels.
    """
    full = (_ROOMY_WITH if templates else _ROOMY) if density.roomy else (_COMPACT_WITH if templates else _COMPACT)
    tall = _fitted(full, height) if density.roomy else full
    left, right = (13, 12) if density.roomy else (10, 8)
    inner = width - left - right
    cursor = tall.top

    def down(part: int, gap: int) -> QRect:
        nonlocal cursor
        place = QRect(left, cursor, inner, part)
        cursor += part + gap
        return place

    title, countdown = down(tall.title, tall.group if density.roomy else 6), down(tall.countdown, tall.group)
    card = down(tall.card, tall.group - 2 if density.roomy else 6)
    label = down(tall.label, 4 if density.roomy else 0)
    lengths = _shared(down(tall.length, _TEMPLATE_GAP if templates else tall.tight), (1,) * len(PRESETS_S))
    names = down(tall.template, tall.tight) if templates else QRect()
    pager = QRect(names.right() - _PAGER + 1, names.top(), _PAGER, names.height())
    if templates > TEMPLATES_SHOWN:
        names.setRight(pager.left() - _GAP - 1)
    buttons: dict[Verb, QRect] = {}
    shares = _ROOMY_SHARES if density.roomy else _COMPACT_SHARES
    buttons |= zip(_ROWS[0], _shared(down(tall.cue, tall.tight), shares[0]), strict=True)
    buttons[Verb.TAKE] = down(tall.take, tall.tight)
    buttons[Verb.WITHDRAW] = down(tall.withdraw, tall.tight)
    buttons |= zip(_ROWS[1], _shared(down(tall.cue, tall.tight), shares[1]), strict=True)
    lamps = QRect(left, cursor, inner, max(0, height - cursor - 4))
    places = ColumnPlaces(title, countdown, card, label, lengths, buttons, lamps)
    if not templates:
        return places
    shown = _shared(names, (1,) * TEMPLATES_SHOWN)
    return replace(places, templates=shown, pager=pager if templates > TEMPLATES_SHOWN else None)


def _fitted(full: Heights, height: int) -> Heights:
    """The roomy heights; in a window lower than 1080 the countdown, the card and TAKE share the lack."""
    needed = full.top + full.title + full.countdown + full.card + full.label + 4 + full.length + 2 * full.cue
    needed += full.take + full.withdraw + 8 * full.tight + _ROOMY_LAMPS
    needed += full.template + _TEMPLATE_GAP if full.template else 0
    lack = max(0, needed - height)
    countdown = max(_COUNTDOWN_LEAST, full.countdown - lack)
    lack -= full.countdown - countdown
    take = max(_TAKE_LEAST, full.take - lack)
    lack -= full.take - take
    card = max(_CARD_LEAST, full.card - lack)
    lack -= full.card - card
    low = replace(full, countdown=countdown, card=card, take=take)
    if lack <= 0 or not full.template:
        return low
    cue = max(_CUE_LEAST, full.cue - (lack + 1) // 2)
    lack -= 2 * (full.cue - cue)
    return replace(low, cue=cue, withdraw=max(_CUE_LEAST, full.withdraw - max(0, lack)))


def _shared(row: QRect, shares: tuple[int, ...]) -> tuple[QRect, ...]:
    """The row cut into parts by their shares, with the gap between."""
    room, total = row.width() - _GAP * (len(shares) - 1), sum(shares)
    places, done = [], 0
    for number, share in enumerate(shares):
        start, end = room * done // total, room * (done + share) // total
        places.append(QRect(row.left() + start + number * _GAP, row.top(), end - start, row.height()))
        done += share
    return tuple(places)
