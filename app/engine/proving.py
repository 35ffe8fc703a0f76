"""What the proof is told: which outputs to read back, which splices to look for, where its evidence is kept."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable

from app.model.events import (
    BreakExtended,
    BreakIn,
    BreakLanded,
    BreakMissed,
    BreakOut,
    BreakResumed,
    BreakWithdrawn,
    Event,
)
from app.model.show import HlsOutput, Show
from app.model.signalling import CuePolicy
from app.model.unproved import Unproved
from app.monitoring.evidence import EvidenceRoom
from app.monitoring.prover import Alarm, Prover
from app.security.secrets import origin_credentials

STOP_S = 5.0
EVIDENCE_S = 5.0  # where a show ends and nobody waits
EVIDENCE_STOP_S = 0.3  # for the splice that is being kept

type KeepEvidence = Callable[[Callable[[Event], None], Alarm], EvidenceRoom]

type TellChannel = Callable[[str, str | None], None]
"""A channel's name, and what is wrong with its newest break; None: nothing."""


class Proving:
    """The live proof of a show's HLS outputs at each of their origins."""

    def __init__(
        self,
        show: Show,
        publish: Callable[[Event], None],
        alarm: Alarm = lambda *_: None,
        keep_evidence: KeepEvidence | None = None,
        tell_channel: TellChannel = lambda *_: None,
    ) -> None:
        self._tell_channel = tell_channel
        self._evidence = None if keep_evidence is None else keep_evidence(publish, alarm)
        self._prover = Prover(publish, alarm=alarm, evidence=self._evidence)
        urls = {origin.name: origin.url.rstrip("/") + "/" for origin in show.origins}
        for channel in show.channels:
            if channel.feed_cues.policy is CuePolicy.RELAY:
                self._prover.relays(channel.name)
            for output in channel.outputs:
                if isinstance(output, HlsOutput):
                    targets = {name: f"{urls[name]}{output.path}index.m3u8" for name in output.origins}
                    self._prover.add_output(
                        channel.name,
                        output.path,
                        targets,
                        segment_s=output.segment_s,
                        window=output.window,
                        dialects=_dialects(output),
                        undeclared=("cue-out-in",) if output.marking.cue_out == "bare" else (),
                        credentials=origin_credentials,
                    )

    def start(self) -> None:
        """Begin."""
        if self._evidence is not None:
            self._evidence.start()
        self._prover.start()

    def note(self, event: Event) -> None:
        """Take up what an event asks to be proved. Engine thread; never blocks."""
        match event:
            case BreakOut():
                self._prover.splice_out(event)
            case BreakResumed():
                self._prover.resumed(event)
            case BreakIn():
                self._prover.splice_in(event)
            case BreakExtended():
                self._prover.extended(event)
            case BreakWithdrawn():
                self._prover.withdrawn(event)
            case BreakMissed(cut_short=False):
                named = event.title or event.break_id
                self._tell_channel(event.channel, f"break {named} did not land: {event.reason}")
            case BreakLanded():
                self._tell_channel(event.channel, None)

    def resume(self, unproved: Iterable[Unproved]) -> None:
        """Go on with what a process before this one left unproved; before ``start``."""
        for one in unproved:
            self._prover.resume(one)

    def drain(self, timeout_s: float) -> bool:
        """Wait until nothing is pending, and what is left of the time for its evidence; False: proofs are."""
        until_s = time.monotonic() + timeout_s
        drained = self._prover.drain(timeout_s)
        if self._evidence is not None:
            self._evidence.drain(min(EVIDENCE_S, max(0.0, until_s - time.monotonic())))
        return drained

    def stop(self, *, hand_on: bool = False) -> None:
        """End the threads. ``hand_on``: another process goes on with what is unproved."""
        self._prover.stop(STOP_S, hand_on=hand_on)
        if self._evidence is not None:
            self._evidence.stop(EVIDENCE_STOP_S)


def _dialects(output: HlsOutput) -> tuple[str, ...]:
    """What has to be in its playlists: interstitials too, where an asset list asks for them."""
    return (*output.dialects, *(["interstitials"] if output.marking.asset_list else []))
