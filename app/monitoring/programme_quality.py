"""A channel's probes together: sound and picture in, one status out."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from app.model.quality import QUIET_LUFS, QualityStatus
from app.model.quality_limits import QualityLimits
from app.monitoring.picture_quality import PictureProbe, PictureReading, Planes
from app.monitoring.sound_quality import SoundProbe, SoundReading

FLAG_S = 1.0  # of silence or stillness: a pause in speech is none


class ProgrammeQuality:
    """Of one channel's life on air; one thread."""

    def __init__(self, channels: int, limits: QualityLimits) -> None:
        self._limits = limits
        self._sound = SoundProbe(channels, limits.silence_dbfs)
        self._picture = PictureProbe(limits.black_luma)

    def change(self, limits: QualityLimits) -> None:
        """Measure by these from here on; the loudness so far is not forgotten."""
        if limits.black_luma != self._limits.black_luma:
            self._picture = PictureProbe(limits.black_luma)
        self._sound.silence_dbfs = limits.silence_dbfs
        self._limits = limits

    def hear(self, sound: NDArray[np.float32]) -> None:
        """Float32 of shape (channels, samples) at 48 kHz."""
        self._sound.take(sound)

    def see(self, planes: Planes, at_s: float) -> None:
        """Samples of a picture, a few a second."""
        self._picture.take(planes, at_s)

    def stop_hearing(self) -> None:
        """The programme is not heard now."""
        self._sound.pause()

    def stop_seeing(self) -> None:
        """The programme is not seen now."""
        self._picture = PictureProbe(self._limits.black_luma)

    def read(self) -> QualityStatus:
        """The newest figures."""
        sound, picture = self._sound.read(), self._picture.read()
        status = QualityStatus() if sound is None else self._heard(sound)
        status = replace(status, target_lufs=self._limits.target_lufs, tolerance_lu=self._limits.tolerance_lu)
        return status if picture is None else _seen(status, picture)

    def _heard(self, sound: SoundReading) -> QualityStatus:
        return QualityStatus(
            momentary_lufs=_told(sound.momentary_lufs),
            short_lufs=_told(sound.short_lufs),
            integrated_lufs=_told(sound.integrated_lufs),
            true_peak_dbtp=_told(sound.true_peak_dbtp),
            phase=None if sound.phase is None else round(sound.phase, 3),
            silent=sound.silent_s >= FLAG_S,
            silent_s=round(sound.silent_s, 1),
            over=sound.true_peak_dbtp > self._limits.true_peak_dbtp or sound.clipped > 0,
            clipped=sound.clipped,
        )


def _seen(status: QualityStatus, picture: PictureReading) -> QualityStatus:
    return replace(
        status,
        black=picture.black,
        black_s=round(picture.black_s, 1),
        frozen=picture.frozen_s >= FLAG_S,
        frozen_s=round(picture.frozen_s, 1),
        bars=picture.bars,
    )


def _told(level: float | None) -> float | None:
    return None if level is None else round(max(level, QUIET_LUFS), 2)
