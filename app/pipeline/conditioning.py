"""Which frame is an IDR and where a segment ends: decided here, once, for every rendition. Pure."""

from __future__ import annotations

from collections.abc import Sequence


class SegmentGrid:
    """Cuts of one output: at every splice, and otherwise before a segment would last longer than nominal.

    ``segment_frames``: the most frames a segment may have. The grid starts anew at each cut, so nothing is ever
    longer. Where a splice that is already known would leave a sliver after a full segment, the stretch up to it
    is halved instead.
    """

    def __init__(self, segment_frames: int) -> None:
        if segment_frames < 1:
            raise ValueError(f"a segment of {segment_frames} frames")
        self._frames = segment_frames
        self._last_cut: int | None = None

    def cuts_at(self, frame: int, *, splice: bool, coming: Sequence[int] = ()) -> bool:
        """True when a segment starts at ``frame``; called once for each frame, in order.

        ``coming``: frames of the splices known to lie ahead.
        """
        cut = self._last_cut is None or splice or frame - self._last_cut >= self._length(frame, coming)
        if cut:
            self._last_cut = frame
        return cut

    def age(self, frame: int) -> int:
        """Frames from the last cut to ``frame``: what a segment that ended there would have."""
        return frame - (self._last_cut or 0)

    def _length(self, frame: int, coming: Sequence[int]) -> int:
        last = self._last_cut or 0
        nearest = min((splice for splice in coming if splice > frame), default=None)
        if nearest is None:
            return self._frames
        stretch = nearest - last
        if self._frames < stretch <= self._frames + self._frames // 4:
            return (stretch + 1) // 2
        return self._frames
