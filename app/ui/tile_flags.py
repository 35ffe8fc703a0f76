"""The flags in a tile: what is wrong with picture, sound, captions and markers, several at once. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import compress

from app.model.quality import QualityStatus
from app.ui.grammar import Tone
from app.ui.icons import Icon
from app.ui.words import _


@dataclass(frozen=True, slots=True)
class Flag:
    """``word`` and ``icon`` say it, ``tone`` says it again; a quiet one is not wrong."""

    word: str
    icon: Icon
    tone: Tone = Tone.AMBER

    @property
    def wrong(self) -> bool:
        """Whether it is more than a sign that all is there."""
        return self.tone is not Tone.QUIET


BLACK, FROZEN = Flag(_("BLACK"), Icon.BOX), Flag(_("FROZEN"), Icon.STAR)
SILENT, OVER = Flag(_("SILENT"), Icon.MUTED_HORN), Flag(_("OVER"), Icon.OVER)
NO_CAPTIONS, CAPTIONS = Flag(_("CC LOST"), Icon.CAPTIONS_LOST), Flag(_("CC"), Icon.CAPTIONS, Tone.QUIET)
NO_SCTE, SCTE = Flag(_("SCTE LOST"), Icon.PENNANT_LOST), Flag(_("SCTE"), Icon.PENNANT, Tone.QUIET)
FLAGS = (BLACK, FROZEN, SILENT, NO_SCTE, NO_CAPTIONS, OVER, SCTE, CAPTIONS)
"""The graver first: without markers no break of the source airs, over-level is heard but harms no picture."""


def flags_of(quality: QualityStatus | None) -> tuple[Flag, ...]:
    """Those that are up, in their order, as measured: an alarm comes only after its hold."""
    if quality is None:
        return ()
    up = (
        quality.black,
        quality.frozen and not quality.black,  # a black picture does not move
        quality.silent,
        quality.scte35 is False,
        quality.captions is False,
        quality.over,
        quality.scte35,
        quality.captions,
    )
    return tuple(compress(FLAGS, up))


def flag_words(flags: tuple[Flag, ...]) -> str:
    """For whoever hears the tile, or points at it."""
    wrong, there = [[flag.word for flag in flags if flag.wrong is side] for side in (True, False)]
    return ", ".join((*wrong, *(_("{word} there").format(word=word) for word in there)))
