"""The variants of a multivariant playlist, from the show's settings and what the open encoders say of themselves."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from urllib.parse import quote

import av

from app.model.errors import UnsupportedError
from app.model.show import Channel, Rendition, VideoCodec
from app.model.timebase import FrameRate
from app.pipeline.bandwidth import peak_video_bps, transport_bps
from app.pipeline.codecs_attribute import AAC_LC, h264_codec
from app.pipeline.hls import Variant


def variants_of(
    channel: Channel,
    rate: FrameRate,
    video_templates: Mapping[str, av.VideoStream],
    audio_template: av.AudioStream | None,
) -> Callable[[Fraction], dict[str, Variant]]:
    """Variants by rendition, in the show's order, for a segment length in seconds: the peak depends on it."""

    def variants(segment_s: Fraction) -> dict[str, Variant]:
        return {
            rung.name: _variant(channel, rung, rate, video_templates[rung.name], audio_template, segment_s)
            for rung in channel.renditions
        }

    return variants


def _variant(
    channel: Channel,
    rendition: Rendition,
    rate: FrameRate,
    template: av.VideoStream,
    audio_template: av.AudioStream | None,
    segment_s: Fraction,
) -> Variant:
    if rendition.codec is not VideoCodec.H264:
        raise UnsupportedError(
            f"channels.{channel.name}.renditions.{rendition.name}.codec",
            f"{rendition.codec} in HLS with TS segments is not in this version",
            "use h264",
        )
    context = template.codec_context
    peak_bps = peak_video_bps(rendition.bitrate_bps, context.max_bit_rate or 0, context.rc_buffer_size or 0, segment_s)
    audio_bps, sample_rate_hz, codecs = 0, 0, [h264_codec(context.extradata)]
    if audio_template is not None:
        audio_bps, sample_rate_hz = channel.audio.bitrate_bps, audio_template.codec_context.sample_rate
        codecs.append(AAC_LC)
    return Variant(
        uri=f"{quote(rendition.name)}/index.m3u8",
        bandwidth_bps=transport_bps(peak_bps, audio_bps, rate, sample_rate_hz),
        average_bandwidth_bps=transport_bps(rendition.bitrate_bps, audio_bps, rate, sample_rate_hz),
        codecs=",".join(codecs),
        width=rendition.width,
        height=rendition.height,
        frame_rate=rate,
    )
