"""One rendition as one continuous transport stream."""

from __future__ import annotations

import av

from app.model.errors import SplicedeckError
from app.pipeline.packets import Packet
from app.pipeline.ts import PACKET_SIZE
from app.pipeline.ts_sink import Chunk, TsSink

_WRITE_SIZE = 174 * PACKET_SIZE  # whole packets a write, and few writes
_OPTIONS = {
    "mpegts_copyts": "1",  # with the next two: PTS as the encoder gave it, to the tick, and PCR 0.7 s before DTS
    "avoid_negative_ts": "disabled",
    "max_delay": "700000",
    "flush_packets": "1",  # nothing waits in libav's buffer once a picture is written
    "pcr_period": "20",  # a PCR with every picture; libav counts pictures, to over 100 ms at 24 fps (ISO 13818-1)
    "pes_payload_size": "0",  # one audio frame a PES packet: the sound of a segment is in the segment
}
_SERVICE_NAME_LETTERS = 60  # service_descriptor() holds 255 bytes with the provider's name, a letter takes up to four


class RenditionMuxer:
    """libav's mpegts muxer over a ``TsSink``. Packager thread only; SplicedeckError when it fails."""

    def __init__(
        self,
        rendition: str,
        video_template: av.VideoStream,
        audio_template: av.AudioStream | None,
        *,
        title: str,
        near_ticks: int,
    ) -> None:
        self.rendition = rendition
        self._sink = TsSink(near_ticks)
        try:
            self._container = av.open(
                self._sink, "w", format="mpegts", buffer_size=_WRITE_SIZE, container_options=_OPTIONS
            )
            self._container.metadata["service_name"] = title[:_SERVICE_NAME_LETTERS]
            self._video = self._container.add_stream_from_template(video_template)
            # AAC is wrapped into ADTS from the encoder's extradata, which only an opaque stream keeps.
            self._audio = audio_template and self._container.add_stream_from_template(audio_template, opaque=True)
        except av.FFmpegError as error:
            raise SplicedeckError(f"rendition {rendition}: no transport stream can be opened: {error}") from error

    @property
    def newest_idr_ticks(self) -> int | None:
        """PTS of the last IDR picture that has been written."""
        return self._sink.newest_idr_ticks

    def write_video(self, packet: Packet) -> None:
        """Give it a picture, which is then spent: the muxer keeps the packet."""
        packet.stream = self._video
        self._mux(packet)

    def write_audio(self, packet: Packet) -> None:
        """Give it a copy of an audio frame: the packet serves every rendition, and a muxer changes what it gets."""
        if self._audio is None:
            return
        copy = av.Packet(bytes(packet))
        copy.pts, copy.dts, copy.duration = packet.pts, packet.dts, packet.duration
        copy.time_base = packet.time_base
        copy.is_keyframe = packet.is_keyframe
        copy.stream = self._audio
        self._mux(copy)

    def send(self, section: bytes) -> None:
        """Put a section behind what has been written so far."""
        self._sink.send(section)

    def take(self) -> list[Chunk]:
        """What has been written since the last call."""
        return self._sink.take()

    def close(self) -> None:
        """Write what libav still holds; then ``take`` gives the rest."""
        try:
            self._container.close()
        except av.FFmpegError as error:
            raise self._failed(error) from error

    def _mux(self, packet: Packet) -> None:
        try:
            self._container.mux_one(packet)
        except av.FFmpegError as error:
            raise self._failed(error) from error

    def _failed(self, error: av.FFmpegError) -> SplicedeckError:
        return SplicedeckError(f"rendition {self.rendition}: the transport stream can't be written: {error}")
