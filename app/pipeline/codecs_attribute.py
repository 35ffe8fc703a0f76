"""The CODECS attribute (RFC 6381) from what the encoders say of themselves. Pure."""

from __future__ import annotations

import re

from app.model.errors import EncoderError

AAC_LC = "mp4a.40.2"
_AVCC = 1  # configurationVersion, ISO/IEC 14496-15 §5.3.3.1; Annex B begins with a zero
_SPS_NAL = re.compile(rb"\x00\x00\x01[\x07\x27\x47\x67]", re.DOTALL)  # nal_unit_type 7, any nal_ref_idc


def h264_codec(extradata: bytes | None) -> str:
    """``avc1.PPCCLL``: profile_idc, constraint flags and level_idc of the sequence parameter set."""
    found = _SPS_NAL.search(extradata or b"")
    if extradata and extradata[0] == _AVCC:
        profile = extradata[1:4]
    elif extradata and found:
        profile = extradata[found.end() : found.end() + 3]
    else:
        profile = b""
    if len(profile) != 3:  # noqa: PLR2004 - the three bytes named above
        raise EncoderError("the H.264 encoder gives no sequence parameter set: CODECS can't be told")
    return f"avc1.{profile.hex().upper()}"
