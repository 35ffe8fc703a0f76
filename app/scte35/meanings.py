"""What each value of ``decoded_json`` means, in words: seconds beside ticks, names beside numbers."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from app.model.timebase import decimal_text
from app.scte35.report import Fields
from app.scte35.segmentation import TYPE_NAMES
from app.scte35.upids import printable, upid_type_name

_EPOCH = datetime(1980, 1, 6, tzinfo=UTC)  # of utc_splice_time, §9.7.2.1
_SAP_TYPES = ("closed GOP without leading pictures", "closed GOP with leading pictures", "open GOP", "not specified")
_ALGORITHMS = {0: "none", 1: "DES, ECB", 2: "DES, CBC", 3: "triple DES EDE3, ECB"}
_SERVICES = (
    "complete main",
    "music and effects",
    "visually impaired",
    "hearing impaired",
    "dialogue",
    "commentary",
    "emergency",
    "voice over or karaoke",
)
_CHANNELS = ("1+1", "1/0", "2/0", "3/0", "2/1", "3/1", "2/2", "3/2", "1", "up to 2", "up to 3", "up to 4", "up to 5")


def meaning(name: str, fields: Fields) -> str:
    """Of the field ``name`` among those that stand with it; "" where the value says it all."""
    value = fields[name]
    if isinstance(value, str):
        return _readable(value) if name in _HEXADECIMAL_FIELDS else ""
    if isinstance(value, bool):
        yes_no = _OF_FLAGS.get(name)
        return yes_no[not value] if yes_no else ""
    if isinstance(value, int):
        told = _OF_NUMBERS.get(name)
        return told(value, fields) if told else ""
    if value is None and name == "pts_time":
        return "as soon as it arrives"
    return ""


def clock_text(ticks: int) -> str:
    """33-bit ticks as ``12:34.567``, from the hour on ``1:02:03.456``."""
    minutes, milliseconds = divmod((ticks + 45) // 90, 60_000)
    seconds = f"{milliseconds // 1000:02d}.{milliseconds % 1000:03d}"
    return f"{minutes // 60}:{minutes % 60:02d}:{seconds}" if minutes >= 60 else f"{minutes:02d}:{seconds}"


def utc_text(utc_splice_time_s: int) -> str:
    """Seconds since 1980-01-06 as ``2026-11-22T19:00:00Z``."""
    return f"{_EPOCH + timedelta(seconds=utc_splice_time_s):%Y-%m-%dT%H:%M:%SZ}"


def type_name(segmentation_type_id: int) -> str:
    """By table 23, or ``reserved``."""
    return TYPE_NAMES.get(segmentation_type_id, "reserved")


def _readable(digits: str) -> str:
    text = printable(bytes.fromhex(digits))
    return repr(text) if text else ""


def _seconds(ticks: int, _: Fields) -> str:
    return f"{decimal_text(ticks, 6)} s"


def _at(ticks: int, _: Fields) -> str:
    return f"{decimal_text(ticks, 6)} s, {clock_text(ticks)}"


def _hexadecimal(event_id: int, _: Fields) -> str:
    return f"0x{event_id:08X}"


def _sap_type(value: int, _: Fields) -> str:
    return _SAP_TYPES[value]


def _algorithm(value: int, _: Fields) -> str:
    return _ALGORITHMS.get(value, "reserved" if value < 32 else "user private")


def _tier(value: int, _: Fields) -> str:
    return "0xFFF: for everybody" if value == 0xFFF else f"0x{value:03X}"


def _cw_index(_: int, fields: Fields) -> str:
    return "the key to decrypt with" if fields.get("encrypted") else "no meaning: not encrypted"


def _command_length(value: int, _: Fields) -> str:
    return "0xFFF: not given" if value == 0xFFF else "bytes"


def _command_type(value: int, fields: Fields) -> str:
    return f"0x{value:02X}, {fields.get('command')}"


def _avail_num(value: int, fields: Fields) -> str:
    if not value:
        return "not used"
    return f"of {fields['avails_expected']}" if fields["avails_expected"] else "no meaning: avails_expected is 0"


def _expected(value: int, _: Fields) -> str:
    return "" if value else "not told"


def _segment_num(value: int, fields: Fields) -> str:
    return _numbered(value, fields["segments_expected"])


def _sub_segment_num(value: int, fields: Fields) -> str:
    return _numbered(value, fields["sub_segments_expected"])


def _numbered(value: int, expected: object) -> str:
    if not value:
        return "not numbered"
    return f"of {expected}" if expected else "of a number not told"


def _tag(value: int, fields: Fields) -> str:
    private = fields.get("identifier") != "CUEI"
    return "a private descriptor" if private else _DESCRIPTORS.get(value, "not known to this version")


def _program_id(value: int, _: Fields) -> str:
    return "the viewing event" if value else "no viewing event is named"


def _words(text: str) -> Callable[[int, Fields], str]:
    return lambda _, __: text


def _type(value: int, _: Fields) -> str:
    return f"0x{value:02X}, {type_name(value)}"


def _upid_type(value: int, _: Fields) -> str:
    return f"0x{value:02X}, {upid_type_name(value)}" if value else "none"


def _device_restrictions(value: int, _: Fields) -> str:
    return "no device is restricted" if value == 3 else f"devices of group {value} are restricted"


def _utc(value: int, _: Fields) -> str:
    return utc_text(value)


def _tenths(value: int, _: Fields) -> str:
    return f"{value // 10}.{value % 10} s before the splice"


def _tai(value: int, fields: Fields) -> str:
    offset = fields.get("utc_offset")
    utc_s = value - offset if isinstance(offset, int) else value
    try:
        return f"{datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=utc_s):%Y-%m-%dT%H:%M:%SZ}"
    except OverflowError:
        return "past the year 9999"


def _service(value: int, _: Fields) -> str:
    return _SERVICES[value]


def _channels(value: int, _: Fields) -> str:
    return f"{_CHANNELS[value]} channels" if value < len(_CHANNELS) else "reserved"


def _component_tag(value: int, fields: Fields) -> str:
    return "in the order of the PMT" if value == 0xFF and "iso_code" in fields else ""


_OF_FLAGS = {
    "cancel": ("the event of this id will not be", ""),
    "out_of_network": ("leave the network", "return to the network"),
    "program_splice": ("all streams together", "by component"),
    "program_segmentation": ("all streams together", "by component"),
    "duration_flag": ("a break_duration is told", "no break_duration is told"),
    "valid": ("every length, flag and sum agrees", ""),
    "immediate": ("as soon as it arrives", "at its time"),
    "auto_return": (
        "receivers return when the duration is over",
        "a return will be sent; this is a safety net",
    ),
    "event_id_compliance_flag": ("ids are used as the standard asks", "ids are used in another way"),
    "event_id_compliance_indicator": ("ids are used as the standard asks", "ids are used in another way"),
    "encrypted": ("command and descriptors are left alone", ""),
    "crc_ok": ("CRC_32 holds", ""),
    "delivery_not_restricted": ("no delivery restriction", "restrictions follow"),
    "web_delivery_allowed": ("web delivery is not restricted", "web delivery is restricted"),
    "no_regional_blackout": ("no regional blackout", "blacked out by region"),
    "archive_allowed": ("recording is not restricted", "recording is restricted"),
    "full_srvc_audio": ("a full service", "to be combined with another service"),
}
_DESCRIPTORS = {
    0: "avail_descriptor",
    1: "DTMF_descriptor",
    2: "segmentation_descriptor",
    3: "time_descriptor",
    4: "audio_descriptor",
}
_HEXADECIMAL_FIELDS = frozenset({"private_hex"})
_OF_NUMBERS: dict[str, Callable[[int, Fields], str]] = {
    "section_syntax_indicator": _words("a short section"),
    "private_indicator": _words("not private"),
    "protocol_version": _words("the only one defined"),
    "trailing_bytes": _words("bytes after the section, ignored"),
    "stuffing_bytes": _words("bytes of alignment_stuffing"),
    "splice_count": _words("events"),
    "unique_program_id": _program_id,
    "tag": _tag,
    "tai_ns": _words("ns"),
    "sap_type": _sap_type,
    "section_length": _words("bytes"),
    "encryption_algorithm": _algorithm,
    "pts_adjustment": _seconds,
    "cw_index": _cw_index,
    "tier": _tier,
    "splice_command_length": _command_length,
    "splice_command_type": _command_type,
    "pts_time": _at,
    "effective_pts": _at,
    "duration": _seconds,
    "segmentation_duration": _seconds,
    "pts_offset": _seconds,
    "splice_event_id": _hexadecimal,
    "segmentation_event_id": _hexadecimal,
    "provider_avail_id": _hexadecimal,
    "utc_splice_time": _utc,
    "avail_num": _avail_num,
    "avails_expected": _expected,
    "descriptor_loop_length": _words("bytes"),
    "segmentation_type_id": _type,
    "segment_num": _segment_num,
    "segments_expected": _expected,
    "sub_segment_num": _sub_segment_num,
    "sub_segments_expected": _expected,
    "upid_type": _upid_type,
    "upid_length": _words("bytes"),
    "device_restrictions": _device_restrictions,
    "preroll": _tenths,
    "tai_seconds": _tai,
    "utc_offset": _words("s that TAI is ahead of UTC"),
    "bit_stream_mode": _service,
    "num_channels": _channels,
    "component_tag": _component_tag,
    "length": _words("bytes"),
}
