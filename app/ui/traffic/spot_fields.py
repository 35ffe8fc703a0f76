"""What was typed of a spot or a pod as an item of the library, or why it can't be one. Pure."""

from __future__ import annotations

from collections.abc import Container, Sequence
from dataclasses import dataclass
from fractions import Fraction

from app.model.library import LibraryItem, LibraryKind
from app.model.rundown import Upid
from app.model.schedule import Spot
from app.ui.traffic.house_time import length_shown, length_typed
from app.ui.words import _

_LONGEST_NAME, _LONGEST_TITLE, _LONGEST_URI = 128, 500, 8192
_MOST_SPOTS = 200
_TYPES = 0xFF
HEADS = (_("ID"), _("TITLE"), _("LENGTH"), _("MEDIA"), _("UPID"))


@dataclass(frozen=True, slots=True)
class SpotText:
    """A spot as it is typed. ``upid``: ``type:value``, as ``9:SIGNAL:…``; ``media``: addresses between blanks."""

    id: str = ""
    title: str = ""
    length: str = ""
    media: str = ""
    upid: str = ""

    @classmethod
    def of(cls, spot: Spot) -> SpotText:
        """A spot that is there."""
        upid = "" if spot.upid is None else f"{spot.upid.type}:{spot.upid.value}"
        return cls(spot.id, spot.title, length_shown(spot.duration_s), " ".join(spot.media), upid)


def item_of(
    item_id: str, title: str, kind: LibraryKind, spots: Sequence[SpotText], taken: Container[str], version: int = 0
) -> LibraryItem:
    """ValueError: the reason, as the one who typed it shall read it. ``taken``: ids of other items."""
    item_id, title = item_id.strip(), title.strip()
    if not title:
        raise ValueError(_("a title is wanted"))
    if not item_id:
        raise ValueError(_("an id is wanted: the trade's own, as NB-2201"))
    _check(item_id, "id", _LONGEST_NAME)
    _check(title, "title", _LONGEST_TITLE)
    if item_id in taken:
        raise ValueError(_("id {item_id}: the library has one already").format(item_id=item_id))
    if not spots:
        raise ValueError(_("there is no ad in it: give at least one with its length"))
    if kind is LibraryKind.SPOT and len(spots) > 1:
        raise ValueError(_("a spot is one ad, and these are {spots}: make it a pod").format(spots=len(spots)))
    if len(spots) > _MOST_SPOTS:
        raise ValueError(_("a pod has at most {MOST_SPOTS} ads").format(MOST_SPOTS=_MOST_SPOTS))
    made = tuple(_spot(n, one, item_id, title) for n, one in enumerate(spots, 1))
    seen: set[str] = set()
    for n, spot in enumerate(made, 1):
        if spot.id in seen:
            raise ValueError(_("ad {n}: id {id} is there twice").format(n=n, id=spot.id))
        seen.add(spot.id)
    total_s = sum((spot.duration_s for spot in made), Fraction(0))
    return LibraryItem(id=item_id, title=title, kind=kind, spots=made, duration_s=total_s, version=version)


def _spot(number: int, text: SpotText, item_id: str, title: str) -> Spot:
    try:
        seconds = length_typed(text.length)
        media = tuple(text.media.split())
        if any(len(uri) > _LONGEST_URI or not uri.isprintable() for uri in media):
            raise ValueError(
                _("an address of media is longer than {LONGEST_URI} characters, or none").format(
                    LONGEST_URI=_LONGEST_URI
                )
            )
        spot_id = text.id.strip() or (item_id if number == 1 else f"{item_id}-{number}")
        _check(spot_id, "id", _LONGEST_NAME)
        _check(text.title.strip(), "title", _LONGEST_TITLE)
        upid = _upid(text.upid.strip())
    except ValueError as error:
        raise ValueError(_("ad {number}: {error}").format(number=number, error=error)) from error
    return Spot(id=spot_id, title=text.title.strip() or title, duration_s=seconds, media=media, upid=upid)


def _check(words: str, name: str, longest: int) -> None:
    if not words.isprintable():
        raise ValueError(_("{name}: there are control characters in it").format(name=name))
    if len(words) > longest:
        raise ValueError(_("{name}: longer than {longest} characters").format(name=name, longest=longest))


def _upid(text: str) -> Upid | None:
    if not text:
        return None
    kind, colon, value = text.partition(":")
    if not colon or not kind.isascii() or not kind.isdecimal() or int(kind[:4]) > _TYPES or not value.isprintable():
        raise ValueError(_("UPID {text!r}: right is type:value, as 3:ABCD0123456H (type 3 is Ad-ID)").format(text=text))
    return Upid(int(kind[:4]), value)
