"""What a rendition takes on the wire, declared once from the settings and the same from start to end. Pure."""

from __future__ import annotations

from fractions import Fraction

from app.model.timebase import FrameRate, round_half_up

_PAYLOAD_SHARE = Fraction(184, 188)
_SPARE_BITS_A_PES = (19 + 92) * 8  # a PES header, and on average half a packet of stuffing at its end
_TABLES_BPS = 2 * 10 * 188 * 8 + 2 * 188 * 8  # PAT and PMT ten times a second, SDT twice
_CUES_BPS = 188 * 8
AAC_FRAME_SAMPLES = 1024


def transport_bps(video_bps: int, audio_bps: int, frame_rate: FrameRate, sample_rate_hz: int) -> int:
    """Bit rate of the transport stream around elementary streams of these rates; ``sample_rate_hz`` 0: no audio."""
    pes_a_second = frame_rate.fraction + Fraction(sample_rate_hz, AAC_FRAME_SAMPLES)
    carried = (video_bps + audio_bps + pes_a_second * _SPARE_BITS_A_PES) / _PAYLOAD_SHARE
    return round_half_up(carried) + _TABLES_BPS + _CUES_BPS


def peak_video_bps(bitrate_bps: int, max_bps: int, buffer_bits: int, segment_s: Fraction) -> int:
    """The most that segments can average over half a segment's length, RFC 8216 §4.3.4.2.

    That is the encoder's ceiling and what its VBV buffer may hold over; without VBV (0) twice the bit rate.
    """
    if not max_bps or not buffer_bits:
        return 2 * bitrate_bps
    return round_half_up(max_bps + buffer_bits / (segment_s / 2))
