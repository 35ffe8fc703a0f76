"""The types of ``cue encode``'s options: text of the command line as the values of a section."""

from __future__ import annotations

import argparse
import re
from datetime import UTC, datetime
from fractions import Fraction

from app.model.errors import CueError
from app.model.timebase import ticks_of
from app.scte35.upid_text import upid_bytes

_EPOCH = datetime(1980, 1, 6, tzinfo=UTC)  # of utc_splice_time, SCTE 35 §9.7.2.1


def integer(text: str) -> int:
    """Decimal, or with 0x."""
    return int(text, 0)


def seconds(text: str) -> int:
    """Seconds as ticks, to the nearest."""
    if not re.fullmatch(r"\d{1,9}(\.\d{1,9})?", text):
        raise ValueError(text)
    return ticks_of(Fraction(text))


def pair(text: str) -> tuple[int, int]:
    """``N/M``."""
    number, _, expected = text.partition("/")
    return int(number, 0), int(expected, 0)


def upid(text: str) -> tuple[int, bytes]:
    """``TYPE:VALUE`` as type and bytes."""
    upid_type, _, value = text.partition(":")
    try:
        return int(upid_type, 0), upid_bytes(int(upid_type, 0), value)
    except CueError as error:
        raise argparse.ArgumentTypeError(str(error)) from error


def dtmf(text: str) -> tuple[int, str]:
    """``TENTHS:CHARACTERS``, such as 50:12*#."""
    tenths, colon, characters = text.partition(":")
    if not colon or not re.fullmatch(r"[0-9*#]{1,7}", characters):
        raise ValueError(text)
    return int(tenths, 0), characters


def utc(text: str) -> int:
    """A time with its offset, to the whole second, as seconds since 1980-01-06."""
    at = datetime.fromisoformat(text)
    if at.tzinfo is None or at.microsecond:
        raise ValueError(text)
    since = at - _EPOCH
    return since.days * 86_400 + since.seconds


def identifier(text: str) -> bytes:
    """Four characters, or 0x and eight digits."""
    raw = bytes.fromhex(text[2:]) if text[:2] in {"0x", "0X"} else text.encode("ascii")
    if len(raw) != 4:  # noqa: PLR2004 - format_identifier is 32 bits
        raise ValueError(text)
    return raw


def hexadecimal(text: str) -> bytes:
    """Digits, with or without 0x."""
    return bytes.fromhex(text.removeprefix("0x"))


for _kind, _name in (
    (integer, "whole number"),
    (seconds, "number of seconds"),
    (pair, "pair N/M"),
    (upid, "UPID TYPE:VALUE"),
    (dtmf, "DTMF TENTHS:CHARACTERS"),
    (utc, "time with its offset"),
    (identifier, "identifier of four bytes"),
    (hexadecimal, "hexadecimal"),
):
    _kind.__name__ = _name  # argparse tells it: "invalid whole number value"
