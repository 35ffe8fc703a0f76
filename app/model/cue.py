"""SCTE 35 splice_info_section as data: what a section says, in the standard's words.

Times are 90 kHz ticks (33 bits on the wire). A field that the syntax leaves out is None, or the default that encodes
to its absence. Reserved bits are not kept: ``Section.encoded`` holds the original bytes where they matter.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from app.model.timebase import PTS_WRAP

CUEI = b"CUEI"


@dataclass(frozen=True, slots=True)
class BreakDuration:
    """break_duration(), §9.8.2."""

    auto_return: bool
    duration_ticks: int


@dataclass(frozen=True, slots=True)
class SpliceNull:
    """splice_null(), §9.7.1: the heartbeat."""


@dataclass(frozen=True, slots=True)
class SpliceComponent:
    """One elementary stream of a component splice; no time when the splice is immediate."""

    component_tag: int
    splice_time_ticks: int | None = None


@dataclass(frozen=True, slots=True)
class SpliceInsert:
    """splice_insert(), §9.7.3. ``cancel``: only the id counts. ``components`` None: a program splice.

    ``splice_time_ticks`` is pts_time as written, before pts_adjustment; None when immediate or by component.
    """

    splice_event_id: int
    cancel: bool = False
    out_of_network_indicator: bool = False
    splice_immediate_flag: bool = False
    event_id_compliance_flag: bool = True
    splice_time_ticks: int | None = None
    components: tuple[SpliceComponent, ...] | None = None
    break_duration: BreakDuration | None = None
    unique_program_id: int = 0
    avail_num: int = 0
    avails_expected: int = 0


@dataclass(frozen=True, slots=True)
class TimeSignal:
    """time_signal(), §9.7.4; ``splice_time_ticks`` None: as soon as it arrives."""

    splice_time_ticks: int | None = None


@dataclass(frozen=True, slots=True)
class ScheduledComponent:
    """One elementary stream of a scheduled component splice; GPS seconds since 1980-01-06."""

    component_tag: int
    utc_splice_time_s: int


@dataclass(frozen=True, slots=True)
class ScheduledSplice:
    """One event of splice_schedule(), §9.7.2; ``components`` None: a program splice at ``utc_splice_time_s``."""

    splice_event_id: int
    cancel: bool = False
    event_id_compliance_flag: bool = True
    out_of_network_indicator: bool = False
    utc_splice_time_s: int | None = None
    components: tuple[ScheduledComponent, ...] | None = None
    break_duration: BreakDuration | None = None
    unique_program_id: int = 0
    avail_num: int = 0
    avails_expected: int = 0


@dataclass(frozen=True, slots=True)
class SpliceSchedule:
    """splice_schedule(), §9.7.2."""

    events: tuple[ScheduledSplice, ...]


@dataclass(frozen=True, slots=True)
class BandwidthReservation:
    """bandwidth_reservation(), §9.7.5."""


@dataclass(frozen=True, slots=True)
class PrivateCommand:
    """private_command(), §9.7.6; ``identifier`` is four bytes."""

    identifier: bytes
    private_bytes: bytes


@dataclass(frozen=True, slots=True)
class EncryptedCommand:
    """Everything from splice_command_type up to CRC_32 of an encrypted section, never decoded, §11."""

    ciphertext: bytes


type Command = (
    SpliceNull | SpliceInsert | TimeSignal | SpliceSchedule | BandwidthReservation | PrivateCommand | EncryptedCommand
)


@dataclass(frozen=True, slots=True)
class AvailDescriptor:
    """avail_descriptor(), §10.3.1."""

    provider_avail_id: int


@dataclass(frozen=True, slots=True)
class DtmfDescriptor:
    """DTMF_descriptor(), §10.3.2; ``preroll`` in tenths of a second."""

    preroll: int
    dtmf: str


@dataclass(frozen=True, slots=True)
class DeliveryRestrictions:
    """Present when delivery_not_restricted_flag is 0; a flag that is set allows, §10.3.3.1."""

    web_delivery_allowed: bool
    no_regional_blackout: bool
    archive_allowed: bool
    device_restrictions: int


@dataclass(frozen=True, slots=True)
class SegmentedComponent:
    """One elementary stream of a component segmentation (deprecated by the standard)."""

    component_tag: int
    pts_offset_ticks: int


@dataclass(frozen=True, slots=True)
class SegmentationDescriptor:
    """segmentation_descriptor(), §10.3.3. ``cancel``: only the id counts. ``components`` None: the whole program.

    ``delivery`` None: not restricted. ``upid`` is raw bytes. Both sub-segment fields or neither are present.
    """

    segmentation_event_id: int
    cancel: bool = False
    event_id_compliance_indicator: bool = True
    components: tuple[SegmentedComponent, ...] | None = None
    delivery: DeliveryRestrictions | None = None
    segmentation_duration_ticks: int | None = None
    upid_type: int = 0
    upid: bytes = b""
    segmentation_type_id: int = 0
    segment_num: int = 0
    segments_expected: int = 0
    sub_segment_num: int | None = None
    sub_segments_expected: int | None = None


@dataclass(frozen=True, slots=True)
class TimeDescriptor:
    """time_descriptor(), §10.3.4: TAI of the insertion and its distance from UTC."""

    tai_seconds: int
    tai_ns: int
    utc_offset: int


@dataclass(frozen=True, slots=True)
class AudioComponent:
    """One audio stream of an audio_descriptor(); ``iso_code`` is three bytes."""

    component_tag: int
    iso_code: bytes
    bit_stream_mode: int
    num_channels: int
    full_srvc_audio: bool


@dataclass(frozen=True, slots=True)
class AudioDescriptor:
    """audio_descriptor(), §10.3.5."""

    components: tuple[AudioComponent, ...]


@dataclass(frozen=True, slots=True)
class OpaqueDescriptor:
    """A private descriptor, or one with a tag that we don't know: kept as it came, §10.2."""

    tag: int
    identifier: bytes
    private_bytes: bytes


type Descriptor = (
    AvailDescriptor | DtmfDescriptor | SegmentationDescriptor | TimeDescriptor | AudioDescriptor | OpaqueDescriptor
)


@dataclass(frozen=True, slots=True)
class Section:
    """splice_info_section(), §9.6. Equal when they say the same, however they were written.

    ``splice_command_length`` is as read (0xFFF: not given); ``encoded`` the section's bytes, CRC included;
    ``trailing_bytes`` counts what followed it in the payload. None of the three counts for equality.
    """

    command: Command
    descriptors: tuple[Descriptor, ...] = ()
    pts_adjustment: int = 0
    tier: int = 0xFFF
    cw_index: int = 0
    sap_type: int = 3
    protocol_version: int = 0
    encryption_algorithm: int = 0
    alignment_stuffing: bytes = b""
    splice_command_length: int = field(default=0, compare=False)
    trailing_bytes: int = field(default=0, compare=False)
    encoded: bytes = field(default=b"", compare=False, repr=False)

    @property
    def encrypted(self) -> bool:
        """Whether the command and the descriptors are ciphertext."""
        return isinstance(self.command, EncryptedCommand)

    @property
    def pts_time(self) -> int | None:
        """The splice time as written: the program's, else the first component's that has one."""
        command = self.command
        if isinstance(command, TimeSignal):
            return command.splice_time_ticks
        if not isinstance(command, SpliceInsert):
            return None
        if command.components is None:
            return command.splice_time_ticks
        return next((c.splice_time_ticks for c in command.components if c.splice_time_ticks is not None), None)

    @property
    def effective_pts(self) -> int | None:
        """(pts_time + pts_adjustment) mod 2**33, §9.6.1; None without a time."""
        pts_time = self.pts_time
        return None if pts_time is None else (pts_time + self.pts_adjustment) % PTS_WRAP

    @property
    def segmentation_descriptors(self) -> tuple[SegmentationDescriptor, ...]:
        """Those of the descriptors that are segmentation descriptors, in order."""
        return tuple(d for d in self.descriptors if isinstance(d, SegmentationDescriptor))
