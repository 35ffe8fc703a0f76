"""What is measured of a channel's own programme, after its source has been normalised and before the encoders."""

from __future__ import annotations

from dataclasses import dataclass

QUIET_LUFS = -100.0  # what is quieter is told as this: JSON has no minus infinity


@dataclass(frozen=True, slots=True, kw_only=True)
class QualityStatus:
    """The newest figures. None: not measured (no sound of that kind, on the slate, too early, no transport stream).

    ``momentary_lufs``, ``short_lufs``: over 0.4 s and 3 s; ``integrated_lufs``: gated, over the last hour at most;
    EBU R 128, never below QUIET_LUFS. ``true_peak_dbtp``: the highest of the last 3 s; ``phase``: correlation of left
    and right over 1 s, from -1 to 1. ``over``: above the permitted true peak, or clipped, within 3 s.

    ``silent_s``, ``black_s``, ``frozen_s``: for how long it has been so; 0.0: it is not. ``silent`` and ``frozen`` are
    said once that has lasted a second. ``clipped``: runs of samples at full scale in the last 3 s.

    Of the source since it was opened: ``received_bytes``; ``cc_errors``: packets out of their order (ISO/IEC 13818-1
    §2.4.3.3), both of a live one; ``pts_gaps``: jumps of its times; ``corrupt_frames``, ``decode_errors``.
    ``sound_behind_ms``: how far its newest sound lies behind its newest picture as they come, negative ahead.
    ``captions``: whether its pictures carry CEA-608 or 708 data (ATSC A/53 part 4); ``scte35``: whether its program
    lists an SCTE-35 stream; None: it never did, False: it is lost.
    ``unmeasured``: frames that the probes were too slow for, since the engine began.
    ``target_lufs``, ``tolerance_lu``: where the loudness belongs.
    """

    momentary_lufs: float | None = None
    short_lufs: float | None = None
    integrated_lufs: float | None = None
    true_peak_dbtp: float | None = None
    phase: float | None = None
    silent: bool | None = None
    silent_s: float | None = None
    over: bool | None = None
    clipped: int | None = None
    black: bool | None = None
    black_s: float | None = None
    frozen: bool | None = None
    frozen_s: float | None = None
    bars: bool | None = None
    received_bytes: int | None = None
    cc_errors: int | None = None
    pts_gaps: int | None = None
    corrupt_frames: int | None = None
    decode_errors: int | None = None
    sound_behind_ms: float | None = None
    captions: bool | None = None
    scte35: bool | None = None
    unmeasured: int = 0
    target_lufs: float | None = None
    tolerance_lu: float | None = None
