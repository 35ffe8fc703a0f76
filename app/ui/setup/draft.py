"""A channel as the wizard has it so far, and the show that it makes. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from fractions import Fraction

from app.model.setup_face import SourceFound
from app.model.show import Channel, HlsOutput, Origin, Rendition, Show
from app.model.signalling import CuePolicy, FeedCues, Signalling, SignalMode, Template
from app.model.timebase import FrameRate
from app.ui.words import _

RUNGS = (
    Rendition("1080p", 1920, 1080, 5_000_000),
    Rendition("720p", 1280, 720, 3_000_000),
    Rendition("540p", 960, 540, 1_600_000),
    Rendition("360p", 640, 360, 700_000),
)
PRESETS = ("veryfast", "superfast", "ultrafast", "faster", "fast", "medium")
LENGTHS_S = (15, 30, 60, 90, 120, 180)
_DEFAULT_RATE = FrameRate(25)


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """``pids``: of SCTE-35 to listen to, none: all; ``lengths_s``: each becomes a template, which the panel offers."""

    title: str = _("Channel 1")
    url: str = ""
    found: SourceFound | None = None
    policy: CuePolicy = CuePolicy.STRIP
    pids: tuple[int, ...] = ()
    rungs: tuple[str, ...] = ("720p", "360p")
    preset: str = "veryfast"
    origins: tuple[Origin, ...] = ()
    segment_s: Fraction = Fraction(6)
    mode: SignalMode = SignalMode.SPLICE_INSERT
    pre_roll_s: Fraction = Fraction(6)
    template: str = _("Ad break")
    lengths_s: tuple[int, ...] = (30, 60)

    @property
    def name(self) -> str:
        """The channel's name for paths and commands, from its title."""
        return re.sub(r"[^a-z0-9]+", "-", self.title.lower()).strip("-")[:64] or "channel"

    @property
    def rate(self) -> FrameRate:
        """What is tried: the source's."""
        return self.found.rate if self.found is not None and self.found.rate is not None else _DEFAULT_RATE

    def renditions(self) -> tuple[Rendition, ...]:
        """The ladder, largest first."""
        return tuple(replace(rung, preset=self.preset) for rung in RUNGS if rung.name in self.rungs)

    def channel(self) -> Channel:
        """The channel."""
        own = Signalling(mode=self.mode)
        listens = self.policy is not CuePolicy.STRIP
        output = HlsOutput(tuple(origin.name for origin in self.origins), f"{self.name}/", self.segment_s)
        return Channel(
            name=self.name,
            title=self.title.strip(),
            sources=(self.url,),
            renditions=self.renditions(),
            outputs=(output,),
            pre_roll_s=self.pre_roll_s,
            signalling=own,
            templates=tuple(
                Template(name=f"{self.template.strip()} {length_s} s", duration_s=Fraction(length_s), signalling=own)
                for length_s in self.lengths_s
            ),
            feed_cues=FeedCues(policy=self.policy, pids=self.pids) if listens else FeedCues(),
        )

    def show(self, timezone: str, into: Show | None = None) -> Show:
        """The show: one of its own, or ``into`` with one channel more; a channel of that name is replaced."""
        channel = self.channel()
        if into is None:
            return Show(channel.title, timezone, self.origins, (channel,))
        names = {origin.name for origin in self.origins}
        kept = tuple(origin for origin in into.origins if origin.name not in names)
        others = tuple(each for each in into.channels if each.name != channel.name)
        return replace(into, origins=(*kept, *self.origins), channels=(*others, channel))


def source_trouble(found: SourceFound) -> str:
    """Why a source that can be read makes no channel, "" where it does."""
    return (
        "" if found.of("video") else _("There is no video in it, and a channel needs pictures: choose another source")
    )


def source_words(found: SourceFound) -> str:
    """What is good to know of a source that makes a channel."""
    told = []
    if not found.of("audio"):
        told.append(_("No audio in it: the channel airs silence."))
    if found.rate is None:
        told.append(_("It tells no frame rate: 25 is taken for the trial."))
    if len(found.of("video")) > 1 or len(found.of("audio")) > 1:
        told.append(_("The channel takes the first video and the first audio."))
    if found.program is not None:
        told.append(_("Program {program} of the transport stream.").format(program=found.program))
    return " ".join(told)
