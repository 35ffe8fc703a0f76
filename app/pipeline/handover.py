"""What a channel that died leaves to the one that goes on from there."""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType

from app.pipeline.packager import Playlists
from app.pipeline.resuming import OpenBreak


@dataclass(frozen=True, slots=True)
class Handover:
    """``lost_break``: it was open too, but its OUT is in no playlist: it can't go on where nobody saw it begin."""

    playlists: Playlists = MappingProxyType({})
    open_break: OpenBreak | None = None
    lost_break: OpenBreak | None = None
    slate_by_hand: bool = False

    @classmethod
    def of(cls, playlists: Playlists, left: OpenBreak | None, *, slate_by_hand: bool) -> Handover:
        """Of the newest playlists, the break that stayed open, and whether an operator had put the slate on."""
        if left is not None and not _lists(playlists, left):
            return cls(playlists, lost_break=left, slate_by_hand=slate_by_hand)
        return cls(playlists, left, slate_by_hand=slate_by_hand)


def _lists(playlists: Playlists, left: OpenBreak) -> bool:
    """Whether the segment of its OUT has been listed anywhere; what was still being written is gone."""
    if not playlists:
        return True
    dates = [entry.starts_at for by_name in playlists.values() for one in by_name.values() for entry in one.entries]
    return left.mark.start_at in dates or min(dates, default=left.mark.start_at) > left.mark.start_at
