"""What a source brings beside picture and sound, captions or markers: never seen, there, or lost."""

from __future__ import annotations

LOST_AFTER_S = 5.0  # captions may pause with a scene, and a program map is read anew after a cut


class Carried:
    """One kind of them; one thread. Nothing is missed of a source that never had any."""

    def __init__(self) -> None:
        self._seen_at_s: float | None = None
        self._there: bool | None = None

    def look(self, there: bool | None, at_s: float) -> bool | None:  # noqa: FBT001 - a finding's own three values
        """``there``: now; None: it can't be told, and what was known stands. None: never seen; False: lost."""
        if there:
            self._seen_at_s, self._there = at_s, True
        elif there is False and self._seen_at_s is not None and at_s - self._seen_at_s >= LOST_AFTER_S:
            self._there = False
        return self._there


class CountedPictures:
    """Whether the pictures of late had something in them, by two counts that begin anew with each session."""

    def __init__(self) -> None:
        self._pictures = self._with = 0

    def look(self, pictures: int, having: int) -> bool | None:
        """None: there was no picture since the last look, or the counts have begun anew."""
        more, had = pictures - self._pictures, having - self._with
        self._pictures, self._with = pictures, having
        return None if more <= 0 or had < 0 else had > 0
