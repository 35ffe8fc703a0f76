"""Date ranges that an earlier life of a channel announced behind its last segment, as text. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable

_RANGE = re.compile(
    r'(#EXT-X-DATERANGE:ID="([^"]+)"(?:,CLASS="[^"]*")?,START-DATE="([^"]+)"(?:,PLANNED-DURATION=[0-9.]+)?)(.*)'
)


def ended_ranges(before: Iterable[str], now: Iterable[str]) -> tuple[str, ...]:
    """The ends of those that do not stand in ``now`` as well: they begin elsewhere, or never.

    Each ends where it was to begin, as one that is given up; a range that ended so already is told once more.
    Interstitials go out of the playlist, and what the next range of its CLASS ends is left to that.
    """
    standing = {match[2] for line in now if (match := _RANGE.fullmatch(line))}
    found = []
    for line in before:
        match = _RANGE.fullmatch(line)
        if match is None or match[2] in standing or "X-ASSET-LIST" in match[4] or "END-ON-NEXT=YES" in match[4]:
            continue
        found.append(f'{match[1]},DURATION=0.000,END-DATE="{match[3]}"')
    return tuple(dict.fromkeys(found))
